"""The rule catalogue as text and JSON, and the explanation of one rule."""

from __future__ import annotations

import json
from collections.abc import Sequence

from samlcheck.render.style import OWNERS, Style
from samlcheck.rules.registry import kinds_of
from samlcheck.rules.rule import NEEDS, Rule

FORMAT = "samlcheck.rules/1"


def render_rules_text(rules: Sequence[Rule]) -> str:
    """Return one line a rule: severity, id, title."""
    width = max(len(rule.id) for rule in rules)
    lines = [f"{rule.severity:<8} {rule.id:<{width}}  {rule.title}" for rule in rules]
    return "\n".join([*lines, f"{len(rules)} rules; samlcheck explain RULE tells more."]) + "\n"


def render_rules_json(rules: Sequence[Rule]) -> str:
    """Return the rules as JSON: `{"format": "samlcheck.rules/1", "rules": [...]}`."""
    rows = [
        {
            "id": rule.id,
            "title": rule.title,
            "severity": rule.severity,
            "tags": list(rule.tags),
            "checks": list(kinds_of(rule)),
            "needs": list(rule.needs),
            "owner": rule.owner,
            "citations": [
                {"document": item.document, "clause": item.clause, "url": item.url}
                for item in rule.citations
            ],
            "what": rule.sections["what"],
            "why": rule.sections["why"],
            "fix": rule.sections["fix"],
            "examples": {"bad": len(rule.bad), "good": len(rule.good)},
        }
        for rule in rules
    ]
    return json.dumps({"format": FORMAT, "rules": rows}, indent=2) + "\n"


def describe_owner(rule: Rule) -> str:
    """Return who must act on a rule's findings, in words."""
    return "the operator of the entity" if rule.owner is None else OWNERS[rule.owner]


def describe_checks(rule: Rule) -> str:
    """Return the kinds of check that a rule is part of, in words."""
    return ", ".join(f"{kind} checks" for kind in kinds_of(rule))


def render_explanation(rule: Rule, style: Style) -> str:
    """Return the documentation of one rule as text."""
    needs = ", ".join(NEEDS[need] for need in rule.needs) or "nothing beside the document"
    parts = [
        style.paint(f"{rule.id}: {rule.title}", "bold"),
        "",
        style.wrap(rule.sections["what"]),
        "",
        style.wrap("Why: " + rule.sections["why"]),
        "",
        style.wrap("What to do: " + rule.sections["fix"]),
        "",
        f"severity: {rule.severity}{''.join(f', {tag}' for tag in rule.tags)}",
        f"who acts: {describe_owner(rule)}",
        f"part of:  {describe_checks(rule)}",
        f"needs:    {needs}",
        *(f"see:      {item} {item.url}" for item in rule.citations),
    ]
    return "\n".join(parts) + "\n"
