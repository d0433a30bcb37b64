"""Whatever is given as metadata, a check ends in a report, and the same one each time."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import samlcheck
from samlcheck.render.json_report import report_data
from samlcheck.render.style import Style
from samlcheck.render.text import render_check
from tests.support.bases import NOW, load

BASES = {name: etree.fromstring(load(name).encode()) for name in ("sp", "idp", "aggregate")}
TEXTS = st.sampled_from(
    [
        "",
        " ",
        "x",
        "-1",
        "99999",
        "TRUE",
        "0001-01-01T00:00:00Z",
        "2026-13-45",
        "#",
        "://",
        "\u202e",
        "é" * 300,
    ]
)


def _checked(data: bytes) -> samlcheck.Report:
    report = samlcheck.check_metadata(data, now=NOW)
    assert report_data(report) == report_data(samlcheck.check_metadata(data, now=NOW))
    assert "tool-rule-crashed" not in {item.rule for item in report.findings}
    assert render_check(report, Style(show_info=True))
    return report


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=150)
def test_any_octets(data: bytes) -> None:
    assert _checked(data).findings


def _mutate(draw: st.DrawFn, root: etree._Element) -> None:
    elements = list(root.iter("*"))
    element = draw(st.sampled_from(elements))
    kind = draw(st.sampled_from(["drop", "double", "move", "rename", "retext", "reset", "unset"]))
    parent = element.getparent()
    if kind == "retext":
        element.text = draw(TEXTS)
    elif kind in ("reset", "unset") and element.attrib:
        name = draw(st.sampled_from(sorted(element.attrib)))
        if kind == "unset":
            del element.attrib[name]
        else:
            element.set(name, draw(TEXTS))
    elif kind == "rename":
        element.tag = draw(st.sampled_from(sorted({str(item.tag) for item in elements})))
    elif parent is not None and kind == "drop":
        parent.remove(element)
    elif parent is not None and kind == "double":
        parent.append(deepcopy(element))
    elif parent is not None and kind == "move":
        target = draw(st.sampled_from(elements))
        if element not in target.iterancestors() and target is not element:
            target.append(element)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A base document after one to four changes of its tree."""
    root = deepcopy(BASES[draw(st.sampled_from(sorted(BASES)))])
    for _ in range(draw(st.integers(1, 4))):
        _mutate(draw, root)
    return etree.tostring(root)


@given(mutated())
@settings(deadline=None, max_examples=150)
def test_any_mutation_of_valid_metadata(data: bytes) -> None:
    _checked(data)


@given(st.sampled_from(sorted(BASES)), st.data())
@settings(deadline=None, max_examples=80)
def test_any_truncation_or_flipped_octet(name: str, data: st.DataObject) -> None:
    octets = bytearray(load(name).encode())
    position = data.draw(st.integers(0, len(octets) - 1))
    if data.draw(st.booleans()):
        _checked(bytes(octets[:position]))
    else:
        octets[position] ^= data.draw(st.integers(1, 255))
        _checked(bytes(octets))
