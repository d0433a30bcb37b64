"""Rules on role descriptors: the protocols they list and the flags they carry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from samlcheck.model import (
    EntityDescriptor,
    IDPSSODescriptor,
    RoleDescriptor,
    SPSSODescriptor,
    SSODescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata
from samlcheck.rules.rule import ERROR, WARNING, Hit, example, hit, rule
from samlcheck.rules.structure.meant import ROLE_ATTRIBUTES, meant_attribute
from samlcheck.xml.names import MD, PROTOCOL_SAML2, display, split_clark

_PROTOCOLS: Final = ' protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"'
_SAML2_URN: Final = "urn:oasis:names:tc:SAML:2.0:"
_SIGNED: Final = 'AuthnRequestsSigned="true" '


@rule(
    "role-protocol-missing",
    on=RoleDescriptor,
    severity=ERROR,
    cites=[metadata("2.4.1")],
    bad=[
        example("sp", (_PROTOCOLS, "")),
        example("idp", (_PROTOCOLS, ' protocolSupportEnumeration=""')),
    ],
    good=[example("sp"), example("idp")],
)
def protocol_missing(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """A role does not say which protocols it supports.

    The attribute protocolSupportEnumeration of the role is absent or empty.

    Why: the attribute is required, and readers choose a role by it: without it the role is passed
    over, as if it were not there.
    Fix: Add protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" to the role.
    """
    if role.protocols or meant_attribute(role.element, "protocolSupportEnumeration"):
        return
    yield hit(
        role,
        f"{display(str(role.element.tag))} lists no protocol",
        attribute="protocolSupportEnumeration",
        expected=PROTOCOL_SAML2,
        actual=role.protocols_text,
    )


def _meant_saml2(role: SSODescriptor) -> str | None:
    """Return a token of the role that is most likely meant to be the protocol of SAML 2.0."""
    for token in role.protocols or ():
        lower = token.lower()
        if "saml" in lower and ("2.0" in lower or "saml2" in lower):
            return token
    return None


def _saml2_endpoint(role: SSODescriptor) -> str | None:
    """Return the binding of an endpoint for logins that only SAML 2.0 has."""
    if isinstance(role, SPSSODescriptor):
        bindings = [item.binding for item in role.assertion_consumer_services]
    elif isinstance(role, IDPSSODescriptor):
        bindings = [item.binding for item in role.single_sign_on_services]
    else:
        return None
    return next((item for item in bindings if item and item.startswith(_SAML2_URN)), None)


@rule(
    "role-protocol-no-saml2",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[metadata("2.4.1")],
    bad=[
        example(
            "sp",
            (_PROTOCOLS, ' protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:assertion"'),
        ),
        example(
            "idp",
            (_PROTOCOLS, ' protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol"'),
            also=["role-protocol-legacy"],
        ),
    ],
    good=[
        example("sp"),
        example(
            "sp",
            ("SAML:2.0:protocol", "SAML:1.1:protocol urn:oasis:names:tc:SAML:2.0:protocol"),
            also=["role-protocol-legacy", "role-saml1-endpoint-missing"],
        ),
    ],
)
def protocol_no_saml2(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """An SP or IdP role does not list the protocol of SAML 2.0.

    protocolSupportEnumeration has to hold urn:oasis:names:tc:SAML:2.0:protocol as a whole word. A
    role that names something like it, or has endpoints of SAML 2.0, lacks it by mistake; an entity
    that can only do SAML 1.1 is a warning.

    Why: partners that speak SAML 2.0 choose a role by this value and find none.
    Fix: Add urn:oasis:names:tc:SAML:2.0:protocol to protocolSupportEnumeration if the software
    speaks SAML 2.0; if not, ask for metadata of software that does.
    """
    kinds: Sequence[Sequence[SSODescriptor]] = (entity.sp_roles, entity.idp_roles)
    other_covers = any(role.is_saml2 for role in entity.roles)
    for roles in kinds:
        if any(role.is_saml2 for role in roles):
            continue
        for role in roles:
            name = display(str(role.element.tag))
            token, binding = _meant_saml2(role), _saml2_endpoint(role)
            if not role.protocols:
                continue
            if token is not None:
                words, severity = f'{name} lists the protocol "{token}"', ERROR
            elif binding is not None:
                words, severity = (
                    f"{name} has endpoints of SAML 2.0, but does not list its protocol",
                    ERROR,
                )
            elif other_covers:
                continue
            else:
                words, severity = f"{name} does not support SAML 2.0", WARNING
            yield hit(
                role,
                words,
                attribute="protocolSupportEnumeration",
                expected=PROTOCOL_SAML2,
                actual=role.protocols_text,
                severity=severity,
            )


@rule(
    "role-attr-on-wrong-element",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[metadata("2.4.3"), metadata("2.4.4")],
    bad=[
        example("idp", (' entityID="', ' WantAuthnRequestsSigned="true" entityID="')),
        example("sp", (_SIGNED, f'{_SIGNED}WantAuthnRequestsSigned="true" ')),
    ],
    good=[example("sp"), example("idp")],
)
def attribute_on_wrong_element(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """A setting stands on an element where it has no effect.

    WantAuthnRequestsSigned belongs on md:IDPSSODescriptor, AuthnRequestsSigned and
    WantAssertionsSigned on md:SPSSODescriptor, protocolSupportEnumeration and errorURL on a role,
    entityID on md:EntityDescriptor.

    Why: readers look for the setting in its place and take the default when it is not there;
    schema-validating ones refuse the document.
    Fix: Move the attribute to the element named.
    """
    if not case.schema_valid(entity.element):
        yield from _misplaced_settings(entity)
        for role in entity.roles:
            yield from _misplaced_settings(role)


def _misplaced_settings(node: EntityDescriptor | RoleDescriptor) -> Iterator[Hit]:
    written = [name for name in ROLE_ATTRIBUTES if node.element.get(name) is not None]
    if not written:
        return
    from samlcheck.rules.structure.table import TABLE

    own = TABLE[str(node.element.tag)].fields
    for name in written:
        if name in own:
            continue
        right = [tag for tag, other in TABLE.items() if name in other.fields]
        homes = [display(tag) for tag in right if split_clark(tag)[0] == MD]
        yield hit(
            node,
            f"{name} stands on {display(str(node.element.tag))}, where it has no effect",
            attribute=name,
            expected="on " + " or ".join(homes),
            actual=f'{name}="{node.element.get(name)}"',
        )


@rule(
    "role-authnrequests-vs-keys",
    on=SPSSODescriptor,
    severity=ERROR,
    cites=[metadata("2.4.4"), metadata("2.4.1.1")],
    bad=[
        example(
            "sp",
            ('<md:KeyDescriptor use="signing">', '<md:KeyDescriptor use="encryption">'),
            also=["key-enc-rollover-two-active"],
        )
    ],
    good=[
        example("sp"),
        example(
            "sp",
            ('<md:KeyDescriptor use="signing">', "<md:KeyDescriptor>"),
        ),
    ],
)
def requests_signed_without_key(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The SP says that it signs its requests, but gives no key to verify them with.

    AuthnRequestsSigned is true, and no md:KeyDescriptor is for signing.

    Why: the identity provider has to refuse each request, because it cannot verify it.
    Fix: Add a md:KeyDescriptor with use="signing" and the certificate of the signing key, or set
    AuthnRequestsSigned to false.
    """
    if role.signs_requests and not role.signing_keys:
        yield hit(
            role,
            "AuthnRequestsSigned is true, but the role has no key for signing",
            attribute="AuthnRequestsSigned",
            expected='a md:KeyDescriptor with use="signing"',
        )


RULES = (
    protocol_missing,
    protocol_no_saml2,
    attribute_on_wrong_element,
    requests_signed_without_key,
)
