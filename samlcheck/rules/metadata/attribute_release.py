"""Rules on which attributes a service provider asks for, and whether it says why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityDescriptor, RequestedAttribute, SPSSODescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation
from samlcheck.rules.metadata.attribute_registry import (
    ENTITLEMENT,
    PAIRWISE_ID,
    SENSITIVE,
    TARGETED_ID,
    words_for,
)
from samlcheck.rules.metadata.category_registry import (
    CATEGORY,
    COCO_1,
    COCO_2,
    specification,
    values_of,
)
from samlcheck.rules.metadata.sample_attributes import asserting
from samlcheck.rules.rule import INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import all_of

_COCO_SPECS: Final = (
    specification(COCO_1, "SAML 2 Profile for the Code of Conduct"),
    specification(COCO_2, "REFEDS Code of Conduct 2", "5.2"),
)
_GDPR: Final = Citation(
    "General Data Protection Regulation",
    "Article 5(1)(c)",
    "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
)
_EDU_PERSON: Final = Citation("eduPerson", None, "https://wiki.refeds.org/display/STAN/eduPerson")
_GOOD: Final = (example("sp"),)
_COCO: Final = asserting("sp", CATEGORY, COCO_2)
_SURNAME: Final = 'FriendlyName="sn" Name="urn:oid:2.5.4.4"'


def _requested(entity: EntityDescriptor) -> list[RequestedAttribute]:
    return [
        attribute
        for role in entity.sp_roles
        for service in role.attribute_consuming_services
        for attribute in service.requested_attributes
    ]


def _conduct(entity: EntityDescriptor) -> bool:
    """Tell whether an entity commits itself to a Code of Conduct."""
    asserted = values_of(entity, CATEGORY)
    return COCO_1 in asserted or COCO_2 in asserted


@rule(
    "reqattr-isrequired-absent",
    on=EntityDescriptor,
    severity=WARNING,
    cites=_COCO_SPECS,
    bad=[example("sp", _COCO, ('isRequired="true"', 'isRequired="false"'))],
    good=[example("sp", _COCO)],
)
def none_required(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """No requested attribute is marked as required.

    The entity asserts the Code of Conduct, by which the attributes that the service cannot do
    without have isRequired="true".

    Why: identity providers release only what is necessary, so they release nothing.
    Fix: Set isRequired="true" on the attributes without which the service does not work.
    """
    requested = _requested(entity) if _conduct(entity) else []
    if requested and not any(attribute.required for attribute in requested):
        yield hit(
            requested[0],
            f"None of the {len(requested)} requested attributes is required"
            if len(requested) > 1
            else "The requested attribute is not required",
            attribute="isRequired",
            expected="true",
            actual=None if requested[0].is_required is None else requested[0].is_required.text,
        )


@rule(
    "reqattr-value-required",
    on=EntityDescriptor,
    severity=INFO,
    cites=_COCO_SPECS,
    bad=[
        example(
            "sp",
            _COCO,
            (
                _SURNAME,
                f'FriendlyName="eduPersonEntitlement" Name="{ENTITLEMENT}"',
            ),
        )
    ],
    good=[example("sp", _COCO)],
)
def value_not_named(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """An entitlement is requested without saying which.

    The entity asserts the Code of Conduct, by which a service that needs particular values names
    them; eduPersonEntitlement is such an attribute.

    Why: the identity provider releases all entitlements of the user, or none.
    Fix: Add the values that the service acts on as saml:AttributeValue.
    """
    for attribute in _requested(entity) if _conduct(entity) else ():
        if attribute.name == ENTITLEMENT and not attribute.values:
            yield hit(
                attribute,
                "eduPersonEntitlement is requested without the values that are needed",
                expected="the saml:AttributeValue elements that the service acts on",
            )


@rule(
    "reqattr-sensitive-minimisation",
    on=SPSSODescriptor,
    severity=INFO,
    cites=[_GDPR],
    bad=[
        example(
            "sp",
            (
                _SURNAME,
                'FriendlyName="schacDateOfBirth" Name="urn:oid:1.3.6.1.4.1.25178.1.2.3"',
            ),
        )
    ],
    good=_GOOD,
)
def sensitive_requested(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """Attributes are requested that need a special reason.

    Among the requested attributes are national identity numbers or dates of birth.

    Why: data protection law allows to ask only for what the service needs; identity providers
    refuse these attributes unless they know the reason.
    Fix: Remove the attributes, or agree on the purpose with the identity providers concerned.
    """
    found = {
        attribute.name: attribute
        for service in role.attribute_consuming_services
        for attribute in service.requested_attributes
        if attribute.name in SENSITIVE
    }
    if found:
        names = all_of(words_for(name) for name in found if name)
        places = list(found.values())
        yield hit(
            places[0],
            f"Sensitive attributes are requested: {names}",
            attribute="Name",
            related=[Place(item, "Name", "and this") for item in places[1:]],
        )


@rule(
    "reqattr-deprecated",
    on=RequestedAttribute,
    severity=INFO,
    cites=[_EDU_PERSON],
    bad=[
        example("sp", (_SURNAME, f'FriendlyName="eduPersonTargetedID" Name="{TARGETED_ID}"')),
    ],
    good=_GOOD,
)
def deprecated_attribute(attribute: RequestedAttribute, case: Case) -> Iterator[Hit]:
    """An attribute is requested that is out of date.

    eduPersonTargetedID was deprecated; its value is an element, which much software cannot read.

    Why: newer identity providers do not send it any more.
    Fix: Ask for pairwise-id by the entity attribute subject-id:req, and accept both for a while.
    """
    if (attribute.name or "").strip() == TARGETED_ID:
        yield hit(
            attribute,
            "The attribute eduPersonTargetedID is requested, which is out of date",
            attribute="Name",
            expected=PAIRWISE_ID,
            actual=attribute.name,
        )


RULES = (none_required, value_not_named, sensitive_requested, deprecated_attribute)
