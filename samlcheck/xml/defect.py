"""What is known to be wrong with a document before a model of it exists."""

from __future__ import annotations

import attrs

from samlcheck.records import frozen
from samlcheck.xml.quotations import is_marked, personal, revealed


@frozen(kw_only=True)
class Defect:
    """One fault of the raw document; the rule that it names turns it into a finding.

    Line and column are 1-based and counted in characters; both are None when the fault has
    no place. The texts are in clear; `marked` gives them with what was quoted by content marked.
    """

    rule: str
    message: str
    line: int | None = None
    column: int | None = None
    expected: str | None = None
    actual: str | None = None
    _marked: tuple[str, str | None] | None = attrs.field(
        default=None, init=False, repr=False, eq=False
    )

    def __attrs_post_init__(self) -> None:
        """Take the marks out of the texts that everybody reads, and keep them apart."""
        given = (self.message, self.actual)
        if any(is_marked(text) for text in given if text):
            object.__setattr__(self, "_marked", given)
            object.__setattr__(self, "message", revealed(self.message))
            object.__setattr__(self, "actual", self.actual and revealed(self.actual))

    @property
    def marked(self) -> tuple[str, str | None]:
        """The message and the actual value with the marks of `personal` in them."""
        return self._marked or (self.message, self.actual)


#: Longest piece of a document that a message repeats.
_LONGEST_QUOTE = 80


def quote(text: str, longest: int = _LONGEST_QUOTE) -> str:
    """Return text in double quotes, shortened, with what does not print written as U+XXXX.

    A text with a double quote in it is marked, so that the end of each quotation is certain.
    """
    shown = text if len(text) <= longest else text[:longest] + "..."
    shown = "".join(c if c.isprintable() else _named(c) for c in shown)
    if len(text) > 1 and '"' in shown:
        shown = personal(shown)
    return f'"{shown}"'


def _named(character: str) -> str:
    """Return the visible stand-in of a character that does not print."""
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character, f"<{code_point(character)}>")


def code_point(character: str) -> str:
    """Return a character's number as Unicode writes it, such as U+00A0."""
    return f"U+{ord(character):04X}"
