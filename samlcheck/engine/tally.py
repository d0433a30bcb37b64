"""What became of each rule: its hits while it runs, and the counts that remain of it."""

from __future__ import annotations

from collections.abc import Iterable

from samlcheck.engine.locate import scope_of
from samlcheck.engine.plan import Plan
from samlcheck.engine.report import COULD_NOT_RUN, FOUND, NOT_APPLICABLE, PASSED, Outcome
from samlcheck.model import Node
from samlcheck.rules.case import Case
from samlcheck.rules.registry import Entry
from samlcheck.rules.rule import ATTACK, BLOCKS_LOGIN, Hit, Place, Unknown
from samlcheck.xml import Document

#: Of one rule and severity so many findings are listed for one entity or message; the others are
#: counted. Real documents stay far below; a forger's must not buy hours or gigabytes.
MOST_LISTED = 100
#: So many combinations of rules are kept with a plan.
_MOST_KEPT = 64
#: So many different reasons why one rule could not decide are told.
MOST_REASONS = 20

#: What hits are counted by: the scope of their place, the document, the severity of their own.
_Group = tuple[object, ...]


class Tally:
    """What became of one rule during the walk.

    `hits` are those to list; `groups` and `surplus` count all of them, and those beyond the most
    that are listed, once there are so many. `open` says in words why a login stays undecided.
    """

    __slots__ = (
        "crash",
        "crash_place",
        "entry",
        "groups",
        "hits",
        "open",
        "selected",
        "surplus",
        "unknown",
    )

    def __init__(self, entry: Entry, selected: bool) -> None:  # noqa: FBT001 - two fields
        self.entry = entry
        self.selected = selected
        self.hits: list[Hit] = []
        self.unknown: list[str] = []
        self.open: list[str] = []
        self.crash: str | None = None
        self.crash_place: Place | None = None
        self.groups: dict[_Group, int] = {}
        self.surplus: dict[_Group, int] = {}

    def note(self, case: Case, result: Hit | Unknown) -> None:
        """Keep what the rule yielded; a hit is only counted where enough of its kind are kept.

        Hits of one group share what explains them and whether they block a login, so those that
        are kept stand for the others.
        """
        if isinstance(result, Unknown):
            self.cannot(result.reason)
            words = result.reason
            if not result.leaves_open:
                if ATTACK not in self.entry.tags and BLOCKS_LOGIN not in self.entry.tags:
                    return
                words = f"the outcome of {self.entry.id} ({result.reason})"
            _keep(self.open, words)
            return
        if len(self.hits) >= MOST_LISTED:
            if not self.groups:
                for kept in self.hits:
                    group = _group_of(case, kept)
                    self.groups[group] = self.groups.get(group, 0) + 1
            group = _group_of(case, result)
            count = self.groups[group] = self.groups.get(group, 0) + 1
            if count > MOST_LISTED:
                self.surplus[group] = self.surplus.get(group, 0) + 1
                return
        self.hits.append(result)

    def cannot(self, reason: str) -> None:
        """Record why the rule could not decide."""
        _keep(self.unknown, reason)

    def fail(self, error: Exception, subject: object) -> None:
        """Record that the rule crashed, with the line of samlcheck that the error comes from."""
        words, trace = type(error).__name__, error.__traceback__
        while trace is not None:
            name = trace.tb_frame.f_globals.get("__name__", "")
            if name.startswith("samlcheck."):
                words = f"{type(error).__name__} in {name}, line {trace.tb_lineno}"
            trace = trace.tb_next
        self.crash = words
        self.crash_place = Place(subject if isinstance(subject, Node | Document) else None)

    def more(self, case: Case, kept: list[Hit]) -> int:
        """Return how many hits are not listed, of the groups of which some are."""
        if not self.surplus:
            return 0
        listed = {_group_of(case, hit) for hit in kept}
        return sum(count for group, count in self.surplus.items() if group in listed)


def _keep(reasons: list[str], reason: str) -> None:
    """Add a reason that is new; after so many, that there are others."""
    if len(reasons) <= MOST_REASONS and reason not in reasons:
        reasons.append(reason if len(reasons) < MOST_REASONS else "other reasons of this kind")


def _group_of(case: Case, hit: Hit) -> _Group:
    subject = hit.place.subject
    document: Document | None
    if subject is None or isinstance(subject, Document):
        document = subject
    else:
        document = case.document_of(subject)
    return (*scope_of(case, hit.place), id(document), hit.severity)


class Total:
    """The counts that remain of one rule, for one document or for all parts of a large one.

    `listed` findings are in the report, `more` were found besides, and `below` counts those under
    the severity that is listed, by severity.
    """

    __slots__ = ("below", "crash", "explained", "listed", "more", "unknown")

    def __init__(self) -> None:
        self.listed = 0
        self.more = 0
        self.below: dict[str, int] = {}
        self.unknown: list[str] = []
        self.crash: str | None = None
        self.explained: str | None = None

    def add(self, other: Total) -> None:
        """Add the counts of another part."""
        self.listed += other.listed
        self.more += other.more
        for severity, count in other.below.items():
            self.below[severity] = self.below.get(severity, 0) + count
        self.unknown += [reason for reason in other.unknown if reason not in self.unknown]
        self.crash = self.crash or other.crash
        self.explained = self.explained or other.explained


class Totals:
    """The counts of all rules that have something to tell, and which rules judged anything."""

    __slots__ = ("by_rule", "judged")

    def __init__(self, judged: frozenset[str] = frozenset()) -> None:
        self.by_rule: dict[str, Total] = {}
        self.judged = judged

    def of(self, slug: str) -> Total:
        """Return the counts of one rule, which from now on has something to tell."""
        found = self.by_rule.get(slug)
        if found is None:
            found = self.by_rule[slug] = Total()
        return found

    def add(self, other: Totals) -> None:
        """Add the counts of another part."""
        self.judged |= other.judged
        for slug, total in other.by_rule.items():
            self.of(slug).add(total)

    def below(self) -> dict[str, int]:
        """Return the number of findings that are only counted, by severity."""
        counts: dict[str, int] = {}
        for total in self.by_rule.values():
            for severity, count in total.below.items():
                counts[severity] = counts.get(severity, 0) + count
        return counts

    def outcomes(self, plan: Plan) -> tuple[Outcome, ...]:
        """Return how each selected rule ended."""
        found = plan.endings.get(self.judged)
        if found is None:
            if len(plan.endings) >= _MOST_KEPT:
                plan.endings.clear()
            found = plan.endings[self.judged] = tuple(
                _outcome(entry.id, Total() if entry.id in self.judged else None)
                for entry in plan.entries
                if entry.id in plan.selected
            )
        if not self.by_rule:
            return found
        ended = list(found)
        for slug, total in self.by_rule.items():
            place = plan.place.get(slug)
            if place is not None:
                ended[place] = _outcome(slug, total)
        return tuple(ended)


def _outcome(slug: str, total: Total | None) -> Outcome:
    reason: str | None = None
    explained: str | None = None
    found = 0
    if total is None:
        status, reason = NOT_APPLICABLE, "the documents have nothing that it judges"
    elif total.listed or total.below:
        status, found = FOUND, total.listed + sum(total.below.values())
    elif total.crash is not None:
        status, reason = COULD_NOT_RUN, f"the rule failed ({total.crash})"
    elif total.unknown:
        status, reason = COULD_NOT_RUN, "; ".join(total.unknown)
    elif total.explained is not None:
        explained = total.explained
        status, reason = NOT_APPLICABLE, f"explained by {explained}"
    else:
        status = PASSED
    more = 0 if total is None else total.more
    return Outcome(
        rule=slug,
        status=status,
        findings=found,
        more=more,
        reason=reason,
        explained_by=explained,
    )


def totals_of(
    case: Case, tallies: Iterable[Tally], away: dict[int, str], judged: frozenset[str]
) -> Totals:
    """Return the counts of one run; what was listed is added when the findings are made."""
    totals = Totals(judged)
    for tally in tallies:
        total = totals.of(tally.entry.id)
        total.unknown = tally.unknown
        total.crash = tally.crash
        if tally.hits:
            kept = [hit for hit in tally.hits if id(hit) not in away]
            total.more = tally.more(case, kept)
            if not kept:
                total.explained = away[id(tally.hits[0])]
    return totals
