"""The small regular expressions that a profile may use, and how much work they can cause.

A profile is untrusted input, and Python's matcher backtracks. So a pattern is held to literals,
classes, plain groups, alternatives and repeats, and the number of ways in which it can try to
match is counted: unbounded repeats count as MAX_VALUE, a repeat of something that can itself
match in several ways is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Final

from samlcheck.profiles.template import MAX_VALUE, variables_of

#: Longest pattern, in characters.
MAX_PATTERN: Final = 200
#: Most ways in which one template, and so one pattern, may try to match.
MAX_WAYS: Final = 5_000_000

_REPEAT: Final = {"?": (0, 1), "*": (0, MAX_VALUE), "+": (1, MAX_VALUE)}
_COUNTS: Final = r"(?:([0-9]{1,4})|([0-9]{0,4}),([0-9]{0,4}))\}"


class PatternError(ValueError):
    """A pattern is not among those that a profile may use; the text says why."""


def pattern_ways(pattern: str) -> int:
    """Count the ways in which the pattern can try to match; PatternError when not allowed."""
    if not pattern:
        raise PatternError("it is empty")
    if len(pattern) > MAX_PATTERN:
        raise PatternError(f"it has {len(pattern)} characters, at most {MAX_PATTERN} are allowed")
    ways = _Scanner(pattern).whole()
    if ways > MAX_WAYS:
        raise PatternError(f"it can match in more than {MAX_WAYS} ways, bound its repeats")
    try:
        re.compile(pattern)
    except re.error as error:
        raise PatternError(f"it is not a regular expression: {error.msg}") from None
    return ways


def template_ways(text: str, pattern_of: Callable[[str], object]) -> int:
    """Count the ways in which a template can try to match.

    `pattern_of` gives the pattern of a variable; what is no allowed pattern counts once.
    """
    return math.prod(_ways(pattern_of(name)) for name in variables_of(text))


def _ways(pattern: object) -> int:
    try:
        return pattern_ways(pattern) if isinstance(pattern, str) else 1
    except PatternError:
        return 1


class _Scanner:
    """Reads one pattern from left to right, counting ways."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def whole(self) -> int:
        ways = self.alternatives()
        if self.at < len(self.pattern):
            raise PatternError("a ')' has no '('")
        return ways

    def alternatives(self) -> int:
        ways = self.sequence()
        while self.peek() == "|":
            self.at += 1
            ways += self.sequence()
        return ways

    def sequence(self) -> int:
        ways = 1
        while self.peek() not in ("", "|", ")"):
            ways = min(ways * self.repeated(self.atom()), MAX_WAYS + 1)
        return ways

    def repeated(self, ways: int) -> int:
        """Read the quantifier behind an atom, if there is one."""
        mark = self.peek()
        if mark == "{":
            low, high = self.counts()
        elif mark in ("?", "*", "+"):
            self.at += 1
            low, high = _REPEAT[mark]
        else:
            return ways
        if self.peek() in ("?", "*", "+", "{"):
            raise PatternError("nested quantifiers: one repeat follows another")
        if (low, high) == (0, 1):
            return ways + 1
        if ways > 1 and high > 1:
            raise PatternError("nested quantifiers: a repeat or choice inside a repeated group")
        return ways * (high - low + 1)

    def counts(self) -> tuple[int, int]:
        """Read {m}, {m,}, {,n} or {m,n}."""
        found = re.compile(_COUNTS).match(self.pattern, self.at + 1)
        if found is None:
            raise PatternError("a '{' is neither escaped nor a count such as {1,63}")
        self.at = found.end()
        exact, least, most = found.groups()
        low, high = (exact, exact) if exact is not None else (least or "0", most or str(MAX_VALUE))
        if int(low) > int(high):
            raise PatternError(f"the count {{{found.group()} runs backwards")
        if int(high) > MAX_VALUE:
            raise PatternError(f"the count {{{found.group()} is over {MAX_VALUE}")
        return int(low), int(high)

    def atom(self) -> int:
        """Read one literal, class or group."""
        char = self.peek()
        self.at += 1
        if char == "(":
            return self.group()
        if char == "[":
            self.character_class()
        elif char == "\\":
            self.escape()
        elif char in "?*+{":
            raise PatternError(f"the {char!r} repeats nothing")
        elif char in "^$":
            raise PatternError(f"an anchor {char!r} is not needed, the whole text has to match")
        return 1

    def group(self) -> int:
        if not self.pattern.startswith("?:", self.at):
            raise PatternError("of the groups only (?:...) is allowed")
        self.at += 2
        ways = self.alternatives()
        if self.peek() != ")":
            raise PatternError("a '(' has no ')'")
        self.at += 1
        return ways

    def escape(self) -> None:
        char = self.peek()
        self.at += 1
        if not char or (char not in "dw" and (char.isalnum() or not char.isascii())):
            raise PatternError(
                f"of the escapes only \\d, \\w and punctuation are allowed, not \\{char}"
            )

    def character_class(self) -> None:
        if self.peek() == "^":
            self.at += 1
        first = self.at
        while (char := self.peek()) != "]" or self.at == first:
            self.at += 1
            if not char:
                raise PatternError("a '[' has no ']'")
            if char == "[" or (char in "-&~|" and self.peek() == char):
                raise PatternError(f"inside a class, {char!r} has to be escaped")
            if char == "\\":
                self.escape()
        self.at += 1
