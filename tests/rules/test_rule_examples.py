"""Every rule fires on its bad examples, with exactly the findings declared, and only there."""

from __future__ import annotations

import pytest

from samlcheck.render.style import Style
from samlcheck.render.text import finding_lines
from samlcheck.rules.registry import all_rules, kinds_of, matches
from samlcheck.rules.rule import SEVERITIES, Example, Rule
from tests.rules.running import kind_of, run_example

RULES = all_rules()


def _examples(which: str) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.id}-{which}-{number}")
        for rule in RULES
        for number, example in enumerate(getattr(rule, which), 1)
    ]


def _compare(rule: Rule, example: Example, expected: set[str]) -> None:
    report = run_example(example, kind_of(example, kinds_of(rule)))
    found = {finding.rule for finding in report.findings}
    text = "\n".join("\n".join(finding_lines(item, Style())) for item in report.findings)
    assert expected == found, f"expected {sorted(expected)}, found {sorted(found)}:\n{text}"


@pytest.mark.parametrize(("rule", "example"), _examples("bad"))
def test_bad_example_has_exactly_the_findings_declared(rule: Rule, example: Example) -> None:
    _compare(rule, example, {rule.id, *example.also})


@pytest.mark.parametrize(("rule", "example"), _examples("good"))
def test_good_example_has_exactly_the_findings_declared(rule: Rule, example: Example) -> None:
    assert rule.id not in example.also
    _compare(rule, example, set(example.also))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_is_completely_declared(rule: Rule) -> None:
    assert rule.severity in SEVERITIES
    assert rule.bad, "a rule has at least one bad example"
    assert rule.good, "a rule has at least one good example"
    assert rule.citations, "a rule cites its ground"
    sections = rule.sections
    assert [] == [name for name in ("title", "what", "why", "fix") if not sections[name]]
    known = {item.id for item in RULES}
    for glob in rule.unless:
        assert any(matches(slug, glob) for slug in known), f"unless names no rule: {glob}"
    for item in (*rule.bad, *rule.good):
        assert set(item.also) <= known


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_on_messages_says_who_acts(rule: Rule) -> None:
    judged = [item.__name__ for item in rule.on if item.__module__ == "samlcheck.model.message"]
    if kinds_of(rule) == ("message",) and judged:
        assert rule.owner is not None


def test_ids_are_unique_and_slugs() -> None:
    ids = [rule.id for rule in RULES]
    assert sorted(set(ids)) == ids
    assert all(part.isalnum() and part == part.lower() for slug in ids for part in slug.split("-"))
