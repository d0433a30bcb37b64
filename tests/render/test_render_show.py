"""`samlcheck show`: what a message says, what is signed of it, and nothing about the person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import samlcheck
from samlcheck import MessageView
from samlcheck.cli import main
from samlcheck.render.show import render_show, render_show_json
from samlcheck.render.style import Style
from tests.support.bases import NOW, build
from tests.support.detached import redirect_url
from tests.support.encrypting import encrypt_assertion
from tests.support.keys import certificate_pem, key_pem

SP, IDP = build("sp"), build("idp")
_NAME_ID = ">maria.lind@example.org</saml:NameID>"
_X = "<x xmlns='urn:x'>"
SECRETS = ("maria.lind", "Maria", "Lind", "mlind")


def view(captured: bytes, **words: object) -> MessageView:
    found = samlcheck.show_message(captured, now=NOW, sp=SP, idp=IDP, **words)  # type: ignore[arg-type]
    assert len(found) == 1
    return found[0]


def text_of(seen: MessageView) -> str:
    return render_show([seen], Style())


@pytest.mark.parametrize("sign", ["assertion", "response", "both", None])
def test_values_are_masked_unless_asked_for(sign: str | None) -> None:
    response = build("response", sign=sign)  # type: ignore[arg-type]
    masked, clear = view(response), view(response, show_values=True)

    for written in (text_of(masked), render_show_json([masked]), repr(masked)):
        assert [] == [secret for secret in SECRETS if secret in written]
    assert [] == [secret for secret in SECRETS if secret not in text_of(clear)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "<saml:Issuer>https://idp.example.org/saml<",
            "<saml:Issuer>https://idp.example.org/saml<!--Maria--><",
        ),
        ("<samlp:Status>", "Maria<samlp:Status>"),
        ("<samlp:Status>", "<?Maria Lind?><samlp:Status>"),
        (
            ">maria.lind@example.org</saml:NameID>",
            "><saml:Issuer>Maria</saml:Issuer></saml:NameID>",
        ),
        (_NAME_ID, ' x="Maria"><x y="Lind">Maria</x></saml:NameID>'),
        (
            "<samlp:Status>",
            f"<samlp:Extensions>{_X}Maria</x></samlp:Extensions><samlp:Status>",
        ),
        ("</samlp:Status>", "<samlp:StatusMessage>Maria</samlp:StatusMessage></samlp:Status>"),
    ],
)
def test_what_a_forger_moves_is_masked_too(old: str, new: str) -> None:
    written = text_of(view(build("response", [(old, new)], sign=None)))

    assert [] == [secret for secret in SECRETS if secret in written.replace(' x="Maria"', "")]


def test_times_stand_in_relation_to_the_instant() -> None:
    written = text_of(view(build("response")))

    assert 'IssueInstant="2026-11-23T09:59:30Z"   <- 30 seconds ago' in written
    assert 'NotOnOrAfter="2026-11-23T10:59:30Z">   <- in 59 minutes 30 seconds' in written


def test_the_verified_view_is_what_was_signed() -> None:
    forged = build("response", after=[("</samlp:Response>", f"{_X}</x></samlp:Response>")])
    seen = view(forged)

    assert ["valid"] == [item.status for item in seen.signatures]
    assert any("<x" in line.text for line in seen.lexical)
    assert not any("<x" in line.text for line in seen.verified[0].lines)
    assert "<saml:Assertion" in seen.verified[0].lines[0].text


@pytest.mark.parametrize(
    ("captured", "status"),
    [
        (build("response", key="stranger"), "wrong-key"),
        (build("response", after=[(">Lind<", ">Smith<")]), "altered"),
    ],
)
def test_without_a_trusted_signature_nothing_is_vouched_for(captured: bytes, status: str) -> None:
    seen = view(captured)

    assert ([status], ()) == ([item.status for item in seen.signatures], seen.verified)
    assert "No trusted signature vouches for any of it." in text_of(seen)


def test_a_signature_in_the_query_string_covers_the_message() -> None:
    seen = view(redirect_url(build("logout"), key=key_pem("sp-signing"), relay_state="Maria"))

    assert "LogoutRequest" == seen.message_kind
    assert ["valid"] == [item.status for item in seen.signatures]
    assert "query string" in seen.signatures[0].covers
    assert "Maria" not in text_of(seen)
    assert ("RelayState", "(masked, 5 characters)") in seen.parameters


def test_what_is_decrypted_stands_below() -> None:
    sealed = encrypt_assertion(build("response"), certificate=certificate_pem("sp-encryption"))

    assert any(line.note == "could not be decrypted" for line in view(sealed).lexical)
    opened = view(sealed, decryption_keys=[key_pem("sp-encryption")])
    assert any(line.note == "decrypted EncryptedAssertion 1:" for line in opened.lexical)
    assert ["valid"] == [item.status for item in opened.signatures]


@pytest.mark.parametrize("captured", [b"", b"<a", b"SAMLResponse=", b"\x00\xff", b"{}"])
def test_what_cannot_be_read_says_why(captured: bytes) -> None:
    seen = view(captured)

    assert () == seen.lexical
    assert seen.problems


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = tmp_path / "message.xml"
    message.write_bytes(build("response"))
    at = ["--at", "2026-11-23T10:00:00Z"]

    assert 0 == main(["show", str(message), *at])
    assert "no trusted key was given" in capsys.readouterr().out
    assert 0 == main(["show", str(message), *at, "--format", "json", "--show-values"])
    data = json.loads(capsys.readouterr().out)
    assert "samlcheck.show/1" == data["format"]
    assert any("maria.lind" in line["text"] for line in data["messages"][0]["lexical"])
    message.write_bytes(b"nothing")
    assert 3 == main(["show", str(message), *at])
