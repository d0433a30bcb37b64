"""Small changes of a document, each of which may make it valid or invalid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial

from lxml import etree
from lxml.etree import _Element as Element

Edit = Callable[[Element], None]

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
XML = "{http://www.w3.org/XML/1998/namespace}"

#: At least one value inside and one outside of each simple type of the schemas.
VALUES = (
    "",
    " ",
    "x",
    " x ",
    "x y",
    "0",
    "1",
    "-1",
    "+17",
    "1.5",
    "65536",
    "true",
    "TRUE",
    "AAAA",
    "AA AA",
    "AAA",
    "0a",
    "2026-01-20T00:00:00Z",
    "2026-01-20T00:00:00.5+14:00",
    "2026-01-20",
    "2026-02-30T00:00:00Z",
    "24:00:00",
    "P1D",
    "-P1Y2M",
    "P1S",
    "urn:x",
    "http://[",
    "a:b",
    "%",
    "åäö",
    "en-US",
    "en_US",
    "preserve",
    "signing",
    "technical",
    "exact",
    "Permit",
    "x" * 1024,
    "x" * 1025,
)

#: Attributes that are added to every element.
ADDED = (
    ("unknown", "x"),
    ("ID", "_new"),
    ("Id", "_new"),
    ("{urn:example:other}added", "x"),
    (f"{XML}lang", "en"),
    (f"{XML}lang", "not a language"),
    (f"{XML}space", "collapse"),
    (f"{XML}id", "_new"),
    (f"{XML}unknown", "x"),
    ("{http://refeds.org/metadata}contactType", "http://["),
    (f"{XSI}nil", "true"),
    (f"{XSI}type", "xs:string"),
    (f"{XSI}type", "saml:NameIDType"),
    (f"{XSI}type", "md:IDPSSODescriptorType"),
    (f"{XSI}type", "md:unknown"),
    (f"{XSI}schemaLocation", "urn:example:other other.xsd"),
)


def edits(element: Element) -> Iterator[tuple[str, Edit]]:
    """Every edit of this element that this module knows, with a label.

    An edit takes the element that it changes, so that it can be applied to a copy.
    """
    yield from _moves(element)
    yield from _names(element)
    yield "insert an unknown element", partial(_append, f"{_namespace(element)}unknown")
    yield "insert a foreign element", partial(_append, "{urn:example:other}Added")
    yield "insert an element without namespace", partial(_append, "added")
    if len(element):
        yield "insert text", partial(_set_text, "text")
        yield "empty", _empty
    else:
        for value in VALUES:
            yield f"text {value[:40]!r}", partial(_set_text, value)
    for name in element.attrib:
        yield f"drop attribute {name}", partial(_drop_attribute, str(name))
        yield f"rename attribute {name}", partial(_rename_attribute, str(name))
        for value in VALUES:
            yield f"attribute {name} {value[:40]!r}", partial(_set_attribute, str(name), value)
    for name, value in ADDED:
        yield f"add attribute {name} {value!r}", partial(_set_attribute, name, value)


def graft(donor: Element, place: int, *, replace: bool) -> Edit:
    """An edit that puts a copy of another element among the children, or in place of one."""
    return partial(_graft, donor, place, replace)


def declare_prefixes(root: Element) -> Element:
    """A copy of a document that declares the prefixes that ADDED uses in values."""
    scope = {
        **{prefix: name for prefix, name in root.nsmap.items() if prefix},
        "xs": "http://www.w3.org/2001/XMLSchema",
        "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
        "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    }
    copy = etree.Element(root.tag, dict(root.attrib), nsmap=scope)
    copy.text = root.text
    copy.extend(deepcopy(child) for child in root)
    return copy


def _moves(element: Element) -> Iterator[tuple[str, Edit]]:
    if element.getparent() is None:
        return
    yield "drop", _drop
    yield "double", partial(_double, fresh=True)
    yield "double with its identifiers", partial(_double, fresh=False)
    if element.getnext() is not None:
        yield "swap with the next", _swap
    if len(element):
        yield "dissolve", _dissolve
    yield "nest in itself", _nest


def _names(element: Element) -> Iterator[tuple[str, Edit]]:
    local = etree.QName(element).localname
    yield "rename", partial(_rename, f"{_namespace(element)}unknown")
    yield "rename to another namespace", partial(_rename, f"{{urn:example:other}}{local}")
    yield "rename to no namespace", partial(_rename, local)
    previous = element.getprevious()
    if previous is not None and isinstance(previous.tag, str):
        yield "rename as the previous", partial(_rename, previous.tag)


def _namespace(element: Element) -> str:
    return f"{{{etree.QName(element).namespace}}}"


def _drop(element: Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


def _double(element: Element, *, fresh: bool) -> None:
    copy = deepcopy(element)
    for number, part in enumerate(copy.iter() if fresh else ()):
        for name in ("ID", "Id"):
            if name in part.attrib:
                part.set(name, f"{part.get(name)}_{number}")
    element.addnext(copy)


def _swap(element: Element) -> None:
    following = element.getnext()
    assert following is not None
    following.addnext(element)


def _dissolve(element: Element) -> None:
    for child in list(element):
        element.addprevious(child)
    _drop(element)


def _nest(element: Element) -> None:
    element.insert(0, deepcopy(element))


def _rename(tag: str, element: Element) -> None:
    element.tag = tag


def _append(tag: str, element: Element) -> None:
    etree.SubElement(element, tag)


def _empty(element: Element) -> None:
    del element[:]
    element.text = None


def _set_text(text: str, element: Element) -> None:
    element.text = text


def _set_attribute(name: str, value: str, element: Element) -> None:
    element.set(name, value)


def _drop_attribute(name: str, element: Element) -> None:
    del element.attrib[name]


def _rename_attribute(name: str, element: Element) -> None:
    value = element.attrib.pop(name)
    element.set("renamed", value)


def _graft(donor: Element, place: int, replace: bool, element: Element) -> None:
    at = place % (len(element) + 1)
    if replace and at < len(element):
        element[at] = deepcopy(donor)
    else:
        element.insert(at, deepcopy(donor))
