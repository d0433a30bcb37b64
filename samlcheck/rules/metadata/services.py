"""Rules on which services with which bindings a role has, and which of them go together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    Endpoint,
    IDPSSODescriptor,
    QueryDescriptor,
    SPSSODescriptor,
    SSODescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import bindings, metadata, profiles, saml2int
from samlcheck.rules.metadata.sources import ECP
from samlcheck.rules.rule import INFO, OFF, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml.names import (
    HTTP_ARTIFACT,
    HTTP_POST,
    HTTP_POST_SIMPLESIGN,
    HTTP_REDIRECT,
    PAOS,
    SOAP,
    display,
)

_FRONT: Final = frozenset(
    (
        HTTP_POST,
        HTTP_REDIRECT,
        HTTP_POST_SIMPLESIGN,
        "urn:mace:shibboleth:1.0:profiles:AuthnRequest",
    )
)
_ROOM: Final = f'Binding="{HTTP_POST}" Location="https://sp.example.org/saml/acs/reading-room"'
_SSO_POST: Final = (
    f'<md:SingleSignOnService Binding="{HTTP_POST}" '
    'Location="https://idp.example.org/saml/sso/post"/>'
)
_SAML1_SOAP: Final = "urn:oasis:names:tc:SAML:1.0:bindings:SOAP-binding"
_SP_SLO: Final = f'Binding="{HTTP_REDIRECT}" Location="https://sp.example.org/saml/slo"/>'
_GOOD: Final = (example("sp"), example("idp"))


def _more(binding: str) -> tuple[str, str]:
    """Return an example's edit that gives the IdP another sign-on service."""
    return (
        _SSO_POST,
        f'{_SSO_POST}\n    <md:SingleSignOnService Binding="{binding}" '
        'Location="https://idp.example.org/saml/sso/other"/>',
    )


def _authority(binding: str) -> tuple[str, str]:
    """Return an example's edit that gives the IdP an attribute authority."""
    return (
        "  <md:Organization>",
        "  <md:AttributeAuthorityDescriptor "
        'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">\n'
        "    <md:KeyDescriptor><ds:KeyInfo><ds:X509Data>"
        "<ds:X509Certificate>{cert:idp-signing}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>\n"
        f'    <md:AttributeService Binding="{binding}" '
        'Location="https://idp.example.org:8443/saml/attributes"/>\n'
        "  </md:AttributeAuthorityDescriptor>\n  <md:Organization>",
    )


@rule(
    "ep-acs-artifact",
    on=SPSSODescriptor,
    severity=OFF,
    cites=[bindings("3.6"), saml2int("SDP-MD04")],
    bad=[
        example("sp", (_ROOM, _ROOM.replace(HTTP_POST, HTTP_ARTIFACT)), enable=["ep-acs-artifact"])
    ],
    good=[
        example("sp", enable=["ep-acs-artifact"]),
        example("sp", (_ROOM, _ROOM.replace(HTTP_POST, HTTP_ARTIFACT))),
    ],
)
def acs_artifact(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The SP offers to receive artifacts.

    An md:AssertionConsumerService has the binding HTTP-Artifact.

    Why: the SP then has to fetch the assertion from the identity provider by itself. Software
    lists such endpoints by default, and mostly nobody has tried whether that works.
    Fix: Remove the endpoint if the SP cannot reach its identity providers, or if nobody tested it.
    """
    for endpoint in role.assertion_consumer_services:
        if endpoint.binding == HTTP_ARTIFACT:
            yield hit(
                endpoint,
                "The SP has an md:AssertionConsumerService for artifacts",
                attribute="Binding",
                expected=HTTP_POST,
                actual=HTTP_ARTIFACT,
            )
            return


@rule(
    "ep-sso-no-post",
    on=IDPSSODescriptor,
    severity=INFO,
    cites=[profiles("4.1.2")],
    unless=["ep-binding-confused-version", "ep-location-missing"],
    bad=[example("idp", (_SSO_POST, ""))],
    good=_GOOD,
)
def sso_no_post(role: IDPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The IdP has no single sign-on service for HTTP-POST.

    It lists such services, but none with the binding HTTP-POST.

    Why: an SP that signs its requests within the XML, or whose requests are too long for a URL,
    has to send them by HTTP-POST.
    Fix: Add an md:SingleSignOnService with the binding HTTP-POST, if the IdP accepts it.
    """
    services = role.single_sign_on_services
    if not services or not role.is_saml2:
        return
    if all((item.binding or "").strip() != HTTP_POST for item in services):
        yield hit(
            services[0],
            "The IdP has no md:SingleSignOnService with the binding HTTP-POST",
            attribute="Binding",
            expected=HTTP_POST,
            actual=", ".join(dict.fromkeys(item.binding or "" for item in services)),
        )


@rule(
    "ep-sso-duplicate-binding",
    on=IDPSSODescriptor,
    severity=WARNING,
    cites=[metadata("2.4.3")],
    bad=[example("idp", _more(HTTP_POST))],
    good=_GOOD,
)
def sso_duplicate_binding(role: IDPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The IdP has two single sign-on services with the same binding.

    Two md:SingleSignOnService with different locations have the same binding for browsers.

    Why: nothing tells SPs which one to use, so each takes the first, the last or any.
    Fix: Keep the one that is to be used. Where several groups of users have sign-on pages of their
    own, give each an entity of its own.
    """
    first: dict[str, Endpoint] = {}
    for endpoint in role.single_sign_on_services:
        binding = (endpoint.binding or "").strip()
        if binding not in _FRONT:
            continue
        before = first.setdefault(binding, endpoint)
        if before is not endpoint and before.location != endpoint.location:
            yield hit(
                endpoint,
                f"The IdP has a second md:SingleSignOnService with the binding {binding}",
                attribute="Binding",
                expected="one sign-on service for each binding",
                actual=endpoint.location,
                related=[Place(before, "Location", "the first one")],
            )


@rule(
    "ep-sso-soap-without-ecp-need",
    on=IDPSSODescriptor,
    severity=INFO,
    cites=[profiles("4.2"), ECP],
    bad=[example("idp", _more(SOAP))],
    good=[*_GOOD, example("sp", (_ROOM, _ROOM.replace(HTTP_POST, PAOS)))],
)
def ecp_offered(role: IDPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The IdP offers logins without a browser.

    It has a sign-on service for SOAP, as the profile for enhanced clients wants it: for mail
    programs and command line tools. The counterpart at an SP, with the binding PAOS, is not told
    of: it opens nothing by itself.

    Why: such clients send user name and password without the login page, which is also a way
    around a second factor and around limits on guessing.
    Fix: Remove the endpoint if no client of that kind is in use; else see that it asks for what
    the login page asks for.
    """
    for endpoint in role.single_sign_on_services:
        if endpoint.binding == SOAP:
            yield hit(
                endpoint,
                "md:SingleSignOnService with the binding SOAP is for clients that are no browsers",
                attribute="Binding",
                actual=SOAP,
            )
            return


@rule(
    "ep-aa-no-soap",
    on=QueryDescriptor,
    severity=WARNING,
    cites=[metadata("2.4.7"), profiles("6")],
    unless=["ep-binding-confused-version", "ep-binding-invalid", "ep-location-missing"],
    bad=[
        example(
            "idp",
            _authority(_SAML1_SOAP),
            also=["ent-aa-unused", "role-saml1-binding-without-token"],
        )
    ],
    good=[*_GOOD, example("idp", _authority(SOAP), also=["ent-aa-unused"])],
)
def authority_without_soap(role: QueryDescriptor, case: Case) -> Iterator[Hit]:
    """An attribute authority for SAML 2.0 cannot be asked over SOAP.

    md:AttributeAuthorityDescriptor lists SAML 2.0, but no md:AttributeService has its SOAP binding.

    Why: queries of SAML 2.0 travel over SOAP, so nobody can ask this authority.
    Fix: Set the Binding of an md:AttributeService to urn:oasis:names:tc:SAML:2.0:bindings:SOAP, or
    take SAML 2.0 out of protocolSupportEnumeration.
    """
    if role.kind != "AttributeAuthorityDescriptor" or not role.services or not role.is_saml2:
        return
    if all((item.binding or "").strip() != SOAP for item in role.services):
        yield hit(
            role.services[0],
            "The attribute authority lists SAML 2.0, but has no md:AttributeService with its SOAP "
            "binding",
            attribute="Binding",
            expected=SOAP,
            actual=role.services[0].binding,
        )


@rule(
    "ep-artifact-no-ars",
    on=SSODescriptor,
    severity=INFO,
    cites=[bindings("3.6"), metadata("2.4.2")],
    bad=[
        example(
            "sp",
            (
                _SP_SLO,
                f"{_SP_SLO}\n    <md:SingleLogoutService "
                + _SP_SLO.replace(HTTP_REDIRECT, HTTP_ARTIFACT),
            ),
        )
    ],
    good=_GOOD,
)
def artifact_without_resolution(role: SSODescriptor, case: Case) -> Iterator[Hit]:
    """A role takes part in logout by artifact, but its own artifacts cannot be resolved.

    A logout or identifier management service has the binding HTTP-Artifact, and the role has no
    md:ArtifactResolutionService.

    Why: the answer to a request that came by artifact goes the same way, and the other side has no
    address to fetch it from.
    Fix: Add the md:ArtifactResolutionService, or remove the endpoints with HTTP-Artifact.
    """
    if role.artifact_resolution_services:
        return
    for endpoint in (*role.single_logout_services, *role.manage_name_id_services):
        if endpoint.binding == HTTP_ARTIFACT:
            yield hit(
                endpoint,
                f"{display(str(endpoint.element.tag))} is for artifacts, but the role has no "
                "md:ArtifactResolutionService",
                attribute="Binding",
                expected="md:ArtifactResolutionService in the role",
                actual=HTTP_ARTIFACT,
            )
            return


RULES = (
    acs_artifact,
    sso_no_post,
    sso_duplicate_binding,
    ecp_offered,
    authority_without_soap,
    artifact_without_resolution,
)
