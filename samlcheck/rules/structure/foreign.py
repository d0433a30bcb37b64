"""Content of extensions that the schemas let pass, although SAML keeps its own namespaces out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import EntityDescriptor, Extensions, OpaqueExtension, ProtocolMessage
from samlcheck.rules.case import Case
from samlcheck.rules.rule import Hit, hit
from samlcheck.rules.structure.meant import FAMILY
from samlcheck.rules.structure.units import Unit, element_of, sender
from samlcheck.xml.names import MD, SAML, SAMLP, clark, display, split_clark

#: By the namespace of the extension point: those of SAML that the schema does not keep out there.
_PASSED: Final = {MD: (SAML, SAMLP), SAMLP: (SAML, MD)}
#: Elements that may have attributes of other namespaces.
_OPEN: Final = (clark(SAML, "Attribute"), clark(SAML, "SubjectConfirmationData"))


def saml_content(unit: Unit, case: Case) -> Iterator[Hit]:
    """Yield the elements and attributes of SAML that stand in the place of extensions."""
    if isinstance(unit, EntityDescriptor):
        yield from _in_extensions(unit.extensions, case)
        for role in unit.roles:
            yield from _in_extensions(role.extensions, case)
    elif case.kind == "message":
        element = element_of(unit, case)
        if element is None:
            return
        if isinstance(unit, ProtocolMessage) and unit.extensions is not None:
            for child in unit.extensions.iterchildren("*"):
                yield from _element(child, case)
        for part in element.iter(*_OPEN):
            yield from _attributes(part, case)


def _in_extensions(extensions: Extensions | None, case: Case) -> Iterator[Hit]:
    for item in () if extensions is None else extensions.items:
        if isinstance(item, OpaqueExtension):
            yield from _element(item.element, case)


def _attributes(part: Element, case: Case) -> Iterator[Hit]:
    for name in map(str, part.keys()):
        if name.startswith("{") and split_clark(name)[0] in FAMILY:
            yield hit(
                part,
                f"{display(str(part.tag))} has the attribute {display(name)}, which is in a "
                "namespace of SAML itself",
                attribute=name,
                expected="an attribute of another namespace",
                owner=sender(case),
            )


def _element(child: Element, case: Case) -> Iterator[Hit]:
    holder = child.getparent()
    home = "" if holder is None else str(holder.tag)
    if split_clark(str(child.tag))[0] in _PASSED.get(split_clark(home)[0], ()):
        yield hit(
            child,
            f"{display(str(child.tag))} stands in {display(home)}, which is for elements of other "
            "namespaces than those of SAML",
            expected="an element of another namespace",
            owner=sender(case),
        )
