"""Rules on where a response was meant to go, and where it went."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Response
from samlcheck.rules.case import Case, Sent
from samlcheck.rules.citations import bindings, core, profiles
from samlcheck.rules.message.carried import base64_of, response_with
from samlcheck.rules.message.confirmation import reply_urls
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    WARNING,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import address_difference, any_of, received_words
from samlcheck.xml.names import BEARER, HTTP_POST
from samlcheck.xml.uri import split_uri

_DESTINATION = 'Destination="https://sp.example.org/saml/acs"'
_GOOD = (example("response"), example("response", (f" {_DESTINATION}", "")))
POST: Final = "HTTP-POST"
#: A response with an error: without a signature it can be sent anywhere.
FORM = (
    '<form method="post" action="{}"><input name="SAMLResponse" '
    f'value="{base64_of(response_with("Responder"))}"></form>'
)


@rule(
    "response-destination-empty",
    on=Response,
    severity=ERROR,
    cites=[core("1.3.2"), core("3.2.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (_DESTINATION, 'Destination=""'))],
    good=_GOOD,
)
def destination_empty(response: Response, case: Case) -> Iterator[Hit]:
    """Destination is empty.

    The attribute is there and holds nothing.

    Why: a receiver compares a Destination that is present with its own address and discards the
    response when they differ; an empty one always does.
    Fix: Set the reply URL of the service provider at the identity provider, or let it leave out
    the attribute from unsigned responses.
    """
    if response.destination is not None and not response.destination.strip():
        yield hit(
            response,
            "The Destination of the response is empty",
            attribute="Destination",
            expected="the reply URL of the service provider, or no Destination",
            actual=response.destination,
        )


def _accepting(case: Case) -> list[str]:
    """Return the reply URLs at which this response may arrive, as far as its binding is known."""
    over_post = case.sent is not None and case.sent.binding == POST
    return [
        service.location or ""
        for service in reply_urls(case)
        if not over_post or service.binding == HTTP_POST
    ]


@rule(
    "response-destination-mismatch",
    on=Response,
    severity=ERROR,
    cites=[core("3.2.2"), bindings("3.5.5.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    needs=["sp"],
    unless=["response-destination-empty"],
    bad=[
        example("response", (_DESTINATION, 'Destination="https://sp.example.org/saml/acs/"')),
        example("response", (_DESTINATION, 'Destination="https://test.example.org/saml/acs"')),
    ],
    good=[
        *_GOOD,
        example(
            "response",
            (_DESTINATION, 'Destination="https://sp.example.org/saml/acs/reading-room"'),
            without=["request"],
            also=["response-destination-vs-recipient"],
        ),
    ],
)
def destination_mismatch(response: Response, case: Case) -> Iterator[Hit]:
    """Destination is not a reply URL of the service provider.

    Destination is compared character by character with the Locations of the
    AssertionConsumerService elements in the SP metadata.

    Why: a receiver discards a response that is not addressed to it.
    Fix: Set the reply URL (ACS URL) at the identity provider to exactly the Location shown.
    """
    destination = response.destination
    known = _accepting(case)
    if not destination or not known or destination in known:
        return
    message = f"The Destination {destination!r} is no reply URL of the service provider"
    words = address_difference(destination, known)
    if any(item.location == destination for item in reply_urls(case)):
        return  # response-acs-binding-mismatch tells of it
    if words is not None:
        message += f": {words}"
    yield hit(
        response,
        message,
        attribute="Destination",
        expected=any_of(dict.fromkeys(known)),
        actual=destination,
        related=[Place(item, "Location", "a reply URL") for item in reply_urls(case)],
    )


@rule(
    "response-destination-missing-signed",
    on=Response,
    severity=ERROR,
    cites=[bindings("3.5.5.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (f" {_DESTINATION}", ""), sign="both")],
    good=[*_GOOD, example("response", sign="both")],
)
def destination_missing_signed(response: Response, case: Case) -> Iterator[Hit]:
    """The signed response has no Destination.

    A Response that carries a signature itself has to name the address it is sent to.

    Why: without it a signed response can be replayed to another service; receivers that keep to
    the binding refuse it.
    Fix: Let the identity provider write the reply URL into Destination, or sign the assertion only.
    """
    if response.signatures and response.destination is None:
        yield hit(
            response,
            "The response is signed and has no Destination",
            attribute="Destination",
            expected="the reply URL of the service provider",
        )


@rule(
    "response-destination-vs-received",
    on=Sent,
    severity=ERROR,
    cites=[core("3.2.2"), bindings("3.5.5.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=["response-destination-empty", "response-destination-mismatch"],
    bad=[
        example(
            "raw",
            raw=FORM.format("https://sp.example.org:8443/saml/acs"),
            also=["status-not-success"],
        )
    ],
    good=[
        example(
            "raw", raw=FORM.format("https://sp.example.org/saml/acs"), also=["status-not-success"]
        )
    ],
)
def destination_vs_received(sent: Sent, case: Case) -> Iterator[Hit]:
    """The response was sent to another address than its Destination.

    The form or URL of the capture names the address that the message went to; it is compared with
    Destination, without the query string where the capture does not show it.

    Why: a receiver compares Destination with the address at which the message arrived, and
    discards the response when they differ. Behind a proxy it may see another scheme, host or port.
    Fix: Configure the reply URL that the browser really uses, or tell the service provider the
    address at which its proxy answers.
    """
    response, received = case.response, sent.url
    if response is None or not response.destination or received is None:
        return
    destination = response.destination
    if not split_uri(received).is_web or received == destination:
        return
    if "?" not in received and destination.partition("?")[0] == received:
        return
    seen = f"'{received_words(received)}'"
    words = (address_difference(destination, [received]) or "").replace(repr(received), seen)
    yield hit(
        response,
        f"The response for {destination!r} was sent to {seen}" + (f": {words}" if words else ""),
        attribute="Destination",
        expected=received_words(received),
        actual=destination,
    )


@rule(
    "response-destination-vs-recipient",
    on=Response,
    severity=WARNING,
    cites=[profiles("4.1.4.2")],
    owner=IDP,
    unless=["response-destination-mismatch", "response-destination-empty", "scd-recipient-*"],
    bad=[
        example(
            "response",
            (_DESTINATION, 'Destination="https://sp.example.org/saml/acs/reading-room"'),
            without=["request"],
        )
    ],
    good=_GOOD,
)
def destination_vs_recipient(response: Response, case: Case) -> Iterator[Hit]:
    """Destination and Recipient name different addresses.

    The Destination of the response is not the Recipient of the bearer confirmation, although both
    are addresses of the service provider.

    Why: a receiver compares both with the address at which the message arrived, so one fails.
    Fix: Let the identity provider use the same reply URL for both.
    """
    destination = response.destination
    if not destination:
        return
    bearer = [
        confirmation.data
        for assertion in case.assertions
        for subject in assertion.subjects
        for confirmation in subject.confirmations
        if confirmation.method == BEARER and confirmation.data is not None
    ]
    named = [data for data in bearer if data.recipient]
    if named and all(data.recipient != destination for data in named):
        yield hit(
            response,
            f"Destination is {destination!r}, but Recipient is {named[0].recipient!r}",
            attribute="Destination",
            expected=named[0].recipient,
            actual=destination,
            related=[Place(named[0], "Recipient", "the other address")],
        )


RULES = (
    destination_empty,
    destination_mismatch,
    destination_missing_signed,
    destination_vs_received,
    destination_vs_recipient,
)
