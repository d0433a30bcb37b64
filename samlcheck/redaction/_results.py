"""What is written of the verification that went before: as much as redaction takes away."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from samlcheck.engine.api import Bytes, input_of
from samlcheck.engine.claims import may_be_caused
from samlcheck.engine.report import Finding, Report
from samlcheck.engine.view import MessageView
from samlcheck.intake._redacted import FORMAT
from samlcheck.redaction._standins import StandIns

NOTICE = (
    "This capture was redacted with samlcheck. Values about people are stand-ins, and secrets are "
    "gone; signatures therefore no longer verify. What was found before is told under 'messages'. "
    "It is the word of whoever made this file, and proves nothing."
)


def told(
    before: Sequence[Report],
    after: Sequence[Sequence[Report]],
    views: Sequence[MessageView],
    standins: StandIns,
    sides: dict[str, Bytes | None],
) -> dict[str, Any]:
    """Return the member of a redacted capture that says how it was judged before.

    `after` holds for each message the reports that readers of the copy will get.
    """
    judged: dict[str, Any] = {"profile": before[0].profile}
    for side, given in sides.items():
        if given is not None:
            octets = input_of(given, side).octets
            judged[side] = {"sha256": hashlib.sha256(octets).hexdigest()}
    return {
        "format": FORMAT,
        "notice": NOTICE,
        "judged": judged,
        "messages": [
            _message(old, new, view, standins)
            for old, new, view in zip(before, after, views, strict=True)
        ],
    }


def _message(
    old: Report, new: Sequence[Report], view: MessageView, standins: StandIns
) -> dict[str, Any]:
    left = set.intersection(*({_key(item) for item in report.findings} for report in new))
    found = {item.rule for item in old.findings}
    caused = {item.rule for report in new for item in report.findings} - found
    return {
        "message": old.message_kind,
        "evaluated_at": old.evaluated_at,
        "verdict": old.verdict,
        "undetermined_because": [standins.swept(text) for text in old.undetermined_because],
        "signatures": [
            standins.swept(f"signature {item.number} over {item.covers}: {item.words}")
            for item in view.signatures
        ],
        "findings": [_finding(item, standins) for item in old.findings if _key(item) not in left],
        "caused": sorted(rule for rule in caused if may_be_caused(rule)),
    }


def _key(finding: Finding) -> tuple[str | None, ...]:
    """Return what makes a finding the same; its words, too, where they tell of what is replaced."""
    words = finding.message if may_be_caused(finding.rule) else None
    return finding.rule, finding.severity, finding.location.xpath, words


def _finding(finding: Finding, standins: StandIns) -> dict[str, Any]:
    """Return a finding with its values masked, and without any secret that it quotes."""

    def clean(text: str | None) -> str | None:
        return None if text is None else standins.swept(text)

    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "owner": finding.owner,
        "message": clean(finding.message),
        "expected": clean(finding.expected),
        "actual": clean(finding.actual),
        "advice": clean(finding.advice),
        "artefact": finding.artefact,
        "line": finding.location.line,
        "column": finding.location.column,
        "xpath": clean(finding.location.xpath),
    }
