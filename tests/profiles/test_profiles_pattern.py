"""Patterns of variables: a small language, with the work that it can cause counted."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samlcheck.profiles.pattern import MAX_PATTERN, MAX_WAYS, PatternError, pattern_ways
from samlcheck.profiles.template import MAX_VALUE


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        ("contoso", 1),
        ("[a-z0-9][a-z0-9-]{0,62}", 63),
        (r"webex\.com|webex\.com\.cn", 2),
        ("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", 1),
        (r"\d{1,5}", 5),
        (r"(?:www\.)?[a-z]{1,10}", 20),
        (r"[^/]{1,64}", 64),
        (r"[]x\]\\-]", 1),
        (r"[^]]", 1),
        ("a{,3}", 4),
        ("a{3}", 1),
        ("a+", MAX_VALUE),
        ("a*", MAX_VALUE + 1),
        ("a{2000,}", MAX_VALUE - 1999),
        (".*.*", (MAX_VALUE + 1) ** 2),
        ("(?:a|b)?", 3),
        ("a||b", 3),
    ],
)
def test_an_allowed_pattern_has_a_number_of_ways(pattern: str, ways: int) -> None:
    assert ways == pattern_ways(pattern)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "empty"),
        ("x" * (MAX_PATTERN + 1), "at most 200"),
        ("(?:a+)+", "nested quantifiers"),
        ("(?:a*)*", "nested quantifiers"),
        ("(?:a|a)*", "nested quantifiers"),
        ("(?:(?:a?)){2,9}", "nested quantifiers"),
        ("a**", "nested quantifiers"),
        ("a+?", "nested quantifiers"),
        ("a{1,2}{1,2}", "nested quantifiers"),
        (".*.*.*", f"more than {MAX_WAYS} ways"),
        ("(a)", "only (?:...)"),
        ("(?P<n>a)", "only (?:...)"),
        ("(?=a)", "only (?:...)"),
        ("(?i:a)", "only (?:...)"),
        (r"\1", "only \\d, \\w"),
        (r"\b", "only \\d, \\w"),
        ("a\\", "only \\d, \\w"),
        ("^a", "anchor"),
        ("a$", "anchor"),
        ("*a", "repeats nothing"),
        ("{", "repeats nothing"),
        ("a{", "neither escaped nor a count"),
        ("a{x}", "neither escaped nor a count"),
        ("a{3,1}", "{3,1} runs backwards"),
        ("a{1,9999}", "{1,9999} is over 2048"),
        ("(?:a", "has no ')'"),
        ("a)", "has no '('"),
        ("[a", "has no ']'"),
        ("[]", "has no ']'"),
        ("[[a]]", "has to be escaped"),
        ("[a--b]", "has to be escaped"),
        ("[a&&b]", "has to be escaped"),
        ("[z-a]", "bad character range"),
    ],
)
def test_any_other_pattern_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    with pytest.raises(PatternError, match=re.escape(reason)):
        pattern_ways(pattern)


@settings(deadline=None)
@given(st.text(alphabet="ab.-|()?:[]{}*+,0129\\dw^$\u017f", max_size=24))
@pytest.mark.filterwarnings("error")
def test_what_is_allowed_compiles_and_cannot_run_away(pattern: str) -> None:
    try:
        ways = pattern_ways(pattern)
    except PatternError:
        return
    assert 1 <= ways <= MAX_WAYS
    compiled = re.compile(pattern)
    assert 0 == compiled.groups
    compiled.fullmatch("a" * 300 + "!")
