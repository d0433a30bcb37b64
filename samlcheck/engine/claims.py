"""Reports on redacted captures: what can still be seen, and what their maker claims to have seen.

A claim adds findings, and explains those that redaction itself brought about. It never takes away
anything else, and a message that somebody altered is never `accepted` on the word of another.
"""

from __future__ import annotations

import hashlib
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

import attrs

from samlcheck.engine.findings import consoles_of
from samlcheck.engine.plan import RANKS, Plan
from samlcheck.engine.report import REJECTED, UNDETERMINED, Finding, Location, Report, make_finding
from samlcheck.rules.case import Case
from samlcheck.rules.registry import Entry
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    CAPTURE,
    ERROR,
    IDP,
    INFO,
    SP,
    USER,
    WARNING,
)

if TYPE_CHECKING:
    from samlcheck.intake._redacted import Claim, ClaimedFinding

#: Rules that look at what redaction replaces: signatures, ciphertexts, values about people. What
#: any other rule finds stands, whatever is claimed.
REPLACED: Final = (
    "sig-*",
    "redirect-sig*",
    "simplesign-*",
    "enc-*",
    "attr-*",
    "nameid-*",
    "subject-*",
    "relaystate-*",
    "artifact-format",
    "cert-ecdsa-zero",
    "claims-size",
    "profile-relation-broken",
    "adfs-nameid-rule",
    "aws-required-attributes",
    "saml2int-attributes",
    "salesforce-fed-id",
    "webex-uid-email",
)
#: Set beside the tags of a finding that its maker claims.
CLAIMED: Final = "claimed"
_BEFORE: Final = "Before redaction, says whoever made this file: "
_WHY_CLAIMED: Final = "found before redaction, and claimed by whoever redacted the capture"
_WHY_CAUSED: Final = "redaction replaced what this rule looks at: it found nothing before"
_NEEDED: Final = (
    "the capture as it was: this one was redacted, and its signatures cannot be verified any more"
)


def with_claim(report: Report, claim: Claim, case: Case) -> Report:
    """Return a report on a redacted message with what is claimed of it before redaction."""
    plan = Plan("message", case.context)
    entries = {entry.id: entry for entry in plan.entries if entry.id in plan.selected}
    claimed = [
        _finding(item, entries[item.rule], report, case)
        for item in claim.findings
        if item.rule in entries
    ]
    own = [_explained(item, claim) for item in report.findings]
    told = {_place(item): item for item in claimed}
    own = [item for item in own if not _outweighs(told.get(_place(item)), item)]
    seen = {_place(item) for item in own if item.severity != INFO}
    findings = sorted(
        (*own, *(item for item in claimed if _place(item) not in seen)),
        key=lambda item: (not item.blocks, -RANKS[item.severity], plan.order.get(item.rule, 0)),
    )
    blocked = any(item.blocks for item in findings)
    return attrs.evolve(
        report,
        findings=tuple(findings),
        verdict=REJECTED if blocked else UNDETERMINED,
        undetermined_because=() if blocked else (_NEEDED,),
        facts=(*report.facts, *_facts(claim, case)),
    )


def _outweighs(claimed: Finding | None, own: Finding) -> bool:
    """Tell whether a claimed finding takes the place of one that was made again.

    It does when it is graver, or as grave and about what redaction replaced.
    """
    if claimed is None:
        return False
    more = RANKS[claimed.severity] - RANKS[own.severity]
    return more > 0 or (more == 0 and may_be_caused(own.rule))


def _place(finding: Finding) -> tuple[str, str | None]:
    return finding.rule, finding.location.xpath


def _explained(finding: Finding, claim: Claim) -> Finding:
    """Return a finding as a note, when redaction brought it about."""
    if finding.rule not in claim.caused or not may_be_caused(finding.rule):
        return finding
    tags = tuple(tag for tag in finding.tags if tag not in (ATTACK, BLOCKS_LOGIN))
    return attrs.evolve(finding, severity=INFO, severity_reason=_WHY_CAUSED, tags=tags)


def may_be_caused(rule: str) -> bool:
    """Tell whether redaction may have brought about what a rule finds."""
    return any(fnmatchcase(rule, glob) for glob in REPLACED)


def _finding(item: ClaimedFinding, entry: Entry, report: Report, case: Case) -> Finding:
    """Return a claimed finding, marked as such in its words and its tags."""
    rule = entry.rule
    owner = item.owner if item.owner in (SP, IDP, CAPTURE, USER) else CAPTURE
    return make_finding(
        rule=entry.id,
        severity=item.severity if item.severity in (ERROR, WARNING) else INFO,
        tags=(*rule.tags, CLAIMED),
        message=_BEFORE + item.message,
        expected=item.expected,
        actual=item.actual,
        owner=owner,
        advice=item.advice or rule.fix,
        citations=rule.citations,
        location=Location(
            source=report.sources[0],
            origin=report.origin,
            line=item.line,
            column=item.column,
            end_line=None,
            end_column=None,
            xpath=item.xpath,
            entity_id=None,
            excerpt=None,
        ),
        related=(),
        severity_reason=_WHY_CLAIMED,
        consoles=consoles_of(case, rule, owner),
        vendor_code=case.profile.vendor_codes.get(rule.id),
        artefact=item.artefact,
    )


def _facts(claim: Claim, case: Case) -> tuple[tuple[str, str], ...]:
    then = claim.verdict or "not told"
    because = f" (for want of {'; '.join(claim.because)})" if claim.because else ""
    told = [
        ("redacted", "values are stand-ins; what was verified before is the word of the sender"),
        ("claimed", f"verdict before redaction: {then}{because}"),
    ]
    told.extend(("claimed", words) for words in claim.signatures[:10])
    given = {item.side: hashlib.sha256(item.document.data).hexdigest() for item in case.given}
    told.extend(
        ("claimed", f"judged before with other {side.upper()} metadata than is given here")
        for side, digest in claim.evidence
        if side in given and given[side] != digest
    )
    return tuple(told)
