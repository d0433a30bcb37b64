"""What is filled in is judged, and what cannot be judged is told in words on the page."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the extra `web` is not installed")
pytest.importorskip("httpx", reason="Starlette's test client needs httpx")

from tests.support.bases import build
from tests.support.carriers import form_body
from tests.web.asking import send

WEBEX = Path(__file__).parents[2] / "docs" / "examples" / "webex"
SIDES = {"sp": ("sp.xml", build("sp")), "idp": ("idp.xml", build("idp"))}


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_pasted_login_is_accepted() -> None:
    answer = send(SIDES, text=form_body(build("response"), "x").decode())

    assert 200 == answer.status_code
    assert "accepted" in words(answer.text).lower()
    assert re.search(r"style-src 'sha256-[^']+'", answer.headers["content-security-policy"])
    assert "script" not in answer.headers["content-security-policy"]
    assert "<script" not in answer.text


def test_a_dropped_login_names_its_cause() -> None:
    broken = build("response", [("</saml:Audience>", "/</saml:Audience>")])
    answer = send({"capture": ("C:\\tmp\\login.xml", broken), **SIDES})

    assert "rejected" in words(answer.text).lower()
    assert "aud-mismatch" in answer.text
    assert "login.xml" in answer.text
    assert "C:\\tmp" not in answer.text


def test_a_profile_and_its_console_are_used() -> None:
    files = {
        "capture": ("l.txt", (WEBEX / "04-login-authn-context.txt").read_bytes()),
        "sp": ("sp.xml", (WEBEX / "sp-metadata.xml").read_bytes()),
        "idp": ("idp.xml", (WEBEX / "idp-metadata.xml").read_bytes()),
    }
    answer = send(files, **{"sp-profile": "sp/webex-meetings", "idp-profile": "idp/entra"})

    assert "Webex error 13" in words(answer.text)


def test_values_are_masked_unless_asked_for() -> None:
    broken = build("response", [("</saml:NameID>", "\u200b</saml:NameID>")])
    name = re.search(r"<saml:NameID[^>]*>([^<\u200b]+)", broken.decode())
    assert name is not None

    assert name[1] not in send({"capture": ("l.xml", broken)}).text
    assert name[1] in send({"capture": ("l.xml", broken)}, values="1").text


def test_metadata_alone_are_compared_or_checked() -> None:
    assert "sp.xml" in words(send(SIDES).text)
    assert 200 == send({"idp": SIDES["idp"]}).status_code
    assert 200 == send({"capture": ("m.xml", build("sp"))}).status_code


def test_several_captures_are_one_login() -> None:
    files = [
        ("capture", ("response.xml", build("response"))),
        ("capture", ("request.xml", build("request"))),
        *SIDES.items(),
    ]
    answer = send(files)

    assert "<title>ACCEPTED" in answer.text
    assert "response.xml" in words(answer.text)


def test_what_the_user_saw_is_explained() -> None:
    assert "AADSTS75011" in words(send(seen="AADSTS75011").text)
    text = words(send({"capture": ("l.xml", build("response")), **SIDES}, seen="AADSTS75011").text)
    assert "AADSTS75011" in text


def test_the_time_of_the_login_is_taken() -> None:
    capture = {"capture": ("l.xml", build("response")), **SIDES}

    assert "<title>ACCEPTED" in send(capture).text
    assert "<title>REJECTED" in send(capture, at="2026-12-24 10:00").text
    assert "<title>ACCEPTED" in send(capture, at="2026-11-23T11:00:00+01:00").text


def test_the_report_leads_back_to_the_form() -> None:
    assert '<a href="./">Another login</a>' in send({"capture": ("l.xml", build("response"))}).text


def test_a_copy_for_the_vendor_is_a_download() -> None:
    answer = send({"capture": ("l.xml", build("response")), **SIDES}, action="redact")

    assert 'attachment; filename="safe-capture.json"' == answer.headers["content-disposition"]
    assert "samlcheck.redacted/1" == json.loads(answer.text)["_samlcheck"]["format"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "There is nothing to look at yet"),
        ({"text": "   "}, "There is nothing to look at yet"),
        ({"text": "x", "sp-profile": "no-such"}, "no-such"),
        ({"text": "x", "at": "noon"}, "'noon' is no time such as"),
        ({"text": "x", "at": "0001-01-01"}, "is no time such as"),
        ({"action": "redact"}, "Give exactly one capture"),
        ({"text": "hello", "action": "redact"}, "No copy was made"),
    ],
)
def test_what_is_missing_is_told_on_the_page(fields: dict[str, str], why: str) -> None:
    answer = send(None, **fields)

    assert 422 == answer.status_code
    assert why in words(answer.text)
    assert 'role="alert"' in answer.text
    assert "<form" in answer.text


def test_what_was_filled_in_stays() -> None:
    answer = send(
        {"capture": ("l.xml", b"x")},
        text="</textarea>kept",
        contexts='a"b',
        at="noon",
        action="redact",
    )

    assert "&lt;/textarea&gt;kept" in answer.text
    assert 'value="a&#34;b"' in answer.text
    assert "Files have to be chosen again" in answer.text
    assert 'value="noon"' in answer.text


@pytest.mark.parametrize("text", ["hello", "\x00", "<a", "PHNhbWw+", "{", "%%%", "<a>" * 3000])
def test_whatever_is_pasted_gives_a_page(text: str) -> None:
    assert 200 == send(text=text).status_code
