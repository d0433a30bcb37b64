"""From an element back to its place in the source; for pointing only, never for deciding."""

from __future__ import annotations

import re
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.records import frozen
from samlcheck.xml.line_index import LineIndex
from samlcheck.xml.tokens import Tokens, find_attribute, name_end, tag_end, value_span

_BLANKS: Final = " \t\r\n"
#: From this many children on, their places are kept: lxml counts siblings anew each time.
_MANY: Final = 128

_CDATA: Final = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


@frozen(kw_only=True)
class Span:
    """A stretch of the source: lines and columns from 1, in characters, the end exclusive.

    Start and end are offsets into the text of the document.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


class PositionIndex:
    """The places of all nodes of one parsed document.

    The methods take elements of that document's tree as the parser built it; most take its
    comments and processing instructions as well.
    """

    __slots__ = (
        "_children",
        "_lines",
        "_places",
        "_root",
        "_root_number",
        "_text",
        "_tokens",
        "_top",
    )

    def __init__(self, text: str, root: Element) -> None:
        self._text = text
        self._root = root
        self._lines = LineIndex(text)
        self._tokens = Tokens(text)
        self._children: dict[int, list[int]] = {}
        self._places: dict[int, dict[Element, int]] = {}
        self._top = self._tokens.children(0, len(self._tokens.start))
        self._root_number = self._top[sum(1 for _ in root.itersiblings(preceding=True))]

    def element(self, element: Element) -> Span:
        """Return the whole node, from the ``<`` of its start tag to the ``>`` of its end tag."""
        number = self._number(element)
        return self._span(self._tokens.start[number], self._tokens.end[number])

    def tag(self, element: Element) -> Span:
        """Return the start tag from ``<`` to ``>``; of a comment or instruction, all of it."""
        number = self._number(element)
        start = self._tokens.start[number]
        if not isinstance(element.tag, str):
            return self._span(start, self._tokens.end[number])
        return self._span(start, tag_end(self._text, start))

    def name(self, element: Element) -> Span:
        """Return the element name behind the ``<`` of its start tag, prefix included."""
        start = self._tokens.start[self._number(element)]
        return self._span(start + 1, name_end(self._text, start))

    def attribute(self, element: Element, name: str) -> Span | None:
        """Return the value of an attribute between its quotes, None when it is not there.

        :param name: in Clark notation; ``xmlns`` and ``xmlns:prefix`` name declarations.
        """
        match = self._attribute(element, name)
        return None if match is None else self._span(*value_span(match))

    def attribute_name(self, element: Element, name: str) -> Span | None:
        """Return the name of an attribute as written, None when it is not there."""
        match = self._attribute(element, name)
        return None if match is None else self._span(*match.span(1))

    def text(self, element: Element) -> Span | None:
        """Return the first to the last character data directly in an element.

        A value alone is returned with the white space around it. Where comments, instructions
        or elements stand beside it, surrounding white space is indentation and left out.
        CDATA marks belong to the span. None when there is no character data.
        """
        if not isinstance(element.tag, str):
            return None
        number = self._number(element)
        first, last = tag_end(self._text, self._tokens.start[number]), self._tokens.end[number]
        if self._text[first - 2] == "/":
            return None
        last = self._text.rfind("</", first, last)
        inner = self._below(number)
        if not inner:
            return self._span(first, last) if self._has_characters(first, last) else None
        starts = [first, *(self._tokens.end[child] for child in inner)]
        ends = [*(self._tokens.start[child] for child in inner), last]
        gaps = [gap for gap in map(self._trimmed, starts, ends) if gap is not None]
        return self._span(gaps[0][0], gaps[-1][1]) if gaps else None

    def value(self, element: Element) -> Span | None:
        """Return the text of an element without white space that begins with a line break.

        Such white space is layout; a blank beside the value on its line is part of what to show.
        """
        span = self.text(element)
        if span is None:
            return None
        piece = self._text[span.start : span.end]
        lead = piece[: len(piece) - len(piece.lstrip(_BLANKS))]
        if "\n" not in lead and "\r" not in lead:
            return span
        trimmed = self._trimmed(span.start, span.end)
        return span if trimmed is None else self._span(*trimmed)

    def _number(self, node: Element) -> int:
        """Return the number of a node, found through its ancestors' child positions."""
        path = []
        parent = node.getparent()
        while parent is not None:
            path.append((parent, node))
            node, parent = parent, parent.getparent()
        number = self._root_number if node is self._root else self._top_number(node)
        for parent, child in reversed(path):
            below = self._below(number)
            if len(below) < _MANY:
                number = below[parent.index(child)]
            else:
                number = below[self._place(number, parent, child)]
        return number

    def _place(self, number: int, parent: Element, child: Element) -> int:
        """Return the place of a child among many, which are counted once and kept."""
        places = self._places.get(number)
        if places is None:
            places = {node: place for place, node in enumerate(parent)}
            self._places[number] = places
        return places[child]

    def _top_number(self, node: Element) -> int:
        """Return the number of a comment or instruction beside the root."""
        if not any(sibling is self._root for sibling in node.itersiblings()) and not any(
            sibling is self._root for sibling in node.itersiblings(preceding=True)
        ):
            raise ValueError("the element does not belong to the indexed document")
        return self._top[sum(1 for _ in node.itersiblings(preceding=True))]

    def _below(self, number: int) -> list[int]:
        """Return the numbers of the children of a node, kept for the next look-up."""
        found = self._children.get(number)
        if found is None:
            found = self._tokens.children(number + 1, self._tokens.after[number])
            self._children[number] = found
        return found

    def _attribute(self, element: Element, name: str) -> re.Match[str] | None:
        """Return the match of an attribute in the source."""
        if not isinstance(element.tag, str):
            return None
        start = self._tokens.start[self._number(element)]
        return find_attribute(self._text, start, name, element.nsmap)

    def _has_characters(self, start: int, end: int) -> bool:
        """Tell whether a stretch without nodes holds a character that is not CDATA markup."""
        if start == end:
            return False
        return not self._text.startswith("<![CDATA[", start) or bool(
            _CDATA.sub(r"\1", self._text[start:end])
        )

    def _trimmed(self, start: int, end: int) -> tuple[int, int] | None:
        """Return a stretch without the white space around it, None if nothing is left."""
        piece = self._text[start:end]
        if not _CDATA.sub(r"\1", piece).strip(_BLANKS):
            return None
        return start + len(piece) - len(piece.lstrip(_BLANKS)), start + len(piece.rstrip(_BLANKS))

    def _span(self, start: int, end: int) -> Span:
        """Return the span between two offsets."""
        line, column = self._lines.locate(start)
        end_line, end_column = self._lines.locate(end)
        return Span(
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            start=start,
            end=end,
        )
