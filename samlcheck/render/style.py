"""How text output looks: colour, owners in words, wrapping, excerpts with a caret."""

from __future__ import annotations

from samlcheck.engine.report import Finding, Location
from samlcheck.records import frozen
from samlcheck.render.escape import escape, escape_with_marks

OWNERS = {
    "sp": "service provider",
    "idp": "identity provider",
    "capture": "whoever handled the message after it was signed",
    "user": "you, or the user who signs in",
}

_CODES = {"error": "31;1", "warning": "33;1", "info": "36", "bold": "1", "dim": "2", "good": "32;1"}


@frozen(kw_only=True)
class Style:
    """What a terminal shows: whether in colour, how wide, and whether personal values in clear."""

    color: bool = False
    width: int = 100
    show_values: bool = False
    show_info: bool = False

    def paint(self, text: str, name: str) -> str:
        """Return a text in the colour of a severity or role, or as it is."""
        return f"\x1b[{_CODES[name]}m{text}\x1b[0m" if self.color else text

    def wrap(self, text: str, indent: str = "", hanging: str | None = None) -> str:
        """Return a paragraph wrapped to the width; long words such as URLs are never broken."""
        import textwrap

        return textwrap.fill(
            text,
            width=self.width,
            initial_indent=indent,
            subsequent_indent=indent if hanging is None else hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def seen(self, finding: Finding) -> Finding:
        """Return a finding as it may be shown: masked unless values were asked for."""
        return finding.shown() if self.show_values else finding


def place_words(location: Location) -> str:
    """Return a location as editors understand it: source:line:column."""
    source = escape(location.source)
    if location.line is None:
        return source
    return f"{source}:{location.line}:{location.column}"


def excerpt_lines(location: Location, style: Style, severity: str) -> list[str]:
    """Return the source line with a caret under the place, or nothing where it is unknown."""
    excerpt = location.excerpt
    if excerpt is None:
        return []
    lead = len(excerpt.text) - len(excerpt.text.lstrip())
    cut = min(lead, excerpt.start)
    text, start, end = escape_with_marks(
        excerpt.text[cut:], excerpt.start - cut, max(excerpt.end - cut, excerpt.start - cut + 1)
    )
    room = max(style.width - 10, 40)
    if len(text) > room:
        left = max(0, min(start - room // 3, len(text) - room))
        text = ("..." if left else "") + text[left : left + room]
        shift = left - (3 if left else 0)
        start, end = start - shift, min(end - shift, len(text))
    number = str(location.line)
    gutter = " " * len(number)
    marks = " " * start + style.paint("^" * max(end - start, 1), severity)
    return [f"  {number} | {text}", f"  {gutter} | {marks}"]


def detail_lines(finding: Finding, style: Style) -> list[str]:
    """Return expected, actual, who, why and what to do, one aligned row each."""
    rows = [
        ("expected", finding.expected),
        ("found", finding.actual),
        ("who acts", OWNERS[finding.owner]),
        ("what to do", finding.hint),
        ("see", "; ".join(str(citation) for citation in finding.citations)),
        ("severity", finding.severity_reason),
    ]
    lines = []
    for name, value in rows:
        if value:
            label = f"  {name + ':':<12}"
            lines.append(style.wrap(escape(value), label, " " * len(label)))
    return lines


def counted(count: int, noun: str) -> str:
    """Return a number with its noun in the right form: "1 error", "2 errors"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
