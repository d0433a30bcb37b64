"""The vocabulary of profile files: which keys there are, and what each may hold."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Final

from samlcheck.profiles import words
from samlcheck.profiles.library import SHIPPED, resolve
from samlcheck.profiles.lines import Path
from samlcheck.profiles.pattern import MAX_WAYS, PatternError, pattern_ways, template_ways
from samlcheck.profiles.reading import (
    Check,
    Reading,
    array,
    boolean,
    mapping,
    near,
    one_of,
    quoted,
    table,
    text,
)
from samlcheck.profiles.template import Variable, stray_brace, variables_of


def _date(value: object, path: Path, reading: Reading) -> None:
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        reading.report(path, f"is {quoted(value)}, expected a date such as 2026-11-23")


def _source(value: object, path: Path, reading: Reading) -> None:
    """One name, or several, that the table [sources] of the same file declares."""
    for name in value if isinstance(value, list) else [value]:
        if not isinstance(name, str):
            reading.report(path, f"is {quoted(name)}, expected names from [sources]")
        elif name not in reading.sources:
            hint = near(name, reading.sources)
            reading.report(path, f"is {quoted(name)}, which [sources] does not have{hint}")


def _shipped(value: str) -> str | None:
    problem = words.profile_problem(value)
    if problem is None and resolve(value) is None:
        problem = f"is {quoted(value)}, expected one of {', '.join(SHIPPED)}{near(value, SHIPPED)}"
    return problem


def _template(value: object, path: Path, reading: Reading) -> None:
    _TEXT(value, path, reading)
    if not isinstance(value, str):
        return
    if stray_brace(value):
        reading.report(path, f"is {quoted(value)}, where a brace belongs to no {{variable}}")
    for name in dict.fromkeys(variables_of(value)):
        if name not in reading.variables:
            hint = near(name, reading.variables)
            reading.report(path, f"uses {{{name}}}, which [vars] does not have{hint}")
    if template_ways(value, lambda name: reading.variables.get(name, {}).get("pattern")) > MAX_WAYS:
        reading.report(path, f"can match in more than {MAX_WAYS} ways, bound the repeats")


def _accept(value: object, path: Path, reading: Reading) -> None:
    _ACCEPT_FIELDS(value, path, reading)
    if isinstance(value, dict) and ("template" in value) == ("exact" in value):
        reading.report(path, "has to have either template or exact")


def _variable(value: object, path: Path, reading: Reading) -> None:
    """The table that defines a variable, or the text that an integration binds to it."""
    name = str(path[-1])
    known = reading.variables.get(name, {})
    if not isinstance(value, str):
        _VARIABLE_FIELDS(value, path, reading)
        if isinstance(value, dict) and "pattern" not in known:
            reading.report(path, "has no pattern")
        for key in ("default", "example"):
            if isinstance(value, dict) and isinstance(value.get(key), str):
                _bound(name, value[key], (*path, key), reading)
    elif not known:
        reading.report(path, f"binds {name}, which no layer defines{near(name, reading.variables)}")
    else:
        _bound(name, value, path, reading)


def _bound(name: str, value: str, path: Path, reading: Reading) -> None:
    """Check a text against the pattern of its variable, when that is sound."""
    known = reading.variables.get(name, {})
    pattern = known.get("pattern")
    if not isinstance(pattern, str) or _pattern_problem(pattern) is not None:
        return
    fold = known.get("case") == "insensitive"
    if not Variable(name=name, pattern=pattern, case_insensitive=fold).accepts(value):
        reading.report(path, f"is {quoted(value)}, which the pattern {pattern} does not match")


def _pattern_problem(value: str) -> str | None:
    try:
        pattern_ways(value)
    except PatternError as error:
        return f"is {quoted(value)}: {error}"
    return None


def _relation(value: object, path: Path, reading: Reading) -> None:
    names = words.relation(value) if isinstance(value, str) else None
    if names is None:
        reading.report(path, f"is {quoted(value)}, expected the form 'claims.a == claims.b'")
        return
    for name in names:
        if name not in reading.claims:
            hint = near(name, reading.claims)
            reading.report(path, f"uses the claim {quoted(name)}, which no layer has{hint}")


def _change_fields(*severities: str) -> Check:
    fields = table(
        {"to": one_of(*severities), "reason": _TEXT, "source": _source}, required=["to", "reason"]
    )

    def check(value: object, path: Path, reading: Reading) -> None:
        fields(value, path, reading)
        rule = str(path[-1])
        if isinstance(value, dict) and value.get("to") in ("info", "off") and words.guarded(rule):
            reading.report(path, f"turns {rule} to {value['to']}; it may not go below warning")

    return check


_TEXT: Final = text()
_LABEL: Final = text(120)
_RULE: Final = text(problem=words.rule_problem)
_SEVERITY: Final = one_of(*words.SEVERITIES)
_DURATION: Final = text(problem=words.duration_problem)
_SHIPPED: Final = text(problem=_shipped)
_PRESENCE: Final = table({"presence": one_of("required", "optional")}, required=["presence"])
_RAISE_FIELDS: Final = _change_fields("error", "warning", "info")
_RELAX_FIELDS: Final = _change_fields("warning", "info", "off")
_ACCEPT_FIELDS: Final = table(
    {
        "template": _template,
        "exact": text(1024),
        "label": _LABEL,
        "note": _TEXT,
        "status": one_of(*words.STATUSES),
        "source": _source,
    }
)
_VARIABLE_FIELDS: Final = table(
    {
        "pattern": text(problem=_pattern_problem),
        "case": one_of("sensitive", "insensitive"),
        "default": _TEXT,
        "example": _TEXT,
        "help": _TEXT,
    }
)
_PLACE: Final = table(
    {"accept": array(_accept, identity=words.ACCEPT_KEYS), "otherwise": _SEVERITY}
)
_CLAIM: Final = table(
    {
        "name": _TEXT,
        "presence": one_of(*words.PRESENCES),
        "cardinality": one_of(*words.CARDINALITIES),
        "value": table({"type": one_of(*words.VALUE_TYPES), "non_empty": boolean}),
        "aliases": array(_TEXT),
        "source_hint": mapping(words.name_problem, _LABEL),
        "why": _TEXT,
        "source": _source,
    },
    required=["name"],
)
_EXAMPLE: Final = table(
    {
        "name": _LABEL,
        "sp": table({"entity_id": _TEXT, "acs": _TEXT}),
        "idp": table({"entity_id": _TEXT, "sso": _TEXT}),
        "claims": array(_TEXT),
        "expect": array(_RULE),
    },
    required=["name", "expect"],
)

_FILE_FIELDS: Final[Check] = table(
    {
        "schema": one_of(1),
        "profile": table(
            {
                "id": text(problem=words.profile_problem),
                "title": _LABEL,
                "kind": one_of(*words.KINDS),
                "version": _LABEL,
                "as_of": _date,
                "extends": array(_SHIPPED),
                "idp": _SHIPPED,
                "sp": _SHIPPED,
                "maturity": one_of("documented", "sampled", "field-tested"),
            },
            required=["id", "kind"],
        ),
        "sources": mapping(
            words.name_problem,
            table({"what": _LABEL, "ref": _LABEL, "retrieved": _date}, required=["what"]),
        ),
        "vars": mapping(words.variable_problem, _variable),
        "sp": table({"entity_id": _PLACE, "acs": _PLACE}),
        "idp": table({"entity_id": _PLACE, "sso": _PLACE}),
        "response": table(
            {"destination": _PRESENCE, "recipient": _PRESENCE, "audience": _PRESENCE}
        ),
        "signature": table({"require": one_of(*words.SIGNATURES)}),
        "encryption": table({"require": one_of(*words.ENCRYPTIONS)}),
        "conditions": table({"clock_skew": _DURATION, "max_lifetime": _DURATION}),
        "subject": table(
            {"nameid": one_of("required", "optional"), "formats": array(_TEXT), "source": _source}
        ),
        "authn_context": table(
            {
                "presence": one_of("required", "optional"),
                "allowed": array(_TEXT),
                "max_age": _DURATION,
                "presets": mapping(words.name_problem, array(_TEXT)),
                "source": _source,
            }
        ),
        "claims_policy": table({"namespace": one_of("none", "any")}),
        "claims": array(_CLAIM, identity=words.CLAIM_KEYS),
        "relations": array(
            table(
                {"require": _relation, "level": _SEVERITY, "note": _TEXT, "source": _source},
                required=["require"],
            ),
            identity=words.RELATION_KEYS,
        ),
        "metadata": table(dict.fromkeys(words.METADATA_LISTS, array(_TEXT))),
        "severity": mapping(words.rule_problem, _RAISE_FIELDS),
        "relax": mapping(words.rule_problem, _RELAX_FIELDS),
        "fix": mapping(words.name_problem, mapping(words.rule_problem, _TEXT)),
        "vendor_codes": mapping(
            words.name_problem,
            mapping(
                words.code_problem,
                table(
                    {"meaning": _LABEL, "look_at": array(_RULE)}, required=["meaning", "look_at"]
                ),
            ),
        ),
        "examples": array(_EXAMPLE, identity=["name"]),
    },
    required=["schema", "profile"],
)


def check_file(document: Mapping[str, object], reading: Reading) -> None:
    """Report every mistake of a parsed profile file; an unknown key is one."""
    _FILE_FIELDS(document, (), reading)
    raised, relaxed = document.get("severity"), document.get("relax")
    if isinstance(raised, dict) and isinstance(relaxed, dict):
        for rule in raised:
            if rule in relaxed:
                reading.report(("relax", rule), "is under [severity] too, only one may say it")
