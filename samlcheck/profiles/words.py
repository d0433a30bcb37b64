"""The words and lexical forms of profile files: severities, rule ids, durations, relations."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

SEVERITIES: Final = ("error", "warning", "info", "off")
KINDS: Final = ("base", "idp", "sp", "integration")
PRESENCES: Final = ("required", "optional", "forbidden")
CARDINALITIES: Final = ("1", "0..1", "1..*", "0..*")
VALUE_TYPES: Final = ("email", "url", "uuid", "int", "bool", "datetime")
ENCRYPTIONS: Final = ("assertion", "nameid", "none")
SIGNATURES: Final = ("response", "assertion", "both", "either", "none")
STATUSES: Final = ("current", "legacy")
MATURITIES: Final = ("documented", "sampled", "field-tested")
FLOWS: Final = ("allowed", "configurable", "forbidden")
COMPARISONS: Final = ("exact", "minimum")
NAME_FORMATS: Final = ("uri", "basic", "unspecified")
#: When an identity provider encrypts assertions.
ENCRYPTING: Final = ("never", "on-demand", "when-key-known")

#: The URI of each word for the NameFormat of attributes.
NAME_FORMAT_URIS: Final = {
    word: f"urn:oasis:names:tc:SAML:2.0:attrname-format:{word}" for word in NAME_FORMATS
}
#: What administrators typed: the first three at the identity provider, the others at the service
#: provider.
CONFIGURED: Final = (
    "identifier",
    "reply_url",
    "sign_on_url",
    "idp_identifier",
    "login_url",
    "logout_url",
)
#: What stands for the NameID in a relation.
NAME_ID: Final = "nameid"

#: Lists of values that rules on metadata compare with.
METADATA_LISTS: Final = (
    "requested_attributes",
    "languages",
    "registration_authorities",
    "registration_policies",
    "signature_algorithms",
    "service_categories",
    "assurance_levels",
    "namespaces",
)

#: Keys that tell the tables of an array apart, for repeats and for layering.
ACCEPT_KEYS: Final = ("template", "exact")
CLAIM_KEYS: Final = ("name",)
RELATION_KEYS: Final = ("require",)

#: Rules that no profile may turn below a warning: a message that they refuse proves nothing.
GUARDED_RULES: Final = frozenset(
    {
        "aud-mismatch",
        "response-mixed-signed-unsigned",
        "sig-consumed-not-covered",
        "sig-digest-mismatch",
        "sig-keyinfo-only-trust",
        "sig-none",
        "sig-signedinfo-invalid",
        "xml-doctype",
        "xml-entity-declaration",
        "xml-entity-expansion",
    }
)
GUARDED_PREFIX: Final = "xsw-"

# Written as text: re compiles and keeps them at first use, and few runs need them.
_RULE: Final = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+"
_PROFILE: Final = r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*){0,3}"
_NAME: Final = r"[a-z0-9][a-z0-9_-]*"
_VARIABLE: Final = r"[a-z][a-z0-9_]*"
_CODE: Final = r"[A-Za-z0-9][A-Za-z0-9:._-]*"
_DURATION: Final = r"PT(?=[0-9])(?:([0-9]{1,4})H)?(?:([0-9]{1,4})M)?(?:([0-9]{1,5})S)?"
_LIMIT: Final = 80


def rule_problem(value: str) -> str | None:
    """What is wrong with a rule id such as attr-required-missing."""
    if len(value) > _LIMIT or not re.fullmatch(_RULE, value):
        return "is not a rule id, expected words in lower case joined by hyphens"
    return None


def guarded(rule: str) -> bool:
    """Tell whether the rule has to stay at warning or error."""
    return rule in GUARDED_RULES or rule.startswith(GUARDED_PREFIX)


def profile_problem(value: str) -> str | None:
    """What is wrong with a profile id such as sp/webex-meetings."""
    if len(value) > _LIMIT or not re.fullmatch(_PROFILE, value):
        return "is not a profile id, expected lower case words joined by '/', '.', '_' or '-'"
    return None


def name_problem(value: str) -> str | None:
    """What is wrong with a free name: of a source, preset, console or vendor."""
    if len(value) > _LIMIT or not re.fullmatch(_NAME, value):
        return "is not a name, expected a-z, 0-9, '_' or '-'"
    return None


def variable_problem(value: str) -> str | None:
    """What is wrong with the name of a variable."""
    if len(value) > _LIMIT or not re.fullmatch(_VARIABLE, value):
        return "is not a variable name, expected a-z first, then a-z, 0-9 or '_'"
    return None


def code_problem(value: str) -> str | None:
    """What is wrong with the code that a vendor shows for a failed login."""
    if len(value) > _LIMIT or not re.fullmatch(_CODE, value):
        return "is not a code, expected letters, digits, ':', '.', '_' or '-'"
    return None


def duration(value: str) -> timedelta | None:
    """Read hours, minutes and seconds written as in PT1H10M; None for anything else."""
    found = re.fullmatch(_DURATION, value)
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def duration_problem(value: str) -> str | None:
    """What is wrong with a duration."""
    if duration(value) is None:
        return f"is {value[:_LIMIT]!r}, expected hours, minutes and seconds such as PT1H10M"
    return None


def relation(value: str) -> tuple[str, str] | None:
    """Read `claims.uid == claims.email` as the two claim names; None for anything else.

    `nameid` in place of a claim is the empty name.
    """
    left, equals, right = value.partition(" == ")
    names = tuple(map(_operand, (left, right)))
    if not equals or None in names or names[0] == names[1]:
        return None
    return str(names[0]), str(names[1])


def _operand(text: str) -> str | None:
    if text == NAME_ID:
        return ""
    name = text.removeprefix("claims.")
    return name if name and name != text else None
