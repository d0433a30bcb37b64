"""Rules on a captured AuthnRequest beside the metadata of the two sides."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import AuthnRequest, IndexedEndpoint
from samlcheck.rules.case import Case, GivenRequest
from samlcheck.rules.citations import bindings, core, metadata, profiles
from samlcheck.rules.detached import signature_parameters
from samlcheck.rules.message import authn_request_fields, authn_request_wishes
from samlcheck.rules.message.confirmation import reply_urls
from samlcheck.rules.near_miss import difference
from samlcheck.rules.requests import addresses, contexts, options, sending
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    NEEDS,
    SP,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import address_difference, any_of

_ACS = 'AssertionConsumerServiceURL="https://sp.example.org/saml/acs"'
_PROTOCOL_BINDING = 'ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"'
_ISSUER = "<saml:Issuer>https://sp.example.org/saml<"
_GOOD = (example("request"),)


def location_at(index: int | None, case: Case) -> str | None:
    """Return the AssertionConsumerService location with an index, by the SP metadata."""
    for service in reply_urls(case):
        if index is not None and service.index is not None and service.index.value == index:
            return service.location
    return None


@rule(
    "req-issuer-mismatch",
    on=(AuthnRequest, GivenRequest),
    severity=ERROR,
    cites=[profiles("4.1.4.1"), core("8.3.6")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    needs=["sp"],
    unless=["response-inresponseto-mismatch"],
    bad=[
        example(
            "response",
            request=[(_ISSUER, "<saml:Issuer>https://other.example.org/saml<")],
            note="The response answers a request that another service provider sent.",
        ),
        example("request", (_ISSUER, "<saml:Issuer>https://sp.example.org/saml/<")),
        example("request", (_ISSUER, "<saml:Issuer>https://test.example.org/saml<")),
    ],
    good=_GOOD,
)
def issuer_mismatch(subject: AuthnRequest | GivenRequest, case: Case) -> Iterator[Hit | Unknown]:
    """The request comes from another service provider than the metadata given.

    Issuer is compared letter for letter with the entityID of the SP metadata, also that of the
    request which a response answers.

    Why: the identity provider looks up the service provider by its Issuer and does not know it. A
    service provider refuses the answer to a request that it did not send.
    Fix: Enter the same entityID in the settings of the service provider and in what the identity
    provider has of it, best by loading the current SP metadata there.
    """
    request = case.request if isinstance(subject, GivenRequest) else subject
    if case.sp is None or request is None or request.issuer is None or not request.issuer.value:
        return
    wanted, issuer = case.sp.entity_id, request.issuer.value
    if not wanted:
        yield Unknown("the SP metadata has no entityID")
        return
    if issuer == wanted:
        return
    words = difference(issuer, wanted)
    yield hit(
        request.issuer,
        f"The Issuer of the request is {issuer!r}, the entityID of the SP metadata is {wanted!r}"
        + ("" if words is None else f": the two differ only in {words}"),
        expected=wanted,
        actual=issuer,
        related=[Place(case.sp, "entityID", "the entityID of the SP")],
    )


@rule(
    "req-destination-mismatch",
    on=AuthnRequest,
    severity=ERROR,
    cites=[core("3.2.1"), bindings("3.4.5.2")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example("request", ("/saml/sso/redirect", "/saml/sso")),
        example(
            "request",
            ('\n    Destination="https://idp.example.org/saml/sso/redirect"', ""),
            carry="redirect",
        ),
    ],
    good=[
        example("request"),
        example("request", ("/saml/sso/redirect", "/saml/sso/post"), also=["req-unsigned"]),
    ],
)
def destination_mismatch(request: AuthnRequest, case: Case) -> Iterator[Hit | Unknown]:
    """The request was made for another address than the identity provider's.

    Destination is compared letter for letter with the locations of SingleSignOnService in the
    IdP metadata. In a signed request it must not be absent.

    Why: an identity provider has to discard a request whose Destination is not the address at
    which it arrived.
    Fix: Load the current metadata of the identity provider at the service provider.
    """
    services = () if case.idp_role is None else case.idp_role.single_sign_on_services
    locations = [service.location for service in services if service.location]
    if not request.destination and _is_signed(request, case):
        yield hit(
            request,
            "The request is signed and has no Destination",
            attribute="Destination",
            expected=any_of(locations) or "the address that it is sent to",
            actual=request.destination,
        )
        return
    if case.idp is None:
        yield Unknown(f"{NEEDS['idp']} was not given")
        return
    if not locations:
        yield Unknown("the IdP metadata has no SingleSignOnService")
        return
    sent_to = request.destination
    if not sent_to or sent_to in locations:
        return
    told = address_difference(sent_to, locations)
    yield hit(
        request,
        f"The Destination {sent_to!r} is no SingleSignOnService of the identity provider"
        + ("" if told is None else f": {told}"),
        attribute="Destination",
        expected=any_of(locations),
        actual=sent_to,
        related=[Place(services[0], "Location", "a location that the IdP metadata names")],
    )


def _is_signed(request: AuthnRequest, case: Case) -> bool:
    """Tell whether a request is signed, and travels through the browser."""
    return not case.carriers and bool(request.signatures or signature_parameters(case.sent))


@rule(
    "req-acs-url-not-registered",
    on=AuthnRequest,
    severity=ERROR,
    cites=[core("3.4.1"), profiles("4.1.4.1")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    needs=["sp"],
    bad=[
        example("request", (_ACS, _ACS.replace('acs"', 'acs/"'))),
        example("request", (_ACS, _ACS.replace("sp.example.org", "test.example.org"))),
    ],
    good=[example("request"), example("request", (_ACS, ""))],
)
def reply_url_not_registered(request: AuthnRequest, case: Case) -> Iterator[Hit | Unknown]:
    """The request asks for a reply URL that the SP metadata does not have.

    AssertionConsumerServiceURL is compared letter for letter with the locations of
    AssertionConsumerService in the SP metadata.

    Why: the identity provider must not send assertions to an address that it does not know to
    belong to the service provider, so it shows an error instead of a sign-in page.
    Fix: Register the reply URL: put it into the SP metadata, and load that at the identity
    provider.
    """
    services, asked = reply_urls(case), request.assertion_consumer_service_url
    if not services:
        yield Unknown("the SP metadata has no AssertionConsumerService")
        return
    locations = [service.location or "" for service in services]
    if not asked or asked in locations:
        return
    told = address_difference(asked, locations)
    yield hit(
        request,
        f"The reply URL {asked!r} is no AssertionConsumerService of the SP metadata"
        + ("" if told is None else f": {told}"),
        attribute="AssertionConsumerServiceURL",
        expected=any_of(locations),
        actual=asked,
        related=[Place(services[0], "Location", "a location that the SP metadata names")],
    )


@rule(
    "req-acs-index-unknown",
    on=AuthnRequest,
    severity=ERROR,
    cites=[core("3.4.1"), metadata("2.2.3")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    needs=["sp"],
    bad=[example("request", (_ACS, 'AssertionConsumerServiceIndex="7"'), (_PROTOCOL_BINDING, ""))],
    good=[
        example("request"),
        example("request", (_ACS, 'AssertionConsumerServiceIndex="1"'), (_PROTOCOL_BINDING, "")),
    ],
)
def reply_index_unknown(request: AuthnRequest, case: Case) -> Iterator[Hit | Unknown]:
    """The request asks for a reply URL by an index that the SP metadata does not have.

    AssertionConsumerServiceIndex is looked for among the indexes of AssertionConsumerService.

    Why: the identity provider cannot tell where to send the response.
    Fix: Ask for an index that the SP metadata has, or give the identity provider metadata that
    has this one.
    """
    index = request.assertion_consumer_service_index
    services = reply_urls(case)
    if index is None or index.value is None:
        return  # a value that is no number: xsd-core-invalid tells of it
    if not services:
        yield Unknown("the SP metadata has no AssertionConsumerService")
        return
    if location_at(index.value, case) is not None:
        return
    known = _indexes(services)
    yield hit(
        request,
        f"The request asks for the AssertionConsumerService with the index {index.text!r}, the SP "
        f"metadata has {any_of(known) or 'none with an index'}",
        attribute="AssertionConsumerServiceIndex",
        expected=any_of(known) or None,
        actual=index.text,
        related=[Place(services[0], "index", "an index that the SP metadata has")],
    )


def _indexes(services: tuple[IndexedEndpoint, ...]) -> list[str]:
    return [service.index.text for service in services if service.index is not None]


RULES = (
    *authn_request_fields.RULES,
    issuer_mismatch,
    *sending.RULES,
    destination_mismatch,
    *addresses.RULES,
    reply_url_not_registered,
    reply_index_unknown,
    *contexts.RULES,
    *options.RULES,
    *authn_request_wishes.RULES,
)
