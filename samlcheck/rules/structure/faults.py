"""Everything that is wrong with the structure of an element, with the rule that tells of it.

The schemas decide whether something is wrong. What is said about the children of SAML elements
comes from the structure table, which knows what is meant; the rest is made from the error of the
schema validator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.rules.rule import ERROR, Hit, hit, personal
from samlcheck.rules.structure.children import Fault, child_faults
from samlcheck.rules.structure.content import row_of
from samlcheck.rules.structure.errors import CONTENT, Problem, problems_around, problems_in
from samlcheck.rules.structure.extensions import told_of
from samlcheck.rules.structure.language_tags import language_doubt
from samlcheck.rules.structure.lexical import wrong_value
from samlcheck.rules.structure.meant import ROLE_ATTRIBUTES, XSI_TYPE, closest, meant_attribute
from samlcheck.rules.structure.table import TABLE
from samlcheck.rules.structure.translation import content_fault, other_fault, slug_of
from samlcheck.xml import is_ncname, parse_datetime, text_of
from samlcheck.xml.names import SAML, XML, clark, display, split_clark

_LANG: Final = clark(XML, "lang")
#: What stands in these elements is not read, so that no other rule tells of it.
_ASIDE: Final = (clark(SAML, "Advice"), clark(SAML, "Evidence"))
_ASSERTION: Final = clark(SAML, "Assertion")
_ATTRIBUTE_VALUE: Final = clark(SAML, "AttributeValue")
#: Values that break their type, and the texts of elements that do.
_VALUES: Final = (
    "SCHEMAV_CVC_DATATYPE",
    "SCHEMAV_CVC_ENUMERATION",
    "SCHEMAV_CVC_FACET",
    "SCHEMAV_CVC_LENGTH",
    "SCHEMAV_CVC_MAX",
    "SCHEMAV_CVC_MIN",
    "SCHEMAV_CVC_PATTERN",
)
_BY_TYPE: Final = {
    "boolean": "xsd-boolean-lexical",
    "ID": "xml-invalid-id-token",
    "NCName": "xml-invalid-id-token",
}
#: URIs that cannot be right are told of by these rules.
_ADDRESSES: Final = {
    "Location": "ep-location-not-url",
    "ResponseLocation": "ep-location-not-url",
    "entityID": "eid-not-absolute-uri",
}
#: The elements that have settings.
_SETTLED: Final = tuple(
    tag
    for tag, row in TABLE.items()
    if not row.fields.keys().isdisjoint(("protocolSupportEnumeration", "entityID"))
)


def faults_in(element: Element, *, private: bool, without: tuple[str, ...] = ()) -> Iterator[Fault]:
    """Yield what is wrong in an element; the hit is None where another rule tells of it.

    `private` masks the texts of elements, as they hold what is known of a person. Children of the
    names `without` are judged by themselves, elsewhere.
    """
    told: set[Element] = set()
    for problem in problems_around(element, without) if without else problems_in(element):
        if problem.kind == CONTENT:
            parent = problem.element.getparent() if problem.unexpected else None
            holder = problem.element if parent is None else parent
            if holder not in told:
                told.add(holder)
                yield from _content(holder, problem, private=private)
        elif problem.attribute is None and not problem.kind.startswith(_VALUES):
            yield other_fault(problem, private=private)
        else:
            yield from _value(problem, private=private)


def _content(holder: Element, problem: Problem, *, private: bool) -> Iterator[Fault]:
    row = row_of(holder)
    faults = [] if row is None else list(child_faults(holder, row, message=private))
    if faults and not _is_read(holder):
        faults = [fault for fault in faults if fault.hit is not None]
    if faults or not problem.message:
        yield from faults
    else:
        yield content_fault(problem, message=private)


def _is_read(element: Element) -> bool:
    """Tell whether other rules look at an element."""
    above = [str(item.tag) for item in element.iterancestors()]
    if any(item in _ASIDE for item in above):
        return False
    return split_clark(str(element.tag))[0] != SAML or _ASSERTION in (str(element.tag), *above)


def _value(problem: Problem, *, private: bool) -> Iterator[Fault]:
    """Yield the fault of an attribute, or of an element's text that breaks its type."""
    element, name = problem.element, problem.attribute
    row = row_of(element)
    field = None if row is None or name is None else row.fields.get(name)
    told = told_of(str(element.tag), name or "") if field is None else field.told_by
    if private and element.tag == _ATTRIBUTE_VALUE and _misdeclared(problem):
        told = "attr-value-type"
    elif name is not None and element.get(name):
        if problem.kind.startswith(_VALUES) and "xs:anyURI" in problem.message:
            told = None if field is None else _ADDRESSES.get(name)
        elif field is not None and field.type in ("ID", "NCName"):
            told = None
    if told is not None and _is_read(element):
        yield Fault(told, None)
    elif name is not None and element.get(name) is None:
        yield from _lacking(element, name)
    elif problem.kind.startswith(_VALUES):
        yield _broken(problem, private=private)
    elif name is not None:
        yield _unknown_attribute(element, name, (_LANG,) if row is None else row.fields)


def _misdeclared(problem: Problem) -> bool:
    """Tell whether a value is not of the type that it declares, or declares none that is known."""
    if problem.attribute is None:
        return True
    return problem.attribute == XSI_TYPE and "no corresponding namespace" in problem.message


def _lacking(element: Element, name: str) -> Iterator[Fault]:
    if meant_attribute(element, split_clark(name)[1]) is not None:
        return  # the misspelt one is told of
    words = f"{display(str(element.tag))} has no {display(name)}, but it has to"
    slug = "xsd-lang-missing" if name == _LANG else slug_of(str(element.tag), name)
    yield Fault(
        slug, hit(element, words, attribute=name, expected=f"the attribute {display(name)}")
    )


def _broken(problem: Problem, *, private: bool) -> Fault:
    element, name = problem.element, problem.attribute
    text = text_of(element) if name is None else element.get(name, "")
    wrong = wrong_value(text, problem.message)
    slug = _BY_TYPE.get(wrong.type) or slug_of(str(element.tag), name)
    if name == _LANG:
        return Fault("xsd-lang-invalid", _language_hit(element, text))
    if wrong.type == "ID" and is_ncname(text):
        return Fault("xml-duplicate-id", None)
    if wrong.type == "dateTime" and name is not None and parse_datetime(text).value is not None:
        return Fault("xsd-datetime-not-utc", None)
    home = display(str(element.tag))
    shown = personal(text) if private and name is None else text
    return Fault(
        slug,
        hit(
            element,
            f'{display(name)} of {home} "{shown}" {wrong.problem}'
            if name is not None
            else f'{home} "{shown}" {wrong.problem}',
            attribute=name,
            expected=wrong.expected,
            actual=shown,
        ),
    )


def _language_hit(element: Element, text: str) -> Hit:
    doubt = language_doubt(text)
    meant = None if doubt is None else doubt.meant
    return hit(
        element,
        f'The xml:lang "{text}" of {display(str(element.tag))} is not a language tag'
        + (f"; {meant} is meant" if meant else ""),
        attribute=_LANG,
        expected=meant or "a language tag such as en or pt-BR",
        actual=text,
        severity=ERROR,
    )


def _unknown_attribute(element: Element, name: str, fields: Iterable[str]) -> Fault:
    local, tag = split_clark(name)[1], str(element.tag)
    told = told_of(tag, local)
    if told is not None:
        return Fault(told, None)
    if name in ROLE_ATTRIBUTES and tag in _SETTLED:
        return Fault("role-attr-on-wrong-element", None)
    right = closest(local, {split_clark(field)[1]: field for field in fields})
    message = f"{display(tag)} has the attribute {display(name)}, "
    message += "which it must not have" if right is None else f"where {display(right)} is meant"
    return Fault(
        slug_of(tag, name),
        hit(
            element,
            message,
            attribute=name,
            expected=None if right is None else display(right),
            actual=display(name),
        ),
    )
