"""Writes a message the way a browser carries it: form body, bare Base64, self-posting page."""

from __future__ import annotations

import base64
import html
import re
from urllib.parse import quote

from lxml import etree


def to_base64(xml: bytes) -> str:
    """The message as Base64 on one line."""
    return base64.b64encode(xml).decode("ascii")


def form_body(xml: bytes, relay_state: str) -> bytes:
    """The body of the POST to the ACS, as the network panel of a browser shows it."""
    value = quote(to_base64(xml), safe="")
    return f"SAMLResponse={value}&RelayState={quote(relay_state, safe='')}".encode("ascii")


def self_posting_page(xml: bytes, relay_state: str, action: str) -> bytes:
    """The page with which an IdP makes the browser post a response."""
    return (
        "<!DOCTYPE html>\n"
        '<html lang="en">\n<head><title>Signing in</title></head>\n'
        '<body onload="document.forms[0].submit()">\n'
        f'<form method="post" action="{html.escape(action)}">\n'
        f'<input type="hidden" name="SAMLResponse" value="{html.escape(to_base64(xml))}">\n'
        f'<input type="hidden" name="RelayState" value="{html.escape(relay_state)}">\n'
        '<noscript><button type="submit">Continue</button></noscript>\n'
        "</form>\n</body>\n</html>\n"
    ).encode("ascii")


def without_line_breaks(text: str) -> str:
    """A template as a server sends it: no white space between tags."""
    return re.sub(r">\s+<", "><", text).strip()


def reindented(xml: bytes) -> bytes:
    """The message as an XML editor lays it out: white space inside the signature as well."""
    root = etree.fromstring(xml)
    etree.indent(root)
    return etree.tostring(root) + b"\n"
