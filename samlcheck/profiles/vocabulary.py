"""The vocabulary of profile files: which keys there are, and what each may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from samlcheck.profiles import words
from samlcheck.profiles.fields import (
    DATE,
    DURATION,
    LABEL,
    PLACE,
    PRESENCE,
    PRESET,
    RELATION,
    RULE,
    SEVERITY,
    SHIPPED_NAME,
    SOURCE,
    SWITCH,
    SWITCH_NAME,
    TEXT,
    VALUE_FIELDS,
    VARIABLE,
    WAIVER,
    change,
)
from samlcheck.profiles.reading import (
    Check,
    Reading,
    array,
    boolean,
    mapping,
    one_of,
    table,
    text,
)

_PROFILE: Final = table(
    {
        "id": text(problem=words.profile_problem),
        "title": LABEL,
        "kind": one_of(*words.KINDS),
        "version": LABEL,
        "as_of": DATE,
        "extends": array(SHIPPED_NAME),
        "idp": SHIPPED_NAME,
        "sp": SHIPPED_NAME,
        "maturity": one_of(*words.MATURITIES),
        "console": LABEL,
    },
    required=["id", "kind"],
)

_EMITS: Final = table(
    {
        "signature": one_of(*words.SIGNATURES),
        "signature_options": array(one_of(*words.SIGNATURES)),
        "encrypts": one_of(*words.ENCRYPTING),
        "nameid_formats": array(TEXT),
        "name_format": one_of(*words.NAME_FORMATS),
        "claims": array(TEXT),
        "lifetime": DURATION,
        "backdate": DURATION,
        "audience_prefix": LABEL,
        "authn_context": mapping(words.name_problem, mapping(words.name_problem, TEXT)),
        "source": SOURCE,
    }
)

_PRESENCE: Final = table({"presence": PRESENCE}, required=["presence"])

_CLAIM: Final = table(
    {
        "name": TEXT,
        "also_accepted": array(TEXT),
        "presence": one_of(*words.PRESENCES),
        "required_if": SWITCH_NAME,
        "cardinality": one_of(*words.CARDINALITIES),
        "name_format": one_of(*words.NAME_FORMATS),
        "value": table({**VALUE_FIELDS, "non_empty": boolean}),
        "aliases": array(TEXT),
        "source_hint": mapping(words.name_problem, LABEL),
        "why": TEXT,
        "source": SOURCE,
    },
    required=["name"],
)

_EXAMPLE: Final = table(
    {
        "name": LABEL,
        "sp": table({"entity_id": TEXT, "acs": TEXT}),
        "idp": table({"entity_id": TEXT, "sso": TEXT}),
        "claims": array(TEXT),
        "expect": array(RULE),
    },
    required=["name", "expect"],
)

_FILE_FIELDS: Final[Check] = table(
    {
        "schema": one_of(1),
        "profile": _PROFILE,
        "sources": mapping(
            words.name_problem,
            table({"what": LABEL, "ref": LABEL, "retrieved": DATE}, required=["what"]),
        ),
        "vars": mapping(words.variable_problem, VARIABLE),
        "switches": mapping(words.variable_problem, SWITCH),
        "sp": table(
            {
                "entity_id": PLACE,
                "acs": PLACE,
                "slo": PLACE,
                "sign_on_url": PLACE,
                "flow": table(
                    {
                        "sp_initiated": one_of(*words.FLOWS),
                        "idp_initiated": one_of(*words.FLOWS),
                        "source": SOURCE,
                    }
                ),
            }
        ),
        "idp": table(
            {
                "entity_id": PLACE,
                "sso": PLACE,
                "slo": PLACE,
                "certificates": mapping(words.name_problem, LABEL),
                "emits": _EMITS,
            }
        ),
        "response": table(
            {"destination": _PRESENCE, "recipient": _PRESENCE, "audience": _PRESENCE}
        ),
        "signature": table({"require": one_of(*words.SIGNATURES), "source": SOURCE}),
        "encryption": table(
            {"require": one_of(*words.ENCRYPTIONS), "accept": boolean, "source": SOURCE}
        ),
        "conditions": table({"clock_skew": DURATION, "max_lifetime": DURATION, "source": SOURCE}),
        "subject": table(
            {
                "nameid": PRESENCE,
                "formats": array(TEXT),
                "value": table(VALUE_FIELDS),
                "why": TEXT,
                "source": SOURCE,
            }
        ),
        "authn_context": table(
            {
                "presence": PRESENCE,
                "allowed": array(TEXT),
                "use": PRESET,
                "configured": TEXT,
                "setting": boolean,
                "separator": LABEL,
                "comparison": one_of(*words.COMPARISONS),
                "order": array(TEXT),
                "max_age": DURATION,
                "presets": mapping(words.name_problem, array(TEXT)),
                "source": SOURCE,
            }
        ),
        "configured": table(dict.fromkeys(words.CONFIGURED, TEXT)),
        "claims_policy": table(
            {
                "namespace": one_of("none", "any"),
                "name_format": one_of(*words.NAME_FORMATS),
                "source": SOURCE,
            }
        ),
        "claims": array(_CLAIM, identity=words.CLAIM_KEYS),
        "relations": array(
            table(
                {"require": RELATION, "level": SEVERITY, "note": TEXT, "source": SOURCE},
                required=["require"],
            ),
            identity=words.RELATION_KEYS,
        ),
        "metadata": table(dict.fromkeys(words.METADATA_LISTS, array(TEXT))),
        "severity": mapping(words.rule_problem, change("error", "warning", "info")),
        "relax": mapping(words.rule_problem, change("warning", "info", "off")),
        "waive": array(WAIVER),
        "fix": mapping(words.name_problem, mapping(words.rule_problem, TEXT)),
        "vendor_codes": mapping(
            words.name_problem,
            mapping(
                words.code_problem,
                table({"meaning": LABEL, "look_at": array(RULE)}, required=["meaning", "look_at"]),
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


def profile_schema() -> dict[str, Any]:
    """Return the JSON Schema of a profile file, as an editor checks it while one is written.

    What a schema cannot say, such as that a template uses only variables that there are, is left
    to the loader.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Profile of samlcheck",
        **_FILE_FIELDS.schema,
    }
