"""The page itself, made from a template that escapes whatever it prints."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from samlcheck import __version__
from samlcheck.profiles.catalogue import ROWS
from samlcheck.records import frozen
from samlcheck.web.asked import Asked


@frozen(kw_only=True)
class Page:
    """A page, with the style and script in it: their hashes go into the policy of the answer."""

    html: str
    style: str
    script: str


def render_page(asked: Asked, *, problem: str | None = None) -> Page:
    """Return the form, filled in as it was, with what hindered an answer if anything did.

    Files cannot be filled in again: a browser does not allow it.
    """
    return _page(
        "form.html.jinja",
        script=_text("page.js"),
        asked=asked,
        problem=problem,
        lost=bool(problem and (asked.captures or asked.sp or asked.idp)),
        sp_profiles=profiles("sp"),
        idp_profiles=profiles("idp"),
        base_profiles=profiles("base"),
    )


def render_refusal(title: str, text: str) -> Page:
    """Return a page that says why there is no answer."""
    return _page("refusal.html.jinja", script="", title=title, text=text)


def profiles(kind: str) -> list[tuple[str, str]]:
    """Return the ids and titles of the built-in profiles of a kind, by title."""
    found = [(row[0], row[1]) for row in ROWS if row[0].startswith(f"{kind}/")]
    return sorted(
        (item for item in found if item[0] != "base/saml-websso"), key=lambda item: item[1].lower()
    )


def _page(template: str, *, script: str, **values: Any) -> Page:
    style = _text("page.css")
    html = (
        _environment()
        .get_template(template)
        .render(
            style=Markup(style),  # noqa: S704 - the style sheet of this package
            script=Markup(script),  # noqa: S704 - the script of this package
            version=__version__,
            **values,
        )
    )
    return Page(html=html, style=style, script=script)


@cache
def _environment() -> Environment:
    return Environment(
        autoescape=True,
        loader=FunctionLoader(_text),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _text(name: str) -> str:
    """Return a file of the templates, also out of a zipped package."""
    return files("samlcheck.web").joinpath("templates", name).read_text(encoding="utf-8")
