"""Octets to a document: the security gate, then one parse, then what only the tree shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml.etree import _Element as Element

from samlcheck.xml import bounds
from samlcheck.xml.defect import Defect, quote
from samlcheck.xml.document import Document
from samlcheck.xml.encoding import not_utf8, to_utf8
from samlcheck.xml.limits import METADATA_LIMITS, Limits
from samlcheck.xml.parser import parse
from samlcheck.xml.prolog import scan_prolog

if TYPE_CHECKING:
    from samlcheck.xml.part import Part
    from samlcheck.xml.positions import Span

_XINCLUDE: Final = (
    "{http://www.w3.org/2001/XInclude}*",
    "{http://www.w3.org/2003/XInclude}*",
)


def read_document(
    data: bytes,
    *,
    source: str = "-",
    origin: tuple[str, ...] = (),
    limits: Limits = METADATA_LIMITS,
    part: Part | None = None,
) -> Document:
    """Return the document that the octets are; any octets give one, and nothing is raised.

    A document that the gate or the parser refuses has no root and at least one defect. Nothing
    outside the octets is read: no DTD, entity, schema or include. `part` tells that the octets
    stand for a part of a larger document.
    """
    defects, encoding, utf8, root = _gate(data, limits)
    return Document(
        source=source,
        origin=origin,
        data=data,
        root=root,
        defects=defects,
        encoding=encoding,
        utf8=utf8,
        part=part,
    )


_Gated = tuple[tuple[Defect, ...], str | None, bytes, Element | None]


def _gate(data: bytes, limits: Limits) -> _Gated:
    """Return the defects, the encoding, the octets as UTF-8 and the root of a document."""
    if not data or data.isspace():
        return (_empty(data),), None, b"", None
    large = bounds.too_many_bytes(data, limits)
    if large is not None:
        return (large,), None, b"", None
    utf8, encoding, wrong = to_utf8(data)
    if utf8 is None or wrong is not None:
        return _as_tuple(wrong), encoding, utf8 or b"", None
    if not utf8 or utf8.isspace():
        return (_empty(data),), encoding, utf8, None
    refused = (
        _as_tuple(bounds.too_many_elements(utf8, limits))
        or tuple(scan_prolog(utf8))
        or _as_tuple(bounds.too_many_attributes(utf8, limits))
    )
    if refused:
        return refused, encoding, utf8, None
    root, log = parse(utf8, limits)
    if root is None:
        undecodable = not_utf8(utf8)
        if undecodable is not None:
            return (undecodable,), encoding, utf8, None
        from samlcheck.xml.explain import explain

        return explain(utf8.decode("utf-8"), log, limits), encoding, utf8, None
    refused = _tree_defects(utf8, root, limits)
    return refused, encoding, utf8, None if refused else root


def _as_tuple(defect: Defect | None) -> tuple[Defect, ...]:
    """Return one defect or none as a tuple."""
    return () if defect is None else (defect,)


def _empty(data: bytes) -> Defect:
    """Return the defect of a document without content."""
    what = "only white space" if data else "0 bytes"
    return Defect(
        rule="xml-empty-input",
        message=f"The document is empty: it has {what} and no XML.",
        line=1,
        column=1,
        expected="an XML document",
        actual=what,
    )


def _tree_defects(utf8: bytes, root: Element, limits: Limits) -> tuple[Defect, ...]:
    """Return what refuses a document that is well-formed."""
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.externalDTD is not None:
        text = "The document has a DOCTYPE declaration; SAML documents must have none."
        return (Defect(rule="xml-doctype", message=text),)
    found = []
    if utf8.count(b"</") >= limits.max_depth and bounds.too_deep(root, limits):
        found.append(bounds.depth_defect(utf8.decode("utf-8"), limits))
    include = next(root.iter(*_XINCLUDE), None)
    if include is not None:
        from samlcheck.xml.positions import PositionIndex

        found.append(_include(include, PositionIndex(utf8.decode("utf-8"), root).tag(include)))
    return tuple(found)


def _include(element: Element, span: Span) -> Defect:
    """Return the defect of an XInclude element."""
    target = element.get("href")
    what = "an XInclude element" if target is None else f"an XInclude of {quote(target)}"
    return Defect(
        rule="xml-xinclude",
        message=f"The document contains {what}; nothing is included, and it is refused.",
        line=span.line,
        column=span.column,
        actual=str(element.tag),
    )
