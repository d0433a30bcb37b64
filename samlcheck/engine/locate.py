"""Symbolic places to locations: line, column, XPath, entityID and excerpt, computed late."""

from __future__ import annotations

from itertools import chain, pairwise

from lxml.etree import _Element as Element

from samlcheck.engine.privacy import Ranges, spans_about_person, within
from samlcheck.engine.report import Excerpt, Location
from samlcheck.model import Node, Text
from samlcheck.records import frozen
from samlcheck.rules.case import Case
from samlcheck.rules.documents import is_public
from samlcheck.rules.rule import Place, personal
from samlcheck.xml import Document, Span
from samlcheck.xml.names import MD, clark, split_clark
from samlcheck.xml.secrets import (
    NOT_SHOWN,
    key_texts,
    secret_spans,
    without_pieces,
    without_secrets,
)

_ENTITY_DESCRIPTOR = clark(MD, "EntityDescriptor")
_WIDTH = 160
#: Of so many documents a locator remembers what it had to compute.
_MOST_DOCUMENTS = 8


@frozen(kw_only=True, eq=False)
class LocatedPlace(Place):
    """A place that was made concrete at once, so that its document need not be kept."""

    subject: None = None
    location: Location
    scope: tuple[int, str | None]


def located(case: Case, place: Place, locator: Locator) -> LocatedPlace:
    """Return the concrete form of a place. Its scope is its entity, in whatever document."""
    scope = 0, scope_of(case, place)[1]
    return LocatedPlace(location=locator.locate(place), scope=scope)


def outlined(case: Case, place: Place) -> LocatedPlace:
    """Return the place of something that is only counted: in which entity it is, and no more."""
    entity = entity_of(place)
    document = None if entity is None else case.document_of(entity)
    return LocatedPlace(
        location=Location(
            source="-" if document is None else document.source,
            origin=(),
            line=None,
            column=None,
            end_line=None,
            end_column=None,
            xpath=None if document is None or entity is None else document.xpath(entity),
            entity_id=None,
            excerpt=None,
        ),
        scope=(0, scope_of(case, place)[1]),
    )


class Locator:
    """Makes locations for one case; remembers per document what it had to compute."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._lines: dict[Document, list[str]] = {}
        self._personal: dict[Document, Ranges] = {}
        self._secret: dict[Document, Ranges] = {}
        self._keys: str | None = None

    def conceal(self, text: str) -> str:
        """Return a text without private keys, and without pieces of those in the documents."""
        if self._keys is None:
            documents = self._case.documents
            self._keys = key_texts(item.text for item in documents if _may_hold_key(item))
        text = without_secrets(text)
        return without_pieces(text, self._keys) if self._keys else text

    def locate(self, place: Place) -> Location:
        """Return the location of a symbolic place."""
        if isinstance(place, LocatedPlace):
            return place.location
        subject = place.subject
        if subject is None or isinstance(subject, Document):
            return self._in_document(subject or self._first_document(), place)
        element = subject.element if isinstance(subject, Node) else subject
        document = self._case.document_of(element)
        if document is None:
            return self._in_document(self._first_document(), place)
        span = self._span(document, subject, place.attribute)
        line, column = document.in_whole(span.line, span.column)
        end_line, end_column = document.in_whole(span.end_line, span.end_column)
        return Location(
            source=document.source,
            origin=document.origin,
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            xpath=_xpath(document, element, place.attribute),
            entity_id=_concealed(entity_id_of(element)),
            excerpt=self._excerpt(document, span),
            label=place.label,
        )

    def _first_document(self) -> Document | None:
        documents = self._case.given_documents
        return documents[0] if documents else None

    def _in_document(self, document: Document | None, place: Place) -> Location:
        excerpt = None
        if document is not None and place.line is not None and place.column is not None:
            excerpt = self._unparsed_excerpt(document, place.line, place.column)
        return Location(
            source="-" if document is None else document.source,
            origin=() if document is None else document.origin,
            line=place.line,
            column=place.column,
            end_line=place.line,
            end_column=None if place.column is None else place.column + 1,
            xpath=None,
            entity_id=None,
            excerpt=excerpt,
            label=place.label,
        )

    def _unparsed_excerpt(self, document: Document, line: int, column: int) -> Excerpt | None:
        if not is_public(document):
            return None  # nothing tells which of it is personal
        lines = self._lines_of(document)
        if not 1 <= line <= len(lines):
            return None
        offset = sum(len(item) + 1 for item in lines[: line - 1])
        found = within(secret_spans("\n".join(lines)), offset, offset + len(lines[line - 1]))
        secret = [(max(start - offset, 0), end - offset) for start, end in found]
        return _clip(lines[line - 1], column - 1, column, secret=secret)

    @staticmethod
    def _span(document: Document, subject: Node | Element, attribute: str | None) -> Span:
        positions = document.positions
        element = subject.element if isinstance(subject, Node) else subject
        if attribute is not None:
            span = positions.attribute(element, attribute)
            return span if span is not None else positions.tag(element)
        if isinstance(subject, Text):
            span = positions.value(element)
            if span is not None:
                return span
        return positions.tag(element)

    def _lines_of(self, document: Document) -> list[str]:
        lines = self._lines.get(document)
        if lines is None:
            if len(self._lines) > _MOST_DOCUMENTS:
                self._lines.clear()
                self._personal.clear()
                self._secret.clear()
            text = document.text.replace("\r\n", "\n").replace("\r", "\n")
            lines = self._lines[document] = text.split("\n")
        return lines

    def _excerpt(self, document: Document, span: Span) -> Excerpt | None:
        lines = self._lines_of(document)
        if not 1 <= span.line <= len(lines):
            return None
        line = lines[span.line - 1]
        start = span.column - 1
        end = span.end_column - 1 if span.end_line == span.line else len(line)
        offset = span.start - start
        left, right = _window(line, start)
        hidden, secret = (
            [
                (max(begin - offset, left), min(stop - offset, right))
                for begin, stop in within(spans, left + offset, right + offset)
            ]
            for spans in (self._personal_spans(document), self._secret_spans(document))
        )
        return _clip(line, start, max(end, start), hidden, secret)

    def _secret_spans(self, document: Document) -> Ranges:
        """Return the character ranges of private keys, in order and apart."""
        spans = self._secret.get(document)
        if spans is None:
            spans = self._secret[document] = secret_spans(document.text)
        return spans

    def _personal_spans(self, document: Document) -> Ranges:
        """Return the character ranges of what a message tells about a person, in order and apart.

        A message that is judged as metadata by mistake is a message still.
        """
        root = document.root
        if root is None or (self._case.kind != "message" and split_clark(str(root.tag))[0] == MD):
            return []
        spans = self._personal.get(document)
        if spans is None:
            spans = self._personal[document] = spans_about_person(document, root)
        return spans


def _may_hold_key(document: Document) -> bool:
    return b"PRIVATE KEY" in document.data or b"P\0R\0I\0V\0A\0T\0E" in document.data


def _concealed(text: str | None) -> str | None:
    return None if text is None else without_secrets(text)


def _window(line: str, start: int) -> tuple[int, int]:
    """Return the part of a line that is shown when something at an offset is pointed at."""
    left = max(0, min(start - _WIDTH // 4, len(line) - _WIDTH))
    return left, min(len(line), left + _WIDTH)


def _clip(
    line: str, start: int, end: int, hidden: Ranges | None = None, secret: Ranges | None = None
) -> Excerpt:
    """Return a window of a line around the marked part, with personal ranges marked as such.

    Secret ranges are not in it at all.
    """
    hidden, secret = hidden or [], secret or []
    left, right = _window(line, start)
    end = min(max(end, start + 1), right) if start < right else right
    cuts = sorted({left, right, start, end, *chain.from_iterable((*hidden, *secret))})
    cuts = [cut for cut in cuts if left <= cut <= right]
    before, inside, after = "", "", ""
    for begin, stop in pairwise(cuts):
        piece = line[begin:stop]
        if any(low <= begin and stop <= high for low, high in secret):
            piece = NOT_SHOWN
        elif any(low <= begin and stop <= high for low, high in hidden):
            piece = personal(piece)
        if stop <= start:
            before += piece
        elif begin >= end:
            after += piece
        else:
            inside += piece
    if left > 0:
        before = "..." + before
    if right < len(line):
        after += "..."
    return Excerpt(text=before + inside + after, start=len(before), end=len(before) + len(inside))


def _xpath(document: Document, element: Element, attribute: str | None) -> str:
    path = document.xpath(element)
    if attribute is None or element.get(attribute) is None:
        return path
    return f"{path}/@{attribute.rpartition('}')[2]}"


def entity_of(place: Place) -> Element | None:
    """Return the metadata entity that a place lies in."""
    subject = place.subject
    if subject is None or isinstance(subject, Document):
        return None
    node: Element | None = subject.element if isinstance(subject, Node) else subject
    while node is not None and node.tag != _ENTITY_DESCRIPTOR:
        node = node.getparent()
    return node


def entity_id_of(element: Element) -> str | None:
    """Return the entityID of the metadata entity that an element belongs to."""
    found = entity_of(Place(element))
    return None if found is None else found.get("entityID")


def scope_of(case: Case, place: Place) -> tuple[int, str | None]:
    """Return what a finding may explain away: the same entity, or the same document."""
    if isinstance(place, LocatedPlace):
        return place.scope
    subject = place.subject
    if isinstance(subject, Document):
        return id(subject), None
    if subject is None:
        return 0, None
    element = subject.element if isinstance(subject, Node) else subject
    if case.kind == "message":
        return 0, None  # all evidence of a message is one login
    return id(case.document_of(element)), entity_id_of(element)
