"""Rules on the endpoints of a role: are they there, complete, and given once.

The rules on the addresses themselves join them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Endpoint, IDPSSODescriptor, RoleDescriptor, SPSSODescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata
from samlcheck.rules.metadata import (
    location_advice,
    location_forms,
    location_sets,
    locations,
    logout_services,
)
from samlcheck.rules.rule import ERROR, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.structure.meant import meant_attribute, stands_for
from samlcheck.xml.names import HOKSSO, MD, clark, display

_ACS: Final = clark(MD, "AssertionConsumerService")
_SSO: Final = clark(MD, "SingleSignOnService")
_HOK_BINDING: Final = clark(HOKSSO, "ProtocolBinding")

_POST: Final = 'Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"'
_REDIRECT: Final = 'Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"'
_ACS_0: Final = (
    f'<md:AssertionConsumerService {_POST} Location="https://sp.example.org/saml/acs" '
    'index="0" isDefault="true"/>'
)
_ACS_1: Final = (
    f"<md:AssertionConsumerService {_POST} "
    'Location="https://sp.example.org/saml/acs/reading-room" index="1"/>'
)
_SSO_0: Final = (
    f'<md:SingleSignOnService {_REDIRECT} Location="https://idp.example.org/saml/sso/redirect"/>'
)
_SSO_1: Final = (
    f'<md:SingleSignOnService {_POST} Location="https://idp.example.org/saml/sso/post"/>'
)

#: Services to which both requests and responses are sent (SAML Metadata 2.2.2).
_TWO_WAY: Final = ("SingleLogoutService", "ManageNameIDService")
#: Services of which SAML Metadata says that ResponseLocation must be omitted (2.4.2, 2.4.3).
_MUST_OMIT: Final = ("ArtifactResolutionService", "SingleSignOnService", "NameIDMappingService")


@rule(
    "ep-acs-missing",
    on=SPSSODescriptor,
    severity=ERROR,
    cites=[metadata("2.4.4")],
    bad=[example("sp", (_ACS_0, ""), (_ACS_1, ""))],
    good=[example("sp")],
)
def acs_missing(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The SP has no assertion consumer service.

    An md:SPSSODescriptor holds at least one md:AssertionConsumerService.

    Why: that is the address to which the identity provider sends the user with the assertion;
    without it no login can end.
    Fix: Add the assertion consumer service URL of the SP, also called reply URL, with the binding
    HTTP-POST.
    """
    if not role.assertion_consumer_services and not stands_for(role.element, (_ACS,)):
        yield hit(
            role,
            "The SP has no md:AssertionConsumerService",
            expected="md:AssertionConsumerService, at least once",
        )


@rule(
    "ep-sso-missing",
    on=IDPSSODescriptor,
    severity=ERROR,
    cites=[metadata("2.4.3")],
    bad=[example("idp", (_SSO_0, ""), (_SSO_1, ""))],
    good=[example("idp")],
)
def sso_missing(role: IDPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The IdP has no single sign-on service.

    An md:IDPSSODescriptor holds at least one md:SingleSignOnService.

    Why: that is the address to which the SP sends the user to log in; without it no login can
    begin at the SP, and schema-validating software refuses the metadata.
    Fix: Add the sign-on URL of the IdP with its binding.
    """
    if not role.single_sign_on_services and not stands_for(role.element, (_SSO,)):
        yield hit(
            role,
            "The IdP has no md:SingleSignOnService",
            expected="md:SingleSignOnService, at least once",
        )


@rule(
    "ep-location-missing",
    on=Endpoint,
    severity=ERROR,
    cites=[metadata("2.2.2")],
    bad=[
        example("sp", (' Location="https://sp.example.org/saml/acs"', "")),
        example("idp", ('Location="https://idp.example.org/saml/slo"', 'Location=""')),
        example("sp", (f"{_REDIRECT} ", "")),
    ],
    good=[example("sp"), example("idp")],
)
def location_missing(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """An endpoint lacks its address or its binding.

    Location or Binding is absent or empty.

    Why: the address says where a message goes and the binding how it travels; with one of them
    missing the endpoint is of no use, and strict software refuses the whole document.
    Fix: Add the attribute, or remove the endpoint if it is not offered.
    """
    for name, text in (("Binding", endpoint.binding), ("Location", endpoint.location)):
        if (text or "").strip() or meant_attribute(endpoint.element, name):
            continue
        yield hit(
            endpoint,
            f"{display(str(endpoint.element.tag))} has no {name}",
            attribute=name,
            expected="an https URL" if name == "Location" else "the URI of a binding",
            actual=text,
        )


@rule(
    "ep-responselocation-forbidden",
    on=Endpoint,
    severity=ERROR,
    cites=[metadata("2.2.2"), metadata("2.4.2"), metadata("2.4.3")],
    bad=[
        example(
            "idp",
            (
                'Location="https://idp.example.org/saml/sso/post"',
                'Location="https://idp.example.org/saml/sso/post" '
                'ResponseLocation="https://idp.example.org/saml/sso/response"',
            ),
        ),
    ],
    good=[
        example(
            "sp",
            (
                'Location="https://sp.example.org/saml/slo"',
                'Location="https://sp.example.org/saml/slo" '
                'ResponseLocation="https://sp.example.org/saml/slo/response"',
            ),
        )
    ],
)
def response_location_forbidden(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """An endpoint gives an address for responses, though it only receives one kind of message.

    ResponseLocation is for services that receive both requests and responses: single logout and
    name identifier management. For single sign-on, artifact resolution and identifier mapping it
    must be left out; elsewhere it is unused.

    Why: it has no effect, so whoever set it believes that messages arrive where they do not.
    Fix: Remove ResponseLocation; if that is the right address, make it the Location.
    """
    text = endpoint.response_location
    if text is None or endpoint.service in _TWO_WAY:
        return
    yield hit(
        endpoint,
        f"{display(str(endpoint.element.tag))} has a ResponseLocation, but receives no responses"
        if endpoint.service != "AssertionConsumerService"
        else "md:AssertionConsumerService has a ResponseLocation besides its Location",
        attribute="ResponseLocation",
        expected="no ResponseLocation",
        actual=text,
        severity=ERROR if endpoint.service in _MUST_OMIT else WARNING,
    )


@rule(
    "ep-location-duplicate-same-binding",
    on=RoleDescriptor,
    severity=WARNING,
    cites=[metadata("2.2.2")],
    bad=[
        example(
            "sp",
            ("https://sp.example.org/saml/acs/reading-room", "https://sp.example.org/saml/acs"),
        )
    ],
    good=[example("sp"), example("idp")],
)
def location_duplicate(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """A role lists the same endpoint twice.

    Two endpoints of one service have the same Binding and Location.

    Why: the second one adds nothing; mostly the address of a second site was to be entered and
    the first was left unchanged.
    Fix: Correct the Location of the second endpoint, or remove it.
    """
    first: dict[tuple[str | None, ...], Endpoint] = {}
    for endpoint in role.endpoints():
        if not endpoint.binding or not endpoint.location:
            continue
        profile = endpoint.element.get(_HOK_BINDING)
        key = (endpoint.service, endpoint.binding, endpoint.location, profile)
        before = first.setdefault(key, endpoint)
        if before is not endpoint:
            yield hit(
                endpoint,
                f'{display(str(endpoint.element.tag))} "{endpoint.location}" is listed twice '
                "with the same binding",
                attribute="Location",
                expected="a Location of its own",
                actual=endpoint.location,
                related=[Place(before, "Location", "the first of the two")],
            )


RULES = (
    acs_missing,
    sso_missing,
    location_missing,
    response_location_forbidden,
    location_duplicate,
    *locations.RULES,
    *location_advice.RULES,
    *location_forms.RULES,
    *location_sets.RULES,
    *logout_services.RULES,
)
