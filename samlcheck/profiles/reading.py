"""Checks of parsed TOML that report every mistake with its place instead of stopping.

A Check looks at one value. Checks are built from smaller ones and are constant; what is known
about the file being read, and the mistakes found in it, are in a Reading. Each Check also holds
its part of the JSON Schema of profiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

import attrs

from samlcheck.profiles.layers import identity_of
from samlcheck.profiles.lines import LineIndex, Path

#: Longest value that a message quotes whole, in characters.
_QUOTE_LIMIT = 60
#: Words up to this length are too short to be looked for inside others.
_SHORT = 3


@attrs.define(kw_only=True, eq=False, repr=False)
class Reading:
    """One file being read: the names that it may refer to, and its mistakes so far."""

    name: str
    lines: LineIndex
    #: Raw variable tables by name, of this file over those of the layers below.
    variables: Mapping[str, Mapping[str, Any]] = attrs.Factory(dict)
    #: Names of the sources that this file declares.
    sources: frozenset[str] = frozenset()
    #: Names of the claims of this file and of the layers below.
    claims: frozenset[str] = frozenset()
    #: Raw switches by name, of this file over those of the layers below.
    switches: Mapping[str, Any] = attrs.Factory(dict)
    #: Names of the lists of class references, of this file and of the layers below.
    presets: frozenset[str] = frozenset()
    _found: list[tuple[int, str]] = attrs.Factory(list)

    def report(self, path: Path, text: str) -> None:
        """Note a mistake at the path; the text follows the written path."""
        line = self.lines.line(path)
        self._found.append((line, f"{self.name}:{line}: {written(path)} {text}"))

    def problems(self) -> list[str]:
        """The mistakes, in the order of their lines."""
        return [text for _, text in sorted(self._found, key=lambda found: found[0])]


Schema: TypeAlias = dict[str, Any]


@attrs.frozen(eq=False, repr=False)
class Check:
    """What one value has to be: judged with its place, and described as JSON Schema."""

    judge: Callable[[object, Path, Reading], None]
    schema: Schema

    def __call__(self, value: object, path: Path, reading: Reading) -> None:
        """Report what is wrong with the value."""
        self.judge(value, path, reading)


def table(fields: Mapping[str, Check], *, required: Iterable[str] = ()) -> Check:
    """A table that has no other keys than `fields`, and all of `required`."""
    needed = tuple(required)
    schema: Schema = {
        "type": "object",
        "properties": {name: inner.schema for name, inner in fields.items()},
        "additionalProperties": False,
    }
    if needed:
        schema["required"] = list(needed)

    def check(value: object, path: Path, reading: Reading) -> None:
        if not isinstance(value, dict):
            reading.report(path, f"is {quoted(value)}, expected a table")
            return
        for key, inner in value.items():
            if key in fields:
                fields[key](inner, (*path, key), reading)
            else:
                known = f"expected one of {', '.join(sorted(fields))}"
                reading.report((*path, key), f"is an unknown key, {known}{near(key, fields)}")
        for key in needed:
            if key not in value:
                reading.report(path, f"has no {key}")

    return Check(check, schema)


def mapping(key_problem: Callable[[str], str | None], inner: Check) -> Check:
    """A table whose keys are free names; `key_problem` says what is wrong with one."""

    def check(value: object, path: Path, reading: Reading) -> None:
        if not isinstance(value, dict):
            reading.report(path, f"is {quoted(value)}, expected a table")
            return
        for key, item in value.items():
            problem = key_problem(key)
            if problem is not None:
                reading.report((*path, key), problem)
            inner(item, (*path, key), reading)

    return Check(check, {"type": "object", "additionalProperties": inner.schema})


def array(inner: Check, *, identity: Iterable[str] = ()) -> Check:
    """An array; its tables must differ in their value of the `identity` keys."""
    keys = tuple(identity)

    def check(value: object, path: Path, reading: Reading) -> None:
        if not isinstance(value, list):
            reading.report(path, f"is {quoted(value)}, expected an array")
            return
        seen: set[str] = set()
        for position, item in enumerate(value):
            place = (*path, position)
            inner(item, place, reading)
            name = identity_of(item, keys)
            if name is None:
                continue
            if name in seen:
                reading.report(place, f"repeats {quoted(name)}, each may be given once")
            seen.add(name)

    return Check(check, {"type": "array", "items": inner.schema})


def text(limit: int = 400, problem: Callable[[str], str | None] | None = None) -> Check:
    """Text of 1 to `limit` characters; `problem` says what else is wrong with it."""

    def check(value: object, path: Path, reading: Reading) -> None:
        if not isinstance(value, str):
            reading.report(path, f"is {quoted(value)}, expected text")
        elif not value.strip():
            reading.report(path, "is empty")
        elif len(value) > limit:
            reading.report(path, f"has {len(value)} characters, at most {limit} are allowed")
        elif problem is not None and (found := problem(value)) is not None:
            reading.report(path, found)

    return Check(check, {"type": "string", "minLength": 1, "maxLength": limit})


def one_of(*allowed: str | int) -> Check:
    """One of the given words or numbers."""

    def check(value: object, path: Path, reading: Reading) -> None:
        if isinstance(value, bool) or not isinstance(value, (str, int)) or value not in allowed:
            words = [word for word in allowed if isinstance(word, str)]
            hint = near(value, words) if isinstance(value, str) else ""
            expected = ", ".join(repr(word) for word in allowed)
            reading.report(path, f"is {quoted(value)}, expected one of {expected}{hint}")

    return Check(check, {"enum": list(allowed)})


def number(limit: int) -> Check:
    """A whole number from 1 to `limit`."""

    def check(value: object, path: Path, reading: Reading) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= limit:
            reading.report(path, f"is {quoted(value)}, expected a whole number from 1 to {limit}")

    return Check(check, {"type": "integer", "minimum": 1, "maximum": limit})


def _judge_boolean(value: object, path: Path, reading: Reading) -> None:
    if not isinstance(value, bool):
        reading.report(path, f"is {quoted(value)}, expected true or false")


boolean: Final = Check(_judge_boolean, {"type": "boolean"})


def quoted(value: object) -> str:
    """The value as a message shows it: short, and with nothing unprintable."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "an array"
    if isinstance(value, int) and value.bit_length() > _QUOTE_LIMIT:
        return "a huge number"  # Python refuses to write the largest ones
    shown = repr(value) if isinstance(value, str) else str(value)
    return shown if len(shown) <= _QUOTE_LIMIT else f"{shown[:_QUOTE_LIMIT]}..."


def near(word: str, known: Iterable[str]) -> str:
    """A hint that names a known word that contains this one or is near it, or nothing."""
    import difflib

    words = list(known)
    found = [whole for whole in words if len(word) > _SHORT and word in whole]
    found = found or difflib.get_close_matches(word[:100], words, n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


def written(path: Path) -> str:
    """The path as text: claims[0].value.type; positions count from 0."""
    parts: list[str] = []
    for part in path:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        else:
            name = part if part.replace("-", "_").isidentifier() and part.isascii() else None
            parts.append(("." if parts else "") + (name or quoted(part)))
    return "".join(parts) or "the file"
