"""What the HTML report shows, as plain values for its template; nothing is markup here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from samlcheck.engine.report import (
    COULD_NOT_RUN,
    NOT_APPLICABLE,
    PASSED,
    Finding,
    Location,
    Report,
)
from samlcheck.engine.story import Cause, Story, story_of
from samlcheck.render.html_picture import certificates, coverage
from samlcheck.render.html_sequence import sequence
from samlcheck.render.html_times import times
from samlcheck.render.style import OWNERS, counted
from samlcheck.render.text import headline

View = dict[str, Any]

_MASKED = re.compile(r"\(masked, \d+ characters\)")
_WORDS = {"accepted": "good", "rejected": "error", "undetermined": "warning"}
_SIDES = {**OWNERS, "none": "nobody: it must not be trusted"}
_TITLES = {"error": "Errors", "warning": "Warnings", "info": "Notes"}
#: So many findings of a severity are listed.
_MOST = 200
#: So many characters of a source line are shown around the marked part.
_AROUND = 110
_LONGEST_MARK = 400


def report_view(report: Report, number: int, *, show_values: bool) -> View:
    """Return all that the page shows of one report."""
    story = story_of(report, show_values=show_values)
    findings = [item.shown() for item in report.findings] if show_values else report.findings
    places = {id(item): place for place, item in enumerate(_in_order(story), 1)}
    listed = [
        {
            **finding_view(item, places[id(item)]),
            "own": report.kind != "message" or item in findings,
        }
        for item in _in_order(story)
    ]
    view: View = {
        "id": f"r{number}",
        **_head(report, story),
        "findings_last": report.kind == "message",
        "causes": [
            _cause_view(cause, place, places) for place, cause in enumerate(story.causes, 1)
        ],
        "unknown": [{"what": item.what, "send": item.send} for item in story.unknown],
        **_drawn(report, listed),
        "findings": list(_groups(listed, report)),
        "facts": [
            {"name": name, "value": value, "code": " " not in value} for name, value in report.facts
        ],
        "checks": _checks(report),
        "masked": _masked(findings, show_values=show_values),
    }
    view["contents"] = list(_contents(view))
    return view


def _head(report: Report, story: Story) -> View:
    """Return what stands at the top: the verdict, in words, and what was judged."""
    text, tone = headline(report)
    told = story.word or (report.kind == "pair" and story.causes)
    return {
        "what": {"message": "diagnosis", "pair": "pair check"}.get(report.kind, "check"),
        "name": _name(report),
        "evaluated": f"judged as of {report.evaluated_at}",
        "word": story.word or text,
        "tone": tone if report.verdict is None else _WORDS[report.verdict],
        "headline": story.headline if told else None,
        "symptom": story.seen,
        "counts": _counts(report),
        "meta": list(_meta(report)),
        "sp": report.parties.sp or "",
        "idp": report.parties.idp or "",
    }


def _drawn(report: Report, listed: Sequence[View]) -> View:
    """Return what is drawn: the exchange, the times, the signatures, the certificates."""
    picture = report.picture
    return {
        "steps": sequence(report, picture, listed),
        "times": None if picture is None else times(picture),
        "coverage": None if picture is None else coverage(report, picture),
        "certificates": [] if picture is None else certificates(picture),
    }


def _in_order(story: Story) -> Iterator[Finding]:
    """Yield the findings as the story has them."""
    for cause in story.causes:
        yield cause.finding
        yield from cause.follows
    yield from story.noticed


def _name(report: Report) -> str:
    kind = report.message_kind or report.kind
    return f"{kind}, {', '.join(report.sources[: 1 if report.kind == 'message' else 2])}"


def _counts(report: Report) -> str:
    found = [
        counted(report.count("error"), "error"),
        counted(report.count("warning"), "warning"),
        counted(report.count("info"), "note"),
    ]
    passed = sum(item.status == PASSED for item in report.outcomes)
    return f"{', '.join(found)}; {counted(passed, 'check')} passed."


def _meta(report: Report) -> Iterator[View]:
    rows = [
        ("given", ", ".join(report.sources), False),
        ("decoded from", " -> ".join(report.origin), False),
        ("service provider", report.parties.sp, True),
        ("identity provider", report.parties.idp, True),
        ("message", report.parties.message_id, True),
        ("judged as of", f"{report.evaluated_at}, profile {report.profile}", False),
        ("missing", "; ".join(report.undetermined_because), False),
    ]
    return ({"name": name, "value": text, "code": code} for name, text, code in rows if text)


def finding_view(finding: Finding, number: int) -> View:
    """Return what is shown of a finding."""
    return {
        "number": number,
        "rule": finding.rule,
        "severity": finding.severity
        + (", must not be trusted" if "attack" in finding.tags else ""),
        "tone": finding.severity,
        "message": finding.message,
        "expected": finding.expected,
        "actual": finding.actual,
        "advice": finding.advice,
        "hint": finding.hint,
        "vendor": finding.vendor_code,
        "owner": OWNERS[finding.owner],
        "reason": finding.severity_reason,
        "place": _place(finding.location),
        "related": [{**_place(item), "label": item.label or "place"} for item in finding.related],
        "citations": [
            {"words": str(item), "url": item.url if item.url.startswith("https://") else None}
            for item in finding.citations
        ],
    }


def _place(location: Location) -> View:
    line = location.line
    return {
        "words": location.source
        if line is None
        else f"{location.source}, line {line}, column {location.column}",
        "xpath": location.xpath,
        "line": line,
        "excerpt": _excerpt(location),
    }


def _excerpt(location: Location) -> View | None:
    """Return the source line around a place: before, inside and after the marked part."""
    excerpt = location.excerpt
    if excerpt is None:
        return None
    before, inside = (
        excerpt.text[: excerpt.start].lstrip(),
        excerpt.text[excerpt.start : excerpt.end],
    )
    after = excerpt.text[excerpt.end :]
    if len(before) > _AROUND:
        before = f"...{before[-_AROUND:]}"
    if len(inside) > _LONGEST_MARK:
        inside, after = f"{inside[:_LONGEST_MARK]}...", ""
    if len(after) > _AROUND:
        after = f"{after[:_AROUND]}..."
    return {"before": before, "inside": inside, "after": after}


def _cause_view(cause: Cause, number: int, places: dict[int, int]) -> View:
    setting = cause.setting
    return {
        "number": number,
        "finding": finding_view(cause.finding, places[id(cause.finding)]),
        "told": number == 1,
        "side": _SIDES[cause.side],
        "setting": None
        if setting is None
        else {"name": setting.name, "present": setting.present, "needed": setting.needed},
        "because": "; ".join(cause.because),
        "consoles": [{"name": item.name, "path": item.path} for item in cause.finding.consoles],
        "follows": [
            {"message": item.message, "rule": item.rule, "number": places[id(item)]}
            for item in cause.follows
        ],
        "hides": list(cause.hides),
        "letter": {"to": cause.letter.to, "lines": list(cause.letter.lines)},
    }


def _groups(listed: Sequence[View], report: Report) -> Iterator[View]:
    for severity, title in _TITLES.items():
        members = [item for item in listed if item["tone"] == severity]
        if not members:
            continue
        most = len(members) if report.kind == "message" else _MOST
        more = report.count(severity) - min(len(members), most)
        yield {
            "title": f"{title} ({max(report.count(severity), len(members))})",
            "members": members[:most],
            "open": severity == "error" and len(members) <= 5 and report.kind == "metadata",
            "more": f"{more} more are not listed." if more > 0 else None,
        }


def _checks(report: Report) -> View:
    passed = [item.rule for item in report.outcomes if item.status == PASSED]
    idle = [item.rule for item in report.outcomes if item.status == NOT_APPLICABLE]
    words = f"{counted(len(report.outcomes), 'check')} selected, {len(passed)} passed."
    groups = [{"title": f"{counted(len(passed), 'check')} passed", "rules": passed}]
    reasons: dict[str, list[str]] = {}
    for item in report.outcomes:
        if item.status == COULD_NOT_RUN:
            reasons.setdefault(item.reason or "no reason given", []).append(item.rule)
    for reason, rules in reasons.items():
        groups.append(
            {"title": f"{counted(len(rules), 'check')} not run: {reason}", "rules": rules}
        )
    groups.append({"title": f"{counted(len(idle), 'check')} had nothing to judge", "rules": idle})
    return {"words": words, "groups": [group for group in groups if group["rules"]]}


def _masked(findings: Sequence[Finding], *, show_values: bool) -> str:
    """Say what was taken out of the texts of the report."""
    if show_values:
        return (
            "Nothing: values of NameID and attributes are shown in clear, as was asked for. "
            "Do not pass this file on to people whom they do not concern."
        )
    places = sum(len(_MASKED.findall(text)) for item in findings for text in _texts(item))
    keys = "Private keys, tokens and passwords are never shown."
    if not places:
        return f"No value of a NameID or an attribute stands in this report. {keys}"
    return (
        f"Values of NameID and attributes are replaced by their length, in "
        f"{counted(places, 'place')} of this report. {keys}"
    )


def _texts(finding: Finding) -> Iterator[str]:
    yield from (finding.message, finding.expected or "", finding.actual or "", finding.advice)
    for place in (finding.location, *finding.related):
        if place.excerpt is not None:
            yield place.excerpt.text


def _contents(view: View) -> Iterator[View]:
    rows = (
        ("causes", "What has to change"),
        ("unknown", "Not known"),
        ("steps", "Who sent what"),
        ("times", "When"),
        ("coverage", "Signatures"),
        ("certificates", "Certificates"),
        ("findings", "Findings"),
        ("facts", "Effective values"),
        ("checks", "Checks"),
        ("masked", "Masked"),
    )
    keys = {"steps": "sequence", "coverage": "signatures"}
    for key, title in rows:
        if view[key] or key == "findings":
            yield {"key": keys.get(key, key), "title": title}
