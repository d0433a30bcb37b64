"""The diagnosis of a captured login: the root cause first, then the evidence, then the rest."""

from __future__ import annotations

from samlcheck.engine.report import ACCEPTED, COULD_NOT_RUN, REJECTED, Finding, Report
from samlcheck.render.escape import escape
from samlcheck.render.style import OWNERS, Style, detail_lines, excerpt_lines, place_words
from samlcheck.render.text import tail_lines, visible
from samlcheck.rules.rule import ERROR

#: What the acceptance of each kind of message means.
_ACCEPTED = {
    "Response": "A conforming service provider lets this login in",
    "AuthnRequest": "A conforming identity provider takes up this request for a login",
    "LogoutRequest": "A conforming receiver carries out this logout",
    "LogoutResponse": "A conforming receiver takes this answer to its logout",
    "ArtifactResolve": "A conforming identity provider hands out what the artifact stands for",
    "AttributeQuery": "A conforming identity provider takes up this query",
}
_PROCESSED = "A conforming receiver processes this message"


def _verdict_line(report: Report, cause: Finding | None, style: Style) -> str:
    if report.verdict == ACCEPTED:
        so_far = _unasked(report)
        return style.wrap(
            style.paint("ACCEPTED.", "good")
            + f" {_ACCEPTED.get(report.message_kind or '', _PROCESSED)}"
            + (f", as far as it could be checked: {escape(so_far)}." if so_far else ".")
        )
    if report.verdict == REJECTED and cause is not None:
        shown = style.seen(cause)
        return style.wrap(style.paint("REJECTED.", "error") + f" {escape(shown.message)}.")
    if cause is not None:
        shown = style.seen(cause)
        return style.wrap(style.paint("UNDETERMINED.", "warning") + f" {escape(shown.message)}.")
    because = "; ".join(report.undetermined_because)
    what = "login" if report.message_kind in (None, "Response", "Assertion") else "message"
    return style.wrap(
        style.paint("UNDETERMINED.", "warning")
        + f" Nothing that blocks the {what} was found, but this is missing: {escape(because)}."
    )


def _unasked(report: Report) -> str:
    """Return what was not given and would have been compared, for an accepted login."""
    reasons = {item.reason for item in report.outcomes if item.status == COULD_NOT_RUN}
    return "; ".join(sorted(reason for reason in reasons if reason and reason.endswith("given")))


def _hinders(finding: Finding, report: Report) -> bool:
    """Tell whether a finding is an error that does not decide by itself, in place of one."""
    return report.verdict != REJECTED and finding.severity == ERROR


def _evidence(cause: Finding, report: Report, style: Style) -> list[str]:
    shown = style.seen(cause)
    lines = [f"  {place_words(shown.location)} [{shown.rule}]"]
    if shown.location.xpath:
        lines.append(f"  {escape(shown.location.xpath)}")
    lines.extend(excerpt_lines(shown.location, style, shown.severity))
    lines.extend(detail_lines(shown, style))
    lines.extend(
        f"  {'related:':<12}{escape(place.label)} at {place_words(place)}"
        for place in shown.related
        if place.label
    )
    return [*lines, ""]


def _rest(findings: list[Finding], style: Style) -> list[str]:
    lines: list[str] = []
    for owner, words in OWNERS.items():
        group = [style.seen(item) for item in findings if item.owner == owner]
        if not group:
            continue
        lines.append(f"Also for {words}:")
        for item in group:
            severity = style.paint(item.severity, item.severity)
            text = f"{severity} [{item.rule}] {escape(item.message)}"
            where = "" if item.location.line is None else f" (line {item.location.line})"
            lines.append(style.wrap(text + where, "  - ", "    "))
            if item.severity == ERROR:
                lines.append(style.wrap(escape(item.hint), "    -> ", "       "))
        lines.append("")
    return lines


def render_diagnosis(report: Report, style: Style) -> str:
    """Return a message report as text for the support engineer who has the ticket."""
    shown = visible(report, style)
    cause = next((item for item in shown if item.blocks or _hinders(item, report)), None)
    lines = [_verdict_line(report, cause, style), ""]
    if cause is not None:
        lines.extend(_evidence(cause, report, style))
    lines.extend(_rest([item for item in shown if item is not cause], style))
    lines.append(f"{escape(report.sources[0])}: {escape(' -> '.join(report.origin) or 'nothing')}")
    for name, value in report.facts:
        label = f"  {name + ':':<12}"
        lines.append(style.wrap(escape(value), label, " " * len(label)))
    lines.append(f"  {'judged at:':<12}{report.evaluated_at}, profile {escape(report.profile)}")
    lines.extend(tail_lines(report, style))
    return "\n".join(lines) + "\n"
