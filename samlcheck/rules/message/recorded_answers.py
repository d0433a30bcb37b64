"""Rules on what the browser got in a recording: cookies, clocks, error codes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from samlcheck.rules.case import Case, Sent
from samlcheck.rules.citations import core, profiles, rfc
from samlcheck.rules.message.recorded import answered, asked, har, with_headers
from samlcheck.rules.message.recorded_pages import shown_address, symptoms_on
from samlcheck.rules.rule import IDP, INFO, SP, WARNING, Hit, example, hit, rule
from samlcheck.rules.wording import all_of, duration_words

_REFUSED: Final = ("status-not-success",)
_START: Final = "https://sp.example.org/"
_SET: Final = "SESSION=3f5b21c09d; Path=/; SameSite=Lax; Secure; HttpOnly"
#: Clocks that differ by less are no reason for anything; a recording is not more exact either.
_CLOSE: Final = timedelta(seconds=30)
_MOST_NAMED: Final = 5


def _login(cookie: str | None, *, date: str | None = None, **answer: str) -> str:
    """Return a recording in which the service provider sets a cookie and may get it back."""
    start = with_headers(asked(), answer=[("Set-Cookie", _SET)])
    start["request"]["url"] = _START
    start["response"]["redirectURL"] = asked()["request"]["url"]
    sent = [("Cookie", cookie)] if cookie else []
    dated = [("Date", date)] if date else []
    other = with_headers(asked(), sent=[("Cookie", "idp=1")])
    return har(start, other, with_headers(answered(**answer), sent=sent, answer=dated))


_GOOD = (
    example("raw", raw=_login("SESSION=3f5b21c09d"), without=["request"], also=_REFUSED),
    example("raw", raw=har(asked(), answered()), without=["request"], also=_REFUSED),
)


@rule(
    "har-session-cookie-lost",
    on=Sent,
    severity=WARNING,
    cites=[rfc(6265, "5.4"), profiles("4.1.4.3")],
    owner=SP,
    bad=[example("raw", raw=_login(None), without=["request"], also=_REFUSED)],
    good=_GOOD,
)
def session_cookie_lost(sent: Sent, case: Case) -> Iterator[Hit]:
    """The browser did not send back the cookies of the service provider.

    In the recording the service provider had set cookies before, and the request that brought the
    response to it has none of them.

    Why: the response comes as a POST from another site. Browsers send no cookie along with that
    unless it has SameSite=None and Secure. The service provider then does not know which request
    is answered, and says that InResponseTo is unknown, or starts the login anew.
    Fix: Set SameSite=None and Secure for the cookie that keeps the request, and start the login at
    the host and scheme of the reply URL.
    """
    exchange = sent.exchange
    if exchange is None or case.response is None or not exchange.lost_cookies:
        return
    named = [
        f"'{name}' (SameSite={same_site})" if same_site else f"'{name}'"
        for name, same_site in exchange.lost_cookies[:_MOST_NAMED]
    ]
    more = len(exchange.lost_cookies) - len(named)
    words = all_of([*named, f"{more} more"] if more else named)
    yield hit(
        case.response,
        f"The service provider had set {words}, and the response came without any of its cookies",
        expected="the cookies that keep the login that was begun",
        actual="no cookie of the service provider",
    )


@rule(
    "har-clock-difference",
    on=Sent,
    severity=WARNING,
    cites=[core("1.3.3"), rfc(9110, "6.6.1")],
    owner=SP,
    bad=[
        example(
            "raw",
            raw=_login("SESSION=3f5b21c09d", date="Mon, 23 Nov 2026 10:10:00 GMT"),
            without=["request"],
            also=_REFUSED,
        )
    ],
    good=[
        *_GOOD,
        example(
            "raw",
            raw=_login("SESSION=3f5b21c09d", date="Mon, 23 Nov 2026 10:00:03 GMT"),
            without=["request"],
            also=_REFUSED,
        ),
    ],
)
def clock_difference(sent: Sent, case: Case) -> Iterator[Hit]:
    """The clock of the service provider differs.

    The answers in a recording tell the time at each site. That of the service provider is more
    than half a minute away from that of the identity provider, or of the browser where the former
    is not known, and more than the profile tolerates.

    Why: the service provider compares the times in the assertion with its own clock, so that it
    takes a fresh assertion for expired, or for one of the future.
    Fix: Let both servers take their time from a time server.
    """
    exchange = sent.exchange
    if exchange is None or exchange.clock is None or case.response is None:
        return
    other = exchange.sender_clock
    apart = exchange.clock - (timedelta() if other is None else other)
    if abs(apart) <= max(_CLOSE, case.context.skew):
        return
    yield hit(
        case.response,
        f"The clock of the service provider is {duration_words(apart)} "
        f"{'ahead of' if apart > timedelta() else 'behind'} that of the "
        f"{'browser' if other is None else 'identity provider'}",
        expected="the same time on both sides",
        actual=duration_words(apart),
    )


@rule(
    "har-vendor-code",
    on=Sent,
    severity=INFO,
    cites=[profiles("4.1.4.3")],
    owner=IDP,
    bad=[
        example(
            "raw",
            raw=har(asked(page="<title>Sign in</title><p>AADSTS75011: Something went wrong</p>")),
            without=["request"],
            also=["req-unsigned"],
        )
    ],
    good=_GOOD,
)
def vendor_code(sent: Sent, case: Case) -> Iterator[Hit]:
    """A page in the recording shows an error that is known.

    After the message, and before the next one, the browser got a page with the error code or the
    error text of a vendor; `samlcheck explain` with it tells what it means.

    Why: it says how far the login came, and which side refused it.
    Fix: Correct first what the other findings name, in the order in which the report has them.
    """
    exchange = sent.exchange
    if exchange is None or case.message is None:
        return
    for page in reversed(exchange.pages):
        found = symptoms_on(page)
        if found:
            label, means = found[0].label, found[0].row.means
            where = shown_address(page.address)
            yield hit(
                case.message_document,
                f"The page at {where} shows {label}: {means}",
                actual=label,
                owner=SP if case.response is not None else IDP,
            )
            return


RULES = (session_cookie_lost, clock_difference, vendor_code)
