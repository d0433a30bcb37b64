"""Reports as one self-contained HTML file: no script, nothing loaded, everything escaped.

Needs Jinja2, which comes with the extra `report`. The templates escape whatever they print; the
few pieces that are markup are made here and hold nothing from a document.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from samlcheck import __version__
from samlcheck.engine.report import Report
from samlcheck.render.escape import escape
from samlcheck.render.html_view import report_view

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = "templates"
_PAGE, _STYLE = "report.html.jinja", "report.css"

#: The extra that brings what this module needs, for messages.
EXTRA = "samlcheck[report]"


class HtmlUnavailableError(RuntimeError):
    """Jinja2, which the HTML report is made with, is not installed."""

    def __init__(self) -> None:
        super().__init__(f"the HTML report needs Jinja2: install {EXTRA}")


def render_html(
    reports: Report | Sequence[Report], *, show_values: bool = False, title: str | None = None
) -> str:
    """Return one or more reports as an HTML page that stands for itself.

    :param show_values: show NameID and attribute values in clear, where the reports still have
        them; else they are masked as everywhere.
    :param title: the title of the page; None names what was judged.
    :raises HtmlUnavailableError: when Jinja2 is not installed.
    """
    environment = _environment()
    from markupsafe import Markup

    several = (reports,) if isinstance(reports, Report) else tuple(reports)
    views = [
        report_view(report, number, show_values=show_values)
        for number, report in enumerate(several, 1)
    ]
    style = _text(_STYLE)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    page: str = environment.get_template(_PAGE).render(
        reports=views,
        title=title or f"{views[0]['word']}: {views[0]['name']}",
        style=Markup(style),  # noqa: S704 - the style sheet of this package
        style_hash=f"sha256-{digest}",
        version=__version__,
    )
    return page


@cache  # what is kept follows from the code alone, never from input
def _environment() -> Environment:
    try:
        from jinja2 import Environment, FunctionLoader, StrictUndefined
    except ImportError:
        raise HtmlUnavailableError from None
    from samlcheck.render.html_text import prose, value

    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(_text),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters.update(prose=prose, value=value)
    return environment


def _text(name: str) -> str:
    """Return a file of the templates, also out of a zipped package."""
    return files("samlcheck.render").joinpath(_FOLDER, name).read_text(encoding="utf-8")


def _shown(value: Any) -> Any:
    """Write out what cannot be seen in a text; the template escapes the rest."""
    return escape(value) if type(value) is str else value
