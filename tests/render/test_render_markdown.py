"""Markdown of a report: pasteable, and nothing from a document marks it up."""

from __future__ import annotations

import re

import pytest

import samlcheck
from samlcheck.render.markdown import code, render_markdown, text
from tests.rules.test_rule_webex_logins import diagnose
from tests.support.bases import NOW, build

EVIL = (
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/p.png)",
    "**bold** _em_ `code` ~~gone~~",
    "@everyone and #1 and user@example.org",
    "| a | b |",
    "# heading",
    "https://evil.example/path_(x)",
    "``` fence",
    "&lt;script&gt;",
)
#: What is left when code spans and escaped characters are taken away.
_INERT = re.compile(r"(`+)(?:(?!\1).)+?\1(?!`)|\\.|&#64;", re.S)


def bare(markdown: str) -> str:
    return _INERT.sub("", markdown)


@pytest.mark.parametrize("evil", EVIL)
def test_text_from_documents_means_nothing(evil: str) -> None:
    left = bare(text(f"The value {evil} was found, and '{evil}' as well"))

    assert not re.search(r"[<>`*_\[\]#|~!@]|://|www\.", left)


@pytest.mark.parametrize("evil", [*EVIL, "`", "``", "` `", "a`b``c", " lead", ""])
def test_a_code_span_holds_any_value(evil: str) -> None:
    assert "" == bare(code(evil)).strip("“” ")


def test_a_diagnosis_has_what_a_ticket_needs() -> None:
    page = render_markdown([diagnose("04-login-authn-context.txt")])

    assert page.startswith("**REJECTED.** The authentication context class `urn:")
    for words in (
        "### Root cause",
        "**Who acts:** service provider",
        "> To the service provider",
        "**In Webex:**",
        "### What was judged",
    ):
        assert words in page
    assert "britta" not in page.lower()


@pytest.mark.parametrize("evil", EVIL)
def test_an_evil_message_stays_text(evil: str) -> None:
    safe = evil.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    data = build(
        "response", [("<saml:Audience>https://sp.example.org/saml<", f"<saml:Audience>{safe}<")]
    )
    report = samlcheck.check_message(data, sp=build("sp"), idp=build("idp"), now=NOW)
    page = render_markdown([report], show_info=True)

    lines = [line for line in page.splitlines() if not line.startswith(("#", ">", "- "))]
    assert not re.search(r"<[a-z!/]|\]\(|javascript:", bare(page))
    assert all(not line.startswith(("```", "|")) for line in lines)


def test_metadata_and_pairs_have_markdown_too() -> None:
    sp, idp = build("sp"), build("idp")
    pages = [
        render_markdown([samlcheck.check_metadata(sp, now=NOW)], show_info=True),
        render_markdown([samlcheck.check_pair(sp=sp, idp=idp, now=NOW)]),
    ]

    assert all("### What was judged" in page for page in pages)
