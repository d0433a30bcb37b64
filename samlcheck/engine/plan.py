"""Which rules a check runs, in which order, and what the profile makes of their severities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from samlcheck.model import Node
from samlcheck.profiles import SeverityChange
from samlcheck.rules.case import Case, Context
from samlcheck.rules.registry import Entry, entries_for, matches
from samlcheck.rules.rule import ATTACK, ERROR, INFO, NEEDS, OFF, WARNING, Hit
from samlcheck.xml import Document

if TYPE_CHECKING:
    from samlcheck.engine.report import Outcome
    from samlcheck.profiles.product import Waiver

#: The rules for a class that have what they need, with what to call, and those that lack something.
Able = tuple[tuple[tuple[Callable[..., Iterable[Any]], Entry], ...], tuple[Entry, ...]]

#: So many combinations of classes are kept with a plan, and so many plans in a process.
_MOST_KEPT = 64

RANKS = {OFF: 0, INFO: 1, WARNING: 2, ERROR: 3}


def _chosen(slug: str, select: Iterable[str], ignore: Iterable[str]) -> bool:
    wanted = tuple(select)
    if wanted and not any(matches(slug, glob) for glob in wanted):
        return False
    return not any(matches(slug, glob) for glob in ignore)


class Plan:
    """The rules of one check: those asked for, and those whose findings may explain theirs away.

    It follows from the kind of check and the context alone, so the parts of a large document
    share one. Findings below the severity `listed` are counted and nothing more.
    """

    def __init__(
        self,
        kind: str,
        context: Context,
        *,
        listed: str = INFO,
        entries: Sequence[Entry] | None = None,
    ) -> None:
        """Choose among the entries of that kind, or among those given."""
        self.kind = kind
        self.context = context
        self.listed = RANKS[listed]
        self.changes: dict[str, SeverityChange] = {}
        for change in context.profile.severities:
            self.changes.setdefault(change.rule, change)
        every = entries_for(kind) if entries is None else entries
        self.source = every
        self._waivers: dict[str, list[Waiver]] = {}
        for waiver in context.profile.waivers:
            self._waivers.setdefault(waiver.rule, []).append(waiver)
        self._every = tuple(entry for entry in every if not self._is_off(entry))
        select, ignore = context.select, context.ignore
        self.selected = (
            frozenset(e.id for e in self._every if _chosen(e.id, select, ignore))
            if select or ignore
            else frozenset(e.id for e in self._every)
        )
        self._causes: dict[str, tuple[str, ...]] = {}
        needed = self._needed()
        self.entries = tuple(entry for entry in self._every if entry.id in needed)
        self.order = {entry.id: number for number, entry in enumerate(self.entries)}
        self._judging: dict[type, tuple[Entry, ...]] = {}
        self._able: dict[tuple[type, frozenset[str]], Able] = {}
        self._judged: dict[frozenset[type], frozenset[str]] = {}
        #: The place of each selected rule among the outcomes.
        self.place = {
            item.id: at
            for at, item in enumerate(item for item in self.entries if item.id in self.selected)
        }
        #: How rules end that find nothing, by what was judged: kept here for the next report.
        self.endings: dict[frozenset[str], tuple[Outcome, ...]] = {}

    def _is_off(self, entry: Entry) -> bool:
        change = self.changes.get(entry.id)
        return (entry.severity if change is None else change.to) == OFF

    def _needed(self) -> set[str] | frozenset[str]:
        """Return the rules selected, and those that may explain their findings away."""
        if len(self.selected) == len(self._every):
            return self.selected
        by_id = {entry.id: entry for entry in self._every}
        needed, pending = set(self.selected), list(self.selected)
        while pending:
            for slug in self.causes(by_id[pending.pop()]):
                if slug not in needed:
                    needed.add(slug)
                    pending.append(slug)
        return needed

    def causes(self, entry: Entry) -> tuple[str, ...]:
        """Return the ids of the rules whose findings may explain away those of a rule."""
        if not entry.unless:
            return ()
        found = self._causes.get(entry.id)
        if found is None:
            found = self._causes[entry.id] = tuple(
                other.id
                for glob in entry.unless
                for other in self._every
                if other.id != entry.id and matches(other.id, glob)
            )
        return found

    def judging(self, kind: type) -> tuple[Entry, ...]:
        """Return the rules that judge objects of a class, in processing order."""
        found = self._judging.get(kind)
        if found is None:
            names = {base.__name__ for base in kind.__mro__}
            found = self._judging[kind] = tuple(
                entry for entry in self.entries if not names.isdisjoint(entry.on)
            )
        return found

    def judged(self, kinds: Iterable[type]) -> frozenset[str]:
        """Return the ids of the rules that judge objects of some classes."""
        key = frozenset(kinds)
        found = self._judged.get(key)
        if found is None:
            if len(self._judged) >= _MOST_KEPT:
                self._judged.clear()
            found = frozenset(entry.id for kind in key for entry in self.judging(kind))
            self._judged[key] = found
        return found

    def able(self, kind: type, present: frozenset[str]) -> Able:
        """Return the rules for a class that have what they need, and those that lack it."""
        found = self._able.get((kind, present))
        if found is None:
            entries = self.judging(kind)
            found = self._able[kind, present] = (
                tuple(
                    (item.rule.judge, item) for item in entries if present.issuperset(item.needs)
                ),
                tuple(item for item in entries if not present.issuperset(item.needs)),
            )
        return found

    def severity(self, entry: Entry, hit: Hit) -> tuple[str, str | None]:
        """Return the severity of a hit, and the profile's reason where the profile changed it.

        A profile changes what the rule declares; where the rule chose for this hit, it only
        lowers. What is waived, and may be, is for information.
        """
        if entry.id in self._waivers:
            for waiver in self._waivers[entry.id]:
                if waiver.holds(self.context.now) and _is_of(hit, waiver.entity):
                    return INFO, f"waived until {waiver.until}: {waiver.reason}"
        own = hit.severity or entry.severity
        change = self.changes.get(entry.id)
        if change is None or change.to == own or ATTACK in entry.tags:
            return own, None
        if hit.severity is not None and RANKS[change.to] > RANKS[own]:
            return own, None
        return change.to, change.reason

    def only_counts(self, entry: Entry, hit: Hit) -> bool:
        """Tell whether a hit is below the severity that is listed."""
        return RANKS[self.severity(entry, hit)[0]] < self.listed


def _is_of(hit: Hit, entity_id: str | None) -> bool:
    """Tell whether a hit lies in the entity; in any where none is named."""
    if entity_id is None:
        return True
    subject = hit.place.subject
    node = subject.element if isinstance(subject, Node) else subject
    while node is not None and not isinstance(node, Document):
        if node.get("entityID") == entity_id:
            return True
        node = node.getparent()
    return False


# What is kept follows from the code, the profile and the options of a check, never from input.
_PLANS: dict[tuple[object, ...], Plan] = {}


def plan_for(kind: str, context: Context) -> Plan:
    """Return the plan of a kind of check under a context; one plan serves all alike.

    Of its context only the profile and the selection are to be used, and the day where something
    is waived until one.
    """
    day = context.now.date() if context.profile.waivers else None
    key = kind, id(context.profile), context.select, context.ignore, day
    found = _PLANS.get(key)
    # A plan keeps its profile and entries, so that no others get their identity.
    if found is None or found.source is not entries_for(kind):
        if len(_PLANS) >= _MOST_KEPT:
            _PLANS.clear()
        found = _PLANS[key] = Plan(kind, context)
    return found


def present_in(case: Case) -> frozenset[str]:
    """Return which of the things that rules may need a case has."""
    present = {
        "sp": case.sp is not None,
        "idp": case.idp is not None,
        "request": case.request is not None,
        "profile": bool(case.profile.claims or case.context.allowed_authn_contexts),
    }
    return frozenset(need for need, there in present.items() if there)


def lacking_words(entry: Entry, case: Case, present: frozenset[str]) -> str:
    """Return what a rule needs and the case lacks, in words."""
    lacking = [need for need in entry.needs if need not in present]
    unusable = [NEEDS[need] for need in lacking if need in case.unusable]
    if unusable:
        return f"{' and '.join(unusable)} that was given cannot be used"
    return f"{' and '.join(NEEDS[need] for need in lacking)} was not given"
