"""Text from documents made safe for a terminal: nothing in it can move the cursor or mislead."""

from __future__ import annotations

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

#: Characters that print as nothing or reorder their surroundings (Unicode categories Cf, Zl, Zp).
_HIDDEN = frozenset(
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff\ufff9\ufffa\ufffb"
)


def _shown(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    if code < 0x20 or 0x7F <= code < 0xA0:
        return f"\\x{code:02x}"
    if character in _HIDDEN or 0xD800 <= code < 0xE000 or 0xE0000 <= code < 0xE0080:
        return f"\\u{code:04x}"
    return character


def escape(text: str) -> str:
    """Return a text in which control, bidirectional and invisible characters are written out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def escape_with_marks(text: str, start: int, end: int) -> tuple[str, int, int]:
    """Escape a line and move the marks that delimit a part of it accordingly."""
    before, inside = escape(text[:start]), escape(text[start:end])
    return before + inside + escape(text[end:]), len(before), len(before) + len(inside)
