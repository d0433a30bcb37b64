"""A Report as text for people: calm when all is well, one screen when something is not."""

from __future__ import annotations

from collections.abc import Collection

from samlcheck.engine.report import COULD_NOT_RUN, PASSED, Finding, Outcome, Report
from samlcheck.render.escape import escape
from samlcheck.render.style import (
    OWNERS,
    Style,
    counted,
    detail_lines,
    excerpt_lines,
    place_words,
)

_MOST_COUNTED = 5


def finding_lines(finding: Finding, style: Style) -> list[str]:
    """Return one finding in full: place, rule, message, excerpt, details."""
    shown = style.seen(finding)
    severity = style.paint(shown.severity, shown.severity)
    entity = f"  ({escape(shown.location.entity_id)})" if shown.location.entity_id else ""
    return [
        f"{place_words(shown.location)}: {severity} [{shown.rule}]{entity}",
        style.wrap(escape(shown.message) + ".", "  "),
        *excerpt_lines(shown.location, style, shown.severity),
        *detail_lines(shown, style),
        "",
    ]


def visible(report: Report, style: Style) -> list[Finding]:
    """Return the findings to show: info only when asked for."""
    return [item for item in report.findings if style.show_info or item.severity != "info"]


def _not_run(outcomes: tuple[Outcome, ...], told: Collection[str | None]) -> list[str]:
    """Return what was not checked, grouped by reason; but not the reasons told already."""
    by_reason: dict[str, int] = {}
    for outcome in outcomes:
        if outcome.status == COULD_NOT_RUN and outcome.reason and outcome.reason not in told:
            by_reason[outcome.reason] = by_reason.get(outcome.reason, 0) + 1
    return [f"{counted(count, 'check')} not run: {reason}" for reason, count in by_reason.items()]


def _not_listed(outcomes: tuple[Outcome, ...]) -> list[str]:
    """Return how many findings are only counted, of the rules that found most of them."""
    more = sorted((item for item in outcomes if item.more), key=lambda item: -item.more)
    lines = [
        f"{counted(item.more, 'further finding')} of {item.rule} not listed."
        for item in more[:_MOST_COUNTED]
    ]
    rest = more[_MOST_COUNTED:]
    if rest:
        count = counted(sum(item.more for item in rest), "further finding")
        lines.append(f"{count} of {counted(len(rest), 'other rule')} not listed.")
    return lines


def tail_lines(report: Report, style: Style, told: Collection[str | None] = ()) -> list[str]:
    """Return the closing lines: what was found, what passed, and what was not checked.

    `told` holds reasons for not checking that have been told already.
    """
    counts = [
        counted(report.count("error"), "error"),
        counted(report.count("warning"), "warning"),
    ]
    infos = report.count("info")
    if infos:
        hidden = "" if style.show_info else " (shown with --show-info)"
        counts.append(counted(infos, "note") + hidden)
    passed = sum(outcome.status == PASSED for outcome in report.outcomes)
    lines = [f"{', '.join(counts)}; {counted(passed, 'check')} passed."]
    lines.extend(_not_listed(report.outcomes))
    lines.extend(style.paint(escape(line) + ".", "dim") for line in _not_run(report.outcomes, told))
    return lines


def _fact_lines(report: Report, style: Style) -> list[str]:
    if not report.facts:
        return []
    width = max(len(name) for name, _ in report.facts) + 1
    rows = []
    for name, value in report.facts:
        label = f"  {name + ':':<{width}} "
        rows.append(style.wrap(escape(value), label, " " * len(label)))
    return [*rows, ""]


def headline(report: Report) -> tuple[str, str]:
    """Return a one-line result for metadata and pairs, and its colour."""
    names = ", ".join(escape(name) for name in report.sources)
    errors, warnings = report.count("error"), report.count("warning")
    if not report.outcomes:
        return f"{names}: nothing was checked, no rule was selected", "warning"
    if report.kind == "pair":
        if errors:
            return f"Single sign-on between these two will fail ({names})", "error"
        if warnings:
            return f"Single sign-on can work, with reservations ({names})", "warning"
        return f"Nothing in the metadata stands in the way of single sign-on ({names})", "good"
    if report.kind == "diff":
        return _diff_headline(report, " to ".join(escape(name) for name in report.sources))
    if errors:
        return f"{names}: not in order", "error"
    if warnings:
        return f"{names}: in order, with reservations", "warning"
    return f"{names}: in order", "good"


def _diff_headline(report: Report, names: str) -> tuple[str, str]:
    if not report.facts:
        return f"The two versions cannot be compared ({names})", "error"
    if report.count("error"):
        return f"The change will break logins ({names})", "error"
    if report.count("warning"):
        return f"The change may break logins with some partners ({names})", "warning"
    if report.findings:
        return f"Nothing in the change breaks logins ({names})", "good"
    return f"Nothing changes that partners depend on ({names})", "good"


def render_check(report: Report, style: Style) -> str:
    """Return a metadata or pair report as text."""
    lines: list[str] = []
    for finding in visible(report, style):
        lines.extend(finding_lines(finding, style))
    text, color = headline(report)
    lines.append(style.paint(text, color))
    if report.kind in ("pair", "diff") or not report.findings or style.show_info:
        lines.extend(_fact_lines(report, style)[:-1])
    lines.extend(
        style.wrap(f"Profile chosen by the documents: {escape(item)}.", "", "  ")
        for item in report.profile_choice
    )
    lines.extend(tail_lines(report, style))
    return "\n".join(lines) + "\n"


def concise_line(finding: Finding, style: Style) -> str:
    """Return one finding as one line."""
    shown = style.seen(finding)
    return (
        f"{place_words(shown.location)}: {shown.severity} [{shown.rule}] "
        f"{escape(shown.message)} ({OWNERS[shown.owner]})"
    )


def render_concise(report: Report, style: Style) -> str:
    """Return one line a finding, in the form that editors and CI logs link to."""
    lines = [concise_line(finding, style) for finding in visible(report, style)]
    if report.verdict is not None:
        lines.append(f"{escape(report.sources[0])}: {report.verdict}")
    return "".join(f"{line}\n" for line in lines)
