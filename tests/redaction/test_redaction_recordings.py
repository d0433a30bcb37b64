"""Recordings keep what a diagnosis needs: order, addresses, status, names of cookies, words."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

import samlcheck
from tests.intake.encoders import deflated
from tests.intake.test_intake_recordings import har, page, post, visit
from tests.redaction.searching import everything_in
from tests.redaction.test_redaction_logins import sides, told
from tests.support.bases import NOW, build

ACS = "https://sp.example.org/saml/acs"
SSO = "https://idp.example.org/saml/sso"
WEBEX = Path(__file__).parents[2] / "docs" / "examples" / "webex"
CAPTURES = WEBEX.parent / "captures"
SECRETS = ("hunter2!x", "9f8e7d6c5b4a", "m.mustermann", "eyJhbGciOiJub25lIn0")


def value(xml: bytes) -> str:
    return quote(base64.b64encode(xml), safe="")


def login(answer: bytes) -> bytes:
    """A login as a browser records it, with a password, cookies and tokens on the way."""
    asked = quote(base64.b64encode(deflated(build("request"))), safe="")
    query = f"SAMLRequest={asked}&RelayState=k1-9f8e7d6c5b4a"
    return har(
        visit("GET", "https://sp.example.org/", status=302, redirectURL=f"{SSO}?{query}"),
        visit("GET", f"{SSO}?{query}", content=page("<title>Sign in</title>")),
        visit(
            "POST",
            "https://idp.example.org/login;jsessionid=9f8e7d6c5b4a?user=m.mustermann",
            postData=post("username=m.mustermann&password=hunter2!x"),
            headers=[{"name": "Authorization", "value": "Bearer eyJhbGciOiJub25lIn0"}],
            content=page(
                f'<form method="POST" action="{ACS}"><input name="SAMLResponse" '
                f'value="{base64.b64encode(answer).decode()}"></form>'
            ),
        ),
        visit(
            "POST",
            ACS,
            postData=post(f"SAMLResponse={value(answer)}&RelayState=k1-9f8e7d6c5b4a"),
            status=302,
            redirectURL="/app?session=9f8e7d6c5b4a",
        ),
        visit(
            "GET",
            "https://sp.example.org/app?session=9f8e7d6c5b4a",
            status=403,
            content=page("<h1>AADSTS50105</h1>The user m.mustermann is not assigned to a role"),
        ),
    )


@pytest.mark.parametrize("broken", [False, True], ids=["good", "broken"])
def test_a_recording_has_the_same_causes(broken: bool) -> None:
    edits = [("</saml:Audience>", "/</saml:Audience>")] if broken else []
    capture = login(build("response", edits))
    given = sides(as_captured=True)
    del given["request"]
    before = samlcheck.check_messages([capture], **given)
    safe = samlcheck.redact(capture, **given)
    after = samlcheck.check_messages([safe.text], **given)

    assert [told(report) for report in before] == [told(report) for report in after]
    assert [item.evaluated_at for item in before] == [item.evaluated_at for item in after]
    assert "accepted" not in [item.verdict for item in after]
    shown = [samlcheck.diagnose([item], **given).symptom for item in (capture, safe.text)]
    assert shown[0] is not None
    assert shown[0] == shown[1]
    text = everything_in(safe.text)
    assert [] == [secret for secret in SECRETS if secret.lower() in text]


def test_what_a_diagnosis_needs_is_kept() -> None:
    data = json.loads(samlcheck.redact(login(build("response")), **sides(request=None)).text)
    entries = data["log"]["entries"]

    assert ["GET", "GET", "POST", "POST", "GET"] == [item["request"]["method"] for item in entries]
    assert "https://sp.example.org/app?session=removed-" in entries[-1]["request"]["url"]
    assert entries[-1]["request"]["url"].endswith(entries[-2]["response"]["redirectURL"])
    assert 403 == entries[-1]["response"]["status"]
    words = entries[-1]["response"]["content"]["text"]
    assert "AADSTS50105 The user x.xxxxxxxxxx is not assigned to a role" in words
    assert "username=removed-" in entries[2]["request"]["postData"]["text"]


def test_cookies_keep_their_names_and_flags() -> None:
    headers = [
        {"name": "Set-Cookie", "value": "sid=9f8e7d6c5b4a; Path=/; SameSite=None; Secure"},
        {"name": "X-Session", "value": "9f8e7d6c5b4a"},
        {"name": "Content-Type", "value": "text/html"},
    ]
    entry = visit("POST", ACS, postData=post(f"SAMLResponse={value(build('response'))}"))
    entry["response"]["headers"] = headers
    entry["request"]["headers"] = [{"name": "Cookie", "value": "a=b; sid=9f8e7d6c5b4a"}]
    (made,) = json.loads(samlcheck.redact(har(entry), now=NOW).text)["log"]["entries"]

    one, two, three = (item["value"] for item in made["response"]["headers"])
    (sent,) = (item["value"] for item in made["request"]["headers"])
    number = sent.rpartition("=")[2]
    assert (f"sid={number}; Path=/; SameSite=None; Secure", "text/html") == (one, three)
    assert number == two
    assert sent.startswith("a=removed-")


def test_an_export_of_saml_tracer_is_redacted() -> None:
    request = {
        "method": "POST",
        "url": f"{ACS}?x=9f8e7d6c5b4a",
        "requestHeaders": [{"name": "Cookie", "value": "sid=9f8e7d6c5b4a"}],
        "responseHeaders": [{"name": "Date", "value": "Mon, 23 Nov 2026 10:00:00 GMT"}],
        "responseStatus": 200,
        "post": [["SAMLResponse", base64.b64encode(build("response")).decode()],
                 ["RelayState", "m.mustermann-9f8e7d6c5b4a"]],
        "get": [["x", "9f8e7d6c5b4a"]],
        "saml": build("response").decode(),
        "other": "9f8e7d6c5b4a",
    }  # fmt: skip
    capture = json.dumps({"requests": [request], "timestamp": "2026-11-23T10:00:00Z"})
    safe = samlcheck.redact(capture, **sides())
    report = samlcheck.check_message(safe.text, **sides())
    text = everything_in(safe.text)

    assert [] == [secret for secret in SECRETS if secret.lower() in text]
    assert ("redacted capture", "SAML-tracer export") == report.origin[:2]
    assert [] == told(report)


def test_several_raw_requests_stay_in_their_order() -> None:
    capture = (
        "POST /saml/acs HTTP/1.1\r\nHost: sp.example.org\r\nCookie: sid=9f8e7d6c5b4a\r\n\r\n"
        f"SAMLResponse={value(build('response'))}\r\n"
        "HTTP/1.1 302 Found\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\n"
        "Location: /app?ticket=9f8e7d6c5b4a\r\nSet-Cookie: t=9f8e7d6c5b4a; HttpOnly\r\n\r\n"
    )
    before = samlcheck.check_message(capture, **sides(as_captured=True))
    safe = samlcheck.redact(capture, **sides(as_captured=True))
    after = samlcheck.check_message(safe.text, **sides(as_captured=True))

    assert told(before) == told(after)
    assert (before.evaluated_at, before.origin[0]) == (after.evaluated_at, after.origin[1])
    assert "9f8e7d6c5b4a" not in everything_in(safe.text)


@pytest.mark.parametrize("path", sorted(CAPTURES.iterdir()), ids=lambda path: path.name)
def test_the_captures_of_the_guide_have_the_same_causes_and_symptoms(path: Path) -> None:
    given = {
        "sp": (WEBEX / "sp-metadata.xml").read_bytes(),
        "idp": (WEBEX / "idp-metadata.xml").read_bytes(),
        "profile": "webex-meetings",
        "now": NOW,
    }
    safe = samlcheck.redact(path.read_bytes(), as_captured=True, **given)
    before, after = (samlcheck.diagnose([item], **given) for item in (path.read_bytes(), safe.text))

    assert told(before) == told(after)
    assert before.symptom == after.symptom
    assert before.evaluated_at == after.evaluated_at
