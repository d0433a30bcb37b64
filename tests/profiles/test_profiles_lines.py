"""The line index of a TOML text."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samlcheck.profiles.library import read_shipped, shipped
from samlcheck.profiles.lines import Path, index_lines

TEXT = '''\
schema = 1
[profile]
id = "x"   # [no table]
"quoted.key" = 1
help = """
title = "inside a string"
"""
[sp.entity_id]
accept = [
  # { template = "commented" },
  { template = "a", note = "b = {c" },
  { exact = "#x" },
]
otherwise = "error"
[[claims]]
name = "one"
value = { type = "email" }
[claims.source_hint]
entra = "user.mail"
[[claims]]
name = "two"
aliases = [
  "a#", "b", # "no"
  "c",
]
presets.a = []
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("schema",), 1),
        (("profile",), 2),
        (("profile", "id"), 3),
        (("profile", "quoted.key"), 4),
        (("profile", "help"), 5),
        (("sp",), 8),
        (("sp", "entity_id", "accept"), 9),
        (("sp", "entity_id", "accept", 0, "template"), 11),
        (("sp", "entity_id", "accept", 0, "note"), 11),
        (("sp", "entity_id", "accept", 1), 12),
        (("sp", "entity_id", "otherwise"), 14),
        (("claims",), 15),
        (("claims", 0, "name"), 16),
        (("claims", 0, "value", "type"), 17),
        (("claims", 0, "source_hint", "entra"), 19),
        (("claims", 1), 20),
        (("claims", 1, "name"), 21),
        (("claims", 1, "aliases", 1), 23),
        (("claims", 1, "aliases", 2), 24),
        (("claims", 1, "presets", "a"), 26),
        # What is not there is looked for above.
        (("claims", 1, "presence"), 20),
        (("profile", "title"), 2),
        (("nowhere",), 1),
        ((), 1),
    ],
)
def test_a_path_has_its_line(path: Path, line: int) -> None:
    assert tomllib.loads(TEXT)
    assert line == index_lines(TEXT).line(path)


@pytest.mark.parametrize("profile_id", shipped())
def test_each_key_of_the_shipped_files_is_on_its_line(profile_id: str) -> None:
    text = read_shipped(profile_id)
    index, lines = index_lines(text), text.split("\n")
    for path in leaves(tomllib.loads(text), ()):
        key = next(part for part in reversed(path) if isinstance(part, str))
        assert key in lines[index.line(path) - 1], path


def leaves(value: object, path: Path) -> list[Path]:
    """The paths of all keys that hold no table."""
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, (*path, key))]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [leaf for at, inner in enumerate(value) for leaf in leaves(inner, (*path, at))]
    return [path]


@settings(deadline=None)
@given(st.text(alphabet="ab.=[]{}\"'#\n ,", max_size=60))
def test_any_text_has_an_index(text: str) -> None:
    index = index_lines(text)
    assert 1 <= index.line(("a", 0, "b")) <= text.count("\n") + 1
