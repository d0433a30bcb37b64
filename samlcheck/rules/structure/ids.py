"""Rules on identifiers: are they XML names, and does each stand for one element."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, Final

import attrs
from lxml.etree import _Element as Element

from samlcheck.model import EntityDescriptor, Node
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, xml, xsd
from samlcheck.rules.rule import ATTACK, BLOCKS_LOGIN, ERROR, Hit, Place, example, hit, rule
from samlcheck.rules.sets import Members
from samlcheck.rules.structure.content import judged_root, owner_of
from samlcheck.rules.structure.table import FAMILY, TABLE
from samlcheck.rules.structure.values import names_of, values
from samlcheck.xml import Document, is_ncname, text_of
from samlcheck.xml.names import DS, DSIG11, MD, SAML, XENC, XENC11, XML, clark, display, split_clark

_GOOD: Final = (example("sp"), example("idp"), example("aggregate"), example("response"))
_BLANKS: Final = " \t\r\n"
_ID_ATTRIBUTES: Final = "//@ID | //@Id | //@id | //@xml:id"
_ENTITY: Final = clark(MD, "EntityDescriptor")
_ID_HOMES: Final = (DS, DSIG11, XENC, XENC11)
#: The attributes that have to be names: identifiers, and references to them.
_TOKENS: Final = MappingProxyType(
    {
        **names_of("ID"),
        **names_of("NCName"),
        **{
            clark(home, local): ("Id",)
            for home, locals_ in (
                (DS, ("Signature", "SignedInfo", "Reference", "SignatureValue", "Object")),
                (XENC, ("EncryptedData", "EncryptedKey")),
            )
            for local in locals_
        },
    }
)
_ID_REFERENCE: Final = clark(SAML, "AssertionIDRef")


@attrs.frozen(kw_only=True, eq=False, repr=False)
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


@rule(
    "xml-invalid-id-token",
    on=Document,
    severity=ERROR,
    cites=[core("1.3.4"), xsd("3.3.8")],
    tags=[BLOCKS_LOGIN],
    bad=[example("sp", ('ID="_5d3c0b7e', 'ID="5d3c0b7e'))],
    good=_GOOD,
)
def invalid_id_token(document: Document, case: Case) -> Iterator[Hit]:
    """An ID is not an XML name.

    An ID, and a reference to one such as InResponseTo, begins with a letter or an underscore and
    holds letters, digits, and the signs . - _ alone.

    Why: schema-validating receivers refuse the document, and signatures that refer to such an ID
    cannot be resolved by some libraries. IDs made from a bare UUID begin with a digit half of the
    time, so the fault comes and goes.
    Fix: Let the software put an underscore before each ID that it makes.
    """
    root = judged_root(document, case)
    if root is None:
        return
    for element, name, text in values(root, _TOKENS):
        if is_ncname(text):
            continue
        row = TABLE.get(str(element.tag))
        field = None if row is None else row.fields.get(name)
        if not text.strip() and field is not None and field.told_by:
            continue
        yield hit(
            element,
            f'{display(name)} of {display(str(element.tag))} "{text}" {_token_problem(text)}',
            attribute=name,
            expected="a name that begins with a letter or an underscore",
            actual=text,
            owner=owner_of(case),
        )
    for element in root.iter(_ID_REFERENCE):
        text = text_of(element).strip(_BLANKS)
        if not is_ncname(text):
            yield hit(
                element,
                f'saml:AssertionIDRef "{text}" {_token_problem(text)}',
                owner=owner_of(case),
            )


def _token_problem(text: str) -> str:
    if not text.strip():
        return "is empty"
    if is_ncname(text.strip(_BLANKS)):
        return "has white space around it"
    if text[0].isdigit():
        return "begins with a digit, which no XML ID does"
    return "is not an XML name"


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
    if root is None or any(item.document is document for item in case.decrypted):
        return
    trees = [root, *(item.document.root for item in case.decrypted if item.document is not None)]
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
        owner=owner_of(case),
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
    if element.tag == _ENTITY:
        return element
    return next(element.iterancestors(_ENTITY), None)


RULES = (
    invalid_id_token,
    duplicate_id,
)
