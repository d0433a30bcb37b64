"""How the messages of one exchange belong together, and whom they are between."""

from __future__ import annotations

from collections.abc import Sequence

from samlcheck.model import (
    Assertion,
    AuthnRequest,
    Message,
    OtherMessage,
    ProtocolMessage,
    Response,
    StatusResponse,
)
from samlcheck.rules.case import Case, GivenRequest
from samlcheck.rules.senders import answers


def main_of(messages: Sequence[Message | None]) -> int:
    """Return which message a capture of several is about: the last login, or else the first."""
    logins = [
        place for place, item in enumerate(messages) if isinstance(item, Response | Assertion)
    ]
    return logins[-1] if logins else 0


def answered_by(message: Message | None, earlier: Sequence[Case]) -> GivenRequest | None:
    """Return the earlier request that a response answers.

    That is the one whose ID it names; where it names another, the last one of the kind that it
    answers, so that the difference is seen. What was not asked for answers none.
    """
    if not isinstance(message, StatusResponse) or not message.in_response_to:
        return None
    last = None
    for case in reversed(earlier):
        request, document = case.message, case.message_document
        if request is None or document is None or not answers(message, request):
            continue
        if isinstance(request, ProtocolMessage) and request.id == message.in_response_to:
            return GivenRequest(document=document, message=request)
        last = last or GivenRequest(document=document, message=request)
    return last


def _issuer_of(message: Message | None) -> str | None:
    if message is None or isinstance(message, OtherMessage):
        return None
    if message.issuer is not None:
        return message.issuer.value
    if isinstance(message, Response) and message.assertions:
        return _issuer_of(message.assertions[0])
    return None


def _audience_of(message: Message | None) -> str | None:
    assertions = message.assertions if isinstance(message, Response) else ()
    if isinstance(message, Assertion):
        assertions = (message,)
    for assertion in assertions:
        for conditions in assertion.conditions_all:
            for restriction in conditions.audience_restrictions:
                for audience in restriction.audiences:
                    return audience.value
    return None


def meant_entities(message: Message | None) -> tuple[str | None, str | None]:
    """Return the entityIDs of the SP and the IdP that a message names, None where it does not."""
    issuer = _issuer_of(message)
    if isinstance(message, Response | Assertion):
        return _audience_of(message), issuer
    if isinstance(message, AuthnRequest):
        return issuer, None
    return issuer, issuer  # either side may have sent it
