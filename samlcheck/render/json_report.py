"""The JSON form of a Report, written by hand so that the wire format is stable.

The format is `samlcheck.report/1`; its JSON Schema is schemas/report.schema.json. Personal values
are masked unless asked for.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import attrs

from samlcheck.engine.report import Finding, Location, Report

if TYPE_CHECKING:
    from samlcheck.engine.story import Cause
    from samlcheck.engine.traffic import RecordedExchange

FORMAT = "samlcheck.report/1"
#: Where a finding stands: the number of its exchange, None for the report itself; its place there.
_Places = dict[int, tuple[int | None, int]]

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


def _cause(cause: Cause, places: _Places) -> dict[str, Any]:
    setting = cause.setting
    exchange, finding = places[id(cause.finding)]
    return {
        "exchange": exchange,
        "finding": finding,
        "side": cause.side,
        "setting": None
        if setting is None
        else {"name": setting.name, "present": setting.present, "needed": setting.needed},
        "consoles": [
            {"console": item.name, "path": item.path, "side": item.side}
            for item in cause.finding.consoles
        ],
        "vendor_code": cause.finding.vendor_code,
        "because": list(cause.because),
        "follows": [places[id(item)][1] for item in cause.follows],
        "hides": list(cause.hides),
        "letter": {"to": cause.letter.to, "lines": list(cause.letter.lines)},
    }


def _story(report: Report) -> dict[str, Any] | None:
    """Return the story of a login; findings are named by their place in the list of findings."""
    if report.kind not in ("message", "pair"):
        return None
    from samlcheck.engine.story import story_of

    story = story_of(report)
    places: _Places = {
        id(item): (exchange.number, place)
        for exchange in report.exchanges
        for place, item in enumerate(exchange.findings)
    }
    places.update((id(item), (None, place)) for place, item in enumerate(report.findings))
    return {
        "headline": story.headline,
        "causes": [_cause(cause, places) for cause in story.causes],
        "noticed": [places[id(item)][1] for item in story.noticed],
        "unknown": [{"what": item.what, "send": item.send} for item in story.unknown],
    }


def _symptom(report: Report) -> dict[str, Any] | None:
    symptom = report.symptom
    if symptom is None:
        return None
    return {"label": symptom.label, "meaning": symptom.meaning, "source": symptom.source}


def exchange_data(item: RecordedExchange, *, show_values: bool = False) -> dict[str, Any]:
    """Return an exchange as plain data; those of its findings that the report has are left out."""
    findings = [found.shown() for found in item.findings] if show_values else item.findings
    return {
        "number": item.number,
        "source": item.source,
        "entry": item.entry,
        "method": item.method,
        "url": item.url,
        "at": item.at,
        "sent": item.sent,
        "http_status": item.http_status,
        "hops": [{"url": hop.url, "status": hop.status} for hop in item.hops],
        "pages": [
            {
                "url": page.url,
                "status": page.status,
                "title": page.title,
                "text": page.text,
                "codes": list(page.codes),
            }
            for page in item.pages
        ],
        "cookies": None if item.cookies is None else list(item.cookies),
        "lost_cookies": list(item.lost_cookies),
        "sender": item.sender,
        "receiver": item.receiver,
        "parameter": item.parameter,
        "binding": item.binding,
        "relay_state": item.relay_state,
        "message_kind": item.message_kind,
        "message_id": item.message_id,
        "in_response_to": item.in_response_to,
        "issued": item.issued,
        "issuer": item.issuer,
        "destination": item.destination,
        "status": list(item.status),
        "answers": item.answers,
        "paired_by": item.paired_by,
        "answered_by": item.answered_by,
        "judged": item.judged,
        "checked": item.checked,
        "worst": item.worst,
        "findings": [_finding(found) for found in findings],
    }


def _in_clear(report: Report) -> Report:
    """Return a report whose findings show personal values."""
    exchanges = [
        attrs.evolve(item, findings=tuple(found.shown() for found in item.findings))
        for item in report.exchanges
    ]
    findings = tuple(item.shown() for item in report.findings)
    return attrs.evolve(report, findings=findings, exchanges=tuple(exchanges))


def report_data(report: Report, *, show_values: bool = False) -> dict[str, Any]:
    """Return a report as plain data, ready for json.dumps."""
    if show_values:
        report = _in_clear(report)
    return {
        "format": FORMAT,
        "kind": report.kind,
        "message_kind": report.message_kind,
        "sources": list(report.sources),
        "origin": list(report.origin),
        "profile": report.profile,
        "profile_choice": list(report.profile_choice),
        "evaluated_at": report.evaluated_at,
        "verdict": report.verdict,
        "undetermined_because": list(report.undetermined_because),
        "symptom": _symptom(report),
        "story": _story(report),
        "findings": [_finding(item) for item in report.findings],
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
        "exchanges": [exchange_data(item, show_values=show_values) for item in report.exchanges],
        "facts": [{"name": name, "value": value} for name, value in report.facts],
        "summary": report.summary,
    }


def render_json(reports: Sequence[Report], *, many: bool, show_values: bool = False) -> str:
    """Return one report, or an object that holds several, as JSON text in ASCII."""
    data = [report_data(report, show_values=show_values) for report in reports]
    whole: dict[str, Any] = {"format": FORMAT_MANY, "reports": data} if many else data[0]
    return json.dumps(whole, indent=2) + "\n"
