"""Rows of the structure table: the notation of a content model read into what checks ask of it."""

from __future__ import annotations

from collections.abc import Mapping

from samlcheck.records import frozen
from samlcheck.xml.names import DS, MD, SAML, SAMLP, XENC, XML, clark

_PREFIXES = {"md": MD, "saml": SAML, "samlp": SAMLP, "ds": DS, "xenc": XENC, "xml": XML}


@frozen(eq=False, repr=False)
class Slot:
    """One place in the order of children: what may stand there and how often."""

    tags: tuple[str, ...]
    required: bool
    once: bool
    #: The rule that tells of its absence, None where the rules on structure do.
    absence_told_by: str | None
    #: The rule that tells of a second one, None where the rules on structure do.
    surplus_told_by: str | None


@frozen(eq=False, repr=False)
class Field:
    """An attribute of a row."""

    type: str
    required: bool
    #: The rule that tells of its absence or bad value, None where the rules on structure do.
    told_by: str | None


@frozen(kw_only=True, eq=False, repr=False)
class Row:
    """What one element may and must hold."""

    slots: tuple[Slot, ...]
    #: Clark name of a child to the number of its slot.
    ranks: Mapping[str, int]
    #: The slot of elements that the schema does not name, None where there may be none.
    wildcard: int | None
    #: The namespace that the wildcard excludes, None where it excludes none.
    excluded: str | None
    #: The type of the text where the content is a simple value.
    text: str | None
    #: Whether the schema says nothing about content and attributes.
    open: bool
    #: Whether an element has to name its type with xsi:type.
    abstract: bool
    fields: Mapping[str, Field]
    foreign_attributes: bool

    def rank(self, tag: str) -> int | None:
        """Return the slot of a child by its Clark name, None where it must not stand."""
        found = self.ranks.get(tag)
        if found is not None or self.wildcard is None:
            return found
        if self.excluded is not None and not tag.startswith("{"):
            return None
        if self.excluded is not None and tag.startswith("{" + self.excluded + "}"):
            return None
        return self.wildcard


def _qualified(name: str, home: str) -> str:
    prefix, colon, local = name.rpartition(":")
    return clark(_PREFIXES[prefix] if colon else home, local)


def _slot(text: str, home: str) -> Slot:
    particle, _, rules = text.partition("=")
    absence, _, surplus = rules.partition("/")
    mark = particle[-1] if particle[-1] in "?*+" else ""
    names = particle.removesuffix(mark).strip("()").split("|")
    return Slot(
        tuple(_qualified(name, home) for name in names if "##" not in name),
        mark in ("", "+"),
        mark in ("", "?"),
        absence or None,
        surplus or None,
    )


def _field(text: str) -> tuple[str, Field]:
    spec, _, told_by = text.partition("=")
    name, _, kind = spec.removesuffix("!").rpartition(":")
    if name.startswith("xml:"):
        name = clark(XML, name[4:])
    return name, Field(kind, spec.endswith("!"), told_by or None)


class _Reader:
    """Reads the rows of one schema; a word that many rows share is read once."""

    def __init__(self, home: str) -> None:
        self._home = home
        self._slots: dict[str, Slot] = {}
        self._fields: dict[str, dict[str, Field]] = {}

    def row(self, content: str, attributes: str) -> Row:
        """Return the row of a notation."""
        words = content.split()
        flags = [word for word in words if word[0] == "#" and word[1] != "#"]
        particles = [word for word in words if word not in flags]
        slots = tuple(map(self._slot, particles))
        wildcard = next((number for number, word in enumerate(particles) if "##" in word), None)
        text = next((flag.partition(":")[2] for flag in flags if flag.startswith("#text")), None)
        fields = self._read_fields(attributes)
        return Row(
            slots=slots,
            ranks={tag: number for number, slot in enumerate(slots) for tag in slot.tags},
            wildcard=wildcard,
            excluded=None if wildcard is None else self._excluded(particles[wildcard]),
            text=text,
            open="#open" in flags,
            abstract="#abstract" in flags,
            fields=fields,
            foreign_attributes="*" in attributes.split(),
        )

    def _slot(self, word: str) -> Slot:
        found = self._slots.get(word)
        if found is None:
            found = self._slots[word] = _slot(word, self._home)
        return found

    def _read_fields(self, attributes: str) -> dict[str, Field]:
        found = self._fields.get(attributes)
        if found is None:
            words = [word for word in attributes.split() if word != "*"]
            found = self._fields[attributes] = dict(map(_field, words))
        return found

    def _excluded(self, word: str) -> str | None:
        if "##any" in word:
            return None
        return XENC if word.startswith("xenc:") else self._home


def rows(namespace: str, table: Mapping[str, tuple[str, str]]) -> dict[str, Row]:
    """Return the rows of one schema by Clark name; equal notations share one row."""
    reader = _Reader(namespace)
    made: dict[tuple[str, str], Row] = {}
    found = {}
    for local, notation in table.items():
        if notation not in made:
            made[notation] = reader.row(*notation)
        found[clark(namespace, local)] = made[notation]
    return found
