"""Every rule fires on its bad examples, with exactly the findings declared, and only there."""

from __future__ import annotations

import pytest

from samlcheck.rules.registry import all_rules, kinds_of
from samlcheck.rules.rule import SEVERITIES, Example, Rule
from tests.rules.running import kind_of, run_example

RULES = all_rules()


def _examples(which: str) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.id}-{which}-{number}")
        for rule in RULES
        for number, example in enumerate(getattr(rule, which), 1)
    ]


def _found(rule: Rule, example: Example) -> set[str]:
    report = run_example(example, kind_of(example, kinds_of(rule)))
    return {finding.rule for finding in report.findings}


@pytest.mark.parametrize(("rule", "example"), _examples("bad"))
def test_bad_example_has_exactly_the_findings_declared(rule: Rule, example: Example) -> None:
    assert {rule.id, *example.also} == _found(rule, example)


@pytest.mark.parametrize(("rule", "example"), _examples("good"))
def test_good_example_has_exactly_the_findings_declared(rule: Rule, example: Example) -> None:
    assert rule.id not in example.also
    assert set(example.also) == _found(rule, example)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_is_completely_declared(rule: Rule) -> None:
    assert rule.severity in SEVERITIES
    assert rule.bad, "a rule has at least one bad example"
    assert rule.good, "a rule has at least one good example"
    assert rule.citations, "a rule cites its ground"
    sections = rule.sections
    assert all(sections[name] for name in ("title", "what", "why", "fix")), sections


def test_ids_are_unique_and_slugs() -> None:
    ids = [rule.id for rule in RULES]
    assert sorted(set(ids)) == ids
    assert all(part.isalnum() and part == part.lower() for slug in ids for part in slug.split("-"))
