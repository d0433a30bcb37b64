"""The values that profile files may hold: dates, sources, templates, variables, switches, rules."""

from __future__ import annotations

import datetime
from typing import Final

from samlcheck.profiles import words
from samlcheck.profiles.library import resolve, shipped
from samlcheck.profiles.lines import Path
from samlcheck.profiles.pattern import MAX_WAYS, PatternError, pattern_ways, template_ways
from samlcheck.profiles.reading import (
    Check,
    Reading,
    array,
    boolean,
    near,
    number,
    one_of,
    quoted,
    table,
    text,
)
from samlcheck.profiles.template import Variable, stray_brace, variables_of

TEXT: Final = text()
LABEL: Final = text(120)
RULE: Final = text(problem=words.rule_problem)
SEVERITY: Final = one_of(*words.SEVERITIES)
DURATION: Final = text(problem=words.duration_problem)
PRESENCE: Final = one_of("required", "optional")


def _date(value: object, path: Path, reading: Reading) -> None:
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        reading.report(path, f"is {quoted(value)}, expected a date such as 2026-11-23")


#: TOML has dates of its own; a tool that validates them as JSON sees text.
DATE: Final = Check(_date, {"type": "string", "format": "date"})


def _source(value: object, path: Path, reading: Reading) -> None:
    for name in value if isinstance(value, list) else [value]:
        if not isinstance(name, str):
            reading.report(path, f"is {quoted(name)}, expected names from [sources]")
        elif name not in reading.sources:
            hint = near(name, reading.sources)
            reading.report(path, f"is {quoted(name)}, which [sources] does not have{hint}")


#: One name, or several, that the table [sources] of the same file declares.
SOURCE: Final = Check(
    _source,
    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
)


def _shipped(value: str) -> str | None:
    problem = words.profile_problem(value)
    if problem is None and resolve(value) is None:
        problem = f"is {quoted(value)}, which is no built-in profile{near(value, shipped())}"
    return problem


SHIPPED_NAME: Final = text(problem=_shipped)


def _pattern_problem(value: str) -> str | None:
    try:
        pattern_ways(value)
    except PatternError as error:
        return f"is {quoted(value)}: {error}"
    return None


PATTERN: Final = text(problem=_pattern_problem)


def _template(value: object, path: Path, reading: Reading) -> None:
    TEXT(value, path, reading)
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


_ACCEPT_FIELDS: Final = table(
    {
        "template": Check(_template, TEXT.schema),
        "exact": text(1024),
        "label": LABEL,
        "note": TEXT,
        "status": one_of(*words.STATUSES),
        "identifies": boolean,
        "source": SOURCE,
    }
)


def _accept(value: object, path: Path, reading: Reading) -> None:
    _ACCEPT_FIELDS(value, path, reading)
    if isinstance(value, dict) and ("template" in value) == ("exact" in value):
        reading.report(path, "has to have either template or exact")


#: What identifiers or locations are expected, and how severe another one is.
PLACE: Final = table(
    {
        "accept": array(Check(_accept, _ACCEPT_FIELDS.schema), identity=words.ACCEPT_KEYS),
        "otherwise": SEVERITY,
    }
)

_VARIABLE_FIELDS: Final = table(
    {
        "pattern": PATTERN,
        "case": one_of("sensitive", "insensitive"),
        "free": boolean,
        "default": TEXT,
        "example": TEXT,
        "help": TEXT,
    }
)


def _variable(value: object, path: Path, reading: Reading) -> None:
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


#: The table that defines a variable, or the text that an integration binds to it.
VARIABLE: Final = Check(_variable, {"anyOf": [_VARIABLE_FIELDS.schema, {"type": "string"}]})


def _bound(name: str, value: str, path: Path, reading: Reading) -> None:
    """Check a text against the pattern of its variable, when that is sound."""
    known = reading.variables.get(name, {})
    pattern = known.get("pattern")
    if not isinstance(pattern, str) or _pattern_problem(pattern) is not None:
        return
    fold = known.get("case") == "insensitive"
    if not Variable(name=name, pattern=pattern, case_insensitive=fold).accepts(value):
        reading.report(path, f"is {quoted(value)}, which the pattern {pattern} does not match")


_SWITCH_FIELDS: Final = table(
    {"default": boolean, "help": TEXT, "source": SOURCE}, required=["default"]
)


def _switch(value: object, path: Path, reading: Reading) -> None:
    name = str(path[-1])
    if not isinstance(value, bool):
        _SWITCH_FIELDS(value, path, reading)
    elif not isinstance(reading.switches.get(name), dict):
        hint = near(name, reading.switches)
        reading.report(path, f"sets {name}, which no layer defines{hint}")


#: The table that defines a switch, or the position that an integration puts it in.
SWITCH: Final = Check(_switch, {"anyOf": [_SWITCH_FIELDS.schema, boolean.schema]})


def _switch_name(value: object, path: Path, reading: Reading) -> None:
    TEXT(value, path, reading)
    if isinstance(value, str) and value not in reading.switches:
        hint = near(value, reading.switches)
        reading.report(path, f"is {quoted(value)}, which [switches] does not have{hint}")


SWITCH_NAME: Final = Check(_switch_name, TEXT.schema)


def _preset(value: object, path: Path, reading: Reading) -> None:
    TEXT(value, path, reading)
    if isinstance(value, str) and value not in reading.presets:
        hint = near(value, reading.presets)
        reading.report(path, f"is {quoted(value)}, which no layer has as a preset{hint}")


PRESET: Final = Check(_preset, TEXT.schema)


def _relation(value: object, path: Path, reading: Reading) -> None:
    names = words.relation(value) if isinstance(value, str) else None
    if names is None:
        reading.report(path, f"is {quoted(value)}, expected the form 'claims.a == claims.b'")
        return
    for name in filter(None, names):
        if name not in reading.claims:
            hint = near(name, reading.claims)
            reading.report(path, f"uses the claim {quoted(name)}, which no layer has{hint}")


RELATION: Final = Check(_relation, TEXT.schema)

#: What the value of a claim, or of the NameID, has to look like.
VALUE_FIELDS: Final[dict[str, Check]] = {
    "type": one_of(*words.VALUE_TYPES),
    "pattern": PATTERN,
    "one_of": array(TEXT),
    "max_length": number(100_000),
}


def change(*severities: str) -> Check:
    """Another severity for a rule, with the reason for it."""
    fields = table(
        {"to": one_of(*severities), "reason": TEXT, "source": SOURCE}, required=["to", "reason"]
    )

    def check(value: object, path: Path, reading: Reading) -> None:
        fields(value, path, reading)
        rule = str(path[-1])
        if isinstance(value, dict) and value.get("to") in ("info", "off") and words.guarded(rule):
            reading.report(path, f"turns {rule} to {value['to']}; it may not go below warning")

    return Check(check, fields.schema)


_WAIVER_FIELDS: Final = table(
    {"rule": RULE, "entity": text(1024), "reason": TEXT, "until": DATE},
    required=["rule", "reason", "until"],
)


def _waiver(value: object, path: Path, reading: Reading) -> None:
    _WAIVER_FIELDS(value, path, reading)
    rule = value.get("rule") if isinstance(value, dict) else None
    if isinstance(rule, str) and words.guarded(rule):
        reading.report(path, f"waives {rule}, which no profile may do")


#: A finding that is put up with until a day.
WAIVER: Final = Check(_waiver, _WAIVER_FIELDS.schema)
