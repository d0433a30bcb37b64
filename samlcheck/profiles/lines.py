"""Where in a TOML text a key stands; for pointing, never for deciding.

tomllib gives values without positions. This index reads the usual layouts (tables, arrays of
tables, one-line tables in an array); for any other layout it points at the nearest line above.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

#: Keys and list positions that lead to a value, for example ("claims", 2, "presence").
Path: TypeAlias = tuple[str | int, ...]

_KEY: Final = r"(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')"
_DOTTED: Final = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADER: Final = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_DOTTED})[ \t]*\]")
_ASSIGNMENT: Final = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=(.*)", re.DOTALL)
_PART: Final = re.compile(_KEY)
_INNER_KEY: Final = re.compile(rf"({_DOTTED})[ \t]*=")
#: A string, or a comment; one pass over both, because each may look like the other inside.
_STRING: Final = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*", re.DOTALL)


class LineIndex:
    """Line numbers, from 1, of the keys of one TOML text."""

    def __init__(self, lines: dict[Path, int]) -> None:
        self._lines = lines

    def line(self, path: Path) -> int:
        """The line of the path, else of the nearest table above it, else 1."""
        for length in range(len(path), 0, -1):
            found = self._lines.get(path[:length])
            if found is not None:
                return found
        return 1


def index_lines(text: str) -> LineIndex:
    """Index the keys of a TOML text; any text is accepted."""
    scanner = _Scanner()
    for number, line in enumerate(text.split("\n"), 1):
        scanner.read(line, number)
    return LineIndex(scanner.lines)


class _Scanner:
    """Remembers the open table, array and multi-line string while lines go by."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.table: Path = ()
        self.counts: dict[Path, int] = {}
        self.array: Path | None = None
        self.depth = 0
        self.position = 0
        self.quotes: str | None = None

    def read(self, line: str, number: int) -> None:
        if self.quotes is not None:
            if self.quotes in line:
                self.quotes = None
        elif self.array is not None:
            self.read_element(self.array, line, number)
        elif found := _HEADER.match(line):
            self.open_table(found, number)
        elif found := _ASSIGNMENT.match(line):
            self.assign(found, number)

    def open_table(self, found: re.Match[str], number: int) -> None:
        path = self.resolve(_parts(found[2]))
        if found[1] == "[[":
            # An array of tables: `resolve` has taken the path into its last element, if any.
            if isinstance(path[-1], int):
                path = path[:-1]
            position = self.counts.get(path, 0)
            self.counts[path] = position + 1
            self.lines.setdefault(path, number)
            path = (*path, position)
        self.table = path
        self.note(path, number)

    def resolve(self, parts: Path) -> Path:
        """Step into the last element of every array of tables on the way."""
        path: Path = ()
        for part in parts:
            path = (*path, part)
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
        return path

    def assign(self, found: re.Match[str], number: int) -> None:
        path = (*self.table, *_parts(found[1]))
        self.note(path, number)
        value = found[2]
        for quotes in ('"""', "'''"):
            if value.count(quotes) == 1:
                self.quotes = quotes
                return
        self.note_inner(path, value, number)
        depth = _depth(value)
        if value.lstrip().startswith("[") and depth > 0:
            self.array, self.depth, self.position = path, depth, 0

    def read_element(self, array: Path, line: str, number: int) -> None:
        """Read one line of an array that was opened earlier."""
        start = line.lstrip()
        if start.startswith("{"):
            element = (*array, self.position)
            self.note(element, number)
            self.note_inner(element, line, number)
            self.position += 1
        elif start.startswith(('"', "'")):
            for token in _STRING.findall(line):
                if not token.startswith("#"):
                    self.note((*array, self.position), number)
                    self.position += 1
        self.depth += _depth(line)
        if self.depth <= 0:
            self.array = None

    def note_inner(self, path: Path, value: str, number: int) -> None:
        """Note the keys of one-line tables."""
        if "{" in value:
            for key in _INNER_KEY.findall(_STRING.sub('""', value)):
                self.note((*path, *_parts(key)), number)

    def note(self, path: Path, number: int) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], number)


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _depth(text: str) -> int:
    """How many more brackets the text opens than it closes, strings and comments aside."""
    bare = _STRING.sub("", text)
    return bare.count("[") - bare.count("]")
