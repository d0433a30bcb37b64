"""What is told of the regular expressions of scopes, without running them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlcheck.rules.metadata.scope_patterns import Tail, read_pattern


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (r"^(.+\.example\.org$", "has a ( without a )"),
        (r"^.+\.example\.org)$", "has a ) without a ("),
        ("^[a-z+$", "has a [ without a ]"),
        ("*.example.org", "has a * that repeats nothing"),
        ("^a**$", "repeats a repeat"),
        ("^a{2,1}$", "has the count {2,1}, which runs backwards"),
        ("^a{x}$", "has a { that is no count such as {1,3}"),
        ("^[z-a]$", "has the range z-a, which runs backwards"),
        ("example\\", "ends in a backslash"),
        (r"\p{L", "lacks a }"),
        ("(?!x|y", "has a ( without a )"),
        ("(?#note)", "has a group of an unknown kind"),
        ("(" * 30 + ")" * 30, "nests groups more than 20 deep"),
        ("a" * 1001, "is longer than 1000 characters"),
    ],
)
def test_what_is_no_expression_is_told(text: str, problem: str) -> None:
    assert problem == read_pattern(text).problem


@pytest.mark.parametrize(
    "text",
    [
        r"^.+\.example\.org$",
        r"^(?:[\w-]+\.)*example\.(?:org|com)$",
        r"^(?i)example\.org$",
        r"^(?<sub>[a-z]+)\.example\.org$",
        r"^(?!test\.).+\.example\.org$",
        r"^\p{L}+\.example\.org$",
        r"^[]a-]+?\.example\.org$",
        r"^[^.]{1,63}\.example\.org$",
        r"",
    ],
)
def test_an_expression_of_any_dialect_is_read(text: str) -> None:
    assert read_pattern(text).problem is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        (r"^example\.org$", True, True),
        (r"example\.org$", False, True),
        (r"^example\.org", True, False),
        (r"^a\.example\.org$|b\.example\.org", False, False),
        (r"(^a\.example\.org$|^b\.example\.org$)", True, True),
        (r"\Aexample\.org\z", True, True),
        (r"^example\.org\$", True, False),
        (r"^example\.org[$]", True, False),
    ],
)
def test_anchors_are_seen_in_every_alternative(text: str, start: bool, end: bool) -> None:
    pattern = read_pattern(text)
    assert (start, end) == (pattern.anchored_start, pattern.anchored_end)


@pytest.mark.parametrize(
    ("text", "tails"),
    [
        (r"^.+\.example\.org$", [(".example.org", True)]),
        (r"^(.+\.)?example\.org$", [("example.org", True)]),
        (r"^example\.org$", [("example.org", True)]),
        (r"^.*example\.org$", [("example.org", False)]),
        (r"^.+\.example.org$", [("org", False)]),
        (r"^.+\.example\.(org|com)$", [(".example.org", True), (".example.com", True)]),
        (r"^(.+\.a\.org|.+b\.org)$", [(".a.org", True), ("b.org", False)]),
        (r"^.+\.a\.org$|^.*$", [(".a.org", True), ("", False)]),
        (r"^.+\.example\.org?$", [("", False)]),
        (r"^.+$", [("", False)]),
    ],
)
def test_the_literal_end_of_every_match_is_found(text: str, tails: list[tuple[str, bool]]) -> None:
    expected = tuple(Tail(text=end, bounded=bounded) for end, bounded in tails)
    assert expected == read_pattern(text).tails


@pytest.mark.parametrize(
    "text",
    [
        r"^([a-z]+)*\.example\.org$",
        r"^(.+\.)*example\.org$",
        r"^(\w*-?)+\.example\.org$",
        r"^((a|b)+c?)*$",
        r"^([a-z]|\w)*\.example\.org$",
        r"^(?:(?:[a-z]+)*\.)?example\.org$",
        r"^([a-z]+){1,40}\.example\.org$",
    ],
)
def test_exponential_time_is_foreseen(text: str) -> None:
    assert read_pattern(text).risk is not None


@pytest.mark.parametrize(
    "text",
    [
        r"^.+\.example\.org$",
        r"^([a-z0-9-]+\.)*example\.org$",
        r"^([^.]+\.)+example\.org$",
        r"^(cs|ee|ece)\.example\.org$",
        r"^(a|b)*\.example\.org$",
        r"^([a-z]+){1,3}\.example\.org$",
        r"^(students\.|staff\.)?example\.org$",
    ],
)
def test_a_harmless_repeat_is_not_blamed(text: str) -> None:
    assert read_pattern(text).risk is None


@given(st.text(alphabet=r"ab.\-^$*+?{}[]()|,1dwpP<>!=:", max_size=24))
def test_any_text_gives_an_answer(text: str) -> None:
    pattern = read_pattern(text)
    assert pattern.problem is None or pattern.tails == ()


_WORDS = st.sampled_from(
    ["a", "b", r"\.", "[ab]", "(?:a|b)", "(a)", "b+", "a?", "[^a]*", "(?:ab)+"]
)


@given(st.lists(_WORDS, max_size=6).map("".join), st.text(alphabet="ab.", max_size=8))
def test_every_match_ends_as_foretold(text: str, value: str) -> None:
    pattern = read_pattern(f"^{text}$")
    assert pattern.problem is None
    if re.fullmatch(text, value):
        assert any(value.endswith(tail.text) for tail in pattern.tails)
