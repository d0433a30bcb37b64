"""`samlcheck diagnose` with several files and codes; `explain` for codes, texts and vendors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from samlcheck.cli import main
from samlcheck.rules.message.recorded import answered, asked, har, visit, with_headers
from tests.support.bases import build

AT = ["--at", "2026-11-23T10:00:00Z"]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """The files of a login, by name."""
    contents = {
        "login.har": har(asked(), answered(page="<p>AADSTS75011: no</p>")).encode(),
        "sp.xml": build("sp"),
        "idp.xml": build("idp"),
        "response.xml": build("response"),
        "request.xml": build("request"),
        "error.txt": b"Sorry. AADSTS50011: The reply URL does not match.",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in contents}


def test_a_recording_and_both_metadata_files(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["diagnose", files["login.har"], files["idp.xml"], files["sp.xml"]])
    out = capsys.readouterr().out

    assert 1 == code
    assert "REJECTED." in out
    assert "judged as of then" in out


def test_the_json_report_has_the_exchanges(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["diagnose", files["login.har"], files["sp.xml"], files["idp.xml"], "--format", "json"])
    report = json.loads(capsys.readouterr().out)

    assert ["AuthnRequest", "Response"] == [item["message_kind"] for item in report["exchanges"]]
    assert "AADSTS75011" == report["symptom"]["label"]


def test_several_files_are_one_login_unless_each_is_asked_for(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    given = [files["request.xml"], files["response.xml"]]
    sides = ["--sp", files["sp.xml"], "--idp", files["idp.xml"], *AT, "--format", "json"]
    main(["diagnose", *given, *sides])
    one = json.loads(capsys.readouterr().out)
    main(["diagnose", "--each", *given, *sides])
    each = json.loads(capsys.readouterr().out)

    assert "Response" == one["message_kind"]
    assert ["AuthnRequest", "Response"] == [item["message_kind"] for item in each["reports"]]


def test_an_error_text_is_weighed(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["diagnose", files["response.xml"], files["error.txt"], files["sp.xml"], *AT])
    assert "AADSTS50011" in capsys.readouterr().out


def test_an_error_text_alone_is_explained(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(["diagnose", files["error.txt"]])
    assert "req-acs-url-not-registered" in capsys.readouterr().out


def test_a_code_that_is_not_in_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["explain", "AADSTS1234567"])
    assert "does not have" in capsys.readouterr().out


def test_a_code_alone_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["diagnose", "--code", "webex:13"])
    assert "authn-context-not-allowed" in capsys.readouterr().out


def test_an_unknown_code_is_told(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["diagnose", files["response.xml"], "--code", "contoso:1", *AT])
    assert "nothing is known about 'contoso:1'" in capsys.readouterr().err
    assert 2 == main(["diagnose", "--code", "contoso:1"])


@pytest.mark.parametrize("arguments", [["diagnose"], ["diagnose", "SP"], ["explain"]])
def test_too_little_is_a_usage_error(arguments: list[str], files: dict[str, str]) -> None:
    assert 2 == main([files["sp.xml"] if item == "SP" else item for item in arguments])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["AADSTS75011"], "req-requestedauthncontext-too-strict"),
        (["webex 13"], "authn-context-not-allowed"),
        (["webex", "13"], "authn-context-not-allowed"),
        (["webex"], "25"),
        (["app_not_enabled_for_user"], "No document shows the cause"),
        (["Audience", "Invalid"], "Salesforce"),
        (["sig-digest-mismatch"], "What to do:"),
    ],
)
def test_explain(arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["explain", *arguments])
    assert expected in capsys.readouterr().out


def test_each_symptom_names_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", "MSIS7042"])
    out = " ".join(capsys.readouterr().out.split())

    assert "source:" in out
    assert "learn.microsoft.com" in out


SECRETS = ("c00kie-value-1", "t0ken-value-2", "passw0rd-value-3", "b0dy-value-4", "p4ge-value-5")


def secret_recording() -> str:
    """A login with something secret wherever a recording may have it."""
    cookie, token, password, body, page = SECRETS
    headers = [("Cookie", f"SID={cookie}"), ("Authorization", f"Bearer {token}")]
    start = with_headers(asked(), answer=[("Set-Cookie", f"SID={cookie}; SameSite=Lax")])
    login = visit(
        "POST",
        f"https://user:{password}@idp.example.org/login?access_token={token}#{token}",
        body=f"username=maria&password={password}&csrf={body}",
        page=f"<title>Sign in {page}</title><p>AADSTS75011 {page}</p>",
    )
    end = answered(status=302, location=f"/next?session={token}")
    end["request"]["postData"]["text"] += f"&password={password}"
    after = visit(
        "GET", f"https://sp.example.org/next?session={token}", status=500, page=f"<p>Oh {page}</p>"
    )
    return har(*(with_headers(item, sent=headers) for item in (start, login, end, after)))


@pytest.mark.parametrize("form", ["text", "concise", "json", "markdown", "html"])
@pytest.mark.parametrize("more", [[], ["--show-values", "--show-info"]])
def test_no_secret_of_a_recording_is_shown(
    form: str, more: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "login.har"
    path.write_text(secret_recording())
    main(["diagnose", str(path), "--format", form, *more])
    out = capsys.readouterr().out

    assert "status-not-success" in out
    assert [] == [secret for secret in SECRETS if secret in out]
