"""Which rules a check runs, in which order, and what the profile makes of their severities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from samlcheck.profiles import SeverityChange
from samlcheck.rules.case import Case, Context
from samlcheck.rules.registry import Entry, entries_for, matches
from samlcheck.rules.rule import ATTACK, ERROR, INFO, NEEDS, OFF, WARNING, Hit

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

    def severity(self, entry: Entry, hit: Hit) -> tuple[str, str | None]:
        """Return the severity of a hit, and the profile's reason where the profile changed it.

        A profile changes what the rule declares; where the rule chose for this hit, it only
        lowers.
        """
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


def missing(entry: Entry, case: Case) -> str | None:
    """Return what a rule needs and the case lacks, in words."""
    if not entry.needs:
        return None
    present = {
        "sp": case.sp is not None,
        "idp": case.idp is not None,
        "request": case.request is not None,
        "profile": bool(case.profile.claims or case.context.allowed_authn_contexts),
    }
    lacking = [need for need in entry.needs if not present[need]]
    if not lacking:
        return None
    unusable = [NEEDS[need] for need in lacking if need in case.unusable]
    if unusable:
        return f"{' and '.join(unusable)} that was given cannot be used"
    return f"{' and '.join(NEEDS[need] for need in lacking)} was not given"
