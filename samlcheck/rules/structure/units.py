"""The parts of a document whose structure is judged by itself, and what is wrong with each.

An aggregate is judged entity by entity, and what stands around the entities by itself: one broken
entity among ten thousand costs no more than itself, and a stream has one entity at a time. What
is valid by the schemas is not looked at any further.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Final

import attrs
from lxml import etree
from lxml.etree import _Element as Element

from samlcheck.model import (
    Assertion,
    EntitiesDescriptor,
    EntityDescriptor,
    Envelope,
    ProtocolMessage,
)
from samlcheck.rules.case import Case
from samlcheck.rules.decrypting import Decrypted
from samlcheck.rules.rule import Hit
from samlcheck.rules.structure.meant import FAMILY
from samlcheck.xml.names import MD, clark, split_clark
from samlcheck.xml.schema import schema_errors, shell_of

if TYPE_CHECKING:
    from samlcheck.rules.structure.children import Fault

Unit = EntityDescriptor | EntitiesDescriptor | ProtocolMessage | Assertion | Decrypted
#: What rules on structure judge.
UNITS: Final = (
    EntityDescriptor,
    EntitiesDescriptor,
    ProtocolMessage,
    Assertion,
    Decrypted,
)
_MEMBER: Final = (
    f'<EntityDescriptor xmlns="{MD}" entityID="urn:x"><AffiliationDescriptor '
    'affiliationOwnerID="urn:x"><AffiliateMember>urn:x</AffiliateMember></AffiliationDescriptor>'
    "</EntityDescriptor>"
)
_MEMBERS: Final = (clark(MD, "EntityDescriptor"), clark(MD, "EntitiesDescriptor"))


def told(unit: Unit, case: Case, rule: str) -> Iterator[Hit]:
    """Yield what a rule has to tell of a unit."""
    for fault in case.once(faults_of, unit):
        if fault.rule == rule and fault.hit is not None:
            yield fault.hit


def faults_of(unit: Unit, case: Case) -> tuple[Fault, ...]:
    """Return everything that is wrong with the structure of a unit."""
    element = element_of(unit, case)
    if element is None:
        return ()
    group = isinstance(unit, EntitiesDescriptor)
    if _envelope_valid(element) if group else case.schema_valid(element):
        return ()
    from samlcheck.rules.structure.faults import faults_in

    private, without = case.kind == "message", _MEMBERS if group else ()
    found = faults_in(element, private=private, without=without)
    owner = sender(case)
    return tuple(
        fault
        if fault.hit is None or owner is None
        else fault._replace(hit=attrs.evolve(fault.hit, owner=owner))
        for fault in found
    )


def element_of(unit: Unit, case: Case) -> Element | None:
    """Return the element of a unit; None for what is part of a unit that holds it."""
    if isinstance(unit, Decrypted):
        root = None if unit.document is None else unit.document.root
        return root if root is not None and split_clark(str(root.tag))[0] in FAMILY else None
    if case.kind == "message":
        outer = (item for item in case.carriers if not isinstance(item, Envelope))
        return unit.element if unit is next(outer, case.message) else None
    return unit.element


def _envelope_valid(group: Element) -> bool:
    """Tell whether an aggregate is valid, with a stand-in for the members that follow another."""
    shell = shell_of(group)
    inside = False
    for child in group.iterchildren("*"):
        if child.tag not in _MEMBERS:
            shell.append(deepcopy(child))
            inside = False
        elif not inside:
            shell.append(etree.fromstring(_MEMBER))
            inside = True
    return schema_errors(shell) == ()


def sender(case: Case) -> str | None:
    """Return who has to repair the structure: the sender; None leaves it to the place."""
    return case.sending_owner if case.kind == "message" else None
