"""Which ranges of a message tell about a person, and sorted ranges in general."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from lxml.etree import _Element as Element

from samlcheck.xml import Document
from samlcheck.xml.names import SAML, SAMLP, clark

#: Ranges of a text in order and apart: each start and the end behind it.
Ranges = list[tuple[int, int]]

#: Elements all of whose content is about a person.
_PERSONAL = (
    *(clark(SAML, local) for local in ("NameID", "AttributeValue", "BaseID")),
    clark(SAMLP, "NewID"),
)
#: Elements whose character data, at any depth, is, should have been or may be about a person.
_AROUND_PERSONAL = (
    *(clark(SAML, local) for local in ("Subject", "AttributeStatement")),
    *(clark(SAMLP, local) for local in ("StatusMessage", "StatusDetail")),
)
#: Attributes about a person: the user's address, and the name that the service knows the user by.
_ATTRIBUTES = ("Address", "DNSName", "SPProvidedID")
_WITH_ATTRIBUTES = tuple(
    clark(SAML, local) for local in ("SubjectLocality", "SubjectConfirmationData", "NameID")
)
#: The group of a match of MARKUP that is a comment, a processing instruction or a CDATA section.
_NOT_A_TAG = 2


def spans_about_person(document: Document, root: Element) -> Ranges:
    """Return the ranges of a message that tell about a person, in order and apart."""
    return _apart(_spans(document, root))


def within(spans: Ranges, start: int, end: int) -> Ranges:
    """Return those of ranges in order that reach into another range."""
    first = bisect_right(spans, start, key=lambda span: span[1])
    last = bisect_left(spans, end, key=lambda span: span[0])
    return spans[first:last]


def _spans(document: Document, root: Element) -> Iterator[tuple[int, int]]:
    """Yield values and character data about a person, also misplaced, and the user's address."""
    from samlcheck.rules.message.values import LEAVES, is_personal

    for element in root.iter(*_PERSONAL, *_AROUND_PERSONAL, *LEAVES):
        if element.tag in LEAVES and element.tag not in _PERSONAL and not is_personal(element):
            continue
        start, end = document.positions.tag(element).end, document.positions.element(element).end
        end = max(document.text.rfind("</", start, end), start)
        if element.tag in _PERSONAL:
            yield start, end
        else:
            yield from _character_data(document.text, start, end)
    for element in root.iter(*_WITH_ATTRIBUTES):
        for name in _ATTRIBUTES:
            span = document.positions.attribute(element, name)
            if span is not None:
                yield span.start, span.end


def _apart(spans: Iterable[tuple[int, int]]) -> Ranges:
    """Return ranges in order, those that overlap or touch joined."""
    found: Ranges = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


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
