"""The structure rules against the schemas of OASIS: the table, and mutated documents."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree
from lxml.etree import _Element as Element

import samlcheck
from samlcheck import Report
from samlcheck.rules.registry import all_rules
from samlcheck.rules.structure.meant import FAMILY
from samlcheck.rules.structure.rows import Row
from samlcheck.rules.structure.table import TABLE
from samlcheck.xml.names import MD, SAML, SAMLP, XENC, clark, split_clark
from tests.support.bases import NOW, Base, build
from tests.support.oasis import schema_errors, schema_folder

XS = "{http://www.w3.org/2001/XMLSchema}"
XML = "http://www.w3.org/XML/1998/namespace"
FILES = {
    MD: "saml-schema-metadata-2.0.xsd",
    SAML: "saml-schema-assertion-2.0.xsd",
    SAMLP: "saml-schema-protocol-2.0.xsd",
    XENC: "xenc-schema.xsd",
}
pytestmark = pytest.mark.skipif(
    schema_folder() is None, reason="the schemas come with pysaml2, which is not installed"
)

Particle = tuple[frozenset[str], bool, bool]


# -- the table against the schemas, element by element ------------------------------------------


class Schemas:
    """The content models of the schema files, flattened the way the table has them."""

    def __init__(self, folder: Path) -> None:
        self.roots = {
            home: etree.parse(str(folder / file)).getroot() for home, file in FILES.items()
        }

    def elements(self) -> Iterator[str]:
        for home in FAMILY:
            for element in self.roots[home].iterchildren(f"{XS}element"):
                yield clark(home, str(element.get("name")))

    def named(self, kind: str, name: str, context: Element) -> tuple[str, Element] | None:
        prefix, _, local = name.rpartition(":")
        home = context.nsmap.get(prefix or None)
        root = self.roots.get(str(home))
        if root is None:
            return None
        found = next(
            (item for item in root.iterchildren(f"{XS}{kind}") if item.get("name") == local), None
        )
        return None if found is None else (str(home), found)

    def type_of(self, tag: str) -> tuple[str, Element] | None:
        home, local = split_clark(tag)
        element = next(
            item
            for item in self.roots[home].iterchildren(f"{XS}element")
            if item.get("name") == local
        )
        return self.named("complexType", str(element.get("type")), element)

    def particles(self, tag: str) -> list[Particle]:
        found = self.type_of(tag)
        return [] if found is None else list(self._of_type(*found))

    def attributes(self, tag: str) -> dict[str, bool]:
        found = self.type_of(tag)
        return {} if found is None else dict(self._attributes_of(found[1]))

    def open_to_attributes(self, tag: str) -> bool:
        found = self.type_of(tag)
        return found is not None and self._any_attribute(found[1])

    def abstract(self, tag: str) -> bool:
        found = self.type_of(tag)
        return found is not None and found[1].get("abstract") == "true"

    def _base(self, body: Element) -> Element | None:
        extension = body.find(f".//{XS}extension")
        if extension is None:
            return None
        found = self.named("complexType", str(extension.get("base")), extension)
        return None if found is None else found[1]

    def _own(self, body: Element) -> Element:
        for path in (f".//{XS}extension", f".//{XS}restriction"):
            inner = body.find(path)
            if inner is not None:
                return inner
        return body

    def _of_type(self, home: str, body: Element) -> Iterator[Particle]:
        base = self._base(body)
        if base is not None:
            yield from self._of_type(home, base)
        for child in self._own(body):
            if child.tag == f"{XS}sequence":
                for item in child.iterchildren(
                    f"{XS}element", f"{XS}choice", f"{XS}any", f"{XS}sequence"
                ):
                    yield self._particle(item)
            elif child.tag == f"{XS}choice":
                yield self._particle(child)

    def _particle(self, item: Element) -> Particle:
        required = item.get("minOccurs", "1") != "0"
        once = item.get("maxOccurs", "1") == "1"
        if item.tag == f"{XS}any":
            return frozenset({str(item.get("namespace"))}), required, once
        if item.tag == f"{XS}element":
            if item.get("ref") is None:
                return frozenset({clark(XENC, str(item.get("name")))}), required, once
            prefix, _, local = str(item.get("ref")).rpartition(":")
            return frozenset({clark(str(item.nsmap[prefix or None]), local)}), required, once
        parts = [self._particle(child) for child in item if isinstance(child.tag, str)]
        names = frozenset().union(*(part[0] for part in parts))
        return names, required, once and all(part[2] for part in parts)

    def _attributes_of(self, body: Element) -> Iterator[tuple[str, bool]]:
        base = self._base(body)
        if base is not None:
            yield from self._attributes_of(base)
        own = self._own(body)
        for group in own.iterchildren(f"{XS}attributeGroup"):
            found = self.named("attributeGroup", str(group.get("ref")), group)
            assert found is not None
            yield from self._attributes_of(found[1])
        for item in own.iterchildren(f"{XS}attribute"):
            name = item.get("name")
            if name is None:
                assert item.get("ref") == "xml:lang"
                name = clark(XML, "lang")
            yield name, item.get("use") == "required"

    def _any_attribute(self, body: Element) -> bool:
        base = self._base(body)
        return (base is not None and self._any_attribute(base)) or body.find(
            f".//{XS}anyAttribute"
        ) is not None


#: Nested choices, which the table has as a plain order; other rules tell what it leaves out.
NESTED = {
    clark(MD, "EntityDescriptor"),
    clark(SAML, "Subject"),
    clark(SAML, "AuthnContext"),
}


def _slots(row: Row) -> list[Particle]:
    found = []
    for number, slot in enumerate(row.slots):
        names = set(slot.tags)
        if number == row.wildcard:
            names.add("##any" if row.excluded is None else "##other")
        found.append((frozenset(names), slot.required, slot.once))
    return found


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    folder = schema_folder()
    assert folder is not None
    return Schemas(folder)


def test_table_has_every_element_of_the_schemas_and_no_other(schemas: Schemas) -> None:
    assert sorted(schemas.elements()) == sorted(TABLE)


def test_table_has_the_content_models_of_the_schemas(schemas: Schemas) -> None:
    expected = {tag: schemas.particles(tag) for tag in TABLE if tag not in NESTED}
    assert expected == {tag: _slots(row) for tag, row in TABLE.items() if tag not in NESTED}


def test_table_has_the_attributes_of_the_schemas(schemas: Schemas) -> None:
    expected = {tag: schemas.attributes(tag) for tag in TABLE}
    assert expected == {
        tag: {name: field.required for name, field in row.fields.items()}
        for tag, row in TABLE.items()
    }


def test_table_has_the_open_and_the_abstract_types_of_the_schemas(schemas: Schemas) -> None:
    judged = [tag for tag, row in TABLE.items() if not row.open]
    assert {tag: (schemas.open_to_attributes(tag), schemas.abstract(tag)) for tag in judged} == {
        tag: (TABLE[tag].foreign_attributes, TABLE[tag].abstract) for tag in judged
    }


# -- mutated documents against the schema validator ---------------------------------------------

ROLES = """\
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
    xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    entityID="https://idp.example.org/saml" validUntil="2027-01-20T00:00:00Z">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor><ds:KeyInfo><ds:KeyName>a</ds:KeyName></ds:KeyInfo></md:KeyDescriptor>
    <md:ArtifactResolutionService Binding="urn:a" Location="https://idp.example.org/" index="1"/>
    <md:ManageNameIDService Binding="urn:a" Location="https://idp.example.org/"/>
    <md:SingleSignOnService Binding="urn:a" Location="https://idp.example.org/"/>
    <md:NameIDMappingService Binding="urn:a" Location="https://idp.example.org/"/>
    <md:AssertionIDRequestService Binding="urn:a" Location="https://idp.example.org/"/>
    <md:AttributeProfile>urn:a</md:AttributeProfile>
    <saml:Attribute Name="a"><saml:AttributeValue>b</saml:AttributeValue></saml:Attribute>
  </md:IDPSSODescriptor>
  <md:AuthnAuthorityDescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:AuthnQueryService Binding="urn:a" Location="https://idp.example.org/"/>
  </md:AuthnAuthorityDescriptor>
  <md:AttributeAuthorityDescriptor protocolSupportEnumeration="urn:a" errorURL="https://a.example.org">
    <md:AttributeService Binding="urn:a" Location="https://idp.example.org/"/>
    <md:NameIDFormat>urn:a</md:NameIDFormat>
  </md:AttributeAuthorityDescriptor>
  <md:PDPDescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:AuthzService Binding="urn:a" Location="https://idp.example.org/"/>
  </md:PDPDescriptor>
  <md:ContactPerson contactType="other"><md:Company>a</md:Company></md:ContactPerson>
  <md:AdditionalMetadataLocation namespace="urn:a">https://a.example.org/</md:AdditionalMetadataLocation>
</md:EntityDescriptor>
"""
GROUP = """\
<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_a" Name="urn:a"
    validUntil="2027-01-20T00:00:00Z">
  <md:Extensions><a xmlns="urn:a"/></md:Extensions>
  <md:EntityDescriptor entityID="https://group.example.org/saml">
    <md:AffiliationDescriptor affiliationOwnerID="https://sp.example.org/saml">
      <md:AffiliateMember>https://sp.example.org/saml</md:AffiliateMember>
    </md:AffiliationDescriptor>
  </md:EntityDescriptor>
  <md:EntitiesDescriptor>
    <md:EntityDescriptor entityID="https://other.example.org/saml">
      <md:AffiliationDescriptor affiliationOwnerID="https://sp.example.org/saml">
        <md:AffiliateMember>https://sp.example.org/saml</md:AffiliateMember>
      </md:AffiliationDescriptor>
    </md:EntityDescriptor>
  </md:EntitiesDescriptor>
</md:EntitiesDescriptor>
"""
RICH_RESPONSE = """\
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
    xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0"
    IssueInstant="2026-11-23T09:59:00Z" InResponseTo="_b">
  <saml:Issuer>https://idp.example.org/saml</saml:Issuer>
  <samlp:Status>
    <samlp:StatusCode Value="urn:a"><samlp:StatusCode Value="urn:b"/></samlp:StatusCode>
    <samlp:StatusMessage>a</samlp:StatusMessage>
    <samlp:StatusDetail/>
  </samlp:Status>
  <saml:Assertion ID="_c" Version="2.0" IssueInstant="2026-11-23T09:59:00Z">
    <saml:Issuer>https://idp.example.org/saml</saml:Issuer>
    <saml:Conditions>
      <saml:OneTimeUse/>
      <saml:ProxyRestriction Count="1"><saml:Audience>urn:a</saml:Audience></saml:ProxyRestriction>
    </saml:Conditions>
    <saml:Advice><saml:AssertionIDRef>_d</saml:AssertionIDRef></saml:Advice>
    <saml:AuthnStatement AuthnInstant="2026-11-23T09:59:00Z">
      <saml:SubjectLocality Address="192.0.2.1"/>
      <saml:AuthnContext>
        <saml:AuthnContextDeclRef>urn:a</saml:AuthnContextDeclRef>
        <saml:AuthenticatingAuthority>urn:a</saml:AuthenticatingAuthority>
      </saml:AuthnContext>
    </saml:AuthnStatement>
    <saml:AuthzDecisionStatement Resource="urn:a" Decision="Permit">
      <saml:Action Namespace="urn:a">b</saml:Action>
    </saml:AuthzDecisionStatement>
  </saml:Assertion>
</samlp:Response>
"""
RICH_REQUEST = """\
<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
    xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0"
    IssueInstant="2026-11-23T09:59:00Z" AssertionConsumerServiceIndex="1" ForceAuthn="true">
  <saml:Issuer>https://sp.example.org/saml</saml:Issuer>
  <saml:Subject><saml:NameID>a</saml:NameID></saml:Subject>
  <samlp:NameIDPolicy AllowCreate="true"/>
  <saml:Conditions NotBefore="2026-11-23T09:59:00Z"/>
  <samlp:RequestedAuthnContext Comparison="exact">
    <saml:AuthnContextClassRef>urn:a</saml:AuthnContextClassRef>
  </samlp:RequestedAuthnContext>
  <samlp:Scoping ProxyCount="1">
    <samlp:IDPList><samlp:IDPEntry ProviderID="urn:a"/></samlp:IDPList>
    <samlp:RequesterID>urn:a</samlp:RequesterID>
  </samlp:Scoping>
</samlp:AuthnRequest>
"""

#: The rules on structure, and those that the table names as telling of the same thing better.
STRUCTURE = ("xsd-*", "xml-invalid-id-token", "xml-duplicate-id", "role-attr-on-wrong-element")
TOLD = {
    told
    for row in TABLE.values()
    for told in (
        *(slot.absence_told_by for slot in row.slots),
        *(slot.surplus_told_by for slot in row.slots),
        *(field.told_by for field in row.fields.values()),
    )
    if told is not None
}


def _base(name: Base) -> bytes:
    return build(name, sign=None)


DOCUMENTS = {
    "sp": _base("sp"),
    "idp": _base("idp"),
    "response": _base("response"),
    "request": _base("request"),
    "roles": ROLES.encode(),
    "group": GROUP.encode(),
    "rich response": RICH_RESPONSE.encode(),
    "rich request": RICH_REQUEST.encode(),
}


def _judge(xml: bytes) -> Report:
    select = (*STRUCTURE, *TOLD, "authn-*", "status-*", "xsw-*")
    if b"urn:oasis:names:tc:SAML:2.0:metadata" in xml:
        return samlcheck.check_metadata(xml, now=NOW, select=select)
    return samlcheck.check_message(xml, now=NOW, select=select)


def _places(root: Element) -> list[Element]:
    return [
        element for home in FAMILY for element in root.iter(f"{{{home}}}*") if element is not root
    ]


def _renamed(element: Element) -> None:
    element.tag = f"{element.tag}s"


def _duplicated(element: Element) -> None:
    copy = deepcopy(element)
    for number, inner in enumerate(copy.iter("*")):
        if inner.get("ID") is not None:
            inner.set("ID", f"_copy{number}")
    element.addnext(copy)


def _mutants(xml: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the document with one element or attribute dropped, doubled, renamed or swapped."""
    count = len(_places(etree.fromstring(xml)))
    for number in range(count):
        for kind in ("drop", "duplicate", "rename", "swap"):
            root = etree.fromstring(xml)
            element = _places(root)[number]
            parent, after = element.getparent(), element.getnext()
            assert parent is not None
            what = f"{kind} {root.getroottree().getelementpath(element)}"
            if kind == "drop":
                parent.remove(element)
            elif kind == "duplicate":
                _duplicated(element)
            elif kind == "rename":
                _renamed(element)
            elif after is None or after.tag == element.tag:
                continue
            else:
                after.addnext(element)
            yield what, etree.tostring(root)
    yield from _attribute_mutants(xml)


def _attribute_mutants(xml: bytes) -> Iterator[tuple[str, bytes]]:
    root = etree.fromstring(xml)
    for element in [root, *_places(root)]:
        for name, text in list(element.attrib.items()):
            path = f"{root.getroottree().getelementpath(element)}/@{name}"
            del element.attrib[name]
            yield f"drop {path}", etree.tostring(root)
            element.set(f"{name}s", text)
            yield f"rename {path}", etree.tostring(root)
            del element.attrib[f"{name}s"]
            element.set(name, text)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_are_valid_for_both(name: str) -> None:
    assert [] == schema_errors(DOCUMENTS[name])
    found = _judge(DOCUMENTS[name]).findings
    assert [] == [finding for finding in found if finding.rule.startswith("xsd-")]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_mutants_are_judged_as_the_schema_validator_does(name: str) -> None:
    wrong = []
    for what, xml in _mutants(DOCUMENTS[name]):
        errors = schema_errors(xml)
        found = {item.rule for item in _judge(xml).findings if item.severity == "error"}
        if errors and not found:
            wrong.append(f"{what}: only the schema: {errors[0]}")
        if not errors and any(slug.startswith("xsd-") for slug in found):
            wrong.append(f"{what}: only samlcheck: {sorted(found)}")
    assert [] == wrong


def test_the_rules_that_the_table_names_exist() -> None:
    assert set() == TOLD - {rule.id for rule in all_rules()}


# -- in messages --------------------------------------------------------------------------------

ISSUER = "<saml:Issuer>https://idp.example.org/saml</saml:Issuer>"


def _found(xml: bytes, **given: bytes) -> list[tuple[str, str, bool]]:
    select = ("xsd-*", "xml-invalid-id-token", "xml-duplicate-id")
    report = samlcheck.check_message(xml, now=NOW, select=select, **given)
    return [(item.rule, item.owner, item.blocks) for item in report.findings]


def test_misplaced_child_of_a_response_is_the_idps_and_blocks() -> None:
    edits = [
        (f"  {ISSUER}\n  <samlp:Status>", "  <samlp:Status>"),
        ("  </samlp:Status>", f"  </samlp:Status>\n  {ISSUER}"),
    ]
    assert [("xsd-child-order", "idp", True)] == _found(build("response", edits, sign=None))


def test_misspelt_child_of_a_request_is_the_sps() -> None:
    xml = build("request", [("samlp:NameIDPolicy", "samlp:NameIdPolicy")])
    assert [("xsd-core-invalid", "sp", True)] == _found(xml)


def test_same_id_in_another_spelling_and_namespace_counts() -> None:
    copy = '<x:y xmlns:x="urn:example:x" id="_4c92e8f7061b4ad5935fd1a70e2b6c83"/>'
    edit = ("<samlp:Status>", f"<samlp:Extensions>{copy}</samlp:Extensions><samlp:Status>")
    assert [("xml-duplicate-id", "idp", True)] == _found(build("response", [edit], sign=None))


def test_reference_to_an_id_has_to_be_a_name() -> None:
    edit = ("_8e5f1c2a90b74d36ae21f47b03c9d815", "8e5f1c2a90b74d36ae21f47b03c9d815")
    found = _found(build("response", [edit], sign=None))
    assert [("xml-invalid-id-token", "idp", True)] * 2 == found


def test_metadata_beside_a_message_is_not_judged() -> None:
    broken = build("idp", [("md:SingleLogoutService", "md:SingleLogOutService")])
    assert [] == _found(build("response"), idp=broken, sp=build("sp"))


def test_misspelt_required_element_is_told_of_once() -> None:
    edit = ("md:SingleSignOnService", "md:SingleSignonService")
    report = samlcheck.check_metadata(build("idp", [edit]), now=NOW)
    assert ["xsd-core-invalid"] * 2 == [item.rule for item in report.findings]


def test_an_element_with_a_very_long_name_is_found() -> None:
    name = "X" * 150
    message = build("response", [("<saml:Conditions ", f"<saml:{name}/><saml:Conditions ")])
    report = samlcheck.check_message(message, now=NOW)
    assert "tool-rule-crashed" not in {item.rule for item in report.findings}
    assert any(name in (item.location.xpath or "") for item in report.findings)
