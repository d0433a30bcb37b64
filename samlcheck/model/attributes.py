"""saml:Attribute and its values, shared by metadata and assertions (SAML Core 2.7.3.1)."""

from __future__ import annotations

from typing import ClassVar

from samlcheck.model.lazy import Lazy, attribute, children, typed
from samlcheck.model.node import Lean, Node, Text
from samlcheck.xml import parse_boolean
from samlcheck.xml.names import SAML, XSI, clark

_ATTRIBUTE_VALUE = clark(SAML, "AttributeValue")
_NIL = clark(XSI, "nil")


def _is_nil(node: Node) -> bool:
    nil = node.element.get(_NIL)
    return nil is not None and parse_boolean(nil).value is True


class AttributeValue(Text):
    """saml:AttributeValue; `nil` tells xsi:nil, `complex` that it has child elements."""

    nil = Lazy(_is_nil)
    complex = Lazy[bool](lambda node: next(node.element.iterchildren("*"), None) is not None)


class Attribute(Lean):
    """saml:Attribute in an assertion, in entity attributes or as an IdP's offer."""

    part_names: ClassVar[tuple[str, ...]] = ("values",)

    name = attribute("Name")
    name_format = attribute("NameFormat")
    friendly_name = attribute("FriendlyName")
    values = children(_ATTRIBUTE_VALUE, AttributeValue)


class RequestedAttribute(Attribute):
    """md:RequestedAttribute (SAML Metadata 2.4.4.2)."""

    is_required = typed("isRequired", parse_boolean)

    @property
    def required(self) -> bool:
        """Tell whether isRequired is true; absent means false."""
        return self.is_required is not None and self.is_required.value is True
