"""URLs, form bodies, HTML forms, HTTP requests and listings of developer tools."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from samlcheck.intake import Capture, read_capture
from tests.intake.encoders import base64_of, deflated, redirect_value, request, response
from tests.support import carriers

XML = response()
VALUE = base64_of(XML).decode()
ENCODED = quote(VALUE, safe="")
ACS = "https://sp.example.org/acs"
SSO = "https://idp.example.org/sso?tenant=contoso"


def only(data: bytes | str) -> Capture:
    captures = read_capture(data)
    assert len(captures) == 1
    return captures[0]


def expect_post(capture: Capture, *, relay_state: str | None, url: str | None = None) -> None:
    assert capture.data == XML
    assert capture.parameter == "SAMLResponse"
    assert capture.binding == "HTTP-POST"
    assert capture.relay_state == relay_state
    assert capture.url == url
    assert capture.query is None
    assert capture.defects == ()


def test_url_of_the_redirect_binding() -> None:
    query = (
        f"tenant=contoso&SAMLRequest={redirect_value(request())}&RelayState=a%20b"
        "&SigAlg=http%3a%2f%2fwww.w3.org%2f2001%2f04%2fxmldsig-more%23rsa-sha256&Signature=AAAA"
    )

    capture = only(f"https://idp.example.org/sso?{query}#top\n")

    assert capture == Capture(
        data=request(),
        origin=("URL", "query parameter SAMLRequest", "Base64", "DEFLATE", "XML"),
        parameter="SAMLRequest",
        binding="HTTP-Redirect",
        relay_state="a b",
        url="https://idp.example.org/sso",
        query=query.encode(),
        defects=(),
        parameters=(
            ("SAMLRequest", base64_of(deflated(request()))),
            ("RelayState", b"a b"),
            ("SigAlg", b"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
            ("Signature", b"AAAA"),
        ),
    )


@pytest.mark.parametrize(
    "around",
    ["{}", '"{}"', "<{}>", "```\n{}\n```", "\n{}\n\n"],
)
def test_noise_around_a_url(around: str) -> None:
    url = f"{SSO}&SAMLRequest={redirect_value(request())}"

    capture = only(around.format(url))

    assert capture.data == request()
    assert capture.url == "https://idp.example.org/sso"
    assert capture.query == url.partition("?")[2].encode()


def test_url_wrapped_over_lines() -> None:
    url = f"{SSO}&SAMLRequest={redirect_value(request())}&RelayState=x"
    wrapped = "\r\n".join(url[start : start + 60] for start in range(0, len(url), 60))

    capture = only(wrapped)

    assert capture.data == request()
    assert capture.query == url.partition("?")[2].encode()
    assert capture.relay_state == "x"


def test_url_followed_by_other_lines() -> None:
    capture = only(f"{SSO}&SAMLRequest={redirect_value(request())}\nand then it failed\n")

    assert capture.data == request()
    assert capture.origin[:2] == ("surrounding text", "URL")


def test_relative_address() -> None:
    capture = only(f"/sso?SAMLRequest={redirect_value(request())}")

    assert capture.data == request()
    assert capture.url == "/sso"
    assert capture.binding == "HTTP-Redirect"


def test_response_in_a_redirect_url_keeps_the_binding() -> None:
    capture = only(f"{ACS}?SAMLResponse={redirect_value(XML)}")

    assert capture.data == XML
    assert capture.parameter == "SAMLResponse"
    assert capture.binding == "HTTP-Redirect"


def test_address_copied_from_html_source() -> None:
    capture = only(f"{ACS}?SAMLRequest={redirect_value(request())}&amp;RelayState=x")

    assert capture.data == request()
    assert capture.relay_state == "x"
    assert [defect.rule for defect in capture.defects] == ["transport-html-entity-residue"]


def test_form_body() -> None:
    expect_post(only(carriers.form_body(XML, "a b&c")), relay_state="a b&c")


def test_form_body_that_was_shown_decoded() -> None:
    expect_post(only(f"SAMLResponse={VALUE}&RelayState=https://x"), relay_state="https://x")


def test_form_body_names_its_field() -> None:
    assert only(f"SAMLResponse={ENCODED}").origin == ("form field SAMLResponse", "Base64", "XML")


def test_query_string_alone_is_known_by_its_compression() -> None:
    query = f"SAMLRequest={redirect_value(request())}&RelayState=x"

    capture = only(query)

    assert capture.data == request()
    assert capture.binding == "HTTP-Redirect"
    assert capture.query == query.encode()
    assert capture.origin[0] == "query parameter SAMLRequest"


def test_query_string_with_its_question_mark() -> None:
    capture = only(f"?SAMLRequest={redirect_value(request())}")

    assert capture.data == request()
    assert capture.binding == "HTTP-Redirect"
    assert capture.url is None
    assert capture.origin[0] == "query parameter SAMLRequest"


@pytest.mark.parametrize(
    "listing",
    [
        "SAMLResponse: {}\nRelayState: ss:mem:1",
        "SAMLResponse:{}\r\nRelayState:ss:mem:1\r\n",
        "SAMLResponse\n{}\nRelayState\nss:mem:1\n",
        'SAMLResponse\t"{}"\nRelayState\t"ss:mem:1"',
        '"SAMLResponse": "{}",\n"RelayState": "ss:mem:1",\n',
        "RelayState: ss:mem:1\nSAMLResponse: {}",
        "SAMLResponse={}\nRelayState=ss:mem:1",
        "Form Data\nview source\nview URL-encoded\nSAMLResponse: {}\nRelayState: ss:mem:1",
        "Status: 200\nSAMLResponse: {}\nOther: 7\nRelayState: ss:mem:1",
    ],
)
def test_listing_of_developer_tools(listing: str) -> None:
    expect_post(only(listing.format(VALUE)), relay_state="ss:mem:1")


def test_listing_with_a_wrapped_value() -> None:
    wrapped = "\n  ".join(VALUE[start : start + 64] for start in range(0, len(VALUE), 64))

    expect_post(only(f"SAMLResponse: {wrapped}\nRelayState: x"), relay_state="x")


def test_listing_under_the_heading_of_a_query_string() -> None:
    value = base64_of(deflated(request())).decode()

    capture = only(f"Query String Parameters\nSAMLRequest: {value}\nRelayState: x")

    assert capture.data == request()
    assert capture.binding == "HTTP-Redirect"
    assert capture.origin[0] == "query parameter SAMLRequest"


def test_html_page_that_posts_itself() -> None:
    capture = only(carriers.self_posting_page(XML, 'a"b', f"{ACS}?x=1&y=2"))

    expect_post(capture, relay_state='a"b', url=f"{ACS}?x=1&y=2")
    assert capture.origin == ("HTML form", "form field SAMLResponse", "Base64", "XML")


@pytest.mark.parametrize(
    "control",
    [
        '<input type="hidden" name="SAMLResponse" value="{}">',
        "<INPUT value='{}' NAME='SAMLResponse' TYPE='hidden' />",
        '<input\n\tvalue = "{}"\n\tname = SAMLResponse\n>',
        "<!-- <input name=SAMLResponse value=old> --><input name=SAMLResponse value='{}'/>",
        "<script>'<input name=SAMLResponse value=old>'</script>"
        "<input name='SAMLResponse' value='{}'>",
        "<textarea name='SAMLResponse'>{}</textarea>",
    ],
)
@pytest.mark.parametrize("escape", [{}, {"+": "&#x2B;", "/": "&#47;", "=": "&#x3d;"}])
def test_html_control_in_any_spelling(control: str, escape: dict[str, str]) -> None:
    value = VALUE.translate(str.maketrans(escape))
    # XHTML has an XML declaration, and is HTML all the same.
    prolog = '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "x">\n'

    capture = only(
        f"{prolog}<html><form method='post' action='{ACS}'>{control.format(value)}</form></html>"
    )

    expect_post(capture, relay_state=None, url=ACS)


def test_each_form_of_a_page_is_a_message_of_its_own() -> None:
    form = "<form action='{}'><input name='{}' value='{}'></form>"
    page = form.format(ACS, "SAMLResponse", VALUE) + form.format(
        "https://idp.example.org/sso", "SAMLRequest", base64_of(request()).decode()
    )

    captures = read_capture(f"<body>{page}</body>")

    assert [capture.data for capture in captures] == [XML, request()]
    assert [capture.url for capture in captures] == [ACS, "https://idp.example.org/sso"]
    assert [capture.defects for capture in captures] == [(), ()]


def test_http_post_request() -> None:
    capture = only(
        f"POST {ACS} HTTP/1.1\r\nHost: sp.example.org\r\n\r\nSAMLResponse={ENCODED}&RelayState=x"
    )

    expect_post(capture, relay_state="x", url=ACS)
    assert capture.origin[:2] == ("HTTP request", "form field SAMLResponse")


def test_http_get_request() -> None:
    query = f"SAMLRequest={redirect_value(request())}"

    capture = only(f"GET /sso?{query} HTTP/1.1\nHost: idp.example.org\n")

    assert capture.data == request()
    assert capture.url == "/sso"
    assert capture.query == query.encode()


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        (f"curl '{ACS}' --data-raw 'SAMLResponse={ENCODED}&RelayState=x'", "SAMLResponse"),
        (
            f'10.0.0.1 "GET /sso?SAMLRequest={redirect_value(request())}&RelayState=x HTTP/1.1"',
            "SAMLRequest",
        ),
        (f"HTTP/1.1 302\nLocation: {SSO}&SAMLRequest={redirect_value(request())}&RelayState=x", ""),
    ],
)
def test_parameter_inside_other_text(text: str, parameter: str) -> None:
    capture = only(text)

    assert capture.data == (XML if parameter == "SAMLResponse" else request())
    assert capture.relay_state == "x"
    assert capture.origin[0] == "surrounding text"
    assert capture.defects == ()
