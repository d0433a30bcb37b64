"""Which rules there are, by what they judge, in the order in which a receiver works.

The lists are explicit: a rule exists when its module names it in RULES and the module stands
here. For messages the order is also the order of causes: what fails first explains the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from typing import Final

from samlcheck.rules.rule import Rule

# What is cached here follows from the code alone, never from input: it is read once, like data.
_PACKAGE = "samlcheck.rules."

#: The modules of each kind of check, in processing order.
MODULES: Final = {
    "metadata": (
        "documents",
        "pair.evidence",
        "structure.elements",
        "structure.values",
        "structure.ids",
        "metadata.entity",
        "metadata.validity",
        "metadata.expiry",
        "metadata.endpoints",
        "metadata.bindings",
        "metadata.name_ids",
        "metadata.keys",
        "metadata.certificate_text",
        "metadata.key_material",
        "metadata.certificates",
        "metadata.attributes",
        "metadata.organization",
        "metadata.requested_attributes",
        "metadata.consuming_services",
        "metadata.attribute_release",
        "metadata.entity_attributes",
        "metadata.entity_attribute_values",
        "metadata.entity_categories",
        "metadata.category_requirements",
        "metadata.sirtfi",
        "metadata.subject_identifiers",
        "metadata.algorithm_support",
        "metadata.algorithm_strength",
        "metadata.algorithm_key_sizes",
        "metadata.encryption_methods",
        "metadata.encryption_strength",
        "metadata.aggregates",
        "metadata.identity_sets",
        "metadata.key_sets",
        "metadata.ui_info",
        "metadata.logos",
        "metadata.registration",
        "metadata.scopes",
        "metadata.discovery",
        "metadata.profile",
        "metadata.entra",
        "signatures.shape",
        "signatures.references",
        "signatures.transforms",
        "signatures.algorithms",
        "signatures.integrity",
        "signatures.trust",
        "signatures.key_info",
    ),
    "pair": (
        "documents",
        "pair.evidence",
        "metadata.expiry",
        "pair.endpoints",
        "pair.name_ids",
        "pair.security",
        "pair.algorithms",
        "pair.attributes",
        "metadata.profile",
        "metadata.entra",
    ),
    "message": (
        "documents",
        "message.transport",
        "message.companions",
        "pair.evidence",
        "metadata.expiry",
        "message.lexical",
        "message.wrapping",
        "structure.elements",
        "structure.values",
        "structure.ids",
        "message.envelope",
        "message.status",
        "message.issuer",
        "signatures.shape",
        "signatures.references",
        "signatures.transforms",
        "signatures.integrity",
        "signatures.trust",
        "signatures.key_info",
        "message.coverage",
        "message.encryption",
        "message.subject",
        "message.conditions",
        "message.request",
        "message.authentication",
        "message.attributes",
        "signatures.algorithms",
        "metadata.certificates",
    ),
}


@cache
def rules_for(kind: str) -> tuple[Rule, ...]:
    """Return the rules of one kind of check: metadata, pair or message."""
    found: list[Rule] = []
    for name in MODULES[kind]:
        found.extend(import_module(_PACKAGE + name).RULES)
    return tuple(found)


@cache
def explainers(rules: tuple[Rule, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return, by rule id, the ids of the rules whose findings may explain it away."""
    ids = [rule.id for rule in rules]
    by_glob: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        for glob in rule.unless:
            if glob not in by_glob:
                by_glob[glob] = tuple(slug for slug in ids if matches(slug, glob))
    return {
        rule.id: tuple(slug for glob in rule.unless for slug in by_glob[glob] if slug != rule.id)
        for rule in rules
        if rule.unless
    }


@cache
def judging(rules: tuple[Rule, ...], subject: type) -> tuple[str, ...]:
    """Return the ids of the rules that judge objects of a class, in processing order."""
    return tuple(rule.id for rule in rules if issubclass(subject, rule.on))


def matches(slug: str, glob: str) -> bool:
    """Tell whether a rule id matches a glob; plain ids and trailing asterisks cost nothing."""
    if not any(character in glob for character in "*?["):
        return slug == glob
    if glob.endswith("*") and not any(character in glob[:-1] for character in "*?["):
        return slug.startswith(glob[:-1])
    return fnmatchcase(slug, glob)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule once, sorted by id."""
    by_id: dict[str, Rule] = {}
    for kind in MODULES:
        for rule in rules_for(kind):
            if by_id.setdefault(rule.id, rule) is not rule:
                raise ValueError(f"two rules have the id {rule.id}")
    return tuple(by_id[slug] for slug in sorted(by_id))


def kinds_of(rule: Rule) -> tuple[str, ...]:
    """Return the kinds of check in which a rule takes part."""
    return tuple(kind for kind in MODULES if any(item is rule for item in rules_for(kind)))
