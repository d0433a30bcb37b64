"""Rules on protocolSupportEnumeration: its words, and the endpoints that go with each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from samlcheck.model import (
    Endpoint,
    IDPSSODescriptor,
    QueryDescriptor,
    RoleDescriptor,
    SPSSODescriptor,
    SSODescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata, paper, xsd
from samlcheck.rules.metadata.sources import SAML1_METADATA
from samlcheck.rules.rule import ERROR, INFO, WARNING, Edit, Hit, Place, example, hit, rule
from samlcheck.xml.names import FED, HOKSSO, MD, PROTOCOL_SAML2, WSTRUST, WSTRUST05, clark, display

_SAML11: Final = "urn:oasis:names:tc:SAML:1.1:protocol"
_SAML10: Final = "urn:oasis:names:tc:SAML:1.0:protocol"
_SHIBBOLETH: Final = "urn:mace:shibboleth:1.0"
_ADFS: Final = "http://schemas.xmlsoap.org/ws/2003/07/secext"
_LEGACY: Final = frozenset((_SAML11, _SAML10, _SHIBBOLETH))
_KNOWN: Final = frozenset((*_LEGACY, PROTOCOL_SAML2, _ADFS, FED, WSTRUST, WSTRUST05))

_SAML1_BINDINGS: Final = "urn:oasis:names:tc:SAML:1.0:"
_SAML1_POST: Final = "urn:oasis:names:tc:SAML:1.0:profiles:browser-post"
_SAML1_SOAP: Final = "urn:oasis:names:tc:SAML:1.0:bindings:SOAP-binding"
_SAML2_BINDINGS: Final = "urn:oasis:names:tc:SAML:2.0:bindings:"
_SAML1_ARTIFACT: Final = "urn:oasis:names:tc:SAML:1.0:profiles:artifact-01"
_SHIBBOLETH_SSO: Final = "urn:mace:shibboleth:1.0:profiles:AuthnRequest"
#: The bindings of which each role has one at least when it speaks SAML 1.
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        clark(MD, "SPSSODescriptor"): (_SAML1_POST, _SAML1_ARTIFACT),
        clark(MD, "IDPSSODescriptor"): (_SHIBBOLETH_SSO,),
        clark(MD, "AttributeAuthorityDescriptor"): (_SAML1_SOAP,),
        clark(MD, "AuthnAuthorityDescriptor"): (_SAML1_SOAP,),
        clark(MD, "PDPDescriptor"): (_SAML1_SOAP,),
    }
)

_ATTRIBUTE: Final = "protocolSupportEnumeration"
_LIST: Final = f'{_ATTRIBUTE}="{PROTOCOL_SAML2}"'
_GOOD: Final = (example("sp"), example("idp"))
_SHIBBOLETH_PROFILES: Final = paper(
    "Shibboleth Architecture: Protocols and Profiles",
    "https://wiki.shibboleth.net/confluence/display/SHIB/SAML1Specs",
)
_SSO: Final = (
    '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" '
    'Location="https://idp.example.org/saml/sso/post"/>'
)
_SAML1_SSO: Final = (
    f'{_SSO}<md:SingleSignOnService Binding="{_SHIBBOLETH_SSO}" '
    'Location="https://idp.example.org/saml/sso/shibboleth"/>'
)
_LAST_ACS: Final = 'Location="https://sp.example.org/saml/acs/reading-room" index="1"/>'


def _tokens(*tokens: str) -> Edit:
    """Return an example's edit that makes the role list other protocols."""
    return _LIST, f'{_ATTRIBUTE}="{" ".join(tokens)}"'


def _acs(binding: str) -> Edit:
    """Return an example's edit that adds an assertion consumer service of another protocol."""
    return (
        _LAST_ACS,
        f'{_LAST_ACS}<md:AssertionConsumerService Binding="{binding}" '
        'Location="https://sp.example.org/saml/acs/old" index="2"/>',
    )


def _authority(protocols: str, binding: str) -> Edit:
    """Return an example's edit that adds an attribute authority to the IdP."""
    return (
        "</md:IDPSSODescriptor>",
        "</md:IDPSSODescriptor>\n"
        f'  <md:AttributeAuthorityDescriptor {_ATTRIBUTE}="{protocols}">\n'
        "    <md:KeyDescriptor><ds:KeyInfo><ds:X509Data>"
        "<ds:X509Certificate>{cert:idp-signing}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>\n"
        f'    <md:AttributeService Binding="{binding}" '
        'Location="https://idp.example.org:8443/saml/attributes"/>\n'
        "  </md:AttributeAuthorityDescriptor>",
    )


def _first(role: RoleDescriptor, prefix: str) -> Endpoint | None:
    """Return the first endpoint of a role whose binding begins so."""
    for endpoint in role.endpoints():
        if endpoint.binding is not None and endpoint.binding.startswith(prefix):
            return endpoint
    return None


def _has(role: RoleDescriptor, bindings: tuple[str, ...]) -> bool:
    return any(endpoint.binding in bindings for endpoint in role.endpoints())


@rule(
    "role-protocol-legacy",
    on=RoleDescriptor,
    severity=INFO,
    cites=[metadata("2.4.1"), SAML1_METADATA],
    bad=[example("sp", _tokens(PROTOCOL_SAML2, _SAML11), also=["role-saml1-endpoint-missing"])],
    good=_GOOD,
)
def protocol_legacy(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """A role still offers SAML 1 or the profile of Shibboleth 1.

    protocolSupportEnumeration lists SAML 1.0, SAML 1.1 or urn:mace:shibboleth:1.0.

    Why: SAML 1 knows neither encryption nor signed requests, and hardly anybody uses it any more;
    what is offered has to be kept safe all the same.
    Fix: Remove the protocol from the list together with its endpoints when no partner needs it.
    """
    protocols = role.protocols
    if protocols is None or (len(protocols) == 1 and PROTOCOL_SAML2 in protocols):
        return
    found = [token for token in dict.fromkeys(protocols) if token in _LEGACY]
    if found:
        yield hit(
            role,
            f"{display(str(role.element.tag))} lists {' and '.join(found)}",
            attribute=_ATTRIBUTE,
            expected=PROTOCOL_SAML2,
            actual=role.protocols_text,
        )


@rule(
    "role-protocol-extra-space",
    on=RoleDescriptor,
    severity=INFO,
    cites=[metadata("2.4.1"), xsd("4.3.6")],
    bad=[
        example("sp", (_LIST, f'{_ATTRIBUTE}="{PROTOCOL_SAML2} "')),
        example("sp", _tokens(PROTOCOL_SAML2, PROTOCOL_SAML2)),
    ],
    good=_GOOD,
)
def protocol_extra_space(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """The list of protocols has a blank too many, or a protocol twice.

    protocolSupportEnumeration is a list with single blanks between its members. A schema takes
    surplus ones away; plain readers do not.

    Why: software that compares the attribute as one text, or splits it at each blank, does not
    find the protocol and passes over the role.
    Fix: Write each protocol once, with one blank between two of them and none at the ends.
    """
    text, protocols = role.protocols_text, role.protocols
    if not text or not protocols:
        return
    right = " ".join(dict.fromkeys(protocols))
    if text != right:
        repeated = len(set(protocols)) < len(protocols)
        yield hit(
            role,
            f"{_ATTRIBUTE} lists a protocol twice"
            if repeated
            else f"{_ATTRIBUTE} has surplus white space",
            attribute=_ATTRIBUTE,
            expected=right,
            actual=text,
        )


@rule(
    "role-protocol-unknown",
    on=SSODescriptor,
    severity=INFO,
    cites=[metadata("2.4.1")],
    unless=["role-protocol-no-saml2"],
    bad=[example("sp", _tokens(PROTOCOL_SAML2, "urn:example:protocol"))],
    good=_GOOD,
)
def protocol_unknown(role: SSODescriptor, case: Case) -> Iterator[Hit]:
    """A role lists a protocol that is not known.

    Known are those of SAML 1 and 2, Shibboleth 1, WS-Federation and WS-Trust.

    Why: readers ignore what they do not know, so a misspelt protocol is not offered at all.
    Fix: Correct the spelling, or keep the value if partners have agreed on it.
    """
    for token in role.protocols or ():
        if token not in _KNOWN:
            yield hit(
                role,
                f'{_ATTRIBUTE} lists the unknown protocol "{token}"',
                attribute=_ATTRIBUTE,
                expected="the URI of a protocol",
                actual=token,
            )


@rule(
    "role-saml2-binding-without-token",
    on=(SSODescriptor, QueryDescriptor),
    severity=ERROR,
    cites=[metadata("2.4.1")],
    unless=["role-protocol-no-saml2", "role-protocol-missing"],
    bad=[
        example(
            "idp",
            _authority(_SAML11, f"{_SAML2_BINDINGS}SOAP"),
            also=[
                "ent-aa-unused",
                "role-protocol-legacy",
                "role-saml1-endpoint-missing",
            ],
        )
    ],
    good=_GOOD,
)
def saml2_binding_without_token(role: SSODescriptor | QueryDescriptor, case: Case) -> Iterator[Hit]:
    """A role has endpoints of SAML 2.0, but does not list that protocol.

    Of the roles for logins another rule tells; this is about attribute authorities and the like,
    and about roles that have other endpoints of SAML 2.0.

    Why: partners choose a role by its protocols, so nobody finds these endpoints.
    Fix: Add urn:oasis:names:tc:SAML:2.0:protocol to protocolSupportEnumeration, or remove the
    endpoints.
    """
    if role.is_saml2 or not role.protocols:
        return
    endpoint = _first(role, _SAML2_BINDINGS) or _first(role, HOKSSO)
    if endpoint is not None:
        yield hit(
            role,
            f"{display(str(role.element.tag))} has endpoints of SAML 2.0, but does not list it",
            attribute=_ATTRIBUTE,
            expected=PROTOCOL_SAML2,
            actual=role.protocols_text,
            related=[Place(endpoint, "Binding", "an endpoint of SAML 2.0")],
        )


@rule(
    "role-saml1-binding-without-token",
    on=(SSODescriptor, QueryDescriptor),
    severity=WARNING,
    cites=[SAML1_METADATA, _SHIBBOLETH_PROFILES],
    bad=[
        example("sp", _acs(_SAML1_POST)),
        example("idp", (_SSO, _SAML1_SSO)),
    ],
    good=[
        *_GOOD,
        example(
            "sp",
            _tokens(PROTOCOL_SAML2, _SAML11),
            _acs(_SAML1_POST),
            also=["role-protocol-legacy"],
        ),
    ],
)
def saml1_binding_without_token(role: SSODescriptor | QueryDescriptor, case: Case) -> Iterator[Hit]:
    """A role has endpoints of SAML 1, but does not list that protocol.

    Endpoints with a binding of SAML 1 need urn:oasis:names:tc:SAML:1.1:protocol in
    protocolSupportEnumeration (or that of 1.0); the sign-on service of Shibboleth 1 needs
    urn:mace:shibboleth:1.0 as well.

    Why: partners choose a role by its protocols, so nobody uses these endpoints; most likely they
    are left over.
    Fix: Remove the endpoints; if SAML 1 is still needed, add the protocol to the list.
    """
    protocols = role.protocols or ()
    versions = _SAML11 in protocols or _SAML10 in protocols
    if versions and _SHIBBOLETH in protocols:
        return
    for prefix, needed in (
        (_SAML1_BINDINGS, () if versions else (_SAML11,)),
        (_SHIBBOLETH_SSO, tuple(item for item in (_SAML11, _SHIBBOLETH) if item not in protocols)),
    ):
        endpoint = _first(role, prefix) if needed else None
        if endpoint is not None:
            yield hit(
                endpoint,
                f"{display(str(endpoint.element.tag))} has the binding {endpoint.binding}, but "
                f"the role does not list {' and '.join(needed)}",
                attribute="Binding",
                expected=f"{_ATTRIBUTE} with {' and '.join(needed)}",
                actual=role.protocols_text,
            )
            return


@rule(
    "role-adfs-consistency",
    on=SSODescriptor,
    severity=INFO,
    cites=[metadata("2.4.1")],
    bad=[
        example("sp", _tokens(PROTOCOL_SAML2, _ADFS)),
        example("sp", _acs(_ADFS)),
    ],
    good=[*_GOOD, example("sp", _tokens(PROTOCOL_SAML2, _ADFS), _acs(_ADFS))],
)
def adfs_consistency(role: SSODescriptor, case: Case) -> Iterator[Hit]:
    """WS-Federation is listed without an endpoint, or has an endpoint and is not listed.

    The protocol http://schemas.xmlsoap.org/ws/2003/07/secext, which stands for the passive
    profile of WS-Federation, and endpoints with a Binding of that name belong together.

    Why: partners that speak it find either no endpoint or no protocol.
    Fix: Add what is missing, or remove both if WS-Federation is not in use.
    """
    listed = _ADFS in (role.protocols or ())
    endpoint = _first(role, _ADFS)
    if listed and endpoint is None:
        yield hit(
            role,
            f"{display(str(role.element.tag))} lists {_ADFS}, but has no endpoint for it",
            attribute=_ATTRIBUTE,
            expected="an endpoint with that Binding",
            actual=role.protocols_text,
        )
    elif endpoint is not None and not listed:
        yield hit(
            endpoint,
            f"{display(str(endpoint.element.tag))} is for WS-Federation, which the role does "
            "not list",
            attribute="Binding",
            expected=f"{_ATTRIBUTE} with {_ADFS}",
            actual=role.protocols_text,
        )


@rule(
    "role-saml1-endpoint-missing",
    on=(SPSSODescriptor, IDPSSODescriptor, QueryDescriptor),
    severity=INFO,
    cites=[SAML1_METADATA, _SHIBBOLETH_PROFILES],
    bad=[
        example("sp", _tokens(PROTOCOL_SAML2, _SAML11), also=["role-protocol-legacy"]),
        example("idp", _tokens(PROTOCOL_SAML2, _SHIBBOLETH), also=["role-protocol-legacy"]),
    ],
    good=_GOOD,
)
def saml1_endpoint_missing(
    role: SPSSODescriptor | IDPSSODescriptor | QueryDescriptor, case: Case
) -> Iterator[Hit]:
    """A role lists SAML 1, but has no endpoint for it.

    SAML 1.1 needs a browser-post endpoint at an SP and a SOAP-binding endpoint at an attribute
    authority; urn:mace:shibboleth:1.0 needs a sign-on service with the binding of Shibboleth 1.

    Why: a partner that goes by the list tries SAML 1 and has nowhere to send to.
    Fix: Remove the protocol from protocolSupportEnumeration; hardly anybody needs SAML 1.
    """
    protocols = role.protocols
    if protocols is None or (len(protocols) == 1 and PROTOCOL_SAML2 in protocols):
        return
    token = _SHIBBOLETH if isinstance(role, IDPSSODescriptor) else _SAML11
    bindings = _NEEDED[str(role.element.tag)]
    if token in protocols and not _has(role, bindings):
        yield hit(
            role,
            f"{display(str(role.element.tag))} lists {token}, but has no endpoint for it",
            attribute=_ATTRIBUTE,
            expected=f"an endpoint with the binding {bindings[0]}",
            actual=role.protocols_text,
        )


RULES = (
    protocol_legacy,
    protocol_extra_space,
    protocol_unknown,
    saml2_binding_without_token,
    saml1_binding_without_token,
    adfs_consistency,
    saml1_endpoint_missing,
)
