"""Rules on what may break a signature on metadata, or the trust in it, though it is good now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import EntityDescriptor, Signature
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation, metadata
from samlcheck.rules.metadata.sources import EDUGAIN_VALIDATION
from samlcheck.rules.rule import INFO, Hit, Place, example, hit, rule
from samlcheck.rules.sets import Census
from samlcheck.rules.wording import distance_words, instant_words
from samlcheck.xml.names import DS, EXC_C14N, MD, SAML, SHIBMD, XSI, clark, display

_SCOPE: Final = clark(SHIBMD, "Scope")
_XSI_TYPE: Final = clark(XSI, "type")
_SIGNATURE: Final = clark(DS, "Signature")
_GROUP: Final = clark(MD, "EntitiesDescriptor")
_TYPED: Final = (
    clark(SAML, "AttributeValue"),
    clark(MD, "RoleDescriptor"),
)
_EXCLUSIVE: Final = Citation(
    "Exclusive XML Canonicalization 1.0", "3", "https://www.w3.org/TR/xml-exc-c14n/"
)
_SCHEMA_DEFAULTS: Final = Citation(
    "XML Schema Structures", None, "https://www.w3.org/TR/xmlschema-1/"
)
_SIGNED: Final = example("idp", sign="root", also=["sig-no-keyed-trust"])
_GOOD: Final = (example("idp"), _SIGNED)
_VALUE: Final = (
    "  <md:IDPSSODescriptor ",
    "  <md:Extensions><mdattr:EntityAttributes "
    f'xmlns:mdattr="urn:oasis:names:tc:SAML:metadata:attribute" xmlns:saml="{SAML}" '
    f'xmlns:xsi="{XSI}" xmlns:xs="http://www.w3.org/2001/XMLSchema">'
    '<saml:Attribute Name="http://macedir.org/entity-category-support" '
    'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">'
    '<saml:AttributeValue xsi:type="xs:string">http://refeds.org/category/research-and-scholarship</saml:AttributeValue></saml:Attribute>'
    "</mdattr:EntityAttributes></md:Extensions>\n  <md:IDPSSODescriptor ",
)


@rule(
    "sig-signer-cert-expired",
    on=Signature,
    severity=INFO,
    cites=[metadata("3.1.5"), EDUGAIN_VALIDATION],
    bad=[
        example(
            "idp",
            sign="root",
            key="expired",
            also=["sig-no-keyed-trust"],
        )
    ],
    good=_GOOD,
)
def signer_expired(signature: Signature, case: Case) -> Iterator[Hit]:
    """The certificate that the metadata is signed with has expired.

    It is the first certificate in the ds:KeyInfo of the signature. The signature itself stays
    good: SAML takes the key from a certificate and nothing else.

    Why: some software refuses signatures with an expired certificate, and a publisher who lets it
    expire has perhaps forgotten it.
    Fix: The publisher signs with a new certificate of the same key, so that nobody has to change
    the key that is trusted.
    """
    if case.kind != "metadata" or signature.key_info is None:
        return
    for certificate in signature.key_info.certificates[:1]:
        end = case.certificate(certificate).not_after
        if end is not None and end < case.now:
            yield hit(
                certificate,
                f"The certificate of the signature expired at {instant_words(end)}, "
                f"{distance_words(case.now - end)} ago",
                expected="a certificate that is valid",
                actual=instant_words(end),
            )


def _signed_element(signature: Signature, case: Case) -> Element | None:
    """Return the metadata element that a signature stands in, no group; None in messages."""
    parent = signature.parent if case.kind == "metadata" else None
    return None if parent is None or parent.tag == _GROUP else parent


def _signature_around(entity: EntityDescriptor) -> Signature | None:
    """Return the signature of the nearest group around an entity that has one."""
    for group in entity.element.iterancestors(_GROUP):
        found = group.find(_SIGNATURE)
        if found is not None:
            return Signature(element=found)
    return None


def _first_scope(signed: Element) -> Element | None:
    """Return the first shibmd:Scope without regexp."""
    return next((scope for scope in signed.iter(_SCOPE) if scope.get("regexp") is None), None)


def _scope_in_group(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    if _signature_around(entity) is not None:
        scope = _first_scope(entity.element)
        if scope is not None:
            yield "regexp", Place(scope)


@rule(
    "sig-schema-default-hazard",
    on=(Signature, Census),
    facts=_scope_in_group,
    severity=INFO,
    cites=[_SCHEMA_DEFAULTS, EDUGAIN_VALIDATION],
    bad=[
        example(
            "idp",
            (' regexp="false"', ""),
            sign="root",
            also=["sig-no-keyed-trust"],
        )
    ],
    good=[*_GOOD, example("idp", (' regexp="false"', ""))],
)
def schema_default(signed: Signature | Census, case: Case) -> Iterator[Hit]:
    """Signed metadata leaves out an attribute that a schema fills in.

    A shibmd:Scope in the signed element has no regexp. Its schema gives the attribute the default
    false.

    Why: software that validates the document against the schema before it verifies the signature
    adds the attribute, and then the digest is no longer that of what was signed.
    Fix: The publisher writes regexp="false" before signing.
    """
    if isinstance(signed, Census):
        first = signed.first("regexp")
        scope = None if first is None else first.place.subject
    else:
        element = _signed_element(signed, case)
        scope = None if element is None else _first_scope(element)
    if scope is not None:
        yield hit(
            scope,
            "A shibmd:Scope without regexp is signed; a schema fills in the attribute",
            attribute="regexp",
            expected='regexp="false"',
        )


def _hidden_prefix(element: Element, signed: Element | None) -> str | None:
    """Return the prefix of an element's xsi:type when nothing else makes it part of the digest."""
    prefix, colon, _ = (element.get(_XSI_TYPE) or "").strip().rpartition(":")
    uri = element.nsmap.get(prefix or None)
    if not colon or uri is None:
        return None
    for holder in (element, *element.iterancestors()):
        names = (str(holder.tag), *(str(name) for name in holder.attrib))
        if any(name.startswith(f"{{{uri}}}") for name in names):
            return None
        if holder is signed:
            break
    return prefix


def _first_hidden(signature: Signature, signed: Element) -> tuple[Element, str] | None:
    """Return the first element whose xsi:type has a prefix that the signature does not cover."""
    transforms = [item for reference in signature.references for item in reference.transforms]
    if not any((item.algorithm or "").startswith(EXC_C14N) for item in transforms):
        return None
    kept = {prefix for item in transforms for prefix in item.inclusive_prefixes or ()}
    for element in signed.iter(*_TYPED):
        if element.get(_XSI_TYPE) is not None:
            prefix = _hidden_prefix(element, signature.parent)
            if prefix is not None and prefix not in kept:
                return element, prefix
    return None


def _hidden_in_group(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    signature = _signature_around(entity)
    found = None if signature is None else _first_hidden(signature, entity.element)
    if found is not None:
        yield found[1], Place(found[0])


@rule(
    "sig-xsi-type-prefix-hazard",
    on=(Signature, Census),
    facts=_hidden_in_group,
    severity=INFO,
    cites=[_EXCLUSIVE],
    bad=[example("idp", _VALUE, sign="root", also=["sig-no-keyed-trust"])],
    good=[*_GOOD, example("idp", _VALUE)],
)
def type_prefix(signed: Signature | Census, case: Case) -> Iterator[Hit]:
    """A prefix that only an xsi:type uses is not covered by the signature.

    Exclusive canonicalization keeps the declarations of prefixes that element and attribute names
    use. A prefix in the value of xsi:type does not count, unless the signature lists it in
    InclusiveNamespaces.

    Why: whoever changes the declaration on the way changes the type, and the signature stays
    good; and software that takes the signed element out loses the declaration.
    Fix: The publisher leaves out xsi:type where it says nothing, as with xs:string, or lists the
    prefix in InclusiveNamespaces.
    """
    found: list[tuple[object, str]] = []
    if isinstance(signed, Census):
        found = [
            (member.place.subject, prefix)
            for prefix in signed.counts
            if (member := signed.first(prefix)) is not None
        ]
    elif (parent := _signed_element(signed, case)) is not None:
        hidden = _first_hidden(signed, parent)
        found = [] if hidden is None else [hidden]
    for subject, prefix in found[:1]:
        element = subject if isinstance(subject, Element) else None
        if element is not None:
            yield hit(
                element,
                f"The prefix {prefix}: in the xsi:type of {display(str(element.tag))} is not "
                "covered by the signature",
                attribute=_XSI_TYPE,
                expected=f"{prefix} in InclusiveNamespaces, or no xsi:type",
                actual=element.get(_XSI_TYPE),
            )


RULES = (signer_expired, schema_default, type_prefix)
