"""The HTML report: one file that stands for itself, in which documents can only ever be text."""

from __future__ import annotations

import base64
import hashlib
import pickle
import re
import sys
from html.parser import HTMLParser

import pytest
from lxml import html

import samlcheck
from samlcheck import Report
from samlcheck.cli import main
from samlcheck.render import html_report
from samlcheck.render.html_report import HtmlUnavailableError, render_html
from samlcheck.rules.message.recorded import answered, asked, har, visit
from tests.rules.test_rule_webex_logins import CAUSES, FOLDER, diagnose
from tests.support.bases import NOW, build

SP, IDP, REQUEST = build("sp"), build("idp"), build("request")
EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}",
    "<!--",
    "]]><x>",
    "\u202e\u2066evil\u2069",
    "<a href=//evil.example>x</a>",
)
_VOID = {"wbr", "meta", "br", "line", "path", "rect", "hr", "img", "input", "link"}
_KINDS = ("response", "request", "logout", "logout-response")


class _Strict(HTMLParser):
    """Collects tags and fails on tags that do not match."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(page: str) -> _Strict:
    """Parse a page, and see that it is sound and holds nothing that could act."""
    parser = _Strict()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    assert not parser.tags & {"script", "img", "iframe", "object", "link", "form", "input", "base"}
    for tag, name, value in parser.attributes:
        assert not name.startswith("on")
        assert name not in ("style", "src", "srcset", "action", "formaction")
        if name == "href":
            assert tag == "a"
            assert re.match(r"#[\w-]+\Z|https://", value or "")
    ids = [value for _, name, value in parser.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    targets = {value for _, name, value in parser.attributes if name == "href"}
    assert {item[1:] for item in targets if item and item[0] == "#"} <= set(ids)
    return parser


def login(*edits: tuple[str, str], **words: object) -> Report:
    given: dict[str, object] = {"sp": SP, "idp": IDP, "request": REQUEST, "now": NOW, **words}
    return samlcheck.check_message(build("response", list(edits)), **given)  # type: ignore[arg-type]


def words_of(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())


@pytest.mark.parametrize("name", [cause.file for cause in CAUSES])
def test_each_worked_example_is_a_sound_page_that_leads_with_its_cause(name: str) -> None:
    report = diagnose(name)
    page = render_html(report)
    words = words_of(page)

    checked(page)
    assert words.index("REJECTED") < words.index("Root cause") < words.index("authenticates the")
    assert " ".join(report.story.headline.split()) in words
    assert "britta" not in page.lower()


def test_the_policy_allows_the_style_sheet_and_nothing_else() -> None:
    page = render_html(diagnose("04-login-authn-context.txt"))
    policy = html.fromstring(page).xpath("//meta[@http-equiv]/@content")[0]
    style = re.search(r"<style>(.*)</style>", page, re.S)

    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"@import|url\(", style[1])


def test_it_draws_the_exchange_the_times_the_signatures_and_the_certificates() -> None:
    tree = html.fromstring(render_html(diagnose("07-login-expired.txt")))

    steps = [
        " ".join(item.text_content().split()) for item in tree.xpath("//ol[@class='sequence']/li")
    ]
    assert ["AuthnRequest" in steps[1], "authenticates the user" in steps[2]] == [True, True]
    assert "rejected" in steps[3]
    rows = {
        item.xpath("string(span[@class='name'])"): " ".join(item.text_content().split())
        for item in tree.xpath("//ol[@class='times']/li")
    }
    assert "had ended" in rows["assertion valid (Conditions)"]
    words = " ".join(tree.text_content().split())
    assert "verifies with a trusted key" in words
    assert "signed this message" in words


@pytest.mark.parametrize("kind", _KINDS)
def test_every_kind_of_message_has_a_page(kind: str) -> None:
    data = build(kind)  # type: ignore[arg-type]
    for given in ({"sp": SP, "idp": IDP}, {}):
        report = samlcheck.check_message(data, now=NOW, **given)  # type: ignore[arg-type]
        checked(render_html(report))


@pytest.mark.parametrize("data", [b"", b"<", b"<a/>", b"SAMLart=AAQAAA", b"\xff\xfe\x00", b"{}"])
def test_what_is_no_message_has_a_page(data: bytes) -> None:
    checked(render_html(samlcheck.check_message(data, now=NOW)))


def test_metadata_pairs_and_differences_have_pages() -> None:
    for report in (
        samlcheck.check_metadata(SP, now=NOW),
        samlcheck.check_metadata(build("aggregate"), now=NOW),
        samlcheck.check_metadata(b"<html/>", now=NOW),
        samlcheck.check_pair(sp=SP, idp=IDP, now=NOW),
        samlcheck.diff_metadata(SP, SP.replace(b"/saml/acs", b"/saml/other"), now=NOW),
    ):
        checked(render_html(report))


def test_several_messages_share_a_page() -> None:
    reports = samlcheck.check_messages([REQUEST, build("response")], now=NOW, sp=SP, idp=IDP)
    page = render_html(reports)

    checked(page)
    tree = html.fromstring(page)
    assert ["r1", "r2"] == tree.xpath("//section/@id")
    assert 2 == len(tree.xpath("//ol[@class='sequence']"))


def _xml(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize(
    "place",
    [
        'Destination="{}"',
        "<saml:Audience>{}<",
        'Recipient="{}"',
        'InResponseTo="{}"',
        'ID="{}"',
        'emailAddress">{}</saml:NameID>',
        "<saml:AttributeValue>{}<",
        "<saml:AuthnContextClassRef>{}<",
        "<saml:Issuer>{}<",
        'NotOnOrAfter="{}"',
    ],
)
def test_whatever_stands_in_a_message_is_text(place: str, evil: str) -> None:
    data = build("response", sign=None).decode()
    before, after = place.split("{}")
    pattern = re.compile(f"{re.escape(before)}.*?{re.escape(after)}", re.S)
    edited, count = pattern.subn(lambda _: before + _xml(evil) + after, data)
    assert count

    report = samlcheck.check_message(edited, now=NOW, sp=SP, idp=IDP, request=REQUEST)
    page = render_html(report, show_values=True)
    checked(page)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)


@pytest.mark.parametrize("evil", EVIL)
def test_whatever_stands_in_metadata_relay_state_or_file_names_is_text(evil: str) -> None:
    sp = SP.replace(b'https://sp.example.org/saml"', f'{_xml(evil)}"'.encode())
    reports = [
        samlcheck.check_metadata(samlcheck.Input(data=sp, name=evil), now=NOW),
        samlcheck.check_pair(sp=sp, idp=IDP, now=NOW),
        login(sp=samlcheck.Input(data=sp, name=evil)),
    ]
    encoded = base64.b64encode(build("response")).decode()
    from urllib.parse import urlencode

    form = urlencode({"SAMLResponse": encoded, "RelayState": evil})
    reports.append(samlcheck.check_message(form, now=NOW, sp=SP, idp=IDP))
    for report in reports:
        checked(render_html(report, show_values=True, title=evil))


@pytest.mark.parametrize("evil", EVIL)
def test_whatever_stands_in_a_recording_is_text(evil: str) -> None:
    page = f"<title>{evil}</title><p>{evil}</p>"
    captured = har(
        asked(evil, location=f"https://idp.example.org/{evil}", status=302),
        visit("GET", f"https://idp.example.org/{evil}", page=page, status=500),
        answered(evil, url=f"https://sp.example.org/{evil}", page=page, status=500),
    )
    checked(render_html(samlcheck.check_message(captured, now=NOW, sp=SP, idp=IDP)))


def test_a_recorded_login_is_drawn_with_what_was_answered() -> None:
    captured = har(asked("k"), answered("k", status=500))
    tree = html.fromstring(render_html(samlcheck.check_message(captured, now=NOW, sp=SP, idp=IDP)))
    steps = [
        " ".join(item.text_content().split()) for item in tree.xpath("//ol[@class='sequence']/li")
    ]
    expected = (
        "opens the application",
        "1. AuthnRequest by HTTP-Redirect",
        "HTTP 200",
        "2. Response by HTTP-POST",
        "HTTP 500",
    )

    assert [True] * 5 == [words in step for words, step in zip(expected, steps, strict=True)]
    assert "The request is not signed" in steps[1]


def test_a_report_that_crossed_to_another_process_has_a_page_without_pictures() -> None:
    report = pickle.loads(pickle.dumps(login()))

    assert report.picture is None
    checked(render_html(report))


def test_values_are_masked_unless_asked_for_and_the_page_says_so() -> None:
    report = login(("1.1:nameid-format:emailAddress", "2.0:nameid-format:transient"))
    masked, clear = render_html(report), render_html(report, show_values=True)

    assert "maria.lind" not in masked
    assert "replaced by their length" in masked
    assert "maria.lind" in clear
    assert "shown in clear" in clear


def test_the_same_report_gives_the_same_page() -> None:
    assert render_html(login()) == render_html(login())


def test_without_jinja_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    html_report._environment.cache_clear()

    with pytest.raises(HtmlUnavailableError, match=r"samlcheck\[report\]"):
        render_html(login())


def test_the_command_writes_it_to_a_file(
    tmp_path: object, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{tmp_path}/report.html"
    arguments = [
        "diagnose",
        str(FOLDER / "05-login-audience-slash.txt"),
        *("--sp", str(FOLDER / "sp-metadata.xml")),
        *("--at", "2026-11-23T10:00:00Z", "--format", "html", "-o", path),
    ]
    assert main(arguments) == 1
    assert capsys.readouterr().out == ""
    with open(path, encoding="utf-8") as file:
        checked(file.read())

    monkeypatch.setitem(sys.modules, "jinja2", None)
    html_report._environment.cache_clear()
    assert main(arguments) == 2
    assert "samlcheck[report]" in capsys.readouterr().err
