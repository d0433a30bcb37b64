"""SAML 2.0 metadata as typed objects: entities and aggregates of them.

Source: SAML Metadata 2.0 (saml-metadata-2.0-os with errata 05), sections 2.3 and 2.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, TypeVar

from lxml.etree import _Element as Element

from samlcheck.model.extensions import Extensions
from samlcheck.model.lazy import Lazy, attribute, child, children, texts, typed
from samlcheck.model.node import Lean
from samlcheck.model.roles import (
    ROLES,
    ContactPerson,
    IDPSSODescriptor,
    KeyDescriptor,
    Organization,
    RoleDescriptor,
    SPSSODescriptor,
    md,
)
from samlcheck.model.signature import SIGNATURE, Signature
from samlcheck.xml import parse_datetime, parse_duration

ENTITY_DESCRIPTOR = md("EntityDescriptor")
ENTITIES_DESCRIPTOR = md("EntitiesDescriptor")


class AffiliationDescriptor(Lean):
    """md:AffiliationDescriptor (2.5)."""

    part_names: ClassVar[tuple[str, ...]] = ("signatures", "extensions", "keys")

    owner_id = attribute("affiliationOwnerID")
    valid_until = typed("validUntil", parse_datetime)
    cache_duration = typed("cacheDuration", parse_duration)
    members = texts(md("AffiliateMember"))
    signatures = children(SIGNATURE, Signature)
    extensions = child(md("Extensions"), Extensions)
    keys = children(md("KeyDescriptor"), KeyDescriptor)


def _roles(entity: EntityDescriptor) -> tuple[RoleDescriptor, ...]:
    return tuple(
        [ROLES[str(item.tag)](element=item) for item in entity.element.iterchildren(*ROLES)]
    )


class EntityDescriptor(Lean):
    """md:EntityDescriptor (2.3.2)."""

    part_names: ClassVar[tuple[str, ...]] = (
        "signatures",
        "extensions",
        "roles",
        "affiliation",
        "organization",
        "contacts",
    )

    entity_id = attribute("entityID")
    id = attribute("ID")
    valid_until = typed("validUntil", parse_datetime)
    cache_duration = typed("cacheDuration", parse_duration)
    signatures = children(SIGNATURE, Signature)
    extensions = child(md("Extensions"), Extensions)
    roles = Lazy(_roles)
    affiliation = child(md("AffiliationDescriptor"), AffiliationDescriptor)
    organization = child(md("Organization"), Organization)
    contacts = children(md("ContactPerson"), ContactPerson)

    @property
    def idp_roles(self) -> tuple[IDPSSODescriptor, ...]:
        """The identity provider roles, in document order."""
        return tuple(role for role in self.roles if isinstance(role, IDPSSODescriptor))

    @property
    def sp_roles(self) -> tuple[SPSSODescriptor, ...]:
        """The service provider roles, in document order."""
        return tuple(role for role in self.roles if isinstance(role, SPSSODescriptor))

    @property
    def idp(self) -> IDPSSODescriptor | None:
        """The identity provider role for SAML 2.0, or the first one there is."""
        return _preferred(self.idp_roles)

    @property
    def sp(self) -> SPSSODescriptor | None:
        """The service provider role for SAML 2.0, or the first one there is."""
        return _preferred(self.sp_roles)


R = TypeVar("R", bound=RoleDescriptor)


def _preferred(roles: tuple[R, ...]) -> R | None:
    for role in roles:
        if role.is_saml2:
            return role
    return roles[0] if roles else None


def _members(group: EntitiesDescriptor) -> tuple[EntityDescriptor | EntitiesDescriptor, ...]:
    found = group.element.iterchildren(ENTITY_DESCRIPTOR, ENTITIES_DESCRIPTOR)
    return tuple(
        [
            EntityDescriptor(element=item)
            if item.tag == ENTITY_DESCRIPTOR
            else EntitiesDescriptor(element=item)
            for item in found
        ]
    )


class EntitiesDescriptor(Lean):
    """md:EntitiesDescriptor (2.3.1): an aggregate, possibly nested."""

    part_names: ClassVar[tuple[str, ...]] = ("signatures", "extensions", "members")

    id = attribute("ID")
    name = attribute("Name")
    valid_until = typed("validUntil", parse_datetime)
    cache_duration = typed("cacheDuration", parse_duration)
    signatures = children(SIGNATURE, Signature)
    extensions = child(md("Extensions"), Extensions)
    members = Lazy(_members)


Metadata = EntityDescriptor | EntitiesDescriptor


def build_metadata(root: Element) -> Metadata | None:
    """Return the metadata at a document's root element, or None when it is not metadata."""
    if root.tag == ENTITY_DESCRIPTOR:
        return EntityDescriptor(element=root)
    if root.tag == ENTITIES_DESCRIPTOR:
        return EntitiesDescriptor(element=root)
    return None


def entities_of(metadata: Metadata) -> Iterator[EntityDescriptor]:
    """Yield every entity of a metadata document, in document order."""
    stack: list[Metadata] = [metadata]
    while stack:
        item = stack.pop()
        if isinstance(item, EntityDescriptor):
            yield item
        else:
            stack.extend(reversed(item.members))
