"""The options that choose an entity of an aggregate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from samlcheck.cli import main
from tests.support.bases import build

AT = ["--at", "2026-11-23T10:00:00Z"]
SP, IDP = "https://sp.example.org/saml", "https://idp.example.org/saml"


@pytest.fixture
def both(tmp_path: Path) -> str:
    path = tmp_path / "both.xml"
    path.write_bytes(build("aggregate"))
    return str(path)


@pytest.mark.parametrize(
    "chosen",
    [
        ["--sp-entity", SP, "--idp-entity", IDP],
        ["--entity", SP, "--entity", IDP],
        ["--entity", IDP, "--entity", SP],
        ["--entity", IDP, "--sp-entity", SP],
    ],
)
def test_pair_chooses_the_sides(
    both: str, chosen: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(["pair", "--sp", both, "--idp", both, *chosen, "--format", "json", *AT])
    report = json.loads(capsys.readouterr().out)
    facts = {item["name"]: item["value"] for item in report["facts"]}
    assert (SP, IDP) == (facts["SP"], facts["IdP"])
    assert [] == report["findings"]


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (["--entity", SP + "/"], "neither"),
        (["--sp-entity", SP.upper()], "has no entity"),
        (["--entity", SP, "--sp-entity", SP, "--entity", "urn:x"], "'urn:x'"),
    ],
)
def test_pair_refuses_unknown_entities(
    both: str, chosen: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main(["pair", "--sp", both, "--idp", both, *chosen, *AT])
    assert words in capsys.readouterr().err


def test_two_entities_for_one_side_are_refused(
    tmp_path: Path, both: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "two.xml"
    text = build("aggregate").replace(b"IDPSSODescriptor", b"SPSSODescriptor")
    other.write_bytes(text)
    arguments = ["--sp", str(other), "--idp", both, "--entity", SP, "--sp-entity", SP]
    assert 0 <= main(["pair", *arguments, *AT])
    capsys.readouterr()
    third = ["--entity", IDP, "--entity", SP, "--sp", str(other), "--idp", str(other)]
    assert 2 == main(["pair", *third, *AT])
    assert "were both given as the SP" in capsys.readouterr().err


def test_check_of_one_entity_and_of_two(both: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["check", both, "--entity", SP, "--format", "json", *AT])
    one = json.loads(capsys.readouterr().out)
    assert {"name": "entityID", "value": SP} in one["facts"]
    assert 0 == main(["check", both, "--entity", SP, "--entity", IDP, "--format", "json", *AT])
    assert 2 == len(json.loads(capsys.readouterr().out)["reports"])


def test_check_refuses_an_entity_that_no_file_has(
    both: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main(["check", both, "--entity", SP + "/", *AT])
    assert "which differs only in a trailing slash" in capsys.readouterr().err
    other = tmp_path / "idp.xml"
    other.write_bytes(build("idp"))
    assert 0 == main(["check", both, str(other), "--entity", SP, *AT])
