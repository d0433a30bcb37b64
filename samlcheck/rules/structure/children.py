"""What is wrong with the children of one SAML element, by the structure table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml.etree import _Element as Element

from samlcheck.rules.rule import Hit, Place, hit
from samlcheck.rules.structure.content import (
    misplaced,
    missing,
    order_of,
    parents_of,
    slot_words,
)
from samlcheck.rules.structure.extensions import told_of_child
from samlcheck.rules.structure.meant import FAMILY, meant
from samlcheck.rules.structure.rows import Row
from samlcheck.rules.structure.table import TABLE
from samlcheck.xml.names import MD, SAML, SAMLP, clark, display, split_clark

_AFFILIATION: Final = clark(MD, "AffiliationDescriptor")
_EXTENSIONS: Final = (clark(MD, "Extensions"), clark(SAMLP, "Extensions"))
_SUBJECT: Final = clark(SAML, "Subject")
_ASSERTION: Final = clark(SAML, "Assertion")


class Fault(NamedTuple):
    """Something wrong: the rule that tells of it, and in which words; None: it has its own."""

    rule: str
    hit: Hit | None


def child_faults(element: Element, row: Row, *, message: bool) -> Iterator[Fault]:
    """Yield what is wrong with the children of an element: missing, misplaced, not allowed.

    `message` says that a message is judged, for which there are other rules than for metadata.
    """
    yield from _missing(element, row)
    if len(row.slots) > 1:
        yield from _misplaced(element, row)
    seen: dict[int, list[Element]] = {}
    for child in element.iterchildren("*"):
        rank = row.rank(str(child.tag))
        if rank is None:
            yield _not_allowed(child, element, row, message=message)
        elif row.slots[rank].once:
            seen.setdefault(rank, []).append(child)
    yield from _surplus(element, row, seen)
    if _AFFILIATION in row.ranks and element.find(_AFFILIATION) is not None:
        yield Fault("ent-affiliation-with-role", None)


def _missing(element: Element, row: Row) -> Iterator[Fault]:
    name = display(str(element.tag))
    if element.tag == _SUBJECT and not len(element):
        parent = element.getparent()
        if parent is not None and parent.tag == _ASSERTION:
            yield Fault("subject-missing", None)
        else:
            words = f"{name} is empty, but has to name somebody"
            yield Fault("xsd-missing-required-child", hit(element, words, expected="saml:NameID"))
    for slot in missing(element, row):
        if slot.absence_told_by is not None:
            yield Fault(slot.absence_told_by, None)
            continue
        words = slot_words(slot)
        empty = element.tag in _EXTENSIONS
        yield Fault(
            "xsd-empty-extensions" if empty else "xsd-missing-required-child",
            hit(
                element,
                f"{name} is empty" if empty else f"{name} holds no {words}, but it has to",
                expected=words if slot.once else f"{words}, at least once",
            ),
        )


def _misplaced(element: Element, row: Row) -> Iterator[Fault]:
    kept, moved = misplaced(element, row)
    told = set()
    for child in moved:
        if child.tag in told:
            continue
        told.add(child.tag)
        rank = row.rank(str(child.tag)) or 0
        after = [item for item in kept if (row.rank(str(item.tag)) or 0) <= rank]
        before = [item for item in kept if (row.rank(str(item.tag)) or 0) > rank]
        late = before and element.index(child) > element.index(before[0])
        other = before[0] if late else after[-1]
        name, where = display(str(child.tag)), "before" if late else "after"
        yield Fault(
            "xsd-child-order",
            hit(
                child,
                f"{name} has to stand {where} {display(str(other.tag))}",
                expected=f"in {display(str(element.tag))} the order {order_of(row)}",
                related=[Place(other, None, f"{name} has to stand {where} this")],
            ),
        )


def _not_allowed(child: Element, element: Element, row: Row, *, message: bool) -> Fault:
    """Return the fault of a child that must not stand in an element."""
    tag, parent = str(child.tag), display(str(element.tag))
    namespace, local = split_clark(tag)
    right, name = meant(tag), display(tag)
    expected = None if right is None else display(right)
    told = told_of_child(child, message=message)
    if told is not None:
        return Fault(told, None)
    if namespace in FAMILY and tag not in TABLE:
        words = f"SAML has no element {name}" + (f"; {expected} is meant" if right else "")
        return Fault("xsd-core-invalid", hit(child, words, expected=expected, actual=name))
    if right in row.ranks:
        home = f"the namespace {namespace!r}" if namespace else "no namespace"
        words = f"{local} is in {home}; {expected} is meant"
        return Fault("xsd-core-invalid", hit(child, words, expected=expected, actual=name))
    if row.wildcard is not None:
        where = "no namespace" if not namespace else "a namespace of SAML itself"
        words = f"{name} in {parent} is in {where}"
        expected = "an element of another namespace"
        return Fault("xsd-extension-unqualified", hit(child, words, expected=expected))
    if row.text is not None:
        expected = "text alone"
    elif tag in TABLE:
        expected = "inside " + " or ".join(parents_of(tag))
    elif _EXTENSIONS[0] in row.ranks or _EXTENSIONS[1] in row.ranks:
        expected = f"inside the Extensions of {parent}"
    words = f"{name} must not stand in {parent}"
    return Fault("xsd-core-invalid", hit(child, words, expected=expected, actual=name))


def _surplus(element: Element, row: Row, seen: dict[int, list[Element]]) -> Iterator[Fault]:
    for rank, children in seen.items():
        slot = row.slots[rank]
        if len(children) < 2:
            continue
        if slot.surplus_told_by is not None:
            yield Fault(slot.surplus_told_by, None)
            continue
        words = (
            f"{display(str(element.tag))} holds {len(children)} times {slot_words(slot)}, "
            "where once is allowed"
        )
        yield Fault(
            "xsd-core-invalid",
            hit(
                children[1],
                words,
                expected="1",
                actual=str(len(children)),
                related=[Place(children[0], None, "the first one")],
            ),
        )
