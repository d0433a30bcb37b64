"""The run: one walk over the evidence, every rule dispatched by type, every outcome recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

import attrs
from lxml.etree import _Element as Element

from samlcheck.engine.locate import Locator, entity_id_of
from samlcheck.engine.report import (
    COULD_NOT_RUN,
    FOUND,
    NOT_APPLICABLE,
    PASSED,
    Finding,
    Outcome,
    make_finding,
)
from samlcheck.model import Node, walk
from samlcheck.rules.case import Case, Pair
from samlcheck.rules.citations import Citation
from samlcheck.rules.registry import rules_for
from samlcheck.rules.rule import ATTACK, ERROR, IDP, NEEDS, OFF, SP, Hit, Place, Rule, Unknown
from samlcheck.xml import Document
from samlcheck.xml.names import MD, clark

CRASHED = "tool-rule-crashed"

_ROLE_OWNERS = {clark(MD, "SPSSODescriptor"): SP, clark(MD, "IDPSSODescriptor"): IDP}


@attrs.define(eq=False)
class _Tally:
    """What became of one rule during the walk."""

    rule: Rule
    selected: bool
    judged: int = 0
    hits: list[Hit] = attrs.Factory(list)
    unknown: list[str] = attrs.Factory(list)
    crash: str | None = None
    crash_place: Place | None = None


def _chosen(slug: str, select: Iterable[str], ignore: Iterable[str]) -> bool:
    wanted = tuple(select)
    if wanted and not any(fnmatchcase(slug, glob) for glob in wanted):
        return False
    return not any(fnmatchcase(slug, glob) for glob in ignore)


def _tallies(case: Case) -> list[_Tally]:
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
    needed = set(selected)
    grown = True
    while grown:
        grown = False
        globs = [glob for rule in rules if rule.id in needed for glob in rule.unless]
        for rule in rules:
            if rule.id not in needed and any(fnmatchcase(rule.id, glob) for glob in globs):
                needed.add(rule.id)
                grown = True
    return [_Tally(rule, rule.id in selected) for rule in rules if rule.id in needed]


def _missing(rule: Rule, case: Case) -> str | None:
    """Return what a rule needs and the case lacks, in words."""
    present = {
        "sp": case.sp is not None,
        "idp": case.idp is not None,
        "request": case.request is not None,
        "profile": bool(case.profile.claims or case.context.allowed_authn_contexts),
    }
    lacking = [NEEDS[need] for need in rule.needs if not present[need]]
    return None if not lacking else f"{' and '.join(lacking)} was not given"


def subjects(case: Case) -> Iterator[object]:
    """Yield everything that rules may judge, parents before children."""
    yield from case.documents
    yield from case.given
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


def _walk(case: Case, tallies: list[_Tally]) -> None:
    by_type: dict[type, list[_Tally]] = {}
    blocked = {id(tally): _missing(tally.rule, case) for tally in tallies}
    for subject in subjects(case):
        kind = type(subject)
        concerned = by_type.get(kind)
        if concerned is None:
            concerned = by_type[kind] = [
                tally for tally in tallies if issubclass(kind, tally.rule.on)
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


def _judge(tally: _Tally, subject: object, case: Case) -> None:
    tally.judged += 1
    try:
        for result in tally.rule.judge(subject, case):
            if isinstance(result, Unknown):
                if result.reason not in tally.unknown:
                    tally.unknown.append(result.reason)
            else:
                tally.hits.append(result)
    except Exception as error:  # a broken rule must not take the others along
        tally.crash = type(error).__name__
        tally.crash_place = Place(subject if isinstance(subject, Node | Document) else None)


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


def _explained_away(case: Case, tallies: list[_Tally]) -> dict[int, str]:
    """Return, by hit, the rule whose finding makes it a mere consequence."""
    scopes: dict[str, set[tuple[int, str | None]]] = defaultdict(set)
    for tally in tallies:
        for hit in tally.hits:
            scopes[tally.rule.id].add(_scope(case, hit.place))
    away: dict[int, str] = {}
    for tally in tallies:
        causes = [
            slug
            for slug in scopes
            if slug != tally.rule.id and any(fnmatchcase(slug, glob) for glob in tally.rule.unless)
        ]
        for hit in tally.hits:
            scope = _scope(case, hit.place)
            for slug in causes:
                whole = (scope[0], None)
                if scope in scopes[slug] or whole in scopes[slug]:
                    away[id(hit)] = slug
                    break
    return away


def _owner(case: Case, tally: _Tally, hit: Hit) -> str:
    declared = hit.owner or tally.rule.owner
    if declared is not None:
        return declared
    subject = hit.place.subject
    node: Element | None
    if isinstance(subject, Document):
        given = next((item for item in case.given if item.document is subject), None)
        if given is not None:
            return given.side
        node = subject.root if case.kind == "metadata" else None
    else:
        node = subject.element if isinstance(subject, Node) else subject
    inner = node
    while node is not None:
        if node.tag in _ROLE_OWNERS:
            return _ROLE_OWNERS[str(node.tag)]
        node = node.getparent()
    if inner is not None:
        for tag, owner in _ROLE_OWNERS.items():
            if inner.find(f"./{tag}") is not None:
                return owner
        top = inner.getroottree().getroot()
        if case.kind == "metadata" and top.find(f"./{clark(MD, 'SPSSODescriptor')}") is None:
            return IDP
        if case.kind == "metadata":
            return SP
    return "capture" if case.kind == "message" else IDP


def _findings(case: Case, tallies: list[_Tally], away: dict[int, str]) -> list[tuple[int, Finding]]:
    changes = {change.rule: change for change in case.profile.severities}
    locator = Locator(case)
    found: list[tuple[int, Finding]] = []
    for order, tally in enumerate(tallies):
        if not tally.selected:
            continue
        rule = tally.rule
        change = changes.get(rule.id)
        if tally.crash is not None:
            found.append((order, _crash_finding(tally, locator)))
        for hit in tally.hits:
            if id(hit) in away:
                continue
            severity, reason = hit.severity or rule.severity, None
            if change is not None and change.to != severity and ATTACK not in rule.tags:
                severity, reason = change.to, change.reason
            found.append(
                (
                    order,
                    make_finding(
                        rule=rule.id,
                        severity=severity,
                        tags=rule.tags,
                        message=hit.message,
                        expected=hit.expected,
                        actual=hit.actual,
                        owner=_owner(case, tally, hit),
                        hint=_hint(case, rule, hit),
                        citations=rule.citations,
                        location=locator.locate(hit.place),
                        related=tuple(locator.locate(place) for place in hit.related),
                        severity_reason=reason,
                    ),
                )
            )
    return found


_CONSOLES = {"entra": "Entra ID", "adfs": "AD FS", "okta": "Okta", "webex": "Webex"}


def _hint(case: Case, rule: Rule, hit: Hit) -> str:
    """Return what to do, where in the consoles that the profile knows, and the vendor's symptom."""
    profile = case.profile
    parts = [hit.hint or rule.fix]
    for (console, slug), text in profile.fixes.items():
        if slug == rule.id and any(console in layer for layer in profile.layers):
            parts.append(f"In {_CONSOLES.get(console, console)}: {text}.")
    if rule.id in profile.vendor_codes:
        parts.append(f"Users see {profile.vendor_codes[rule.id]}.")
    return " ".join(parts)


def _crash_finding(tally: _Tally, locator: Locator) -> Finding:
    place = tally.crash_place or Place(None)
    return make_finding(
        rule=CRASHED,
        severity=ERROR,
        tags=(),
        message=f"The rule {tally.rule.id} failed on this input ({tally.crash}), so nothing is known about what it checks",
        expected=None,
        actual=None,
        owner="user",
        hint="Report it to the samlcheck project with the document, made anonymous.",
        citations=(Citation("samlcheck", None, ""),),
        location=locator.locate(place),
        related=(),
        severity_reason=None,
    )


def _outcomes(tallies: list[_Tally], away: dict[int, str]) -> tuple[Outcome, ...]:
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


def _order(case: Case, item: tuple[int, Finding]) -> tuple[object, ...]:
    stage, finding = item
    place = (
        finding.location.source,
        finding.location.line or 0,
        finding.location.column or 0,
        finding.rule,
        finding.message,
    )
    if case.kind == "message":
        rank = {"error": 0, "warning": 1, "info": 2}[finding.severity]
        return (0 if finding.blocks else 1, rank, stage, *place)
    return place


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
    found = _findings(case, tallies, away)
    found.sort(key=lambda item: _order(case, item))
    return Judgement(
        findings=tuple(finding for _, finding in found), outcomes=_outcomes(tallies, away)
    )
