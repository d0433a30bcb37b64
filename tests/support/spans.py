"""Finds where an element stands in the bytes of a document, so that text can be spliced in.

Signing and encrypting replace or insert one element and leave every other byte as it was written:
quotes, line breaks, CDATA and comments of a test document survive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

import attrs

_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")


@attrs.frozen(kw_only=True)
class Found:
    """What is known of an element when its start tag is read. Depth 0 is the root."""

    depth: int
    local_name: str
    attributes: Mapping[str, str]


@attrs.frozen(kw_only=True)
class Span:
    """Byte offsets of one element: its first byte, the end of its start tag, its end.

    `after_issuer` is the end of its first Issuer child, None where it has none.
    """

    start: int
    content: int
    end: int
    after_issuer: int | None


def find_spans(xml: bytes, matches: Callable[[Found], bool]) -> list[Span]:
    """The spans of all elements that `matches` accepts, in document order."""
    search = _Search(xml, matches)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: search.open(
        parser.CurrentByteIndex, name, attributes
    )
    parser.EndElementHandler = lambda name: search.close(parser.CurrentByteIndex, name)
    parser.Parse(xml, True)
    return sorted(search.spans, key=lambda span: span.start)


def find_target(xml: bytes, element_id: str | None) -> Span:
    """The first element whose ID is `element_id`; the root where that is None."""
    spans = find_spans(
        xml,
        lambda found: (
            found.depth == 0 if element_id is None else found.attributes.get("ID") == element_id
        ),
    )
    assert spans, f"no element has ID {element_id!r}"
    return spans[0]


class _Search:
    def __init__(self, xml: bytes, matches: Callable[[Found], bool]) -> None:
        self.spans: list[Span] = []
        self._xml = xml
        self._matches = matches
        # Per open element: first byte, end of its start tag, wanted, end of its Issuer.
        self._open: list[tuple[int, int, bool, int | None]] = []

    def open(self, offset: int, name: str, attributes: Mapping[str, str]) -> None:
        found = Found(
            depth=len(self._open), local_name=name.rpartition(" ")[2], attributes=attributes
        )
        self._open.append((offset, self._tag_end(offset), self._matches(found), None))

    def close(self, offset: int, name: str) -> None:
        start, content, wanted, issuer_end = self._open.pop()
        # For <x/> the parser reports the end of the tag itself.
        end = self._tag_end(offset) if self._xml.startswith(b"</", offset) else content
        if wanted:
            span = Span(start=start, content=content, end=end, after_issuer=issuer_end)
            self.spans.append(span)
        if self._open and name.endswith(" Issuer") and self._open[-1][3] is None:
            self._open[-1] = (*self._open[-1][:3], end)

    def _tag_end(self, offset: int) -> int:
        tag = _TAG.match(self._xml, offset)
        assert tag is not None, f"no tag at byte {offset}"
        return tag.end()
