"""Cuts an aggregate into slices of entities by its octets, without parsing it as a whole.

That the slices are what a parse of the whole would give is not assumed but shown: each is parsed
between the start and the end tag of the root element and must hold entities and nothing else. If
all of them do, so does the document: the same tags, in the same order, in the same namespaces. An
end tag that only stands in a comment or a CDATA section leaves a slice that is not well-formed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

import attrs

from samlcheck.records import frozen
from samlcheck.xml.names import MD, clark
from samlcheck.xml.prolog import root_offset

#: Reads so many octets from an offset on; fewer at the end.
Read = Callable[[int, int], bytes]

ENTITY: Final = clark(MD, "EntityDescriptor")
GROUP: Final = clark(MD, "EntitiesDescriptor")

#: A slice has about so many octets: enough to amortise what each costs, little beside the rest.
STEP: Final = 64 * 1024
#: The part before the first entity is looked for within so many octets.
_HEAD: Final = 1024 * 1024
#: A slice does not grow beyond this; an entity is some kilobytes, the largest real ones some 300.
_LARGEST: Final = 32 * 1024 * 1024

_ROOT: Final = re.compile(
    rb"<((?:[A-Za-z_][\w.-]*:)?EntitiesDescriptor)(?=[\s>])[^\"'<>]*+"
    rb"(?:\"[^\"<]*+\"[^\"'<>]*+|'[^'<]*+'[^\"'<>]*+)*+>"
)
_FIRST: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?EntityDescriptor[\s>]")
_END: Final = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?EntityDescriptor[ \t\r\n]*+>")


class NotSliceableError(Exception):
    """The document is not one flat list of entities in UTF-8; it has to be read as a whole."""


@frozen(kw_only=True)
class Frame:
    """What stands around the entities.

    `prolog` are the octets before the root element, `head` those from its start tag to the first
    entity, `close` its end tag as it is written here.
    """

    prolog: bytes
    head: bytes
    close: bytes

    @property
    def start(self) -> int:
        """The offset of the first entity."""
        return len(self.prolog) + len(self.head)


@frozen(kw_only=True)
class Slice:
    """Some entities in a row: where they are, and their octets.

    The first slice does not hold the head, the last one holds what is behind the last entity.
    """

    offset: int
    line: int
    column: int
    octets: bytes
    last: bool


def frame_of(read: Read) -> Frame:
    """Return the frame of an aggregate.

    :raises NotSliceableError: when the document does not start like one, or in another encoding.
    """
    start = read(0, _HEAD)
    prolog = root_offset(start)
    root = None if prolog is None else _ROOT.match(start, prolog)
    first = None if root is None else _FIRST.search(start, root.end())
    if prolog is None or root is None or first is None:
        raise NotSliceableError
    return Frame(
        prolog=start[:prolog],
        head=start[prolog : first.start()],
        close=b"</" + root[1] + b">",
    )


def slices_of(read: Read, frame: Frame, step: int = STEP) -> Iterator[Slice]:
    """Yield the slices of an aggregate in order.

    :raises NotSliceableError: when no end of an entity is found where there should be one.
    """
    line, column = place_after(frame.prolog + frame.head, 1, 1)
    offset, octets = frame.start, b""
    held: Slice | None = None  # until it is known that another entity follows
    while True:
        more = read(offset + len(octets), step)
        octets += more
        last = len(more) < step
        end = _last_end(octets)
        if end is None and not last and len(octets) <= _LARGEST:
            continue
        if end is None:
            if held is None or not last:
                raise NotSliceableError
            yield attrs.evolve(held, octets=held.octets + octets, last=True)
            return
        if held is not None:
            yield held
        taken = octets if last else octets[:end]
        held = Slice(offset=offset, line=line, column=column, octets=taken, last=last)
        if last:
            yield held
            return
        line, column = place_after(taken, line, column)
        offset, octets = offset + len(taken), octets[end:]


def _last_end(octets: bytes) -> int | None:
    """Return the offset behind the last end tag of an entity."""
    stop = len(octets)
    while (found := octets.rfind(b"EntityDescriptor", 0, stop)) >= 0:
        tag = octets.rfind(b"</", 0, found)
        match = _END.match(octets, tag) if tag >= 0 else None
        if match is not None and match.end() > found:
            return match.end()
        stop = found
    return None


def ends_of(octets: bytes) -> list[int]:
    """Return the offsets behind the end tags of entities."""
    return [match.end() for match in _END.finditer(octets)]


def place_after(octets: bytes, line: int, column: int) -> tuple[int, int]:
    """Return the line and column behind some octets that start at a place; columns are characters.

    A line ends with LF, CR, or both in this order.
    """
    lines = octets.count(b"\n")
    if b"\r" in octets:
        lines += octets.count(b"\r") - octets.count(b"\r\n")
    last = max(octets.rfind(b"\n"), octets.rfind(b"\r"))
    characters = len(octets[last + 1 :].decode("utf-8", "replace"))
    return (line + lines, characters + 1) if lines else (line, column + characters)
