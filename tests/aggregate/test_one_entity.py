"""One entity out of an aggregate: found in a slice or in the whole, judged by itself."""

from __future__ import annotations

import time
from typing import Any

import pytest

import samlcheck
from samlcheck import Input, Report, UnknownEntityError
from samlcheck.aggregate.opening import open_entity
from tests.support.bases import NOW, build

BROKEN = "https://sp7.example.org/saml"


def entity(base: str, number: int) -> bytes:
    """One entity of the base, with names of its own."""
    body = build(base)  # type: ignore[arg-type]
    start = body.index(b"<md:EntityDescriptor")
    body = body[start:].replace(b".example.org", b"%d.example.org" % number)
    body = body.replace(b'validUntil="2027-01-20T00:00:00Z" cacheDuration="PT6H"\n', b"")
    return body.replace(b'ID="_', b'ID="_%d' % number, 1)


def aggregate(
    count: int = 60, *, until: str = "2027-01-20T00:00:00Z", nested: bool = False
) -> bytes:
    """An aggregate of half SPs and half IdPs, with one SP whose reply URL is not served by TLS."""
    entities = b"".join(entity("sp" if n % 2 else "idp", n) for n in range(count))
    entities = entities.replace(
        b"https://sp7.example.org/saml/acs/reading-room", b"http://sp7.example.org/room"
    )
    head = (
        '<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
        f'Name="https://federation.example.org/metadata" validUntil="{until}">\n'
    ).encode()
    inner = (
        b"<md:EntitiesDescriptor>" + entities + b"</md:EntitiesDescriptor>" if nested else entities
    )
    return head + inner + b"</md:EntitiesDescriptor>"


LARGE, NESTED = aggregate(), aggregate(nested=True)


def check(data: bytes, entity_id: str = BROKEN, **options: Any) -> Report:
    return samlcheck.check_metadata(
        Input(data=data, name="all.xml"), now=NOW, entity=entity_id, **options
    )


def told(report: Report) -> list[tuple[Any, ...]]:
    return sorted(
        (item.rule, item.message, item.location.line, item.location.column, item.location.xpath)
        for item in report.findings
    )


def test_a_large_aggregate_is_cut_and_a_nested_one_is_read_as_a_whole() -> None:
    cut = open_entity(Input(data=LARGE, name="all.xml"), BROKEN)
    assert cut.document.part is not None
    whole = open_entity(Input(data=NESTED, name="all.xml"), BROKEN)
    assert whole.document.part is None
    for found in (cut, whole):
        assert found.entity is not None
        assert (BROKEN, ()) == (found.entity.entity_id, found.others)


@pytest.mark.parametrize("document", [LARGE, NESTED])
def test_findings_are_those_of_the_entity_and_stand_where_they_stand_in_the_whole(
    document: bytes,
) -> None:
    select = ["ep-*", "xsd-*", "eid-*", "cert-*", "val-*"]
    whole = samlcheck.check_metadata(Input(data=document, name="all.xml"), now=NOW, select=select)
    expected = [row for row in told(whole) if row[-1] and "[8]" in row[-1]]
    assert ["ep-location-not-https"] == [row[0] for row in expected]
    assert expected == told(check(document, select=select))
    assert () == check(document, "https://sp9.example.org/saml", select=select).findings


@pytest.mark.parametrize("nested", [False, True])
def test_the_validity_of_the_aggregate_is_told_and_nothing_else_of_it(nested: bool) -> None:
    past = aggregate(until="2026-11-01T00:00:00Z", nested=nested)
    found = check(past, "https://sp9.example.org/saml", select=["val-expired", "agg-*"])
    assert ["val-expired"] == [item.rule for item in found.findings]
    assert 1 == found.findings[0].location.line


@pytest.mark.parametrize("document", [LARGE, NESTED])
def test_an_unknown_entity_is_told_with_what_is_near(document: bytes) -> None:
    with pytest.raises(
        UnknownEntityError, match=r"did you mean 'https://sp7\.example\.org/saml', wh"
    ):
        check(document, BROKEN + "/")
    with pytest.raises(UnknownEntityError, match=r"has no entity 'urn:nothing'$"):
        check(document, "urn:nothing")


def test_a_single_entity_is_checked_by_its_own_name_only() -> None:
    assert "entityID" == check(build("sp"), "https://sp.example.org/saml").facts[0][0]
    with pytest.raises(UnknownEntityError, match="the only one there"):
        check(build("sp"), "urn:x")


@pytest.mark.parametrize("broken", [b"", b"<a", b"{}", LARGE[:-30], b"<!DOCTYPE a>" + LARGE])
def test_what_cannot_be_read_is_a_finding_and_no_misuse(broken: bytes) -> None:
    report = check(broken, "https://nowhere.example.org/")
    assert "error" in {item.severity for item in report.findings}


def test_two_of_one_name_are_told() -> None:
    twice = LARGE.replace(b'https://sp9.example.org/saml"', b'https://sp7.example.org/saml"')
    report = check(twice, select=["eid-duplicate"])
    assert ["eid-duplicate"] == [item.rule for item in report.findings]


@pytest.mark.parametrize(
    "hidden",
    [
        b"<!-- " + entity("sp", 1001) + entity("sp", 1000) + b" -->",
        b"<!-- " + entity("sp", 1000) + b" -->",
    ],
)
def test_what_stands_in_a_comment_is_no_entity(hidden: bytes) -> None:
    document = LARGE.replace(b"</md:EntitiesDescriptor>", hidden + b"</md:EntitiesDescriptor>")
    with pytest.raises(UnknownEntityError):
        check(document, "https://sp1000.example.org/saml")


def test_a_name_may_be_written_with_references() -> None:
    name = b'entityID="https://sp7.example.org/s&#97;ml?a=1&amp;b=2"'
    document = LARGE.replace(b'entityID="https://sp7.example.org/saml"', name)
    assert document != LARGE
    assert check(document, "https://sp7.example.org/saml?a=1&b=2").findings


def test_an_entity_of_a_very_large_aggregate_is_found_at_once() -> None:
    body = LARGE[LARGE.index(b">\n") + 2 : -len(b"</md:EntitiesDescriptor>")]
    head = LARGE[: LARGE.index(b">\n") + 2]
    many = body.replace(b"https://sp7.", b"https://other.") * 60
    document = head + many + body + b"</md:EntitiesDescriptor>"
    start = time.process_time()
    assert BROKEN == dict(check(document).facts)["entityID"]
    assert time.process_time() - start < 3


# -- pairs -------------------------------------------------------------------------------------


def pair(sp: bytes = LARGE, idp: bytes = LARGE, **options: Any) -> Report:
    return samlcheck.check_pair(
        sp=Input(data=sp, name="sp.xml"), idp=Input(data=idp, name="idp.xml"), now=NOW, **options
    )


def test_a_pair_out_of_aggregates() -> None:
    report = pair(sp_entity=BROKEN, idp_entity="https://idp4.example.org/saml")
    facts = dict(report.facts)
    assert (BROKEN, "https://idp4.example.org/saml") == (facts["SP"], facts["IdP"])
    assert () == report.findings
    mixed = pair(idp=build("idp"), sp_entity=BROKEN)
    assert () == mixed.findings


def test_an_entity_without_the_role_is_a_finding() -> None:
    report = pair(
        sp_entity="https://idp4.example.org/saml", idp_entity="https://idp4.example.org/saml"
    )
    (finding,) = report.findings
    assert "ent-wrong-role-for-profile" == finding.rule
    assert "that of an identity provider" in finding.message


def test_an_unknown_side_is_misuse() -> None:
    with pytest.raises(UnknownEntityError, match=r"idp\.xml has no entity"):
        pair(sp_entity=BROKEN, idp_entity="https://idp4.example.org/SAML")
