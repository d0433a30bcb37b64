"""What rules on several entities of one aggregate judge: those with a key in common, and counts.

An aggregate may have ten thousand entities and is read part by part, so such a rule never sees
all of them. Its `facts` say what of one entity is compared, as short texts; the engine finds the
texts that occur in several entities, and shows the rule these entities alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from samlcheck.model import EntitiesDescriptor, EntityDescriptor
from samlcheck.records import frozen
from samlcheck.rules.rule import Place

#: So many of the entities with a key in common are shown to a rule.
MOST_MEMBERS: Final = 50


@frozen(kw_only=True, eq=False)
class Member:
    """An entity with the key, and where in it the key stands."""

    entity: EntityDescriptor
    place: Place

    @property
    def name(self) -> str:
        """The entityID in quotes, or words where there is none."""
        return repr(self.entity.entity_id) if self.entity.entity_id else "(without entityID)"


@frozen(kw_only=True, eq=False)
class Members:
    """The entities of one document that have a key in common, in document order.

    At least two; at most `MOST_MEMBERS`, while `total` counts all of them.
    """

    key: str
    members: tuple[Member, ...]
    total: int

    def __iter__(self) -> Iterator[Member]:
        """Iterate over the members at hand."""
        return iter(self.members)


@frozen(kw_only=True, eq=False)
class Census:
    """How many entities of one document have each key.

    `first` returns the first entity with a key, None for a key that does not occur. Of many
    distinct keys only some are counted, and `complete` is false, unless the rule was asked for.
    """

    counts: Mapping[str, int]
    complete: bool
    first: Callable[[str], Member | None]
    group: EntitiesDescriptor
