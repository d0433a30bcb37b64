"""Two versions of metadata: what is matched with what, what is silent, where findings point."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import samlcheck
from samlcheck import Finding, Input, Report
from tests.support.bases import NOW, build

SP, IDP, BOTH = build("sp"), build("idp"), build("aggregate")


def diff(old: bytes, new: bytes, **options: Any) -> Report:
    return samlcheck.diff_metadata(
        Input(data=old, name="old.xml"), Input(data=new, name="new.xml"), now=NOW, **options
    )


def told(report: Report) -> list[tuple[str, str]]:
    return sorted((item.severity, item.rule) for item in report.findings)


def only(report: Report) -> Finding:
    assert 1 == len(report.findings), told(report)
    return report.findings[0]


def reordered(aggregate: bytes) -> bytes:
    """The entities in the other order."""
    entities = re.findall(rb"  <md:EntityDescriptor.*?</md:EntityDescriptor>", aggregate, re.DOTALL)
    assert 2 == len(entities)
    start, end = aggregate.index(entities[0]), aggregate.index(entities[1]) + len(entities[1])
    return aggregate[:start] + entities[1] + b"\n" + entities[0] + aggregate[end:]


@pytest.mark.parametrize("document", [SP, IDP, BOTH])
def test_the_same_twice_is_silent(document: bytes) -> None:
    report = diff(document, document)
    assert ("diff", ()) == (report.kind, report.findings)


@pytest.mark.parametrize(
    "new",
    [
        reordered(BOTH),
        re.sub(rb"(</?|xmlns:)md([:=])", rb"\1m\2", BOTH),
        BOTH.replace(b"\n    ", b"\n\t"),
        BOTH.replace(b"_1b9f6d3a7c0e4582930c5e8d41fa27b6", b"_another"),
        BOTH.replace(b'use="signing">\n', b'use="signing">\n<!-- rolled -->'),
    ],
)
def test_order_prefixes_layout_and_ids_are_silent(new: bytes) -> None:
    assert new != BOTH
    assert () == diff(BOTH, new).findings


def test_endpoints_in_another_order_are_silent_while_the_default_stays() -> None:
    lines = re.findall(rb" *<md:AssertionConsumerService[^>]*>\n", SP)
    new = SP.replace(lines[0], b"").replace(lines[1], lines[1] + lines[0])
    assert new != SP
    assert () == diff(SP, new).findings


def test_what_is_new_is_shown_in_the_new_version_and_what_is_gone_in_the_old_one() -> None:
    moved = build("idp", [("example.org</shibmd", "example.net</shibmd")])
    added, removed = sorted(diff(IDP, moved).findings, key=lambda item: item.rule)
    assert ("diff-scope-added", "new.xml") == (added.rule, added.location.source)
    assert ("diff-scope-removed", "old.xml") == (removed.rule, removed.location.source)
    line = moved.decode().splitlines()[(added.location.line or 0) - 1]
    assert (
        "example.net"
        == line[(added.location.column or 0) - 1 : (added.location.end_column or 0) - 1]
    )


def test_an_entity_is_recognised_by_its_endpoints_when_its_name_changes() -> None:
    new = BOTH.replace(b'entityID="https://sp.example.org/saml"', b'entityID="urn:example:sp"')
    finding = only(diff(BOTH, new))
    assert ("diff-entityid-changed", "error") == (finding.rule, finding.severity)


def test_entities_that_come_and_go() -> None:
    first = re.sub(
        rb"  <md:EntityDescriptor.*?</md:EntityDescriptor>", b"", BOTH, count=1, flags=re.S
    )
    assert [("warning", "diff-entity-removed")] == told(diff(BOTH, first))
    assert [("info", "diff-entity-added")] == told(diff(first, BOTH))


def test_a_single_entity_is_compared_with_an_aggregate() -> None:
    assert [("info", "diff-entity-added")] == told(diff(SP, BOTH, ignore=["diff-validity-*"]))


def test_a_key_that_only_one_role_swaps() -> None:
    new = build(
        "idp", [("{cert:idp-signing}", "{cert:ec}"), ("{cert:idp-next}", "{cert:stranger}")]
    )
    finding = only(diff(IDP, new))
    assert ("diff-key-swapped", "error", "idp") == (finding.rule, finding.severity, finding.owner)


def test_an_sp_that_does_not_sign_may_swap_its_key_with_a_warning() -> None:
    quiet = (' AuthnRequestsSigned="true"', "")
    old = build("sp", [quiet])
    new = build("sp", [quiet, ("{cert:sp-signing}", "{cert:stranger}")])
    assert [("warning", "diff-key-swapped")] == told(diff(old, new))


@pytest.mark.parametrize("broken", [b"", b"<html/>", b"{}", b"<a", b"-----BEGIN CERTIFICATE-----"])
def test_what_is_no_metadata_is_told(broken: bytes) -> None:
    for report in (diff(SP, broken), diff(broken, SP)):
        assert "error" in {item.severity for item in report.findings}
        assert not any(item.rule.startswith("diff-") for item in report.findings)
        assert () == report.facts


def test_facts_count_what_happened() -> None:
    new = BOTH.replace(b' AuthnRequestsSigned="true"', b' AuthnRequestsSigned="false"')
    facts = dict(diff(BOTH, new).facts)
    assert "1 unchanged, 1 changed" == facts["entities"]
    assert "https://sp.example.org/saml" == facts["changed"]
    assert ("0", "0") == (facts["added"], facts["removed"])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 20_000), st.integers(0, 400), st.sampled_from([SP, IDP, BOTH]))
def test_any_damage_gives_a_report(start: int, size: int, document: bytes) -> None:
    damaged = document[: start % len(document)] + document[(start + size) % len(document) :]
    assert "diff" == diff(document, damaged).kind
    assert "diff" == diff(damaged, document).kind
