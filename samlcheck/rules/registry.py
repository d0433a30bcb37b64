"""Which rules there are, by what they judge, in the order in which a receiver works.

The lists are explicit: a rule exists when its module names it in RULES and the module stands
here. For messages the order is also the order of causes: what fails first explains the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from samlcheck.rules.rule import Rule

_PACKAGE = "samlcheck.rules."

#: The modules of each kind of check, in processing order.
MODULES: Final = {
    "metadata": (
        "documents",
        "pair.evidence",
        "structure",
        "metadata.entity",
        "metadata.validity",
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
        "pair.evidence",
        "message.lexical",
        "message.wrapping",
        "structure",
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


def rules_for(kind: str) -> tuple[Rule, ...]:
    """Return the rules of one kind of check: metadata, pair or message."""
    found: list[Rule] = []
    for name in MODULES[kind]:
        found.extend(import_module(_PACKAGE + name).RULES)
    return tuple(found)


def all_rules() -> tuple[Rule, ...]:
    """Return every rule once, sorted by id."""
    by_id = {rule.id: rule for kind in MODULES for rule in rules_for(kind)}
    return tuple(by_id[slug] for slug in sorted(by_id))


def kinds_of(rule: Rule) -> tuple[str, ...]:
    """Return the kinds of check in which a rule takes part."""
    return tuple(kind for kind in MODULES if any(item is rule for item in rules_for(kind)))
