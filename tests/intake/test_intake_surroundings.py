"""What goes on around the messages of a recording: pages, cookies, clocks, failures."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samlcheck.intake import Exchange, read_capture
from tests.intake.test_intake_recordings import (
    ACS,
    BODY,
    LOGIN,
    QUERY,
    SSO,
    har,
    page,
    post,
    tracer,
    visit,
)

START = "https://sp.example.org/"
SET = "SID=0123456789abcdef; Path=/; SameSite=Lax; Secure"


def headers(**values: str) -> list[dict[str, str]]:
    return [{"name": name.replace("_", "-"), "value": value} for name, value in values.items()]


def with_answer(entry: dict[str, Any], **values: str) -> dict[str, Any]:
    return {**entry, "response": {**entry["response"], "headers": headers(**values)}}


def with_request(entry: dict[str, Any], **values: str) -> dict[str, Any]:
    return {**entry, "request": {**entry["request"], "headers": headers(**values)}}


def start(**answer: str) -> dict[str, Any]:
    entry = visit("GET", START, status=302, redirectURL=f"{SSO}?{QUERY}")
    return with_answer(entry, **answer)


def exchanges(*entries: dict[str, Any]) -> list[Exchange]:
    found = [capture.exchange for capture in read_capture(har(*entries))]
    return [item for item in found if item is not None]


ASKED = with_request(visit("GET", f"{SSO}?{QUERY}"), Cookie="idp=1")
ANSWERED = visit("POST", ACS, postData=post(BODY))


def test_the_pages_between_messages_are_kept() -> None:
    error = "<title>Error</title><script>x('AADSTS75011: no')</script><p>Sorry</p>"
    asked, answer = exchanges(
        ASKED,
        visit("POST", "https://idp.example.org/login", content=page(error)),
        visit("GET", "https://idp.example.org/x.js", content={"mimeType": "text/javascript"}),
        ANSWERED,
        visit("GET", "https://sp.example.org/app", status=500, content={"text": "Broken"}),
    )

    assert [("AADSTS75011",)] == [item.codes for item in asked.pages]
    assert ("https://idp.example.org/login", "Error", "Sorry") == (
        asked.pages[0].address,
        asked.pages[0].title,
        asked.pages[0].text,
    )
    assert ["Broken"] == [item.text for item in answer.pages]


def test_a_page_that_lists_many_codes_shows_none() -> None:
    listing = "<p>" + " ".join(f"AADSTS5{number:04}" for number in range(50)) + "</p>"
    (asked,) = exchanges(visit("GET", f"{SSO}?{QUERY}", content=page(listing)))
    assert [()] == [item.codes for item in asked.pages]


def test_few_pages_are_kept() -> None:
    many = [visit("GET", "https://idp.example.org/", content=page("<p>x</p>"))] * 50
    (asked,) = exchanges(ASKED, *many)
    assert 6 == len(asked.pages)


def test_a_session_is_recognised_by_its_cookie() -> None:
    sent = with_request(ANSWERED, cookie="a=1; SID=0123456789abcdef")
    asked, answer = exchanges(start(Set_Cookie=SET), ASKED, sent)

    assert asked.sessions & answer.sessions
    assert (("a", "SID"), ()) == (answer.cookies, answer.lost_cookies)
    assert "0123456789abcdef" not in repr((asked, answer))


def test_cookies_that_are_not_sent_are_lost() -> None:
    _, answer = exchanges(start(Set_Cookie=SET), ASKED, ANSWERED)

    assert ((("SID", "Lax"),), ()) == (answer.lost_cookies, answer.cookies)
    assert not answer.sessions


@pytest.mark.parametrize(
    "cookie",
    [
        "SID=; Path=/",
        "SID=0123456789abcdef; Max-Age=0",
        "SID=0123456789abcdef; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "SID=0123456789abcdef; Path=/other",
        "SID=0123456789abcdef; Domain=example.com",
        "SID",
        "=x",
        "",
    ],
)
def test_a_cookie_that_does_not_belong_into_the_request_is_not_lost(cookie: str) -> None:
    first = visit("GET", "https://x.example.com/" if "example.com" in cookie else START)
    _, answer = exchanges(with_answer(first, Set_Cookie=cookie), ASKED, ANSWERED)
    assert () == answer.lost_cookies


def test_a_cookie_of_a_domain_belongs_to_its_hosts() -> None:
    first = visit("GET", "https://www.example.org/")
    cookie = "SID=0123456789abcdef; Domain=.example.org; SameSite=strict"
    _, answer = exchanges(with_answer(first, set_cookie=cookie), ASKED, ANSWERED)
    assert (("SID", "Strict"),) == answer.lost_cookies


def test_a_recording_without_any_cookie_tells_nothing_of_them() -> None:
    asked, answer = exchanges(start(), visit("GET", f"{SSO}?{QUERY}"), ANSWERED)
    assert (None, None, ()) == (asked.cookies, answer.cookies, answer.lost_cookies)


def test_the_clocks_of_both_sites() -> None:
    form = with_answer(LOGIN[2], Date="Mon, 23 Nov 2026 10:00:00 GMT")
    late = with_answer(ANSWERED, Date="Mon, 23 Nov 2026 10:05:00 GMT")
    answer = exchanges(form, {**late, "time": 877})[-1]

    assert timedelta(minutes=5, seconds=-1) == answer.clock
    assert answer.sender_clock is not None
    assert abs(answer.sender_clock) < timedelta(seconds=1)


def test_why_there_was_no_answer() -> None:
    entry = visit("POST", ACS, postData=post(BODY), status=0, _error="net::ERR_CONNECTION_REFUSED")
    (answer,) = exchanges(entry)
    assert ("net::ERR_CONNECTION_REFUSED", None) == (answer.failure, answer.status)


def test_cookies_of_saml_tracer() -> None:
    sent = [{"name": "Cookie", "value": "SID=0123456789abcdef"}]
    (capture,) = read_capture(tracer(requestHeaders=sent))
    assert capture.exchange is not None
    assert ("SID",) == capture.exchange.cookies


def test_cookies_of_raw_requests() -> None:
    log = (
        f"GET /sso?{QUERY} HTTP/1.1\r\nHost: idp.example.org\r\n\r\n"
        "HTTP/1.1 302 Found\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n"
        f"POST /sso HTTP/1.1\r\nHost: idp.example.org\r\nCookie: a=1\r\n\r\n{BODY}\r\n"
    )
    asked, answer = read_capture(log)
    assert asked.exchange is not None
    assert answer.exchange is not None
    assert (("a",), ()) == (answer.exchange.cookies, answer.exchange.lost_cookies)


WHOLE = json.loads(har(start(Set_Cookie=SET), ASKED, with_request(ANSWERED, cookie="SID=1")))
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.just([]),
    st.just({}),
    st.just("https://["),
    st.just("2026-11-23T10:00:00Z"),
    st.just("\ud800"),
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """All places in a JSON value."""
    found = [path]
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    for key, item in pairs:
        found += _paths(item, (*path, key))
    return found


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_paths(WHOLE)[1:]), _LEAVES)
def test_a_har_file_with_anything_in_it_is_read(path: tuple[Any, ...], leaf: Any) -> None:
    data = json.loads(json.dumps(WHOLE))
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = leaf
    assert read_capture(json.dumps(data).encode("utf-8", "surrogatepass"))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2000), st.binary(max_size=8))
def test_a_har_file_with_any_octets_in_it_is_read(at: int, octets: bytes) -> None:
    data = json.dumps(WHOLE).encode()
    at %= len(data)
    assert read_capture(data[:at] + octets + data[at + len(octets) :])
