"""The rule that counts what the entities of an aggregate have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from samlcheck.model import EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata
from samlcheck.rules.rule import OFF, Hit, Place, example, hit, rule
from samlcheck.rules.sets import Census
from samlcheck.xml.names import display

#: What is counted, in the order of the message; the rest of a key is what an entity has.
_KINDS: Final = {
    "role": "roles",
    "key": "keys",
    "until": "certificates that end in",
    "algorithm": "algorithms announced",
}
_MOST: Final = 8


def _facts(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    """Yield what an entity has, each once."""
    found: dict[str, None] = {}
    for role in entity.roles:
        found[f"role {display(str(role.element.tag))}"] = None
        for key in role.keys:
            for node in () if key.key_info is None else key.key_info.certificates:
                facts = case.certificate(node)
                if facts.key is not None:
                    found[f"key {facts.key.type} {facts.key.bits or ''}".rstrip()] = None
                if facts.not_after is not None:
                    found[f"until {facts.not_after.year}"] = None
            for method in key.encryption_methods:
                if method.algorithm:
                    found[f"algorithm {method.algorithm.rpartition('#')[2]}"] = None
    for text in found:
        yield text, Place(entity)


@rule(
    "agg-stats",
    on=Census,
    facts=_facts,
    severity=OFF,
    cites=[metadata("2.3")],
    bad=[example("aggregate", enable=["agg-stats"])],
    good=[example("aggregate"), example("sp", enable=["agg-stats"])],
)
def statistics(census: Census, case: Case) -> Iterator[Hit]:
    """Counts of what the entities of the aggregate have.

    How many entities have each role, kind and size of key, year in which a certificate ends, and
    encryption algorithm. Nothing is wrong; the rule runs where a profile asks for it.

    Why: who runs a federation sees by it how many members a change would touch.
    Fix: Nothing has to be done.
    """
    parts = [
        f"{words} {_listed(kind, census.counts)}"
        for kind, words in _KINDS.items()
        if any(key.startswith(f"{kind} ") for key in census.counts)
    ]
    if parts:
        yield hit(census.group, "How many entities have each: " + "; ".join(parts))


def _listed(kind: str, counts: Mapping[str, int]) -> str:
    """Return what is counted of one kind, the most frequent first; years in their order."""
    found = Counter({key.partition(" ")[2]: n for key, n in counts.items() if key.startswith(kind)})
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_MOST]
    if kind == "until":
        ordered.sort()
    return ", ".join(f"{name} ({number})" for name, number in ordered)


RULES = (statistics,)
