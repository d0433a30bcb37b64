"""Which rules there are, by what they judge, in the order in which a receiver works.

The lists are explicit: a rule exists when its module names it in RULES and the module stands
here. For messages the order is also the order of causes: what fails first explains the rest.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from typing import Any, Final

from samlcheck.rules.rule import Rule

# What is cached here follows from the code alone, never from input: it is read once, like data.
_PACKAGE = "samlcheck.rules."

#: The modules of each kind of check, in processing order.
MODULES: Final = {
    "metadata": (
        "documents",
        "namespace_faults",
        "pair.evidence",
        "structure.markup",
        "structure.characters",
        "structure.elements",
        "structure.values",
        "structure.times",
        "structure.languages",
        "structure.blanks",
        "structure.extension_places",
        "structure.language_sets",
        "structure.groups",
        "structure.ids",
        "metadata.entity",
        "metadata.validity",
        "metadata.expiry",
        "metadata.endpoints",
        "metadata.bindings",
        "metadata.name_ids",
        "metadata.keys",
        "metadata.key_info",
        "metadata.certificate_text",
        "metadata.key_material",
        "metadata.weak_keys",
        "metadata.key_lengths",
        "metadata.certificates",
        "metadata.certificate_dates",
        "metadata.certificate_names",
        "metadata.role_certificates",
        "metadata.attributes",
        "metadata.organization",
        "metadata.contacts",
        "metadata.requested_attributes",
        "metadata.consuming_services",
        "metadata.attribute_release",
        "metadata.attribute_lists",
        "metadata.entity_attributes",
        "metadata.entity_attribute_values",
        "metadata.entity_categories",
        "metadata.category_requirements",
        "metadata.sirtfi",
        "metadata.assurance",
        "metadata.subject_identifiers",
        "metadata.algorithm_support",
        "metadata.algorithm_strength",
        "metadata.algorithm_key_sizes",
        "metadata.encryption_methods",
        "metadata.encryption_strength",
        "metadata.aggregates",
        "metadata.reply_url_sets",
        "metadata.identity_sets",
        "metadata.key_sets",
        "metadata.statistics",
        "metadata.ui_info",
        "metadata.logos",
        "metadata.registration",
        "metadata.scopes",
        "metadata.discovery",
        "national.spid",
        "national.cie",
        "national.eidas",
        "national.sweden",
        "national.uk",
        "national.safire",
        "national.oiosaml",
        "metadata.profile",
        "metadata.entra",
        "signatures.shape",
        "signatures.references",
        "signatures.transforms",
        "signatures.algorithms",
        "signatures.integrity",
        "signatures.trust",
        "signatures.pinned",
        "signatures.key_info",
        "signatures.places",
        "signatures.hazards",
    ),
    "pair": (
        "documents",
        "namespace_faults",
        "pair.evidence",
        "metadata.expiry",
        "pair.endpoints",
        "pair.name_ids",
        "pair.security",
        "pair.algorithms",
        "pair.categories",
        "pair.attributes",
        "pair.configured",
        "pair.class_lists",
        "pair.prediction",
        "pair.predicted_protection",
        "metadata.profile",
        "metadata.entra",
    ),
    "diff": (
        "documents",
        "namespace_faults",
        "diff.documents",
        "diff.identity",
        "diff.keys",
        "diff.reply_urls",
        "diff.endpoints",
        "diff.validity",
        "diff.terms",
        "diff.release",
    ),
    "message": (
        "documents",
        "namespace_faults",
        "message.transport",
        "message.transport_octets",
        "message.transport_addresses",
        "message.relay_state",
        "message.recordings",
        "message.recorded_answers",
        "message.redirect",
        "message.artifacts",
        "message.companions",
        "pair.evidence",
        "metadata.expiry",
        "structure.markup",
        "structure.characters",
        "message.lexical",
        "message.wrapping",
        "structure.elements",
        "structure.values",
        "structure.times",
        "structure.languages",
        "structure.ids",
        "message.envelope",
        "message.status",
        "message.issuer",
        "signatures.shape",
        "signatures.references",
        "signatures.transforms",
        "signatures.algorithms",
        "signatures.integrity",
        "signatures.trust",
        "signatures.key_info",
        "metadata.certificates",
        "message.coverage",
        "message.encryption",
        "message.encryption_methods",
        "message.encryption_layout",
        "message.subject",
        "message.name_id_forms",
        "message.confirmation_kinds",
        "message.conditions",
        "message.validity_advice",
        "message.condition_kinds",
        "message.audience_advice",
        "message.request",
        "message.repeated",
        "requests.repeated",
        "message.same_person",
        "logout.fields",
        "logout.addressing",
        "logout.session",
        "logout.answers",
        "message.authentication",
        "message.authn_context_advice",
        "pair.class_lists",
        "message.authn_statements",
        "message.authn_origins",
        "message.attributes",
        "message.attribute_names",
        "message.attribute_content",
        "message.attribute_identity",
        "message.times",
        "message.identifiers",
        "national.saml2int",
        "message.vendor_entra",
        "message.vendor_providers",
        "message.vendor_services",
        "message.vendor_encryption",
    ),
}


class Entry:
    """What the engine has to know of a rule before it is asked to judge anything.

    The entries come from a generated index, so that the modules of rules that nothing in the
    document concerns are never imported.
    """

    __slots__ = ("_rule", "id", "module", "needs", "on", "severity", "tags", "unless")

    def __init__(
        self,
        module: str,
        id: str,  # noqa: A002 - a rule's id is called id everywhere
        on: tuple[str, ...],
        severity: str,
        tags: tuple[str, ...],
        needs: tuple[str, ...],
        unless: tuple[str, ...],
        rule: Rule | None = None,
    ) -> None:
        self.module = module
        self.id = id
        self.on = on
        self.severity = severity
        self.tags = tags
        self.needs = needs
        self.unless = unless
        self._rule = rule

    @property
    def rule(self) -> Rule:
        """The rule itself; its module is imported on first use."""
        found = self._rule
        if found is None:
            rules = _module(self.module).RULES
            found = self._rule = next(item for item in rules if item.id == self.id)
        return found


Row = tuple[str, str, tuple[str, ...], str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def entry_of(rule: Rule) -> Entry:
    """Return the entry of a rule that is at hand."""
    return Entry(*row_of(rule, ""), rule=rule)


def row_of(rule: Rule, module: str) -> Row:
    """Return the row of the index for a rule; `module` is the one whose RULES hold it."""
    on = tuple(kind.__name__ for kind in rule.on)
    return module, rule.id, on, rule.severity, rule.tags, rule.needs, rule.unless


def index() -> dict[str, tuple[Row, ...]]:
    """Return the index as the modules have it: the rows of each module that is listed."""
    return {
        name: tuple(row_of(rule, _home(rule, name)) for rule in _module(name).RULES)
        for name in sorted({name for names in MODULES.values() for name in names})
    }


def _module(name: str) -> Any:
    return import_module(_PACKAGE + name)


def _home(rule: Rule, listed: str) -> str:
    """Return the module in which a rule is written, so that nothing else has to be imported."""
    own = rule.judge.__module__.removeprefix(_PACKAGE)
    found = getattr(_module(own), "RULES", ())
    return own if any(item is rule for item in found) else listed


@cache
def entries_for(kind: str) -> tuple[Entry, ...]:
    """Return the entries of one kind of check: metadata, pair or message."""
    from samlcheck.rules.index import ROWS

    return tuple(Entry(*row) for name in MODULES[kind] for row in ROWS[name])


@cache
def all_ids() -> frozenset[str]:
    """Return the ids of all rules."""
    from samlcheck.rules.index import ROWS

    return frozenset(row[1] for rows in ROWS.values() for row in rows)


@cache
def rules_for(kind: str) -> tuple[Rule, ...]:
    """Return the rules of one kind of check themselves; this imports all their modules."""
    found: list[Rule] = []
    for name in MODULES[kind]:
        found.extend(_module(name).RULES)
    return tuple(found)


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
