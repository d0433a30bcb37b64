"""An element written out for reading: indented, shortened, with notes, personal values marked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from samlcheck.records import frozen
from samlcheck.rules.wording import duration_words
from samlcheck.xml import parse_datetime
from samlcheck.xml.names import DS, DSIG11, SAML, SAMLP, XENC, XENC11, clark, split_clark
from samlcheck.xml.quotations import personal

#: Values of more characters than this are cut, when nobody reads them: keys, digests, ciphers.
_LONGEST: Final = 48
_WIDTH: Final = 96
#: Deeper than the limits of messages let anything be.
_DEEPEST: Final = 200
_INSTANTS: Final = (
    "IssueInstant",
    "NotBefore",
    "NotOnOrAfter",
    "AuthnInstant",
    "SessionNotOnOrAfter",
)
_MACHINE: Final = (DS, DSIG11, XENC, XENC11)
#: Elements whose text tells nothing of a person; all other text is masked.
_PLAIN: Final = frozenset(
    (
        *(
            clark(SAML, name)
            for name in (
                "Issuer",
                "Audience",
                "AuthnContextClassRef",
                "AuthnContextDeclRef",
                "AuthenticatingAuthority",
                "AssertionIDRef",
                "AssertionURIRef",
            )
        ),
        *(clark(SAMLP, name) for name in ("SessionIndex", "RequesterID", "GetComplete")),
    )
)
#: What stands inside these is about a person, whatever it claims to be.
_ABOUT_A_PERSON: Final = tuple(
    clark(SAML, name)
    for name in ("Subject", "AttributeStatement", "NameID", "BaseID", "AttributeValue")
)
_ADDRESSES: Final = ("Address", "DNSName")


@frozen(kw_only=True)
class ViewLine:
    """A line of a message for reading; `line` is where it begins in the decoded document."""

    depth: int
    text: str
    note: str | None = None
    line: int | None = None


@frozen(kw_only=True)
class Markup:
    """How a tree is written: as of which instant, what is said of an element, where it stands."""

    now: datetime
    notes: Callable[[Element], str | None]
    place: Callable[[Element], int | None]

    def lines(self, root: Element, depth: int = 0) -> Iterator[ViewLine]:
        """Yield the lines of an element and of all that is in it."""
        pending: list[tuple[Element | ViewLine, int]] = [(root, depth)]
        while pending:
            item, level = pending.pop()
            if isinstance(item, ViewLine):
                yield item
                continue
            head, inside, tail = self._parts(item, min(level, _DEEPEST))
            yield from head
            if tail is not None:
                pending.append((tail, level))
            pending.extend((child, level + 1) for child in reversed(inside))

    def _parts(
        self, element: Element, depth: int
    ) -> tuple[list[ViewLine], list[Element | ViewLine], ViewLine | None]:
        """Return the lines that begin an element, what stands in it, and the line that ends it."""
        if not isinstance(element.tag, str):
            return [self._aside(element, depth)], [], None
        name = _written(element.tag, element.nsmap)
        inside = self._inside(element, depth)
        if not inside:
            text = element.text or ""
            ending = f">{self._value(element, text)}</{name}>" if text.strip() else "/>"
            return list(self._start(element, name, ending, depth)), [], None
        return (
            list(self._start(element, name, ">", depth)),
            inside,
            ViewLine(depth=depth, text=f"</{name}>"),
        )

    def _inside(self, element: Element, depth: int) -> list[Element | ViewLine]:
        """Return the children of an element, with the stray text between them."""
        if not len(element):
            return []
        found: list[Element | ViewLine] = []
        for text, child in [(element.text, None), *((child.tail, child) for child in element)]:
            if child is not None:
                found.append(child)
            if text and text.strip():
                value = self._value(element, text)
                found.append(ViewLine(depth=depth + 1, text=value, note="text between elements"))
        return found

    def _aside(self, node: Element, depth: int) -> ViewLine:
        """Return the line of a comment or processing instruction."""
        text = personal(" ".join((node.text or "").split()))
        if isinstance(node, etree._Comment):
            written = f"<!--{text}-->"
        else:
            written = f"<?{personal(str(getattr(node, 'target', '')))} {text}?>"
        return ViewLine(depth=depth, text=written, line=self.place(node))

    def _start(self, element: Element, name: str, ending: str, depth: int) -> Iterator[ViewLine]:
        """Yield the start tag: on one line where it fits and no time in it wants a note."""
        attributes = [*_declarations(element), *self._attributes(element)]
        whole = " ".join((f"<{name}", *(text for text, _ in attributes))) + ending
        note, line = self.notes(element), self.place(element)
        told = [words for _, words in attributes if words]
        fits = len(whole) + 2 * depth <= _WIDTH and not told
        if len(attributes) < 2 or fits:
            both = "; ".join(words for words in (note, *told) if words)
            yield ViewLine(depth=depth, text=whole, note=both or None, line=line)
            return
        yield ViewLine(depth=depth, text=f"<{name}", note=note, line=line)
        *rest, (last, words) = attributes
        for text, distance in rest:
            yield ViewLine(depth=depth + 2, text=text, note=distance)
        yield ViewLine(depth=depth + 2, text=last + ending, note=words)

    def _attributes(self, element: Element) -> Iterator[tuple[str, str | None]]:
        about = _is_about_a_person(element)
        for key, value in element.attrib.items():
            name = _written(str(key), element.nsmap)
            secret = str(key) in _ADDRESSES or (about and element.tag not in _OWN)
            shown = personal(str(value)) if secret else _escaped(str(value))
            note = self._distance(str(value)) if str(key) in _INSTANTS else None
            yield f'{name}="{shown}"', note

    def _distance(self, text: str) -> str | None:
        instant = parse_datetime(text).value
        if instant is None:
            return None
        span = instant - self.now
        if not span:
            return "now"
        words = duration_words(span)
        return f"in {words}" if span.total_seconds() > 0 else f"{words} ago"

    @staticmethod
    def _value(element: Element, text: str) -> str:
        """Return the text of an element: cut, masked or as it is."""
        if split_clark(str(element.tag))[0] in _MACHINE:
            bare = "".join(text.split())
            return bare if len(bare) <= _LONGEST else f"{bare[:16]}... ({len(bare)} characters)"
        plain = element.tag in _PLAIN and not _is_about_a_person(element)
        return _escaped(text) if plain else personal(text)


#: Elements in subjects and attribute statements whose own attributes are no personal values.
_OWN: Final = frozenset(
    clark(SAML, name)
    for name in (
        "NameID",
        "BaseID",
        "EncryptedID",
        "SubjectConfirmation",
        "SubjectConfirmationData",
        "Attribute",
        "EncryptedAttribute",
        "AttributeValue",
    )
)


def _is_about_a_person(element: Element) -> bool:
    if element.tag in _ABOUT_A_PERSON:
        return True
    return next(element.iterancestors(*_ABOUT_A_PERSON), None) is not None


def _declarations(element: Element) -> Iterator[tuple[str, None]]:
    """Yield the namespaces that an element declares anew."""
    parent = element.getparent()
    known = {} if parent is None else parent.nsmap
    for prefix, uri in element.nsmap.items():
        if known.get(prefix) != uri:
            name = "xmlns" if prefix is None else f"xmlns:{prefix}"
            yield f'{name}="{_escaped(uri)}"', None


def _written(name: str, nsmap: dict[str | None, str]) -> str:
    """Return a name with the prefix that the document has for it."""
    namespace, local = split_clark(name)
    if not namespace:
        return local
    if namespace == "http://www.w3.org/XML/1998/namespace":
        return f"xml:{local}"
    prefix = next((key for key, uri in nsmap.items() if uri == namespace), None)
    return f"{prefix}:{local}" if prefix else local


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
