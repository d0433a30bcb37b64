"""Finds one entity in a document: in the slice that holds it, or else in the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.aggregate.slices import NotSliceableError, ends_of, frame_of, slices_of
from samlcheck.engine.api import Input, parse_metadata
from samlcheck.engine.locate import entity_of
from samlcheck.model import EntitiesDescriptor, EntityDescriptor, Metadata, Node, entities_of
from samlcheck.records import frozen
from samlcheck.rules.rule import Place
from samlcheck.xml import METADATA_LIMITS, Document

#: A smaller document is parsed as a whole; that takes no longer than a few milliseconds.
_SMALL: Final = 200_000
#: Characters that may be written in several ways in an attribute, and so are not searched for.
_WRITTEN_OTHERWISE: Final = re.compile(r"[^!#-%(-;=?-~]+")
_COMMENT: Final = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)


@frozen(kw_only=True, eq=False)
class Opened:
    """A document, or the part of it that holds the entity that is wanted.

    `entity` is None when the document has no such entity, or cannot be read. `others` are further
    entities with the same entityID.
    """

    document: Document
    metadata: Metadata | None
    entity: EntityDescriptor | None
    others: tuple[EntityDescriptor, ...]

    def holds(self, place: Place) -> bool:
        """Tell whether what is said of a place concerns the entity.

        That is what lies in it, what is said of the file, and the validity of what it stands in.
        """
        if self.entity is None or isinstance(place.subject, Document):
            return True
        if entity_of(place) is self.entity.element:
            return True
        if place.attribute not in ("validUntil", "cacheDuration"):
            return False
        subject = place.subject
        element = subject.element if isinstance(subject, Node) else subject
        return any(element is above for above in self.entity.element.iterancestors())

    def around(self) -> Iterator[EntitiesDescriptor]:
        """Yield the aggregates that the entity stands in, the innermost first."""
        if self.entity is not None:
            for element in self.entity.element.iterancestors():
                yield EntitiesDescriptor(element=element)


def open_entity(given: Input, entity_id: str) -> Opened:
    """Return the entity with an entityID, in as little of its document as can be.

    A large aggregate is searched octet by octet; only the entity itself is parsed then, between
    the tags of the aggregate. What cannot be cut that way is parsed as a whole.
    """
    octets = given.octets
    if _SMALL < len(octets) <= METADATA_LIMITS.max_bytes and not _hides_entities(octets):
        try:
            found = _in_slices(octets, given.name, entity_id)
        except NotSliceableError:
            found = None
        if found is not None:
            return found
    parsed = parse_metadata(given)
    metadata = parsed.metadata
    entities = [] if metadata is None else list(entities_of(metadata))
    meant = [entity for entity in entities if entity.entity_id == entity_id]
    return Opened(
        document=parsed.document,
        metadata=metadata,
        entity=meant[0] if meant else None,
        others=tuple(meant[1:]),
    )


def _hides_entities(octets: bytes) -> bool:
    """Tell whether tags of entities stand where they are none, as in comments."""
    if b"<!" not in octets and octets.count(b"<?") < 2:
        return False
    return any(b"EntityDescriptor" in match[0] for match in _COMMENT.finditer(octets))


def _in_slices(octets: bytes, source: str, entity_id: str) -> Opened | None:
    """Return the entity from its slice; None when no slice holds it.

    :raises NotSliceableError: when the document has to be read as a whole.
    """
    from samlcheck.aggregate.parts import Parts

    def read(offset: int, size: int) -> bytes:
        return octets[offset : offset + size]

    frame = frame_of(read)
    parts = Parts(frame, source)
    key = max(_WRITTEN_OTHERWISE.split(entity_id), key=len).encode()
    first: Opened | None = None
    before = 0
    for piece in slices_of(read, frame):
        ends = ends_of(piece.octets)
        if key in piece.octets:
            starts = [0, *ends[:-1]]
            for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
                if piece.octets.find(key, start, end) < 0:
                    continue
                part = parts.entity(piece, (start, end), before + number)
                entity = part.entities[0]
                if entity.entity_id != entity_id:
                    continue
                if first is not None:
                    raise NotSliceableError  # two of one name are compared, in one document
                first = Opened(
                    document=part.document,
                    metadata=part.group,
                    entity=entity,
                    others=(),
                )
        before += len(ends)
    return first


_ENTITY_ID: Final = re.compile(rb"""\sentityID\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")


def near_entities(octets: bytes, entity_id: str, most: int = 3) -> list[str]:
    """Return the entityIDs in a document that are most like one that it does not have, in words."""
    from difflib import get_close_matches
    from html import unescape

    from samlcheck.rules.near_miss import difference

    names = dict.fromkeys(
        unescape((match[1] or match[2] or b"").decode("utf-8", "replace"))
        for match in _ENTITY_ID.finditer(octets)
    )
    found = [
        f"{name!r}, which differs only in {words}"
        for name in names
        if (words := difference(entity_id, name)) is not None
    ]
    if len(found) < most:
        close = get_close_matches(entity_id[:300], names, n=most, cutoff=0.7)
        found += [repr(name) for name in close if not any(repr(name) in item for item in found)]
    if not found and len(names) == 1:
        found = [f"{name!r}, the only one there" for name in names]
    return found[:most]
