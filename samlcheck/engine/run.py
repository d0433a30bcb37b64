"""The run: one walk over the evidence, every rule dispatched by type, every outcome recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import attrs

from samlcheck.engine.findings import (
    findings_of,
    order_of,
    owner_of,
    related_of,
    relaxed,
    tags_of,
)
from samlcheck.engine.locate import LocatedPlace, Locator, entity_of, located, outlined, scope_of
from samlcheck.engine.plan import Plan, lacking_words, present_in
from samlcheck.engine.report import Finding
from samlcheck.engine.tally import Tally, Totals, totals_of
from samlcheck.model import Assertion, Message, walk
from samlcheck.records import frozen
from samlcheck.rules.case import Case, History, Pair
from samlcheck.rules.registry import Entry
from samlcheck.rules.rule import ATTACK, BLOCKS_LOGIN, ERROR, Hit, Place, Unknown

_Concerned = tuple[Callable[..., Iterable[Any]], Entry]


def subjects(case: Case) -> Iterator[object]:
    """Yield everything that rules may judge, parents before children."""
    yield from case.documents
    yield from case.given
    if case.given_request is not None:
        yield case.given_request
    if case.metadata is not None:
        yield from walk(case.metadata)
    if case.kind == "pair":
        if case.sp is not None and case.idp is not None and case.sp_role and case.idp_role:
            yield Pair(sp=case.sp, idp=case.idp, sp_role=case.sp_role, idp_role=case.idp_role)
        return
    if case.sent is not None and (case.message is not None or case.sent.brings_artifact):
        yield case.sent
    if case.message is not None:
        yield from _message_parts(case, case.message)


def _message_parts(case: Case, message: Message) -> Iterator[object]:
    """Yield what a message stands in, the message, what it hides, and the keys that it needs."""
    if case.earlier:
        yield History(case.earlier)
    for carrier in case.carriers:
        yield from walk(carrier)
    yield from walk(message)
    for item in case.opened:
        yield item
        if isinstance(item.content, Assertion):
            yield from walk(item.content)
    for key in case.relied_on_keys:
        yield from walk(key)


class _Walk:
    """One walk: a tally for each rule that something was shown to."""

    def __init__(self, case: Case, plan: Plan, only: Callable[[Entry], bool] | None) -> None:
        self.case = case
        self.plan = plan
        self.only = only
        self.tallies: dict[str, Tally] = {}
        self._present = present_in(case)
        self._crashed = False
        self._lacking: dict[tuple[str, ...], str] = {}
        self._kinds: set[type] = set()
        self._shown: set[str] = set()

    @property
    def judged(self) -> frozenset[str]:
        """The ids of the rules that something was shown to, or that could not judge it."""
        found = self.plan.judged(self._kinds) if self.only is None else frozenset()
        return found | self._shown if self._shown else found

    def show(self, pairs: Iterable[tuple[Entry, object]]) -> None:
        """Show objects to one rule each; of an entity a rule keeps the first hit.

        None stands for a rule that had nothing to object to, an exception for one that crashed.
        """
        seen: set[tuple[str, str]] = set()
        locator = Locator(self.case)
        for entry, subject in pairs:
            tally = self._tally(entry)
            self._shown.add(entry.id)
            if isinstance(subject, Exception):
                tally.fail(subject, None)
                self._crashed = True
            if tally.crash is not None or subject is None:
                continue
            try:
                for result in entry.rule.judge(subject, self.case):
                    kept = (
                        result
                        if isinstance(result, Unknown)
                        else self._concrete(entry, result, locator)
                    )
                    place = kept.place if isinstance(kept, Hit) else None
                    entity = _entity_step(place)
                    if entity is None or (entry.id, entity) not in seen:
                        tally.note(self.case, kept)
                    if entity is not None:
                        seen.add((entry.id, entity))
            except Exception as error:  # a broken rule must not take the others along
                tally.fail(error, subject)

    def _concrete(self, entry: Entry, hit: Hit, locator: Locator) -> Hit:
        """Return a hit with its places and its owner made concrete.

        What a rule on sets is shown may have been read again for this one moment. Of a hit that
        is only counted the entity is all that is kept.
        """
        if self.plan.only_counts(entry, hit):
            return attrs.evolve(hit, place=outlined(self.case, hit.place), related=())
        return attrs.evolve(
            hit,
            owner=owner_of(self.case, entry.rule, hit),
            place=located(self.case, hit.place, locator),
            related=tuple(located(self.case, place, locator) for place in related_of(hit)),
        )

    def _tally(self, entry: Entry) -> Tally:
        tally = self.tallies.get(entry.id)
        if tally is None:
            tally = self.tallies[entry.id] = Tally(entry, entry.id in self.plan.selected)
        return tally

    def run(self, found: Iterable[object]) -> None:
        """Show each object to the rules that judge its class."""
        case = self.case
        by_type: dict[type, Sequence[_Concerned]] = {}
        for subject in found:
            kind = type(subject)
            concerned = by_type.get(kind)
            if concerned is None:
                concerned = by_type[kind] = self._concerned(kind)
            for judge_one, entry in concerned:
                try:
                    for result in judge_one(subject, case):
                        self._tally(entry).note(case, result)
                except Exception as error:  # a broken rule must not take the others along
                    self._tally(entry).fail(error, subject)
                    self._crashed = True
                    by_type = {}

    def _concerned(self, kind: type) -> Sequence[_Concerned]:
        """Return the rules that judge a class and can do so; those that cannot say why."""
        able, lacking = self.plan.able(kind, self._present)
        self._kinds.add(kind)
        if self.only is not None:
            able = tuple(item for item in able if self.only(item[1]))
            lacking = tuple(item for item in lacking if self.only(item))
            self._shown.update(entry.id for _, entry in able)
            self._shown.update(entry.id for entry in lacking)
        for entry in lacking:
            words = self._lacking.get(entry.needs)
            if words is None:
                words = lacking_words(entry, self.case, self._present)
                self._lacking[entry.needs] = words
            self._tally(entry).cannot(words)
        if not self._crashed:
            return able
        crashed = {slug for slug, tally in self.tallies.items() if tally.crash is not None}
        return [item for item in able if item[1].id not in crashed]


def _entity_step(place: Place | None) -> str | None:
    """Return the step of the path that tells in which entity of the document a place is."""
    path = place.location.xpath if isinstance(place, LocatedPlace) else None
    before, found, after = (path or "").partition("/md:EntityDescriptor")
    return before + found + after.partition("/")[0] if found else None


_Scopes = tuple[set[tuple[int, str | None]], set[tuple[int, str | None]]]


def _scopes(case: Case, tally: Tally, away: dict[int, str]) -> _Scopes:
    """Return where a rule has kept hits: all of them, and those that block a login."""
    kept = [hit for hit in tally.hits if id(hit) not in away]
    return (
        {scope_of(case, hit.place) for hit in kept},
        {scope_of(case, hit.place) for hit in kept if _blocks(case, tally.entry, hit)},
    )


def _explained_away(
    case: Case, plan: Plan, tallies: list[Tally], above: frozenset[str]
) -> dict[int, str]:
    """Return, by hit, the rule whose finding makes it a mere consequence.

    `above` names rules that found something about the whole document in another part of it.

    What is itself explained away explains nothing that comes later, so two rules that name each
    other never both vanish; and what blocks a login is explained only by what blocks it, too.
    """
    away: dict[int, str] = {}
    hitting = [tally for tally in tallies if tally.hits]
    scopes = {tally.entry.id: _scopes(case, tally, away) for tally in hitting}
    for tally in hitting:
        causes = plan.causes(tally.entry)
        present = [slug for slug in causes if slug in scopes]
        elsewhere = next((slug for slug in causes if slug in above), None)
        if not present and elsewhere is None:
            continue
        for hit in tally.hits:
            if elsewhere is not None:
                away[id(hit)] = elsewhere
                continue
            scope = scope_of(case, hit.place)
            must_block = case.kind == "message" and _blocks(case, tally.entry, hit)
            for slug in present:
                where = scopes[slug][must_block]
                if scope in where or (scope[0], None) in where:
                    away[id(hit)] = slug
                    break
        scopes[tally.entry.id] = _scopes(case, tally, away)
    return away


def _blocks(case: Case, entry: Entry, hit: Hit) -> bool:
    """Tell whether a hit keeps a login from being accepted."""
    if not entry.tags:
        return False
    tags = tags_of(case, entry.rule, hit)
    if ATTACK in tags:
        return True
    return BLOCKS_LOGIN in tags and (hit.severity or entry.severity) == ERROR


@frozen(kw_only=True)
class Judgement:
    """What a run found, before a verdict is drawn from it.

    `about_document` names the rules that found something outside of any entity.
    """

    findings: tuple[Finding, ...]
    totals: Totals
    open: tuple[str, ...]
    about_document: frozenset[str]


def _open(case: Case, plan: Plan, tallies: list[Tally], away: dict[int, str]) -> tuple[str, ...]:
    """Return what keeps the verdict on a login open, in words and without repetition."""
    words: dict[str, None] = {}
    for tally in tallies:
        words.update(dict.fromkeys(tally.open))
        slug = tally.entry.id
        if tally.crash is not None:
            words[f"the outcome of {slug}, which failed"] = None
        if any(id(hit) not in away and relaxed(case, plan, tally.entry, hit) for hit in tally.hits):
            words[f"whether the receiver lets {slug} pass, as the profile says"] = None
    return tuple(words)


def judge(
    case: Case,
    plan: Plan,
    found: Iterable[object] | None = None,
    *,
    pairs: Iterable[tuple[Entry, object]] = (),
    only: Callable[[Entry], bool] | None = None,
    keep: Callable[[Place], bool] | None = None,
    above: frozenset[str] = frozenset(),
) -> Judgement:
    """Run the rules of a plan over a case, or over some of its objects.

    :param pairs: objects for one rule each, such as those of rules on sets.
    :param only: tells which rules to run.
    :param keep: tells which places belong to the part that is judged.
    :param above: rules that found something about the whole document elsewhere.
    """
    walked = _Walk(case, plan, only)
    walked.run(subjects(case) if found is None else found)
    walked.show(pairs)
    order = plan.order
    tallies = sorted(walked.tallies.values(), key=lambda tally: order[tally.entry.id])
    if keep is not None:
        for tally in tallies:
            tally.hits = [hit for hit in tally.hits if keep(hit.place)]
    away = _explained_away(case, plan, tallies, above)
    totals = totals_of(case, (item for item in tallies if item.selected), away, walked.judged)
    placed = findings_of(case, plan, tallies, away, totals)
    placed.sort(key=lambda item: order_of(case, item))
    return Judgement(
        findings=tuple(finding for _, finding in placed),
        totals=totals,
        open=_open(case, plan, tallies, away) if case.kind == "message" else (),
        about_document=frozenset(
            tally.entry.id
            for tally in tallies
            for hit in tally.hits
            if id(hit) not in away and entity_of(hit.place) is None
        )
        if case.kind == "metadata"
        else frozenset(),
    )
