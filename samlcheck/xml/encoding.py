"""Octets to UTF-8: the byte order mark, the XML declaration, and whether the two agree.

The parser is always given UTF-8, so that it and the position index see the same characters.
"""

from __future__ import annotations

import re
from typing import Final

from samlcheck.xml.defect import Defect, quote
from samlcheck.xml.lines import locate

RULE: Final = "xml-encoding-declared-mismatch"

_UTF8: Final = "UTF-8"
_UTF16_LE: Final = "UTF-16LE"
_UTF16_BE: Final = "UTF-16BE"
#: Names of accepted encodings, lower case, to the canonical name; Python knows these as well.
_ACCEPTED: Final = {
    "utf-8": _UTF8,
    "utf8": _UTF8,
    "us-ascii": "US-ASCII",
    "ascii": "US-ASCII",
    "iso-8859-1": "ISO-8859-1",
    "iso_8859-1": "ISO-8859-1",
    "latin1": "ISO-8859-1",
    "latin-1": "ISO-8859-1",
    "windows-1252": "windows-1252",
    "cp1252": "windows-1252",
}
_NAMES_OF_UTF16: Final = {
    _UTF16_LE: ("utf-16", "utf16", "utf-16le"),
    _UTF16_BE: ("utf-16", "utf16", "utf-16be"),
}
_LISTED: Final = "UTF-8, UTF-16 with a byte order mark, US-ASCII, ISO-8859-1 or windows-1252"

#: White space before the declaration is an error, but what it names is still what is meant.
_DECLARED: Final = (
    rb"[ \t\r\n]*<\?xml[ \t\r\n](?:[^>]*?[ \t\r\n])?encoding[ \t\r\n]*=[ \t\r\n]*"
    rb"(?:\"([^\"<>]*)\"|'([^'<>]*)')"
)
#: How most documents start; nothing has to be searched for in these.
_USUAL_STARTS: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>',
    b"<?xml version='1.0' encoding='UTF-8'?>",
    b'<?xml version="1.0" encoding="utf-8"?>',
)

_BOM_UTF8: Final = b"\xef\xbb\xbf"
#: First octets of what is not accepted, to what it is.
_FOREIGN: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32 with a byte order mark"),
    (b"\x00\x00\xfe\xff", "UTF-32 with a byte order mark"),
    (b"<\x00\x00\x00", "UTF-32"),
    (b"\x00\x00\x00<", "UTF-32"),
    (b"<\x00", "UTF-16 without a byte order mark"),
    (b"\x00<", "UTF-16 without a byte order mark"),
    (b"\x4c\x6f\xa7\x94", "EBCDIC"),
)


#: A document as UTF-8 without byte order mark, the canonical name of its encoding, and the reason
#: why it is refused. What cannot be decoded is replaced; without an accepted encoding the first
#: two are None.
Octets = tuple[bytes | None, str | None, Defect | None]


def to_utf8(data: bytes) -> Octets:
    """Return the document as UTF-8; UTF-8 input is passed on unchecked, for the parser checks it.

    Other input is decoded strictly. A declared name that is not accepted, that contradicts the
    byte order mark, or that the octets do not follow gives a defect instead.
    """
    for mark, foreign in _FOREIGN:
        if data.startswith(mark):
            return _refused(
                f"The document is encoded in {foreign}, which is not accepted.", foreign
            )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _from_utf16(data)
    marked = data.startswith(_BOM_UTF8)
    body = data[3:] if marked else data
    declared = declared_encoding(body)
    name = _ACCEPTED.get((declared or _UTF8).lower())
    if marked and name != _UTF8:
        return _refused(
            "The document starts with the byte order mark of UTF-8 but its XML declaration "
            f"names the encoding {quote(declared or '')}.",
            declared,
            expected=_UTF8,
        )
    if name is None:
        return _refused(_unaccepted(declared or ""), declared, expected=_LISTED)
    if name == _UTF8 or body.isascii():  # ASCII is a subset of all that are left
        return body, name, None
    return _from_single_byte(body, name)


def not_utf8(utf8: bytes) -> Defect | None:
    """Return the defect of octets that claim to be UTF-8 and are not, None if they are."""
    try:
        utf8.decode("utf-8")
    except UnicodeDecodeError as error:
        start = utf8[:1024].lstrip(b" \t\r\n")
        if not start.startswith(b"<"):
            return _not_text(start[:8])
        named = declared_encoding(utf8) is not None
        why = "as declared" if named else "for no declaration names another encoding"
        return _undecodable(utf8, error, _UTF8, why)
    return None


def _not_text(start: bytes) -> Defect:
    """Return the defect of octets that are no text of any kind, such as a key or an archive."""
    octets = " ".join(f"{octet:02X}" for octet in start)
    return Defect(
        rule="xml-not-well-formed",
        message=f'The document starts with the octets {octets}, not with "<"; it is not XML.',
        line=1,
        column=1,
        expected="<",
        actual=octets,
    )


def declared_encoding(utf8: bytes) -> str | None:
    """Return the encoding that the XML declaration names, as written."""
    if utf8.startswith(_USUAL_STARTS):
        return _UTF8
    match = re.match(_DECLARED, utf8)
    if match is None:
        return None
    return (match[1] if match[1] is not None else match[2]).decode("utf-8", "replace")


def _unaccepted(declared: str) -> str:
    """Return the message for a declared encoding that is not accepted in octets of one byte."""
    if declared.lower().startswith("utf-16"):
        return (
            f"The XML declaration names the encoding {quote(declared)} but the document has no "
            "byte order mark and is written in single bytes; it was probably re-encoded "
            "without changing its declaration."
        )
    return f"The XML declaration names the encoding {quote(declared)}, which is not accepted."


def _from_utf16(data: bytes) -> Octets:
    """Return the UTF-8 form of UTF-16 with a byte order mark."""
    little = data.startswith(b"\xff\xfe")
    encoding = _UTF16_LE if little else _UTF16_BE
    body = data[2:]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        wrong = _undecodable(body, error, encoding, "for its byte order mark says so")
        return body.decode(encoding, "replace").encode("utf-8"), encoding, wrong
    utf8 = text.encode("utf-8")
    declared = declared_encoding(utf8)
    if declared is not None and declared.lower() not in _NAMES_OF_UTF16[encoding]:
        return _refused(
            f"The document starts with the byte order mark of {encoding} but its XML "
            f"declaration names the encoding {quote(declared)}.",
            declared,
            expected="UTF-16",
        )
    return utf8, encoding, None


def _from_single_byte(body: bytes, name: str) -> Octets:
    """Return the UTF-8 form of octets in a declared single-byte encoding."""
    try:
        return body.decode(name).encode("utf-8"), name, None
    except UnicodeDecodeError as error:
        wrong = _undecodable(body, error, name, "as declared")
        return body.decode(name, "replace").encode("utf-8"), name, wrong


def _undecodable(body: bytes, error: UnicodeDecodeError, encoding: str, why: str) -> Defect:
    """Return the defect of octets that are not in the encoding that they are read as."""
    before = body[: error.start].decode(encoding, "replace")
    line, column = locate(before, len(before))
    octets = " ".join(f"{octet:02X}" for octet in body[error.start : error.end][:4])
    message = (
        f"The document is read as {encoding}, {why}, but {octets} (hexadecimal) does not stand "
        "for a character there."
    )
    if encoding == _UTF8:
        message += " Text in windows-1252 or ISO-8859-1 that is not declared so looks like this."
    return Defect(
        rule=RULE,
        message=message,
        line=line,
        column=column,
        expected=encoding,
        actual=octets,
    )


def _refused(message: str, actual: str | None, *, expected: str = _LISTED) -> Octets:
    """Return a refusal that concerns the start of the document."""
    defect = Defect(rule=RULE, message=message, line=1, column=1, expected=expected, actual=actual)
    return None, None, defect
