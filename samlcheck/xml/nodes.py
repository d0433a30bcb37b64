"""Text and path of an element; the one way in which the project reads either."""

from __future__ import annotations

from collections import Counter

from lxml import etree
from lxml.etree import _Element as Element

from samlcheck.xml.names import PREFIXES, split_clark


def text_of(element: Element) -> str:
    """Return all character data directly inside an element, in order.

    Comments, processing instructions and child elements are left out with their content, and
    the text on their two sides is joined, as a canonicalizing verifier reads it.
    """
    text = element.text or ""
    if len(element):
        return text + "".join(child.tail or "" for child in element)
    return text


def splits(element: Element) -> list[Element]:
    """Return the comments, processing instructions and child elements that split the text."""
    return list(element)


def xpath_of(element: Element) -> str:
    """Return the path from the root, as people write it.

    Names carry the conventional prefix of their namespace, or the element's own prefix where
    no convention is known, or else are written with local-name(). A position is given only
    where siblings share the name. Comments and processing instructions have a path too.
    """
    return PathIndex().xpath(element)


class PathIndex:
    """The paths of many elements; the siblings of each are looked at once.

    It keeps the nodes that it has seen alive, so it is to live no longer than one run.
    """

    __slots__ = ("_steps",)

    def __init__(self) -> None:
        self._steps: dict[Element | None, dict[Element, str]] = {}

    def xpath(self, element: Element) -> str:
        """Return the path of a node, as ``xpath_of`` does."""
        steps: list[str] = []
        node, parent = element, element.getparent()
        while parent is not None:
            found = self._steps.get(parent)
            if found is None:
                found = self._steps[parent] = _steps(list(parent))
            steps.append(found[node])
            node, parent = parent, parent.getparent()
        top = self._steps.get(None)
        if top is None or node not in top:
            beside = [*node.itersiblings(preceding=True)][::-1], [*node.itersiblings()]
            top = self._steps[None] = _steps([*beside[0], node, *beside[1]])
        steps.append(top[node])
        return "/" + "/".join(reversed(steps))


def _steps(siblings: list[Element]) -> dict[Element, str]:
    """Return the location step of each node; a position only where several pass the same test."""
    tests = [_node_test(node) for node in siblings]
    kinds = Counter(kind for node in siblings for kind in _kinds(node))
    seen: Counter[object] = Counter()
    steps = {}
    for node, (test, kind) in zip(siblings, tests, strict=True):
        seen.update(_kinds(node))
        steps[node] = test if kinds[kind] == 1 else f"{test}[{seen[kind]}]"
    return steps


def _node_test(node: Element) -> tuple[str, object]:
    """Return the XPath node test of a node, and the kind of node that passes it."""
    tag: object = node.tag
    if tag is etree.Comment:
        return "comment()", tag
    if not isinstance(tag, str):
        return "processing-instruction()", tag
    namespace, local = split_clark(tag)
    if not namespace:
        return local, tag
    prefix = PREFIXES.get(namespace)
    if prefix is None and node.prefix not in PREFIXES.values():
        prefix = node.prefix
    if prefix is None:
        return f"*[local-name()='{local}']", ("any", local)
    return f"{prefix}:{local}", tag


def _kinds(node: Element) -> tuple[object, object]:
    """Return the kinds that a node counts among: its name, and its local name in any namespace."""
    tag: object = node.tag
    return tag, ("any", split_clark(tag)[1] if isinstance(tag, str) else tag)
