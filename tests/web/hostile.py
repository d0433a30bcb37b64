"""Texts that run as script where a page prints them as they are, and where they may be put."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from tests.support.bases import build

#: What runs calls this, so that a test in a browser hears of it.
CALL = "alert(1)"
STRINGS = (
    f"<script>{CALL}</script>",
    f"</title><script>{CALL}</script>",
    f"</style><script>{CALL}</script>",
    f"</textarea><img src=x onerror={CALL}>",
    f'"><img src=x onerror="{CALL}">',
    f"'><svg/onload={CALL}>",
    f"--><svg onload={CALL}>",
    f"]]><script>{CALL}</script>",
    f"<iframe srcdoc='&lt;script&gt;{CALL}&lt;/script&gt;'>",
    f"<details open ontoggle={CALL}>",
    f"<a href='javascript:{CALL}'>click</a>",
    f"javascript:{CALL}",
    f"data:text/html,<script>{CALL}</script>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={CALL}>",
    f"{{{{ ''.__class__ }}}}{{% raw %}}${{{CALL}}}#{{{CALL}}}",
    f"&lt;script&gt;{CALL}&lt;/script&gt;",
    f"\u202e<script>{CALL}</script>\u2028",
    f"\\u003cscript\\u003e{CALL}\\u003c/script\\u003e",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href='https://evil.example/'><link rel=stylesheet href=//evil.example/x.css>",
    "<form action='https://evil.example/'><input type=submit value=go autofocus onfocus=alert(1)>",
    "<style>*{background:url(https://evil.example/x)}</style>",
)
ATTRIBUTES = (
    "Destination",
    "Recipient",
    "InResponseTo",
    "Version",
    "NotOnOrAfter",
    "ID",
    "IssueInstant",
    "FriendlyName",
    "Format",
    "Name",
    "Method",
    "Algorithm",
)


def _edited(old: str, new: str) -> bytes:
    text = build("response").decode()
    assert old in text
    return text.replace(old, new).encode()


def messages(text: str) -> Iterator[tuple[str, bytes]]:
    """Messages with a text in each field, by the name of the field."""
    value, attribute = escape(text), quoteattr(text)
    for old in (
        "https://idp.example.org/saml<",
        "https://sp.example.org/saml<",
        "PasswordProtectedTransport<",
    ):
        yield old, _edited(old, f"{old[:-1]}{value}<")
    for tag in ("NameID", "AttributeValue"):
        yield tag, _edited(f"</saml:{tag}>", f"{value}</saml:{tag}>")
    for name in ATTRIBUTES:
        found = f' {name}="'
        if found in build("response").decode():
            old = found + build("response").decode().split(found, 1)[1].split('"', 1)[0] + '"'
            yield name, _edited(old, f" {name}={attribute}")
    failed = (
        '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"/>'
        f"<samlp:StatusMessage>{value}</samlp:StatusMessage>"
    )
    yield (
        "StatusMessage",
        _edited('<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>', failed),
    )
    yield "comment", _edited("</saml:NameID>", f"<!--{text.replace('--', '')}--></saml:NameID>")
    yield "element", _edited("<saml:Subject>", f"<x a={attribute}>{value}</x><saml:Subject>")
    yield "raw", _edited("<saml:Subject>", f"{text}<saml:Subject>")


def captures(text: str) -> Iterator[tuple[str, bytes]]:
    """Captures with a text in each place around a message, by the name of the place."""
    body = base64.b64encode(build("response"))
    yield (
        "RelayState",
        b"SAMLResponse=" + quote(body).encode() + f"&RelayState={quote(text)}".encode(),
    )
    yield "parameter", f"{quote(text)}=1&SAMLResponse={quote(body)}".encode()
    yield "address", f"https://sp.example.org/{text}?SAMLResponse={quote(body)}".encode()
    yield "text", text.encode()
    yield "value", b"SAMLResponse=" + quote(text).encode()
    entry = {
        "startedDateTime": "2026-11-23T10:00:00Z",
        "request": {
            "method": text,
            "url": f"https://sp.example.org/saml/acs/{text}",
            "headers": [{"name": text, "value": text}],
            "postData": {
                "mimeType": "application/x-www-form-urlencoded",
                "text": f"SAMLResponse={quote(body)}&RelayState={quote(text)}",
            },
        },
        "response": {
            "status": 500,
            "statusText": text,
            "headers": [{"name": "Location", "value": text}],
            "redirectURL": text,
            "content": {"mimeType": "text/html", "text": f"<title>{escape(text)}</title>{text}"},
        },
    }
    yield "HAR", json.dumps({"log": {"entries": [entry]}}).encode()
