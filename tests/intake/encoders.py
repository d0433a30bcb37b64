"""Writes a message the ways it is carried and captured, each with the words that name the way."""

from __future__ import annotations

import base64
import html
import zlib
from urllib.parse import quote

NAMESPACE = 'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'


def response(filler: str = "~~~>>>???", *, end: bool = True) -> bytes:
    """A response whose Base64 has "+" and "/" in it, and with the filler any length."""
    closing = "</samlp:Response>" if end else ""
    return (
        f'<samlp:Response {NAMESPACE} ID="_r1" Version="2.0"><!--{filler}-->'
        f"<samlp:Status/>\u00fc\u00fb{closing}"
    ).encode()


def request() -> bytes:
    """A request for a sign-on."""
    return f'<samlp:AuthnRequest {NAMESPACE} ID="_q1" Version="2.0"/>'.encode()


def base64_of(data: bytes) -> bytes:
    """Base64 on one line."""
    return base64.b64encode(data)


def wrapped_base64_of(data: bytes) -> bytes:
    """Base64 in lines of 76 characters."""
    return base64.encodebytes(data)


def base64url_of(data: bytes) -> bytes:
    """Base64 in the URL-safe alphabet, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def deflated(data: bytes, window_bits: int = -15) -> bytes:
    """Raw DEFLATE data; zlib with 15 window bits, gzip with 31."""
    stream = zlib.compressobj(9, zlib.DEFLATED, window_bits)
    return stream.compress(data) + stream.flush()


def url_encoded(data: bytes) -> bytes:
    """Every reserved character as %XX."""
    return quote(data, safe="").encode()


def html_escaped(data: bytes) -> bytes:
    """XML as it stands in the source of an HTML page."""
    return html.escape(data.decode()).encode()


def redirect_value(xml: bytes) -> str:
    """The value of a message parameter in a Redirect URL."""
    return quote(base64_of(deflated(xml)), safe="")
