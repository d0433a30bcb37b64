"""Hostile inputs of 100 kB are judged in time that only grows with their size.

Each shape is judged at 100 kB. What takes longer than a few seconds of processor time is judged
again at a quarter of the size: work that only grows with the size takes a quarter of the time then,
work that grows with its square a sixteenth, on a machine of any speed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

import samlcheck
from samlcheck.render.json_report import render_json
from samlcheck.render.style import Style
from samlcheck.render.text import render_check
from tests.property.amplified import MESSAGE, bases, blown_up, shapes
from tests.property.hostile import documents, texts
from tests.support.bases import NOW, load
from tests.support.keys import key_pem

SIZE = 100_000
#: What takes longer at the whole size is looked at again, and what takes that much longer at the
#: whole than at a quarter of it grows too fast.
SECONDS, GROWTH = 3.0, 9.0

#: Of the fillings and splits, for the many places.
_FILLINGS = ("percent",)
_SPLIT = ("response", "comments")


def judged(kind: str, data: bytes, smaller: Callable[[], bytes]) -> samlcheck.Report:
    """The report on an input, written out as well, in time; `smaller` makes a quarter of it."""
    report, taken = _timed(kind, data)
    if taken > SECONDS:
        _, quarter = _timed(kind, smaller())
        assert taken < quarter * GROWTH, (
            f"{SIZE} octets took {taken:.1f} s, a quarter {quarter:.1f} s"
        )
    assert not [
        item.reason for item in report.outcomes if (item.reason or "").startswith("the rule")
    ]
    return report


def _timed(kind: str, data: bytes) -> tuple[samlcheck.Report, float]:
    start = time.process_time()
    if kind == MESSAGE:
        report = samlcheck.check_message(
            data,
            now=NOW,
            sp=load("sp"),
            idp=load("idp"),
            request=load("request"),
            decryption_keys=[key_pem("sp-encryption")],
        )
    else:
        report = samlcheck.check_metadata(data, now=NOW)
    assert render_check(report, Style(show_info=True))
    assert render_json([report], many=False)
    return report, time.process_time() - start


def _named(shapes: Callable[[int], Iterator[tuple[str, str, bytes]]], name: str) -> bytes:
    """The input of a name at a quarter of the size."""
    return next(data for other, _, data in shapes(SIZE // 4) if other == name)


def _amplified() -> Iterator[tuple[str, int, str, str, str]]:
    for name, kind, base in bases():
        for shape, number, what, how in shapes(base):
            if what == "repeat" or how in _FILLINGS or (name, how) == _SPLIT:
                yield f"{name}: {shape}", number, what, how, kind


_BASES = {name: data for name, _, data in bases()}
_AMPLIFIED = list(_amplified())


@pytest.mark.parametrize("part", range(16))
def test_what_is_blown_up_in_a_valid_document(part: int) -> None:
    for name, number, what, how, kind in _AMPLIFIED[part::16]:
        base = _BASES[name.partition(":")[0]]
        make = partial(blown_up, base, number, what, how)
        report = judged(kind, make(SIZE), partial(make, SIZE // 4))
        assert report.outcomes, name


@pytest.mark.parametrize("part", range(4))
def test_one_piece_over_and_over(part: int) -> None:
    for name, kind, data in list(texts(SIZE))[part::4]:
        report = judged(kind, data, partial(_named, texts, name))
        assert report.findings, name


@pytest.mark.parametrize("part", range(4))
def test_many_different_things(part: int) -> None:
    for name, kind, data in list(documents(SIZE))[part::4]:
        report = judged(kind, data, partial(_named, documents, name))
        assert report.outcomes, name


def test_what_is_not_listed_is_counted() -> None:
    body = "".join(f"<md:Wrong{number}/>" for number in range(250))
    data = load("sp").replace("<md:SPSSODescriptor ", f"{body}<md:SPSSODescriptor ", 1)
    report = samlcheck.check_metadata(data, now=NOW)
    outcome = next(item for item in report.outcomes if item.rule == "xsd-core-invalid")

    assert 100 == outcome.findings
    assert 150 == outcome.more
    assert 150 == report.summary["not_listed"]
    assert "150 further findings of xsd-core-invalid not listed" in render_check(report, Style())


def test_references_beyond_the_first_are_told_and_not_followed() -> None:
    reference = '<ds:Reference URI="#x"/>'
    login = next(data for name, _, data in bases() if name == "response").decode()
    many = login.replace("<ds:Reference ", f"{reference * 40}<ds:Reference ")
    found = _timed(MESSAGE, many.encode())[0].findings
    counts = {item.actual for item in found if item.rule == "sig-reference-count"}
    assert {"41, of which the first 8 are looked at"} == counts
