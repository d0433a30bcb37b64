"""The merged tables of the layers as a Profile."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, Final, TypeVar

from samlcheck.profiles import words
from samlcheck.profiles.layers import Layer, Table
from samlcheck.profiles.library import resolve
from samlcheck.profiles.mapping import FrozenMapping
from samlcheck.profiles.pattern import MAX_WAYS, template_ways
from samlcheck.profiles.product import Emission, ValueShape, Waiver
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

#: The expected identifiers and locations: side, table, field of Profile, field of the severity.
_PLACES: Final = (
    ("sp", "entity_id", "sp_entity_ids", "sp_entity_id_otherwise"),
    ("sp", "acs", "acs_locations", "acs_otherwise"),
    ("sp", "slo", "sp_logout_locations", None),
    ("sp", "sign_on_url", "sign_on_urls", None),
    ("idp", "entity_id", "idp_entity_ids", "idp_entity_id_otherwise"),
    ("idp", "sso", "sso_locations", "sso_otherwise"),
    ("idp", "slo", "idp_logout_locations", None),
)


def build_profile(layers: list[Layer], merged: Table) -> Profile:
    """Make the Profile from tables that have been checked."""
    variables = {name: _variable(name, row) for name, row in merged["vars"].items()}
    switches = _switches(merged)
    symptoms = _symptoms(merged.get("vendor_codes", {}))
    profile = Profile(
        **_identity(layers),
        variables=FrozenMapping(variables),
        bound=FrozenMapping(merged["bound"]),
        **_places(merged, variables),
        **_expectations(merged),
        switches=FrozenMapping(switches),
        configured=FrozenMapping(merged.get("configured", {})),
        **_flow(merged.get("sp", {}).get("flow", {})),
        **_contexts(merged.get("authn_context", {})),
        emits=_emission(merged.get("idp", {}).get("emits")),
        certificate_subjects=FrozenMapping(merged.get("idp", {}).get("certificates")),
        claims=tuple(_claim(row, switches, merged) for row in merged["claims"]),
        relations=tuple(_relation(row) for row in merged["relations"]),
        metadata=FrozenMapping(
            {name: tuple(values) for name, values in merged.get("metadata", {}).items()}
        ),
        severities=tuple(
            SeverityChange(rule=rule, **row) for rule, row in merged["changes"].items()
        ),
        waivers=tuple(Waiver(**row) for row in merged["waive"]),
        consoles=FrozenMapping(_consoles(layers)),
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
    for side, place, templates, otherwise in _PLACES:
        rule = merged.get(side, {}).get(place, {})
        result[templates] = tuple(_template(row, variables) for row in rule.get("accept", ()))
        if otherwise is not None and "otherwise" in rule:
            result[otherwise] = rule["otherwise"]
    return result


def _switches(merged: Table) -> dict[str, bool]:
    """The position of each switch: as set by an integration, else its default."""
    positions = {name: row["default"] for name, row in merged["switches"].items()}
    positions.update(merged["switched"])
    return positions


def _flow(rule: Table) -> dict[str, Any]:
    return {key: rule[key] for key in ("sp_initiated", "idp_initiated") if key in rule}


def _consoles(layers: list[Layer]) -> dict[str, str]:
    """The names under which [fix] speaks of the products of the layers, and their titles.

    An IdP is named by the last part of its id; so is an SP, or by the first word of that.
    """
    found: dict[str, str] = {}
    for layer in sorted(layers, key=lambda item: item.header("kind") == "idp"):
        name = str(layer.header("id")).rpartition("/")[2]
        title = layer.header("console") or layer.header("title") or name
        if layer.header("kind") == "idp":
            found[name] = title
        elif layer.header("kind") == "sp":
            found[name] = title
            if resolve(f"idp/{name.partition('-')[0]}") is None:
                found[name.partition("-")[0]] = title
    return found


def _template(row: Table, variables: dict[str, Variable]) -> Template:
    fields = {key: row[key] for key in ("label", "note", "status", "source") if key in row}
    if "exact" in row:
        return Template(text=row["exact"], exact=True, **fields)
    used = [variables[name] for name in variables_of(row["template"])]
    return Template(text=row["template"], variables=tuple(dict.fromkeys(used)), **fields)


def _refuse_costly(layers: list[Layer], profile: Profile) -> None:
    """Refuse a template whose variables have got wider patterns from another layer."""
    places: list[tuple[Template, ...]] = [getattr(profile, field) for _, _, field, _ in _PLACES]
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
        raise ProfileError(dict.fromkeys(problems))


def _expectations(merged: Table) -> dict[str, Any]:
    """The single values, each left to its default when no layer says it."""
    response = {key: row.get("presence") for key, row in merged.get("response", {}).items()}
    subject, conditions = merged.get("subject", {}), merged.get("conditions", {})
    found = {
        "signature_required": merged.get("signature", {}).get("require"),
        "encryption_required": merged.get("encryption", {}).get("require"),
        "encryption_accepted": merged.get("encryption", {}).get("accept"),
        "max_clock_skew": _if_present(words.duration, conditions.get("clock_skew")),
        "max_lifetime": _if_present(words.duration, conditions.get("max_lifetime")),
        "destination_required": _is_required(response.get("destination")),
        "recipient_required": _is_required(response.get("recipient")),
        "audience_required": _is_required(response.get("audience")),
        "name_id_required": _is_required(subject.get("nameid")),
        "name_id_formats": _if_present(tuple, subject.get("formats")),
        "name_id_shape": _shape(subject.get("value")),
        "name_id_why": subject.get("why"),
        "claim_name_namespace": merged.get("claims_policy", {}).get("namespace"),
    }
    return {key: value for key, value in found.items() if value is not None}


def _contexts(context: Table) -> dict[str, Any]:
    """What is said of authentication contexts, the accepted classes spelt out."""
    presets = {name: tuple(classes) for name, classes in context.get("presets", {}).items()}
    separator = context.get("separator", ";")
    accepted = context.get("allowed")
    if "use" in context:
        accepted = presets[context["use"]]
    if "configured" in context:
        accepted = [item.strip() for item in context["configured"].split(separator)]
    found = {
        "authn_contexts": _if_present(tuple, _at_least(accepted, context)),
        "authn_context_required": _is_required(context.get("presence")),
        "authn_context_presets": FrozenMapping(presets),
        "authn_context_configured": context.get("configured"),
        "authn_context_separator": separator,
        "authn_context_is_setting": context.get("setting"),
        "max_authn_age": _if_present(words.duration, context.get("max_age")),
    }
    return {key: value for key, value in found.items() if value is not None}


def _at_least(accepted: Any, context: Table) -> list[str] | None:
    """The accepted classes without blanks, and for a minimum those that stand above the lowest."""
    if accepted is None:
        return None
    found = [item for item in accepted if item]
    order = context.get("order", [])
    if context.get("comparison") == "minimum":
        lowest = min((order.index(item) for item in found if item in order), default=len(order))
        found += [item for item in order[lowest:] if item not in found]
    return found


def _is_required(presence: str | None) -> bool | None:
    return None if presence is None else presence == "required"


def _if_present(convert: Callable[[Any], T], value: Any) -> T | None:
    return None if value is None else convert(value)


def _claim(row: Table, switches: dict[str, bool], merged: Table) -> Claim:
    value = row.get("value", {})
    presence = row.get("presence", "optional")
    switch = row.get("required_if")
    if presence == "optional" and switch is not None and switches.get(switch, False):
        presence = "required"
    kind = row.get("name_format", merged.get("claims_policy", {}).get("name_format"))
    return Claim(
        name=row["name"],
        also_accepted=tuple(row.get("also_accepted", ())),
        presence=presence,
        required_if=switch,
        shape=_shape({key: item for key, item in value.items() if key not in _OF_CLAIM}),
        name_format=_if_present(words.NAME_FORMAT_URIS.get, kind),
        aliases=tuple(row.get("aliases", ())),
        non_empty=value.get("non_empty", False),
        single=row.get("cardinality") in ("1", "0..1"),
        value_type=value.get("type"),
        why=row.get("why"),
        source_hint=FrozenMapping(row.get("source_hint")),
        source=row.get("source"),
    )


#: Parts of a claim's value that Claim has fields of its own for.
_OF_CLAIM: Final = ("type", "non_empty")


def _shape(value: Table | None) -> ValueShape | None:
    if not value:
        return None
    return ValueShape(**{**value, "one_of": tuple(value.get("one_of", ()))})


def _emission(row: Table | None) -> Emission | None:
    if row is None:
        return None
    return Emission(
        signature=row.get("signature"),
        signature_options=tuple(row.get("signature_options", ())),
        encrypts=row.get("encrypts"),
        name_id_formats=tuple(row.get("nameid_formats", ())),
        name_format=_if_present(words.NAME_FORMAT_URIS.get, row.get("name_format")),
        claims=tuple(row.get("claims", ())),
        lifetime=_if_present(words.duration, row.get("lifetime")),
        backdate=_if_present(words.duration, row.get("backdate")),
        audience_prefix=row.get("audience_prefix"),
        authn_contexts=FrozenMapping(
            {name: FrozenMapping(methods) for name, methods in row["authn_context"].items()}
            if "authn_context" in row
            else None
        ),
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
