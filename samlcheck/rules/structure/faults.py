"""What the schemas of SAML do not allow in one element: children, text, attributes, values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.rules.rule import Hit, Place, hit, personal
from samlcheck.rules.structure.content import (
    XSI_TYPE,
    meant,
    meant_attribute,
    nearest_attribute,
    parents_of,
    slot_words,
)
from samlcheck.rules.structure.rows import Row
from samlcheck.rules.structure.table import FAMILY, TABLE
from samlcheck.xml import parse_datetime, parse_unsigned_short
from samlcheck.xml.names import DS, MD, XSI, clark, display, split_clark

_SIGNATURE: Final = clark(DS, "Signature")
_EXTENSIONS: Final = clark(MD, "Extensions")
_BLANKS: Final = " \t\r\n"

#: Attributes of entities and roles: `role-attr-on-wrong-element` tells where one is misplaced.
ROLE_ATTRIBUTES: Final = (
    "WantAuthnRequestsSigned",
    "AuthnRequestsSigned",
    "WantAssertionsSigned",
    "protocolSupportEnumeration",
    "errorURL",
    "entityID",
)


def _instant_problem(text: str) -> str | None:
    read = parse_datetime(text)
    return read.problem if read.value is None else None


def _count_problem(text: str) -> str | None:
    digits = text.strip(_BLANKS).removeprefix("+")
    return None if digits.isascii() and digits.isdigit() else "is not a count: 0, 1, 2 and so on"


#: What is wrong with a value, by type; the types that are not here have rules of their own.
_PROBLEMS: Final[Mapping[str, Callable[[str], str | None]]] = MappingProxyType(
    {
        "dateTime": _instant_problem,
        "nonNegativeInteger": _count_problem,
        "unsignedShort": lambda text: parse_unsigned_short(text).problem,
    }
)


def sound(element: Element, row: Row) -> bool:
    """Tell quickly that an element has no faults; False means that they have to be looked for."""
    names = element.keys()
    fields = row.fields
    for name in names:
        field = fields.get(str(name))
        if field is None or (field.type in _PROBLEMS and field.told_by is None):
            return False
    for name in row.needed:
        if name not in names:
            return False
    text_allowed = row.mixed or row.text is not None
    if not text_allowed and element.text and (row.empty or element.text.strip(_BLANKS)):
        return False
    if not len(element):
        return not row.abstract
    return not (row.abstract or text_allowed) and _sound_children(element, row)


def _sound_children(element: Element, row: Row) -> bool:
    ranks, slots, seen = row.ranks, row.slots, set()
    for child in element:
        rank = ranks.get(child.tag)
        if rank is None or rank in seen:
            return False
        if slots[rank].once:
            seen.add(rank)
        if child.tail and child.tail.strip(_BLANKS):
            return False
    return True


def faults(element: Element, row: Row) -> Iterator[Hit]:
    """Yield what the schema does not allow in an element."""
    name = display(str(element.tag))
    if row.abstract and element.get(XSI_TYPE) is None:
        yield hit(
            element,
            f"{name} does not say of which type it is",
            attribute=XSI_TYPE,
            expected="an xsi:type",
        )
    if len(element):
        yield from _child_faults(element, row)
    if row.text is None and not row.mixed:
        yield from _text_faults(element, row)
    yield from _attribute_faults(element, row)


def _child_faults(element: Element, row: Row) -> Iterator[Hit]:
    seen: dict[int, list[Element]] = {}
    for child in element.iterchildren("*"):
        rank = row.rank(str(child.tag))
        if rank is None:
            yield from _not_allowed(child, element, row)
        elif row.slots[rank].once:
            seen.setdefault(rank, []).append(child)
    for rank, children in seen.items():
        slot = row.slots[rank]
        if len(children) > 1 and slot.surplus_told_by is None:
            yield hit(
                children[1],
                f"{display(str(element.tag))} holds {len(children)} times {slot_words(slot)}, "
                "where once is allowed",
                expected="1",
                actual=str(len(children)),
                related=[Place(children[0], None, "the first one")],
            )


def _not_allowed(child: Element, element: Element, row: Row) -> Iterator[Hit]:
    """Yield the finding on a child that must not stand in an element."""
    tag, parent = str(child.tag), display(str(element.tag))
    namespace, local = split_clark(tag)
    if (namespace in FAMILY and tag not in TABLE) or tag == _SIGNATURE:
        return  # told of elsewhere: an element that does not exist, a misplaced signature
    message, expected = f"{display(tag)} must not stand in {parent}", None
    right = meant(tag)
    if right is not None:
        home = f"the namespace {namespace!r}" if namespace else "no namespace"
        message, expected = f"{local} is in {home}; {display(right)} is meant", display(right)
    elif row.text is not None:
        expected = "text alone"
    elif tag in TABLE:
        expected = "inside " + " or ".join(parents_of(tag))
    elif _EXTENSIONS in row.ranks:
        expected = f"inside the md:Extensions of {parent}"
    yield hit(child, message, expected=expected, actual=display(tag))


def _text_faults(element: Element, row: Row) -> Iterator[Hit]:
    """Yield the finding on text where only elements may stand, or nothing at all."""
    pieces = [element.text, *(child.tail for child in element)] if len(element) else [element.text]
    text = "".join(str(piece) for piece in pieces if piece)
    shown = text.strip(_BLANKS)
    if shown:
        if split_clark(str(element.tag))[0] != MD:
            shown = personal(shown)
        yield hit(
            element,
            f'The text "{shown}" stands in {display(str(element.tag))}, which holds no text',
            expected="elements alone" if row.slots else "nothing",
            actual=shown,
        )
    elif text and row.empty:
        yield hit(
            element,
            f"{display(str(element.tag))} holds white space, but has to be empty",
            expected=f"<{display(str(element.tag))} .../>",
        )


def _attribute_faults(element: Element, row: Row) -> Iterator[Hit]:
    names = [str(name) for name in element.keys()]  # noqa: SIM118 - an element is no dictionary
    for name in row.needed:
        if name not in names and meant_attribute(element, name) is None:
            yield hit(
                element,
                f"{display(str(element.tag))} has no {display(name)}, but it has to",
                attribute=name,
                expected=f"the attribute {display(name)}",
            )
    for name in names:
        field = row.fields.get(name)
        if field is None:
            yield from _unknown_attribute(element, row, name)
        elif field.told_by is None and field.type in _PROBLEMS:
            text = element.get(name) or ""
            problem = _PROBLEMS[field.type](text)
            if problem is not None:
                yield hit(
                    element,
                    f'{display(name)} of {display(str(element.tag))} "{text}" {problem}',
                    attribute=name,
                    expected=f"an xs:{field.type}",
                    actual=text,
                )


def _unknown_attribute(element: Element, row: Row, name: str) -> Iterator[Hit]:
    namespace, local = split_clark(name)
    home = split_clark(str(element.tag))[0]
    if namespace == XSI or (namespace and namespace != home and row.foreign_attributes):
        return
    if not namespace and home == MD and local in ROLE_ATTRIBUTES:
        return
    right = nearest_attribute(row, local)
    message = f"{display(str(element.tag))} has the attribute {display(name)}, "
    message += "which SAML does not allow" if right is None else f"where {display(right)} is meant"
    yield hit(
        element,
        message,
        attribute=name,
        expected=None if right is None else display(right),
        actual=display(name),
    )
