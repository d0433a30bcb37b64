"""Rules on how a service provider says which subject identifier it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import saml2int
from samlcheck.rules.metadata.category_registry import (
    SUBJECT_ID_REQ,
    SUBJECT_IDENTIFIERS,
    attributes_of,
    values_of,
)
from samlcheck.rules.metadata.sample_attributes import asserting
from samlcheck.rules.near_miss import nearest
from samlcheck.rules.rule import ERROR, INFO, OFF, WARNING, Hit, example, hit, rule
from samlcheck.rules.wording import any_of
from samlcheck.xml.names import NAMEID_TRANSIENT, NAMEID_UNSPECIFIED

_REQUIREMENTS: Final = ("subject-id", "pairwise-id", "none", "any")
_TRANSIENT: Final = f"    <md:NameIDFormat>{NAMEID_TRANSIENT}</md:NameIDFormat>\n"
_GOOD: Final = (example("sp", asserting("sp", SUBJECT_ID_REQ, "subject-id")),)


@rule(
    "ea-subjectid-req-value",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[SUBJECT_IDENTIFIERS],
    unless=["ea-value-empty"],
    bad=[
        example("sp", asserting("sp", SUBJECT_ID_REQ, "required")),
        example("sp", asserting("sp", SUBJECT_ID_REQ, "subject-id", "pairwise-id")),
    ],
    good=_GOOD,
)
def requirement_invalid(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The requirement for a subject identifier cannot be understood.

    subject-id:req has exactly one value: subject-id, pairwise-id, none or any.

    Why: an identity provider that does not understand it sends no identifier.
    Fix: State one of the four words; any means that either identifier will do.
    """
    values = [
        value
        for item in attributes_of(entity)
        if item.name == SUBJECT_ID_REQ
        for value in item.values
    ]
    for value in values:
        if value.value not in _REQUIREMENTS:
            near = nearest(value.value, _REQUIREMENTS)
            yield hit(
                value,
                f"The requirement {value.value!r} is not one of {any_of(_REQUIREMENTS)}"
                + (f"; it differs from {near[0]!r} in {near[1]}" if near else ""),
                expected=", ".join(_REQUIREMENTS),
                actual=value.value,
            )
    if len(values) > 1:
        given = {value.value for value in values}
        yield hit(
            values[1],
            f"subject-id:req has {len(values)} values, {any_of(sorted(given))}",
            expected="exactly one value",
            hint="State any if either identifier will do.",
        )


@rule(
    "ea-subjectid-req-missing",
    on=EntityDescriptor,
    severity=OFF,
    cites=[saml2int(), SUBJECT_IDENTIFIERS],
    bad=[example("sp", profile="refeds", also=["ea-sirtfi-absent"])],
    good=[
        example(
            "sp",
            asserting("sp", SUBJECT_ID_REQ, "pairwise-id"),
            profile="refeds",
            also=["ea-sirtfi-absent"],
        )
    ],
)
def requirement_missing(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The service provider does not say which subject identifier it needs.

    There is no entity attribute urn:oasis:names:tc:SAML:profiles:subject-id:req.

    Why: identity providers that release subject-id and pairwise-id on demand send neither.
    Fix: Add the entity attribute with the value subject-id, pairwise-id, none or any.
    """
    if entity.sp_roles and not any(item.name == SUBJECT_ID_REQ for item in attributes_of(entity)):
        yield hit(
            entity,
            "The service provider has no entity attribute subject-id:req",
            expected=f"{SUBJECT_ID_REQ} with one of {any_of(_REQUIREMENTS)}",
        )


@rule(
    "ea-subjectid-req-on-idp",
    on=EntityDescriptor,
    severity=WARNING,
    cites=[SUBJECT_IDENTIFIERS],
    bad=[example("idp", asserting("idp", SUBJECT_ID_REQ, "pairwise-id"))],
    good=_GOOD,
)
def requirement_of_idp(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """An identity provider asks for a subject identifier.

    subject-id:req states what a service provider needs; this entity is none.

    Why: it has no effect; perhaps another entity was meant.
    Fix: Remove the entity attribute, or move it to the service provider.
    """
    if entity.roles and not entity.sp_roles:
        for item in attributes_of(entity):
            if item.name == SUBJECT_ID_REQ:
                yield hit(item, "An identity provider states subject-id:req", attribute="Name")


@rule(
    "ea-subjectid-vs-nameid",
    on=EntityDescriptor,
    severity=INFO,
    cites=[saml2int(), SUBJECT_IDENTIFIERS],
    bad=[example("sp", asserting("sp", SUBJECT_ID_REQ, "pairwise-id"), (_TRANSIENT, ""))],
    good=_GOOD,
)
def requirement_and_formats(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The service provider asks for two kinds of identifier.

    subject-id:req asks for an identifier in an attribute, while md:NameIDFormat leaves no format
    without a lasting identifier, such as transient.

    Why: identity providers that serve identifiers as attributes offer transient NameIDs only, and
    then refuse the login.
    Fix: List urn:oasis:names:tc:SAML:2.0:nameid-format:transient too, or no md:NameIDFormat.
    """
    asked = [need for need in values_of(entity, SUBJECT_ID_REQ) if need not in ("none", "")]
    for role in entity.sp_roles if asked else ():
        formats = [item.value for item in role.name_id_formats]
        if formats and not {NAMEID_TRANSIENT, NAMEID_UNSPECIFIED} & set(formats):
            yield hit(
                role.name_id_formats[0],
                f"subject-id:req asks for {asked[0]!r}, and no NameIDFormat is transient",
                expected=NAMEID_TRANSIENT,
                actual=", ".join(formats),
            )


RULES = (requirement_invalid, requirement_missing, requirement_of_idp, requirement_and_formats)
