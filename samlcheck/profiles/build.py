"""The merged tables of the layers as a Profile."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, TypeVar

from samlcheck.profiles import words
from samlcheck.profiles.layers import Layer, Table
from samlcheck.profiles.mapping import FrozenMapping
from samlcheck.profiles.pattern import MAX_WAYS, template_ways
from samlcheck.profiles.profile import (
    Claim,
    Profile,
    ProfileError,
    Relation,
    SeverityChange,
    VendorCode,
)
from samlcheck.profiles.template import Template, Variable, variables_of

T = TypeVar("T")


def build_profile(layers: list[Layer], merged: Table) -> Profile:
    """Make the Profile from tables that have been checked."""
    variables = {name: _variable(name, row) for name, row in merged["vars"].items()}
    symptoms = _symptoms(merged.get("vendor_codes", {}))
    profile = Profile(
        **_identity(layers),
        variables=FrozenMapping(variables),
        bound=FrozenMapping(merged["bound"]),
        **_places(merged, variables),
        **_expectations(merged),
        claims=tuple(_claim(row) for row in merged["claims"]),
        relations=tuple(_relation(row) for row in merged["relations"]),
        metadata=FrozenMapping(
            {name: tuple(values) for name, values in merged.get("metadata", {}).items()}
        ),
        severities=tuple(
            SeverityChange(rule=rule, **row) for rule, row in merged["changes"].items()
        ),
        fixes=FrozenMapping(
            {
                (console, rule): place
                for console, places in merged.get("fix", {}).items()
                for rule, place in places.items()
            }
        ),
        symptoms=symptoms,
        vendor_codes=_codes_by_rule(symptoms),
    )
    if not all(layer.shipped for layer in layers):
        _refuse_costly(layers, profile)
    return profile


def _identity(layers: list[Layer]) -> dict[str, Any]:
    """Id and title of the layers above the base, or of the integration that chose them."""
    shown = [layer for layer in layers if layer.header("kind") != "base"] or layers[-1:]
    dates = [layer.header("as_of") for layer in shown if layer.header("as_of") is not None]
    if shown[-1].header("kind") == "integration":
        shown = shown[-1:]
    return {
        "id": "+".join(layer.header("id") for layer in shown),
        "title": " + ".join(layer.header("title") or layer.header("id") for layer in shown),
        "kind": shown[-1].header("kind"),
        "as_of": min(dates, default=None),
        "layers": tuple(layer.header("id") for layer in layers),
    }


def _variable(name: str, row: Table) -> Variable:
    fields = {key: value for key, value in row.items() if key != "case"}
    return Variable(name=name, case_insensitive=row.get("case") == "insensitive", **fields)


def _places(merged: Table, variables: dict[str, Variable]) -> dict[str, Any]:
    """The expected identifiers and locations of both sides."""
    result: dict[str, Any] = {}
    for side, place, templates, otherwise in (
        ("sp", "entity_id", "sp_entity_ids", "sp_entity_id_otherwise"),
        ("sp", "acs", "acs_locations", "acs_otherwise"),
        ("idp", "entity_id", "idp_entity_ids", "idp_entity_id_otherwise"),
        ("idp", "sso", "sso_locations", "sso_otherwise"),
    ):
        rule = merged.get(side, {}).get(place, {})
        result[templates] = tuple(_template(row, variables) for row in rule.get("accept", ()))
        if "otherwise" in rule:
            result[otherwise] = rule["otherwise"]
    return result


def _template(row: Table, variables: dict[str, Variable]) -> Template:
    fields = {key: value for key, value in row.items() if key not in words.ACCEPT_KEYS}
    if "exact" in row:
        return Template(text=row["exact"], exact=True, **fields)
    used = [variables[name] for name in variables_of(row["template"])]
    return Template(text=row["template"], variables=tuple(dict.fromkeys(used)), **fields)


def _refuse_costly(layers: list[Layer], profile: Profile) -> None:
    """Refuse a template whose variables have got wider patterns from another layer."""
    places = (
        profile.sp_entity_ids,
        profile.acs_locations,
        profile.idp_entity_ids,
        profile.sso_locations,
    )
    # The check of one file has seen only the layers below it; shipped files are not costly.
    name = next((layer.name for layer in reversed(layers) if not layer.shipped), layers[-1].name)

    def pattern_of(variable: str) -> str:
        return profile.variables[variable].pattern

    problems = [
        f"{name}:1: [vars] lets the template {template.text} match in more than {MAX_WAYS} ways"
        for template in itertools.chain(*places)
        if not template.exact and template_ways(template.text, pattern_of) > MAX_WAYS
    ]
    if problems:
        raise ProfileError(problems)


def _expectations(merged: Table) -> dict[str, Any]:
    """The single values, each left to its default when no layer says it."""
    response = {key: row.get("presence") for key, row in merged.get("response", {}).items()}
    subject, context = merged.get("subject", {}), merged.get("authn_context", {})
    conditions = merged.get("conditions", {})
    found = {
        "signature_required": merged.get("signature", {}).get("require"),
        "encryption_required": merged.get("encryption", {}).get("require"),
        "max_authn_age": _if_present(words.duration, context.get("max_age")),
        "max_clock_skew": _if_present(words.duration, conditions.get("clock_skew")),
        "max_lifetime": _if_present(words.duration, conditions.get("max_lifetime")),
        "destination_required": _is_required(response.get("destination")),
        "recipient_required": _is_required(response.get("recipient")),
        "audience_required": _is_required(response.get("audience")),
        "name_id_required": _is_required(subject.get("nameid")),
        "name_id_formats": _if_present(tuple, subject.get("formats")),
        "authn_context_required": _is_required(context.get("presence")),
        "authn_contexts": _if_present(tuple, context.get("allowed")),
        "authn_context_presets": FrozenMapping(
            {name: tuple(classes) for name, classes in context.get("presets", {}).items()}
        ),
        "claim_name_namespace": merged.get("claims_policy", {}).get("namespace"),
    }
    return {key: value for key, value in found.items() if value is not None}


def _is_required(presence: str | None) -> bool | None:
    return None if presence is None else presence == "required"


def _if_present(convert: Callable[[Any], T], value: Any) -> T | None:
    return None if value is None else convert(value)


def _claim(row: Table) -> Claim:
    value = row.get("value", {})
    return Claim(
        name=row["name"],
        presence=row.get("presence", "optional"),
        aliases=tuple(row.get("aliases", ())),
        non_empty=value.get("non_empty", False),
        single=row.get("cardinality") in ("1", "0..1"),
        value_type=value.get("type"),
        why=row.get("why"),
        source_hint=FrozenMapping(row.get("source_hint")),
        source=row.get("source"),
    )


def _relation(row: Table) -> Relation:
    left, right = words.relation(row["require"]) or ("", "")
    return Relation(
        left=left,
        right=right,
        severity=row.get("level", "warning"),
        note=row.get("note"),
        source=row.get("source"),
    )


def _symptoms(vendors: Table) -> tuple[VendorCode, ...]:
    return tuple(
        VendorCode(vendor=vendor, code=code, meaning=row["meaning"], look_at=tuple(row["look_at"]))
        for vendor, codes in vendors.items()
        for code, row in codes.items()
    )


def _codes_by_rule(symptoms: tuple[VendorCode, ...]) -> FrozenMapping[str, str]:
    """What each rule is called by vendors, for example "Webex error 31 or 32"."""
    codes: dict[str, dict[str, list[VendorCode]]] = {}
    for symptom in symptoms:
        for rule in symptom.look_at:
            codes.setdefault(rule, {}).setdefault(symptom.vendor, []).append(symptom)
    return FrozenMapping(
        {
            rule: ", ".join(
                " or ".join([found[0].label, *(symptom.code for symptom in found[1:])])
                for found in vendors.values()
            )
            for rule, vendors in codes.items()
        }
    )
