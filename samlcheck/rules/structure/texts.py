"""The simple texts of metadata: read once for each entity, for all rules that look at them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from lxml.etree import _Element as Element

from samlcheck.model import EntitiesDescriptor, EntityDescriptor, Extensions, SPSSODescriptor
from samlcheck.model.node import XML_LANG, Lean
from samlcheck.rules.case import Case
from samlcheck.xml import text_of
from samlcheck.xml.names import MD, MDRPI, MDUI, clark

#: What holds texts: an entity with everything below it, or an aggregate with its own extensions.
Holder = EntityDescriptor | EntitiesDescriptor
HOLDERS: Final = (EntityDescriptor, EntitiesDescriptor)

STRING: Final = 1
URI: Final = 2
LOCALIZED: Final = 4


def _named(namespace: str, kind: int, names: str) -> dict[str, int]:
    return {clark(namespace, name): kind for name in names.split()}


#: Elements whose content is one text, by Clark name.
_KINDS: Final = {
    **_named(MD, STRING, "Company GivenName SurName TelephoneNumber"),
    **_named(MD, URI, "EmailAddress NameIDFormat AttributeProfile AffiliateMember"),
    **_named(MD, URI, "AdditionalMetadataLocation"),
    **_named(MD, STRING | LOCALIZED, "OrganizationName OrganizationDisplayName"),
    **_named(MD, STRING | LOCALIZED, "ServiceName ServiceDescription"),
    **_named(MD, URI | LOCALIZED, "OrganizationURL"),
    **_named(MDUI, STRING | LOCALIZED, "DisplayName Description Keywords"),
    **_named(MDUI, URI | LOCALIZED, "InformationURL PrivacyStatementURL"),
    **_named(MDUI, STRING, "IPHint DomainHint"),
    **_named(MDUI, URI, "GeolocationHint"),
    **_named(MDRPI, URI | LOCALIZED, "RegistrationPolicy UsagePolicy"),
}


class Localized(NamedTuple):
    """A text for people, and the language that it says it is in."""

    element: Element
    tag: str
    lang: str


class Texts(NamedTuple):
    """What stands out among the texts of an entity, and all that have a language."""

    blank_strings: tuple[Element, ...]
    blank_uris: tuple[Element, ...]
    #: URIs without a colon, which cannot be absolute.
    relative_uris: tuple[Element, ...]
    #: In the order of the holders; one without xml:lang is not among them.
    localized: tuple[Localized, ...]
    #: URIs with white space around them.
    padded: tuple[Element, ...]
    #: Texts with characters beyond ASCII, and whether each is a URI.
    beyond_ascii: tuple[tuple[Element, bool], ...]


def texts_of(holder: Holder, case: Case) -> Texts:
    """Return the texts of an entity; ask for it through ``case.once``."""
    found = _Found()
    for node in _nodes(holder):
        for tag, elements in node.children_by_name.items():
            kind = _KINDS.get(tag)
            if kind is not None:
                for element in elements:
                    found.take(element, kind)
                if kind & LOCALIZED:
                    found.localize(tag, elements)
    return found.texts()


class _Found:
    """What is found while the texts of an entity are looked at."""

    def __init__(self) -> None:
        self.strings: list[Element] = []
        self.uris: list[Element] = []
        self.relative: list[Element] = []
        self.localized: list[Localized] = []
        self.padded: list[Element] = []
        self.beyond: list[tuple[Element, bool]] = []

    def take(self, element: Element, kind: int) -> None:
        """Take note of an element that holds a text, where it stands out."""
        text = element.text
        if text is None or not text.strip() or (kind & URI and ":" not in text):
            text = text_of(element).strip()
            if not text:
                (self.uris if kind & URI else self.strings).append(element)
            elif kind & URI and ":" not in text:
                self.relative.append(element)
        elif kind & URI and (text[0] <= " " or text[-1] <= " "):
            self.padded.append(element)
        if not text.isascii():
            self.beyond.append((element, bool(kind & URI)))

    def localize(self, tag: str, elements: Iterable[Element]) -> None:
        """Take note of the languages of elements of one name."""
        for element in elements:
            lang = element.get(XML_LANG)
            if lang is not None:
                self.localized.append(Localized(element, tag, lang))

    def texts(self) -> Texts:
        """Return what was found."""
        return Texts(
            tuple(self.strings),
            tuple(self.uris),
            tuple(self.relative),
            tuple(self.localized),
            tuple(self.padded),
            tuple(self.beyond),
        )


def _nodes(holder: Holder) -> Iterator[Lean]:
    """Yield what holds texts as its children."""
    if isinstance(holder, EntitiesDescriptor):
        yield from _items(holder.extensions)
        return
    yield holder
    yield from _items(holder.extensions)
    for role in holder.roles:
        yield role
        yield from _items(role.extensions)
        if role.organization is not None:
            yield role.organization
        yield from role.contacts
        if isinstance(role, SPSSODescriptor):
            yield from role.attribute_consuming_services
    if holder.affiliation is not None:
        yield holder.affiliation
    if holder.organization is not None:
        yield holder.organization
    yield from holder.contacts


def _items(extensions: Extensions | None) -> Iterator[Lean]:
    for item in () if extensions is None else extensions.items:
        if isinstance(item, Lean):
            yield item
