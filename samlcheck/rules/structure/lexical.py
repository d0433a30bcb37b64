"""What is wrong with a value, by its type, in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from samlcheck.xml import (
    is_ncname,
    parse_boolean,
    parse_datetime,
    parse_unsigned_short,
    uri_problem,
)
from samlcheck.xml.lexical import parse_duration
from samlcheck.xml.names import display
from samlcheck.xml.values import BLANKS

_TYPE: Final = re.compile(r"is not a valid value of the (?:atomic|list|union) type '([^']*)'")
_SET: Final = re.compile(r"is not an element of the set \{(.*)\}")
_LENGTH: Final = re.compile(r"has a length of '(\d+)'; this (exceeds|underruns) .* of '(\d+)'")


class Wrong(NamedTuple):
    """What is wrong with a value: completes a sentence that starts with it; and what is right."""

    problem: str
    expected: str
    #: The local name of the type, empty where only its values are known.
    type: str


def token_problem(text: str) -> str | None:
    """Return what keeps a text from being an XML name."""
    if is_ncname(text):
        return None
    if not text.strip():
        return "is empty"
    if is_ncname(text.strip(BLANKS)):
        return "has white space around it"
    if text[0].isdigit():
        return "begins with a digit, which no XML ID does"
    return "is not an XML name"


def _whole(text: str) -> str | None:
    digits = text.strip(BLANKS)
    number = digits[1:] if digits[:1] in ("+", "-") else digits
    if not (number.isascii() and number.isdigit()):
        return "is not a whole number" if digits else "is empty"
    return None


def _count(text: str) -> str | None:
    return _whole(text) or ("is less than 0" if text.strip(BLANKS).startswith("-") else None)


def _positive(text: str) -> str | None:
    return _whole(text) or "is less than 1"


#: By the local name of the type: what is wrong with a text, and what is right.
_TYPES: Final[Mapping[str, tuple[Callable[[str], str | None], str]]] = MappingProxyType(
    {
        "boolean": (lambda text: parse_boolean(text).problem, "true, false, 1 or 0"),
        "dateTime": (
            lambda text: parse_datetime(text).problem,
            "an instant in UTC such as 2026-01-31T12:00:00Z",
        ),
        "duration": (lambda text: parse_duration(text).problem, "a length of time such as PT1H"),
        "anyURI": (uri_problem, "a URI"),
        "ID": (token_problem, "a name that begins with a letter or an underscore"),
        "NCName": (token_problem, "a name that begins with a letter or an underscore"),
        "unsignedShort": (
            lambda text: parse_unsigned_short(text).problem,
            "a whole number from 0 to 65535",
        ),
        "nonNegativeInteger": (_count, "a whole number, 0 or more"),
        "positiveInteger": (_positive, "a whole number, 1 or more"),
        "integer": (_whole, "a whole number"),
        "base64Binary": (lambda text: None, "Base64"),
        "language": (lambda text: None, "a language tag such as en or pt-BR"),
    }
)


def wrong_value(text: str, message: str) -> Wrong:
    """Return what libxml2's message on a value means."""
    members = _SET.search(message)
    if members is not None:
        expected = members[1].replace("', '", ", ").strip("'")
        return Wrong("is not one of the words that may stand there", expected, "")
    length = _LENGTH.search(message)
    if length is not None:
        bound = "at most" if length[2] == "exceeds" else "at least"
        return Wrong(f"has {length[1]} characters", f"{bound} {length[3]} characters", "")
    found = _TYPE.search(message)
    name = found[1] if found else ""
    local = re.split("[:}]", name)[-1]
    problem, expected = _TYPES.get(local, (lambda text: None, ""))
    if not expected:
        known = name.removeprefix("xs:") if name.startswith("xs:") else display(name)
        expected = f"a value of the type {known}" if known else "another value"
    return Wrong(problem(text) or f"is not {expected}", expected, local)
