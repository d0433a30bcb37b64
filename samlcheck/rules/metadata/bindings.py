"""Rules on the bindings of endpoints; those on their indexes and defaults join them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from samlcheck.model import Endpoint, IDPSSODescriptor, SPSSODescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import bindings, metadata, profiles, saml2int
from samlcheck.rules.metadata import defaults, holder_of_key, indexes, services
from samlcheck.rules.metadata.binding_names import OTHER_BINDINGS, SAML2_BINDINGS, meant_binding
from samlcheck.rules.rule import ERROR, INFO, WARNING, Hit, example, hit, rule
from samlcheck.xml.names import (
    HOKSSO,
    HTTP_ARTIFACT,
    HTTP_POST,
    HTTP_POST_SIMPLESIGN,
    HTTP_REDIRECT,
    PAOS,
    SOAP,
    URI_BINDING,
    display,
)

_BROWSER: Final = (HTTP_REDIRECT, HTTP_POST, HTTP_POST_SIMPLESIGN, HTTP_ARTIFACT)
#: The bindings of SAML 2.0 that each service can have by the profiles and the bindings document.
_ALLOWED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "SingleSignOnService": (*_BROWSER, SOAP, HOKSSO),
        "AssertionConsumerService": (HTTP_POST, HTTP_ARTIFACT, HTTP_POST_SIMPLESIGN, PAOS, HOKSSO),
        "SingleLogoutService": (*_BROWSER, SOAP),
        "ManageNameIDService": (*_BROWSER, SOAP),
        "ArtifactResolutionService": (SOAP,),
        "NameIDMappingService": (SOAP,),
        "AssertionIDRequestService": (SOAP, URI_BINDING),
        "AttributeService": (SOAP,),
        "AuthnQueryService": (SOAP,),
        "AuthzService": (SOAP,),
    }
)
_POST_ACS: Final = f'Binding="{HTTP_POST}" Location="https://sp.example.org/saml/acs" '
_SSO_POST: Final = f'Binding="{HTTP_POST}" Location="https://idp.example.org/saml/sso/post"'
_SSO_REDIRECT: Final = (
    f'Binding="{HTTP_REDIRECT}" Location="https://idp.example.org/saml/sso/redirect"'
)


def _binding(endpoint: Endpoint) -> str:
    return (endpoint.binding or "").strip()


@rule(
    "ep-binding-confused-version",
    on=Endpoint,
    severity=ERROR,
    cites=[bindings("3"), metadata("2.2.2")],
    bad=[
        example("idp", (_SSO_POST, _SSO_POST.replace("HTTP-POST", "POST"))),
        example("idp", (_SSO_POST, _SSO_POST.replace("HTTP-POST", "HTTP-Post"))),
        example(
            "idp",
            (_SSO_POST, _SSO_POST.replace("2.0:bindings:HTTP-POST", "2.0:profiles:browser-post")),
        ),
        example("idp", (_SSO_POST, _SSO_POST.replace("SAML:2.0", "SAML:1.1"))),
    ],
    good=[example("sp"), example("idp")],
)
def binding_confused(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """A binding is almost, but not quite, one of SAML.

    The URI does not exist, but its name is that of a binding: the letter case, the version or a
    part of the path is wrong.

    Why: bindings are compared character by character, so readers pass over the endpoint as if it
    were not there.
    Fix: Replace the value of Binding by the URI shown.
    """
    text = _binding(endpoint)
    right = meant_binding(text)
    if right is not None:
        yield hit(
            endpoint,
            f'{display(str(endpoint.element.tag))} has the binding "{text}"; {right} is meant',
            attribute="Binding",
            expected=right,
            actual=text,
        )


@rule(
    "ep-binding-unknown",
    on=Endpoint,
    severity=WARNING,
    cites=[metadata("2.2.2"), bindings("3")],
    bad=[
        example(
            "idp",
            (_SSO_POST, _SSO_POST.replace(HTTP_POST, "urn:example:carrier-pigeon")),
            also=["ep-sso-no-post"],
        )
    ],
    good=[
        example("sp"),
        example(
            "idp",
            (
                _SSO_POST,
                _SSO_POST.replace(HTTP_POST, "urn:mace:shibboleth:2.0:profiles:AuthnRequest"),
            ),
            also=["ep-sso-no-post"],
        ),
    ],
)
def binding_unknown(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """A binding is not known.

    The URI is none of the bindings of SAML 2.0, SAML 1.1, Shibboleth or WS-Federation.

    Why: a reader that does not know the binding passes over the endpoint.
    Fix: Use the URI of a binding of SAML, unless the partners know this one.
    """
    text = _binding(endpoint)
    if (
        text
        and text not in SAML2_BINDINGS
        and text not in OTHER_BINDINGS
        and meant_binding(text) is None
    ):
        yield hit(
            endpoint,
            f'{display(str(endpoint.element.tag))} has the unknown binding "{text}"',
            attribute="Binding",
            expected=" or ".join(_ALLOWED.get(endpoint.service, SAML2_BINDINGS)),
            actual=text,
        )


@rule(
    "ep-binding-invalid",
    on=Endpoint,
    severity=ERROR,
    cites=[profiles("4"), bindings("3")],
    bad=[
        example(
            "idp",
            (_SSO_POST, _SSO_POST.replace("HTTP-POST", "PAOS")),
            also=["ep-sso-no-post"],
        ),
        example("sp", (_POST_ACS, _POST_ACS.replace("HTTP-POST", "SOAP"))),
    ],
    good=[
        example("sp"),
        example(
            "idp",
            (_SSO_POST, _SSO_POST.replace("HTTP-POST", "SOAP")),
            also=["ep-sso-no-post", "ep-sso-soap-without-ecp-need"],
        ),
    ],
)
def binding_invalid(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """An endpoint has a binding that its service cannot have.

    Each service has the bindings that its profile allows: artifacts are resolved over SOAP, users
    are sent with HTTP-POST or HTTP-Redirect.

    Why: nobody can use the endpoint; mostly the binding of another service was copied.
    Fix: Use one of the bindings shown, or remove the endpoint.
    """
    text = _binding(endpoint)
    allowed = _ALLOWED.get(endpoint.service)
    if allowed is None or text not in SAML2_BINDINGS or text in allowed or _redirected(endpoint):
        return
    yield hit(
        endpoint,
        f"{display(str(endpoint.element.tag))} cannot have the binding {text}",
        attribute="Binding",
        expected=" or ".join(allowed),
        actual=text,
    )


def _redirected(endpoint: Endpoint) -> bool:
    return endpoint.service == "AssertionConsumerService" and _binding(endpoint) == HTTP_REDIRECT


@rule(
    "ep-acs-redirect-binding",
    on=Endpoint,
    severity=ERROR,
    cites=[profiles("4.1.2")],
    bad=[example("sp", (_POST_ACS, _POST_ACS.replace("HTTP-POST", "HTTP-Redirect")))],
    good=[example("sp")],
)
def acs_redirect(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """An assertion consumer service has the binding HTTP-Redirect.

    A response with an assertion must not be sent by HTTP-Redirect.

    Why: an assertion with its signature is too long for a URL, so identity providers do not send
    it that way and take another endpoint or fail.
    Fix: Set the Binding to HTTP-POST, if the endpoint accepts POST, or remove the endpoint.
    """
    if _redirected(endpoint):
        yield hit(
            endpoint,
            "md:AssertionConsumerService has the binding HTTP-Redirect, which responses cannot use",
            attribute="Binding",
            expected=HTTP_POST,
            actual=HTTP_REDIRECT,
        )


@rule(
    "ep-acs-no-post",
    on=SPSSODescriptor,
    severity=WARNING,
    cites=[saml2int("SDP-SP08"), profiles("4.1.2")],
    unless=["ep-acs-redirect-binding", "ep-binding-confused-version", "ep-location-missing"],
    bad=[example("sp", (f'Binding="{HTTP_POST}"', f'Binding="{HTTP_ARTIFACT}"'))],
    good=[example("sp")],
)
def acs_no_post(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The SP has no assertion consumer service for HTTP-POST.

    It lists such services, but none with the binding HTTP-POST.

    Why: HTTP-POST is the one binding that every identity provider can use for its response.
    Fix: Add an md:AssertionConsumerService with the binding HTTP-POST, if the SP accepts it.
    """
    services = role.assertion_consumer_services
    if not role.is_saml2 or not services:
        return
    if all(_binding(item) != HTTP_POST for item in services):
        yield hit(
            services[0],
            "The SP has no md:AssertionConsumerService with the binding HTTP-POST",
            attribute="Binding",
            expected=HTTP_POST,
            actual=", ".join(dict.fromkeys(_binding(item) for item in services)),
        )


@rule(
    "ep-sso-no-redirect",
    on=IDPSSODescriptor,
    severity=INFO,
    cites=[saml2int("SDP-IDP02"), profiles("4.1.2")],
    unless=["ep-binding-confused-version", "ep-location-missing"],
    bad=[example("idp", (f"<md:SingleSignOnService {_SSO_REDIRECT}/>", ""))],
    good=[example("idp")],
)
def sso_no_redirect(role: IDPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The IdP has no single sign-on service for HTTP-Redirect.

    It lists such services, but none with the binding HTTP-Redirect.

    Why: most SPs send their requests by HTTP-Redirect, and many can do nothing else.
    Fix: Add an md:SingleSignOnService with the binding HTTP-Redirect, if the IdP accepts it.
    """
    services = role.single_sign_on_services
    if not role.is_saml2 or not services:
        return
    if all(_binding(item) != HTTP_REDIRECT for item in services):
        yield hit(
            services[0],
            "The IdP has no md:SingleSignOnService with the binding HTTP-Redirect",
            attribute="Binding",
            expected=HTTP_REDIRECT,
            actual=", ".join(dict.fromkeys(_binding(item) for item in services)),
        )


RULES = (
    binding_confused,
    binding_unknown,
    binding_invalid,
    acs_redirect,
    acs_no_post,
    sso_no_redirect,
    *services.RULES,
    *indexes.RULES,
    *defaults.RULES,
    *holder_of_key.RULES,
)
