"""Rules on the metadata document and its entities; those on identifiers and roles join them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    Algorithm,
    AlgorithmSupport,
    DiscoveryEndpoint,
    Endpoint,
    EntityDescriptor,
    RoleDescriptor,
    UnknownRoleDescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, metadata, rfc
from samlcheck.rules.metadata import (
    entity_roles,
    error_urls,
    identifier_forms,
    identifiers,
    protocols,
    roles,
)
from samlcheck.rules.rule import ERROR, USER, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.structure.meant import XSI_TYPE, stands_for
from samlcheck.xml import Document
from samlcheck.xml.names import FED, MD, clark, display, split_clark

_ROLES: Final = tuple(
    clark(MD, local)
    for local in (
        "RoleDescriptor",
        "IDPSSODescriptor",
        "SPSSODescriptor",
        "AuthnAuthorityDescriptor",
        "AttributeAuthorityDescriptor",
        "PDPDescriptor",
        "AffiliationDescriptor",
    )
)


_SECOND_ROLE: Final = """\
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="encryption">
      <ds:KeyInfo>
        <ds:X509Data><ds:X509Certificate>{cert:sp-encryption}</ds:X509Certificate></ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat>
    <md:AssertionConsumerService index="0" Location="https://sp.example.org/saml/other"
        Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/>
  </md:SPSSODescriptor>"""


@rule(
    "xml-wrong-root",
    on=Document,
    severity=ERROR,
    cites=[metadata("2.3")],
    owner=USER,
    bad=[example("raw", raw=b"<html/>")],
    good=[example("sp"), example("aggregate")],
)
def wrong_root(document: Document, case: Case) -> Iterator[Hit]:
    """The document is not SAML metadata.

    The root of a metadata document is md:EntityDescriptor or md:EntitiesDescriptor.

    Why: software that expects metadata refuses everything else, and often does not say what it
    got: a login page, a captured response, a certificate.
    Fix: Get the metadata document itself; if it came from a URL, open that URL and look.
    """
    root = document.root
    if root is None:
        return
    namespace, local = split_clark(str(root.tag))
    if namespace == MD and local in ("EntityDescriptor", "EntitiesDescriptor"):
        return
    yield hit(
        root,
        f"The root element is {display(str(root.tag))}, not SAML metadata",
        expected="md:EntityDescriptor or md:EntitiesDescriptor",
        actual=str(root.tag),
    )


@rule(
    "ent-no-roles",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[metadata("2.3.2")],
    bad=[
        example(
            "raw",
            raw='<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
            'entityID="https://sp.example.org/saml" validUntil="2027-01-20T00:00:00Z"/>',
        )
    ],
    good=[example("sp"), example("aggregate")],
)
def no_roles(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity has no role.

    An md:EntityDescriptor holds at least one role, such as md:SPSSODescriptor or
    md:IDPSSODescriptor, or an affiliation.

    Why: the document says that the entity exists, but not how to talk to it: no endpoint, no key.
    Fix: Export the metadata again from the software that plays the role; a filter on the way may
    have taken the role out.
    """
    if entity.roles or entity.affiliation is not None:
        return
    if not stands_for(entity.element, _ROLES):
        yield hit(
            entity,
            "The entity has no role",
            expected="md:SPSSODescriptor or md:IDPSSODescriptor",
        )


def _kind(role: RoleDescriptor) -> tuple[str, str | None]:
    """Return what makes two roles the same: the element, and the type of an extension role."""
    kind = role.xsi_type if isinstance(role, UnknownRoleDescriptor) else None
    return str(role.element.tag), kind


@rule(
    "ent-multiple-same-role",
    on=EntityDescriptor,
    severity=WARNING,
    cites=[metadata("2.3.2")],
    bad=[
        example(
            "sp",
            ("</md:SPSSODescriptor>", f"</md:SPSSODescriptor>\n{_SECOND_ROLE}"),
        )
    ],
    good=[example("sp"), example("idp")],
)
def multiple_same_role(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity has the same role twice for one protocol.

    Several roles of one kind are fine when each is for another protocol; here they share one.

    Why: which of the two a reader takes is not defined, so partners use different endpoints and
    keys, and one of them fails.
    Fix: Join the two roles in one, with the endpoints and keys of both.
    """
    first: dict[tuple[tuple[str, str | None], str], RoleDescriptor] = {}
    for role in entity.roles:
        kind, protocols = _kind(role), dict.fromkeys(role.protocols or ())
        shared = [item for item in protocols if (kind, item) in first]
        if shared:
            yield hit(
                role,
                f"{display(str(role.element.tag))} occurs twice for {shared[0]}",
                attribute="protocolSupportEnumeration",
                expected="one role of a kind for each protocol",
                actual=" ".join(shared),
                related=[Place(first[kind, shared[0]], None, "the first role of this kind")],
            )
        for item in protocols:
            first.setdefault((kind, item), role)


@rule(
    "entra-wsfed-role-only",
    on=EntityDescriptor,
    severity=WARNING,
    cites=[metadata("2.4.1")],
    bad=[
        example(
            "idp",
            (
                '<md:IDPSSODescriptor WantAuthnRequestsSigned="true"',
                '<md:RoleDescriptor xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
                'xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706" '
                'xsi:type="fed:SecurityTokenServiceType"',
            ),
            ("</md:IDPSSODescriptor>", "</md:RoleDescriptor>"),
        )
    ],
    good=[example("sp"), example("idp")],
)
def ws_federation_only(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The metadata describes WS-Federation only.

    All roles are md:RoleDescriptor elements of a WS-Federation type; none is a role of SAML.

    Why: Microsoft Entra ID and AD FS publish both in documents of the same form. SAML software
    finds neither a sign-on URL nor a certificate in this one.
    Fix: Take the federation metadata of the SAML application, the one with an
    md:IDPSSODescriptor, or switch its single sign-on to SAML.
    """
    roles = [role for role in entity.roles if isinstance(role, UnknownRoleDescriptor)]
    if not roles or len(roles) != len(entity.roles):
        return
    if all(_is_ws_federation(role) for role in roles):
        yield hit(
            roles[0],
            "The entity has roles of WS-Federation only, none of SAML 2.0",
            attribute=XSI_TYPE,
            expected="md:IDPSSODescriptor or md:SPSSODescriptor",
            actual=roles[0].xsi_type,
        )


def _is_ws_federation(role: UnknownRoleDescriptor) -> bool:
    prefix, _, _ = (role.xsi_type or "").strip().rpartition(":")
    return role.element.nsmap.get(prefix or None) == FED


_SPACED = (
    EntityDescriptor | RoleDescriptor | Endpoint | DiscoveryEndpoint | Algorithm | AlgorithmSupport
)


def _uri_attributes(node: _SPACED) -> tuple[tuple[str, str | None], ...]:
    """Return the attributes of a node that hold a URI, but for the locations of endpoints."""
    if isinstance(node, EntityDescriptor):
        return (("entityID", node.entity_id),)
    if isinstance(node, RoleDescriptor):
        return (("errorURL", node.error_url),)
    if isinstance(node, Endpoint):
        return (("Binding", node.binding),)
    if isinstance(node, DiscoveryEndpoint):
        return (("Binding", node.binding), ("Location", node.location))
    return (("Algorithm", node.algorithm),)


@rule(
    "xml-space-in-uri-attr",
    on=(EntityDescriptor, RoleDescriptor, Endpoint, DiscoveryEndpoint, Algorithm, AlgorithmSupport),
    severity=ERROR,
    cites=[rfc(3986, "2"), core("1.3.2")],
    bad=[
        example(
            "sp",
            (
                'entityID="https://sp.example.org/saml"',
                'entityID="https://sp.example.org/our saml"',
            ),
        ),
        example(
            "sp",
            ('entityID="https://sp.example.org/saml"', 'entityID="https://sp.example.org/saml "'),
        ),
    ],
    good=[example("sp"), example("idp")],
)
def space_in_uri(node: _SPACED, case: Case) -> Iterator[Hit]:
    """A URI has white space in it.

    entityID, Binding, Algorithm and errorURL are URIs and hold no blank or line break. One at the
    end or the beginning is a warning: some readers take it away, others do not.

    Why: the values are compared character by character, so that one blank makes an entity,
    a binding or an algorithm unknown; and it cannot be seen in a form or a log.
    Fix: Remove the white space; if it belongs to the value, write it as %20.
    """
    for name, text in _uri_attributes(node):
        if text is None:
            continue
        parts = text.split()
        if not parts or parts == [text]:
            continue
        inside = len(parts) > 1
        where = "in" if inside else "around"
        yield hit(
            node,
            f'{name} "{text}" has white space {where} it',
            attribute=name,
            expected="".join(text.split()) if not inside else "a URI without white space",
            actual=text,
            severity=ERROR if inside else WARNING,
        )


RULES = (
    wrong_root,
    no_roles,
    multiple_same_role,
    ws_federation_only,
    space_in_uri,
    *identifiers.RULES,
    *identifier_forms.RULES,
    *entity_roles.RULES,
    *roles.RULES,
    *protocols.RULES,
    *error_urls.RULES,
)
