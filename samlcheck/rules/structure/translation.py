"""Errors of the schema validator in plain words, where the structure table has none."""

from __future__ import annotations

from typing import Final

from lxml.etree import _Element as Element

from samlcheck.rules.rule import Hit, hit, personal
from samlcheck.rules.structure.children import Fault
from samlcheck.rules.structure.errors import UNKNOWN, Problem
from samlcheck.rules.structure.extensions import is_extension, told_of, told_of_child
from samlcheck.rules.structure.meant import XSI_TYPE, closest
from samlcheck.xml import text_of
from samlcheck.xml.names import display, split_clark

_OTHER: Final = "an element of another namespace"
_NIL: Final = "SCHEMAV_CVC_ELT_3"
_TYPED: Final = "SCHEMAV_CVC_ELT_4"
_ABSTRACT: Final = "SCHEMAV_CVC_TYPE_2"
_EMPTY: Final = "because the content type is empty"
_MOST_NAMES: Final = 8


def slug_of(*names: str | None) -> str:
    """Return the rule that tells of an error in an element or attribute without one of its own."""
    extension = any(name is not None and is_extension(name) for name in names)
    return "xsd-extension-invalid" if extension else "xsd-core-invalid"


def allowed(message: str) -> list[str]:
    """Return the Clark names, and ``_OTHER``, that an error says may stand in a place."""
    _, found, rest = message.partition("Expected is ")
    if not found:
        return []
    names = rest.partition("( ")[2].rpartition(" )")[0].split(", ")
    return [_OTHER if "*" in name or name.startswith("##") else name for name in names if name]


def words(names: list[str]) -> str:
    """Return names in words."""
    shown = [name if name == _OTHER else display(name) for name in names[:_MOST_NAMES]]
    return " or ".join(shown) + (" or others" if len(names) > _MOST_NAMES else "")


def content_fault(problem: Problem, *, message: bool) -> Fault:
    """Return the fault of an element whose children are not those that its schema wants.

    `message` says that a message is judged, for which there are other rules than for metadata.
    """
    element = problem.element
    if problem.unexpected:
        told = told_of_child(element, message=message)
    else:
        told = told_of(str(element.tag), "")
    if told is not None:
        return Fault(told, None)
    names = allowed(problem.message)
    if problem.unexpected:
        return _unexpected(element, names)
    wanted = words(names)
    slug = slug_of(str(element.tag))
    return Fault(
        "xsd-missing-required-child" if slug == "xsd-core-invalid" else slug,
        hit(
            element,
            f"{display(str(element.tag))} holds no {wanted}, but it has to",
            expected=wanted,
        ),
    )


def _unexpected(element: Element, names: list[str]) -> Fault:
    """Return the fault of a child where only those of some names may stand."""
    parent = element.getparent()
    home = str(element.tag if parent is None else parent.tag)
    name, local = display(str(element.tag)), split_clark(str(element.tag))[1]
    right = closest(local, {split_clark(item)[1]: item for item in names if item != _OTHER})
    if right is not None and right != element.tag:
        text = f"{name} must not stand in {display(home)}; {display(right)} is meant"
        expected = display(right)
    else:
        text = f"{name} must not stand in this place in {display(home)}"
        expected = words(names) or "nothing more"
    return Fault(slug_of(home), hit(element, text, expected=expected, actual=name))


def other_fault(problem: Problem, *, private: bool) -> Fault:
    """Return the fault of text, or of an xsi:type or xsi:nil, where it must not be."""
    element, kind = problem.element, problem.kind
    name = display(str(element.tag))
    slug = slug_of(str(element.tag))
    if kind == _ABSTRACT or kind.startswith(_TYPED):
        return Fault(slug, _type_hit(problem))
    if kind.startswith(_NIL):
        message = f"{name} has xsi:nil, but is not empty or may not have it"
        return Fault(slug, hit(element, message, attribute=problem.attribute))
    if problem.kind == UNKNOWN:
        told = told_of_child(element, message=private)
        if told is not None:
            return Fault(told, None)
        message = f"The namespace of {name} has no element of that name"
        return Fault(slug, hit(element, message, actual=name))
    if "Element content is not allowed" in problem.message:
        message = f"{name} holds elements, but only text may stand in it"
        return Fault(slug, hit(element, message, expected="text alone"))
    shown = text_of(element).strip()
    expected = "nothing" if _EMPTY in problem.message else "elements alone"
    if not shown:
        message = f"{name} holds white space, but has to be empty"
        return Fault(slug, hit(element, message, expected=f"<{name} .../>"))
    if private:
        shown = personal(shown)
    message = f'The text "{shown}" stands in {name}, which holds no text'
    return Fault(slug, hit(element, message, expected=expected, actual=shown))


def _type_hit(problem: Problem) -> Hit:
    element = problem.element
    name, written = display(str(element.tag)), element.get(XSI_TYPE)
    if written is None:
        message = f"{name} does not say of which type it is"
        return hit(element, message, attribute=XSI_TYPE, expected="an xsi:type")
    return hit(
        element,
        f'The xsi:type "{written}" of {name} is not a type that it can have',
        attribute=XSI_TYPE,
        actual=written,
    )
