"""The command line: what it prints, where it reads from, and how it ends."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

import samlcheck
from samlcheck.cli import main
from tests.support.bases import build, load

ROOT = Path(__file__).resolve().parent.parent.parent
WEBEX = ROOT / "docs" / "examples" / "webex"
AT = ["--at", "2026-11-23T10:00:00Z"]
EVIDENCE = [
    "--sp",
    str(WEBEX / "sp-metadata.xml"),
    "--idp",
    str(WEBEX / "idp-metadata.xml"),
    "--profile",
    "webex-meetings",
]


@pytest.fixture
def sp_file(tmp_path: Path) -> Path:
    path = tmp_path / "sp.xml"
    path.write_text(load("sp"), encoding="utf-8")
    return path


@pytest.fixture
def bad_file(tmp_path: Path) -> Path:
    path = tmp_path / "bad.xml"
    text = load("sp").replace('entityID="https://sp.example.org/saml"', 'entityID=""')
    path.write_text(text, encoding="utf-8")
    return path


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"samlcheck {samlcheck.__version__}\n"


def test_version_imports_no_parser() -> None:
    script = (
        "import sys; from samlcheck.cli import main; main(['--version']);"
        "heavy = ('lxml', 'attr', 'argparse', 'cryptography');"
        "print([name for name in heavy if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "[]"


def test_good_file_is_calm(sp_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(sp_file), *AT]) == 0
    out = capsys.readouterr().out
    assert f"{sp_file}: in order" in out
    assert len(out.splitlines()) <= 14


def test_bad_file_shows_the_caret_under_the_value(
    bad_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(bad_file), *AT]) == 1
    lines = capsys.readouterr().out.splitlines()
    number = next(index for index, line in enumerate(lines) if 'entityID=""' in line)
    assert lines[number].index('""') + 1 == lines[number + 1].index("^")


@pytest.mark.parametrize(
    ("fail_on", "code"), [("error", 1), ("warning", 1), ("info", 1), ("never", 0)]
)
def test_fail_on(bad_file: Path, fail_on: str, code: int) -> None:
    assert main(["check", str(bad_file), "--fail-on", fail_on, *AT]) == code


def test_concise_is_one_line_a_finding(bad_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(bad_file), "--format", "concise", *AT])
    line = capsys.readouterr().out.splitlines()[0]
    assert line.startswith(f"{bad_file}:")
    assert "error [eid-missing]" in line


def test_json_of_one_file_is_a_report(bad_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(bad_file), "--format", "json", *AT])
    data = json.loads(capsys.readouterr().out)
    assert data["format"] == "samlcheck.report/1"
    assert data["findings"][0]["rule"] == "eid-missing"


def test_json_of_a_folder_holds_several(
    sp_file: Path, bad_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sp_file.parent / "other.xml").write_text("<project/>", encoding="utf-8")
    main(["check", str(sp_file.parent), "--format", "json", *AT])
    data = json.loads(capsys.readouterr().out)
    assert data["format"] == "samlcheck.reports/1"
    assert [str(bad_file), str(sp_file)] == [item["sources"][0] for item in data["reports"]]


def test_skip_other_is_silent_on_other_xml(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "pom.xml"
    other.write_text("<project/>", encoding="utf-8")
    assert main(["check", "--skip-other", str(other)]) == 0
    assert capsys.readouterr().out == ""


def test_skip_other_does_not_skip_broken_metadata(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_text(load("sp")[:-20], encoding="utf-8")
    assert main(["check", "--skip-other", str(broken)]) == 3
    assert "[xml-not-well-formed]" in capsys.readouterr().out


def test_other_xml_named_without_skip_is_a_finding(tmp_path: Path) -> None:
    other = tmp_path / "pom.xml"
    other.write_text("<project/>", encoding="utf-8")
    assert main(["check", str(other)]) == 1


def test_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Stdin:
        buffer = io.BytesIO(load("sp").encode())

    monkeypatch.setattr(sys, "stdin", Stdin())
    assert main(["check", "-", *AT]) == 0
    assert "-: in order" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check"], 2),
        (["check", "x.xml", "--at", "yesterday"], 2),
        (["check", "no-such-file.xml"], 3),
        (["check", str(WEBEX / "sp-metadata.xml"), "--profile", "no-such-profile"], 2),
        (["explain", "no-such-rule"], 2),
        (["--help"], 0),
    ],
)
def test_exit_codes(arguments: list[str], code: int) -> None:
    assert main(arguments) == code


def test_empty_input_is_unreadable(tmp_path: Path) -> None:
    empty = tmp_path / "empty.xml"
    empty.write_bytes(b"")
    assert main(["check", str(empty)]) == 3


def test_no_traceback_on_an_internal_error(
    monkeypatch: pytest.MonkeyPatch, sp_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from samlcheck.cli import commands

    def broken(*arguments: object, **options: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(commands, "check_metadata", broken)
    assert main(["check", str(sp_file)]) == 4
    assert "internal error (RuntimeError)" in capsys.readouterr().err


def test_check_takes_a_message_with_its_evidence(capsys: pytest.CaptureFixture[str]) -> None:
    capture = str(WEBEX / "04-login-authn-context.txt")
    classes = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509"
    assert main(["check", capture, *EVIDENCE, "--authn-context", classes, *AT]) == 1
    assert capsys.readouterr().out.startswith("REJECTED.")


def test_values_are_masked_unless_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capture = tmp_path / "login.xml"
    secret = "maria.lind-at-example.org"
    capture.write_bytes(
        build("response", [(">maria.lind@example.org</saml:NameID>", f">{secret}</saml:NameID>")])
    )
    main(["diagnose", str(capture), *AT])
    assert secret not in capsys.readouterr().out
    main(["diagnose", str(capture), *AT, "--format", "json"])
    assert secret not in capsys.readouterr().out
    main(["diagnose", str(capture), *AT, "--show-values"])
    assert secret in capsys.readouterr().out


def test_control_and_bidi_characters_are_written_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = tmp_path / "evil.xml"
    name = "https://sp.example.org/\u202egnp.exe"
    evil.write_text(load("sp").replace("https://sp.example.org/saml", name), encoding="utf-8")
    main(["check", str(evil), *AT, "--show-info"])
    out = capsys.readouterr().out
    assert "\u202e" not in out
    assert "\\u202e" in out


def test_color_follows_no_color(
    bad_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", str(bad_file), *AT, "--color", "always"])
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    main(["check", str(bad_file), *AT])
    assert "\x1b[" not in capsys.readouterr().out


def test_rules_in_json_are_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["format"] == "samlcheck.rules/1"
    assert all(item["examples"]["bad"] and item["examples"]["good"] for item in data["rules"])


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "sig-digest-mismatch"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("sig-digest-mismatch: The signed content was changed after signing")


def test_one_missing_file_does_not_hide_the_others(
    bad_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(bad_file), "no-such-file.xml", *AT]) == 3
    captured = capsys.readouterr()
    assert "[eid-missing]" in captured.out
    assert "no-such-file.xml" in captured.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "-", "-"],
        ["pair", "--sp", "-", "--idp", "-"],
        ["check", str(WEBEX / "sp-metadata.xml"), "--select", "nosuch"],
        ["check", str(WEBEX / "sp-metadata.xml"), "--at", "9999-12-31T23:59:59-14:00"],
    ],
)
def test_more_wrong_usage(arguments: list[str]) -> None:
    assert main(arguments) == 2


def test_nothing_to_check_is_still_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "pom.xml"
    other.write_text("<project/>", encoding="utf-8")
    assert main(["check", "--skip-other", "--format", "json", str(other)]) == 0
    assert json.loads(capsys.readouterr().out)["reports"] == []


def test_nothing_selected_is_not_in_order(
    sp_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", str(sp_file), "--ignore", "*", *AT])
    assert "nothing was checked" in capsys.readouterr().out


def test_a_broken_login_is_judged_as_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    login = tmp_path / "login.xml"
    login.write_bytes(build("response").replace(b"</saml:NameID>", b"</saml:NameIDs>"))
    assert main(["check", str(login), *AT]) == 3
    out = capsys.readouterr().out
    assert out.startswith("REJECTED.")
    assert "maria.lind" not in out
