"""The symptom catalogue is in order: its files, its sources, the rules that it names."""

from __future__ import annotations

import datetime
import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from samlcheck.rules.registry import all_ids
from samlcheck.symptoms import SymptomError, Vendor, all_vendors, load_vendor_text
from samlcheck.symptoms.catalogue import SHIPPED, read_shipped

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMA = json.loads((ROOT / "schemas" / "symptoms.schema.json").read_text(encoding="utf-8"))
GOOD = """
name = "Contoso Login"
side = "idp"
aliases = ["contoso"]
as_of = 2026-11-25

[sources.help]
title = "Contoso help"
url = "https://help.contoso.example/errors"

[[rows]]
codes = ["C-17"]
texts = ["your login is odd"]
means = "the assertion has expired"
look_at = ["cond-expired"]
source = "help"
trust = "documented"
"""


def _plain(text: str) -> Any:
    """The data of a file as JSON has it."""
    return json.loads(json.dumps(tomllib.loads(text), default=datetime.date.isoformat))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_file_is_in_order(name: str) -> None:
    text = read_shipped(name)

    load_vendor_text(name, text)
    jsonschema.validate(_plain(text), SCHEMA)


def test_every_file_is_listed() -> None:
    folder = ROOT / "samlcheck" / "symptoms" / "data"
    assert {path.stem for path in folder.glob("*.toml")} == set(SHIPPED)


def test_rows_name_rules_that_exist() -> None:
    known = set(all_ids())
    named = {
        (vendor.id, rule) for vendor in all_vendors() for row in vendor.rows for rule in row.look_at
    }
    assert set() == {item for item in named if item[1] not in known}


def test_a_good_file_loads() -> None:
    vendor = load_vendor_text("contoso", GOOD)

    assert isinstance(vendor, Vendor)
    assert ("C-17", "cond-expired") == (vendor.rows[0].codes[0], vendor.rows[0].look_at[0])
    assert "2026-11-25" == vendor.as_of


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('side = "idp"', 'side = "both"', "side is 'both'"),
        ('side = "idp"', "", "side is missing"),
        ('name = "Contoso Login"', "name = 5", "name is no text"),
        ('aliases = ["contoso"]', "aliases = []", "aliases is no list with an entry"),
        ('aliases = ["contoso"]', 'aliases = ["a", "a"]', "aliases repeats an entry"),
        ("as_of = 2026-11-25", 'as_of = "soon"', "as_of is no date"),
        ("https://help", "http://help", "sources.help.url is no https address"),
        ('source = "help"', 'source = "other"', "source is 'other', which"),
        ('trust = "documented"', 'trust = "sure"', "trust is 'sure'"),
        ('look_at = ["cond-expired"]', 'look_at = ["Cond"]', "no id of a rule"),
        ('look_at = ["cond-expired"]\n', "", "neither look_at nor send"),
        ('codes = ["C-17"]\ntexts = ["your login is odd"]\n', "", "neither codes nor texts"),
        ('["your login is odd"]', '["odd"]', "shorter than 8"),
        ('means = "the', 'meaning = "the', "rows[0].meaning is unknown"),
        ('means = "the', 'means = " the', "white space around it"),
        ("[[rows]]", "[[rows", "contoso: "),
    ],
)
def test_every_mistake_is_told(old: str, new: str, problem: str) -> None:
    assert old in GOOD
    with pytest.raises(SymptomError) as caught:
        load_vendor_text("contoso", GOOD.replace(old, new))
    assert any(problem in text for text in caught.value.problems)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(SymptomError) as caught:
        load_vendor_text("contoso", GOOD.replace('"idp"', '"x"').replace('"documented"', '"y"'))
    assert 2 == len(caught.value.problems)


def test_a_code_stands_once_and_a_source_is_used() -> None:
    row = GOOD[GOOD.index("[[rows]]") :]
    with pytest.raises(SymptomError) as caught:
        load_vendor_text("contoso", f"{GOOD}{row}".replace('source = "help"', 'source = "x"'))
    assert any("stands in several rows" in text for text in caught.value.problems)
    assert any("is used by no row" in text for text in caught.value.problems)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('side = "idp"', 'side = "both"'),
        ('trust = "documented"', 'trust = "sure"'),
        ('look_at = ["cond-expired"]\n', ""),
        ('["your login is odd"]', '["odd"]'),
        ('means = "the', 'meaning = "the'),
    ],
)
def test_the_published_schema_refuses_it_too(old: str, new: str) -> None:
    jsonschema.validate(_plain(GOOD), SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(_plain(GOOD.replace(old, new)), SCHEMA)
