"""`samlcheck profiles`, and which profile a command judges by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from samlcheck.cli import main
from samlcheck.profiles import load_profile
from samlcheck.profiles.documented import documented
from tests.profiles.services import service_of
from tests.support.bases import build

AT = ["--at", "2026-11-23T10:00:00Z"]


@pytest.fixture
def slack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the metadata of a Slack workspace, in a subfolder."""
    folder = tmp_path / "metadata"
    folder.mkdir()
    (tmp_path / ".git").mkdir()
    path = folder / "slack.xml"
    path.write_bytes(service_of(load_profile("slack")).metadata())
    monkeypatch.chdir(folder)
    return path


def test_the_list_has_every_profile(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["profiles", "list"])
    shown = capsys.readouterr().out
    assert "sp/slack" in shown
    assert "base/swamid" in shown
    assert f"{len(documented())} more applications, which are not curated" in shown
    assert 0 == main(["profiles", "list", "--kind", "idp", "--format", "json"])
    listed = json.loads(capsys.readouterr().out)
    assert {"idp"} == {row["id"].partition("/")[0] for row in listed["profiles"]}


def test_a_search_finds_both_sets_and_marks_what_is_not_curated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert 0 == main(["profiles", "search", "salesforce"])
    shown = capsys.readouterr().out
    assert "sp/salesforce" in shown
    assert "documented/salesforce-sandbox  2018-09  not curated" in shown
    assert 0 == main(["profiles", "search", "fed.adp.com", "--format", "json"])
    (found,) = json.loads(capsys.readouterr().out)["documented"]
    assert "documented/adpfederatedsso" == found["id"]
    assert found["status"].startswith("documented pattern, not curated")
    assert 0 == main(["profiles", "search", "no", "such", "application"])
    assert "nothing found\n" == capsys.readouterr().out


def test_a_profile_is_shown_with_its_layers_merged(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["profiles", "show", "webex-meetings"])
    shown = capsys.readouterr().out
    assert "layers: base/saml-websso, sp/webex-meetings" in shown
    assert "claim, required, email: uid" in shown
    assert "Webex error 13" in shown
    assert 0 == main(["profiles", "show", "webex-meetings", "--origins"])
    shown = capsys.readouterr().out
    assert 'signature.require = "either"\n    sp/webex-meetings, line' in shown
    assert 0 == main(["profiles", "show", "entra", "--format", "json"])
    data = json.loads(capsys.readouterr().out)
    assert 4200.0 == data["emits"]["lifetime"]
    assert {"layer", "line", "name", "sources", "value"} == set(data["origins"][0])


def test_a_documented_application_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["profiles", "show", "documented/adpfederatedsso"])
    shown = capsys.readouterr().out
    assert "not curated" in shown
    assert "https://fed.adp.com" in shown
    assert 0 == main(["profiles", "show", "adpfederatedsso", "--format", "json"])
    assert "ADP" == json.loads(capsys.readouterr().out)["app"]
    assert 2 == main(["profiles", "show", "nosuchthing"])
    assert "there is no profile 'nosuchthing'" in capsys.readouterr().err


def test_the_examples_of_a_profile_are_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(["profiles", "test", "slack"])
    assert "ok      workspace" in capsys.readouterr().out
    path = tmp_path / "mine.toml"
    text = (
        'schema = 1\n[profile]\nid = "contoso/slack"\nkind = "integration"\nsp = "sp/slack"\n'
        '[vars]\nworkspace = "contoso"\n[[examples]]\nname = "ours"\nexpect = []\n'
        'sp = { acs = "https://fabrikam.slack.com/sso/saml" }\n'
    )
    path.write_text(text, encoding="utf-8")
    assert 1 == main(["profiles", "test", str(path)])
    shown = capsys.readouterr().out
    assert "differs ours\n        expected nothing\n" in shown
    assert "found    profile-variable-conflict" in shown
    path.write_text(text.partition("[[examples]]")[0], encoding="utf-8")
    assert 2 == main(["profiles", "test", str(path)])
    assert "has no [[examples]]" in capsys.readouterr().err


def test_the_documents_choose(slack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", slack.name, *AT])
    shown = " ".join(capsys.readouterr().out.split())
    assert "Profile chosen by the documents: sp/slack (high confidence, by the entityID" in shown
    main(["check", slack.name, *AT, "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert "sp/slack" == report["profile"]
    assert report["profile_choice"][0].startswith("sp/slack (high confidence")


def test_a_named_profile_wins(slack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", slack.name, *AT, "--format", "json", "--profile", "zoom"])
    report = json.loads(capsys.readouterr().out)
    assert ("sp/zoom", []) == (report["profile"], report["profile_choice"])
    assert 2 == main(["check", slack.name, *AT, "--profile", "auto", "--profile", "zoom"])


PROJECT = """\
schema = 1
[profile]
id = "contoso/project"
kind = "integration"

[severity.org-missing]
to = "error"
reason = "our policy"
"""


def test_the_file_of_the_project_lies_over_what_the_documents_choose(
    slack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (slack.parent.parent / "samlcheck.toml").write_text(PROJECT, encoding="utf-8")
    main(["check", slack.name, *AT, "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert "contoso/project" == report["profile"]
    assert report["profile_choice"][0].startswith("sp/slack")
    main(["check", slack.name, *AT, "--format", "json", "--profile", "base/saml-websso"])
    assert "base/saml-websso" == json.loads(capsys.readouterr().out)["profile"]


def test_what_lies_above_the_repository_is_not_of_the_project(
    slack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (slack.parent.parent / ".git").rmdir()
    (slack.parent / ".git").mkdir()
    (slack.parent.parent / "samlcheck.toml").write_text("schema = 2", encoding="utf-8")
    assert main(["check", slack.name, *AT]) < 2


def test_mistakes_in_the_file_of_the_project_have_their_lines(
    slack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = PROJECT.replace('kind = "integration"', 'kind = "app"').replace("to =", "too =")
    (slack.parent / "samlcheck.toml").write_text(text, encoding="utf-8")
    assert 2 == main(["check", slack.name, *AT])
    shown = capsys.readouterr().err
    assert "samlcheck.toml:4: profile.kind is 'app'" in shown
    assert "samlcheck.toml:7: severity.org-missing.too is an unknown key" in shown
    assert 2 == main(["profiles", "show", "samlcheck.toml"])


def test_a_file_that_names_its_side_keeps_it(
    slack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = PROJECT.replace('kind = "integration"', 'kind = "integration"\nsp = "sp/zoom"')
    (slack.parent / "samlcheck.toml").write_text(text, encoding="utf-8")
    main(["check", slack.name, *AT, "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert [] == report["profile_choice"]
    assert "profile-entityid-unexpected" in {item["rule"] for item in report["findings"]}


def test_an_aggregate_is_checked_with_the_file_of_the_project(
    slack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (slack.parent / "samlcheck.toml").write_text(PROJECT, encoding="utf-8")
    Path("all.xml").write_bytes(build("aggregate"))
    main(["check", "all.xml", *AT, "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert ("contoso/project", []) == (report["profile"], report["profile_choice"])
