"""Rules on which entity categories an entity asserts, and which go together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityDescriptor, Scope, SPSSODescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import rfc
from samlcheck.rules.metadata.category_registry import (
    ANONYMOUS,
    BUNDLES,
    CATEGORY,
    COCO_1,
    COCO_2,
    DEPRECATED,
    HIDE_FROM_DISCOVERY,
    PERSONALIZED,
    PSEUDONYMOUS,
    RESEARCH_AND_SCHOLARSHIP,
    SP_CATEGORIES,
    SUBJECT_ID_REQ,
    SUPPORT,
    specification,
    values_of,
)
from samlcheck.rules.metadata.sample_attributes import asserting, attribute, container, extended
from samlcheck.rules.rule import ERROR, INFO, OFF, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import all_of

_ACCESS: Final = (ANONYMOUS, PSEUDONYMOUS, PERSONALIZED)
#: What subject-id:req may say beside an access category.
_SIGNALS: Final = {
    ANONYMOUS: ("none",),
    PSEUDONYMOUS: ("pairwise-id", "any", "subject-id"),
    PERSONALIZED: ("subject-id", "any"),
}
_RS: Final = RESEARCH_AND_SCHOLARSHIP
_RS_SPEC: Final = specification(_RS, "REFEDS Research and Scholarship")
_ACCESS_SPEC: Final = specification(PERSONALIZED, "REFEDS Personalized Access")
_GOOD: Final = (
    example("sp", asserting("sp", CATEGORY, _RS)),
    example("idp", asserting("idp", SUPPORT, _RS)),
)
_SCOPE: Final = '      <shibmd:Scope regexp="false">example.org</shibmd:Scope>\n'
_SUPPORTING: Final = extended(
    "idp", container(attribute(CATEGORY, HIDE_FROM_DISCOVERY), attribute(SUPPORT, _RS))
)


def _access(*categories: str, signal: str) -> tuple[str, str]:
    attributes = attribute(CATEGORY, *categories), attribute(SUBJECT_ID_REQ, signal)
    return extended("sp", container(*attributes))


@rule(
    "ea-category-role-mismatch",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[rfc(8409), _RS_SPEC],
    bad=[
        example("idp", asserting("idp", CATEGORY, _RS)),
        example("sp", asserting("sp", SUPPORT, _RS)),
    ],
    good=_GOOD,
)
def role_mismatch(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """An entity category is asserted by the wrong side.

    Categories such as Research and Scholarship or Code of Conduct are for service providers. An
    identity provider does not assert them but says that it supports them, which a service
    provider cannot.

    Why: the assertion has no effect there: no attribute is released because of it.
    Fix: In an identity provider use http://macedir.org/entity-category-support, in a service
    provider http://macedir.org/entity-category.
    """
    if entity.roles and not entity.sp_roles:
        for category, value in values_of(entity, CATEGORY).items():
            if category in SP_CATEGORIES:
                yield hit(
                    value,
                    f"The category {category!r} is for service providers, which this entity is not",
                    expected=f"{SUPPORT} with this value",
                    actual=CATEGORY,
                )
    if entity.roles and all(isinstance(role, SPSSODescriptor) for role in entity.roles):
        for category, value in values_of(entity, SUPPORT).items():
            yield hit(
                value,
                f"Only an identity provider supports a category such as {category!r}, and this "
                "entity is a service provider",
                expected=f"{CATEGORY} with this value",
                actual=SUPPORT,
                severity=WARNING,
            )


@rule(
    "ea-category-deprecated",
    on=EntityDescriptor,
    severity=INFO,
    cites=[specification(COCO_2, "REFEDS Code of Conduct 2")],
    bad=[
        example("sp", asserting("sp", CATEGORY, COCO_1)),
        example("sp", asserting("sp", CATEGORY, "http://www.swamid.se/category/hei-service")),
    ],
    good=[*_GOOD, example("sp", asserting("sp", CATEGORY, COCO_1, COCO_2))],
)
def category_deprecated(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """An entity category is out of date.

    The category was withdrawn or replaced, and its successor is not asserted beside it.

    Why: identity providers stop to release attributes because of it, one after the other.
    Fix: Fulfil the requirements of the successor and assert it too; drop the old one when your
    partners have followed.
    """
    asserted = values_of(entity, CATEGORY)
    for category, value in asserted.items():
        successor = DEPRECATED.get(category)
        if category in DEPRECATED and successor not in asserted:
            yield hit(
                value,
                f"The category {category!r} is out of date",
                expected=successor or "a category of REFEDS",
                actual=category,
            )


@rule(
    "ea-rs-support-no-release",
    on=EntityDescriptor,
    severity=INFO,
    cites=[specification(_RS, "REFEDS Research and Scholarship")],
    bad=[example("idp", _SUPPORTING)],
    good=_GOOD,
)
def support_without_effect(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """An identity provider supports a category, but nobody can make use of it.

    It says that it supports Research and Scholarship, but declares no scope, so that
    eduPersonPrincipalName is refused, or is hidden from discovery.

    Why: service providers count on the attributes and cannot use or get them.
    Fix: Declare the scope of the identity provider, or withdraw the support.
    """
    value = values_of(entity, SUPPORT).get(_RS)
    if value is None or not entity.idp_roles:
        return
    extensions = [entity.extensions, *(role.extensions for role in entity.idp_roles)]
    scoped = any(
        isinstance(item, Scope) for group in extensions for item in (group.items if group else ())
    )
    reasons = [] if scoped else ["declares no scope"]
    if HIDE_FROM_DISCOVERY in values_of(entity, CATEGORY):
        reasons.append("is hidden from discovery")
    if reasons:
        yield hit(
            value,
            f"The identity provider supports {_RS!r} but {all_of(reasons)}",
            expected="a shibmd:Scope, and to be found",
        )


@rule(
    "ea-access-category-hierarchy",
    on=EntityDescriptor,
    severity=WARNING,
    cites=[_ACCESS_SPEC],
    bad=[
        example("sp", _access(PERSONALIZED, signal="none")),
        example("sp", _access(PERSONALIZED, PSEUDONYMOUS, signal="subject-id")),
    ],
    good=[example("sp", _access(PERSONALIZED, signal="subject-id"))],
)
def access_categories(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The access categories of a service provider contradict each other.

    Anonymous, pseudonymous and personalized access name three different needs, and so do the
    values of subject-id:req. Several of them at once, or a category beside another requirement,
    leave open what is needed.

    Why: each identity provider decides differently, and some send less than the service needs.
    Fix: Assert the one category that the service needs, with subject-id:req none, pairwise-id or
    subject-id in this order of the three.
    """
    asserted = values_of(entity, CATEGORY)
    found = [category for category in _ACCESS if category in asserted]
    if len(found) > 1:
        yield hit(
            asserted[found[0]],
            f"The service provider asserts {len(found)} access categories: {all_of(found)}",
            expected="one of them",
            severity=INFO,
            related=[Place(asserted[category], None, "and this") for category in found[1:]],
        )
        return
    for signal, value in values_of(entity, SUBJECT_ID_REQ).items():
        if found and signal in ("none", "any", "subject-id", "pairwise-id"):
            fitting = _SIGNALS[found[0]]
            if signal not in fitting:
                yield hit(
                    value,
                    f"The requirement {signal!r} does not fit the category {found[0]!r}",
                    expected=fitting[0],
                    actual=signal,
                    related=[Place(asserted[found[0]], None, "the category")],
                )


@rule(
    "ea-hide-from-discovery-on-sp",
    on=EntityDescriptor,
    severity=WARNING,
    cites=[specification(HIDE_FROM_DISCOVERY, "REFEDS Hide From Discovery")],
    bad=[example("sp", asserting("sp", CATEGORY, HIDE_FROM_DISCOVERY))],
    good=[example("idp", asserting("idp", CATEGORY, HIDE_FROM_DISCOVERY))],
)
def hidden_service_provider(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """A service provider asks to be hidden from discovery.

    The category hides an identity provider from the lists in which users look for it; a service
    provider is in none.

    Why: it has no effect; perhaps another entity was meant.
    Fix: Remove the category from the service provider.
    """
    value = values_of(entity, CATEGORY).get(HIDE_FROM_DISCOVERY)
    if value is not None and entity.sp_roles and not entity.idp_roles:
        yield hit(
            value, "The service provider asks to be hidden from discovery", actual=value.value
        )


@rule(
    "ea-support-missing",
    on=EntityDescriptor,
    severity=OFF,
    cites=[rfc(8409)],
    bad=[example("idp", profile="refeds", also=["ea-sirtfi-absent"])],
    good=[
        example(
            "idp", asserting("idp", SUPPORT, *BUNDLES), profile="refeds", also=["ea-sirtfi-absent"]
        )
    ],
)
def support_missing(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """An identity provider supports no entity category.

    The entity has an identity provider role and no http://macedir.org/entity-category-support.

    Why: service providers of research and education cannot tell whether they will get the
    attributes that they need, and turn the users away.
    Fix: Configure the release for the categories that your organization accepts, and declare them.
    """
    if entity.idp_roles and not values_of(entity, SUPPORT):
        yield hit(
            entity,
            "The identity provider declares no support for an entity category",
            expected=f"an entity attribute {SUPPORT}",
        )


RULES = (
    role_mismatch,
    category_deprecated,
    support_without_effect,
    access_categories,
    hidden_service_provider,
    support_missing,
)
