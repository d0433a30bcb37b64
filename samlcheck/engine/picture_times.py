"""The instants and windows of a message, for a time line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from samlcheck.engine.picture import SignIn, Span
from samlcheck.model import Assertion, ProtocolMessage
from samlcheck.model.message import AuthnStatement, Subject
from samlcheck.rules.case import Case
from samlcheck.xml.names import AUTHN_CONTEXT_PREFIX
from samlcheck.xml.secrets import without_secrets
from samlcheck.xml.values import Lexical

#: So many assertions, confirmations and statements of each are drawn.
_MOST = 3
_LONGEST = 200


def sign_ins_of(case: Case) -> Iterator[SignIn]:
    """Yield what the first assertion says of how and when the user signed in."""
    for assertion in case.assertions[:1]:
        for statement in assertion.authn_statements[:_MOST]:
            instant = statement.authn_instant
            names = [without_secrets(item.value)[:_LONGEST] for item in statement.class_refs]
            yield SignIn(
                at=None if instant is None else instant.value,
                context=", ".join(name.removeprefix(AUTHN_CONTEXT_PREFIX) for name in names),
            )


def spans_of(case: Case) -> Iterator[Span]:
    """Yield the instants and windows of the messages, in the order of an exchange."""
    request = case.answered
    if isinstance(request, ProtocolMessage):
        yield from _instant("request issued", request.issue_instant)
    message = case.message
    if isinstance(message, ProtocolMessage):
        kind = "response" if case.response is not None else "message"
        yield from _instant(f"{kind} issued", message.issue_instant)
        yield from _window("message valid", None, getattr(message, "not_on_or_after", None))
    for number, assertion in enumerate(case.assertions[:_MOST], 1):
        of = "" if len(case.assertions) == 1 else f" {number}"
        yield from _assertion(assertion, of)
    captured = _captured(case)
    if captured is not None:
        yield Span(name="captured", start=captured, end=captured, kind="capture")


def _assertion(assertion: Assertion, of: str) -> Iterator[Span]:
    for statement in assertion.authn_statements[:_MOST]:
        yield from _session(statement, of)
    yield from _instant(f"assertion{of} issued", assertion.issue_instant)
    conditions = assertion.conditions
    if conditions is not None:
        name = f"assertion{of} valid (Conditions)"
        yield from _window(name, conditions.not_before, conditions.not_on_or_after)
    for subject in assertion.subjects[:_MOST]:
        yield from _confirmations(subject, of)


def _session(statement: AuthnStatement, of: str) -> Iterator[Span]:
    yield from _instant(f"user authenticated{of}", statement.authn_instant)
    end = statement.session_not_on_or_after
    if end is not None and end.value is not None:
        start = None if statement.authn_instant is None else statement.authn_instant.value
        yield Span(name=f"session{of} at the IdP", start=start, end=end.value, kind="session")


def _confirmations(subject: Subject, of: str) -> Iterator[Span]:
    for confirmation in subject.confirmations[:_MOST]:
        data = confirmation.data
        if data is not None:
            name = f"delivery{of} allowed (confirmation)"
            yield from _window(name, data.not_before, data.not_on_or_after)


def _instant(name: str, found: Lexical[datetime] | None) -> Iterator[Span]:
    if found is not None and found.value is not None:
        yield Span(name=name, start=found.value, end=found.value, kind="instant")


def _window(
    name: str, start: Lexical[datetime] | None, end: Lexical[datetime] | None
) -> Iterator[Span]:
    first = None if start is None else start.value
    last = None if end is None else end.value
    if first is not None or last is not None:
        yield Span(name=name, start=first, end=last, kind="window")


def _captured(case: Case) -> datetime | None:
    """Return when the message was seen to travel, where a recording says so."""
    exchange = None if case.sent is None else case.sent.exchange
    started: datetime | None = None if exchange is None else exchange.started
    return started
