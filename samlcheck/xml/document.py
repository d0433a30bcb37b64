"""A document as read: its octets, its tree if it was fit to parse, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from lxml.etree import _Element as Element

from samlcheck.records import frozen
from samlcheck.xml.defect import Defect
from samlcheck.xml.nodes import PathIndex

if TYPE_CHECKING:
    from samlcheck.xml.part import Part
    from samlcheck.xml.positions import PositionIndex


@frozen(kw_only=True, eq=False, repr=False)
class Document:
    """One XML document; frozen but for what is built from it when first asked for."""

    #: Where it came from: a file name, "-" or "argument".
    source: str
    #: How it was unpacked, outermost first, such as ("form field SAMLResponse", "Base64", "XML").
    origin: tuple[str, ...]
    data: bytes
    #: The root element, None when the document was refused.
    root: Element | None
    defects: tuple[Defect, ...]
    #: The canonical name of the encoding that the octets were read as, None when not accepted.
    encoding: str | None = None
    #: Set when the document stands for a part of a larger one.
    part: Part | None = None
    _utf8: bytes = b""
    _text: str | None = attrs.field(default=None, init=False)
    _paths: PathIndex | None = attrs.field(default=None, init=False)
    _positions: PositionIndex | None = attrs.field(default=None, init=False)

    def with_defects(self, defects: tuple[Defect, ...]) -> Document:
        """Return the same document with other defects, such as those of its unpacking added."""
        return attrs.evolve(self, defects=defects)

    def __repr__(self) -> str:
        """Return the source and size, not the content."""
        return f"<Document {self.source} of {len(self.data)} bytes>"

    @property
    def text(self) -> str:
        """The decoded characters, without byte order mark and with line ends as they are."""
        found = self._text
        if found is None:
            octets = self.data if self.encoding is None else self._utf8
            found = octets.decode("utf-8", "replace")
            object.__setattr__(self, "_text", found)
        return found

    def xpath(self, element: Element) -> str:
        """Return the path of an element of this document; fast also for many of them."""
        found = self._paths
        if found is None:
            found = PathIndex()
            object.__setattr__(self, "_paths", found)
        path = found.xpath(element)
        return path if self.part is None else self.part.path_in_whole(path, element)

    def in_whole(self, line: int, column: int) -> tuple[int, int]:
        """Return where a place of this document is in the document that it is a part of."""
        return (line, column) if self.part is None else self.part.in_whole(line, column)

    @property
    def positions(self) -> PositionIndex:
        """The places of all nodes, indexed on first use.

        :raises ValueError: when there is no root.
        """
        found = self._positions
        if found is None:
            if self.root is None:
                raise ValueError("a document that was refused has no positions")
            from samlcheck.xml.positions import PositionIndex

            found = PositionIndex(self.text, self.root)
            object.__setattr__(self, "_positions", found)
        return found
