"""Writes reports in the format that was asked for, to standard output or a file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from samlcheck.cli.files import UnreadableError
from samlcheck.engine.api import UsageError
from samlcheck.engine.report import Report
from samlcheck.render.style import Style


def write(text: str, path: str | None = None) -> None:
    """Write a text to a file, or to standard output where none is named.

    :raises UnreadableError: when the file cannot be written.
    """
    octets = text.encode("utf-8", "backslashreplace")
    if path is None or path == "-":
        sys.stdout.buffer.write(octets)
        sys.stdout.flush()
        return
    try:
        with open(path, "wb") as file:
            file.write(octets)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}") from None


def write_reports(
    reports: Sequence[Report], options: argparse.Namespace, style: Style, *, many: bool
) -> None:
    """Write reports as text, one line a finding, JSON, Markdown or HTML.

    :raises UsageError: when HTML is wanted and what makes it is not installed.
    """
    write(rendered(reports, options.format, style, many=many), options.output)


def rendered(reports: Sequence[Report], wanted: str, style: Style, *, many: bool) -> str:
    """Return reports in a format; each imports only what it needs."""
    if wanted == "json":
        from samlcheck.render.json_report import render_json

        return render_json(reports, many=many, show_values=style.show_values)
    if wanted == "markdown":
        from samlcheck.render.markdown import render_markdown

        return render_markdown(reports, show_values=style.show_values, show_info=style.show_info)
    if wanted == "html":
        from samlcheck.render.html_report import HtmlUnavailableError, render_html

        try:
            return render_html(reports, show_values=style.show_values)
        except HtmlUnavailableError as error:
            raise UsageError(str(error)) from None
    if wanted == "concise":
        from samlcheck.render.text import render_concise

        return "".join(render_concise(report, style) for report in reports)
    return "\n".join(_text(report, style) for report in reports)


def _text(report: Report, style: Style) -> str:
    if report.kind == "message":
        from samlcheck.render.diagnosis import render_diagnosis

        return render_diagnosis(report, style)
    from samlcheck.render.text import render_check

    return render_check(report, style)
