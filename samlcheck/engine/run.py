"""The run: one walk over the evidence, every rule dispatched by type, every outcome recorded."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import cast

import attrs

from samlcheck.engine.findings import Tally, findings_of, order_of
from samlcheck.engine.locate import entity_id_of
from samlcheck.engine.report import (
    COULD_NOT_RUN,
    FOUND,
    NOT_APPLICABLE,
    PASSED,
    Finding,
    Outcome,
)
from samlcheck.model import Node, walk
from samlcheck.rules.case import Case, Pair
from samlcheck.rules.registry import explainers, judging, matches, rules_for
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    ERROR,
    NEEDS,
    OFF,
    Hit,
    Place,
    Rule,
    Unknown,
)
from samlcheck.xml import Document


def _chosen(slug: str, select: Iterable[str], ignore: Iterable[str]) -> bool:
    wanted = tuple(select)
    if wanted and not any(matches(slug, glob) for glob in wanted):
        return False
    return not any(matches(slug, glob) for glob in ignore)


def _tallies(case: Case) -> list[Tally]:
    """Return a tally for each rule to run: the selected ones and those that explain them away."""
    rules = rules_for(case.kind)
    context = case.context
    changed = {change.rule: change.to for change in context.profile.severities}
    selected = {
        rule.id
        for rule in rules
        if changed.get(rule.id, rule.severity) != OFF
        and _chosen(rule.id, context.select, context.ignore)
    }
    causes = explainers(rules)
    needed, pending = set(selected), list(selected)
    while pending:
        for slug in causes.get(pending.pop(), ()):
            if slug not in needed:
                needed.add(slug)
                pending.append(slug)
    return [Tally(rule, rule.id in selected) for rule in rules if rule.id in needed]


def _missing(rule: Rule, case: Case) -> str | None:
    """Return what a rule needs and the case lacks, in words."""
    present = {
        "sp": case.sp is not None,
        "idp": case.idp is not None,
        "request": case.request is not None,
        "profile": bool(case.profile.claims or case.context.allowed_authn_contexts),
    }
    lacking = [need for need in rule.needs if not present[need]]
    if not lacking:
        return None
    unusable = [NEEDS[need] for need in lacking if need in case.unusable]
    if unusable:
        return f"{' and '.join(unusable)} that was given cannot be used"
    return f"{' and '.join(NEEDS[need] for need in lacking)} was not given"


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
    if case.message is None:
        return
    if case.sent is not None:
        yield case.sent
    yield from walk(case.message)
    for item in case.decrypted:
        yield item
        if item.assertion is not None:
            yield from walk(item.assertion)
    for key in case.relied_on_keys:
        yield from walk(key)


def _walk(case: Case, tallies: list[Tally]) -> None:
    rules = rules_for(case.kind)
    by_id = {tally.rule.id: tally for tally in tallies}
    by_type: dict[type, list[Tally]] = {}
    blocked = {id(tally): _missing(tally.rule, case) for tally in tallies}
    for subject in subjects(case):
        kind = type(subject)
        concerned = by_type.get(kind)
        if concerned is None:
            concerned = by_type[kind] = [
                by_id[slug] for slug in judging(rules, cast("Hashable", kind)) if slug in by_id
            ]
        for tally in concerned:
            if tally.crash is not None:
                continue
            missing = blocked[id(tally)]
            if missing is not None:
                if missing not in tally.unknown:
                    tally.unknown.append(missing)
                continue
            _judge(tally, subject, case)


def _judge(tally: Tally, subject: object, case: Case) -> None:
    tally.judged += 1
    try:
        for result in tally.rule.judge(subject, case):
            if isinstance(result, Unknown):
                if result.reason not in tally.unknown:
                    tally.unknown.append(result.reason)
            else:
                tally.hits.append(result)
    except Exception as error:  # a broken rule must not take the others along
        tally.crash = _crash_words(error)
        tally.crash_place = Place(subject if isinstance(subject, Node | Document) else None)


def _crash_words(error: Exception) -> str:
    """Return the class of an exception and the line of samlcheck that it comes from."""
    words, trace = type(error).__name__, error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if name.startswith("samlcheck."):
            words = f"{type(error).__name__} in {name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return words


def _scope(case: Case, place: Place) -> tuple[int, str | None]:
    """Return what a finding may explain away: the same entity, or the same document."""
    subject = place.subject
    if isinstance(subject, Document):
        return id(subject), None
    if subject is None:
        return 0, None
    element = subject.element if isinstance(subject, Node) else subject
    if case.kind == "message":
        return 0, None  # all evidence of a message is one login
    return id(case.document_of(element)), entity_id_of(element)


_Scopes = tuple[set[tuple[int, str | None]], set[tuple[int, str | None]]]


def _scopes(case: Case, tally: Tally, away: dict[int, str]) -> _Scopes:
    """Return where a rule has kept hits: all of them, and those that block a login."""
    kept = [hit for hit in tally.hits if id(hit) not in away]
    return (
        {_scope(case, hit.place) for hit in kept},
        {_scope(case, hit.place) for hit in kept if _blocks(tally.rule, hit)},
    )


def _explained_away(case: Case, tallies: list[Tally]) -> dict[int, str]:
    """Return, by hit, the rule whose finding makes it a mere consequence.

    What is itself explained away explains nothing that comes later, so two rules that name each
    other never both vanish; and what blocks a login is explained only by what blocks it, too.
    """
    causes = explainers(rules_for(case.kind))
    away: dict[int, str] = {}
    scopes = {tally.rule.id: _scopes(case, tally, away) for tally in tallies if tally.hits}
    for tally in tallies:
        present = [slug for slug in causes.get(tally.rule.id, ()) if slug in scopes]
        if not tally.hits or not present:
            continue
        for hit in tally.hits:
            scope = _scope(case, hit.place)
            must_block = case.kind == "message" and _blocks(tally.rule, hit)
            for slug in present:
                where = scopes[slug][must_block]
                if scope in where or (scope[0], None) in where:
                    away[id(hit)] = slug
                    break
        scopes[tally.rule.id] = _scopes(case, tally, away)
    return away


def _blocks(rule: Rule, hit: Hit) -> bool:
    """Tell whether a hit keeps a login from being accepted."""
    if ATTACK in rule.tags:
        return True
    return BLOCKS_LOGIN in rule.tags and (hit.severity or rule.severity) == ERROR


def _outcomes(tallies: list[Tally], away: dict[int, str]) -> tuple[Outcome, ...]:
    outcomes = []
    for tally in tallies:
        if not tally.selected:
            continue
        kept = [hit for hit in tally.hits if id(hit) not in away]
        reason: str | None = None
        if kept:
            status = FOUND
        elif tally.crash is not None:
            status, reason = COULD_NOT_RUN, f"the rule failed ({tally.crash})"
        elif tally.unknown:
            status, reason = COULD_NOT_RUN, "; ".join(tally.unknown)
        elif tally.hits:
            status, reason = NOT_APPLICABLE, f"explained by {away[id(tally.hits[0])]}"
        elif tally.judged:
            status = PASSED
        else:
            status, reason = NOT_APPLICABLE, "the documents have nothing that it judges"
        outcomes.append(
            Outcome(rule=tally.rule.id, status=status, findings=len(kept), reason=reason)
        )
    return tuple(outcomes)


@attrs.frozen(kw_only=True)
class Judgement:
    """What the run found, before a verdict is drawn from it."""

    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]


def judge(case: Case) -> Judgement:
    """Run the selected rules over a case."""
    tallies = _tallies(case)
    _walk(case, tallies)
    away = _explained_away(case, tallies)
    found = findings_of(case, tallies, away)
    found.sort(key=lambda item: order_of(case, item))
    return Judgement(
        findings=tuple(finding for _, finding in found), outcomes=_outcomes(tallies, away)
    )
