"""The faults of one start tag: its syntax, its attributes, and the prefixes that it uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from samlcheck.xml.characters import first_not_in_name, is_qname
from samlcheck.xml.defect import code_point, quote
from samlcheck.xml.faults import (
    RESERVED_NAMESPACE,
    UNDECLARED_PREFIX,
    Fault,
    bad_references,
    cut_off,
)
from samlcheck.xml.names import PREFIXES, XML

XMLNS: Final = "http://www.w3.org/2000/xmlns/"
NAME: Final = r"[^ \t\r\n<>/=\"'&]++"
_S: Final = r"[ \t\r\n]"

#: A start tag whose punctuation is right; its names and values are looked at apart.
WELL_PUNCTUATED: Final = re.compile(
    rf"<({NAME})((?:{_S}++{NAME}{_S}*+={_S}*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+){_S}*+(/?)>"
)
_ATTRIBUTE: Final = re.compile(rf"({NAME}){_S}*+={_S}*+(?:\"([^\"<]*+)\"|'([^'<]*+)')")
_NAME: Final = re.compile(NAME)
_BLANKS: Final = re.compile(rf"{_S}*+")

#: Quotation marks that word processors put in place of the two that XML knows.
_TYPOGRAPHIC: Final = "\u201c\u201d\u201e\u2018\u2019\xab\xbb"


class Scope:
    """The prefixes in scope at one place of a walk; the empty prefix is the default namespace.

    Declarations are entered and left one by one, so that deep nesting costs no copies.
    """

    __slots__ = ("_bound",)

    def __init__(self) -> None:
        self._bound: dict[str, list[str]] = {"": [""], "xml": [XML]}

    def enter(self, declared: Mapping[str, str]) -> None:
        """Bring the declarations of a start tag into scope."""
        for prefix, namespace in declared.items():
            self._bound.setdefault(prefix, []).append(namespace)

    def leave(self, declared: Mapping[str, str]) -> None:
        """Take the declarations of an element out of scope."""
        for prefix in declared:
            self._bound[prefix].pop()

    def namespace(self, prefix: str) -> str | None:
        """Return the namespace name that a prefix is bound to."""
        bound = self._bound.get(prefix)
        return bound[-1] if bound else None


def punctuation_fault(text: str, start: int) -> Fault:
    """Return what is wrong with a start tag that is not well punctuated."""
    match = _NAME.match(text, start + 1)
    if match is None:
        return _not_a_tag(text, start)
    name, position = match[0], match.end()
    if not is_qname(name):
        return _bad_name(match, 0, "element")
    while True:
        blank = _BLANKS.match(text, position)
        spaced = blank is not None and blank.end() > position
        position = blank.end() if blank is not None else position
        if position >= len(text):
            return cut_off(text, f"the start tag of {quote(name)}")
        attribute = _NAME.match(text, position)
        if attribute is None:
            return _stray(text, position, name)
        if not spaced:
            return Fault(
                position,
                f"There is no white space before the attribute {quote(attribute[0])} of the "
                f"element {quote(name)}.",
            )
        if not is_qname(attribute[0]):
            return _bad_name(attribute, 0, "attribute")
        fault, position = _value_fault(text, attribute.end(), name, attribute[0])
        if fault is not None:
            return fault


def _not_a_tag(text: str, start: int) -> Fault:
    """Return the fault of a ``<`` that no name follows."""
    if start + 1 >= len(text):
        return cut_off(text, "a tag")
    return Fault(
        start,
        f'The "<" in {quote(text[start : start + 20])} does not start a tag; as a character it '
        "has to be written &lt;.",
        expected="&lt;",
        actual="<",
    )


def _bad_name(match: re.Match[str], group: int, what: str) -> Fault:
    """Return the fault of a name, pointing at the character that spoils it where one does."""
    name, start = match[group], match.start(group)
    offset = first_not_in_name(name)
    if offset is None:  # a digit first, or a colon too many
        return Fault(start, f"{quote(name)} is not an {what} name.", actual=name)
    character = name[offset]
    looks = ", which looks like white space but is none to XML" if character.isspace() else ""
    return Fault(
        start + offset,
        f"The {what} name {quote(name)} has the character {code_point(character)}{looks}.",
        actual=code_point(character),
    )


def _stray(text: str, position: int, name: str) -> Fault:
    """Return the fault of a character that belongs to no attribute of a start tag."""
    found = text[position]
    if found == "<":
        return Fault(
            position,
            f'The start tag of {quote(name)} is not closed with ">" before the next "<".',
            expected=">",
            actual="<",
        )
    return Fault(
        position,
        f"The start tag of {quote(name)} has a stray {quote(found)} where an attribute or the "
        "end of the tag is expected.",
        actual=found,
    )


def _value_fault(text: str, position: int, name: str, attribute: str) -> tuple[Fault | None, int]:
    """Return the fault of an attribute's value, or None and the offset behind it."""
    which = f"the attribute {quote(attribute)} of the element {quote(name)}"
    position = _skip(text, position)
    if text[position : position + 1] not in ("=", ""):
        return Fault(position, f"{_capital(which)} has no value.", expected='="..."'), position
    position = _skip(text, position + 1)
    if position >= len(text):
        return cut_off(text, which), position
    mark = text[position]
    if mark not in "\"'":
        seen = text[position : position + 20]
        kind = "in typographic quotes" if mark in _TYPOGRAPHIC else "not in quotes"
        return Fault(
            position,
            f"The value of {which} is {kind}: {quote(seen)}.",
            expected="\" or '",
            actual=mark,
        ), position
    close = text.find(mark, position + 1)
    tag = text.find("<", position + 1, close if close >= 0 else len(text))
    if tag >= 0:
        return Fault(
            tag,
            f'The value of {which} contains "<"; either its closing quote is missing or the '
            "character has to be written &lt;.",
            expected=f"{mark} or &lt;",
            actual="<",
        ), position
    if close < 0:
        return cut_off(text, f"the value of {which}"), position
    return None, close + 1


def _skip(text: str, position: int) -> int:
    """Return the offset behind the white space at an offset."""
    blank = _BLANKS.match(text, position)
    return position if blank is None else blank.end()


def _capital(phrase: str) -> str:
    """Return a phrase as the start of a sentence."""
    return phrase[0].upper() + phrase[1:]


def content_faults(match: re.Match[str], scope: Scope) -> tuple[dict[str, str], list[Fault]]:
    """Return the declarations of a well-punctuated start tag, now in scope, and its faults."""
    text = match.string
    attributes = list(_ATTRIBUTE.finditer(text, *match.span(2)))
    faults = list(_name_faults(match, attributes))
    declared: dict[str, str] = {}
    for attribute in attributes:
        if "&" in attribute[0]:
            faults.extend(bad_references(text, *attribute.span()))
        if attribute[1] == "xmlns" or attribute[1].startswith("xmlns:"):
            prefix = attribute[1][6:]
            declared[prefix] = attribute[2] if attribute[2] is not None else attribute[3]
            faults.extend(_declaration_faults(attribute.start(), prefix, declared[prefix]))
    scope.enter(declared)
    faults.extend(_prefix_faults(match, attributes, scope))
    faults.extend(_duplicates(match[1], attributes, scope))
    return declared, faults


def _name_faults(match: re.Match[str], attributes: list[re.Match[str]]) -> Iterator[Fault]:
    """Yield the faults of names that are none."""
    if not is_qname(match[1]):
        yield _bad_name(match, 1, "element")
    for attribute in attributes:
        if not is_qname(attribute[1]):
            yield _bad_name(attribute, 1, "attribute")


def _declaration_faults(offset: int, prefix: str, namespace: str) -> Iterator[Fault]:
    """Yield the faults of a namespace declaration (Namespaces in XML 1.0, section 3)."""
    name = f'"xmlns:{prefix}"' if prefix else '"xmlns"'
    if prefix and not namespace:
        yield Fault(offset, f"The declaration {name} has an empty namespace name.", actual='""')
    if prefix == "xmlns" or namespace == XMLNS:
        text = f"The declaration {name} uses what is reserved for xmlns itself."
        yield Fault(offset, text, rule=RESERVED_NAMESPACE)
    elif (prefix == "xml") != (namespace == XML):
        yield Fault(
            offset,
            f"The declaration {name} binds the reserved prefix xml to another namespace, or "
            "its namespace to another prefix.",
            rule=RESERVED_NAMESPACE,
            actual=namespace,
        )


def _prefix_faults(
    match: re.Match[str], attributes: list[re.Match[str]], scope: Scope
) -> Iterator[Fault]:
    """Yield the faults of prefixes that no declaration in scope binds."""
    for item, what in ((match, "element"), *((attribute, "attribute") for attribute in attributes)):
        prefix, colon, _ = item[1].partition(":")
        if not colon or scope.namespace(prefix) is not None:
            continue
        if prefix == "xmlns" and what == "attribute":
            continue
        if prefix == "xmlns":
            text = f"The element {quote(item[1])} uses the prefix xmlns, which is reserved."
            yield Fault(item.start(1), text, rule=UNDECLARED_PREFIX, actual=item[1])
            continue
        usual = next((uri for uri, known in PREFIXES.items() if known == prefix), "...")
        yield Fault(
            item.start(1),
            f'The {what} {quote(item[1])} uses the prefix {quote(prefix)}, which no "xmlns:'
            f'{prefix}" declares on it or around it.',
            rule=UNDECLARED_PREFIX,
            expected=f'xmlns:{prefix}="{usual}"',
            actual=item[1],
        )


def _duplicates(element: str, attributes: list[re.Match[str]], scope: Scope) -> Iterator[Fault]:
    """Yield the faults of attributes that an element has twice, by name or by namespace."""
    seen: dict[tuple[str, str], str] = {}
    for attribute in attributes:
        name = attribute[1]
        prefix, colon, local = name.rpartition(":")
        key = ((scope.namespace(prefix) or prefix) if colon else "", local)
        if prefix == "xmlns":
            key = (XMLNS, local)
        if key not in seen:
            seen[key] = name
            continue
        also = "" if seen[key] == name else f", the first time written {quote(seen[key])}"
        yield Fault(
            attribute.start(),
            f"The element {quote(element)} has the attribute {quote(name)} twice{also}.",
            actual=name,
        )
