"""What a comparison of two versions of metadata judges: an entity's change, a document's change."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import EntityDescriptor, Metadata, SSODescriptor
from samlcheck.records import frozen


@frozen(kw_only=True, eq=False)
class Change:
    """One entity in the old and in the new version."""

    old: EntityDescriptor
    new: EntityDescriptor

    def roles(self) -> Iterator[tuple[SSODescriptor, SSODescriptor]]:
        """Yield the single sign-on roles that both versions have, the old before the new."""
        pairs = ((self.old.sp, self.new.sp), (self.old.idp, self.new.idp))
        for old, new in pairs:
            if old is not None and new is not None:
                yield old, new


@frozen(kw_only=True, eq=False)
class Replacement:
    """A document and the one that takes its place.

    `removed` holds the entities of the old one that the new one lacks, `added` the reverse;
    one that only changed its entityID is in neither.
    """

    old: Metadata
    new: Metadata
    removed: tuple[EntityDescriptor, ...]
    added: tuple[EntityDescriptor, ...]
