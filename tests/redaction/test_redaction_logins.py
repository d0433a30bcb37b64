"""A redacted login is diagnosed as the original was, whichever way it was captured."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import samlcheck
from samlcheck import Input, Report
from samlcheck.intake import read_capture
from samlcheck.intake._readers import READERS
from samlcheck.redaction._texts import REWRITERS
from tests.intake.encoders import base64_of, deflated
from tests.redaction.searching import everything_in
from tests.support.bases import NOW, build
from tests.support.carriers import form_body, self_posting_page
from tests.support.encrypting import encrypt_assertion
from tests.support.keys import certificate_pem, key_pem

WEBEX = Path(__file__).parents[2] / "docs" / "examples" / "webex"
LOGINS = sorted(WEBEX.glob("*-login-*"))
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LATER = datetime(2027, 3, 1, tzinfo=UTC)
CONTEXTS = (
    "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport;"
    "urn:oasis:names:tc:SAML:2.0:ac:classes:X509"
)


def webex(**changed: Any) -> dict[str, Any]:
    def given(name: str) -> Input:
        return Input(data=(WEBEX / name).read_bytes(), name=name)

    return {
        "sp": given("sp-metadata.xml"),
        "idp": given("idp-metadata.xml"),
        "request": given("authn-request.xml"),
        "profile": "webex-meetings",
        "authn_contexts": CONTEXTS,
        "now": AT,
        **changed,
    }


def sides(**changed: Any) -> dict[str, Any]:
    return {
        "sp": build("sp"),
        "idp": build("idp"),
        "request": build("request"),
        "now": NOW,
        **changed,
    }


def told(report: Report) -> list[str]:
    return [item.rule for item in report.findings if item.severity != "info"]


@pytest.mark.parametrize("login", LOGINS, ids=lambda path: path.stem)
def test_the_worked_example_has_the_same_causes(login: Path) -> None:
    capture = login.read_bytes()
    before = samlcheck.check_message(capture, **webex())
    safe = samlcheck.redact(capture, **webex())
    after = samlcheck.check_message(safe.text, as_captured=True, **webex(now=LATER))

    assert told(before) == told(after)
    assert [item.owner for item in before.findings if item.blocks] == [
        item.owner for item in after.findings if item.blocks
    ]
    assert (before.evaluated_at, before.verdict) == (
        after.evaluated_at,
        "accepted" if login.name.startswith("01") else after.verdict,
    )
    assert "britta" not in everything_in(safe.text)
    assert "b61d0e27-94c3" not in everything_in(safe.text)


def test_a_good_login_is_not_accepted_on_the_word_of_another() -> None:
    safe = samlcheck.redact((WEBEX / "01-login-good.txt").read_bytes(), **webex())
    report = samlcheck.check_message(safe.text, **webex())

    assert "undetermined" == report.verdict
    assert "redacted" in report.undetermined_because[0]
    assert ("claimed", "verdict before redaction: accepted") in report.facts


@pytest.mark.parametrize("word", ["accepted", "rejected", "nonsense"])
def test_whatever_is_claimed_does_not_accept(word: str) -> None:
    safe = samlcheck.redact((WEBEX / "01-login-good.txt").read_bytes(), **webex())
    data = json.loads(safe.text)
    data["_samlcheck"]["messages"][0].update(verdict=word, caused=["sig-*", "cond-*", "*"])
    data["_samlcheck"]["messages"][0]["findings"] = [{"rule": "no-such-rule", "severity": 7}]
    report = samlcheck.check_message(json.dumps(data), **webex())

    assert "accepted" != report.verdict


def test_a_claim_explains_nothing_but_what_redaction_replaces() -> None:
    safe = samlcheck.redact((WEBEX / "05-login-audience-slash.txt").read_bytes(), **webex())
    data = json.loads(safe.text)
    data["_samlcheck"]["messages"][0]["caused"].append("aud-mismatch")
    report = samlcheck.check_message(json.dumps(data), **webex())

    assert ["aud-mismatch"] == told(report)


def test_other_metadata_than_that_of_the_claim_is_told() -> None:
    safe = samlcheck.redact((WEBEX / "01-login-good.txt").read_bytes(), **webex())
    other = (WEBEX / "idp-metadata.xml").read_bytes().replace(b"</", b" </", 1)
    report = samlcheck.check_message(safe.text, **webex(idp=other))

    assert ("claimed", "judged before with other IDP metadata than is given here") in report.facts


CARRIED = {
    "XML": lambda xml: xml,
    "Base64": base64_of,
    "form body": lambda xml: form_body(xml, "https://sp.example.org/app?ticket=a8f3c9d2e7b1"),
    "HTML form": lambda xml: self_posting_page(xml, "state-a8f3c9d2e7b1", "https://sp.example.org/saml/acs"),
    "HTTP request": lambda xml: (
        b"POST /saml/acs HTTP/1.1\r\nHost: sp.example.org\r\nCookie: sid=a8f3c9d2e7b1; lang=en\r\n"
        b"Authorization: Bearer a8f3c9d2e7b1\r\nContent-Type: application/x-www-form-urlencoded"
        b"\r\n\r\n" + form_body(xml, "state-a8f3c9d2e7b1")
    ),
    "listed fields": lambda xml: (
        b"Form Data\nSAMLResponse: " + base64_of(xml) + b"\nRelayState: state-a8f3c9d2e7b1\n"
    ),
    "log line": lambda xml: b"12:00 POST " + form_body(xml, "x") + b" user=a8f3c9d2e7b1",
    "double encoded": lambda xml: form_body(base64_of(xml), "state-a8f3c9d2e7b1"),
    "in quotes": lambda xml: b'"' + base64_of(xml) + b'"',
    "URL": lambda xml: (
        b"https://sp.example.org/saml/acs?SAMLResponse="
        + quote(base64_of(deflated(xml)), safe="").encode()
        + b"&RelayState=state-a8f3c9d2e7b1&code=a8f3c9d2e7b1"
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", CARRIED)
@pytest.mark.parametrize("broken", [False, True], ids=["good", "broken"])
def test_a_message_stays_in_its_form(way: str, broken: bool) -> None:
    edits = [
        (">https://sp.example.org/saml</saml:Audience>", ">https://sp.example.org/</saml:Audience>")
    ]
    xml = build("response", edits if broken and edits[0][0].encode() in build("response") else [])
    capture = CARRIED[way](xml)
    before = samlcheck.check_message(capture, **sides())
    safe = samlcheck.redact(capture, **sides())
    after = samlcheck.check_message(safe.text, as_captured=True, **sides(now=LATER))

    assert told(before) == told(after)
    assert ("redacted capture", *before.origin) == after.origin or way in ("log line", "in quotes")
    assert "a8f3c9d2e7b1" not in everything_in(safe.text)


def test_every_reader_of_text_has_a_rewriter() -> None:
    refused = {"read_json", "of_another_protocol"}
    own = {"read_recording", "read_redacted_capture"}

    assert {item.__name__ for item in READERS} - refused - own == {
        item.__name__ for item in REWRITERS
    }


def test_a_request_without_secrets_stays_as_it_was_signed() -> None:
    url = "https://idp.example.org/sso?SAMLRequest=" + quote(
        base64.b64encode(deflated(build("request"))).decode(), safe=""
    )
    url += "&SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256&Signature=AAAA"
    safe = samlcheck.redact(url, **sides(request=None))

    assert [url] == json.loads(safe.text)["capture"]


def test_what_is_encrypted_is_gone_and_was_judged_before() -> None:
    sealed = encrypt_assertion(
        build("response"), certificate=certificate_pem("sp-encryption"), transport="rsa-oaep-sha256"
    )
    keys = [key_pem("sp-encryption")]
    safe = samlcheck.redact(sealed, **sides(decryption_keys=keys))
    after = samlcheck.check_message(safe.text, **sides(decryption_keys=keys))

    assert "accepted" == safe.reports[0].verdict
    assert "undetermined" == after.verdict
    assert [] == told(after)


@pytest.mark.parametrize(
    ("capture", "why"),
    [
        (b"", "no SAML message"),
        (b"hello", "no SAML message"),
        (b'{"a": 1}', "no SAML message"),
        (b"\x00\xff" * 50, "no SAML message"),
        (b"<a>" * 5000, "nested too deeply"),
        (b'{"log": [', "cannot be read"),
    ],
)
def test_what_cannot_be_made_safe_is_refused(capture: bytes, why: str) -> None:
    with pytest.raises(samlcheck.RedactionError, match=why):
        samlcheck.redact(capture, now=NOW)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.8, 0.9, 0.97])
def test_a_message_that_is_cut_off_is_redacted(share: float) -> None:
    xml = build("response")
    cut = xml[: int(len(xml) * share)]
    name = xml.partition(b"<saml:NameID")[2].partition(b">")[2].partition(b"<")[0].decode()
    safe = samlcheck.redact(base64_of(cut), **sides())
    after = samlcheck.check_message(safe.text, **sides())

    assert told(samlcheck.check_message(base64_of(cut), **sides()))[:1] == told(after)[:1]
    assert name.lower() not in everything_in(safe.text)


def test_a_redacted_capture_is_not_redacted_again() -> None:
    safe = samlcheck.redact(build("response"), **sides())

    with pytest.raises(samlcheck.RedactionError, match="already"):
        samlcheck.redact(safe.text, **sides())


def test_the_same_input_gives_the_same_file() -> None:
    assert samlcheck.redact(build("response"), **sides()) == samlcheck.redact(
        build("response"), **sides()
    )


def test_the_messages_are_found_as_before() -> None:
    safe = samlcheck.redact(form_body(build("response"), "x"), **sides())
    (capture,) = read_capture(safe.text)

    assert "accepted" == (capture.claim and capture.claim.verdict)
    assert "SAMLResponse" == capture.parameter


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (
            "The user EMP123456 is not assigned to a role",
            "The user XXX000000 is not assigned to a role",
        ),
        ("AADSTS50105: Adele is blocked", "AADSTS50105: Xxxxx is blocked"),
        ("Error 13 at 2026-11-23T10:00:00Z", "Error 13 at 2026-11-23T10:00:00Z"),
    ],
)
def test_of_what_people_wrote_common_words_and_codes_are_left(said: str, left: str) -> None:
    failed = (
        '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"/>'
        f"<samlp:StatusMessage>{said}</samlp:StatusMessage>"
    )
    success = '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>'
    xml = build("response").decode().replace(success, failed)

    assert left in samlcheck.redact(xml, now=NOW).text


@pytest.mark.parametrize(
    ("address", "left"),
    [
        ("https://sp.example.org/acs/eve.long@else.example", "/acs/xxx.xxxx@xxxx.example"),
        ("https://sp.example.org/acs?t=8f2a6c1e9b7d40538f2a6c1e", "/acs?t=removed-1"),
        ("https://sp.example.org/acs?org=acme", "/acs?org=acme"),
        ("https://eve:pass@sp.example.org/acs", "https://sp.example.org/acs"),
    ],
)
def test_an_endpoint_is_kept_and_what_it_carries_is_not(address: str, left: str) -> None:
    xml = build("response").decode().replace("https://sp.example.org/saml/acs", address)
    lines = json.loads(samlcheck.redact(xml, now=NOW).text)["capture"]

    assert left in "\n".join(lines)


def test_a_user_in_the_path_of_a_page_is_replaced() -> None:
    xml = build("response").decode()
    name = xml.partition("<saml:NameID")[2].partition(">")[2].partition("<")[0]
    capture = form_body(xml.encode(), f"https://sp.example.org/users/{name}/home")

    assert name.lower() not in everything_in(samlcheck.redact(capture, now=NOW).text)


NONSENSE: tuple[Any, ...] = (
    None, 7, "x", [], {}, [[]], [None], {"format": "samlcheck.redacted/1"}, ["x"] * 3, 1e400, True,
    {"rule": "sig-none", "severity": "off", "line": -1, "message": 7}, "\u0000", "x" * 100_000,
)  # fmt: skip


@pytest.mark.parametrize("wrong", NONSENSE, ids=str)
def test_a_redacted_capture_that_somebody_broke_gives_a_report(wrong: Any) -> None:
    whole = json.loads(samlcheck.redact(form_body(build("response"), "x"), **sides()).text)
    message = whole["_samlcheck"]["messages"][0]
    changed = [
        {**whole, "capture": wrong},
        {**whole, "_samlcheck": wrong},
        {"log": wrong, "_samlcheck": whole["_samlcheck"]},
        {"requests": wrong, "_samlcheck": whole["_samlcheck"]},
    ]
    changed += [
        {**whole, "_samlcheck": {**whole["_samlcheck"], name: wrong}}
        for name in ("messages", "judged", "format")
    ]
    for name in message:
        told_otherwise = {**whole["_samlcheck"], "messages": [{**message, name: wrong}]}
        changed.append({**whole, "_samlcheck": told_otherwise})
    told_otherwise = {**whole["_samlcheck"], "messages": [{**message, "findings": [wrong]}]}
    changed.append({**whole, "_samlcheck": told_otherwise})
    for data in changed:
        report = samlcheck.check_message(json.dumps(data), select=["sig-*", "transport-*"], now=NOW)
        assert "accepted" != report.verdict
        assert "tool-rule-crashed" not in told(report)
