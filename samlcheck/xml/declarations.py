"""The namespace declarations of a tree, each with the element that has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

#: Schemes of nearly all namespace names.
USUAL: Final = ("urn:", "http:", "https:")


def declarations(root: Element) -> Iterator[tuple[Element, str, str]]:
    """Yield each namespace declaration of a tree: its element, the prefix, the namespace name."""
    declared: list[tuple[str, str]] = []
    for event, item in etree.iterwalk(root, events=("start-ns", "start")):
        if event == "start-ns":
            declared.append(item)
            continue
        for prefix, name in declared:
            yield item, prefix, name
        declared.clear()
