"""md:Extensions and the extension elements that samlcheck knows; others are kept opaque.

Sources: MDUI 1.0, MDRPI 1.0, MDATTR 1.0, SAML algorithm support 1.0, IdP discovery 1.0, service
provider request initiation 1.0, Shibboleth metadata extension schema.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs
from lxml.etree import _Element as Element

from samlcheck.model.attributes import Attribute, build_attribute
from samlcheck.model.node import XML_LANG, Children, LocalizedText, Node, Text
from samlcheck.xml import Lexical, parse_boolean, parse_datetime, parse_unsigned_short, text_of
from samlcheck.xml.names import ALG, IDPDISC, INIT, MDATTR, MDRPI, MDUI, SAML, SHIBMD, clark


@attrs.frozen(kw_only=True, eq=False, repr=False)
class OpaqueExtension(Node):
    """An extension element that samlcheck does not know."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Logo(Text):
    """mdui:Logo (MDUI 2.1.5)."""

    lang: str | None
    width: str | None
    height: str | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class UIInfo(Node):
    """mdui:UIInfo (MDUI 2.1)."""

    part_names: ClassVar[tuple[str, ...]] = ("logos",)

    display_names: tuple[LocalizedText, ...]
    descriptions: tuple[LocalizedText, ...]
    keywords: tuple[LocalizedText, ...]
    information_urls: tuple[LocalizedText, ...]
    privacy_statement_urls: tuple[LocalizedText, ...]
    logos: tuple[Logo, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DiscoHints(Node):
    """mdui:DiscoHints (MDUI 2.2)."""

    ip_hints: tuple[Text, ...]
    domain_hints: tuple[Text, ...]
    geolocation_hints: tuple[Text, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RegistrationInfo(Node):
    """mdrpi:RegistrationInfo (MDRPI 2.1)."""

    authority: str | None
    instant: Lexical[datetime] | None
    policies: tuple[LocalizedText, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PublicationInfo(Node):
    """mdrpi:PublicationInfo (MDRPI 2.2)."""

    publisher: str | None
    creation_instant: Lexical[datetime] | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class EntityAttributes(Node):
    """mdattr:EntityAttributes (MDATTR 2.2)."""

    part_names: ClassVar[tuple[str, ...]] = ("attributes",)

    attributes: tuple[Attribute, ...]
    assertions: tuple[Element, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Scope(Text):
    """shibmd:Scope."""

    regexp: Lexical[bool] | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AlgorithmSupport(Node):
    """alg:DigestMethod or alg:SigningMethod; `kind` is the local name."""

    kind: str
    algorithm: str | None
    min_key_size: str | None
    max_key_size: str | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DiscoveryEndpoint(Node):
    """idpdisc:DiscoveryResponse or init:RequestInitiator; `kind` is the local name."""

    kind: str
    binding: str | None
    location: str | None
    index: Lexical[int] | None
    is_default: Lexical[bool] | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Extensions(Node):
    """md:Extensions: its elements in document order."""

    part_names: ClassVar[tuple[str, ...]] = ("items",)

    items: tuple[Node, ...]


def _ui_info(element: Element) -> UIInfo:
    children = Children(element)
    logos = tuple(
        Logo(
            element=item,
            text=text_of(item),
            lang=item.get(XML_LANG),
            width=item.get("width"),
            height=item.get("height"),
        )
        for item in children.all(clark(MDUI, "Logo"))
    )
    return UIInfo(
        element=element,
        display_names=children.localized(clark(MDUI, "DisplayName")),
        descriptions=children.localized(clark(MDUI, "Description")),
        keywords=children.localized(clark(MDUI, "Keywords")),
        information_urls=children.localized(clark(MDUI, "InformationURL")),
        privacy_statement_urls=children.localized(clark(MDUI, "PrivacyStatementURL")),
        logos=logos,
    )


def _disco_hints(element: Element) -> DiscoHints:
    children = Children(element)
    return DiscoHints(
        element=element,
        ip_hints=children.texts(clark(MDUI, "IPHint")),
        domain_hints=children.texts(clark(MDUI, "DomainHint")),
        geolocation_hints=children.texts(clark(MDUI, "GeolocationHint")),
    )


def _instant(text: str | None) -> Lexical[datetime] | None:
    return None if text is None else parse_datetime(text)


def _registration(element: Element) -> RegistrationInfo:
    return RegistrationInfo(
        element=element,
        authority=element.get("registrationAuthority"),
        instant=_instant(element.get("registrationInstant")),
        policies=Children(element).localized(clark(MDRPI, "RegistrationPolicy")),
    )


def _publication(element: Element) -> PublicationInfo:
    return PublicationInfo(
        element=element,
        publisher=element.get("publisher"),
        creation_instant=_instant(element.get("creationInstant")),
    )


def _entity_attributes(element: Element) -> EntityAttributes:
    children = Children(element)
    return EntityAttributes(
        element=element,
        attributes=tuple(build_attribute(item) for item in children.all(clark(SAML, "Attribute"))),
        assertions=tuple(children.all(clark(SAML, "Assertion"))),
    )


def _scope(element: Element) -> Scope:
    regexp = element.get("regexp")
    return Scope(
        element=element,
        text=text_of(element),
        regexp=None if regexp is None else parse_boolean(regexp),
    )


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _algorithm_support(element: Element) -> AlgorithmSupport:
    return AlgorithmSupport(
        element=element,
        kind=_local(element),
        algorithm=element.get("Algorithm"),
        min_key_size=element.get("MinKeySize"),
        max_key_size=element.get("MaxKeySize"),
    )


def _discovery(element: Element) -> DiscoveryEndpoint:
    index, is_default = element.get("index"), element.get("isDefault")
    return DiscoveryEndpoint(
        element=element,
        kind=_local(element),
        binding=element.get("Binding"),
        location=element.get("Location"),
        index=None if index is None else parse_unsigned_short(index),
        is_default=None if is_default is None else parse_boolean(is_default),
    )


_BUILDERS = {
    clark(MDUI, "UIInfo"): _ui_info,
    clark(MDUI, "DiscoHints"): _disco_hints,
    clark(MDRPI, "RegistrationInfo"): _registration,
    clark(MDRPI, "PublicationInfo"): _publication,
    clark(MDATTR, "EntityAttributes"): _entity_attributes,
    clark(SHIBMD, "Scope"): _scope,
    clark(ALG, "DigestMethod"): _algorithm_support,
    clark(ALG, "SigningMethod"): _algorithm_support,
    clark(IDPDISC, "DiscoveryResponse"): _discovery,
    clark(INIT, "RequestInitiator"): _discovery,
}


def build_extensions(element: Element | None) -> Extensions | None:
    """Return the md:Extensions at an element, or None where there is none."""
    if element is None:
        return None
    items: list[Node] = []
    for child in element.iterchildren("*"):
        builder = _BUILDERS.get(str(child.tag))
        items.append(OpaqueExtension(element=child) if builder is None else builder(child))
    return Extensions(element=element, items=tuple(items))
