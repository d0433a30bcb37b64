"""Rules on identifiers: are they XML names, and does each stand for one element."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lxml.etree import _Element as Element

from samlcheck.model import EntityDescriptor, Envelope, Node, OtherMessage
from samlcheck.records import frozen
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, xml
from samlcheck.rules.rule import ATTACK, BLOCKS_LOGIN, ERROR, Hit, Place, example, hit, rule
from samlcheck.rules.sets import Members
from samlcheck.rules.structure.meant import FAMILY
from samlcheck.rules.structure.units import sender
from samlcheck.xml import Document
from samlcheck.xml.names import DS, DSIG11, MD, XENC, XENC11, XML, clark, display, split_clark

_GOOD: Final = (example("sp"), example("idp"), example("aggregate"), example("response"))
_ID_ATTRIBUTES: Final = "//@ID | //@Id | //@id | //@xml:id"
_ENTITY: Final = clark(MD, "EntityDescriptor")
_ID_HOMES: Final = (DS, DSIG11, XENC, XENC11)


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
    decrypted = case.is_decrypted(document)
    return root if decrypted and namespace in FAMILY else None


@frozen(kw_only=True, eq=False, repr=False)
class Identifier:
    """An attribute that identifies an element, or that a careless verifier takes for one."""

    element: Element
    name: str
    text: str
    #: Whether the schemas make it an identifier; any other ID, Id or id is only called so.
    genuine: bool

    @property
    def words(self) -> str:
        """Name it, to start a sentence with."""
        return f"The {display(self.name)} of {display(str(self.element.tag))}"


def _identifiers(root: Element) -> Iterator[Identifier]:
    """Yield the attributes ID, Id, id and xml:id of a tree, in document order."""
    found: Any = root.xpath(_ID_ATTRIBUTES)
    for value in found:
        element, name = value.getparent(), str(value.attrname)
        namespace = split_clark(str(element.tag))[0]
        genuine = (
            name == clark(XML, "id")
            or (name == "ID" and namespace in FAMILY)
            or (name == "Id" and namespace in _ID_HOMES)
        )
        yield Identifier(element=element, name=name, text=str(value), genuine=genuine)


def _ids(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    """Yield the IDs of an entity and its roles."""
    for node in (entity, *entity.roles, entity.affiliation):
        found = None if node is None else node.element.get("ID")
        if found is not None:
            yield found, Place(node)


@rule(
    "xml-duplicate-id",
    on=(Document, Members),
    facts=_ids,
    severity=ERROR,
    cites=[xml("3.3.1"), core("1.3.4")],
    tags=[ATTACK, BLOCKS_LOGIN],
    bad=[
        example(
            "aggregate",
            ("_5d3c0b7e9a1f4628b6e47c2d8f01a935", "_c81e47b02f9d4a53a7d60e1b39f5c284"),
        )
    ],
    good=_GOOD,
)
def duplicate_id(judged: Document | Members, case: Case) -> Iterator[Hit]:
    """Two elements have the same ID.

    An ID occurs once in a document. Attributes of that name on other elements count as well,
    whatever their spelling, and what was decrypted belongs to the message.

    Why: a signature refers to what it covers by its ID. With two of them, one part of a receiver
    verifies the one element while another part reads the other; forged logins are made so.
    Fix: Do not trust a message with this finding before its sender has explained it; in metadata
    give each element an ID of its own.
    """
    if isinstance(judged, Members):
        nodes = [member.place.subject for member in judged]
        elements = [node.element for node in nodes if isinstance(node, Node)]
        for element in elements[1:]:
            yield _duplicate(elements[0], element, "ID", judged.key, case)
        return
    document = judged
    root = judged_root(document, case)
    if root is None or case.is_decrypted(document):
        return
    if not case.opened and case.kind == "message" and case.ids(root).all_differ:
        return
    trees = [root, *(item.document.root for item in case.opened if item.document is not None)]
    found: dict[str, list[Identifier]] = {}
    for tree in trees:
        for item in () if tree is None else _identifiers(tree):
            found.setdefault(item.text, []).append(item)
    for text, items in found.items():
        if len(items) < 2 or (case.kind != "message" and not any(i.genuine for i in items)):
            continue
        for first, other in _clashes(items):
            yield _duplicate(first.element, other.element, other.name, text, case)


def _duplicate(first: Element, other: Element, name: str, text: str, case: Case) -> Hit:
    return hit(
        other,
        f'The {display(name)} of {display(str(other.tag))} "{text}" is also that of '
        f"{display(str(first.tag))}",
        attribute=name,
        expected="an ID that no other element has",
        actual=text,
        owner=sender(case),
        related=[Place(first, None, "the first element with this ID")],
    )


def _clashes(items: list[Identifier]) -> Iterator[tuple[Identifier, Identifier]]:
    """Yield pairs of one ID, but not those in different entities, which are compared as a set."""
    outside = [item for item in items if _entity_around(item.element) is None]
    first: dict[Element, Identifier] = {}
    for item in items:
        home = _entity_around(item.element)
        if outside:
            before = outside[0]
        elif home is not None:
            before = first.setdefault(home, item)
        if item is not before:
            yield before, item


def _entity_around(element: Element) -> Element | None:
    """Return the outermost entity that an element is part of, or is."""
    found = element if element.tag == _ENTITY else None
    for ancestor in element.iterancestors(_ENTITY):
        found = ancestor
    return found


RULES = (duplicate_id,)
