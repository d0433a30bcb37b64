"""Rules on several entities of one aggregate: facts of each are gathered, clashes found at the end.

Of each fact only a hash and the number of its entity are kept, eight octets. Entities whose facts
clash are read again, and compared in full, so that a chance agreement of hashes means nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Final
from zlib import crc32

from samlcheck.engine.plan import Plan
from samlcheck.engine.run import Judgement, judge
from samlcheck.model import EntitiesDescriptor, EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.registry import Entry
from samlcheck.rules.sets import MOST_MEMBERS, Census, Member, Members

#: Returns an entity by its number.
Reopen = Callable[[int], EntityDescriptor]

_NUMBER: Final = 0xFFFFFFFF
#: So many distinct keys of a census are kept unless the rule is asked for by its id.
MOST_KEYS: Final = 500
_MANY: Final = 100_000


#: Hashes and censuses by rule, rules of which keys were dropped, and rules whose facts crashed.
SetState = tuple[list["array[int]"], list[dict[str, list[int]]], set[str], dict[str, str]]


class SetFacts:
    """The facts of all entities of one aggregate that its rules on sets compare."""

    def __init__(self, plan: Plan) -> None:
        """Take the rules on sets of a plan."""
        self._compared = plan.judging(Members)
        self._counted = plan.judging(Census)
        self._hashes = [array("Q") for _ in self._compared]
        self._census: list[dict[str, list[int]]] = [{} for _ in self._counted]
        self._asked = frozenset(plan.context.select)
        self._cut: set[str] = set()
        #: What the facts of a rule raised, by rule id.
        self.crashes: dict[str, Exception] = {}

    def gather(self, number: int, entity: EntityDescriptor, case: Case) -> None:
        """Take the facts of one entity; `number` counts from 0 in document order."""
        for place, entry in enumerate(self._compared):
            hashes = self._hashes[place]
            for key in self._keys(entry, entity, case):
                hashes.append(_hash(key) << 32 | number)
        for place, entry in enumerate(self._counted):
            for key in self._keys(entry, entity, case):
                self._count(place, entry, key, 1, number)

    def _count(self, place: int, entry: Entry, key: str, count: int, number: int) -> None:
        census = self._census[place]
        found = census.get(key)
        if found is not None:
            found[0] += count
        elif len(census) < MOST_KEYS or entry.id in self._asked:
            census[key] = [count, number]
        else:
            self._cut.add(entry.id)

    def _keys(self, entry: Entry, entity: EntityDescriptor, case: Case) -> list[str]:
        """Return the distinct keys of a rule in one entity."""
        facts = entry.rule.facts
        if facts is None or entry.id in self.crashes:
            return []
        try:
            keys = [key for key, _ in facts(entity, case)]
        except Exception as error:  # a broken rule must not take the others along
            self.crashes[entry.id] = error
            return []
        return keys if len(keys) < 2 else list(dict.fromkeys(keys))

    def state(self) -> SetState:
        """Return what was gathered, in a form that another process can be sent."""
        crashes = {slug: type(error).__name__ for slug, error in self.crashes.items()}
        return self._hashes, self._census, self._cut, crashes

    def add(self, state: SetState, offset: int) -> None:
        """Add what was gathered in a part whose entities come `offset` entities later."""
        all_hashes, all_census, cut, crashes = state
        for mine, theirs in zip(self._hashes, all_hashes, strict=True):
            mine.extend(array("Q", [value + offset for value in theirs]) if offset else theirs)
        for place, entry in enumerate(self._counted):
            for key, (count, first) in all_census[place].items():
                self._count(place, entry, key, count, first + offset)
        self._cut |= cut
        for slug, words in crashes.items():
            self.crashes.setdefault(slug, RuntimeError(words))

    def subjects(
        self, group: EntitiesDescriptor, reopen: Reopen, case: Case, done: Callable[[], None]
    ) -> Iterator[tuple[Entry, Members | Census | Exception | None]]:
        """Yield each rule on sets, and what it has to judge; or what its facts raised.

        `done` is called when the entities that were read again have been judged.
        """
        for entry in (*self._compared, *self._counted):
            yield entry, self.crashes.get(entry.id)
        for entry, hashes in zip(self._compared, self._hashes, strict=True):
            for members in _groups(entry, hashes, reopen, case, done):
                yield entry, members
            done()
        for entry, census in zip(self._counted, self._census, strict=True):
            first = _First(entry, census, reopen, case)
            counts = {key: count for key, (count, _) in census.items()}
            complete = entry.id not in self._cut
            yield entry, Census(counts=counts, complete=complete, first=first, group=group)
            done()


def judge_sets(
    case: Case,
    plan: Plan,
    facts: SetFacts,
    group: EntitiesDescriptor,
    reopen: Reopen,
    above: frozenset[str],
    done: Callable[[], None] = lambda: None,
) -> Judgement:
    """Run the rules on sets over the facts of all entities of an aggregate.

    `above` names the rules that found something about the document itself; `done` is called
    whenever the entities that `reopen` returned are not needed any more.
    """
    pairs = facts.subjects(group, reopen, case, done)
    return judge(case, plan, (), pairs=pairs, above=above)


class _First:
    """Looks up the first entity with a key."""

    def __init__(
        self, entry: Entry, census: dict[str, list[int]], reopen: Reopen, case: Case
    ) -> None:
        self._entry, self._census, self._reopen, self._case = entry, census, reopen, case

    def __call__(self, wanted: str) -> Member | None:
        found = self._census.get(wanted)
        if found is None:
            return None
        members = _members(self._entry, self._reopen(found[1]), self._case)
        return next((member for key, member in members if key == wanted), None)


def _hash(key: str) -> int:
    return crc32(key.encode("utf-8", "surrogatepass"))


def _agreeing(hashes: array[int]) -> list[tuple[int, list[int]]]:
    """Return the hashes that several entities have, with the numbers of these entities.

    Many hashes are sorted a sixteenth at a time: a list takes five times the room of an array.
    """
    slices = 16 if len(hashes) > _MANY else 1
    found = []
    for low in range(slices):
        part = sorted(value for value in hashes if slices == 1 or value >> 60 == low)
        for key, same in groupby(part, key=lambda value: value >> 32):
            numbers = [value & _NUMBER for value in same]
            if len(numbers) > 1:
                found.append((key, numbers))
    return found


def _groups(
    entry: Entry, hashes: array[int], reopen: Reopen, case: Case, done: Callable[[], None]
) -> Iterator[Members]:
    """Yield the entities with a key in common, ordered by the second of each group."""
    for hashed, numbers in sorted(_agreeing(hashes), key=lambda item: (item[1][1], item[1][0])):
        done()  # with the group before
        by_key: dict[str, list[Member]] = {}
        for number in numbers[:MOST_MEMBERS]:
            for key, member in _members(entry, reopen(number), case):
                if _hash(key) == hashed:
                    by_key.setdefault(key, []).append(member)
        for key, members in by_key.items():
            if len(members) > 1:
                yield Members(key=key, members=tuple(members), total=len(numbers))


def _members(entry: Entry, entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Member]]:
    """Yield each key of an entity once, with its place."""
    facts = entry.rule.facts
    seen: set[str] = set()
    for key, place in facts(entity, case) if facts is not None else ():
        if key not in seen:
            seen.add(key)
            yield key, Member(entity=entity, place=place)
