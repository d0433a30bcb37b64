"""Rules on identifiers: are they XML names, and does each stand for one element."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, Final

import attrs
from lxml.etree import _Element as Element

from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, xml, xsd
from samlcheck.rules.rule import ATTACK, BLOCKS_LOGIN, ERROR, Hit, Place, example, hit, rule
from samlcheck.rules.structure.content import judged_root, owner_of
from samlcheck.rules.structure.table import FAMILY, TABLE
from samlcheck.rules.structure.values import names_of, values
from samlcheck.xml import Document, is_ncname, text_of
from samlcheck.xml.names import DS, DSIG11, SAML, XENC, XENC11, XML, clark, display, split_clark

_GOOD: Final = (example("sp"), example("idp"), example("aggregate"), example("response"))
_BLANKS: Final = " \t\r\n"
_ID_ATTRIBUTES: Final = "//@ID | //@Id | //@id | //@xml:id"
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


@rule(
    "xml-duplicate-id",
    on=Document,
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
def duplicate_id(document: Document, case: Case) -> Iterator[Hit]:
    """Two elements have the same ID.

    An ID occurs once in a document. Attributes of that name on other elements count as well,
    whatever their spelling, and what was decrypted belongs to the message.

    Why: a signature refers to what it covers by its ID. With two of them, one part of a receiver
    verifies the one element while another part reads the other; forged logins are made so.
    Fix: Do not trust a message with this finding before its sender has explained it; in metadata
    give each element an ID of its own.
    """
    root = judged_root(document, case)
    if root is None or any(item.document is document for item in case.decrypted):
        return
    trees = [root, *(item.document.root for item in case.decrypted if item.document is not None)]
    found: dict[str, list[Identifier]] = {}
    for tree in trees:
        for item in () if tree is None else _identifiers(tree):
            found.setdefault(item.text, []).append(item)
    for text, (first, *others) in found.items():
        if case.kind != "message" and not any(item.genuine for item in (first, *others)):
            continue
        for other in others:
            yield hit(
                other.element,
                f'{other.words} "{text}" is also that of {display(str(first.element.tag))}',
                attribute=other.name,
                expected="an ID that no other element has",
                actual=text,
                owner=owner_of(case),
                related=[Place(first.element, None, "the first element with this ID")],
            )


RULES = (
    invalid_id_token,
    duplicate_id,
)
