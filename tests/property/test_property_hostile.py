"""Hostile inputs of 100 kB are judged in time that only grows with their size.

Each shape is judged at 100 kB within a loose bound, five seconds of processor time, many times what
it takes; work that grows with the square of the size takes far more.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

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
SECONDS = 5.0

#: Of the fillings and splits, for the many places.
_FILLINGS = ("percent",)
_SPLIT = ("response", "comments")


def judged(kind: str, data: bytes) -> samlcheck.Report:
    """The report on an input, written out as well; never later than the bound."""
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
    taken = time.process_time() - start
    assert taken < SECONDS, f"{len(data)} octets took {taken:.1f} seconds"
    assert not [
        item.reason for item in report.outcomes if (item.reason or "").startswith("the rule")
    ]
    return report


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
        report = judged(kind, blown_up(base, number, what, how, SIZE))
        assert report.outcomes, name


@pytest.mark.parametrize("part", range(4))
def test_one_piece_over_and_over(part: int) -> None:
    for name, kind, data in list(texts(SIZE))[part::4]:
        report = judged(kind, data)
        assert report.findings, name


@pytest.mark.parametrize("part", range(4))
def test_many_different_things(part: int) -> None:
    for name, kind, data in list(documents(SIZE))[part::4]:
        report = judged(kind, data)
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
    found = judged(MESSAGE, many.encode()).findings
    counts = {item.actual for item in found if item.rule == "sig-reference-count"}
    assert {"41, of which the first 8 are looked at"} == counts
