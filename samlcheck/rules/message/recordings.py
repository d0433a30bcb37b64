"""Rules on recordings of browser traffic: what went on around the message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.model import AuthnRequest
from samlcheck.rules.case import Case, Sent
from samlcheck.rules.citations import bindings, profiles, rfc
from samlcheck.rules.message.carried import response_with
from samlcheck.rules.message.recorded import answered, asked, har
from samlcheck.rules.message.recorded_pages import shown_address, unsecret
from samlcheck.rules.rule import (
    IDP,
    INFO,
    SP,
    USER,
    WARNING,
    Hit,
    example,
    hit,
    rule,
)
from samlcheck.xml.uri import split_uri

_REFUSED: Final = ("status-not-success",)
_GOOD = (example("raw", raw=har(asked(), answered()), without=["request"], also=_REFUSED),)
#: So many requests of one service provider in one recording are a loop.
_LOOP: Final = 3
_MOST_SHOWN: Final = 6


@rule(
    "har-exchange-selection",
    on=Sent,
    severity=INFO,
    cites=[profiles("4.1.2")],
    owner=USER,
    bad=[
        example(
            "raw",
            raw=har(
                asked(),
                answered(text=response_with("Responder").replace('ID="_b07d', 'ID="_c07d')),
                answered(),
            ),
            without=["request"],
            also=["replay-inresponseto-consumed", *_REFUSED],
        )
    ],
    good=_GOOD,
)
def exchange_selection(sent: Sent, case: Case) -> Iterator[Hit]:
    """The capture holds other messages than the one judged.

    Of a capture with several messages the last login is judged, or the last one at the service
    provider whose metadata was given, with the request that it answers. The others are named here.

    Why: it has to be the login that failed; a recording often holds one that went well, or one at
    another service.
    Fix: If another message is meant, give the metadata of its service provider, or record only the
    login in question.
    """
    if not sent.left_over:
        return
    count = len(sent.left_over)
    shown = ", ".join(sent.left_over[:_MOST_SHOWN])
    more = f" and {count - _MOST_SHOWN} more" if count > _MOST_SHOWN else ""
    place = (
        "" if sent.exchange is None else f"; the one judged is that of entry {sent.exchange.entry}"
    )
    yield hit(
        case.message_document,
        f"The capture holds messages that are not judged here: {shown}{more}{place}",
    )


@rule(
    "har-acs-http-status",
    on=Sent,
    severity=WARNING,
    cites=[rfc(9110, "15")],
    owner=SP,
    bad=[
        example(
            "raw",
            raw=har(
                asked(),
                answered(status=500, page="<title>Error 500</title><p>Invalid session</p>"),
            ),
            without=["request"],
            also=_REFUSED,
        )
    ],
    good=_GOOD,
)
def acs_http_status(sent: Sent, case: Case) -> Iterator[Hit]:
    """The service provider answered the response with an HTTP error.

    In the recording the request that delivered the response was answered with a status of 400 or
    above, or led there by redirects, or was not answered at all. What the page says is shown,
    without what may be personal.

    Why: the service provider has refused the login or has broken down over it, whatever the message
    looks like; its log tells the reason.
    Fix: Look up the time of the request in the log of the service provider, and correct first what
    the other findings name.
    """
    exchange = sent.exchange
    if exchange is None or not exchange.sent or case.response is None:
        return
    reached = [(exchange.address, exchange.status)]
    reached += [(step.address, step.status) for step in exchange.steps]
    failed = next(((url, status) for url, status in reached if status and status >= 400), None)
    if failed is None:
        if exchange.failure and exchange.status is None:
            yield hit(
                case.response,
                "The request that brought the response to the service provider was not answered: "
                f"the browser says {_failure(exchange.failure)}",
                expected="an answer of the service provider",
                actual="no answer",
            )
        return
    url, status = failed
    where = "" if url == exchange.address else f" at {shown_address(url)}"
    page = "; ".join(
        f'{words} "{unsecret(text[:300])}"'
        for words, text in (
            ("the page is called", exchange.page_title),
            ("it says", exchange.page_text),
        )
        if text
    )
    yield hit(
        case.response,
        f"The service provider answered the response with HTTP {status}{where}"
        + (f"; {page}" if page else ""),
        expected="a page of the application, or a redirect to one",
        actual=f"HTTP {status}",
    )


def _failure(text: str) -> str:
    """Return a browser's reason, such as net::ERR_CONNECTION_REFUSED; other words as of anybody."""
    return text if re.fullmatch(r"(?:net::ERR|NS_ERROR)_[A-Z_]{2,60}", text) else unsecret(text)


@rule(
    "har-login-loop",
    on=Sent,
    severity=WARNING,
    cites=[profiles("4.1.2")],
    owner=SP,
    bad=[
        example(
            "raw",
            raw=har(asked(), asked(), asked(), answered()),
            without=["request"],
            also=_REFUSED,
        )
    ],
    good=_GOOD,
)
def login_loop(sent: Sent, case: Case) -> Iterator[Hit]:
    """The login goes round in a circle.

    In one recording the same service provider has sent three requests or more.

    Why: the service provider does not accept the responses, or forgets at once that the user is
    signed in, mostly because the browser does not send its session cookie, and starts anew.
    Fix: Correct what the other findings name. If the login is in order, look at the cookies of the
    service provider: SameSite=None and Secure, the same host and scheme for the start of the login
    and the reply URL, and no caching in between.
    """
    for issuer, count in loops(sent, case):
        yield hit(
            case.message_document,
            f"The service provider {issuer!r} asked for a login {count} times in one recording",
            expected="one request for each login",
            actual=f"{count} requests",
        )


def loops(sent: Sent, case: Case) -> Iterator[tuple[str, int]]:
    """Yield the service providers that asked again and again in a recording, and how often."""
    if sent.exchange is None:
        return
    requests = [
        case_before.message
        for case_before in case.earlier
        if case_before.sent is not None and case_before.sent.exchange is not None
    ]
    issuers = [
        item.issuer.value
        for item in (*requests, case.message)
        if isinstance(item, AuthnRequest) and item.issuer is not None
    ]
    for issuer in dict.fromkeys(issuers):
        if issuer and issuers.count(issuer) >= _LOOP:
            yield issuer, issuers.count(issuer)


@rule(
    "har-query-dropped",
    on=Sent,
    severity=WARNING,
    cites=[bindings("3.4.4.1")],
    owner=IDP,
    bad=[
        example(
            "raw",
            raw=har(asked(status=301, location="https://login.idp.example.org/saml/sso/redirect")),
            without=["request"],
            also=["req-unsigned"],
        )
    ],
    good=[
        example(
            "raw",
            raw=har(asked(status=302, location="https://idp.example.org/login?session=7")),
            without=["request"],
            also=["req-unsigned"],
        ),
    ],
)
def query_dropped(sent: Sent, case: Case) -> Iterator[Hit]:
    """A redirect has lost the message.

    The browser was sent on to the same path on another host or scheme, or with a slash more, and
    the parameter that holds the message was left out.

    Why: the message is in the query of the address; the server that the browser ends up at sees an
    empty request, and shows an error or starts anew.
    Fix: Let the redirect keep the query, or publish the address that it leads to in the metadata.
    """
    exchange = sent.exchange
    if exchange is None or exchange.location is None or sent.parameter is None or not sent.query:
        return
    before, after = split_uri(exchange.address), split_uri(exchange.location)
    moved = (
        after.path.rstrip("/") == before.path.rstrip("/") and exchange.location != exchange.address
    )
    if moved and sent.parameter not in (after.query or ""):
        yield hit(
            case.message_document,
            f"The browser was sent on to {shown_address(exchange.location)} without "
            f"{sent.parameter}",
            expected=f"a redirect that keeps {sent.parameter}",
            actual=shown_address(exchange.location),
        )


RULES = (exchange_selection, acs_http_status, login_loop, query_dropped)
