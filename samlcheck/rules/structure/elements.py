"""Rules on the structure of SAML elements: the right ones, in the right order.

The structure table holds what the schemas demand; these rules say it in words. What has a rule of
its own (no endpoint, no Status, no Issuer) is left to that rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import attrs
from lxml.etree import _Element as Element

from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation
from samlcheck.rules.rule import BLOCKS_LOGIN, ERROR, Hit, Place, example, hit, rule
from samlcheck.rules.structure.content import (
    elements,
    judged_root,
    meant,
    misplaced,
    missing,
    order_of,
    owner_of,
    row_of,
    slot_words,
)
from samlcheck.rules.structure.faults import faults, sound
from samlcheck.rules.structure.table import FAMILY, TABLE
from samlcheck.xml import Document
from samlcheck.xml.names import SAML, clark, display

_SCHEMAS: Final = Citation(
    "SAML 2.0 schemas", None, "https://docs.oasis-open.org/security/saml/v2.0/"
)
#: The elements that have to hold something that no other rule asks for.
_DEMANDING: Final = tuple(
    tag
    for tag, row in TABLE.items()
    if any(slot.required and slot.absence_told_by is None for slot in row.slots)
)
#: The elements whose children have an order.
_ORDERED: Final = tuple(tag for tag, row in TABLE.items() if len(row.slots) > 1)
#: An assertion's Subject has rules of its own.
_SUBJECT: Final = clark(SAML, "Subject")
_ASSERTION: Final = clark(SAML, "Assertion")
_ANY: Final = tuple(f"{{{namespace}}}*" for namespace in FAMILY)

#: Forged shapes break the schema too; they have better names.
_ATTACKS: Final = (
    "xsw-*",
    "xml-attribute-pollution",
    "xml-lookalike-element",
    "xml-mixed-content-value",
    "response-foreign-message-inside",
    "message-wrapping-request",
    "status-elsewhere",
)
_LOGOUT: Final = (
    '<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
    'Location="https://sp.example.org/saml/slo"/>'
)
_LAST_FORMAT: Final = "nameid-format:transient</md:NameIDFormat>"
_GOOD: Final = (example("sp"), example("idp"), example("aggregate"), example("response"))


@rule(
    "xsd-missing-required-child",
    on=Document,
    severity=ERROR,
    cites=[_SCHEMAS],
    tags=[BLOCKS_LOGIN],
    unless=_ATTACKS,
    bad=[example("sp", ("<md:SPSSODescriptor ", "<md:Extensions/>\n  <md:SPSSODescriptor "))],
    good=_GOOD,
)
def missing_required_child(document: Document, case: Case) -> Iterator[Hit]:
    """An element lacks a child element that it must have.

    Each SAML element is compared with the schema of SAML 2.0. Elements whose absence has a rule of
    its own, such as endpoints, roles, Status or Issuer, are left to that rule.

    Why: software that validates against the schema refuses the whole document, and other software
    fails later, where it needs what is missing.
    Fix: Add the element named, or remove the one that is incomplete.
    """
    root = judged_root(document, case)
    if root is None:
        return
    for element in root.iter(_SUBJECT):
        parent = element.getparent()
        if not len(element) and (parent is None or parent.tag != _ASSERTION):
            yield hit(
                element,
                "saml:Subject is empty, but has to name somebody",
                expected="saml:NameID",
                owner=owner_of(case),
            )
    for element, row in elements(root, _DEMANDING):
        for slot in missing(element, row):
            name = display(str(element.tag))
            words = slot_words(slot)
            yield hit(
                element,
                f"{name} holds no {words}, but it has to",
                expected=words if slot.once else f"{words}, at least once",
                owner=owner_of(case),
            )


@rule(
    "xsd-child-order",
    on=Document,
    severity=ERROR,
    cites=[_SCHEMAS],
    tags=[BLOCKS_LOGIN],
    unless=_ATTACKS,
    bad=[
        example("sp", (_LOGOUT, ""), (_LAST_FORMAT, f"{_LAST_FORMAT}\n    {_LOGOUT}")),
    ],
    good=_GOOD,
)
def child_order(document: Document, case: Case) -> Iterator[Hit]:
    """The child elements of an element stand in the wrong order.

    The schemas of SAML 2.0 fix the order of child elements. The finding names the element that
    has to move, and the whole order.

    Why: software that validates against the schema refuses the whole document, although nothing
    is missing; other software reads it, so the mistake shows up only with some partners.
    Fix: Move the element named to its place in the order shown.
    """
    root = judged_root(document, case)
    if root is None:
        return
    for element, row in elements(root, _ORDERED):
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
            yield hit(
                child,
                f"{name} has to stand {where} {display(str(other.tag))}",
                expected=f"in {display(str(element.tag))} the order {order_of(row)}",
                owner=owner_of(case),
                related=[Place(other, None, f"{name} has to stand {where} this")],
            )


@rule(
    "xsd-core-invalid",
    on=Document,
    severity=ERROR,
    cites=[_SCHEMAS],
    tags=[BLOCKS_LOGIN],
    unless=_ATTACKS,
    bad=[
        example("sp", ("md:SingleLogoutService", "md:SingleLogOutService")),
        example("sp", ('isDefault="true"/>', 'isdefault="true"/>')),
        example("sp", ("<md:ServiceName ", "Library<md:ServiceName ")),
    ],
    good=_GOOD,
)
def core_invalid(document: Document, case: Case) -> Iterator[Hit]:
    """An element or attribute is not what the schemas of SAML allow there.

    Reported are elements that SAML does not know or does not allow in that place, elements that
    occur too often, text between elements, attributes that do not exist or are absent, and values
    that are not of their type. For a misspelt name the right one is given.

    Why: software that validates against the schema refuses the whole document; other software
    silently passes over what it does not know, so that a misspelt setting has no effect.
    Fix: Correct the name or the place shown; for extensions use md:Extensions and a namespace.
    """
    root = judged_root(document, case)
    if root is None:
        return
    owner = owner_of(case)
    found: Iterable[Hit]
    for element in root.iter(*_ANY):
        row = TABLE.get(str(element.tag))
        if row is None:
            found = _unknown(element) if element is not root else ()
        elif row.open or sound(element, row):
            continue
        else:
            typed = row_of(element)
            found = () if typed is None else faults(element, typed)
        for fault in found:
            yield fault if owner is None else attrs.evolve(fault, owner=owner)


def _unknown(element: Element) -> Iterator[Hit]:
    """Yield the finding on an element that SAML does not have."""
    name, right = display(str(element.tag)), meant(str(element.tag))
    yield hit(
        element,
        f"SAML has no element {name}" + (f"; {display(right)} is meant" if right else ""),
        expected=None if right is None else display(right),
        actual=name,
    )


RULES = (
    missing_required_child,
    child_order,
    core_invalid,
)
