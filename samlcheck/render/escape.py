"""Text from documents made safe for a terminal: nothing in it can move the cursor or mislead."""

from __future__ import annotations

import unicodedata
from typing import Final

_NAMED: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

#: Characters that print as nothing although their category says otherwise (Unicode property
#: Default_Ignorable_Code_Point beyond category Cf, and the blank Braille pattern).
_BLANK: Final = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)


def _shown(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    category = unicodedata.category(character)
    if category[0] != "C" and category not in ("Zl", "Zp") and character not in _BLANK:
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def escape(text: str) -> str:
    """Return a text in which control, format and other invisible characters are written out.

    So are unassigned and private characters: what a terminal makes of them is not known.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def escape_with_marks(text: str, start: int, end: int) -> tuple[str, int, int]:
    """Escape a line and move the marks that delimit a part of it accordingly."""
    before, inside = escape(text[:start]), escape(text[start:end])
    return before + inside + escape(text[end:]), len(before), len(before) + len(inside)
