"""The JSON form of a Report, written by hand so that the wire format is stable.

The format is `samlcheck.report/1`; its JSON Schema is schemas/report.schema.json. Personal values
are masked unless asked for.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from samlcheck.engine.report import Finding, Location, Report

FORMAT = "samlcheck.report/1"
FORMAT_MANY = "samlcheck.reports/1"


def _location(location: Location) -> dict[str, Any]:
    return {
        "source": location.source,
        "origin": list(location.origin),
        "line": location.line,
        "column": location.column,
        "end_line": location.end_line,
        "end_column": location.end_column,
        "xpath": location.xpath,
        "entity_id": location.entity_id,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "severity_reason": finding.severity_reason,
        "tags": list(finding.tags),
        "message": finding.message,
        "expected": finding.expected,
        "actual": finding.actual,
        "owner": finding.owner,
        "hint": finding.hint,
        "citations": [
            {"document": item.document, "clause": item.clause, "url": item.url}
            for item in finding.citations
        ],
        "location": _location(finding.location),
        "related": [{"label": item.label, **_location(item)} for item in finding.related],
    }


def report_data(report: Report, *, show_values: bool = False) -> dict[str, Any]:
    """Return a report as plain data, ready for json.dumps."""
    findings = [item.shown() for item in report.findings] if show_values else report.findings
    return {
        "format": FORMAT,
        "kind": report.kind,
        "message_kind": report.message_kind,
        "sources": list(report.sources),
        "origin": list(report.origin),
        "profile": report.profile,
        "evaluated_at": report.evaluated_at,
        "verdict": report.verdict,
        "undetermined_because": list(report.undetermined_because),
        "findings": [_finding(item) for item in findings],
        "outcomes": [
            {
                "rule": item.rule,
                "status": item.status,
                "findings": item.findings,
                "more": item.more,
                "reason": item.reason,
            }
            for item in report.outcomes
        ],
        "facts": [{"name": name, "value": value} for name, value in report.facts],
        "summary": report.summary,
    }


def render_json(reports: Sequence[Report], *, many: bool, show_values: bool = False) -> str:
    """Return one report, or an object that holds several, as JSON text in ASCII."""
    data = [report_data(report, show_values=show_values) for report in reports]
    whole: dict[str, Any] = {"format": FORMAT_MANY, "reports": data} if many else data[0]
    return json.dumps(whole, indent=2) + "\n"
