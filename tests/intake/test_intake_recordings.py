"""Recordings of browser traffic give every message in them, with what went on around it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from samlcheck.intake import Capture, read_capture
from tests.intake.encoders import base64_of, deflated, request, response

ACS = "https://sp.example.org/saml/acs"
SSO = "https://idp.example.org/saml/sso"
RESPONSE = base64_of(response()).decode()
REQUEST = base64_of(deflated(request())).decode()
QUERY = f"SAMLRequest={quote(REQUEST, safe='')}&RelayState=k1"
BODY = f"SAMLResponse={quote(RESPONSE, safe='')}&RelayState=k1"
FORM = (
    f'<html><title>Working</title><form method="POST" action="{ACS}">'
    f'<input type="hidden" name="SAMLResponse" value="{RESPONSE}"></form></html>'
)


def visit(
    method: str, url: str, at: str = "2026-11-23T10:00:00.123Z", **parts: Any
) -> dict[str, Any]:
    """An entry as browsers write it; `parts` replace parts of the request or the answer."""
    asked = {"method": method, "url": url, "headers": []}
    answer = {"status": 200, "headers": [], "redirectURL": "", "content": {}}
    for name, value in parts.items():
        (asked if name in ("postData", "headers") else answer)[name] = value
    return {"startedDateTime": at, "request": asked, "response": answer}


def post(text: str) -> dict[str, str]:
    return {"mimeType": "application/x-www-form-urlencoded", "text": text}


def page(text: str) -> dict[str, str]:
    return {"mimeType": "text/html; charset=utf-8", "text": text}


def har(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def rules(captures: tuple[Capture, ...]) -> list[str]:
    return [defect.rule for capture in captures for defect in capture.defects]


LOGIN = (
    visit("GET", "https://sp.example.org/", status=302, redirectURL=f"{SSO}?{QUERY}"),
    visit("GET", f"{SSO}?{QUERY}", content=page("<title>Sign in</title>")),
    visit("POST", "https://idp.example.org/login", postData=post("user=m"), content=page(FORM)),
    visit("POST", ACS, postData=post(BODY), status=302, redirectURL="/app?x=1"),
    visit("GET", "https://sp.example.org/app?x=1", status=403, content=page("<b>No entry</b>")),
)


def test_a_login_gives_request_and_response() -> None:
    asked, answer = read_capture(har(*LOGIN))

    assert request() == asked.data
    assert response() == answer.data
    assert ("SAMLRequest", "HTTP-Redirect", "k1", SSO) == (
        asked.parameter,
        asked.binding,
        asked.relay_state,
        asked.url,
    )
    assert ("SAMLResponse", "HTTP-POST", "k1", ACS) == (
        answer.parameter,
        answer.binding,
        answer.relay_state,
        answer.url,
    )
    assert ("HAR file", "entry 4 (POST https://sp.example.org/saml/acs)") == answer.origin[:2]
    assert (ACS, "POST") == (answer.form_action, answer.form_method)
    assert QUERY.encode() == asked.query
    assert [] == rules((asked, answer))


def test_what_went_on_around_a_message_is_kept() -> None:
    exchange = read_capture(har(*LOGIN))[1].exchange

    assert exchange is not None
    assert (4, 5, "POST", True, 302) == (
        exchange.entry,
        exchange.entries,
        exchange.method,
        exchange.sent,
        exchange.status,
    )
    assert datetime(2026, 11, 23, 10, 0, 0, 123000, tzinfo=UTC) == exchange.started
    assert [("https://sp.example.org/app?x=1", 403)] == [
        (step.address, step.status) for step in exchange.steps
    ]
    assert "No entry" == exchange.page_text


@pytest.mark.parametrize(
    "body",
    [
        post(BODY),
        {
            "params": [
                {"name": "SAMLResponse", "value": RESPONSE},
                {"name": "RelayState", "value": "k1"},
            ]
        },
        {
            "params": [
                {"name": "SAMLResponse", "value": quote(RESPONSE, safe="")},
                {"name": "RelayState", "value": "k1"},
            ]
        },
        {"text": base64.b64encode(BODY.encode()).decode(), "encoding": "base64"},
        {"text": "", "params": [{"name": "SAMLResponse", "value": RESPONSE, "comment": ""}]},
    ],
)
def test_form_bodies_as_different_programs_write_them(body: dict[str, Any]) -> None:
    (capture,) = read_capture(har(visit("POST", ACS, postData=body)))

    assert response() == capture.data
    assert [] == rules((capture,))


def test_a_form_that_was_not_sent_is_read_and_marked() -> None:
    (capture,) = read_capture(har(visit("GET", SSO, content=page(FORM))))

    assert response() == capture.data
    assert capture.exchange is not None
    assert not capture.exchange.sent
    assert ACS == capture.url == capture.form_action


def test_a_redirect_that_was_not_followed_is_read() -> None:
    (capture,) = read_capture(har(LOGIN[0]))

    assert request() == capture.data
    assert capture.exchange is not None
    assert not capture.exchange.sent


def test_entries_are_put_in_the_order_of_their_times() -> None:
    late = visit("POST", ACS, "2026-11-23T11:30:00+01:00", postData=post(BODY))
    early = visit("GET", f"{SSO}?{QUERY}", "2026-11-23T10:29:00.1234567Z")
    assert ["SAMLRequest", "SAMLResponse"] == [
        item.parameter for item in read_capture(har(late, early))
    ]


def test_a_page_in_base64_is_read() -> None:
    content = {
        "mimeType": "text/html",
        "text": base64.b64encode(FORM.encode()).decode(),
        "encoding": "base64",
    }
    (capture,) = read_capture(har(visit("GET", SSO, content=content)))
    assert response() == capture.data


def test_a_file_that_was_cut_off_gives_what_is_whole() -> None:
    whole = har(*LOGIN)
    captures = read_capture(whole[: whole.rindex(b'"startedDateTime"') + 30])

    assert ["SAMLRequest", "SAMLResponse"] == [item.parameter for item in captures]
    assert {"transport-truncated"} == set(rules(captures))


@pytest.mark.parametrize(
    "data",
    [
        b'{"log": {}}',
        b'{"log": {"entries": []}}',
        b'{"log": {"entries": [1, null, "x", [], {}, {"request": 1, "response": []}]}}',
        b'{"log": []}',
        b'{"log": ',
        b'{"log": {"entries": [' + b"[" * 100_000,
        b'{"requests": [], "timestamp": "2026"}',
        b'{"timestamp": 1, "requests": [{"post": [[1], null, {}], "responseHeaders": [[], 1]}]}',
    ],
)
def test_recordings_without_a_message_say_so(data: bytes) -> None:
    (capture,) = read_capture(data)

    assert b"" == capture.data
    assert "transport-no-saml-parameter" in rules((capture,))
    assert "preserve log" in capture.defects[0].message


def test_a_large_recording_is_read() -> None:
    filler = visit("GET", "https://cdn.example.org/x.js", content=page("x" * 9_000_000))
    assert 2 == len(read_capture(har(filler, *LOGIN)))


def test_many_messages_are_told_and_the_last_ones_read() -> None:
    captures = read_capture(har(*[LOGIN[3]] * 70))

    assert 64 == len(captures)
    assert ["transport-message-too-large"] == rules(captures)


def tracer(**parts: Any) -> bytes:
    headers = [{"name": "Date", "value": "Mon, 23 Nov 2026 10:00:00 GMT"}]
    item = {
        "method": "POST",
        "url": ACS,
        "requestId": "7",
        "requestHeaders": [],
        "post": [["SAMLResponse", RESPONSE], ["RelayState", "k1"]],
        "protocol": "SAML-P",
        "saml": response().decode(),
        "responseStatus": 200,
        "responseHeaders": headers,
        **parts,
    }
    return json.dumps({"requests": [item], "timestamp": "2026-11-23T10:05:00Z"}, indent=2).encode()


def test_an_export_of_saml_tracer() -> None:
    (capture,) = read_capture(tracer())

    assert response() == capture.data
    assert ("SAML-tracer export", "HTTP-POST", "k1") == (
        capture.origin[0],
        capture.binding,
        capture.relay_state,
    )
    assert capture.exchange is not None
    assert datetime(2026, 11, 23, 10, tzinfo=UTC) == capture.exchange.started
    assert 200 == capture.exchange.status


def test_an_old_export_of_saml_tracer() -> None:
    (capture,) = read_capture(tracer(responseHeaders=[["Location", "/next"]], responseStatus="302"))

    assert capture.exchange is not None
    assert ["https://sp.example.org/next"] == [step.address for step in capture.exchange.steps]


def test_blotted_values_leave_the_decoded_message() -> None:
    blotted = [["SAMLResponse", "{hash:81fe}"], ["RelayState", "{hash:77aa}"]]
    (capture,) = read_capture(tracer(post=blotted))

    assert response() == capture.data
    assert capture.relay_state is None
    assert "decoded SAMLResponse" in capture.origin

    (without,) = read_capture(tracer(post=blotted, saml=None))
    assert b"" == without.data
    assert "transport-unsupported-capture" in rules((without,))


def test_raw_requests_one_after_the_other() -> None:
    log = (
        f"GET /saml/sso?{QUERY} HTTP/1.1\r\nHost: idp.example.org\r\n\r\n"
        "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\n\r\n<title>Sign in</title>\r\n"
        f"POST /saml/acs HTTP/1.1\r\nHost: sp.example.org\r\n\r\n{BODY}\r\n"
        "HTTP/1.1 500 Internal Server Error\r\n\r\n<h1>Sorry</h1>\r\n"
    )
    asked, answer = read_capture(log)

    assert (request(), response()) == (asked.data, answer.data)
    assert ACS == answer.url
    assert answer.exchange is not None
    assert (500, "Sorry") == (answer.exchange.status, answer.exchange.page_text)


def test_the_text_of_a_page_is_what_is_seen() -> None:
    shown = (
        "<!doctype html><html><head><title>A &amp; B</title><style>p{}</style><script>x<y</script>"
        "</head><body><!-- no --><p>Error\n 13</p><noscript>no</noscript></body></html>"
    )
    (capture,) = read_capture(har(visit("POST", ACS, postData=post(BODY), content=page(shown))))

    assert capture.exchange is not None
    assert ("A & B", "Error 13") == (capture.exchange.page_title, capture.exchange.page_text)
