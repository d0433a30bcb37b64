"""What the schemas reject has a finding, and the rules on structure report nothing else.

SAMLCHECK_SCHEMA_EDITS=all tries many more documents.
"""

from __future__ import annotations

import os
from copy import deepcopy
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.etree import _Element as Element

import samlcheck
from samlcheck import Report
from samlcheck.rules.structure.elements import RULES
from samlcheck.xml.names import DS, MD, SAML, XENC, clark, split_clark
from samlcheck.xml.schema import MOST_ELEMENTS, load_schema
from tests.schemas import mutations
from tests.schemas.seeds import INVALID, seeds
from tests.support.bases import NOW, Base, build

ALL = os.environ.get("SAMLCHECK_SCHEMA_EDITS") == "all"
SCHEMA = load_schema()
#: Rules that say nothing but what the schemas say.
STRUCTURE = {*(rule.id for rule in RULES), "xsd-boolean-lexical", "xsd-lang-missing"} - {
    "xsd-extension-unqualified"  # keeps more out than the schemas can say
}
ROOTS = ("EntityDescriptor", "EntitiesDescriptor", "Response", "Assertion", "AuthnRequest")
BASES: tuple[Base, ...] = ("sp", "idp", "aggregate", "response", "request")


def _in_place_of(base: Base, place: str, part: Element) -> Element:
    root = etree.fromstring(build(base, sign=None))
    old = root.find(f".//{place}")
    assert old is not None
    parent = old.getparent()
    assert parent is not None
    parent.replace(old, part)
    return root


def _carrying(part: Element) -> Element | None:
    """A document that a check reads, with the root of a seed in it."""
    local = split_clark(str(part.tag))[1]
    if local in ROOTS:
        return part
    if part.tag in (clark(MD, "Extensions"), clark(DS, "KeyInfo")):
        return _in_place_of("sp", str(part.tag), part)
    if part.tag == clark(DS, "Signature"):
        root = etree.fromstring(build("sp"))
        root.insert(0, part)
        return root
    if part.tag == clark(XENC, "EncryptedData"):
        sealed = etree.Element(clark(SAML, "EncryptedAssertion"))
        sealed.append(part)
        return _in_place_of("response", clark(SAML, "Assertion"), sealed)
    return None


@cache
def _documents() -> dict[str, Element]:
    found = {name: etree.fromstring(build(name, sign=None)) for name in BASES}
    for name, octets in seeds().items():
        if not name.startswith(INVALID):
            root = _carrying(etree.fromstring(octets))
            if root is not None:
                found[name] = root
    return {name: mutations.declare_prefixes(root) for name, root in found.items()}


@cache
def _donors() -> list[Element]:
    return [element for root in _documents().values() for element in root.iter("*")]


def _judge(octets: bytes, root: Element) -> Report:
    if split_clark(str(root.tag))[0] == MD:
        return samlcheck.check_metadata(octets, now=NOW)
    return samlcheck.check_message(octets, now=NOW)


def _compare(octets: bytes, what: str) -> bool | None:
    """Whether a document is valid; None where no check reads it, or where nobody can know."""
    try:
        root = etree.fromstring(octets)
    except etree.XMLSyntaxError:  # xml:id with a bad value
        return None
    if split_clark(str(root.tag))[1] not in ROOTS:
        return None
    valid = SCHEMA.validate(root)
    said = [entry.message for entry in SCHEMA.error_log]  # type: ignore[attr-defined]
    if any("{urn:example:other}" in text and "strict wildcard" in text for text in said):
        return None  # XML Encryption admits only what has a schema; this might have one
    report = _judge(octets, root)
    errors = {
        finding.rule
        for finding in report.findings
        if finding.severity == "error" or finding.rule == "attr-value-type"
    }
    assert not any(slug.startswith("tool-") for slug in errors), what
    if valid:
        assert set() == errors & STRUCTURE, what
    else:
        assert errors, f"{what}: {said}"
    for finding in report.findings:
        raw = finding.rule in STRUCTURE and "{" in finding.message
        assert not raw or "{" in what, f"{what}: {finding.message}"
        assert "SCHEMAV" not in finding.message
    return valid


@pytest.mark.parametrize("name", sorted(_documents()))
def test_documents_are_valid_for_both(name: str) -> None:
    assert _compare(etree.tostring(_documents()[name]), name)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, bytes]:
    """What was edited, and the octets of a document after one to three edits."""
    name = draw(st.sampled_from(sorted(_documents())))
    root = deepcopy(_documents()[name])
    words = [name]
    for _ in range(draw(st.integers(1, 3))):
        target = draw(st.sampled_from(list(root.iter("*"))))
        if draw(st.booleans()):
            donor = draw(st.sampled_from(_donors()))
            label = f"graft {donor.tag}"
            edit = mutations.graft(donor, draw(st.integers(0, 9)), replace=draw(st.booleans()))
        else:
            label, edit = draw(st.sampled_from(list(mutations.edits(target))))
        words.append(f"{split_clark(str(target.tag))[1]}: {label}")
        edit(target)
    return "; ".join(words), etree.tostring(root)


@given(edited())
@settings(deadline=None, max_examples=20_000 if ALL else 400)
def test_edited_documents_are_judged_as_the_schemas_do(case: tuple[str, bytes]) -> None:
    what, octets = case
    _compare(octets, what)


# -- what is too large for one validation ---------------------------------------------------------


def _with_many(place: str, text: str) -> bytes:
    root = etree.fromstring(build("sp"))
    found = root.find(f".//{place}")
    assert found is not None
    parent = found.getparent()
    assert parent is not None
    at = parent.index(found)
    for _ in range(MOST_ELEMENTS):
        copy = deepcopy(found)
        parent.insert(at, copy)
    return etree.tostring(root).replace(b"</md:EntityDescriptor>", text.encode())


FORMAT = clark(MD, "NameIDFormat")
END = "</md:EntityDescriptor>"


def test_large_entity_is_valid() -> None:
    report = samlcheck.check_metadata(_with_many(FORMAT, END), now=NOW)
    assert [] == [item for item in report.findings if item.rule.startswith("xsd-")]


def test_faults_of_a_large_entity_are_found() -> None:
    contact = '<md:ContactPerson contactType="technical" other="x"/>'
    octets = _with_many(FORMAT, contact + END).replace(b' isRequired="true"', b' isRequired="yes"')
    report = samlcheck.check_metadata(octets, now=NOW)
    found = [item.rule for item in report.findings if item.rule.startswith("xsd-")]
    assert {"xsd-core-invalid", "xsd-boolean-lexical"} == set(found)
    octets = _with_many(FORMAT, f"<md:Extensions/>{END}")
    report = samlcheck.check_metadata(octets, now=NOW)
    found = [item.rule for item in report.findings if item.rule.startswith("xsd-")]
    assert ["xsd-child-order", "xsd-empty-extensions"] == sorted(found)


def test_many_faults_take_little_time() -> None:
    """libxml2 counts siblings for each error, which must not add up."""
    root = etree.fromstring(build("sp"))
    role = root.find(clark(MD, "SPSSODescriptor"))
    assert role is not None
    at = role.index(role.find(FORMAT))
    for _ in range(20_000):
        role.insert(at, etree.Element(FORMAT, other="x"))
    report = samlcheck.check_metadata(etree.tostring(root), now=NOW, select=["xsd-*"])
    assert "xsd-core-invalid" in {item.rule for item in report.findings}
