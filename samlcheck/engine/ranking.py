"""The one ranking of findings: what is the cause of a failed login, and what follows from it.

Findings come in the order in which a receiver works. The root cause is what blocks the login
earliest, unless something else explains it; what somebody saw of the failure says how far the
receiver came, and so goes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from samlcheck.engine.about import Symptom
from samlcheck.engine.asked import REFUSED
from samlcheck.engine.explains import explains
from samlcheck.engine.report import ACCEPTED, REJECTED, Finding
from samlcheck.records import frozen
from samlcheck.rules.rule import ERROR, INFO

#: So many causes are compared with one another; those after them stand for themselves.
_MOST_COMPARED = 60


@frozen(kw_only=True)
class Ranked:
    """A cause with what follows from it; `by_symptom` tells that what was seen points to it."""

    finding: Finding
    follows: tuple[Finding, ...]
    by_symptom: bool


def is_cause(finding: Finding, kind: str, verdict: str | None) -> bool:
    """Tell whether a finding can be a reason for a login to fail.

    Where nothing blocks it and the verdict is open, or no message was judged, every error can.
    """
    if kind == "message" and verdict == REJECTED:
        return finding.blocks
    return verdict != ACCEPTED and finding.severity == ERROR


def rank(
    findings: Iterable[Finding],
    kind: str,
    verdict: str | None,
    symptom: Symptom | None = None,
    asked: Sequence[Finding] = (),
) -> tuple[tuple[Ranked, ...], tuple[Finding, ...]]:
    """Return the causes, the root first, and the findings that are no part of any.

    `findings` stand in the order in which a receiver works. What was seen of the failure makes a
    cause of each warning that it points to as well. `asked` are those on the request that explain
    its refusal, the best first.
    """
    if kind not in ("message", "pair"):
        return (), tuple(findings)  # no login, no cause of its failure
    causes: list[Finding] = []
    others: list[Finding] = []
    for finding in findings:
        pointed_at = finding.severity != INFO and _pointed_at([finding], symptom) is not None
        cause = pointed_at or is_cause(finding, kind, verdict)
        (causes if cause else others).append(finding)
    groups = _groups(causes)
    refused = (group for group in groups if any(item.rule == REFUSED for item in group))
    refusal = next(refused, None) if asked else None
    if refusal is not None:
        refusal[:0] = asked[:1]
        groups.extend([item] for item in asked[1:])
    rest: list[Finding] = []
    for finding in others:
        group = _explaining(groups[:_MOST_COMPARED], finding)
        (rest if group is None else group).append(finding)
    made = [
        Ranked(
            finding=group[0],
            follows=tuple(group[1:]),
            by_symptom=_pointed_at(group, symptom) is not None,
        )
        for group in groups
    ]
    groups_by_cause = {id(group[0]): group for group in groups}
    made.sort(key=lambda item: _key(groups_by_cause[id(item.finding)], symptom))
    return tuple(made), tuple(rest)


def _groups(causes: Sequence[Finding]) -> list[list[Finding]]:
    """Return the causes in groups, each led by the one that explains the others of it."""
    groups: list[list[Finding]] = []
    for cause in causes[:_MOST_COMPARED]:
        group = _explaining(groups, cause)
        if group is None:
            groups.append([cause])
        else:
            group.append(cause)
    for group in list(groups):  # what comes later may explain what came before
        later = groups[groups.index(group) + 1 :]
        above = next((other for other in later if explains(other[0], group[0])), None)
        if above is not None and not explains(group[0], above[0]):
            above.extend(group)
            groups.remove(group)
    return groups + [[cause] for cause in causes[_MOST_COMPARED:]]


def _explaining(groups: Sequence[list[Finding]], finding: Finding) -> list[Finding] | None:
    """Return the first group that explains a finding."""
    for group in groups:
        if any(explains(member, finding) for member in group):
            return group
    return None


def _pointed_at(group: Sequence[Finding], symptom: Symptom | None) -> int | None:
    """Return at which place the symptom names a rule of a group."""
    if symptom is None:
        return None
    for place, glob in enumerate(symptom.look_at):
        if any(fnmatchcase(member.rule, glob) for member in group):
            return place
    return None


def _key(group: Sequence[Finding], symptom: Symptom | None) -> tuple[bool, bool, bool, int]:
    """Return the sort key of a group; groups of equal keys stay in processing order.

    How a message was captured says nothing about why the login failed, so that goes last.
    """
    place = _pointed_at(group, symptom)
    vague = symptom is not None and not symptom.sure
    after = vague and not any(member.blocks for member in group)
    return after, place is None, group[0].artefact, 0 if place is None else place
