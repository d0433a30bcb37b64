"""How the messages of one exchange belong together, and whom they are between."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from samlcheck.model import (
    Assertion,
    AuthnRequest,
    Message,
    OtherMessage,
    ProtocolMessage,
    Response,
    StatusResponse,
)
from samlcheck.rules.case import Case, GivenRequest, Sent
from samlcheck.rules.senders import answers
from samlcheck.xml.names import split_clark
from samlcheck.xml.uri import split_uri


def main_of(messages: Sequence[Message | None], entity_ids: Collection[str] = ()) -> int:
    """Return which message a capture of several is about: the last login, or else the first.

    Where several log in, the last one that names one of some entities is meant.
    """
    logins = [
        place for place, item in enumerate(messages) if isinstance(item, Response | Assertion)
    ]
    known = frozenset(entity_ids)
    meant = [place for place in logins if known.intersection(meant_entities(messages[place]))]
    return (meant or logins or [0])[-1]


def left_over(messages: Sequence[Message | None], words: Sequence[str], at: int) -> Iterator[str]:
    """Yield the words for the messages of a capture that do not belong to the one judged.

    To it belong the request that it answers and, where it is a request, the answer.
    """
    judged = messages[at]
    for place, message in enumerate(messages):
        if place == at:
            continue
        if isinstance(message, ProtocolMessage) and _belong_together(judged, message):
            continue
        kind = "unreadable message"
        if message is not None:
            kind = split_clark(str(message.element.tag))[1]
        yield f"{kind} of {words[place]}"


def _belong_together(one: Message | None, other: ProtocolMessage) -> bool:
    return any(
        isinstance(request, ProtocolMessage)
        and isinstance(answer, StatusResponse)
        and request.id is not None
        and answer.in_response_to == request.id
        for request, answer in ((one, other), (other, one))
    )


def answered_by(
    message: Message | None, sent: Sent, earlier: Sequence[Case]
) -> GivenRequest | None:
    """Return the earlier request that a response answers.

    That is the one whose ID it names; where it names another, the last one of the kind that it
    answers, so that the difference is seen. One that names none answers the request that brought
    its RelayState in the same recording, else none: it was not asked for.
    """
    if not isinstance(message, StatusResponse):
        return None
    if not message.in_response_to:
        return _by_relay_state(message, sent, earlier)
    last = None
    for case in reversed(earlier):
        request, document = case.message, case.message_document
        if request is None or document is None or not answers(message, request):
            continue
        if isinstance(request, ProtocolMessage) and request.id == message.in_response_to:
            return GivenRequest(document=document, message=request, sent=case.sent)
        if last is None and not _of_another_service(request, message, sent):
            last = GivenRequest(document=document, message=request, sent=case.sent)
    return last


def _of_another_service(request: Message, answer: Message, sent: Sent) -> bool:
    """Tell whether a request in a recording plainly began a login at another service provider.

    Its Issuer is then not the audience, and it wants its answer at another host than that to which
    the response went.
    """
    if sent.exchange is None or not isinstance(request, AuthnRequest):
        return False
    asked_by, meant = _issuer_of(request), _audience_of(answer)
    wanted = split_uri(request.assertion_consumer_service_url or "").host
    reached = split_uri(sent.url or "").host
    known = asked_by and wanted and reached
    return bool(known) and asked_by != meant and str(wanted).lower() != str(reached).lower()


def _by_relay_state(message: Message, sent: Sent, earlier: Sequence[Case]) -> GivenRequest | None:
    for case in reversed(earlier):
        request, document, asked = case.message, case.message_document, case.sent
        if request is None or document is None or asked is None or asked.exchange is None:
            continue
        same = sent.exchange is not None and asked.relay_state == sent.relay_state
        if same and sent.relay_state and answers(message, request):
            return GivenRequest(document=document, message=request, sent=asked)
    return None


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
