"""The comparison of two versions of metadata: which entity became which, and what that does."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from samlcheck.engine.metadata_facts import NONE, Fact, listed
from samlcheck.model import EntityDescriptor, Metadata, entities_of
from samlcheck.records import frozen
from samlcheck.rules.change import Change, Replacement


@frozen(kw_only=True, eq=False)
class Comparison:
    """What changed: the documents as such, and the entities that are in both and differ."""

    replacement: Replacement
    changes: tuple[Change, ...]
    same: int

    def subjects(self) -> Iterator[object]:
        """Yield what rules may judge."""
        yield self.replacement
        yield from self.changes


def compare(old: Metadata, new: Metadata) -> Comparison:
    """Match the entities of two documents and keep those that differ."""
    before, after = _by_id(old), _by_id(new)
    pairs = [(entity, after[name]) for name, entity in before.items() if name in after]
    removed = [entity for name, entity in before.items() if name not in after]
    added = [entity for name, entity in after.items() if name not in before]
    renamed = list(_renamed(old, new, removed, added))
    gone = {id(entity) for pair in renamed for entity in pair}
    differing = [pair for pair in pairs if _octets(pair[0]) != _octets(pair[1])]
    return Comparison(
        replacement=Replacement(
            old=old,
            new=new,
            removed=tuple(entity for entity in removed if id(entity) not in gone),
            added=tuple(entity for entity in added if id(entity) not in gone),
        ),
        changes=tuple(Change(old=one, new=other) for one, other in (*differing, *renamed)),
        same=len(pairs) - len(differing),
    )


def _by_id(document: Metadata) -> dict[str | None, EntityDescriptor]:
    """Return the entities of a document by entityID, the first where one is repeated."""
    found: dict[str | None, EntityDescriptor] = {}
    for entity in entities_of(document):
        found.setdefault(entity.entity_id, entity)
    return found


def _octets(entity: EntityDescriptor) -> bytes:
    """Return an entity as octets, with the namespaces that it inherits; equal ones are the same."""
    return etree.tostring(entity.element, with_tail=False)


def _renamed(
    old: Metadata,
    new: Metadata,
    removed: list[EntityDescriptor],
    added: list[EntityDescriptor],
) -> Iterator[tuple[EntityDescriptor, EntityDescriptor]]:
    """Yield the entities that only changed their entityID: alone in their file, or by their traces.

    Traces are the locations of endpoints at which logins arrive; each entity is matched once.
    """
    if isinstance(old, EntityDescriptor) and isinstance(new, EntityDescriptor):
        if removed and added:
            yield removed[0], added[0]
        return
    left = {location: entity for entity in reversed(removed) for location in _doors(entity)}
    taken: set[int] = set()
    for entity in added:
        for location in _doors(entity):
            before = left.get(location)
            if before is not None and id(before) not in taken:
                taken.add(id(before))
                yield before, entity
                break


def _doors(entity: EntityDescriptor) -> Iterator[str]:
    for sp in entity.sp_roles:
        for service in sp.assertion_consumer_services:
            if service.location:
                yield service.location
    for idp in entity.idp_roles:
        for endpoint in idp.single_sign_on_services:
            if endpoint.location:
                yield endpoint.location


def diff_facts(comparison: Comparison) -> Iterator[Fact]:
    """Yield how many entities came, went, changed and stayed."""
    replacement = comparison.replacement
    old, new = replacement.old, replacement.new
    if isinstance(old, EntityDescriptor) and isinstance(new, EntityDescriptor):
        yield "entityID", new.entity_id or NONE
        if not comparison.changes:
            yield "changes", "none"
        return
    yield "entities", f"{comparison.same} unchanged, {len(comparison.changes)} changed"
    for name, entities in (("added", replacement.added), ("removed", replacement.removed)):
        yield name, f"{len(entities)}{_some(entities)}"
    if comparison.changes:
        yield "changed", listed(change.new.entity_id or NONE for change in comparison.changes)


def _some(entities: tuple[EntityDescriptor, ...]) -> str:
    return f": {listed(entity.entity_id or NONE for entity in entities)}" if entities else ""
