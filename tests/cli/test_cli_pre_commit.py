"""The hook with the real pre-commit, on a scratch repository with good, bad and other XML."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.bases import load

ROOT = Path(__file__).resolve().parent.parent.parent


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def hook_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that holds the package and its hook as they are now, committed."""
    folder = tmp_path_factory.mktemp("hook")
    for name in ("samlcheck", "schemas"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, folder / name)
    _git(folder, "init", "-q")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-qm", "hook")
    return folder


def _try(hook: Path, scratch: Path, files: dict[str, str], home: Path) -> tuple[int, str]:
    scratch.mkdir()
    for name, text in files.items():
        (scratch / name).write_text(text, encoding="utf-8")
    _git(scratch, "init", "-q")
    _git(scratch, "add", "-A")
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(hook), "samlcheck-metadata"]
    result = subprocess.run(
        [*command, "--all-files", "--verbose"],
        cwd=scratch,
        env={**os.environ, "PRE_COMMIT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


def test_the_hook_passes_good_files_and_stops_bad_ones(
    hook_repository: Path, tmp_path: Path
) -> None:
    good = {"sp.xml": load("sp"), "pom.xml": "<project/>", "note.txt": "no XML"}
    home = tmp_path / "home"
    code, output = _try(hook_repository, tmp_path / "good", good, home)
    assert code == 0, output
    assert "Passed" in output
    assert "pom.xml" not in output

    bad = load("sp").replace('entityID="https://sp.example.org/saml"', 'entityID=""')
    code, output = _try(hook_repository, tmp_path / "bad", {**good, "bad.xml": bad}, home)
    assert code == 1, output
    assert "bad.xml:" in output
    assert "[eid-missing]" in output
    assert "pom.xml" not in output


def test_the_hook_is_declared_for_xml_files() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert ["samlcheck-metadata"] == [hook["id"] for hook in hooks]
    assert ["xml"] == hooks[0]["types"]
    assert "samlcheck check --skip-other" == hooks[0]["entry"]
