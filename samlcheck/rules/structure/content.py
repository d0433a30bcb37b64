"""What the structure table says of the children of one element: missing, misplaced, meant."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from lxml.etree import _Element as Element

from samlcheck.rules.structure.meant import FAMILY, XSI_TYPE, stands_for
from samlcheck.rules.structure.rows import Row, Slot
from samlcheck.rules.structure.table import TABLE
from samlcheck.xml.names import clark, display


def row_of(element: Element) -> Row | None:
    """Return what holds for an element; None where the schemas of SAML say nothing.

    An xsi:type of SAML's own leads to the row of that type, any other leads out of the table.
    """
    row = TABLE.get(str(element.tag))
    if row is None or row.open:
        return None
    written = element.get(XSI_TYPE)
    if written is None:
        return row
    prefix, _, local = written.strip().rpartition(":")
    namespace = element.nsmap.get(prefix or None)
    if namespace not in FAMILY:
        return None
    typed = clark(namespace, local.removesuffix("Type"))
    if typed == element.tag:
        return row
    return None if row.abstract and typed not in TABLE else TABLE.get(typed, row)


def missing(element: Element, row: Row) -> Iterator[Slot]:
    """Yield the slots that have to be filled and are not."""
    present = {str(child.tag) for child in element.iterchildren("*")}
    for number, slot in enumerate(row.slots):
        if slot.required:
            filled = bool(present) if number == row.wildcard else not present.isdisjoint(slot.tags)
            if not filled and not stands_for(element, slot.tags):
                yield slot


def misplaced(element: Element, row: Row) -> tuple[list[Element], list[Element]]:
    """Return the children in order and those to move, as few of them as will do."""
    children, ranks = [], []
    for child in element.iterchildren("*"):
        rank = row.rank(str(child.tag))
        if rank is not None:
            children.append(child)
            ranks.append(rank)
    if ranks == sorted(ranks):
        return children, []
    kept = _longest_run(ranks)
    return (
        [child for number, child in enumerate(children) if number in kept],
        [child for number, child in enumerate(children) if number not in kept],
    )


def _longest_run(ranks: list[int]) -> set[int]:
    """Return the indices of a longest subsequence that never descends."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, rank in enumerate(ranks):
        place = bisect_right(tops, rank)
        tops[place : place + 1] = [rank]
        ends[place : place + 1] = [number]
        before.append(ends[place - 1] if place else -1)
    kept: set[int] = set()
    last = ends[-1] if ends else -1
    while last >= 0:
        kept.add(last)
        last = before[last]
    return kept


def parents_of(tag: str) -> list[str]:
    """Return the names of the elements in which an element may stand."""
    return [display(parent) for parent, row in TABLE.items() if tag in row.ranks]


def order_of(row: Row) -> str:
    """Return the order of a row's children in words."""
    return ", ".join(slot_words(slot) for slot in row.slots)


def slot_words(slot: Slot) -> str:
    """Return what may stand in a slot, in words."""
    return " or ".join(display(tag) for tag in slot.tags) or "elements of other namespaces"
