"""The exchanges of a report: each message found, how it travelled, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

import attrs

from samlcheck.engine.pairing import Told, pairings
from samlcheck.engine.traffic import Hop, RecordedExchange, ShownPage
from samlcheck.model import Assertion, EntityDescriptor, Message, ProtocolMessage, StatusResponse
from samlcheck.records import frozen
from samlcheck.rules.case import Sent
from samlcheck.rules.message.status_codes import short_name
from samlcheck.rules.message.status_words import told as told_words
from samlcheck.rules.rule import ERROR, INFO, WARNING, masked, personal
from samlcheck.rules.senders import other_side, sender_side
from samlcheck.xml.names import split_clark
from samlcheck.xml.secrets import without_secrets
from samlcheck.xml.uri import split_uri

if TYPE_CHECKING:
    from samlcheck.engine.report import Finding
    from samlcheck.intake import Exchange, Page

_LONGEST: Final = 300
_ORDER: Final = (ERROR, WARNING, INFO)
#: Words of a vendor's error page are shown so far.
_PAGE: Final = 300


@frozen(kw_only=True, eq=False)
class Seen(Told):
    """A message of a capture with the name of the file that it was found in."""

    source: str


def exchanges_of(
    seen: Sequence[Seen],
    judged: int,
    *,
    sp: EntityDescriptor | None,
    idp: EntityDescriptor | None,
    findings: Mapping[int, tuple[Finding, ...]],
) -> tuple[RecordedExchange, ...]:
    """Return the exchanges of a sequence of messages.

    :param judged: the place of the message that the report is about.
    :param findings: those of each message that was checked, by its place.
    """
    made = [
        _exchange(number, item, sender_side(item.message, sp, idp))
        for number, item in enumerate(seen, 1)
    ]
    for pair in pairings(seen):
        made[pair.answer] = attrs.evolve(
            made[pair.answer], answers=pair.request + 1, paired_by=pair.by
        )
        made[pair.request] = attrs.evolve(made[pair.request], answered_by=pair.answer + 1)
    for place, found in findings.items():
        made[place] = attrs.evolve(
            made[place],
            judged=place == judged,
            checked=True,
            worst=_worst(found),
            findings=() if place == judged else found,
        )
    return tuple(made)


def _worst(findings: Sequence[Finding]) -> str | None:
    present = {item.severity for item in findings}
    return next((severity for severity in _ORDER if severity in present), None)


def _exchange(number: int, seen: Seen, side: str | None) -> RecordedExchange:
    message, sent = seen.message, seen.sent
    known = message is not None or sent.brings_artifact
    sender = side if known else None
    made = RecordedExchange(
        number=number,
        source=seen.source,
        url=plain_address(sent.url or sent.form_action),
        sender=sender,
        receiver=None if sender is None else other_side(sender),
        parameter=sent.parameter,
        binding=sent.binding,
        relay_state=None if sent.relay_state is None else len(sent.relay_state.encode()),
        **_told_by(message, artifact=sent.brings_artifact),
    )
    return made if sent.exchange is None else attrs.evolve(made, **_recorded(sent, sent.exchange))


def _told_by(message: Message | None, *, artifact: bool) -> dict[str, Any]:
    """Return what a message says of itself."""
    if message is None:
        return {"message_kind": "Artifact" if artifact else None}
    made: dict[str, Any] = {"message_kind": split_clark(str(message.element.tag))[1]}
    if isinstance(message, ProtocolMessage | Assertion):
        issued, issuer = message.issue_instant, message.issuer
        made["message_id"] = _short(message.id)
        made["issued"] = None if issued is None else _short(issued.text)
        made["issuer"] = None if issuer is None else _short(issuer.value)
    if isinstance(message, ProtocolMessage):
        made["destination"] = _short(message.destination)
    if isinstance(message, StatusResponse):
        made["in_response_to"] = _short(message.in_response_to)
        made["status"] = _status(message)
    return made


def _status(message: StatusResponse) -> tuple[str, ...]:
    codes = [] if message.status is None else list(message.status.codes[:1])
    while codes and codes[-1].nested:
        codes.append(codes[-1].nested[0])
    return tuple(_short(short_name(code)) or "" for code in codes[:5])


def _recorded(sent: Sent, exchange: Exchange) -> dict[str, Any]:
    """Return what a recording tells of a message."""
    at = exchange.started
    return {
        "entry": exchange.entry,
        "method": _short(exchange.method),
        "url": plain_address(exchange.address if exchange.sent else sent.url),
        "at": None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "sent": exchange.sent,
        "http_status": exchange.status,
        "hops": tuple(
            Hop(url=plain_address(step.address) or "", status=step.status)
            for step in exchange.steps
        ),
        "pages": tuple(_page(page) for page in exchange.pages),
        "cookies": None if exchange.cookies is None else tuple(map(_name, exchange.cookies)),
        "lost_cookies": tuple(_name(name) for name, _ in exchange.lost_cookies),
    }


def _page(page: Page) -> ShownPage:
    return ShownPage(
        url=plain_address(page.address) or "",
        status=page.status,
        title=page_words(page.title),
        text=page_words(page.text),
        codes=page.codes,
    )


def page_words(text: str | None) -> str | None:
    """Return the beginning of what a page says, what may be about a person left out."""
    return None if text is None else masked(without_secrets(told_words(text[:_PAGE], ())))


def plain_address(address: str | None) -> str | None:
    """Return an address without user name, query and fragment, and without e-mail addresses."""
    if not address:
        return None
    parts = split_uri(address)
    path = "/".join(map(_segment, parts.path.partition(";")[0].split("/")))
    port = "" if parts.port is None else f":{parts.port}"
    host = "" if parts.host is None else f"//{parts.host}{port}"
    scheme = "" if parts.scheme is None else f"{parts.scheme}:"
    return _short(masked(f"{scheme}{host}{path}"))


def _segment(text: str) -> str:
    return personal(text) if "@" in text or "%40" in text else text


def _name(text: str) -> str:
    """Return the name of a cookie; what is no plain name is not shown."""
    plain = len(text) <= 80 and all(char.isalnum() or char in "-_.$" for char in text)
    return text if plain else masked(personal(text))


def _short(text: str | None) -> str | None:
    return None if not text else without_secrets(text)[:_LONGEST]
