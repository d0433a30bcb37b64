"""Rules on single logout: is it offered, how, and can its messages be verified."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import IDPSSODescriptor, SPSSODescriptor, SSODescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata, profiles, saml2int
from samlcheck.rules.metadata.sources import CIE_RULES, SPID_RULES
from samlcheck.rules.rule import INFO, OFF, WARNING, Hit, example, hit, rule
from samlcheck.xml.names import HTTP_POST, HTTP_REDIRECT

_SP_SLO: Final = (
    f'    <md:SingleLogoutService Binding="{HTTP_REDIRECT}" '
    'Location="https://sp.example.org/saml/slo"/>\n'
)
_IDP_SLO: Final = _SP_SLO.replace("sp.", "idp.")
_SIGNING: Final = '<md:KeyDescriptor use="signing">'
_NO_SIGNING: Final = (
    (_SIGNING, '<md:KeyDescriptor use="encryption">'),
    ('AuthnRequestsSigned="true" ', ""),
)


@rule(
    "ep-slo-missing",
    on=IDPSSODescriptor,
    severity=INFO,
    cites=[profiles("4.4"), saml2int("SDP-IDP33")],
    bad=[example("idp", (_IDP_SLO, ""))],
    good=[example("idp")],
)
def idp_logout_missing(role: IDPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The IdP offers no single logout.

    md:IDPSSODescriptor holds no md:SingleLogoutService.

    Why: single logout is optional. Without it, who logs out of a service stays logged in at the
    IdP, and is let in again without being asked.
    Fix: Add md:SingleLogoutService with the binding HTTP-Redirect if the IdP supports logout.
    """
    if not role.single_logout_services and role.is_saml2:
        yield hit(role, "The IdP has no md:SingleLogoutService", expected="md:SingleLogoutService")


@rule(
    "ep-slo-missing-sp",
    on=SPSSODescriptor,
    severity=OFF,
    cites=[profiles("4.4"), SPID_RULES, CIE_RULES],
    bad=[example("sp", (_SP_SLO, ""), enable=["ep-slo-missing-sp"])],
    good=[
        example("sp", enable=["ep-slo-missing-sp"]),
        example("sp", (_SP_SLO, "")),
    ],
)
def sp_logout_missing(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The SP takes no part in single logout.

    md:SPSSODescriptor holds no md:SingleLogoutService. The profile in use requires one.

    Why: a logout at the identity provider does not reach the SP, where the session goes on.
    Fix: Add md:SingleLogoutService with the address at which the SP takes logout messages.
    """
    if not role.single_logout_services and role.is_saml2:
        yield hit(role, "The SP has no md:SingleLogoutService", expected="md:SingleLogoutService")


@rule(
    "ep-slo-no-redirect",
    on=SSODescriptor,
    severity=INFO,
    cites=[profiles("4.4"), saml2int("SDP-IDP25")],
    unless=["ep-binding-confused-version", "ep-location-missing"],
    bad=[
        example("sp", (_SP_SLO, _SP_SLO.replace(HTTP_REDIRECT, HTTP_POST))),
        example("idp", (_IDP_SLO, _IDP_SLO.replace(HTTP_REDIRECT, HTTP_POST))),
    ],
    good=[example("sp"), example("idp")],
)
def logout_without_redirect(role: SSODescriptor, case: Case) -> Iterator[Hit]:
    """Single logout is offered, but not by HTTP-Redirect.

    There are md:SingleLogoutService elements, none with the binding HTTP-Redirect.

    Why: HTTP-Redirect is the one binding for logout that practically all software has.
    Fix: Add an md:SingleLogoutService with the binding HTTP-Redirect, if the software accepts it.
    """
    services = role.single_logout_services
    if not services or not role.is_saml2:
        return
    if all((item.binding or "").strip() != HTTP_REDIRECT for item in services):
        yield hit(
            services[0],
            "No md:SingleLogoutService of the role has the binding HTTP-Redirect",
            attribute="Binding",
            expected=HTTP_REDIRECT,
            actual=", ".join(dict.fromkeys(item.binding or "" for item in services)),
        )


@rule(
    "ep-slo-without-signing-key",
    on=SPSSODescriptor,
    severity=WARNING,
    cites=[profiles("4.4.4.1"), saml2int("SDP-SP39")],
    unless=["role-authnrequests-vs-keys"],
    bad=[example("sp", *_NO_SIGNING, also=["key-enc-rollover-two-active"])],
    good=[
        example("sp"),
        example("sp", (_SIGNING, "<md:KeyDescriptor>"), _NO_SIGNING[1]),
        example("sp", *_NO_SIGNING, (_SP_SLO, ""), also=["key-enc-rollover-two-active"]),
    ],
)
def logout_without_key(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The SP offers single logout, but publishes no key to verify its messages with.

    There is an md:SingleLogoutService and no md:KeyDescriptor for signing.

    Why: logout messages that travel through the browser have to be signed, so an identity provider
    refuses those of this SP: its users are not logged out.
    Fix: Add an md:KeyDescriptor with use="signing" and the SP's certificate, or remove
    md:SingleLogoutService.
    """
    services = role.single_logout_services
    if services and not role.signing_keys and role.is_saml2:
        yield hit(
            services[0],
            "The SP has an md:SingleLogoutService, but no key for signing",
            expected='a md:KeyDescriptor with use="signing"',
        )


@rule(
    "ep-slo-unsupported-by-federation",
    on=IDPSSODescriptor,
    severity=OFF,
    cites=[profiles("4.4"), metadata("2.4.2")],
    bad=[example("idp", enable=["ep-slo-unsupported-by-federation"])],
    good=[
        example(
            "idp",
            (_IDP_SLO, ""),
            enable=["ep-slo-unsupported-by-federation"],
            also=["ep-slo-missing"],
        ),
        example("idp"),
    ],
)
def logout_unsupported(role: IDPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The IdP offers single logout in a federation that does not support it.

    There is an md:SingleLogoutService, and the profile in use says that the federation has none.

    Why: services that try it leave their users at an error page.
    Fix: Leave md:SingleLogoutService out of the metadata for this federation.
    """
    if role.single_logout_services:
        yield hit(
            role.single_logout_services[0],
            "The IdP offers single logout, which the federation does not support",
            expected="no md:SingleLogoutService",
        )


RULES = (
    idp_logout_missing,
    sp_logout_missing,
    logout_without_redirect,
    logout_without_key,
    logout_unsupported,
)
