"""What a regular expression of shibmd:Scope allows, found without ever running it.

Is it well-formed, is it bound to the whole value, in which literal domain does each match end,
and can it take exponential time: what a careful reader asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from samlcheck.records import frozen
from samlcheck.rules.metadata.regexp_tree import (
    MOST_DEPTH,
    Branch,
    MalformedError,
    Part,
    read_expression,
)

_MOST_CHARACTERS: Final = 1000
_MOST_TAILS: Final = 50


@frozen(kw_only=True)
class Tail:
    """How the values that a pattern matches end, and whether that begins at a label."""

    text: str
    bounded: bool


@frozen(kw_only=True)
class ScopePattern:
    """What is known of a pattern; without `problem` the other fields hold."""

    problem: str | None
    anchored_start: bool = False
    anchored_end: bool = False
    tails: tuple[Tail, ...] = ()
    risk: str | None = None


def read_pattern(text: str) -> ScopePattern:
    """Return what is known of a regular expression; any text gives an answer."""
    if len(text) > _MOST_CHARACTERS:
        return ScopePattern(problem=f"is longer than {_MOST_CHARACTERS} characters")
    try:
        branches = read_expression(text)
    except MalformedError as error:
        return ScopePattern(problem=str(error))
    return ScopePattern(
        problem=None,
        anchored_start=_anchored(branches, "start", 0),
        anchored_end=_anchored(branches, "end", -1),
        tails=tuple(dict.fromkeys(_tails(branches, outermost=True))),
        risk=_risk(branches),
    )


def _anchored(branches: Sequence[Branch], kind: str, end: int) -> bool:
    """Tell whether every way through starts, or ends, with an anchor."""
    for branch in branches:
        part = branch[end] if branch else None
        inner = part is not None and part.kind == "group" and part.low == part.high == 1
        if part is None or not (
            part.kind == kind or (inner and _anchored(part.branches, kind, end))
        ):
            return False
    return True


def _literal(branches: Sequence[Branch]) -> list[str] | None:
    """Return the texts of alternatives that are nothing but characters."""
    texts = []
    for branch in branches:
        if any(part.kind != "char" or part.low != 1 or part.high != 1 for part in branch):
            return None
        texts.append("".join(part.text for part in branch))
    return texts


def _tails(branches: Sequence[Branch], *, outermost: bool) -> list[Tail]:
    """Return the literal texts in which the matches of each alternative end."""
    return [tail for branch in branches for tail in _sequence_tails(branch, outermost=outermost)][
        :_MOST_TAILS
    ]


def _sequence_tails(sequence: Branch, *, outermost: bool) -> list[Tail]:
    texts = [""]
    for place in range(len(sequence) - 1, -1, -1):
        part = sequence[place]
        once = part.low == part.high == 1
        if part.kind == "end" and texts == [""]:
            continue
        if part.kind == "char" and once:
            texts = [part.text + text for text in texts]
            continue
        inner = _literal(part.branches) if part.kind == "group" and once else None
        if inner is not None:
            texts = [head + text for head in inner for text in texts][:_MOST_TAILS]
            continue
        if part.kind == "group" and once:
            below = _tails(part.branches, outermost=False)
            return [
                Tail(
                    text=tail.text + text,
                    bounded=tail.bounded or (not tail.text and text.startswith(".")),
                )
                for tail in below
                for text in texts
            ]
        bounded = part.kind == "start" or _ends_with_dot(part)
        return [Tail(text=text, bounded=bounded or text.startswith(".")) for text in texts]
    return [Tail(text=text, bounded=text.startswith(".")) for text in texts]


def _ends_with_dot(part: Part) -> bool:
    """Tell whether every match of a group ends in a full stop, as that of an optional label."""
    return part.kind == "group" and all(
        branch and branch[-1].kind == "char" and branch[-1].text == "." for branch in part.branches
    )


def _risk(branches: Sequence[Branch]) -> str | None:
    """Return why matching can take exponential time, to complete a sentence."""
    for branch in branches:
        for part in branch:
            if part.high > MOST_DEPTH and part.branches:
                problem = _repeat_risk(part.branches)
                if problem is not None:
                    return problem
            inner = _risk(part.branches)
            if inner is not None:
                return inner
    return None


def _repeat_risk(branches: Sequence[Branch]) -> str | None:
    """Return why one text can be divided among the rounds of a repeated group in many ways."""
    for branch in branches:
        repeats = [part for part in branch if part.high > MOST_DEPTH]
        fixed = [part for part in branch if part.kind == "char" and part.low >= 1]
        parted = any(not any(_can_match(repeat, part.text) for repeat in repeats) for part in fixed)
        if repeats and not parted:
            return "repeats a group that itself repeats"
    single = [branch[0] for branch in branches if len(branch) == 1]
    for number, one in enumerate(single):
        for other in single[number + 1 :]:
            if any(_can_match(one, sign) and _can_match(other, sign) for sign in "a0-.Z"):
                return "repeats a choice between things that match the same"
    return None


def _can_match(part: Part, sign: str) -> bool:
    """Tell whether a character can occur in what an item matches."""
    if part.kind in ("char", "set"):
        return part.matches(sign)
    return any(_can_match(inner, sign) for branch in part.branches for inner in branch)
