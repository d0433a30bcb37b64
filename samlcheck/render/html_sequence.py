"""The sequence of messages between browser, service provider and identity provider, for HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from samlcheck.engine.picture import Picture
from samlcheck.engine.report import ACCEPTED, REJECTED, Report
from samlcheck.engine.traffic import RecordedExchange
from samlcheck.rules.rule import IDP, SP

View = dict[str, Any]

BROWSER = "browser"
_PLACES = {SP: "service provider", BROWSER: "browser", IDP: "identity provider"}
_ORDER = (SP, BROWSER, IDP)
_RANKS = {"error": 0, "warning": 1}
_LOGINS = ("Response", "Assertion", "AuthnRequest")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\Z", re.ASCII)
#: So many messages before and after the judged one are drawn, and so many redirects of each.
_MOST, _MOST_HOPS = 8, 4


def sequence(report: Report, picture: Picture | None, listed: Sequence[View]) -> list[View]:
    """Return the steps of the exchange, each message marked by its worst finding."""
    place = next((at for at, item in enumerate(report.exchanges) if item.judged), None)
    if place is None:
        return []
    shown = report.exchanges[max(0, place - _MOST) : place + _MOST + 1]
    steps = list(_opening(shown[0]))
    for item in shown:
        if item.judged and picture is not None:
            steps.extend(_sign_ins(picture))
        steps.extend(_travel(item, report, listed))
    last = shown[-1]
    if last.judged and last.http_status is None and last.receiver is not None:
        steps.append(_expected(report, last.receiver))
    return steps


def _opening(first: RecordedExchange) -> Iterator[View]:
    """Yield how a login begins, and the request where nobody gave it."""
    if first.message_kind not in _LOGINS:
        return
    if first.message_kind == "AuthnRequest" or first.in_response_to:
        yield _step(BROWSER, SP, "opens the application", seen=False)
    else:
        title = "starts the login at the identity provider"
        yield _step(BROWSER, IDP, title, seen=False)
    if first.in_response_to and first.answers is None:
        detail = [f"ID {first.in_response_to}"]
        yield _step(SP, IDP, "AuthnRequest, not given", detail, seen=False)


def _sign_ins(picture: Picture) -> Iterator[View]:
    for item in picture.sign_ins[:1]:
        at = None if item.at is None else f"{item.at:%Y-%m-%d %H:%M:%S UTC}"
        detail = [item.context] if item.context else []
        yield _step(IDP, IDP, "authenticates the user", detail, at=at)


def _travel(item: RecordedExchange, report: Report, listed: Sequence[View]) -> Iterator[View]:
    """Yield the way of a message, and what the browser was answered."""
    sender = item.sender or BROWSER
    receiver = item.receiver or BROWSER
    title = item.message_kind or "something that is no SAML message"
    if item.binding:
        title += f" by {item.binding}"
    view = _step(sender, receiver, f"{item.number}. {title}", list(_details(item)), at=_at(item))
    view["seen"] = item.sent
    if item.judged:
        view["worst"] = _worst(listed)
        view["tone"], view["mark"] = _judged(report, view["worst"])
    elif item.checked:
        view["tone"] = item.worst if item.worst in _RANKS else "good"
        view["mark"] = item.worst if item.worst in _RANKS else "no error or warning"
        view["also"] = [
            f"{found.severity}: {found.message}"
            for found in item.findings
            if found.severity in _RANKS
        ][:3]
    yield view
    if item.sent and item.http_status is not None:
        yield _answer(item, receiver)


def _at(item: RecordedExchange) -> str | None:
    """Return when a message travelled, or else when it says that it was issued."""
    text = item.at or item.issued
    if text is not None and _INSTANT.match(text):
        return f"{text[:10]} {text[11:19]} UTC"
    return text


def _details(item: RecordedExchange) -> Iterator[str]:
    if item.message_id:
        yield f"ID {item.message_id}"
    if item.destination:
        yield f"Destination {item.destination}"
    if item.url and item.url != (item.destination or "").partition("?")[0]:
        yield f"sent to {item.url}"
    if item.answers is not None and item.paired_by:
        yield f"answers message {item.answers}, as {item.paired_by} tells"
    elif item.in_response_to:
        yield f"answers {item.in_response_to}"
    if item.status:
        yield f"status {' > '.join(item.status)}"
    if item.relay_state is not None:
        yield f"RelayState of {item.relay_state} octets"
    if item.lost_cookies:
        yield f"cookies set before and not sent: {', '.join(item.lost_cookies)}"
    if not item.sent:
        yield "nobody saw it being sent on"


def _answer(item: RecordedExchange, receiver: str) -> View:
    """Return what the browser was answered, as a recording shows it."""
    detail = [
        f"then {hop.url}" + ("" if hop.status is None else f" (HTTP {hop.status})")
        for hop in item.hops[:_MOST_HOPS]
    ]
    if len(item.hops) > _MOST_HOPS:
        detail.append(f"and {len(item.hops) - _MOST_HOPS} redirects more")
    for page in item.pages[-1:]:
        said = [text for text in (page.title, *page.codes) if text]
        if said:
            detail.append(f"the page says: {', '.join(said)}")
    view = _step(receiver, BROWSER, f"HTTP {item.http_status}", detail)
    if item.http_status is not None and item.http_status >= 400:
        view["tone"], view["mark"] = "warning", "refused or failed"
    return view


def _expected(report: Report, receiver: str) -> View:
    """Return what the receiver of the message is expected to do, which nobody has seen."""
    titles = {
        ACCEPTED: "goes on" if receiver == IDP else "lets the user in",
        REJECTED: "refuses it",
    }
    title = titles.get(report.verdict or "", "what follows is not known")
    return _step(receiver, BROWSER, title, seen=False)


def _step(
    sender: str,
    receiver: str,
    title: str,
    detail: Sequence[str] = (),
    *,
    at: str | None = None,
    seen: bool = True,
) -> View:
    view: View = {
        "title": title,
        "detail": list(detail),
        "at": at,
        "seen": seen,
        "direction": None,
        "via": {sender, receiver} == {SP, IDP},
        "route": f"at the {_PLACES[sender]}",
        "lanes": f"self at-{sender}",
        "tone": None,
        "mark": None,
        "worst": None,
        "also": [],
    }
    if sender != receiver:
        first, second = sorted((sender, receiver), key=_ORDER.index)
        view["lanes"] = f"{first}-{second}"
        view["direction"] = "right" if sender == first else "left"
        view["route"] = f"from {_PLACES[sender]} to {_PLACES[receiver]}"
    return view


def _worst(listed: Sequence[View]) -> View | None:
    return min(
        (item for item in listed if item["tone"] in _RANKS and item["own"]),
        key=lambda item: (_RANKS[item["tone"]], item["number"]),
        default=None,
    )


def _judged(report: Report, worst: View | None) -> tuple[str, str]:
    if report.verdict == REJECTED:
        return "error", "rejected"
    if worst is not None:
        return worst["tone"], worst["tone"]
    return "good", "no error or warning"
