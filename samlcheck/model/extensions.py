"""md:Extensions and the extension elements that samlcheck knows; others are kept opaque.

Sources: MDUI 1.0, MDRPI 1.0, MDATTR 1.0, SAML algorithm support 1.0, IdP discovery 1.0, service
provider request initiation 1.0, Shibboleth metadata extension schema.
"""

from __future__ import annotations

from typing import ClassVar

from lxml.etree import _Element as Element

from samlcheck.model.attributes import Attribute
from samlcheck.model.lazy import Lazy, attribute, children, local, localized, texts, typed
from samlcheck.model.node import XML_LANG, Lean, Node, Text
from samlcheck.xml import parse_boolean, parse_datetime, parse_unsigned_short
from samlcheck.xml.names import ALG, IDPDISC, INIT, MDATTR, MDRPI, MDUI, SAML, SHIBMD, clark


class OpaqueExtension(Lean):
    """An extension element that samlcheck does not know."""


class Logo(Text):
    """mdui:Logo (MDUI 2.1.5)."""

    lang = attribute(XML_LANG)
    width = attribute("width")
    height = attribute("height")


class UIInfo(Lean):
    """mdui:UIInfo (MDUI 2.1)."""

    part_names: ClassVar[tuple[str, ...]] = ("logos",)

    display_names = localized(clark(MDUI, "DisplayName"))
    descriptions = localized(clark(MDUI, "Description"))
    keywords = localized(clark(MDUI, "Keywords"))
    information_urls = localized(clark(MDUI, "InformationURL"))
    privacy_statement_urls = localized(clark(MDUI, "PrivacyStatementURL"))
    logos = children(clark(MDUI, "Logo"), Logo)


class DiscoHints(Lean):
    """mdui:DiscoHints (MDUI 2.2)."""

    ip_hints = texts(clark(MDUI, "IPHint"))
    domain_hints = texts(clark(MDUI, "DomainHint"))
    geolocation_hints = texts(clark(MDUI, "GeolocationHint"))


class RegistrationInfo(Lean):
    """mdrpi:RegistrationInfo (MDRPI 2.1)."""

    authority = attribute("registrationAuthority")
    instant = typed("registrationInstant", parse_datetime)
    policies = localized(clark(MDRPI, "RegistrationPolicy"))


class PublicationInfo(Lean):
    """mdrpi:PublicationInfo (MDRPI 2.2)."""

    publisher = attribute("publisher")
    creation_instant = typed("creationInstant", parse_datetime)


class EntityAttributes(Lean):
    """mdattr:EntityAttributes (MDATTR 2.2)."""

    part_names: ClassVar[tuple[str, ...]] = ("attributes",)

    attributes = children(clark(SAML, "Attribute"), Attribute)
    assertions = Lazy[tuple[Element, ...]](
        lambda node: tuple(node.children_by_name.all(clark(SAML, "Assertion")))
    )


class Scope(Text):
    """shibmd:Scope."""

    regexp = typed("regexp", parse_boolean)


class AlgorithmSupport(Lean):
    """alg:DigestMethod or alg:SigningMethod; `kind` is the local name."""

    kind = local()
    algorithm = attribute("Algorithm")
    min_key_size = attribute("MinKeySize")
    max_key_size = attribute("MaxKeySize")


class DiscoveryEndpoint(Lean):
    """idpdisc:DiscoveryResponse or init:RequestInitiator; `kind` is the local name."""

    kind = local()
    binding = attribute("Binding")
    location = attribute("Location")
    index = typed("index", parse_unsigned_short)
    is_default = typed("isDefault", parse_boolean)


_KINDS: dict[str, type[Node]] = {
    clark(MDUI, "UIInfo"): UIInfo,
    clark(MDUI, "DiscoHints"): DiscoHints,
    clark(MDRPI, "RegistrationInfo"): RegistrationInfo,
    clark(MDRPI, "PublicationInfo"): PublicationInfo,
    clark(MDATTR, "EntityAttributes"): EntityAttributes,
    clark(SHIBMD, "Scope"): Scope,
    clark(ALG, "DigestMethod"): AlgorithmSupport,
    clark(ALG, "SigningMethod"): AlgorithmSupport,
    clark(IDPDISC, "DiscoveryResponse"): DiscoveryEndpoint,
    clark(INIT, "RequestInitiator"): DiscoveryEndpoint,
}


def _items(node: Node) -> tuple[Node, ...]:
    return tuple(
        [
            _KINDS.get(str(child.tag), OpaqueExtension)(element=child)
            for child in node.element.iterchildren("*")
        ]
    )


class Extensions(Lean):
    """md:Extensions: its elements in document order."""

    part_names: ClassVar[tuple[str, ...]] = ("items",)

    items = Lazy(_items)
