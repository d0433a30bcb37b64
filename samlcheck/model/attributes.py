"""saml:Attribute and its values, shared by metadata and assertions (SAML Core 2.7.3.1)."""

from __future__ import annotations

from typing import ClassVar

import attrs
from lxml.etree import _Element as Element

from samlcheck.model.node import Node, Text
from samlcheck.xml import Lexical, parse_boolean, text_of
from samlcheck.xml.names import SAML, XSI, clark

_ATTRIBUTE_VALUE = clark(SAML, "AttributeValue")
_NIL = clark(XSI, "nil")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AttributeValue(Text):
    """saml:AttributeValue; `nil` tells xsi:nil, `complex` that it has child elements."""

    nil: bool
    complex: bool


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Attribute(Node):
    """saml:Attribute in an assertion, in entity attributes or as an IdP's offer."""

    part_names: ClassVar[tuple[str, ...]] = ("values",)

    name: str | None
    name_format: str | None
    friendly_name: str | None
    values: tuple[AttributeValue, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RequestedAttribute(Attribute):
    """md:RequestedAttribute (SAML Metadata 2.4.4.2)."""

    is_required: Lexical[bool] | None

    @property
    def required(self) -> bool:
        """Tell whether isRequired is true; absent means false."""
        return self.is_required is not None and self.is_required.value is True


def _values(element: Element) -> tuple[AttributeValue, ...]:
    values = []
    for child in element.iterchildren(_ATTRIBUTE_VALUE):
        nil = child.get(_NIL)
        values.append(
            AttributeValue(
                element=child,
                text=text_of(child),
                nil=nil is not None and parse_boolean(nil).value is True,
                complex=next(child.iterchildren("*"), None) is not None,
            )
        )
    return tuple(values)


def build_attribute(element: Element) -> Attribute:
    """Return the saml:Attribute at an element."""
    return Attribute(
        element=element,
        name=element.get("Name"),
        name_format=element.get("NameFormat"),
        friendly_name=element.get("FriendlyName"),
        values=_values(element),
    )


def build_requested_attribute(element: Element) -> RequestedAttribute:
    """Return the md:RequestedAttribute at an element."""
    required = element.get("isRequired")
    return RequestedAttribute(
        element=element,
        name=element.get("Name"),
        name_format=element.get("NameFormat"),
        friendly_name=element.get("FriendlyName"),
        values=_values(element),
        is_required=None if required is None else parse_boolean(required),
    )
