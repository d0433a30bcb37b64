"""The base of all model classes: a typed view of one element that rules judge."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator
from typing import ClassVar, TypeVar

from lxml.etree import _Element as Element

from samlcheck.model.lazy import Lazy, attribute
from samlcheck.records import frozen
from samlcheck.xml import text_of
from samlcheck.xml.names import XML, clark, display

XML_LANG = clark(XML, "lang")

N = TypeVar("N", bound="Node")


@frozen(kw_only=True, eq=False, repr=False)
class Node:
    """A part of a document, with the element that it was built from.

    Equality is identity: two endpoints with the same values are still two endpoints. Subclasses
    read their fields from the element, when first asked for (see the module on lazy fields).
    """

    #: Names of the fields that hold further nodes, in document order where the schema fixes one.
    part_names: ClassVar[tuple[str, ...]] = ()

    element: Element

    def __repr__(self) -> str:
        """Return the class, the element's name and its position for debugging."""
        return f"<{type(self).__name__} {display(str(self.element.tag))}>"

    def parts(self) -> Iterator[Node]:
        """Yield the nodes directly below this one."""
        for name in self.part_names:
            value = getattr(self, name)
            if value is None:
                continue
            if isinstance(value, tuple):
                yield from value
            else:
                yield value


class Lean(Node):
    """A node whose fields are lazy."""

    children_by_name = Lazy["Children"](lambda node: Children(node.element))


def walk(root: Node) -> Iterator[Node]:
    """Yield a node and all nodes below it, parents first."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        if node.part_names:
            below = list(node.parts())
            below.reverse()
            stack.extend(below)


class Text(Lean):
    """An element whose content is one value, such as Issuer's or Audience's."""

    text = Lazy[str](lambda node: text_of(node.element))

    @property
    def value(self) -> str:
        """The text without surrounding white space; comparison rules report the difference."""
        return self.text.strip(" \t\r\n")


class LocalizedText(Text):
    """An element with xml:lang and a text, such as md:OrganizationName."""

    lang = attribute(XML_LANG)


class Children:
    """The child elements of an element, by name; comments and processing instructions are not."""

    __slots__ = ("_by_tag", "element")

    def __init__(self, element: Element) -> None:
        self.element = element
        by_tag: dict[str, list[Element]] = {}
        for child in element.iterchildren("*"):
            by_tag.setdefault(str(child.tag), []).append(child)
        self._by_tag = by_tag

    def all(self, tag: str) -> list[Element]:
        """Return the children of that Clark name, in document order."""
        return self._by_tag.get(tag, [])

    def items(self) -> ItemsView[str, list[Element]]:
        """Return the Clark names with the children of each, by first occurrence."""
        return self._by_tag.items()

    def first(self, tag: str) -> Element | None:
        """Return the first child of that Clark name."""
        found = self._by_tag.get(tag)
        return found[0] if found else None

    def texts(self, tag: str) -> tuple[Text, ...]:
        """Return the children of that name as text nodes."""
        return tuple([Text(element=child) for child in self.all(tag)])

    def localized(self, tag: str) -> tuple[LocalizedText, ...]:
        """Return the children of that name with their xml:lang."""
        return tuple([LocalizedText(element=child) for child in self.all(tag)])
