"""The diagnosis of a captured login as text: the story of the report on one screen."""

from __future__ import annotations

from samlcheck.engine.report import Report
from samlcheck.engine.story import Cause, Open, Story, story_of
from samlcheck.render.escape import escape
from samlcheck.render.style import OWNERS, Style, excerpt_lines, place_words
from samlcheck.render.text import tail_lines
from samlcheck.rules.rule import ERROR, INFO

_COLORS = {"ACCEPTED": "good", "REJECTED": "error", "UNDETERMINED": "warning"}
#: So many further causes and other findings are shown; the report as JSON or HTML has all.
_MOST_CAUSES = 5
_MOST_NOTICED = 8
_MOST_FOLLOWING = 4


def render_diagnosis(report: Report, style: Style) -> str:
    """Return a message report as text for the support engineer who has the ticket."""
    story = story_of(report, show_values=style.show_values)
    word = style.paint(f"{story.word}.", _COLORS.get(story.word, "bold"))
    lines = [style.wrap(f"{word} {escape(story.headline)}")]
    if story.seen:
        lines.append(style.wrap(f"Seen: {escape(story.seen)}."))
    lines.append("")
    if story.causes:
        lines.extend(_root(story.causes[0], style))
        lines.extend(_letter(story.causes[0], style))
        lines.extend(_further(story.causes[1:], style))
    lines.extend(_noticed(story, style))
    lines.extend(_unknown(story.unknown, style))
    lines.extend(_facts(report, style))
    lines.extend(tail_lines(report, style, [item.reason for item in story.unknown]))
    return "\n".join(lines) + "\n"


def _row(name: str, value: str | None, style: Style) -> list[str]:
    if not value:
        return []
    label = f"  {name + ':':<12}"
    return [style.wrap(escape(value), label, " " * len(label))]


def _root(cause: Cause, style: Style) -> list[str]:
    """Return the root cause: where, what to change, and why it is taken for the cause."""
    finding = cause.finding
    location = finding.location
    lines = [f"  {place_words(location)} [{finding.rule}]"]
    excerpt = excerpt_lines(location, style, finding.severity)
    if location.xpath and not excerpt:
        lines.append(f"  {escape(location.xpath)}")
    lines += excerpt
    lines += _change(cause, style)
    lines += _row("why first", "; ".join(cause.because), style)
    lines += _row("see", "; ".join(str(citation) for citation in finding.citations), style)
    for place in finding.related:
        if place.label:
            lines.append(f"  {'related:':<12}{escape(place.label)} at {place_words(place)}")
    lines += _row("severity", finding.severity_reason, style)
    return [*lines, *_follows(cause, style, "  "), ""]


def _change(cause: Cause, style: Style) -> list[str]:
    """Return the setting with its present and needed value, else what was expected and found."""
    finding, setting = cause.finding, cause.setting
    if setting is None:
        return _row("expected", finding.expected, style) + _row("found", finding.actual, style)
    return (
        _row("setting", setting.name, style)
        + _row("is now", setting.present, style)
        + _row("has to be", setting.needed, style)
    )


def _follows(cause: Cause, style: Style, indent: str) -> list[str]:
    """Return what goes away with a cause, one line each."""
    shown = [item for item in cause.follows if style.show_info or item.severity != INFO]
    lines = [
        style.wrap(f"follows: [{item.rule}] {escape(item.message)}", indent, f"{indent}         ")
        for item in shown[:_MOST_FOLLOWING]
    ]
    if len(shown) > _MOST_FOLLOWING:
        lines.append(f"{indent}and {len(shown) - _MOST_FOLLOWING} more that follow from it")
    if cause.hides:
        hidden = f"follows: {', '.join(cause.hides)}"
        lines.append(style.wrap(hidden, indent, f"{indent}         "))
    return lines


def _letter(cause: Cause, style: Style) -> list[str]:
    """Return the message to the other party, ready to be copied."""
    lines = [style.paint(f"To {escape(cause.letter.to)}:", "bold")]
    lines.extend(style.wrap(escape(line), "  ") for line in cause.letter.lines)
    return [*lines, ""]


def _further(causes: tuple[Cause, ...], style: Style) -> list[str]:
    """Return the other causes, each with what to change."""
    if not causes:
        return []
    lines = [style.paint("It would fail on this as well:", "bold")]
    for number, cause in enumerate(causes[:_MOST_CAUSES], 2):
        finding = cause.finding
        where = "" if finding.location.line is None else f" (line {finding.location.line})"
        text = f"{number}. [{finding.rule}] {escape(finding.message)}{where}"
        lines.append(style.wrap(text, "  ", "     "))
        lines.append(style.wrap(f"{OWNERS[finding.owner]}: {escape(finding.hint)}", "     "))
        lines += _follows(cause, style, "     ")
    if len(causes) > _MOST_CAUSES:
        lines.append(f"  and {len(causes) - _MOST_CAUSES} more")
    return [*lines, ""]


def _noticed(story: Story, style: Style) -> list[str]:
    """Return what is no part of any cause."""
    shown = [item for item in story.noticed if style.show_info or item.severity != INFO]
    if not shown:
        return []
    most = len(shown) if style.show_info else _MOST_NOTICED
    lines = [style.paint("Also noticed:", "bold")]
    for item in shown[:most]:
        severity = style.paint(item.severity, item.severity)
        where = "" if item.location.line is None else f" (line {item.location.line})"
        text = f"{severity} [{item.rule}] {escape(item.message)}{where}"
        lines.append(style.wrap(text, "  - ", "    "))
        if item.severity == ERROR:
            hint = f"{OWNERS[item.owner]}: {escape(item.hint)}"
            lines.append(style.wrap(hint, "    -> ", "       "))
    if len(shown) > most:
        lines.append(f"  and {len(shown) - most} more, all of them with --format json")
    return [*lines, ""]


def _unknown(unknown: tuple[Open, ...], style: Style) -> list[str]:
    """Return what the evidence does not show, and what to send next."""
    if not unknown:
        return []
    lines = [style.paint("Not known from this:", "bold")]
    for item in unknown:
        send = f"; send {item.send}" if item.send else ""
        lines.append(style.wrap(f"{escape(item.what)}{escape(send)}.", "  - ", "    "))
    return [*lines, ""]


def _facts(report: Report, style: Style) -> list[str]:
    """Return the effective values, one line each unless everything was asked for."""
    lines = [f"{escape(report.sources[0])}: {escape(' -> '.join(report.origin) or 'nothing')}"]
    judged = f"{report.evaluated_at}, profile {report.profile}"
    told = () if style.show_info else (report.parties.sp, report.parties.idp)
    facts = [item for item in report.facts if item[1] not in told]
    chosen = (("profile", item) for item in report.profile_choice)
    for name, value in (*facts, ("judged at", judged), *chosen):
        label = f"  {name + ':':<12}"
        text = escape(value)
        room = style.width - len(label)
        if style.show_info:
            lines.append(style.wrap(text, label, " " * len(label)))
        else:
            lines.append(label + (text if len(text) <= room else f"{text[: room - 3]}..."))
    return lines
