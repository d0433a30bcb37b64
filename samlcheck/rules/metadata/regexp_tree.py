"""Regular expressions read into a small tree, without ever being compiled or run.

The common part of the dialects of Xerces, Java and Python is understood. The text is untrusted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs

from samlcheck.records import frozen

#: A repeat of more rounds than this counts as one without end, and groups nest no deeper.
MOST_DEPTH: Final = 20
_MANY: Final = 1_000_000
_CLASSES: Final[dict[str, Callable[[str], bool]]] = {
    "d": str.isdigit,
    "w": lambda sign: sign.isalnum() or sign == "_",
    "s": str.isspace,
}


class MalformedError(ValueError):
    """The text is no regular expression; the words complete a sentence."""


@frozen(eq=False)
class Part:
    """One item: a character, a set of characters, an anchor or a group, and how often it occurs."""

    kind: str  # char, set, start, end, group, assertion
    text: str = ""
    matches: Callable[[str], bool] = lambda sign: False
    branches: tuple[tuple[Part, ...], ...] = ()
    low: int = 1
    high: int = 1


Branch = tuple[Part, ...]


def read_expression(text: str) -> tuple[Branch, ...]:
    """Return the alternatives of a regular expression.

    :raises MalformedError: when it is none; the words complete a sentence.
    """
    return _Reader(text).whole()


class _Reader:
    """Reads one expression from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def whole(self) -> tuple[Branch, ...]:
        branches = self.alternatives()
        if self.at < len(self.text):
            raise MalformedError("has a ) without a (")
        return branches

    def alternatives(self) -> tuple[Branch, ...]:
        branches = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.sequence())
        return tuple(branches)

    def sequence(self) -> Branch:
        parts = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated(self.atom()))
        return tuple(parts)

    def atom(self) -> Part:
        sign = self.peek()
        self.at += 1
        if sign == "(":
            return self.group()
        if sign == "[":
            return Part("set", matches=self.character_class())
        if sign == "\\":
            return self.escape()
        if sign in "*+?":
            raise MalformedError(f"has a {sign} that repeats nothing")
        if sign == ".":
            return Part("set", matches=lambda _: True)
        if sign in "^$":
            return Part("start" if sign == "^" else "end")
        return Part("char", sign, sign.__eq__)

    def group(self) -> Part:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise MalformedError(f"nests groups more than {MOST_DEPTH} deep")
        kind = "group"
        for prefix in ("?=", "?!", "?<=", "?<!", "?:", "?>"):
            if self.text.startswith(prefix, self.at):
                self.at += len(prefix)
                kind = "group" if prefix in ("?:", "?>") else "assertion"
                break
        else:
            if self.peek() == "?":
                self._named_or_flags()
        branches = self.alternatives()
        if self.peek() != ")":
            raise MalformedError("has a ( without a )")
        self.at += 1
        self.depth -= 1
        return Part(kind, branches=branches)

    def _named_or_flags(self) -> None:
        """Pass over the name of a group, or over flags such as (?i), which change no structure."""
        self.at += 1
        if self.peek() in ("<", "P"):
            self.at = self._closing(">") + 1
            return
        while self.peek().isalpha() or self.peek() == "-":
            self.at += 1
        if self.peek() == ":":
            self.at += 1
        elif self.peek() != ")":
            raise MalformedError("has a group of an unknown kind")

    def escape(self) -> Part:
        sign = self.peek()
        self.at += 1
        if not sign:
            raise MalformedError("ends in a backslash")
        if sign in "Az":
            return Part("start" if sign == "A" else "end")
        if sign in "Zb":
            return Part("end" if sign == "Z" else "assertion")
        if sign in "pP" and self.peek() == "{":
            self.at = self._closing("}") + 1
            return Part("set", matches=lambda _: True)
        return self._class_escape(sign) or Part("char", sign, sign.__eq__)

    @staticmethod
    def _class_escape(sign: str) -> Part | None:
        inside = _CLASSES.get(sign.lower())
        if inside is None:
            return None
        if sign.islower():
            return Part("set", matches=inside)
        return Part("set", matches=lambda other: not inside(other))

    def _closing(self, sign: str) -> int:
        found = self.text.find(sign, self.at)
        if found < 0:
            raise MalformedError(f"lacks a {sign}")
        return found

    def character_class(self) -> Callable[[str], bool]:
        negated = self.peek() == "^"
        self.at += negated
        tests: list[Callable[[str], bool]] = []
        first = True
        while self.peek() != "]" or first:
            first = False
            part = self._class_member()
            if part.kind == "char" and self.peek() == "-" and self._after(1) not in ("]", ""):
                self.at += 1
                high = self._class_member().text
                if high and high < part.text:
                    raise MalformedError(f"has the range {part.text}-{high}, which runs backwards")
                tests.append(_between(part.text, high or part.text))
            else:
                tests.append(part.matches)
        self.at += 1
        if negated:
            return lambda sign: not any(test(sign) for test in tests)
        return lambda sign: any(test(sign) for test in tests)

    def _after(self, offset: int) -> str:
        return self.text[self.at + offset : self.at + offset + 1]

    def _class_member(self) -> Part:
        sign = self.peek()
        if not sign:
            raise MalformedError("has a [ without a ]")
        self.at += 1
        return self.escape() if sign == "\\" else Part("char", sign, sign.__eq__)

    def repeated(self, part: Part) -> Part:
        """Read the quantifier behind an item, with a lazy or possessive mark, if there is one."""
        sign = self.peek()
        if sign == "{":
            low, high = self._counts()
        elif sign and sign in "*+?":
            self.at += 1
            low, high = (1 if sign == "+" else 0), (1 if sign == "?" else _MANY)
        else:
            return part
        if self.peek() in ("?", "+"):
            self.at += 1
        if self.peek() in ("*", "+", "?", "{") and self.peek():
            raise MalformedError("repeats a repeat")
        return attrs.evolve(part, low=low, high=high)

    def _counts(self) -> tuple[int, int]:
        end = self._closing("}")
        low, comma, high = self.text[self.at + 1 : end].partition(",")
        self.at = end + 1
        digits = low + high
        if not low or not (digits.isascii() and digits.isdigit()) or len(digits) > 10:
            raise MalformedError("has a { that is no count such as {1,3}")
        least = int(low)
        most = int(high) if high else (_MANY if comma else least)
        if most < least:
            raise MalformedError(f"has the count {{{low},{high}}}, which runs backwards")
        return least, most


def _between(low: str, high: str) -> Callable[[str], bool]:
    return lambda sign: low <= sign <= high
