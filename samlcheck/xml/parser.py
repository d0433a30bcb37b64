"""The one hardened parser, the call that parses documents with it, and detached copies."""

from __future__ import annotations

from copy import deepcopy
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from samlcheck.xml.limits import Limits

#: libxml2 without huge_tree refuses texts of 10,000,000 bytes and 256 levels. Input that can
#: reach the first is bounded by Limits instead; other input keeps libxml2's own bounds as well.
_HUGE_FROM: Final = 9_000_000
_DEPTH_WITHOUT_HUGE: Final = 255


class ParserError:
    """One entry of libxml2's log; its line counts LF only, its column mostly characters."""

    __slots__ = ("column", "kind", "line", "message")

    def __init__(self, kind: str, message: str, line: int, column: int) -> None:
        self.kind = kind
        self.message = message
        self.line = line
        self.column = column


def new_parser(*, huge: bool = True) -> etree.XMLParser:
    """Return a parser for UTF-8 that resolves nothing, repairs nothing and drops nothing.

    :param huge: lift libxml2's own bounds; right for octets that passed the gate before.
    """
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=huge,
        recover=False,
        ns_clean=False,
        remove_blank_text=False,
        remove_comments=False,
        remove_pis=False,
        strip_cdata=False,
        collect_ids=False,
    )


def parse(utf8: bytes, limits: Limits) -> tuple[Element | None, tuple[ParserError, ...]]:
    """Parse gated UTF-8 octets; return the root, or None and what libxml2 had against them.

    Any error in the log refuses the document. lxml alone looks at the last entry only: after an
    undeclared prefix, a warning about a relative namespace name makes it accept the document,
    and libxml2 then does not object to a second root element either.
    """
    parser = new_parser(
        huge=len(utf8) >= _HUGE_FROM or limits.max_depth > _DEPTH_WITHOUT_HUGE,
    )
    try:
        root: Element | None = etree.fromstring(utf8, parser)
    except etree.LxmlError:
        root = None
    errors = tuple(
        ParserError(entry.type_name, entry.message.strip(), entry.line, entry.column)
        for entry in parser.error_log
        if entry.level >= etree.ErrorLevels.ERROR
    )
    return (None if errors else root), errors


def detach(element: Element) -> Element:
    """Return a copy of an element as the root of a document of its own, without its tail.

    All namespaces in scope stay declared, also those that only a QName in a value uses, and
    every name keeps its prefix; so its canonical form equals that of the element in place,
    apart from ``xml:`` attributes inherited from ancestors.
    """
    copy = deepcopy(element)
    copy.tail = None
    if copy.nsmap == element.nsmap:
        return copy
    # A copy loses declarations of ancestors that no name in it uses. Moving its children below
    # an element that has them would let lxml choose other prefixes; writing it out does not.
    octets = etree.tostring(element, encoding="utf-8", with_tail=False)
    return etree.fromstring(octets, new_parser())
