"""Symbolic places to locations: line, column, XPath, entityID and excerpt, computed late."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

import attrs
from lxml.etree import _Element as Element

from samlcheck.engine.report import Excerpt, Location
from samlcheck.model import Node, Text
from samlcheck.rules.case import Case
from samlcheck.rules.documents import is_public
from samlcheck.rules.rule import Place, personal
from samlcheck.xml import Document, Span
from samlcheck.xml.names import MD, SAML, clark, split_clark

_ENTITY_DESCRIPTOR = clark(MD, "EntityDescriptor")
#: Elements all of whose content is about a person.
_PERSONAL = (clark(SAML, "NameID"), clark(SAML, "AttributeValue"), clark(SAML, "BaseID"))
#: Elements whose character data, at any depth, is or should have been about a person.
_AROUND_PERSONAL = (clark(SAML, "Subject"), clark(SAML, "AttributeStatement"))
_LOCALITY = clark(SAML, "SubjectLocality")
_WIDTH = 160
#: Of so many documents a locator remembers the lines.
_MOST_DOCUMENTS = 8
#: The group of a match of MARKUP that is a comment, a processing instruction or a CDATA section.
_NOT_A_TAG = 2


@attrs.frozen(kw_only=True, eq=False)
class LocatedPlace(Place):
    """A place that was made concrete at once, so that its document need not be kept."""

    subject: None = None
    location: Location
    scope: tuple[int, str | None]


def located(case: Case, place: Place, locator: Locator) -> LocatedPlace:
    """Return the concrete form of a place. Its scope is its entity, in whatever document."""
    scope = 0, scope_of(case, place)[1]
    return LocatedPlace(location=locator.locate(place), scope=scope)


class Locator:
    """Makes locations for one case; remembers per document what it had to compute."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._lines: dict[Document, list[str]] = {}
        self._personal: dict[int, list[tuple[int, int]]] = {}

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
            entity_id=entity_id_of(element),
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
        return _clip(lines[line - 1], column - 1, column)

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
        spans = self._personal_spans(document)
        first = bisect_right(spans, left + offset, key=_end)
        hidden = []
        for begin, stop in islice(spans, first, None):
            if begin >= right + offset:
                break
            hidden.append((max(begin - offset, left), min(stop - offset, right)))
        return _clip(line, start, max(end, start), hidden)

    def _personal_spans(self, document: Document) -> list[tuple[int, int]]:
        """Return the character ranges of what a message tells about a person, in order and apart.

        A message that is judged as metadata by mistake is a message still.
        """
        root = document.root
        if root is None or (self._case.kind != "message" and split_clark(str(root.tag))[0] == MD):
            return []
        spans = self._personal.get(id(document))
        if spans is None:
            spans = self._personal[id(document)] = _apart(_spans_about_person(document, root))
        return spans


def _spans_about_person(document: Document, root: Element) -> Iterator[tuple[int, int]]:
    """Yield values and stray character data of subjects and attributes, and the user's address."""
    for element in root.iter(*_PERSONAL, *_AROUND_PERSONAL):
        start, end = document.positions.tag(element).end, document.positions.element(element).end
        end = max(document.text.rfind("</", start, end), start)
        if element.tag in _PERSONAL:
            yield start, end
        else:
            yield from _character_data(document.text, start, end)
    for element in root.iter(_LOCALITY):
        span = document.positions.attribute(element, "Address")
        if span is not None:
            yield span.start, span.end


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ranges in order, those that overlap or touch joined."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _end(span: tuple[int, int]) -> int:
    return span[1]


def _character_data(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches between tags that are not white space; a comment counts as text."""
    from samlcheck.xml.tokens import MARKUP

    for match in MARKUP.finditer(text, start, end):
        yield from _trimmed(text, start, match.start())
        if match.lastindex == _NOT_A_TAG:
            yield match.span()
        start = match.end()
    yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a stretch without the white space around it, if anything is left."""
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _window(line: str, start: int) -> tuple[int, int]:
    """Return the part of a line that is shown when something at an offset is pointed at."""
    left = max(0, min(start - _WIDTH // 4, len(line) - _WIDTH))
    return left, min(len(line), left + _WIDTH)


def _clip(line: str, start: int, end: int, hidden: list[tuple[int, int]] | None = None) -> Excerpt:
    """Return a window of a line around the marked part, with personal ranges marked as such."""
    left, right = _window(line, start)
    end = min(max(end, start + 1), right) if start < right else right
    cuts = sorted({left, right, start, end, *(edge for pair in hidden or () for edge in pair)})
    cuts = [cut for cut in cuts if left <= cut <= right]
    before, inside, after = "", "", ""
    for begin, stop in pairwise(cuts):
        piece = line[begin:stop]
        if any(low <= begin and stop <= high for low, high in hidden or ()):
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
