"""What somebody saw of a failed login, or what a capture shows of it, by the symptom catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import attrs

from samlcheck.engine.about import Symptom
from samlcheck.engine.report import Report
from samlcheck.model import Message, StatusResponse
from samlcheck.rules.case import Case
from samlcheck.rules.message.recorded_pages import symptoms_on
from samlcheck.xml import text_of
from samlcheck.xml.names import STATUS_SUCCESS

if TYPE_CHECKING:
    from samlcheck.intake import Exchange
    from samlcheck.symptoms import Found

#: Of several symptoms in one text, those that are about as sure as the first.
_CLOSE: Final = 15
_MOST: Final = 4
#: What makes a service provider refuse a login without a word, beside what blocks it.
_SILENT: Final = (
    "har-session-cookie-lost",
    "har-clock-difference",
    "relaystate-not-echoed",
    "response-inresponseto-*",
)


def with_symptom(report: Report, seen: str | None) -> Report:
    """Return a report with what somebody saw of the failure, where the catalogue knows it."""
    symptom = None if seen is None else symptom_of(seen)
    return report if symptom is None else attrs.evolve(report, symptom=symptom)


def with_symptom_seen(report: Report, case: Case) -> Report:
    """Return a report with what the capture shows of the failure."""
    symptom = symptom_seen(None if case.sent is None else case.sent.exchange, case.message)
    if symptom is None and case.sent is not None and case.sent.exchange is not None:
        from samlcheck.rules.message.recordings import loops

        symptom = symptom_of("loop") if any(loops(case.sent, case)) else _refused(case)
    return report if symptom is None else attrs.evolve(report, symptom=symptom)


def _refused(case: Case) -> Symptom | None:
    """Return the symptom that a service provider answered a response with an HTTP error."""
    exchange = None if case.sent is None else case.sent.exchange
    if exchange is None or case.response is None or not exchange.sent:
        return None
    reached = (exchange.status, *(step.status for step in exchange.steps))
    failed = next((status for status in reached if status is not None and status >= 400), None)
    if failed is None:
        return None
    return Symptom(
        label=f"HTTP {failed}",
        meaning="the service provider answered the response with an error",
        look_at=_SILENT,
        send="the service provider's log for the time of the login",
        sure=False,
    )


def symptom_of(text: str, hosts: Iterable[str] = ()) -> Symptom | None:
    """Return what a code or an error text means, by the catalogue; None where it does not tell."""
    from samlcheck.symptoms import find

    found = find(text, hosts=hosts)
    return _symptom(found) if found else None


def _symptom(found: tuple[Found, ...]) -> Symptom:
    best = found[0]
    close = [item for item in found if item.score >= best.score - _CLOSE][:_MOST]
    look_at = dict.fromkeys(rule for item in close for rule in item.row.look_at)
    send = next((item.row.send for item in close if item.row.send), None)
    return Symptom(
        label=best.label,
        meaning=best.row.means,
        look_at=tuple(look_at),
        send=send,
        source=best.row.source.url,
        sure=best.vendor.id != "pattern",
    )


def symptom_seen(exchange: Exchange | None, message: Message | None) -> Symptom | None:
    """Return the symptom that a capture shows: the last error page, or the status of the answer."""
    for page in reversed(() if exchange is None else exchange.pages):
        shown = symptoms_on(page)
        if shown:
            return _symptom(shown)
    if isinstance(message, StatusResponse) and not succeeded(message):
        for text in _told(message):
            found = symptom_of(text)
            if found is not None:
                return found
    return None


def succeeded(message: StatusResponse) -> bool:
    """Tell whether a response says that what was asked for was done."""
    codes = () if message.status is None else message.status.codes
    return bool(codes) and (codes[0].value or "").strip() == STATUS_SUCCESS


def _told(message: StatusResponse) -> Iterator[str]:
    """Yield what the status of a response says: in words, then by its codes, from within."""
    status = message.status
    if status is None:
        return
    if status.message is not None:
        yield text_of(status.message.element)
    if status.detail is not None:
        yield " ".join(filter(None, (text_of(item) for item in status.detail.iter("*"))))
    codes = list(status.codes[:1])
    while codes and codes[-1].nested and len(codes) < 5:
        codes.append(codes[-1].nested[0])
    for code in reversed(codes):
        yield (code.value or "").rpartition(":")[2]
