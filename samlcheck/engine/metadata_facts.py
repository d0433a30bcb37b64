"""Effective values of metadata, and the words for them that all facts share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from samlcheck.model import (
    Endpoint,
    EntitiesDescriptor,
    EntityDescriptor,
    IndexedEndpoint,
    Metadata,
    RoleDescriptor,
    SPSSODescriptor,
    effective_default,
    entities_of,
)
from samlcheck.rules.pair.words import binding_words, role_words
from samlcheck.xml import Lexical

Fact = tuple[str, str]

NONE = "(none)"
_MOST = 12


def listed(items: Iterable[str]) -> str:
    """Return texts as one, each once, the surplus counted."""
    names = list(dict.fromkeys(items))
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more or NONE


def metadata_facts(metadata: Metadata | None) -> Iterator[Fact]:
    """Yield what one entity is and offers, or how many entities there are."""
    if metadata is None:
        return
    entities = list(entities_of(metadata))
    if len(entities) == 1:
        yield from one_entity_facts(metadata, entities[0])
    else:
        yield from aggregate_facts(
            metadata,
            len(entities),
            sum(bool(item.idp_roles) for item in entities),
            sum(bool(item.sp_roles) for item in entities),
        )


def aggregate_facts(
    metadata: Metadata, entities: int, identity_providers: int, service_providers: int
) -> Iterator[Fact]:
    """Yield how many entities there are, of which kind, and until when the document is valid."""
    yield "entities", str(entities)
    yield "identity providers", str(identity_providers)
    yield "service providers", str(service_providers)
    yield "valid until", valid_until(metadata, ())


def one_entity_facts(metadata: Metadata, entity: EntityDescriptor) -> Iterator[Fact]:
    """Yield what one entity of a document is and offers, and until when it holds."""
    yield from _entity_facts(entity)
    yield "valid until", valid_until(metadata, [entity])


def _entity_facts(entity: EntityDescriptor) -> Iterator[Fact]:
    yield "entityID", entity.entity_id or NONE
    yield "roles", listed(role_words(role).partition(" ")[2] for role in entity.roles)
    sp, idp = entity.sp, entity.idp
    if sp is not None:
        default = effective_default(sp.assertion_consumer_services)
        if default is not None:
            yield "default reply URL", f"{at(default)}, {why_default(default, sp)}"
    if idp is not None:
        locations: dict[str, list[str]] = {}
        for service in idp.single_sign_on_services:
            found = locations.setdefault(service.location or NONE, [])
            found.append(binding_words(service.binding))
        yield "sign-on URL", listed(f"{url} ({', '.join(by)})" for url, by in locations.items())
    for role in (sp, idp):
        if role is not None:
            name = "keys" if sp is None or idp is None else f"keys as {_side(role)}"
            signing, encryption = len(role.signing_keys), len(role.encryption_keys)
            yield name, f"{signing} for signing, {encryption} for encryption"


def _side(role: RoleDescriptor) -> str:
    return "SP" if isinstance(role, SPSSODescriptor) else "IdP"


def at(endpoint: Endpoint) -> str:
    """Return the location of an endpoint and its binding."""
    return f"{endpoint.location or NONE} ({binding_words(endpoint.binding)})"


def why_default(default: IndexedEndpoint, role: SPSSODescriptor) -> str:
    """Say by which of the three steps of SAML Metadata 2.2.3 an endpoint is the default."""
    if len(role.assertion_consumer_services) == 1:
        return "the only one"
    if default.is_default is None:
        return "the first without isDefault"
    return "isDefault" if default.is_default.value is True else "the first, none is isDefault"


def valid_until(metadata: Metadata, entities: Iterable[EntityDescriptor]) -> str:
    """Return the instant at which the document or what is in it stops being valid, as written."""
    found: list[Lexical[datetime]] = []
    stack: list[EntityDescriptor | EntitiesDescriptor] = [metadata, *entities]
    for item in stack:
        if item.valid_until is not None:
            found.append(item.valid_until)
        if isinstance(item, EntityDescriptor):
            roles = (item.sp, item.idp)
            found.extend(role.valid_until for role in roles if role and role.valid_until)
    return _earliest(found)


def _earliest(found: Iterable[Lexical[datetime]]) -> str:
    known = [(item.value, item.text) for item in found if item.value is not None]
    return min(known)[1] if known else "not stated"
