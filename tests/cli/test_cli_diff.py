"""The command that compares two versions of metadata."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from samlcheck.cli import main
from tests.support.bases import build

AT = ["--at", "2026-11-23T10:00:00Z"]


@pytest.fixture
def versions(tmp_path: Path) -> tuple[str, str]:
    old, new = tmp_path / "old.xml", tmp_path / "new.xml"
    old.write_bytes(build("sp"))
    new.write_bytes(build("sp", [('acs" index="0"', 'acs" index="7"')]))
    return str(old), str(new)


def test_the_same_file_twice_changes_nothing(
    versions: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    old, _ = versions
    assert 0 == main(["diff", old, old, *AT])
    assert "Nothing changes that partners depend on" in capsys.readouterr().out


def test_a_change_is_told_with_its_place(
    versions: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = versions
    assert 0 == main(["diff", old, new, *AT])
    out = capsys.readouterr().out
    assert f"{new}:44:" in out
    assert "warning [diff-index-renumbered]" in out
    assert "The change may break logins with some partners" in out
    assert 1 == main(["diff", old, new, "--fail-on", "warning", *AT])


def test_json_is_a_report_of_its_kind(
    versions: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["diff", *versions, "--format", "json", *AT])
    report = json.loads(capsys.readouterr().out)
    assert ("samlcheck.report/1", "diff", None) == (
        report["format"],
        report["kind"],
        report["verdict"],
    )
    assert list(versions) == report["sources"]
    assert ["diff-index-renumbered"] == [item["rule"] for item in report["findings"]]


def test_what_cannot_be_read_is_not_called_a_breaking_change(
    versions: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "page.html"
    other.write_text("<html/>")
    assert 1 == main(["diff", versions[0], str(other), *AT])
    assert "The two versions cannot be compared" in capsys.readouterr().out


def test_standard_input_is_read_once(versions: tuple[str, str]) -> None:
    assert 2 == main(["diff", "-", "-", *AT])
    assert 2 == main(["diff", versions[0]])
