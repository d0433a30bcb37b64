"""Images inside metadata: data: URIs taken apart, their type, their size, what is active in them.

Nothing is fetched, drawn or decompressed; only headers are looked at, and SVG goes through the
one hardened parser. Sources: RFC 2397, and the formats' own specifications.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.records import frozen
from samlcheck.xml import MESSAGE_LIMITS, Document, read_document, text_of
from samlcheck.xml.names import split_clark

SVG: Final = "image/svg+xml"

#: What the first octets of an image are.
_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"BM", "image/bmp"),
)
_SAME_TYPE: Final = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/vnd.microsoft.icon": "image/x-icon",
    "image/ico": "image/x-icon",
    "image/svg": SVG,
}
#: The types that can be told by their octets; of others nothing is said.
KNOWN: Final = (*(kind for _, kind in _MAGIC), "image/webp", SVG)

_ESCAPE: Final = rb"%([0-9A-Fa-f]{2})"
_ACTIVE: Final = ("script", "foreignobject", "iframe", "embed", "object", "handler", "listener")
#: A document type declaration without declarations of its own.
_PLAIN_DOCTYPE: Final = rb"<!DOCTYPE\s[^\[<>]{0,400}>"
_OUTSIDE: Final = r"@import|url\(\s*[\"']?(?!\s*[\"']?\s*(?:#|data:image/))[^)\s]"
_SVG_SCAN: Final = 2000


@frozen(kw_only=True)
class DataUri:
    """A data: URI; `problem` completes a sentence, and then there are no octets."""

    media_type: str
    octets: bytes
    problem: str | None


def is_data_uri(text: str) -> bool:
    """Tell whether a text has the scheme data:."""
    return text[:5].lower() == "data:"


def read_data_uri(text: str) -> DataUri:
    """Return the parts of a data: URI (RFC 2397); white space in it is passed over."""
    header, comma, body = text[5:].partition(",")
    words = [word.strip().lower() for word in header.split(";")]
    kind = _SAME_TYPE.get(words[0], words[0])
    if not comma:
        return DataUri(media_type=kind, octets=b"", problem="has no comma before the data")
    octets = re.sub(_ESCAPE, _unescaped, body.encode())
    if "base64" not in words[1:]:
        return DataUri(media_type=kind, octets=octets, problem=None)
    packed = b"".join(octets.split())
    try:
        # Padding that was left out is no fault of a data: URI in the eyes of any browser.
        decoded = binascii.a2b_base64(packed + b"=" * (-len(packed) % 4), strict_mode=True)
    except (binascii.Error, ValueError):
        return DataUri(media_type=kind, octets=b"", problem="is not valid Base64")
    return DataUri(media_type=kind, octets=decoded, problem=None)


def _unescaped(match: re.Match[bytes]) -> bytes:
    return bytes((int(match[1], 16),))


def sniff(octets: bytes) -> str | None:
    """Return the media type that the octets of an image tell; None for an unknown one."""
    for magic, kind in _MAGIC:
        if octets.startswith(magic):
            return kind
    if octets[:4] == b"RIFF" and octets[8:12] == b"WEBP":
        return "image/webp"
    start = octets[:_SVG_SCAN].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") and re.search(rb"<(?:[\w.-]+:)?svg[\s/>]", start):
        return SVG
    return None


def dimensions(octets: bytes) -> tuple[int, int] | None:
    """Return width and height that the header of a PNG, GIF or JPEG states."""
    kind = sniff(octets)
    if kind == "image/png" and len(octets) >= 24 and octets[12:16] == b"IHDR":
        return _number(octets[16:20]), _number(octets[20:24])
    if kind == "image/gif" and len(octets) >= 10:
        return octets[6] | octets[7] << 8, octets[8] | octets[9] << 8
    return _jpeg_dimensions(octets) if kind == "image/jpeg" else None


def _number(octets: bytes) -> int:
    return int.from_bytes(octets, "big")


def _jpeg_dimensions(octets: bytes) -> tuple[int, int] | None:
    """Follow the segments of a JPEG up to its frame header."""
    at = 2
    while at + 9 <= len(octets) and octets[at] == 0xFF:
        marker = octets[at + 1]
        if marker == 0xFF:  # a fill octet
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return _number(octets[at + 7 : at + 9]), _number(octets[at + 5 : at + 7])
        else:
            at += 2 + max(_number(octets[at + 2 : at + 4]), 2)
    return None


def read_svg(octets: bytes) -> Document:
    """Return an SVG image as a document, refused where it declares something or is broken.

    A document type declaration that only names the one of SVG is passed over: drawing programs
    write it, and nobody follows it.
    """
    return read_document(re.sub(_PLAIN_DOCTYPE, b"", octets, count=1), limits=MESSAGE_LIMITS)


def active_content(svg: Document) -> Iterator[str]:
    """Yield what in an SVG image can run or fetch something, in words."""
    for defect in svg.defects:
        if defect.rule in ("xml-doctype", "xml-entity-declaration", "xml-xinclude"):
            yield "a document type declaration with declarations in it, or an inclusion"
            return
    if svg.root is None:
        return
    for element in svg.root.iter("*"):
        yield from _active(element)


def _active(element: Element) -> Iterator[str]:
    local = split_clark(str(element.tag))[1]
    if local.lower() in _ACTIVE:
        yield f"the element {local}"
    if local.lower() == "style" and re.search(_OUTSIDE, text_of(element), re.IGNORECASE):
        yield "a style sheet that loads something from outside"
    for name, value in element.attrib.items():
        attribute = split_clark(str(name))[1].lower()
        text = "".join(str(value).split()).lower()
        if attribute.startswith("on"):
            yield f"the event attribute {attribute}"
        elif attribute in ("href", "src") and _leads_out(text, local):
            yield f"a {attribute} that leads outside"
        elif "javascript:" in text:
            yield f"a script in the attribute {attribute}"
        elif "url(" in text and re.search(_OUTSIDE, text):
            yield f"something from outside in the attribute {attribute}"


def _leads_out(target: str, local: str) -> bool:
    """Tell whether a reference runs or fetches something; a plain link of text does not."""
    if (
        target.startswith(("#", "data:image/png", "data:image/jpeg", "data:image/gif"))
        or not target
    ):
        return False
    return local.lower() != "a" or target.startswith(("javascript:", "data:", "vbscript:"))
