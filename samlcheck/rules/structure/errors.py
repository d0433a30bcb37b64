"""All that the schemas say against an element, also what libxml2 passes over behind an error.

Behind a child that must not stand where it stands, libxml2 looks at nothing more in that parent.
What it passed over is validated by itself, so that one run finds everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml.etree import _Element as Element

from samlcheck.rules.structure.extensions import EXTENSIONS
from samlcheck.rules.structure.meant import FAMILY, XSI_TYPE
from samlcheck.xml.names import DS, DSIG11, EXC_C14N, XENC, XENC11, XS, split_clark
from samlcheck.xml.schema import SchemaError, element_at, schema_errors, shell_of

CONTENT: Final = "SCHEMAV_ELEMENT_CONTENT"
UNKNOWN: Final = "SCHEMAV_CVC_ELT_1"
_UNKNOWN_TYPE: Final = "SCHEMAV_CVC_ELT_4_2"
_ABSTRACT: Final = "SCHEMAV_CVC_TYPE_2"
_ATTRIBUTE: Final = re.compile(r"Element '[^']*', attribute '([^']*)': ")
#: Stray parts of a signature or of encrypted data are not looked into.
_STRAY: Final = (DS, XENC)
_XML_SECURITY: Final = (DS, DSIG11, XENC, XENC11, EXC_C14N)
_LACKING: Final = re.compile(r"The attribute '([^']*)' is required but missing")


class Problem(NamedTuple):
    """One error: the element, the attribute if it is about one, the kind, libxml2's own words."""

    element: Element
    attribute: str | None
    kind: str
    message: str

    @property
    def unexpected(self) -> bool:
        """Whether a child must not stand where it stands."""
        return self.kind == CONTENT and "not expected" in self.message


def problems_in(element: Element) -> Iterator[Problem]:
    """Yield everything that the schemas say against an element and what is in it."""
    errors = schema_errors(element)
    if errors is None:
        yield from problems_around(element)
        return
    typed = {error.path for error in errors if error.kind.startswith("SCHEMAV_CVC_ELT_4")}
    for error in errors:
        at = element_at(element, error.path)
        if error.kind == UNKNOWN and (error.path.count("/") == 1 or not _is_known(at)):
            for child in at.iterchildren("*"):
                yield from problems_in(child)
        elif error.kind == _UNKNOWN_TYPE and _is_foreign_type(at):
            yield from _in_foreign_type(at)
        elif error.kind != _ABSTRACT or error.path not in typed:
            problem = _problem(at, error)
            yield problem
            if problem.unexpected and at is not element:  # its place could be told
                stray = split_clark(str(at.tag))[0] in _STRAY
                for skipped in (*(() if stray else (at,)), *at.itersiblings("*")):
                    yield from problems_in(skipped)


def _problem(element: Element, error: SchemaError) -> Problem:
    found = _ATTRIBUTE.match(error.message) or _LACKING.search(error.message)
    return Problem(element, found[1] if found else None, error.kind, error.message)


def _is_foreign_type(element: Element) -> bool:
    """Tell whether xsi:type names a type of a namespace that is not SAML's or XML Schema's."""
    prefix, _, _ = (element.get(XSI_TYPE) or "").strip().rpartition(":")
    return element.nsmap.get(prefix or None) not in (*FAMILY, XS, None)


def _is_known(element: Element) -> bool:
    """Tell whether an element is of a namespace whose schema comes with the package."""
    return split_clark(str(element.tag))[0] in (*FAMILY, *_XML_SECURITY, *EXTENSIONS)


def _in_foreign_type(element: Element) -> Iterator[Problem]:
    """Yield what is wrong inside an element whose type nobody here knows."""
    for child in element.iterchildren("*"):
        if split_clark(str(child.tag))[0] in FAMILY:
            yield from problems_in(child)


def problems_around(element: Element, without: tuple[str, ...] = ()) -> Iterator[Problem]:
    """Yield the same piece by piece: the element, then each child, but for those of some names.

    Whether the children are the right ones is left to the reader: the last problem of the element
    itself is of the kind ``CONTENT`` and has no message.
    """
    for error in schema_errors(shell_of(element)) or ():
        if error.kind not in (CONTENT, UNKNOWN):
            yield _problem(element, error)
    yield Problem(element, None, CONTENT, "")
    for child in element.iterchildren("*"):
        if child.tag not in without:
            yield from problems_in(child)
