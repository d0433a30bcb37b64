"""The JSON form agrees with its schema, for every example of every rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from samlcheck.render.json_report import render_json
from samlcheck.render.schema import report_schema
from samlcheck.rules.registry import all_rules, kinds_of
from samlcheck.rules.rule import Rule
from tests.rules.running import kind_of, run_example

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMA = report_schema()


def test_the_schema_on_disk_is_the_generated_one() -> None:
    stored = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
    assert stored == SCHEMA
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_reports_agree_with_the_schema(rule: Rule) -> None:
    example = rule.bad[0]
    report = run_example(example, kind_of(example, kinds_of(rule)))
    text = render_json([report], many=False)
    assert text.isascii()
    problems = [
        error.message for error in Draft202012Validator(SCHEMA).iter_errors(json.loads(text))
    ]
    assert problems == []
