"""Rules on where signatures stand in metadata, and what of it they protect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    EntitiesDescriptor,
    EntityAttributes,
    EntityDescriptor,
    RoleDescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, metadata
from samlcheck.rules.metadata.category_registry import MDATTR as MDATTR_SPECIFICATION
from samlcheck.rules.rule import ERROR, INFO, Hit, Place, example, hit, rule
from samlcheck.xml import Document
from samlcheck.xml.names import DS, EXC_C14N, MD, MDATTR, SAML, SAMLP, clark, display, split_clark

_SIGNATURE: Final = clark(DS, "Signature")
_ASSERTION: Final = clark(SAML, "Assertion")
_SIGNED: Final = frozenset(
    clark(MD, local)
    for local in (
        "EntitiesDescriptor",
        "EntityDescriptor",
        "RoleDescriptor",
        "IDPSSODescriptor",
        "SPSSODescriptor",
        "AuthnAuthorityDescriptor",
        "AttributeAuthorityDescriptor",
        "PDPDescriptor",
        "AffiliationDescriptor",
    )
) | {_ASSERTION}
_MARK: Final = b"SignatureValue"
_METADATA_ID: Final = 'ID="_c81e47b02f9d4a53a7d60e1b39f5c284"\n    '
_STRAY: Final = (
    f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo/><ds:SignatureValue>AAAA</ds:SignatureValue>'
    "</ds:Signature>"
)
_ROLE_EXTENSIONS: Final = "<md:Extensions>\n      <shibmd:Scope"
_CLAIM: Final = (
    f'<saml:Assertion xmlns:saml="{SAML}" ID="_a" Version="2.0" '
    'IssueInstant="2026-11-23T09:00:00Z"><saml:Issuer>https://auditor.example.org</saml:Issuer>'
    "<saml:Subject><saml:NameID "
    'Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">https://sp.example.org/saml'
    "</saml:NameID></saml:Subject><saml:AttributeStatement><saml:Attribute "
    'Name="urn:example:audited" '
    'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"><saml:AttributeValue>yes'
    "</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>"
)
_SP_ROLE: Final = '  <md:SPSSODescriptor AuthnRequestsSigned="true"'
_ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_SIGNED_INFO: Final = (
    f'<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{EXC_C14N}"/>'
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
    '<ds:Reference URI="#_5d3c0b7e9a1f4628b6e47c2d8f01a935"><ds:Transforms>'
    f'<ds:Transform Algorithm="{_ENVELOPED}"/><ds:Transform Algorithm="{EXC_C14N}"/>'
    "</ds:Transforms>"
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
    "<ds:DigestValue>AAAA</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)
_END: Final = '    entityID="https://sp.example.org/saml">\n'
_SIGNED_ENTITY: Final = _END, _END + _STRAY.replace("<ds:SignedInfo/>", _SIGNED_INFO)


@rule(
    "sig-not-enveloped-child",
    on=Document,
    severity=ERROR,
    cites=[metadata("3.1.1"), core("5.4.1")],
    bad=[
        example(
            "idp",
            (_ROLE_EXTENSIONS, f"<md:Extensions>\n      {_STRAY}<shibmd:Scope"),
            also=["xsd-missing-required-child"],
        )
    ],
    good=[example("idp"), example("idp", sign="root", also=["sig-no-keyed-trust"])],
)
def not_enveloped_child(document: Document, case: Case) -> Iterator[Hit]:
    """A signature stands where it signs nothing.

    In metadata a ds:Signature is a child of the element that it signs: the whole, an entity, a
    role or an affiliation. Here it is somewhere else, such as inside md:Extensions.

    Why: readers look for a signature in its place and take the metadata for unsigned; schema-
    validating ones refuse the document.
    Fix: Sign again, with software that puts the signature first in the signed element; a
    signature that is moved by hand does not verify.
    """
    root = document.root
    if case.kind != "metadata" or root is None or _MARK not in document.data:
        return
    for element in root.iter(_SIGNATURE):
        parent = element.getparent()
        if parent is None or parent.tag in _SIGNED:
            continue
        if split_clark(str(parent.tag))[0] in (MD, SAML, SAMLP):
            yield hit(
                element,
                f"A ds:Signature stands in {display(str(parent.tag))}, which cannot be signed",
                expected="ds:Signature as the first child of the element that it signs",
            )


@rule(
    "sig-root-no-id",
    on=(EntitiesDescriptor, EntityDescriptor, RoleDescriptor),
    severity=ERROR,
    cites=[metadata("3.1.2")],
    bad=[example("idp", (_METADATA_ID, ""), sign="root", also=["sig-no-keyed-trust"])],
    good=[example("idp"), example("idp", sign="root", also=["sig-no-keyed-trust"])],
)
def signed_without_id(
    node: EntitiesDescriptor | EntityDescriptor | RoleDescriptor, case: Case
) -> Iterator[Hit]:
    """A signed element has no ID.

    A ds:Signature stands in it, but the element has no attribute ID to which the signature could
    refer.

    Why: the signature then refers to the whole document, or to nothing; receivers that follow
    SAML refuse it, and it breaks when the element is put into another document.
    Fix: Give the element an ID and sign it again, with a Reference to that ID.
    """
    if node.signatures and not (node.element.get("ID") or "").strip():
        yield hit(
            node,
            f"{display(str(node.element.tag))} is signed, but has no ID",
            attribute="ID",
            expected="an ID, to which the signature refers",
            related=[Place(node.signatures[0], None, "the signature")],
        )


@rule(
    "sig-nested-unsigned-root",
    on=EntitiesDescriptor,
    severity=INFO,
    cites=[metadata("3")],
    bad=[
        example(
            "aggregate",
            _SIGNED_ENTITY,
            also=["sig-digest-mismatch", "sig-no-keyed-trust", "sig-signedinfo-invalid"],
        )
    ],
    good=[example("aggregate")],
)
def only_parts_signed(group: EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """Parts of the aggregate are signed, but not the whole.

    An entity or a group inside has a signature, and the root element has none.

    Why: who may change the document on its way can take signed parts out, put others in, and
    change the validity of the whole.
    Fix: Sign the root element; signatures of the parts may stay.
    """
    if group.signatures or group.element.getparent() is not None:
        return
    for member in group.members:
        if member.signatures:
            yield hit(
                group,
                "The aggregate is not signed, but a part of it is",
                expected="a ds:Signature in the root element",
                related=[Place(member.signatures[0], None, "the signature of a part")],
            )
            return


@rule(
    "sig-attr-assertion-unsigned",
    on=EntityAttributes,
    severity=ERROR,
    cites=[MDATTR_SPECIFICATION],
    bad=[
        example(
            "sp",
            (
                _SP_ROLE,
                "  <md:Extensions><mdattr:EntityAttributes "
                f'xmlns:mdattr="{MDATTR}">{_CLAIM}</mdattr:EntityAttributes></md:Extensions>\n'
                + _SP_ROLE,
            ),
        )
    ],
    good=[example("sp")],
)
def claim_unsigned(attributes: EntityAttributes, case: Case) -> Iterator[Hit]:
    """An assertion about the entity is not signed.

    mdattr:EntityAttributes holds a saml:Assertion without a ds:Signature of its own.

    Why: the assertion is there to let somebody else than the publisher vouch for the entity;
    without a signature anybody may have written it.
    Fix: Let its issuer sign the assertion, or state the attributes themselves as saml:Attribute.
    """
    for assertion in attributes.assertions:
        if next(assertion.iterchildren(_SIGNATURE), None) is None:
            yield hit(
                assertion,
                "A saml:Assertion in mdattr:EntityAttributes is not signed",
                expected="a ds:Signature in the saml:Assertion",
            )


RULES = (not_enveloped_child, signed_without_id, only_parts_signed, claim_unsigned)
