"""Fields of the model that are read from their element when first asked for, and then kept.

Most fields of most objects are never asked for: a large aggregate has some hundred thousand
objects, and each run of the command has fifty classes to set up. So a field is a recipe, and the
object holds what was read so far.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from samlcheck.xml.names import split_clark

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from samlcheck.model.node import Lean, LocalizedText, Node, Text
    from samlcheck.xml import Lexical

T = TypeVar("T")
N = TypeVar("N", bound="Node")


class Lazy(Generic[T]):
    """A field that is made from its node on first use. It reads like any other attribute."""

    __slots__ = ("_make", "_name")

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        """Remember under which name the value is kept."""
        self._name = name

    @overload
    def __get__(self, node: None, owner: type) -> Lazy[T]: ...
    @overload
    def __get__(self, node: Node, owner: type) -> T: ...
    def __get__(self, node: Node | None, owner: type) -> Lazy[T] | T:
        """Return the value; it lies before this field from then on."""
        if node is None:
            return self
        value = node.__dict__[self._name] = self._make(node)
        return value


def attribute(name: str) -> Lazy[str | None]:
    """Return the field of an attribute's text; None where the attribute is absent."""
    return Lazy(lambda node: node.element.get(name))


def typed(name: str, parse: Callable[[str], Lexical[T]]) -> Lazy[Lexical[T] | None]:
    """Return the field of an attribute with a lexical type; None where it is absent."""

    def make(node: Node) -> Lexical[T] | None:
        text = node.element.get(name)
        return None if text is None else parse(text)

    return Lazy(make)


def local() -> Lazy[str]:
    """Return the field of the element's own local name."""
    return Lazy(lambda node: split_clark(str(node.element.tag))[1])


def child(tag: str, kind: type[N]) -> Lazy[N | None]:
    """Return the field of the first child with that Clark name."""

    def make(node: Lean) -> N | None:
        found = node.children_by_name.first(tag)
        return None if found is None else kind(element=found)

    return Lazy(make)


def children(tag: str, kind: type[N]) -> Lazy[tuple[N, ...]]:
    """Return the field of all children with that Clark name, in document order."""

    def make(node: Lean) -> tuple[N, ...]:
        return tuple([kind(element=item) for item in node.children_by_name.all(tag)])

    return Lazy(make)


def child_element(tag: str) -> Lazy[Element | None]:
    """Return the field of the first child with that Clark name, as an element."""
    return Lazy(lambda node: node.children_by_name.first(tag))


def child_elements(tag: str) -> Lazy[tuple[Element, ...]]:
    """Return the field of all children with that Clark name, as elements."""
    return Lazy(lambda node: tuple(node.children_by_name.all(tag)))


def texts(tag: str) -> Lazy[tuple[Text, ...]]:
    """Return the field of the children whose content is one value."""
    return Lazy(lambda node: node.children_by_name.texts(tag))


def localized(tag: str) -> Lazy[tuple[LocalizedText, ...]]:
    """Return the field of the children with xml:lang and a text."""
    return Lazy(lambda node: node.children_by_name.localized(tag))
