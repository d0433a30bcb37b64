"""Rewrite the fields of a form or query: messages, signatures, states, and all others."""

from __future__ import annotations

import base64
import html
import re
import zlib
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from samlcheck.intake._fields import Field
from samlcheck.intake._value import decode_value
from samlcheck.redaction._message import filled_base64, redacted_artifact, redacted_xml
from samlcheck.redaction._standins import StandIns
from samlcheck.redaction._urls import REMOVED, browsed
from samlcheck.redaction._vocabulary import is_ordinary
from samlcheck.xml import MESSAGE_LIMITS, read_document

#: A larger message is refused by every reader.
_MOST: Final = 8 * 1024 * 1024
_MESSAGES: Final = ("SAMLResponse", "SAMLRequest")
#: Names of fields in which people enter who they are.
_ABOUT_PERSON: Final = re.compile(r"(?i)user|login|mail|pass|pwd|name|account|hint|otp|pin")
_MARKS: Final = {"UTF-16LE": b"\xff\xfe", "UTF-16BE": b"\xfe\xff"}


def _deflated(octets: bytes, window: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return packer.compress(octets) + packer.flush()


#: How each layer that intake takes off is put on again.
_LAYERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "Base64": base64.b64encode,
    "base64url": base64.urlsafe_b64encode,
    "DEFLATE": lambda octets: _deflated(octets, -15),
    "zlib": lambda octets: _deflated(octets, 15),
    "gzip": lambda octets: _deflated(octets, 31),
    "URL-encoding": lambda octets: quote(octets, safe="").encode(),
    "HTML entities": lambda octets: html.escape(octets.decode("utf-8", "replace")).encode(),
    "XML": lambda octets: octets,
}


def redacted_octets(data: bytes, standins: StandIns) -> bytes:
    """Return the octets of a message rewritten, in the encoding that they are in."""
    document = read_document(data, limits=MESSAGE_LIMITS)
    text = redacted_xml(document.text, standins)
    if text == document.text:
        return data
    encoding = document.encoding or "UTF-8"
    octets = text.encode(encoding, "xmlcharrefreplace" if encoding != "UTF-8" else "replace")
    mark = _MARKS.get(encoding, b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b"")
    return mark + octets


def redacted_value(value: str, standins: StandIns, *, named: bool = True) -> str:
    """Return a value that holds a message, rewritten, in the encodings that it was in.

    One that cannot be decoded keeps its length and its alphabet, nothing else.
    """
    octets = value.encode("utf-8", "surrogatepass")
    decoded = decode_value(octets, subject="", limit=_MOST, named=named)
    if not decoded.data:
        return _opaque(value, standins)
    data = redacted_octets(decoded.data, standins)
    if data == decoded.data:
        return value
    for step in reversed(decoded.steps):
        data = _LAYERS[step](data)
    return data.decode("utf-8", "replace")


def _opaque(value: str, standins: StandIns) -> str:
    """Return a stand-in for a value that holds no message."""
    standins.secret("".join(value.split()))
    return filled_base64(value) if len(value) >= 8 else standins.value(value)


def redacted_pairs(pairs: list[tuple[str, str]], standins: StandIns) -> list[str]:
    """Return the values of the fields that arrived together, rewritten.

    A signature over the message and its state stays only if neither was changed.
    """
    named = [(Field(name=name, value=b"").parameter or name, value) for name, value in pairs]
    made = [redacted_field(name, value, standins) for name, value in named]
    changed = any(
        new != old and name in (*_MESSAGES, "RelayState")
        for (name, old), new in zip(named, made, strict=True)
    )
    return [
        _proof(new, standins) if changed and name == "Signature" else new
        for (name, _), new in zip(named, made, strict=True)
    ]


def redacted_field(name: str, value: str, standins: StandIns) -> str:
    """Return the value of one field: of those that SAML does not know nothing is left."""
    if name in _MESSAGES:
        return redacted_value(value, standins) if value.strip() else value
    if name == "RelayState":
        return redacted_state(value, standins)
    if name == "SAMLart":
        return redacted_artifact(value, standins)
    if name == "KeyInfo":
        return redacted_value(value, standins)
    if name in ("SigAlg", "SAMLEncoding"):
        return standins.public(value)
    if name == "Signature":
        return value
    if _ABOUT_PERSON.search(name):
        standins.secret(value)
    if value.startswith(("http://", "https://")):
        return browsed(value, standins)
    return standins.numbered(value, REMOVED)


def redacted_state(value: str, standins: StandIns) -> str:
    """Return a relay state: the address in one without its query, any other by its shape."""
    if value.startswith(("http://", "https://", "/")):
        return browsed(value, standins)
    return value if is_ordinary(value) else standins.value(value)


def _proof(value: str, standins: StandIns) -> str:
    standins.secret("".join(value.split()))
    return filled_base64(value)


def visited(address: str, standins: StandIns) -> str:
    """Return an address that a browser went to, with the messages in its query rewritten."""
    return browsed(address, standins, lambda pairs: redacted_pairs(pairs, standins))
