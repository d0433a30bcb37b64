"""Rules on which entity attributes there are, and on their values."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityAttributes
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, rfc
from samlcheck.rules.metadata.category_registry import (
    ASSURANCE,
    CATEGORY,
    MDATTR,
    NAMES,
    RESEARCH_AND_SCHOLARSHIP,
    SELECTION_PROFILE,
    SIRTFI_1,
    SUBJECT_ID_REQ,
    VALUES,
    is_known,
    is_private,
    near_known,
    specification,
)
from samlcheck.rules.metadata.sample_attributes import asserting, attribute, container, extended
from samlcheck.rules.rule import ERROR, INFO, WARNING, Hit, Place, example, hit, rule

_RS: Final = RESEARCH_AND_SCHOLARSHIP
_CLARIN: Final = "http://clarin.eu/category/clarin-member"
_GOOD: Final = (
    example("sp", asserting("sp", CATEGORY, _RS, _CLARIN)),
    example("sp", asserting("sp", SUBJECT_ID_REQ, "subject-id")),
)


@rule(
    "ea-name-unknown",
    on=EntityAttributes,
    severity=INFO,
    cites=[MDATTR],
    bad=[example("sp", asserting("sp", "urn:example:audited", "2026"))],
    good=[
        *_GOOD,
        example("idp", asserting("idp", ASSURANCE, SIRTFI_1), also=["ea-sirtfi-contact"]),
    ],
)
def name_unknown(container: EntityAttributes, case: Case) -> Iterator[Hit]:
    """An entity attribute is not a registered one.

    Its name is none of those that RFC 8409, REFEDS and the larger federations define.

    Why: it is allowed, but outside of the federation that made it up nobody understands it.
    Fix: Check the spelling; if the name is meant as it is, there is nothing to do.
    """
    for item in container.attributes:
        name = item.name or ""
        known = is_known(name, NAMES) or near_known(name, NAMES) or is_private(name)
        if name and not known:
            yield hit(
                item,
                f"The entity attribute {name!r} is not a registered one",
                attribute="Name",
                actual=name,
            )


@rule(
    "ea-value-unknown",
    on=EntityAttributes,
    severity=INFO,
    cites=[rfc(8409)],
    bad=[
        example("sp", asserting("sp", CATEGORY, "https://federation.example.org/category/gold")),
        example("sp", asserting("sp", CATEGORY, SIRTFI_1)),
    ],
    good=_GOOD,
)
def value_unknown(container: EntityAttributes, case: Case) -> Iterator[Hit]:
    """An entity category or certification is not a registered one.

    The value is none of those that REFEDS and the larger federations define for this entity
    attribute. One that they define for another entity attribute is a warning.

    Why: it is allowed, but outside of the federation that made it up it has no effect.
    Fix: Check the spelling, and the name of the entity attribute; if the value is meant as it is,
    there is nothing to do.
    """
    for item in container.attributes:
        known = VALUES.get(item.name or "")
        for value in item.values if known is not None else ():
            text = value.value
            if not text or not known or is_known(text, known) or near_known(text, known):
                continue
            home = next((name for name, values in VALUES.items() if is_known(text, values)), None)
            yield hit(
                value,
                f"The value {text!r} is not a registered one"
                + (f" of {item.name!r} but one of {home!r}" if home else ""),
                expected=f"the entity attribute {home}" if home else None,
                actual=text if home is None else item.name,
                severity=WARNING if home else None,
            )


@rule(
    "ea-value-whitespace",
    on=EntityAttributes,
    severity=WARNING,
    cites=[rfc(8409)],
    bad=[example("sp", asserting("sp", CATEGORY, f"\n          {_RS}\n        "))],
    good=_GOOD,
)
def value_whitespace(container: EntityAttributes, case: Case) -> Iterator[Hit]:
    """The value of an entity attribute has white space around it.

    Blanks or line breaks before or after the value belong to it.

    Why: software that compares letter for letter does not recognise the value, and the entity
    does not get what the category promises; usually a formatter of XML has put them there.
    Fix: Write the value directly between the tags.
    """
    for item in container.attributes:
        for value in item.values:
            if value.value and value.text != value.value:
                yield hit(
                    value,
                    f"The value {value.value!r} of the entity attribute {item.name!r} has white "
                    "space around it",
                    expected=value.value,
                    actual=value.text,
                )


@rule(
    "ea-value-duplicate",
    on=EntityAttributes,
    severity=INFO,
    cites=[rfc(8409)],
    bad=[example("sp", asserting("sp", CATEGORY, _RS, _RS))],
    good=_GOOD,
)
def value_duplicate(container: EntityAttributes, case: Case) -> Iterator[Hit]:
    """The value of an entity attribute is given twice.

    The same value stands more than once among the values of one entity attribute.

    Why: it does no harm, but hints at two tools that both write the metadata.
    Fix: Keep one of the two.
    """
    for item in container.attributes:
        first: dict[str, Place] = {}
        for value in item.values:
            text = value.value
            if text in first:
                yield hit(
                    value,
                    f"The value {text!r} of the entity attribute {item.name!r} is given twice",
                    actual=text,
                    related=[first[text]],
                )
            first.setdefault(text, Place(value, None, "the first one"))


@rule(
    "ea-attr-split",
    on=EntityAttributes,
    severity=INFO,
    cites=[core("2.7.3.1"), MDATTR],
    bad=[
        example(
            "sp",
            extended("sp", container(attribute(CATEGORY, _RS), attribute(CATEGORY, _CLARIN))),
        )
    ],
    good=_GOOD,
)
def attribute_split(container: EntityAttributes, case: Case) -> Iterator[Hit]:
    """The values of an entity attribute are spread over several elements.

    Two saml:Attribute elements have the same Name and NameFormat.

    Why: it is allowed, but some software reads only the first or the last of them.
    Fix: Put all values into one saml:Attribute.
    """
    first: dict[tuple[str | None, str | None], Place] = {}
    for item in container.attributes:
        key = (item.name, item.name_format)
        if item.name and key in first:
            yield hit(
                item,
                f"The entity attribute {item.name!r} is given in two elements",
                attribute="Name",
                related=[first[key]],
            )
        first.setdefault(key, Place(item, "Name", "the first one"))


@rule(
    "ea-value-empty",
    on=EntityAttributes,
    severity=ERROR,
    cites=[rfc(8409)],
    bad=[
        example("sp", asserting("sp", CATEGORY, _RS, "")),
        example("sp", asserting("sp", CATEGORY)),
    ],
    good=_GOOD,
)
def value_empty(container: EntityAttributes, case: Case) -> Iterator[Hit]:
    """An entity attribute has no value.

    A saml:Attribute among the entity attributes has no saml:AttributeValue, or an empty one.

    Why: it says nothing, and some federation software fails on it.
    Fix: Give it its value, or remove it.
    """
    for item in container.attributes:
        empty = [value for value in item.values if not value.value and not value.complex]
        if not item.values or empty:
            yield hit(
                empty[0] if empty else item,
                f"The entity attribute {item.name!r} has "
                + ("an empty value" if empty else "no value"),
                expected="a value",
            )


def _profile_problem(text: str) -> str | None:
    """Say why a value is not Base64 of a JSON object with profiles; None when it is one."""
    import json

    try:
        octets = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return "is not Base64"
    try:
        found = json.loads(octets.decode("utf-8"))
    except (ValueError, RecursionError):
        return "does not hold JSON"
    profiles = found.get("profiles") if isinstance(found, dict) else None
    if not isinstance(profiles, dict):
        return 'holds no object "profiles"'
    odd = [name for name, profile in profiles.items() if not isinstance(profile, dict)]
    return f"has the profile {odd[0]!r}, which is no object" if odd else None


@rule(
    "ea-selection-profile-invalid",
    on=EntityAttributes,
    severity=ERROR,
    cites=[specification(SELECTION_PROFILE, "REFEDS Entity Selection Profile")],
    bad=[
        example("sp", asserting("sp", SELECTION_PROFILE, '{"profiles": {}}')),
        example("sp", asserting("sp", SELECTION_PROFILE, "eyJwcm9maWxlIjp7fX0=")),
    ],
    good=[
        example("sp", asserting("sp", SELECTION_PROFILE, "eyJwcm9maWxlcyI6eyJvd24iOnt9fX0=")),
    ],
)
def selection_profile_invalid(container: EntityAttributes, case: Case) -> Iterator[Hit]:
    """The filter for the choice of identity providers cannot be read.

    The value of the entity selection profile is Base64 of a JSON object whose member "profiles"
    is an object of profiles.

    Why: the discovery service ignores it and shows all identity providers, or none.
    Fix: Write the JSON text first, check it, and encode it in Base64 as a whole.
    """
    for item in container.attributes:
        for value in item.values if item.name == SELECTION_PROFILE else ():
            problem = _profile_problem(value.text)
            if value.value and problem is not None:
                yield hit(
                    value,
                    f"The entity selection profile {problem}",
                    expected='Base64 of {"profiles": {...}}',
                )


RULES = (
    name_unknown,
    value_unknown,
    value_whitespace,
    value_duplicate,
    attribute_split,
    value_empty,
    selection_profile_invalid,
)
