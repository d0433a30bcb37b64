"""Hits to findings: who must act, what to do, where, how severe, in which order."""

from __future__ import annotations

import attrs
from lxml.etree import _Element as Element

from samlcheck.engine.about import Console
from samlcheck.engine.locate import Locator
from samlcheck.engine.plan import RANKS, Plan
from samlcheck.engine.report import Finding, make_finding
from samlcheck.engine.tally import Tally, Totals
from samlcheck.model import Node
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation
from samlcheck.rules.registry import Entry
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    CAPTURE,
    ERROR,
    IDP,
    SP,
    USER,
    Hit,
    Place,
    Rule,
)
from samlcheck.xml import Document
from samlcheck.xml.names import MD, clark

CRASHED = "tool-rule-crashed"
_IN_ENTITY = "/md:EntityDescriptor"

_ENTITY_DESCRIPTOR = clark(MD, "EntityDescriptor")
_ENTITIES_DESCRIPTOR = clark(MD, "EntitiesDescriptor")
_ROLE_OWNERS = {clark(MD, "SPSSODescriptor"): SP, clark(MD, "IDPSSODescriptor"): IDP}

#: So many related places of one finding are listed.
MOST_RELATED = 50

#: A finding with the position of its rule in the processing order.
Placed = tuple[int, Finding]


def owner_of(case: Case, rule: Rule, hit: Hit) -> str:
    """Return who must act: as stated, or the operator of the entity in which the place is."""
    declared = hit.owner or rule.owner
    if declared is not None:
        return declared
    subject = hit.place.subject
    if isinstance(subject, Document):
        given = next((item for item in case.given if item.document is subject), None)
        if given is not None:
            return given.side
        element = subject.root
    else:
        element = subject.element if isinstance(subject, Node) else subject
    if element is None or (case.kind == "message" and _side_of(element) is None):
        return CAPTURE if case.kind == "message" else USER
    side = _side_of(element)
    if side is None and element.tag == _ENTITIES_DESCRIPTOR:
        return USER  # the publisher of an aggregate is on neither side
    return side or IDP


def _side_of(element: Element) -> str | None:
    """Return the side of the role around an element, else of the roles that it contains."""
    node: Element | None = element
    while node is not None:
        if node.tag in _ROLE_OWNERS:
            return _ROLE_OWNERS[str(node.tag)]
        if node.tag == _ENTITY_DESCRIPTOR:
            break
        node = node.getparent()
    for tag, owner in _ROLE_OWNERS.items():
        if (element if node is None else node).find(f"./{tag}") is not None:
            return owner
    return None


def tags_of(case: Case, rule: Rule, hit: Hit) -> tuple[str, ...]:
    """Return the rule's tags, without those that decide about a login for a mere companion."""
    subject = hit.place.subject
    if case.kind != "message" or not isinstance(subject, Document):
        return rule.tags
    if subject is case.message_document or case.is_decrypted(subject):
        return rule.tags
    return tuple(tag for tag in rule.tags if tag not in (ATTACK, BLOCKS_LOGIN))


def relaxed(case: Case, plan: Plan, entry: Entry, hit: Hit) -> bool:
    """Tell whether a hit would refuse a login, had the profile not lowered its severity."""
    if BLOCKS_LOGIN not in entry.tags or (hit.severity or entry.severity) != ERROR:
        return False
    lowered = plan.severity(entry, hit)[0] != ERROR
    return lowered and BLOCKS_LOGIN in tags_of(case, entry.rule, hit)


def findings_of(
    case: Case, plan: Plan, tallies: list[Tally], away: dict[int, str], totals: Totals
) -> list[Placed]:
    """Return the findings of the selected rules, without the hits that others explain away.

    Hits below the severity that the plan lists are only counted, in `totals`.
    """
    locator = Locator(case)
    found: list[Placed] = []
    for tally in tallies:
        if not tally.selected or (not tally.hits and tally.crash is None):
            continue
        stage, total = plan.order[tally.entry.id], totals.of(tally.entry.id)
        if tally.crash is not None:
            found.append((stage, _crash_finding(tally, locator)))
        for hit in tally.hits:
            if id(hit) in away:
                continue
            severity, reason = plan.severity(tally.entry, hit)
            if RANKS[severity] < plan.listed:
                total.below[severity] = total.below.get(severity, 0) + 1
                continue
            total.listed += 1
            found.append((stage, _finding(case, tally.entry.rule, hit, severity, reason, locator)))
    return found


def _finding(
    case: Case, rule: Rule, hit: Hit, severity: str, reason: str | None, locator: Locator
) -> Finding:
    owner = owner_of(case, rule, hit)
    return make_finding(
        rule=rule.id,
        severity=severity,
        tags=tags_of(case, rule, hit),
        message=hit.message,
        expected=hit.expected,
        actual=hit.actual,
        owner=owner,
        advice=hit.hint or rule.fix,
        citations=rule.citations,
        location=locator.locate(hit.place),
        related=tuple(locator.locate(place) for place in related_of(hit)),
        severity_reason=reason,
        consoles=consoles_of(case, rule, owner),
        vendor_code=case.profile.vendor_codes.get(rule.id),
        artefact=hit.artefact,
        conceal=locator.conceal,
    )


def related_of(hit: Hit) -> tuple[Place, ...]:
    """Return the related places to list; the last one says how many more there are."""
    more = len(hit.related) - MOST_RELATED
    if more <= 0:
        return hit.related
    last = hit.related[MOST_RELATED - 1]
    words = f"{last.label or 'this'} (and {more} places more)"
    return (*hit.related[: MOST_RELATED - 1], attrs.evolve(last, label=words))


def consoles_of(case: Case, rule: Rule, owner: str) -> tuple[Console, ...]:
    """Return where to repair it in the consoles that the profile knows, the owner's first."""
    profile = case.profile
    found = []
    for (console, slug), path in profile.fixes.items():
        if slug == rule.id and console in profile.consoles:
            side = IDP if f"idp/{console}" in profile.layers else SP
            found.append(Console(name=profile.consoles[console], path=path, side=side))
    return tuple(sorted(found, key=lambda item: item.side != owner))


def _crash_finding(tally: Tally, locator: Locator) -> Finding:
    place = tally.crash_place or Place(None)
    return make_finding(
        rule=CRASHED,
        severity=ERROR,
        tags=(),
        message=(
            f"The rule {tally.entry.id} failed on this input ({tally.crash}), "
            "so nothing is known about what it checks"
        ),
        expected=None,
        actual=None,
        owner="user",
        advice="Report it to the samlcheck project with the document, made anonymous.",
        citations=(Citation("samlcheck", None, ""),),
        location=locator.locate(place),
        related=(),
        severity_reason=None,
    )


def order_of(case: Case, item: Placed) -> tuple[object, ...]:
    """Return the sort key of a finding: by cause in a message, by place in other documents."""
    stage, finding = item
    place = (
        finding.location.source,
        finding.location.line or 0,
        finding.location.column or 0,
        finding.rule,
        finding.message,
    )
    if case.kind == "message":
        return (not finding.blocks, -RANKS[finding.severity], stage, *place)
    return place


def in_entity(finding: Finding) -> bool:
    """Tell whether a finding on metadata lies in one of the entities."""
    return _IN_ENTITY in (finding.location.xpath or "")


def order_in_metadata(finding: Finding) -> tuple[object, ...]:
    """Return the sort key of what is said of an aggregate as a whole: by place, the frame last."""
    location = finding.location
    place = location.source, location.line or 0, location.column or 0
    return (not in_entity(finding), *place, finding.rule, finding.message)
