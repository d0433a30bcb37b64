"""A value of a lexical type: the text, what it means, and what is wrong with it."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, Generic, TypeVar

from samlcheck.records import frozen

T = TypeVar("T")

#: White space of XML, which most types collapse before they are read.
BLANKS: Final = " \t\r\n"


@cache  # of the patterns in the code
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern compiled, on first use: most runs need few of them."""
    return re.compile(pattern)


@frozen(kw_only=True)
class Lexical(Generic[T]):
    """A value as written and as read.

    ``value`` is None when no value can be read. ``problem`` is None when the text follows its
    type; else it completes a sentence that starts with the value, such as "has no time zone".
    A problem may come with a value: that is how the text is most likely meant.
    """

    text: str
    value: T | None
    problem: str | None

    @property
    def utc(self) -> bool:
        """Whether the text ends in Z, the form in which SAML wants instants (Core 1.3.3)."""
        return self.text.rstrip(BLANKS).endswith("Z")
