"""What is known to be wrong with a document before a model of it exists."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Defect:
    """One fault of the raw document; the rule that it names turns it into a finding.

    Line and column are 1-based and counted in characters; both are None when the fault has
    no place.
    """

    rule: str
    message: str
    line: int | None = None
    column: int | None = None
    expected: str | None = None
    actual: str | None = None


#: Longest piece of a document that a message repeats.
_LONGEST_QUOTE = 80


def quote(text: str, longest: int = _LONGEST_QUOTE) -> str:
    """Return text in double quotes, shortened, with what does not print written as U+XXXX."""
    shown = text if len(text) <= longest else text[:longest] + "..."
    return '"' + "".join(c if c.isprintable() else _named(c) for c in shown) + '"'


def _named(character: str) -> str:
    """Return the visible stand-in of a character that does not print."""
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character, f"<{code_point(character)}>")


def code_point(character: str) -> str:
    """Return a character's number as Unicode writes it, such as U+00A0."""
    return f"U+{ord(character):04X}"
