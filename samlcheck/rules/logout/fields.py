"""Rules on what a logout message has to carry, and whether it is signed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    ArtifactResolve,
    ArtifactResponse,
    AttributeQuery,
    LogoutRequest,
    LogoutResponse,
    ProtocolMessage,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import bindings, core, profiles
from samlcheck.rules.logout.parties import likely_binding
from samlcheck.rules.message.signed import BACK_CHANNEL, came_over_soap, signed_beside
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    INFO,
    SP,
    WARNING,
    Hit,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import distance_words, stale_advice
from samlcheck.xml.names import HTTP_REDIRECT, display

_ID: Final = 'ID="_3c6d18f0b7a94e52a0d3517fe8824b6c" '
_INSTANT: Final = ' IssueInstant="2026-11-23T09:59:50Z"'
_DESTINATION: Final = '\n    Destination="https://idp.example.org/saml/slo"'
_LIMIT: Final = ' NotOnOrAfter="2026-11-23T10:04:50Z"'
_ISSUER: Final = "<saml:Issuer>https://sp.example.org/saml</saml:Issuer>"
_ANSWER_ISSUER: Final = "<saml:Issuer>https://idp.example.org/saml</saml:Issuer>"
_REASON: Final = 'Reason="urn:oasis:names:tc:SAML:2.0:logout:user"'
_GOOD = (example("logout", carry="redirect"), example("logout-response", carry="redirect"))


def _field_faults(message: ProtocolMessage, case: Case) -> Iterator[Hit]:
    """Yield what a message lacks of the fields that every message has to have."""
    name, owner = display(str(message.element.tag)), case.sending_owner
    if not message.id:
        yield hit(
            message,
            f"{name} has no ID",
            attribute="ID",
            owner=owner,
            expected="an ID that begins with a letter or an underscore",
            actual=message.id,
        )
    if message.version != "2.0":
        yield hit(
            message,
            f"{name} has no Version"
            if message.version is None
            else f"{name} has the Version {message.version!r}",
            attribute="Version",
            owner=owner,
            expected="2.0",
            actual=message.version,
        )
    instant = message.issue_instant
    if instant is None or instant.value is None:
        yield hit(
            message,
            f"{name} has no IssueInstant"
            if instant is None
            else f"The IssueInstant {instant.text!r} {instant.problem}",
            attribute="IssueInstant",
            owner=owner,
            expected="an instant such as 2026-11-23T09:59:00Z",
            actual=None if instant is None else instant.text,
        )
    if message.issuer is None or not message.issuer.value:
        yield hit(
            message if message.issuer is None else message.issuer,
            f"{name} has no Issuer" if message.issuer is None else f"The Issuer of {name} is empty",
            owner=owner,
            expected="the entityID of the sender",
        )


def _no_destination(message: ProtocolMessage, case: Case) -> Iterator[Hit]:
    """Yield the finding on a signed message that does not say where it goes."""
    signed = bool(message.signatures) or signed_beside(case)
    if signed and not message.destination and not case.carriers:
        yield hit(
            message,
            f"{display(str(message.element.tag))} is signed and has no Destination",
            attribute="Destination",
            owner=case.sending_owner,
            expected="the address that it is sent to",
            actual=message.destination,
        )


@rule(
    "slo-request-fields",
    on=LogoutRequest,
    severity=ERROR,
    cites=[core("3.2.1"), profiles("4.4.4.1"), bindings("3.4.5.2")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example("logout", (_ID, ""), carry="redirect"),
        example("logout", ('Version="2.0"', 'Version="1.1"'), carry="redirect"),
        example("logout", (_INSTANT, ""), carry="redirect"),
        example("logout", (_DESTINATION, ""), carry="redirect"),
        example("logout", (_ISSUER, "<saml:Issuer/>"), carry="redirect"),
    ],
    good=_GOOD,
)
def request_fields(request: LogoutRequest, case: Case) -> Iterator[Hit]:
    """The logout request lacks what every request has to have.

    ID, Version="2.0", IssueInstant and Issuer are required, and in a signed request that goes
    through the browser Destination as well.

    Why: the receiver cannot tell whose session to end or that the request is fresh, and refuses it.
    Fix: Make the sender write the field named.
    """
    yield from _field_faults(request, case)
    yield from _no_destination(request, case)


@rule(
    "message-fields",
    on=(LogoutResponse, ArtifactResolve, ArtifactResponse, AttributeQuery),
    severity=ERROR,
    cites=[core("3.2.1"), core("3.2.2"), profiles("4.4.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example("logout-response", ('Version="2.0"', 'Version="2"'), carry="redirect"),
        example("logout-response", (f"\n  {_ANSWER_ISSUER}", ""), carry="redirect"),
        example(
            "logout-response",
            ('\n    Destination="https://sp.example.org/saml/slo"', ""),
            carry="redirect",
        ),
    ],
    good=_GOOD,
)
def message_fields(message: ProtocolMessage, case: Case) -> Iterator[Hit]:
    """The message lacks what every message has to have.

    ID, Version="2.0", IssueInstant and Issuer are required, and in a signed message that goes
    through the browser Destination as well. Logins and logout requests have rules of their own.

    Why: the receiver cannot tell from whom the message is or that it is fresh, and refuses it.
    Fix: Make the sender write the field named.
    """
    yield from _field_faults(message, case)
    yield from _no_destination(message, case)


@rule(
    "slo-request-expired",
    on=LogoutRequest,
    severity=ERROR,
    cites=[core("3.7.1")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example("logout", carry="redirect", at="2026-11-23T10:20:00+00:00"),
        example("logout", (_LIMIT, ""), carry="redirect", note="Without an end it is a note."),
    ],
    good=[*_GOOD, example("logout", carry="redirect", at="2026-11-23T10:06:00+00:00")],
)
def request_expired(request: LogoutRequest, case: Case) -> Iterator[Hit]:
    """The logout request has expired, or never does.

    NotOnOrAfter lies before the instant of the check by more than the clock difference allowed.
    Where it is absent, that is a note.

    Why: the receiver may discard a request after that instant, and the session goes on. A request
    without an end can be sent again later, to end another session of the user.
    Fix: Set the clocks of both sides by NTP. Let the sender state an end some minutes ahead.
    """
    end = request.not_on_or_after
    if end is None:
        yield hit(
            request,
            "The logout request has no NotOnOrAfter",
            severity=INFO,
            owner=case.sending_owner,
            expected="an end some minutes after IssueInstant",
        )
    elif end.value is not None and end.value + case.context.skew <= case.now:
        issued = request.issue_instant
        yield hit(
            request,
            f"The logout request expired at {end.text}, {distance_words(case.now - end.value)} ago",
            attribute="NotOnOrAfter",
            owner=case.sending_owner,
            expected="an instant ahead",
            actual=end.text,
            hint=stale_advice(case.now, end.value, None if issued is None else issued.value),
        )


@rule(
    "slo-reason-not-uri",
    on=LogoutRequest,
    severity=WARNING,
    cites=[core("3.7.1"), core("3.7.3")],
    owner=SP,
    bad=[example("logout", (_REASON, 'Reason="user"'), carry="redirect")],
    good=[*_GOOD, example("logout", (f"\n    {_REASON}", ""), carry="redirect")],
)
def reason_not_uri(request: LogoutRequest, case: Case) -> Iterator[Hit]:
    """The reason for the logout is no URI.

    Reason is there and has no scheme.

    Why: it is to be a URI reference, and receivers compare it with those that they know.
    Fix: Write urn:oasis:names:tc:SAML:2.0:logout:user or urn:oasis:names:tc:SAML:2.0:logout:admin,
    or leave Reason out.
    """
    if request.reason is not None and ":" not in request.reason:
        yield hit(
            request,
            f"The Reason of the logout is {request.reason!r}",
            attribute="Reason",
            owner=case.sending_owner,
            expected="a URI, such as urn:oasis:names:tc:SAML:2.0:logout:user",
            actual=request.reason,
        )


@rule(
    "slo-unsigned",
    on=(LogoutRequest, LogoutResponse),
    severity=ERROR,
    cites=[profiles("4.4.4.1"), profiles("4.4.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example("logout", carry="redirect", after=[("&SigAlg=", "&a="), ("&Signature=", "&b=")]),
        example(
            "logout-response",
            carry="redirect",
            after=[("&SigAlg=", "&a="), ("&Signature=", "&b=")],
        ),
    ],
    good=[*_GOOD, example("logout", sign="root", key="sp-signing")],
)
def unsigned(message: LogoutRequest | LogoutResponse, case: Case) -> Iterator[Hit | Unknown]:
    """The logout message is not signed.

    A logout message that goes through the browser has to be signed: in the XML, or beside it by
    HTTP-Redirect and HTTP-POST-SimpleSign.

    Why: anybody could end the session of anybody else, or pretend that it has ended.
    Fix: Switch on the signing of logout messages at the sender, with a key that its metadata names.
    """
    if message.signatures or signed_beside(case):
        return
    if came_over_soap(case):
        yield Unknown(BACK_CHANNEL)
        return
    seen = case.sent is not None and bool(case.sent.parameters)
    if not seen and likely_binding(case, message) in (None, HTTP_REDIRECT):
        yield Unknown("the query string, where a message by HTTP-Redirect is signed, is not known")
        return
    yield hit(
        message,
        f"{display(str(message.element.tag))} is not signed",
        owner=case.sending_owner,
        expected="a signature",
    )


RULES = (request_fields, message_fields, request_expired, reason_not_uri, unsigned)
