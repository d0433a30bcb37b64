"""The character classes and names of XML 1.0 (fifth edition) and Namespaces in XML."""

from __future__ import annotations

import re
from typing import Final

#: NameStartChar without the colon (XML 1.0 production 4), beyond ASCII.
_START: Final = (
    "\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
#: What NameChar adds (production 4a), beyond ASCII.
_FURTHER: Final = "\xb7\u0300-\u036f\u203f-\u2040"

_ASCII_NCNAME: Final = r"[A-Za-z_][A-Za-z0-9._\-]*"
_NCNAME: Final = f"[A-Za-z_{_START}][A-Za-z0-9._\\-{_START}{_FURTHER}]*"

_NOT_IN_NAME: Final = f"[^A-Za-z0-9._\\-:{_START}{_FURTHER}]"

#: A character that cannot stand in a document (XML 1.0 production 2).
NOT_A_CHARACTER: Final = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def is_ncname(text: str) -> bool:
    """Tell whether text is a name without colon, as xs:ID and xs:NCName demand."""
    if text.isascii():
        return re.fullmatch(_ASCII_NCNAME, text) is not None
    return re.fullmatch(_NCNAME, text) is not None


def is_qname(text: str) -> bool:
    """Tell whether text is a name with at most one prefix."""
    prefix, colon, local = text.partition(":")
    return is_ncname(prefix) and (not colon or is_ncname(local))


def first_not_in_name(text: str) -> int | None:
    """Return the offset of the first character that no name has, a colon apart."""
    match = re.search(_NOT_IN_NAME, text)
    return None if match is None else match.start()


def is_character(number: int) -> bool:
    """Tell whether a character reference may name this code point."""
    if number < 0x20:
        return number in (0x9, 0xA, 0xD)
    return number <= 0xD7FF or 0xE000 <= number <= 0xFFFD or 0x10000 <= number <= 0x10FFFF
