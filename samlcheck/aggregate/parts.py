"""Slices of an aggregate to documents that rules can judge like any other."""

from __future__ import annotations

from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from samlcheck.aggregate.slices import (
    ENTITY,
    GROUP,
    Frame,
    NotSliceableError,
    Slice,
    place_after,
)
from samlcheck.engine.locate import entity_of
from samlcheck.model import EntitiesDescriptor, EntityDescriptor
from samlcheck.records import frozen
from samlcheck.rules.rule import Place
from samlcheck.xml import Document, read_document
from samlcheck.xml.part import Part

#: The first part starts where the whole starts; only its entities are counted on.
_ITSELF: Final = Part(
    head="", head_line=1, head_column=1, line=1, column=1, counted=ENTITY, before=0
)


@frozen(kw_only=True, eq=False)
class PartOfAggregate:
    """A slice as a document: the entities of the slice in the frame of the whole."""

    document: Document
    root: Element
    group: EntitiesDescriptor
    entities: tuple[EntityDescriptor, ...]
    is_first: bool

    def holds(self, place: Place) -> bool:
        """Tell whether a place lies in one of the entities, or behind the head in the text.

        What is said of the first part as a document is said of the frame.
        """
        if isinstance(place.subject, Document):
            part = self.document.part
            return (
                part is not None
                and not self.is_first
                and place.line is not None
                and part.holds(place.line, place.column or 1)
            )
        return entity_of(place) is not None


class Parts:
    """Makes parts of slices, all in one frame."""

    def __init__(self, frame: Frame, source: str) -> None:
        self._frame = frame
        self._source = source
        self._head = frame.head.decode("utf-8", "replace")
        self._place = place_after(frame.prolog, 1, 1)
        empty = self._read(b"", None)
        if empty.root is None or empty.root.tag != GROUP:
            raise NotSliceableError
        #: How many children of the root precede the first entity.
        self._leading = len(empty.root)
        #: The root element as it is without any entity.
        self.bare = empty.root

    def first(self, piece: Slice) -> PartOfAggregate:
        """Return the first part: the document itself up to there, so its places are its own."""
        octets = self._frame.prolog + self._frame.head + piece.octets
        document = read_document(
            octets if piece.last else octets + self._frame.close,
            source=self._source,
            part=_ITSELF,
        )
        return self._part(document, is_first=True)

    def part(self, piece: Slice, before: int) -> PartOfAggregate:
        """Return any other part; `before` entities precede it."""
        octets = piece.octets if piece.last else piece.octets + self._frame.close
        return self._part(self._read(octets, self._mapping(piece.line, piece.column, before)))

    def entity(self, piece: Slice, span: tuple[int, int], number: int) -> PartOfAggregate:
        """Return a part of one entity: its offsets in a slice, and its number in the whole."""
        start, end = span
        line, column = place_after(piece.octets[:start], piece.line, piece.column)
        octets = piece.octets[start:end] + self._frame.close
        return self._part(self._read(octets, self._mapping(line, column, number)))

    def _mapping(self, line: int, column: int, before: int) -> Part:
        return Part(
            head=self._head,
            head_line=self._place[0],
            head_column=self._place[1],
            line=line,
            column=column,
            counted=ENTITY,
            before=before,
        )

    def _read(self, octets: bytes, part: Part | None) -> Document:
        octets = self._frame.head + (octets or self._frame.close)
        return read_document(octets, source=self._source, part=part)

    def _part(self, document: Document, *, is_first: bool = False) -> PartOfAggregate:
        """Return a document as a part of the aggregate.

        :raises NotSliceableError: when it holds anything but entities and comments behind the head.
        """
        root = document.root
        if root is None or document.defects:
            raise NotSliceableError
        found = list(root)[self._leading :]
        before = root[self._leading - 1].tail if self._leading else root.text
        if not found or _is_text(before) or any(_is_foreign(child) for child in found):
            raise NotSliceableError
        entities = tuple([EntityDescriptor(element=item) for item in found if item.tag == ENTITY])
        return PartOfAggregate(
            document=document,
            root=root,
            group=EntitiesDescriptor(element=root),
            entities=entities,
            is_first=is_first,
        )


def _is_foreign(child: Element) -> bool:
    """Tell whether a child of the root is no entity and no comment, or is followed by text."""
    known = child.tag == ENTITY or isinstance(child, etree._Comment)
    return not known or _is_text(child.tail)


def _is_text(text: str | None) -> bool:
    return text is not None and not text.isspace()
