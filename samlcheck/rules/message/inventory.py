"""What names a tree has: taken down once, for rules on names that hardly ever find one."""

from __future__ import annotations

from typing import NamedTuple

from lxml.etree import _Element as Element

from samlcheck.rules.case import Case


class Inventory(NamedTuple):
    """The different names of a tree, as Clark names.

    `nestings` pairs the names of parent and child, `attributes` the names of an element and of all
    its attributes.
    """

    tags: frozenset[str]
    nestings: frozenset[tuple[str, str]]
    attributes: frozenset[tuple[str, tuple[str, ...]]]


def inventory(root: Element, case: Case) -> Inventory:
    """Return the names in a tree, for `Case.once`; comments and instructions have none."""
    nestings: set[tuple[str, str]] = set()
    attributes: set[tuple[str, tuple[str, ...]]] = set()
    tags: dict[Element, str] = {}
    for element in root.iter("*"):
        tag = tags[element] = str(element.tag)
        keys = element.keys()
        if keys:
            attributes.add((tag, tuple(map(str, keys))))
        parent = element.getparent()
        if parent is not None and element is not root:
            nestings.add((tags[parent], tag))
    return Inventory(frozenset(tags.values()), frozenset(nestings), frozenset(attributes))
