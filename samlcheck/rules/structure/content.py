"""What the structure table says of one element: which row, what is missing, misplaced, meant."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import Envelope, OtherMessage
from samlcheck.rules.case import Case
from samlcheck.rules.structure.rows import Row, Slot
from samlcheck.rules.structure.table import FAMILY, TABLE
from samlcheck.xml import Document
from samlcheck.xml.names import MD, PREFIXES, XSI, clark, display, split_clark

XSI_TYPE: Final = clark(XSI, "type")
_CLOSE: Final = 0.8


def judged_root(document: Document, case: Case) -> Element | None:
    """Return the root of a document whose structure this check is about, else None.

    That is the metadata in a check of metadata; in a check of a message it is the message and what
    was decrypted from it: the metadata beside it is evidence and has a check of its own.
    """
    root = document.root
    if root is None:
        return None
    namespace = split_clark(str(root.tag))[0]
    if case.kind == "metadata":
        return root if namespace == MD else None
    message = case.message
    if message is None or isinstance(message, OtherMessage):
        return None
    if document is case.message_document:
        outer = (item for item in case.carriers if not isinstance(item, Envelope))
        return next(outer, message).element
    decrypted = any(item.document is document for item in case.decrypted)
    return root if decrypted and namespace in FAMILY else None


def owner_of(case: Case) -> str | None:
    """Return who has to repair the structure: the sender; None leaves it to the place."""
    if case.kind == "metadata":
        return None
    return case.sending_owner


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


def elements(root: Element, tags: Iterable[str]) -> Iterator[tuple[Element, Row]]:
    """Yield the elements of some Clark names that the table judges, with their rows."""
    for element in root.iter(*tags):
        row = row_of(element)
        if row is not None:
            yield element, row


def meant(tag: str) -> str | None:
    """Return the SAML element that a name most likely stands for, None for a right or foreign one.

    It is one of the same local name in another namespace, or one spelt almost so.
    """
    if tag in TABLE:
        return None
    namespace, local = split_clark(tag)
    if (
        namespace
        and namespace not in FAMILY
        and (namespace in PREFIXES or "saml:2.0" not in namespace.lower())
    ):
        return None
    first = (namespace, *(home for home in FAMILY if home != namespace))
    for home in first:
        if clark(home, local) in TABLE:
            return clark(home, local)
    lower = local.lower()
    known = [name for home in first for name in TABLE if split_clark(name)[0] == home]
    for name in known:
        if split_clark(name)[1].lower() == lower:
            return name
    from difflib import get_close_matches

    locals_ = {split_clark(name)[1]: name for name in reversed(known)}
    close = get_close_matches(local, locals_, n=1, cutoff=_CLOSE)
    return locals_[close[0]] if close else None


def meant_attribute(element: Element, name: str) -> str | None:
    """Return the attribute present that is most likely meant to be a certain absent one."""
    for written in element.attrib:
        local = split_clark(str(written))[1]
        if local.lower() == name.lower() and written != name:
            return str(written)
    return None


def nearest_attribute(row: Row, local: str) -> str | None:
    """Return the attribute of a row that a wrong name most likely stands for."""
    for name in row.fields:
        if split_clark(name)[1].lower() == local.lower():
            return name
    from difflib import get_close_matches

    close = get_close_matches(local, row.fields, n=1, cutoff=_CLOSE)
    return close[0] if close else None


def stands_for(element: Element, tags: Iterable[str]) -> bool:
    """Tell whether a child is a misspelling of one of some names."""
    wanted = tuple(tags)
    return any(meant(str(child.tag)) in wanted for child in element.iterchildren("*"))


def missing(element: Element, row: Row) -> Iterator[Slot]:
    """Yield the slots that have to be filled and are not, but for those other rules tell of."""
    for number, slot in enumerate(row.slots):
        if not slot.required or slot.absence_told_by is not None:
            continue
        if number == row.wildcard:
            filled = next(element.iterchildren("*"), None) is not None
        else:
            filled = next(element.iterchildren(*slot.tags), None) is not None
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
