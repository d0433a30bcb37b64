"""Take off URL-encoding and HTML entities."""

import re

from samlcheck.intake._octets import WHITE_SPACE, looks_like_xml
from samlcheck.records import frozen
from samlcheck.xml import Defect

URL_ENCODING = "URL-encoding"
HTML_ENTITIES = "HTML entities"

# Spelt out for the search to begin with a literal "%", which makes it several times faster.
_ESCAPES = rb"%[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*"
_ENTITIES = rb"&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z]{2,7}));"

# Those that an escaper writes for XML or for Base64. The full HTML list would alter addresses.
_NAMED = {
    b"lt": b"<",
    b"gt": b">",
    b"amp": b"&",
    b"quot": b'"',
    b"apos": b"'",
    b"plus": b"+",
    b"sol": b"/",
    b"equals": b"=",
    b"Tab": b"\t",
    b"NewLine": b"\n",
}


@frozen(kw_only=True, eq=False, repr=False)
class Layer:
    """One encoding taken off: its name, what was inside, and what was wrong with it.

    ``refused`` tells that what was inside must not be looked at.
    """

    step: str
    data: bytes
    defects: tuple[Defect, ...] = ()
    refused: bool = False


def decode_percent(value: bytes) -> bytes:
    """Return the octets with every ``%XX`` decoded; a ``%`` that begins none stays."""
    if b"%" not in value:
        return value
    return re.sub(
        _ESCAPES, lambda run: bytes.fromhex(run[0].replace(b"%", b"").decode("ascii")), value
    )


def decode_form(value: bytes) -> bytes:
    """Return a form or query value decoded as its receiver does: ``+`` is a space."""
    return decode_percent(value.replace(b"+", b" "))


def decode_entities(value: bytes) -> bytes:
    """Return the octets with HTML character references decoded; an unknown one stays."""
    return re.sub(_ENTITIES, _character, value)


def peel_percent(value: bytes) -> Layer | None:
    """Take one layer of URL-encoding off, or return None where there is none."""
    if b"%" not in value or re.search(_ESCAPES, value) is None:
        return None
    decoded = decode_percent(value)
    if looks_like_xml(decoded) and b"+" in value and not _has_space(value):
        # XML has spaces: where none is left they were written as "+".
        decoded = decode_form(value)
    return Layer(step=URL_ENCODING, data=decoded)


def peel_entities(value: bytes) -> Layer | None:
    """Take one layer of HTML character references off, or return None where there is none."""
    decoded = decode_entities(value) if b"&" in value else value
    return None if decoded == value else Layer(step=HTML_ENTITIES, data=decoded)


def _has_space(value: bytes) -> bool:
    return b"%20" in value or b" " in value.strip(WHITE_SPACE)


def _character(reference: re.Match[bytes]) -> bytes:
    decimal, hexadecimal, name = reference.groups()
    if name is not None:
        return _NAMED.get(name, reference[0])
    number = int(decimal) if decimal is not None else int(hexadecimal, 16)
    if not 0 < number < 0x110000 or 0xD800 <= number < 0xE000:
        return reference[0]
    return chr(number).encode()
