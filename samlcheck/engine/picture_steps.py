"""The steps of a login between browser, service provider and identity provider."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from samlcheck.engine.message_facts import message_kind
from samlcheck.engine.picture import BROWSER, IDP, SP, Step
from samlcheck.model import Assertion, AuthnRequest, Message, ProtocolMessage, StatusResponse
from samlcheck.rules.case import Case
from samlcheck.rules.message.status_codes import short_name
from samlcheck.xml.names import AUTHN_CONTEXT_PREFIX, split_clark
from samlcheck.xml.secrets import without_secrets

if TYPE_CHECKING:
    from samlcheck.intake import Exchange

_LONGEST = 200
#: So many messages before the judged one are drawn.
_MOST_EARLIER = 8


def steps_of(case: Case) -> Iterator[Step]:
    """Yield what happened, in its order; what nobody saw is marked as such."""
    earlier = case.earlier[-_MOST_EARLIER:]
    logs_in = case.response is not None or isinstance(case.message, Assertion)
    if logs_in or isinstance(case.message, AuthnRequest):
        yield from _opening(case, earlier)
    for before in earlier:
        yield from _travel(before, judged=False)
    if logs_in:
        yield from _request(case, earlier)
        yield from _sign_in(case)
    yield from _travel(case, judged=True)


def _opening(case: Case, earlier: Sequence[Case]) -> Iterator[Step]:
    """Yield how a login begins: at the service provider, unless nothing was asked for."""
    if earlier:
        return
    message = case.message
    asked = isinstance(message, AuthnRequest) or case.answered is not None
    if asked or (isinstance(message, StatusResponse) and message.in_response_to):
        yield Step(sender=BROWSER, receiver=SP, title="opens the application", seen=False)
    else:
        title = "starts the login at the identity provider"
        yield Step(sender=BROWSER, receiver=IDP, title=title, seen=False)


def _request(case: Case, earlier: Sequence[Case]) -> Iterator[Step]:
    """Yield the request that a response answers, where it is not among the messages before it."""
    request = case.answered
    if request is not None and any(item.message is request for item in earlier):
        return
    message = case.message
    asked = message.in_response_to if isinstance(message, StatusResponse) else None
    if isinstance(request, ProtocolMessage):
        yield _described(request, _name(request))
    elif asked:
        number = _short(asked)
        title = "AuthnRequest, not given"
        yield Step(sender=SP, receiver=IDP, title=title, detail=(f"ID {number}",), seen=False)


def _sign_in(case: Case) -> Iterator[Step]:
    for assertion in case.assertions[:1]:
        for statement in assertion.authn_statements[:1]:
            instant = statement.authn_instant
            names = [_short(item.value) for item in statement.class_refs]
            classes = ", ".join(name.removeprefix(AUTHN_CONTEXT_PREFIX) for name in names)
            yield Step(
                sender=IDP,
                receiver=IDP,
                title="authenticates the user",
                detail=(classes,) if classes else (),
                at=None if instant is None else instant.value,
            )


def _travel(case: Case, *, judged: bool) -> Iterator[Step]:
    """Yield the way of a message through the browser, and what was answered."""
    kind = message_kind(case)
    if kind is None:
        return
    side = case.sender_side or case.sending_owner
    sender = SP if side == SP else IDP
    receiver = IDP if sender == SP else SP
    sent = case.sent
    exchange = None if sent is None else sent.exchange
    message = case.message
    if isinstance(message, ProtocolMessage):
        step = _described(message, kind)
    else:
        step = Step(sender=sender, receiver=receiver, title=kind, message=kind)
    details = list(step.detail)
    if sent is not None and sent.url and not any(_short(sent.url) in item for item in details):
        details.append(f"sent to {_short(sent.url)}")
    binding = "" if sent is None or sent.binding is None else f" by {sent.binding}"
    step = attrs.evolve(
        step,
        sender=sender,
        receiver=receiver,
        title=f"{kind}{binding}",
        detail=tuple(details),
        judged=judged,
        at=step.at if exchange is None or exchange.started is None else exchange.started,
    )
    yield step
    if exchange is not None and exchange.sent and exchange.status is not None:
        yield _answer(receiver, exchange)


def _answer(receiver: str, exchange: Exchange) -> Step:
    """Return what the browser was answered, as a recording shows it."""
    detail = [] if not exchange.location else [f"to {_short(exchange.location.partition('?')[0])}"]
    return Step(
        sender=receiver,
        receiver=BROWSER,
        title=f"HTTP {exchange.status}",
        detail=tuple(detail),
    )


def _described(message: ProtocolMessage, kind: str) -> Step:
    details = []
    if message.id:
        details.append(f"ID {_short(message.id)}")
    if message.destination:
        details.append(f"Destination {_short(message.destination)}")
    if isinstance(message, StatusResponse):
        if message.in_response_to:
            details.append(f"answers {_short(message.in_response_to)}")
        if message.status is not None and message.status.code is not None:
            details.append(f"status {_short(short_name(message.status.code))}")
    instant: datetime | None = None
    if message.issue_instant is not None:
        instant = message.issue_instant.value
    return Step(
        sender=SP, receiver=IDP, title=kind, detail=tuple(details), at=instant, message=kind
    )


def _name(message: Message) -> str:
    return split_clark(str(message.element.tag))[1]


def _short(text: str | None) -> str:
    text = without_secrets(text or "")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
