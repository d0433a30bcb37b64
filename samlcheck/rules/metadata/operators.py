"""Who registered and who runs an entity, as far as metadata tells."""

from __future__ import annotations

from samlcheck.model import EntityDescriptor, RegistrationInfo
from samlcheck.rules.metadata.extensions import base_domain, endpoint_hosts
from samlcheck.xml.uri import split_uri


def registrar_of(entity: EntityDescriptor) -> str | None:
    """Return the registration authority of an entity."""
    for item in entity.extensions.items if entity.extensions else ():
        if isinstance(item, RegistrationInfo):
            return (item.authority or "").strip() or None
    return None


def organizations_of(entity: EntityDescriptor) -> frozenset[str]:
    """Return the names of the organization, in all languages, and its hosts, as they compare."""
    found = [entity.organization, *(role.organization for role in entity.roles)]
    organizations = [item for item in found if item is not None]
    names = [text.value for item in organizations for text in (*item.names, *item.display_names)]
    urls = [split_uri(text.value) for item in organizations for text in item.urls]
    hosts = [(url.host or "").removeprefix("www.") for url in urls]
    return frozenset(filter(None, (*map(folded, names), *map(str.lower, hosts))))


def folded(text: str) -> str:
    """Return a text as people compare it, without case and surplus blanks."""
    return " ".join(text.split()).casefold()


def different_operators(one: EntityDescriptor, other: EntityDescriptor) -> bool:
    """Tell whether two entities were registered or are run by different parties, for certain."""
    mine, theirs = registrar_of(one), registrar_of(other)
    if mine and theirs and mine != theirs:
        return True
    here, there = organizations_of(one), organizations_of(other)
    return bool(here and there) and not here & there


def unrelated(one: EntityDescriptor, other: EntityDescriptor) -> bool:
    """Tell whether two entities have different operators and no endpoint in the same domain.

    Entities with endpoints in one domain are hosted by one provider, whoever they belong to.
    """
    return different_operators(one, other) and not _domains(one) & _domains(other)


def _domains(entity: EntityDescriptor) -> set[str]:
    return {base_domain(host) for host in endpoint_hosts(entity)}
