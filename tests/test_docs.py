"""What is generated is on disk as generated, and examples in the documentation run."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

import samlcheck
from docs import demo, generate

ROOT = Path(__file__).resolve().parent.parent


def test_generated_files_are_current() -> None:
    stale = []
    files = generate.build()
    for name, content in files.items():
        path = ROOT / name
        if not path.is_file() or path.read_text(encoding="utf-8") != content:
            stale.append(name)
    assert stale == [], "run `make docs`"
    pages = {f"docs/rules/{path.name}" for path in (ROOT / "docs" / "rules").glob("*.md")}
    assert pages <= set(files), "run `make docs`"


def test_doctests_of_the_package() -> None:
    assert doctest.testmod(samlcheck).failed == 0


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "docs/python-api.md",
        "docs/diagnosis.md",
        "docs/redact.md",
        "docs/captures.md",
        "docs/profiles.md",
    ],
)
def test_python_examples_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / name), module_relative=False, encoding="utf-8")
    assert result.attempted > 0
    assert result.failed == 0


def test_the_demo_ends_as_it_should(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.run() == 0
    out = capsys.readouterr().out
    assert "ACCEPTED." in out
    assert out.count("REJECTED.") == 2


def _console_examples(text: str) -> list[tuple[str, str]]:
    """Return (command, output) of each console block, comments and other commands left out."""
    found = []
    for block in text.split("```console\n")[1:]:
        lines = block.split("\n```", 1)[0].splitlines()
        command = lines[0].removeprefix("$ ")
        while command.endswith("\\"):
            lines.pop(0)
            command = command[:-1] + lines[0].strip()
        found.append((command, "\n".join(lines[1:]) + "\n"))
    return found


def _uncounted(output: str) -> str:
    """Return an output without the numbers of checks, which grow with each new rule."""
    return re.sub(r"\d+ checks (passed|not run)", r"N checks \1", output)


@pytest.mark.parametrize(
    "name", ["README.md", "docs/diagnosis.md", "docs/captures.md", "docs/profiles.md"]
)
def test_console_examples_print_what_is_shown(
    name: str, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    from samlcheck.cli import main

    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    examples = _console_examples((ROOT / name).read_text(encoding="utf-8"))
    assert examples
    for command, output in examples:
        arguments = shlex.split(command)
        assert arguments[0] == "samlcheck"
        main(arguments[1:])
        assert _uncounted(output) == _uncounted(capsysbinary.readouterr().out.decode())


def test_the_profile_in_the_guide_loads() -> None:
    text = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")
    toml = text.split("```toml\n", 1)[1].split("\n```", 1)[0]
    profile = samlcheck.load_profile_text(toml, name="contoso.toml")
    assert "department" in {claim.name for claim in profile.claims}
    assert ("idp/entra", "sp/webex-meetings") == profile.layers[1:3]
