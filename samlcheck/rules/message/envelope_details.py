"""Rules on details of the envelope: its age, its delivery, whether anybody asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from samlcheck.model import Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.message.confirmation import reply_urls
from samlcheck.rules.message.destination import FORM, POST
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    USER,
    WARNING,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import duration_words, instant_words
from samlcheck.xml import uri_problem
from samlcheck.xml.names import HTTP_POST

_DESTINATION = 'Destination="https://sp.example.org/saml/acs"'
_ID = "_8e5f1c2a90b74d36ae21f47b03c9d815"
_CONSENT = "urn:oasis:names:tc:SAML:2.0:consent:"
_GOOD = (example("response"),)
#: Receivers that limit the age of a response allow between one and a half and five minutes.
_FRESH: Final = timedelta(minutes=5)
_ARTIFACT: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact"


@rule(
    "response-issueinstant-stale",
    on=Response,
    severity=INFO,
    cites=[core("3.2.2")],
    owner=USER,
    unless=["cond-expired", "scd-notonorafter-expired"],
    bad=[example("response", at="2026-11-23T10:30:00Z")],
    good=[example("response"), example("response", at="2026-11-23T10:04:00Z")],
)
def stale(response: Response, case: Case) -> Iterator[Hit]:
    """The response is older than some receivers allow.

    IssueInstant lies more than five minutes before the check, besides the clock difference that is
    tolerated. The specification sets no limit, and the assertion is still valid.

    Why: many service providers take only responses that were made a few minutes ago, whatever the
    assertion says.
    Fix: Sign in again without waiting on the way; if the response is fresh, compare the clocks. For
    a captured login give the instant of the login as the instant of the check.
    """
    issued = None if response.issue_instant is None else response.issue_instant.value
    if issued is None or case.now - issued <= _FRESH + case.context.skew:
        return
    yield hit(
        response,
        f"The response was issued {duration_words(case.now - issued)} before "
        f"{instant_words(case.now)}, the time of the check",
        attribute="IssueInstant",
        expected="an instant of the last five minutes",
        actual=None if response.issue_instant is None else response.issue_instant.text,
    )


@rule(
    "response-acs-binding-mismatch",
    on=Response,
    severity=ERROR,
    cites=[profiles("4.1.2"), profiles("4.1.6")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    needs=["sp"],
    bad=[
        example(
            "raw",
            raw=FORM.format("https://sp.example.org/saml/acs"),
            sp=[
                (
                    f'Binding="{HTTP_POST}" Location="https://sp.example.org/saml/acs"',
                    f'Binding="{_ARTIFACT}" Location="https://sp.example.org/saml/acs"',
                )
            ],
            also=["status-not-success"],
        )
    ],
    good=[example("response")],
)
def wrong_binding(response: Response, case: Case) -> Iterator[Hit]:
    """The response was sent to an address that takes another binding.

    Destination is the Location of an AssertionConsumerService whose Binding is not HTTP-POST, while
    the capture shows that the Response was posted.

    Why: what listens there waits for something else, such as an artifact, and finds no response.
    Fix: Enter the reply URL for HTTP-POST at the identity provider, or let it send what the address
    takes.
    """
    if case.sent is None or case.sent.binding != POST:
        return
    services = [item for item in reply_urls(case) if item.location == response.destination]
    if not services or any(item.binding in (None, HTTP_POST) for item in services):
        return
    yield hit(
        response,
        f"The Destination {response.destination!r} is a reply URL for {services[0].binding!r}, "
        "while the response was posted",
        attribute="Destination",
        expected="a reply URL for HTTP-POST",
        actual=response.destination,
        related=[Place(services[0], "Binding", "what the address takes")],
    )


@rule(
    "response-inresponseto-unsolicited",
    on=Response,
    severity=INFO,
    cites=[profiles("4.1.5")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example(
            "response",
            (f' InResponseTo="{_ID}"', ""),
            without=["request"],
        ),
        example(
            "response",
            (f' InResponseTo="{_ID}"', ""),
            over='[sp.flow]\nidp_initiated = "forbidden"',
            without=["request"],
        ),
    ],
    good=[example("response")],
)
def unsolicited(response: Response, case: Case) -> Iterator[Hit]:
    """Nobody asked for the response.

    Neither the Response nor a bearer confirmation names a request: the login was started at the
    identity provider. It is an error where the profile says that the service provider refuses that.

    Why: the profile allows it, but a service provider cannot tell such a login from one that an
    attacker slips to the user, so many refuse it unless it is switched on.
    Fix: Start the login at the service provider, or allow logins that the identity provider starts
    there.
    """
    named = response.in_response_to or any(
        confirmation.data is not None and confirmation.data.in_response_to
        for assertion in case.assertions
        for subject in assertion.subjects
        for confirmation in subject.confirmations
    )
    if case.request is None and case.assertions and not named:
        refused = case.profile.idp_initiated == "forbidden"
        yield hit(
            response,
            "The response answers no request: the identity provider started it"
            + (", which the service provider refuses" if refused else ""),
            severity=ERROR if refused else None,
        )


@rule(
    "response-consent-value",
    on=Response,
    severity=WARNING,
    cites=[core("3.2.2"), core("8.4")],
    owner=IDP,
    bad=[
        example("response", (_DESTINATION, f'Consent="given" {_DESTINATION}')),
        example(
            "response",
            (_DESTINATION, f'Consent="{_CONSENT}unavailable" {_DESTINATION}'),
            note="Advice only: the user was not asked.",
        ),
    ],
    good=[
        example("response"),
        example("response", (_DESTINATION, f'Consent="{_CONSENT}obtained" {_DESTINATION}')),
    ],
)
def consent_value(response: Response, case: Case) -> Iterator[Hit]:
    """Consent is no URI, or says that there was none.

    Consent tells under which conditions the user agreed, as a URI; SAML defines a few. The value
    that says that consent was not obtained is named.

    Why: strict receivers refuse a value that is no URI; others may want the user's consent.
    Fix: Let the identity provider leave Consent out, or write one of SAML's values.
    """
    value = response.consent
    if value is None:
        return
    refused = value == f"{_CONSENT}unavailable"
    if refused or uri_problem(value) is not None:
        yield hit(
            response,
            "The response says that the user's consent was not obtained"
            if refused
            else f"The Consent {value!r} is no URI",
            attribute="Consent",
            expected=f"no Consent, or a value such as {_CONSENT}unspecified",
            actual=value,
            severity=INFO if refused else None,
        )


RULES = (stale, wrong_binding, unsolicited, consent_value)
