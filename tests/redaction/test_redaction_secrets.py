"""No secret of a capture is left in what is made of it, in whatever encoding it was carried."""

from __future__ import annotations

import base64
import json
import string
from html import escape as html_escape
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import samlcheck
from samlcheck.redaction._leaks import leaks
from tests.intake.encoders import deflated
from tests.redaction.searching import everything_in
from tests.support.bases import NOW, build

ACS = "https://sp.example.org/saml/acs"
QUIET = settings(
    deadline=None,
    max_examples=8,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
LETTERS = string.ascii_letters + string.digits + " .-_+&<>'\"/%=äßéøłñçžЖ字𠀀"
#: Long enough not to stand somewhere by chance.
TEXTS = st.text(LETTERS, min_size=9, max_size=40).map(str.strip).filter(lambda text: len(text) > 8)
MAILS = st.builds(
    "{}@{}.example".format,
    st.text(string.ascii_lowercase + string.digits + ".", min_size=6, max_size=12).map(
        lambda text: f"u{text.strip('.')}z"
    ),
    st.text(string.ascii_lowercase, min_size=6, max_size=10),
)
GUIDS = st.uuids().map(str)
TOKENS = st.text(string.ascii_letters + string.digits + "-_.", min_size=12, max_size=60).filter(
    lambda text: any(character.isdigit() for character in text)
)
VALUES = st.one_of(TEXTS, MAILS, GUIDS, TOKENS)


def login(name: str, values: list[str]) -> bytes:
    attributes = "".join(
        f'<saml:Attribute Name="a{number}"><saml:AttributeValue>{escape(value)}'
        "</saml:AttributeValue></saml:Attribute>"
        for number, value in enumerate(values)
    )
    text = build("response").decode()
    start, end = text.index("<saml:AttributeStatement>"), text.index("</saml:AttributeStatement>")
    text = f"{text[:start]}<saml:AttributeStatement>{attributes}{text[end:]}"
    start = text.index(">", text.index("<saml:NameID")) + 1
    return f"{text[:start]}{escape(name)}{text[text.index('<', start) :]}".encode()


def carried(xml: bytes, way: str, state: str, secret: str) -> bytes:
    value = quote(base64.b64encode(xml), safe="")
    if way == "form":
        return f"SAMLResponse={value}&RelayState={quote(state, safe='')}".encode()
    if way == "url":
        packed = quote(base64.b64encode(deflated(xml)), safe="")
        return f"{ACS}?SAMLResponse={packed}&RelayState={quote(state, safe='')}&t={secret}".encode()
    if way == "html":
        return (
            f'<html><form method="post" action="{ACS}"><input type="hidden" name="SAMLResponse" '
            f'value="{base64.b64encode(xml).decode()}"><input name="RelayState" '
            f'value="{html_escape(state)}"><input name="password" value="{secret}"></form></html>'
        ).encode()
    if way == "http":
        return (
            f"POST {ACS};jsessionid={secret} HTTP/1.1\r\nHost: sp.example.org\r\n"
            f"Cookie: sid={secret}\r\nAuthorization: Bearer {secret}\r\nX-Custom: {secret}\r\n"
            f"Referer: https://idp.example.org/?code={secret}\r\n\r\nSAMLResponse={value}"
            f"&RelayState={quote(state, safe='')}&password={secret}"
        ).encode()
    if way == "har":
        return har(value, state, secret)
    return base64.b64encode(xml) if way == "base64" else xml


def har(value: str, state: str, secret: str) -> bytes:
    header = [{"name": "Cookie", "value": f"sid={secret}"}, {"name": "X-Token", "value": secret}]
    body = f"SAMLResponse={value}&RelayState={quote(state, safe='')}"
    entries = [
        {
            "startedDateTime": "2026-11-23T09:59:00Z",
            "request": {
                "method": "POST",
                "url": f"https://idp.example.org/login?token={secret}#id_token={secret}",
                "headers": header,
                "queryString": [{"name": "token", "value": secret}],
                "postData": {
                    "mimeType": "application/x-www-form-urlencoded",
                    "text": f"username=someone%40else.example&password={secret}",
                    "params": [{"name": "password", "value": secret}],
                },
                "_extra": secret,
            },
            "response": {
                "status": 302,
                "headers": [{"name": "Set-Cookie", "value": f"sid={secret}; Secure"}],
                "redirectURL": f"https://idp.example.org/u/{secret}?x={secret}",
                "content": {"mimeType": "application/json", "text": json.dumps({"a": secret})},
            },
            "comment": secret,
        },
        {
            "startedDateTime": "2026-11-23T10:00:00Z",
            "request": {
                "method": "POST",
                "url": ACS,
                "headers": header,
                "postData": {"mimeType": "application/x-www-form-urlencoded", "text": body},
            },
            "response": {
                "status": 403,
                "headers": [],
                "content": {
                    "mimeType": "text/html",
                    "text": f"<title>Error</title><p>User {secret} is not allowed</p>",
                },
            },
        },
    ]
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


WAYS = ("xml", "base64", "form", "url", "html", "http", "har")


@pytest.mark.parametrize("way", WAYS)
@QUIET
@given(name=VALUES, values=st.lists(VALUES, min_size=1, max_size=4), state=TOKENS, secret=TOKENS)
def test_no_secret_is_left(way: str, name: str, values: list[str], state: str, secret: str) -> None:
    assume(not {name, *values} & {state, secret})
    capture = carried(login(name, values), way, state, secret)
    safe = samlcheck.redact(capture, now=NOW, sp=build("sp"), idp=build("idp"))
    text = everything_in(safe.text)
    present = [name, *values]
    if way not in ("xml", "base64"):
        present.append(state)
    if way in ("url", "html", "http", "har"):
        present.append(secret)

    assert [] == [value for value in present if value.lower() in text]


@QUIET
@given(values=st.lists(st.text(LETTERS, min_size=1, max_size=5), min_size=1, max_size=8))
def test_short_values_do_not_stay_in_their_places(values: list[str]) -> None:
    values = [value for value in values if any(character.isalnum() for character in value)]
    assume(values)
    xml = login("someone.else@else.example", values)
    safe = samlcheck.redact(xml, now=NOW)
    made = "\n".join(json.loads(safe.text)["capture"])

    for number, value in enumerate(values):
        start = made.index(f'Name="a{number}"')
        found = made[made.index("<saml:AttributeValue>", start) :].partition(">")[2]
        assert escape(value.strip()) != found.partition("<")[0].strip()


@QUIET
@given(secret=TEXTS, layers=st.lists(st.sampled_from("buhdxo"), max_size=3))
def test_the_last_check_sees_through_encodings(secret: str, layers: list[str]) -> None:
    text = f"<a>{secret}</a>"
    for layer in layers:
        octets = text.encode("utf-8", "surrogatepass")
        text = {
            "b": lambda data=octets: base64.b64encode(data).decode(),
            "u": lambda data=octets: quote(data, safe=""),
            "h": lambda data=octets: html_escape(data.decode("utf-8", "surrogatepass")),
            "d": lambda data=octets: base64.b64encode(deflated(data)).decode(),
            "x": lambda data=octets: base64.urlsafe_b64encode(data).decode().rstrip("="),
            "o": lambda data=octets: base64.encodebytes(data).decode(),
        }[layer]()

    assert [secret] == leaks(json.dumps({"capture": text.split("\n")}), [secret])


@pytest.mark.parametrize(
    "hidden",
    [b"0123456789abcdef".hex(), "MDEyMzQ1Njc4OWFiY2RlZg==", "%30123456789abcdef",
     "\\u0030123456789abcdef", "xxMDEyMzQ1Njc4OWFiY2RlZg", "0123456789ABCDEF"],
)  # fmt: skip
def test_the_last_check_knows_common_hiding_places(hidden: str) -> None:
    text = f'{{"a": "{hidden}"}}' if hidden.startswith("\\u") else json.dumps({"a": hidden})

    assert ["0123456789abcdef"] == leaks(text, ["0123456789abcdef"])


def test_nothing_is_returned_when_a_secret_would_be_left(monkeypatch: pytest.MonkeyPatch) -> None:
    from samlcheck.redaction import api

    monkeypatch.setattr(api, "leaks", lambda text, secrets: ["x"])
    with pytest.raises(samlcheck.RedactionError, match="nothing was written"):
        samlcheck.redact(build("response"), now=NOW)


def test_a_private_key_in_a_message_is_gone() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----"
    xml = build("response").replace(b"</saml:Audience>", key.encode() + b"</saml:Audience>")
    safe = samlcheck.redact(xml, now=NOW)

    assert "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".lower() not in everything_in(safe.text)
