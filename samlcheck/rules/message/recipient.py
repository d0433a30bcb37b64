"""Rules on where a bearer confirmation allows the assertion to be delivered."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Subject
from samlcheck.rules.case import Case
from samlcheck.rules.citations import profiles
from samlcheck.rules.message.confirmation import bearers, recipient_wrong, reply_urls
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import address_difference, any_of

_RECIPIENT = ' Recipient="https://sp.example.org/saml/acs"'
_DATA = (
    '<saml:SubjectConfirmationData InResponseTo="_8e5f1c2a90b74d36ae21f47b03c9d815"'
    f'{_RECIPIENT} NotOnOrAfter="2026-11-23T10:59:30Z"/>'
)
_CONFIRMATION = f"""<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
        {_DATA}
      </saml:SubjectConfirmation>"""
_TWO = (_CONFIRMATION, _CONFIRMATION + _CONFIRMATION.replace("/saml/acs", "/acs"))
_GOOD = (example("response"),)


@rule(
    "scd-recipient-missing",
    on=Subject,
    severity=ERROR,
    cites=[profiles("4.1.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (_RECIPIENT, ""))],
    good=_GOOD,
)
def recipient_missing(subject: Subject, case: Case) -> Iterator[Hit]:
    """The bearer confirmation does not say where the assertion may be delivered.

    Recipient holds the location of the service provider's AssertionConsumerService.

    Why: without it an assertion made for one service could be delivered to another.
    Fix: Enter the reply URL (AssertionConsumerService) of the service provider at the identity
    provider, which then writes it as Recipient.
    """
    for _, data, severity in bearers(subject, case):
        if data is not None and not data.recipient:
            yield hit(
                data,
                "The bearer confirmation has no Recipient",
                attribute="Recipient",
                expected=any_of(item.location or "" for item in reply_urls(case))
                or "the reply URL",
                actual=data.recipient,
                severity=severity if case.profile.recipient_required else INFO,
            )


@rule(
    "scd-recipient-mismatch",
    on=Subject,
    severity=ERROR,
    cites=[profiles("4.1.4.2"), profiles("4.1.4.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    needs=["sp"],
    unless=["response-destination-mismatch"],
    bad=[
        example("response", (_RECIPIENT, ' Recipient="https://sp.example.org/saml/acs/"')),
        example("response", (_RECIPIENT, ' Recipient="https://test.example.org/saml/acs"')),
        example(
            "response",
            _TWO,
            also=["sc-multiple"],
            note="Advice only: the other confirmation holds.",
        ),
    ],
    good=[
        example("response"),
        example("response", ('/saml/acs"', '/saml/acs/reading-room"'), without=["request"]),
    ],
)
def recipient_mismatch(subject: Subject, case: Case) -> Iterator[Hit | Unknown]:
    """The assertion was made to be delivered somewhere else.

    Recipient of the bearer confirmation is compared, letter for letter, with the locations of
    AssertionConsumerService in the SP metadata.

    Why: a service provider only takes assertions that were made for the address at which they
    arrive; another one belongs to another site, tenant or environment.
    Fix: Correct the reply URL (AssertionConsumerService) of the service provider at the identity
    provider, best by loading the current metadata of the service provider.
    """
    services = reply_urls(case)
    if not services:
        yield Unknown("the SP metadata has no AssertionConsumerService")
        return
    locations = [service.location or "" for service in services]
    for _, data, severity in bearers(subject, case):
        if data is None or not data.recipient or not recipient_wrong(data, case):
            continue
        told = address_difference(data.recipient, locations)
        yield hit(
            data,
            f"The Recipient {data.recipient!r} is no AssertionConsumerService of the service "
            "provider" + ("" if told is None else f": {told}"),
            attribute="Recipient",
            expected=any_of(locations),
            actual=data.recipient,
            severity=severity,
            related=[Place(services[0], "Location", "a location that the SP metadata names")],
        )


RULES = (
    recipient_missing,
    recipient_mismatch,
)
