"""Rules on what may break a signature on metadata, or the trust in it, though it is good now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import Signature
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation, metadata
from samlcheck.rules.metadata.sources import EDUGAIN_VALIDATION
from samlcheck.rules.rule import INFO, Hit, example, hit, rule
from samlcheck.rules.wording import distance_words, instant_words
from samlcheck.xml.names import EXC_C14N, MD, SAML, SHIBMD, XSI, clark, display

_SCOPE: Final = clark(SHIBMD, "Scope")
_XSI_TYPE: Final = clark(XSI, "type")
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
    """Return the metadata element that a signature stands in; None in messages."""
    return signature.parent if case.kind == "metadata" else None


@rule(
    "sig-schema-default-hazard",
    on=Signature,
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
def schema_default(signature: Signature, case: Case) -> Iterator[Hit]:
    """Signed metadata leaves out an attribute that a schema fills in.

    A shibmd:Scope in the signed element has no regexp. Its schema gives the attribute the default
    false.

    Why: software that validates the document against the schema before it verifies the signature
    adds the attribute, and then the digest is no longer that of what was signed.
    Fix: The publisher writes regexp="false" before signing.
    """
    signed = _signed_element(signature, case)
    for scope in signed.iter(_SCOPE) if signed is not None else ():
        if scope.get("regexp") is None:
            yield hit(
                scope,
                "A shibmd:Scope without regexp is signed; a schema fills in the attribute",
                attribute="regexp",
                expected='regexp="false"',
            )
            return


def _hidden_prefix(element: Element, signed: Element) -> str | None:
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


@rule(
    "sig-xsi-type-prefix-hazard",
    on=Signature,
    severity=INFO,
    cites=[_EXCLUSIVE],
    bad=[example("idp", _VALUE, sign="root", also=["sig-no-keyed-trust"])],
    good=[*_GOOD, example("idp", _VALUE)],
)
def type_prefix(signature: Signature, case: Case) -> Iterator[Hit]:
    """A prefix that only an xsi:type uses is not covered by the signature.

    Exclusive canonicalization keeps the declarations of prefixes that element and attribute names
    use. A prefix in the value of xsi:type does not count, unless the signature lists it in
    InclusiveNamespaces.

    Why: whoever changes the declaration on the way changes the type, and the signature stays
    good; and software that takes the signed element out loses the declaration.
    Fix: The publisher leaves out xsi:type where it says nothing, as with xs:string, or lists the
    prefix in InclusiveNamespaces.
    """
    signed = _signed_element(signature, case)
    if signed is None or not any(
        (transform.algorithm or "").startswith(EXC_C14N)
        for reference in signature.references
        for transform in reference.transforms
    ):
        return
    kept = {
        prefix
        for reference in signature.references
        for transform in reference.transforms
        for prefix in transform.inclusive_prefixes or ()
    }
    for element in signed.iter(*_TYPED):
        if element.get(_XSI_TYPE) is None:
            continue
        prefix = _hidden_prefix(element, signed)
        if prefix is not None and prefix not in kept:
            yield hit(
                element,
                f"The prefix {prefix}: in the xsi:type of {display(str(element.tag))} is not "
                "covered by the signature",
                attribute=_XSI_TYPE,
                expected=f"{prefix} in InclusiveNamespaces, or no xsi:type",
                actual=element.get(_XSI_TYPE),
            )
            return


RULES = (signer_expired, schema_default, type_prefix)
