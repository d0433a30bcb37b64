"""Reads XML Schema documents into plain values that compare equal when they accept the same.

Groups and attribute groups are put in place, what only nests is taken away, the order of
attributes and of the parts of a choice is dropped. Names are in Clark notation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lxml import etree
from lxml.etree import _Element as Element

XS = "{http://www.w3.org/2001/XMLSchema}"
MODELS = (f"{XS}sequence", f"{XS}choice", f"{XS}group")
UNBOUNDED = 1_000_000

#: Kind, detail, parts, minimum and maximum number of occurrences.
Particle = tuple[str, Any, tuple[Any, ...], int, int]


class Type(NamedTuple):
    """A type: how it derives from which other, and what it then adds."""

    kind: str
    abstract: bool
    mixed: bool
    final: str | None
    derivation: str | None
    base: str | None
    facets: frozenset[Any]
    content: Particle | None
    attributes: frozenset[Any]


class Declarations:
    """All that a set of schema documents declares."""

    def __init__(self, documents: Iterable[Element]) -> None:
        self._global: dict[tuple[str, str], Element] = {}
        for document in documents:
            namespace = document.get("targetNamespace")
            for node in document.iterchildren(f"{XS}*"):
                name = node.get("name")
                if name is not None:
                    self._global[_kind(node), f"{{{namespace}}}{name}"] = node

    def named(self, kind: str) -> dict[str, Element]:
        """The global declarations of a kind: element, attribute, type, group, attributeGroup."""
        return {name: node for (found, name), node in self._global.items() if found == kind}

    def elements(self) -> Iterator[tuple[str, Element]]:
        """Every element declaration, global or local, with its name."""
        for node in self._global.values():
            for element in node.iter(f"{XS}element"):
                if element.get("name") is not None:
                    yield _name(element), element

    def element(self, node: Element) -> Any:
        """What an element declaration says."""
        return (self._type_of(node), node.get("abstract"), node.get("nillable"))

    def attribute(self, node: Element) -> Any:
        """What an attribute declaration or use says; the name, whether required, type, default."""
        if (ref := node.get("ref")) is not None:
            return _resolve(node, ref), node.get("use") == "required", None, None
        return (
            _name(node),
            node.get("use") == "required",
            self._type_of(node),
            node.get("default"),
        )

    def type(self, node: Element) -> Type:
        """What a type definition says."""
        inner = next(node.iterchildren(f"{XS}complexContent", f"{XS}simpleContent"), None)
        holder = node if inner is None else inner
        derivation = next(holder.iterchildren(f"{XS}extension", f"{XS}restriction"), None)
        body = holder if derivation is None else derivation
        return Type(
            kind=etree.QName(node).localname,
            abstract=node.get("abstract") == "true",
            mixed="true" in (node.get("mixed"), holder.get("mixed")),
            final=node.get("final"),
            derivation=None if derivation is None else etree.QName(derivation).localname,
            base=None if derivation is None else _resolve(derivation, derivation.get("base", "")),
            facets=frozenset(self._facets(body)),
            content=self._content(body),
            attributes=frozenset(self._attributes(body)),
        )

    def attribute_names(self, element: Element) -> frozenset[str]:
        """The names of all attributes that the type of an element has, inherited ones included."""
        if (name := element.get("type")) is not None:
            node = self._global.get(("type", _resolve(element, name)))
        else:
            node = next(element.iterchildren(f"{XS}complexType", f"{XS}simpleType"), None)
        names: set[str] = set()
        while node is not None:
            found = self.type(node)
            names.update(name for name, *_ in found.attributes if not name.startswith("any "))
            node = self._global.get(("type", found.base or ""))
        return frozenset(names)

    def _type_of(self, node: Element) -> Any:
        if (name := node.get("type")) is not None:
            return _resolve(node, name)
        inner = next(node.iterchildren(f"{XS}complexType", f"{XS}simpleType"), None)
        return None if inner is None else self.type(inner)

    def _facets(self, body: Element) -> Iterator[Any]:
        for node in body.iterchildren(f"{XS}*"):
            if (value := node.get("value")) is not None:
                yield node.tag, value
            elif node.tag == f"{XS}list":
                yield node.tag, _resolve(node, node.get("itemType", ""))
            elif node.tag == f"{XS}union":
                members = [_resolve(node, name) for name in node.get("memberTypes", "").split()]
                inner = [self.type(one) for one in node.iterchildren(f"{XS}simpleType")]
                yield node.tag, (*members, *inner)

    def _attributes(self, body: Element) -> Iterator[Any]:
        for node in body.iterchildren(f"{XS}*"):
            if node.tag == f"{XS}attribute":
                yield self.attribute(node)
            elif node.tag == f"{XS}attributeGroup":
                yield from self._attributes(self._referred(node, "attributeGroup"))
            elif node.tag == f"{XS}anyAttribute":
                yield "any attribute", *_wildcard(node)

    def _content(self, body: Element) -> Particle | None:
        model = next(body.iterchildren(*MODELS), None)
        return None if model is None else self._particle(model)

    def _particle(self, node: Element) -> Particle:
        maximum = node.get("maxOccurs", "1")
        occurs = (
            int(node.get("minOccurs", "1")),
            UNBOUNDED if maximum == "unbounded" else int(maximum),
        )
        if node.tag == f"{XS}element":
            if (ref := node.get("ref")) is not None:
                return "element", (_resolve(node, ref), None), (), *occurs
            return "element", (_name(node), self.element(node)), (), *occurs
        if node.tag == f"{XS}any":
            return "any", _wildcard(node), (), *occurs
        model = node
        if node.tag == f"{XS}group":
            model = next(self._referred(node, "group").iterchildren(*MODELS))
        parts = [
            self._particle(part) for part in model.iterchildren(*MODELS, f"{XS}element", f"{XS}any")
        ]
        return _simplified(etree.QName(model).localname, parts, *occurs)

    def _referred(self, node: Element, kind: str) -> Element:
        return self._global[kind, _resolve(node, node.get("ref", ""))]


def _simplified(kind: str, parts: list[Particle], minimum: int, maximum: int) -> Particle:
    flat: list[Particle] = []
    for part in parts:
        flat.extend(part[2] if part[0] == kind and part[3:] == (1, 1) else [part])
    if len(flat) == 1:
        inner, detail, below, *occurs = flat[0]
        if (minimum, maximum) == (1, 1):
            return flat[0]
        if occurs == [1, 1]:
            return inner, detail, below, minimum, maximum
    if kind == "choice":
        flat.sort(key=repr)
    return kind, None, tuple(flat), minimum, maximum


def _kind(node: Element) -> str:
    kind = etree.QName(node).localname
    return "type" if kind in ("complexType", "simpleType") else kind


def _wildcard(node: Element) -> Any:
    return node.get("namespace", "##any"), node.get("processContents", "strict"), _target(node)


def _target(node: Element) -> str:
    return node.getroottree().getroot().get("targetNamespace", "")


def _name(node: Element) -> str:
    """The name of a declaration; that of a local one is qualified where the schema says so."""
    kind = etree.QName(node).localname
    schema = node.getroottree().getroot()
    form = node.get("form", schema.get(f"{kind}FormDefault", "unqualified"))
    if node.getparent() is schema or form == "qualified":
        return f"{{{_target(node)}}}{node.get('name')}"
    return node.get("name", "")


def _resolve(node: Element, name: str) -> str:
    prefix, colon, local = name.rpartition(":")
    if prefix == "xml":
        return f"{{http://www.w3.org/XML/1998/namespace}}{local}"
    namespace = node.nsmap.get(prefix if colon else None)
    return f"{{{namespace}}}{local}"
