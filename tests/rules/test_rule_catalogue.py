"""Every check of the catalogue that rules were chosen from is a rule or is left out in writing.

The catalogue is not part of the project. It is looked for in the folder that SAMLCHECK_CATALOGUE
names, else beside the project in shared/catalogue.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from samlcheck.rules.registry import all_ids

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = Path(os.environ.get("SAMLCHECK_CATALOGUE", ROOT.parent / "shared" / "catalogue"))
LEFT_OUT = ROOT / "docs" / "left-out-rules.md"
#: Section 18 and what follows Q are no lists of checks.
SECTIONS = {
    "metadata-rules.md": [f"{number}." for number in range(1, 18)],
    "message-rules.md": [f"{letter}." for letter in "ABCDEFGHIJKLMNOPQ"],
}

present = pytest.mark.skipif(
    not (FOLDER / "README.md").is_file(), reason="the catalogue of checks is not here"
)


@cache
def left_out() -> dict[str, str]:
    """The checks left out, each with its reason."""
    rows = re.findall(r"^\| (`.+?) \| .+? \| (.+?) \|$", LEFT_OUT.read_text(encoding="utf-8"), re.M)
    return {slug: reason for cell, reason in rows for slug in re.findall(r"`([^`]+)`", cell)}


@cache
def aliases() -> dict[str, list[str]]:
    """The other names of checks that the catalogue lists twice, each with the names that count."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+?) \| ([a-z0-9, -]+) \|$", text, re.M)
    return {
        other.strip(): re.findall(r"`([^`]+)`", cell)
        for cell, others in rows
        for other in others.split(",")
    }


def _is_accounted_for(slug: str) -> bool:
    known = all_ids() | left_out().keys()
    return slug in known or all(name in known for name in aliases().get(slug, [""]))


def _written_out(first: str, part: str) -> Iterator[str]:
    """Yield what a name in a row may stand for: `/ empty` behind `scope-missing` is scope-empty."""
    yield part
    words = first.split("-")
    for count in range(len(words) - 1, 0, -1):
        yield "-".join([*words[:count], part])


def _rows(section: str) -> Iterator[list[str]]:
    for cell in re.findall(r"^\| ([a-z][a-z0-9,/ -]+) \|", section, re.M):
        if cell != "slug":
            yield [part.strip().lstrip("-") for part in re.split("[,/]", cell)]


@present
@pytest.mark.parametrize(
    ("file", "number"), [(file, number) for file, names in SECTIONS.items() for number in names]
)
def test_every_check_is_a_rule_or_left_out_with_a_reason(file: str, number: str) -> None:
    text = (FOLDER / file).read_text(encoding="utf-8")
    section = next(part for part in text.split("\n## ") if part.startswith(f"{number} "))
    rows = list(_rows(section))
    missing = [
        part
        for first, *more in rows
        for part in (first, *more)
        if not any(map(_is_accounted_for, _written_out(first, part)))
    ]
    assert rows
    assert [] == missing


def test_nothing_is_left_out_that_is_a_rule() -> None:
    given = {slug for slug, reason in left_out().items() if not reason.startswith("the id ")}
    assert set() == given & all_ids()


def test_rules_that_reasons_name_exist() -> None:
    named = {
        name
        for reason in left_out().values()
        for name in re.findall(r"`([a-z]+-[a-z0-9-]+\*?)`", reason)
    }
    prefixes = {name.removesuffix("*") for name in named}
    assert set() == {
        name for name in prefixes if not any(slug.startswith(name) for slug in all_ids())
    }
