"""Show octets to a person, and say what they are when they are not a SAML message."""

import re

from samlcheck.intake._octets import WHITE_SPACE, looks_like_xml
from samlcheck.xml.quotations import personal

# The beginning is enough to know a kind by; it bounds the work on hostile input.
_HEAD = 4096

# Tried in order: a longer mark stands before the shorter one that it begins with.
_MARKS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document or mail"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"-----BEGIN CERTIFICATE-----", "a certificate"),
    (b"-----BEGIN", "a key, certificate request or other PEM file"),
    (b"\x30\x82", "DER data such as a certificate"),
    (b"HTTP/", "an HTTP answer"),
)


def kind_of(data: bytes) -> str:
    """Return a noun phrase for what the octets are, from their beginning alone."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip(WHITE_SPACE)
    if not head:
        return "white space only" if data else "an empty file"
    for mark, kind in _MARKS:
        if head.startswith(mark):
            return kind
    if re.match(rb"eyJ[\w-]+\.[\w-]*\.", head):
        return "a JSON Web Token"
    if head.startswith((b"{", b"[")):
        return "JSON"
    if looks_like_xml(head):
        return "XML or HTML"
    if re.match(rb"[A-Za-z][A-Za-z0-9+.-]*://", head):
        return "the address of SAML metadata" if is_metadata_address(head) else "an address"
    if b"\x00" in head:
        return "binary data"
    markup = re.search(rb"<(?:\?xml |[\w.-]+:\w)", data)
    if markup:
        return f"text with XML in it, which begins at offset {markup.start()}: copy from there"
    return "text" if "\ufffd" not in as_text(head).rstrip("\ufffd") else "binary data"


def is_metadata_address(url: bytes) -> bool:
    """Tell whether an address is one at which metadata is commonly published."""
    path = url.split(b"#")[0].lower()
    return b"metadata" in path or path.endswith(b"/descriptor")


def as_text(data: bytes) -> str:
    """Return octets as text for a person; what is not UTF-8 is shown as U+FFFD."""
    return data.decode("utf-8", "replace")


def preview(data: bytes, length: int = 40) -> str:
    """Return the beginning of the octets on one line, quoted and marked: nobody knows them."""
    head = data[:_HEAD].lstrip(WHITE_SPACE)
    if head.startswith(b"-----BEGIN"):
        # What follows the armour may be a private key.
        head = head.splitlines()[0]
    text = as_text(head)
    shown = repr(text[:length])
    more = "" if len(text) <= length else "..."
    return f"{shown[0]}{personal(shown[1:-1])}{shown[-1]}{more}"


def name_of_character(data: bytes, offset: int) -> str:
    """Return the character that begins at ``offset``, quoted, with its code point."""
    character = as_text(data[offset : offset + 4])[:1]
    return f"{character!r} (U+{ord(character):04X})"
