"""Entity attributes and their values that federations agreed on, and how to read them.

Sources, as of 2026-11: RFC 8409, the entity categories of REFEDS (research and scholarship 1.3,
code of conduct 2, anonymous, pseudonymous and personalized access, hide from discovery), Sirtfi 1
and 2, the code of conduct of GEANT, and the registries of SWAMID, InCommon and CLARIN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from samlcheck.model import (
    Attribute,
    AttributeValue,
    EntityAttributes,
    EntityDescriptor,
    LocalizedText,
    UIInfo,
)
from samlcheck.rules.citations import Citation
from samlcheck.rules.near_miss import difference

CATEGORY: Final = "http://macedir.org/entity-category"
SUPPORT: Final = "http://macedir.org/entity-category-support"
ASSURANCE: Final = "urn:oasis:names:tc:SAML:attribute:assurance-certification"
SUBJECT_ID_REQ: Final = "urn:oasis:names:tc:SAML:profiles:subject-id:req"
SELECTION_PROFILE: Final = "https://refeds.org/entity-selection-profile"

RESEARCH_AND_SCHOLARSHIP: Final = "http://refeds.org/category/research-and-scholarship"
HIDE_FROM_DISCOVERY: Final = "http://refeds.org/category/hide-from-discovery"
COCO_1: Final = "http://www.geant.net/uri/dataprotection-code-of-conduct/v1"
COCO_2: Final = "https://refeds.org/category/code-of-conduct/v2"
ANONYMOUS: Final = "https://refeds.org/category/anonymous"
PSEUDONYMOUS: Final = "https://refeds.org/category/pseudonymous"
PERSONALIZED: Final = "https://refeds.org/category/personalized"
SIRTFI_1: Final = "https://refeds.org/sirtfi"
SIRTFI_2: Final = "https://refeds.org/sirtfi2"
_SWAMID: Final = "http://www.swamid.se/"

#: The categories by which a service provider asks for a fixed bundle of attributes.
BUNDLES: Final = (RESEARCH_AND_SCHOLARSHIP, ANONYMOUS, PSEUDONYMOUS, PERSONALIZED)
#: The categories that only service providers are members of.
SP_CATEGORIES: Final = frozenset((*BUNDLES, COCO_1, COCO_2))
#: A category that is no longer given out, and what took its place.
DEPRECATED: Final = MappingProxyType(
    {
        COCO_1: COCO_2,
        "http://id.incommon.org/category/research-and-scholarship": RESEARCH_AND_SCHOLARSHIP,
        f"{_SWAMID}category/research-and-education": None,
        f"{_SWAMID}category/hei-service": None,
        f"{_SWAMID}category/nren-service": None,
        f"{_SWAMID}category/eu-adequate-protection": None,
        f"{_SWAMID}category/sfs-1993-1153": None,
    }
)
_CATEGORIES: Final = (
    *SP_CATEGORIES,
    *DEPRECATED,
    HIDE_FROM_DISCOVERY,
    "https://myacademicid.org/entity-categories/esi",
    "http://id.incommon.org/category/registered-by-incommon",
    "http://clarin.eu/category/clarin-member",
)
_ASSURANCES: Final = (
    SIRTFI_1,
    SIRTFI_2,
    *(f"{_SWAMID}policy/assurance/al{level}" for level in (1, 2, 3)),
    "http://id.incommon.org/assurance/bronze",
    "http://id.incommon.org/assurance/silver",
)
_NAMES: Final = (
    CATEGORY,
    SUPPORT,
    ASSURANCE,
    SUBJECT_ID_REQ,
    SELECTION_PROFILE,
    f"{_SWAMID}assurance-requirement",
    "https://federation.renater.fr/member-of",
    "http://kafe.kreonet.net/jurisdiction",
    "urn:oid:2.16.756.1.2.5.1.1.4",
    "urn:oid:2.16.756.1.2.5.1.1.5",
)
#: Entity attributes that steer software say nothing to other parties.
_PRIVATE_NAMES: Final = ("http://shibboleth.net/ns/",)


def _key(text: str) -> str:
    """Return what two spellings of one identifier have in common."""
    folded = text.strip().lower().rstrip("/")
    return folded.partition("://")[2].removeprefix("www.") or folded


def _keyed(names: tuple[str, ...]) -> Mapping[str, str]:
    return MappingProxyType({_key(name): name for name in names})


NAMES: Final = _keyed(_NAMES)
#: What the values of an entity attribute may be, where a registry is known.
VALUES: Final = MappingProxyType(
    {CATEGORY: _keyed(_CATEGORIES), SUPPORT: _keyed(_CATEGORIES), ASSURANCE: _keyed(_ASSURANCES)}
)

MDATTR: Final = Citation(
    "SAML Metadata Extension for Entity Attributes",
    "2.3",
    "https://docs.oasis-open.org/security/saml/Post2.0/sstc-metadata-attr-cs-01.html",
)
SUBJECT_IDENTIFIERS: Final = Citation(
    "SAML Subject Identifier Attributes",
    None,
    "https://docs.oasis-open.org/security/saml-subject-id-attr/v1.0/saml-subject-id-attr-v1.0.html",
)


def specification(category: str, name: str, clause: str | None = None) -> Citation:
    """Cite the definition of a category, which stands where its identifier leads."""
    return Citation(name, clause, category)


def near_known(text: str, known: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the known identifier that is probably meant, and the difference; None when right."""
    meant = known.get(_key(text))
    if meant is None or meant == text.strip():
        return None
    return meant, difference(text.strip(), meant) or "spelling"


def is_known(text: str, known: Mapping[str, str]) -> bool:
    """Tell whether an identifier is known, white space around it aside."""
    return known.get(_key(text)) == text.strip()


def is_private(name: str) -> bool:
    """Tell whether an entity attribute only steers the software that reads it."""
    return name.startswith(_PRIVATE_NAMES)


def attributes_of(entity: EntityDescriptor) -> Iterator[Attribute]:
    """Yield the entity attributes of an entity, those in signed assertions aside."""
    if entity.extensions is None:
        return
    for item in entity.extensions.items:
        if isinstance(item, EntityAttributes):
            yield from item.attributes


def values_of(entity: EntityDescriptor, name: str) -> dict[str, AttributeValue]:
    """Return the distinct values of an entity attribute, each with its first element."""
    found: dict[str, AttributeValue] = {}
    for attribute in attributes_of(entity):
        if attribute.name == name:
            for value in attribute.values:
                found.setdefault(value.value, value)
    return found


def ui_texts(entity: EntityDescriptor, field: str) -> list[LocalizedText]:
    """Return the non-empty texts of one kind in the mdui:UIInfo of the SP roles."""
    return [
        text
        for role in entity.sp_roles
        for item in (role.extensions.items if role.extensions else ())
        if isinstance(item, UIInfo)
        for text in getattr(item, field)
        if text.value
    ]
