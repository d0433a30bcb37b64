"""Reports as Markdown, to be pasted into a ticket: nothing from a document can mark up anything.

Quoted values become code spans, in which no renderer looks for links, names or HTML; in all other
text whatever could mean something is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from samlcheck.engine.report import Finding, Location, Report
from samlcheck.engine.story import Cause, story_of
from samlcheck.render.escape import escape
from samlcheck.render.style import OWNERS, Style, place_words
from samlcheck.render.text import headline, tail_lines
from samlcheck.rules.rule import INFO

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~!$^&])")
_WORDS: Final = re.compile(r"([\s()]+)")
#: What makes a renderer take a word for an address, a mail, a person, an issue or emphasis.
_TELLING: Final = ("://", "www.", "@", "_", "#")
_TRAILING: Final = ".,;:"
_QUOTED: Final = re.compile(r"'([^'\n]{1,2000})'")
_BACKTICKS: Final = re.compile(r"`+")
#: So many findings beside the causes are listed.
_MOST: Final = 30
_AROUND: Final = 60
_LONGEST_MARK: Final = 200


def render_markdown(
    reports: Sequence[Report], *, show_values: bool = False, show_info: bool = False
) -> str:
    """Return reports as Markdown, one below the other."""
    style = Style(show_values=show_values, show_info=show_info)
    parts = ["\n".join(_report(report, style)) + "\n" for report in reports]
    return "\n---\n\n".join(parts)


def text(words: str) -> str:
    """Return a text whose quoted values are code and in which nothing else means anything."""
    pieces = _QUOTED.split(escape(words))
    return "".join(
        code(piece) if place % 2 else _unquoted(piece) for place, piece in enumerate(pieces)
    )


def code(value: str) -> str:
    """Return a value as a code span, whatever it holds."""
    value = escape(value)
    if not value.strip():
        return f"“{value}”"
    longest = max((len(run) for run in _BACKTICKS.findall(value)), default=0)
    fence = "`" * (longest + 1)
    edge = " " if value[0] in "` " or value[-1] in "` " else ""
    return f"{fence}{edge}{value}{edge}{fence}"


def _unquoted(words: str) -> str:
    """Return a text whose addresses and identifiers are code."""
    return "".join(map(_word, _WORDS.split(words)))


def _word(word: str) -> str:
    if not any(mark in word.lower() for mark in _TELLING):
        return _plain(word)
    bare = word.rstrip(_TRAILING)
    return code(bare) + word[len(bare) :] if bare else word


def _value(value: str) -> str:
    """Return a value as code; one that is a text with quoted values keeps its words."""
    return text(value) if "'" in value else code(value)


def _plain(words: str) -> str:
    """Return a text in which nothing marks up, and nobody is mentioned."""
    return _SPECIAL.sub(r"\\\1", words).replace("@", "&#64;")


def _report(report: Report, style: Style) -> Iterator[str]:
    story = story_of(report, show_values=style.show_values)
    if story.word:
        yield f"**{story.word}.** {text(story.headline)}"
        if story.seen:
            yield ""
            yield f"**Seen:** {text(story.seen)}."
    else:
        yield f"**{text(headline(report)[0])}**"
    yield ""
    if report.kind in ("message", "pair"):
        for number, cause in enumerate(story.causes, 1):
            yield from _cause(cause, number, style)
        listed = story.noticed
    else:
        listed = report.findings
    yield from _listed(listed, style, "Also noticed" if report.verdict else "Findings")
    if story.unknown:
        yield "### Not known from this"
        yield ""
        for item in story.unknown:
            send = f" **Send next:** {text(item.send)}." if item.send else ""
            yield f"- {text(item.what)}.{send}"
        yield ""
    yield from _facts(report)
    for line in tail_lines(report, Style(show_info=True), [item.reason for item in story.unknown]):
        yield f"{text(line)}  "


def _cause(cause: Cause, number: int, style: Style) -> Iterator[str]:
    finding, setting = cause.finding, cause.setting
    name = "Root cause" if number == 1 else f"Cause {number}"
    yield f"### {name}: {text(finding.message)}"
    yield ""
    yield f"- **Who acts:** {OWNERS[finding.owner]}"
    if setting is not None:
        yield f"- **Setting:** {text(setting.name)}"
        if setting.present:
            yield f"- **Is now:** {_value(setting.present)}"
        if setting.needed:
            yield f"- **Has to be:** {_value(setting.needed)}"
    else:
        yield from _compared(finding)
    yield f"- **What to do:** {text(finding.advice)}"
    for console in finding.consoles:
        yield f"- **In {text(console.name)}:** {text(console.path)}"
    if finding.vendor_code:
        yield f"- **Users see:** {text(finding.vendor_code)}"
    if cause.because:
        yield f"- **Why {'first' if number == 1 else 'here'}:** {text('; '.join(cause.because))}"
    yield from _place(finding.location)
    yield f"- **Rule:** {code(finding.rule)} ({text('; '.join(map(str, finding.citations)))})"
    shown = [item for item in cause.follows if style.show_info or item.severity != INFO]
    for item in shown:
        yield f"- **Follows from it:** {text(item.message)} ({code(item.rule)})"
    if cause.hides:
        yield f"- **Follows from it, not listed:** {', '.join(map(code, cause.hides))}"
    yield ""
    yield f"> To {text(cause.letter.to)}:"
    for line in cause.letter.lines:
        yield ">"
        yield f"> {text(line)}"
    yield ""


def _compared(finding: Finding) -> Iterator[str]:
    if finding.expected:
        yield f"- **Expected:** {_value(finding.expected)}"
    if finding.actual:
        yield f"- **Found:** {_value(finding.actual)}"


def _place(location: Location) -> Iterator[str]:
    yield f"- **Where:** {code(place_words(location))}"
    if location.xpath:
        yield f"- **Element:** {code(location.xpath)}"
    excerpt = location.excerpt
    if excerpt is not None and excerpt.text.strip():
        before = excerpt.text[: excerpt.start].lstrip()
        inside, after = excerpt.text[excerpt.start : excerpt.end], excerpt.text[excerpt.end :]
        line = f"{before[-_AROUND:]}{inside[:_LONGEST_MARK]}{after[:_AROUND]}"
        yield f"- **Source:** {code(line)}"


def _listed(findings: Sequence[Finding], style: Style, title: str) -> Iterator[str]:
    """Yield findings beside the causes, one item each."""
    shown = [item for item in findings if style.show_info or item.severity != INFO]
    if not shown:
        return
    yield f"### {title}"
    yield ""
    for item in shown[:_MOST]:
        where = code(place_words(item.location))
        yield f"- **{item.severity}** {text(item.message)} ({code(item.rule)}, {where})"
        yield f"  {OWNERS[item.owner]}: {text(item.hint)}"
    if len(shown) > _MOST:
        yield f"- and {len(shown) - _MOST} more"
    yield ""


def _facts(report: Report) -> Iterator[str]:
    yield "### What was judged"
    yield ""
    yield f"- {', '.join(map(code, report.sources))}"
    if report.origin:
        yield f"- decoded: {text(' -> '.join(report.origin))}"
    for name, value in report.facts:
        yield f"- {text(name)}: {code(value)}"
    yield f"- judged as of {code(report.evaluated_at)}, profile {code(report.profile)}"
    yield ""
