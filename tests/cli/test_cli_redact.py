"""The command that makes a capture fit to be sent to a vendor."""

from __future__ import annotations

from pathlib import Path

import pytest

from samlcheck.cli import main
from tests.support.bases import build

AT = ["--at", "2026-11-23T10:00:00Z"]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    found = {}
    for name in ("response", "sp", "idp", "request"):
        path = tmp_path / f"{name}.xml"
        path.write_bytes(build(name))  # type: ignore[arg-type]
        found[name] = str(path)
    return {**found, "safe": str(tmp_path / "safe.json")}


def evidence(files: dict[str, str]) -> list[str]:
    return ["--sp", files["sp"], "--idp", files["idp"], "--request", files["request"], *AT]


def test_a_copy_is_written_and_diagnosed(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    given = evidence(files)
    assert 0 == main(["redact", files["response"], "-o", files["safe"], *given])
    said = capsys.readouterr()
    assert "" == said.out
    assert f"{files['safe']}: " in said.err
    assert "none is left in it; judged before: Response accepted" in said.err

    main(["diagnose", files["safe"], *given])
    out = capsys.readouterr().out
    assert out.startswith("UNDETERMINED.")
    assert "verdict before redaction: accepted" in " ".join(out.split())


def test_it_goes_to_standard_output(
    files: dict[str, str], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert 0 == main(["redact", files["response"], "-o", "-", *AT])
    assert b'"samlcheck.redacted/1"' in capsysbinary.readouterr().out


def test_an_existing_file_is_not_overwritten(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = Path(files["sp"]).read_bytes()
    assert 3 == main(["redact", files["response"], "-o", files["sp"], *AT])
    assert "exists" in capsys.readouterr().err
    assert before == Path(files["sp"]).read_bytes()


def test_nothing_is_written_of_what_is_no_capture(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("hello")
    assert 3 == main(["redact", str(other), "-o", files["safe"], *AT])
    assert "not redacted: no SAML message was recognised" in capsys.readouterr().err
    assert not Path(files["safe"]).exists()


@pytest.mark.parametrize("wrong", [[], ["-o", "x", "--profile", "nonsense"]])
def test_usage(wrong: list[str], files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["redact", files["response"], *wrong])
    assert capsys.readouterr().err
