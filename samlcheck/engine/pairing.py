"""Which request each response of a capture answers, and what tells so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from samlcheck.model import Message, ProtocolMessage, StatusResponse
from samlcheck.records import frozen
from samlcheck.rules.case import Sent
from samlcheck.rules.senders import answers

IN_RESPONSE_TO, RELAY_STATE, COOKIES, ORDER = "InResponseTo", "RelayState", "cookies", "order"


@frozen(kw_only=True, eq=False)
class Told:
    """A message and how it travelled, as far as pairing needs it."""

    message: Message | None
    sent: Sent


@frozen(kw_only=True)
class Pairing:
    """That one message answers another: their places in the sequence, and what tells so."""

    request: int
    answer: int
    by: str


def pairings(told: Sequence[Told]) -> Iterator[Pairing]:
    """Yield the pairs of a sequence, the oldest answer first; a request is answered once by order.

    The ID that a response names decides. One that names none, or an ID that nothing has, belongs to
    the request with its RelayState, or of the same session at the receiver, or else to the last
    request before it that nothing answers yet.
    """
    by_id: dict[str, int] = {}
    answered: set[int] = set()
    for place, item in enumerate(told):
        message = item.message
        if not isinstance(message, ProtocolMessage):
            continue
        if not isinstance(message, StatusResponse):
            if message.id:
                by_id[message.id] = place
            continue
        found = _asked(told, place, by_id, answered)
        if found is not None:
            answered.add(found[0])
            yield Pairing(request=found[0], answer=place, by=found[1])


def _asked(
    told: Sequence[Told], place: int, by_id: dict[str, int], answered: set[int]
) -> tuple[int, str] | None:
    message, sent = told[place].message, told[place].sent
    named = by_id.get(getattr(message, "in_response_to", None) or "")
    if named is not None and answers(message, told[named].message):
        return named, IN_RESPONSE_TO
    asked = [at for at in range(place - 1, -1, -1) if answers(message, told[at].message)]
    for at in asked:
        if sent.relay_state and told[at].sent.relay_state == sent.relay_state:
            return at, RELAY_STATE
    for at in asked:
        if _same_session(told[at].sent, sent):
            return at, COOKIES
    last = next((at for at in asked if at not in answered), None)
    return None if last is None else (last, ORDER)


def _same_session(one: Sent, other: Sent) -> bool:
    """Tell whether two requests of a recording belong to one session at the service provider."""
    if one.exchange is None or other.exchange is None:
        return False
    return bool(one.exchange.sessions & other.exchange.sessions)
