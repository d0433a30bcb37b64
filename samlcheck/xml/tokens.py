"""A single pass over the markup of a well-formed text: where each node starts and ends."""

from __future__ import annotations

import re
from array import array
from typing import Final

from samlcheck.xml.names import XML

#: A start tag; ``<`` cannot stand in one, which also keeps a failed match short.
START_TAG: Final = re.compile(
    r"<[^\"'<>]*+(?:\"[^\"<]*+\"[^\"'<>]*+|'[^'<]*+'[^\"'<>]*+)*+>",
)
#: An end tag; or a comment, processing instruction or CDATA section; or else a start tag.
MARKUP: Final = re.compile(
    r"<(?:(/)[^>]*+>|([?!])(?:(?<=\?).*?\?>|--.*?-->|\[CDATA\[.*?\]\]>)|"
    + START_TAG.pattern[1:]
    + ")",
    re.DOTALL,
)
ATTRIBUTE: Final = re.compile(
    r"[ \t\r\n]([^ \t\r\n=<>\"'/]+)[ \t\r\n]*=[ \t\r\n]*(?:\"([^\"<]*)\"|'([^'<]*)')"
)
_NAME_END: Final = re.compile(r"[ \t\r\n/>]")
_DECLARATION: Final = re.compile(r"<\?xml[ \t\r\n][^>]*>")


class Tokens:
    """The nodes of a text in document order: elements, comments, processing instructions.

    A node's number is its place in that order; ``after`` gives the number that follows its
    last descendant. Offsets are in characters, ends are exclusive.
    """

    __slots__ = ("after", "end", "start")

    def __init__(self, text: str) -> None:
        start, end, after = array("Q"), array("Q"), array("Q")
        open_elements: list[int] = []
        number = 0
        declaration = _DECLARATION.match(text)
        for match in MARKUP.finditer(text, declaration.end() if declaration else 0):
            kind = match.lastindex
            if kind == 1:
                closed = open_elements.pop()
                end[closed] = match.end()
                after[closed] = number
                continue
            first, last = match.span()
            if kind == 2 and text[first + 2] == "[":
                continue  # a CDATA section is text
            if kind is None and text[last - 2] != "/":
                open_elements.append(number)
            start.append(first)
            end.append(last)
            number += 1
            after.append(number)
        self.start, self.end, self.after = start, end, after

    def children(self, first: int, stop: int) -> list[int]:
        """Return the numbers of the nodes from first up to stop that are not below another."""
        found = []
        while first < stop:
            found.append(first)
            first = self.after[first]
        return found


def name_end(text: str, start: int) -> int:
    """Return the offset behind the element name of the start tag at an offset."""
    match = _NAME_END.search(text, start + 1)
    return len(text) if match is None else match.start()


def tag_end(text: str, start: int) -> int:
    """Return the offset behind the start tag at an offset."""
    match = START_TAG.match(text, start)
    return len(text) if match is None else match.end()


def find_attribute(
    text: str, start: int, name: str, scope: dict[str | None, str]
) -> re.Match[str] | None:
    """Return the match of an attribute in the start tag at an offset.

    :param name: in Clark notation, or ``xmlns`` or ``xmlns:prefix`` for a declaration.
    :param scope: the namespaces in scope of the element.
    """
    local = name.rpartition("}")[2]
    for match in ATTRIBUTE.finditer(text, name_end(text, start), tag_end(text, start)):
        written = match[1]
        if written == name:
            return match
        prefix, colon, rest = written.partition(":")
        if colon and rest == local:
            namespace = XML if prefix == "xml" else scope.get(prefix)
            if namespace is not None and name == f"{{{namespace}}}{local}":
                return match
    return None


def value_span(match: re.Match[str]) -> tuple[int, int]:
    """Return the offsets between the quotes of an attribute's match."""
    return match.span(2) if match[2] is not None else match.span(3)
