"""Rules on levels of assurance, and on the categories that a federation gives its members."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityDescriptor, SPSSODescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import paper, rfc
from samlcheck.rules.metadata.category_registry import (
    ASSURANCE,
    CATEGORY,
    RESEARCH_AND_SCHOLARSHIP,
    values_of,
)
from samlcheck.rules.metadata.sample_attributes import asserting, attribute, container, extended
from samlcheck.rules.rule import WARNING, Hit, example, hit, rule
from samlcheck.rules.wording import any_of

_LEVEL: Final = "http://www.swamid.se/policy/assurance/al2"
#: How the identifiers of levels of assurance start, which only identity providers have.
_LEVELS: Final = (
    "http://www.swamid.se/policy/assurance/al",
    "http://id.incommon.org/assurance/",
    "http://id.elegnamnden.se/loa/",
    "http://id.swedenconnect.se/loa/",
)
_PROFILE: Final = paper(
    "SAML V2.0 Identity Assurance Profiles",
    "https://docs.oasis-open.org/security/saml/Post2.0/sstc-saml-assurance-profile.html",
)
_CATEGORIES: Final = {"service_categories": ["https://federation.example.org/category/member"]}
_WANTED: Final = {"assurance_levels": [_LEVEL, "http://www.swamid.se/policy/assurance/al3"]}


@rule(
    "ea-assurance-wrong-role",
    on=EntityDescriptor,
    severity=WARNING,
    cites=[_PROFILE],
    bad=[
        example("sp", asserting("sp", ASSURANCE, _LEVEL)),
        example("idp", lists=_WANTED),
    ],
    good=[
        example("sp", lists=_WANTED),
        example("idp", asserting("idp", ASSURANCE, _LEVEL)),
        example("idp", asserting("idp", ASSURANCE, _LEVEL), lists=_WANTED),
    ],
)
def assurance_wrong_role(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """A level of assurance stands where it means nothing, or is missing.

    Levels of assurance, such as those of SWAMID and Sweden Connect, say how well an identity
    provider knows its users; a service provider has none. Where a profile lists assurance_levels,
    each identity provider has one of them.

    Why: a service provider's level is passed over; without one of an identity provider, service
    providers that ask for it turn its users away.
    Fix: Remove the value from the service provider; the registrar adds it to the identity provider
    when it has been approved.
    """
    certified = values_of(entity, ASSURANCE)
    if entity.roles and all(isinstance(role, SPSSODescriptor) for role in entity.roles):
        for text, value in certified.items():
            if text.startswith(_LEVELS):
                yield hit(
                    value,
                    f"The service provider has the level of assurance {text!r}",
                    expected="a level of assurance at identity providers only",
                    actual=text,
                )
    wanted = case.profile.metadata.get("assurance_levels", ())
    if wanted and entity.idp_roles and not any(level in certified for level in wanted):
        yield hit(
            entity,
            "The identity provider has none of the levels of assurance of the profile",
            expected=any_of(wanted),
        )


@rule(
    "ea-service-category-missing",
    on=EntityDescriptor,
    severity=WARNING,
    cites=[rfc(8409)],
    bad=[
        example("sp", lists=_CATEGORIES),
        example("sp", asserting("sp", CATEGORY, RESEARCH_AND_SCHOLARSHIP), lists=_CATEGORIES),
    ],
    good=[
        example("sp"),
        example(
            "sp",
            extended("sp", container(attribute(CATEGORY, *_CATEGORIES["service_categories"]))),
            lists=_CATEGORIES,
            also=["ea-value-unknown"],
        ),
    ],
)
def service_category_missing(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity has none of the categories that the federation works with.

    Where a profile lists service_categories, each entity asserts one of them.

    Why: in such a federation the categories decide which identity providers and service providers
    work together; an entity without one works with nobody.
    Fix: Agree with the federation on a category, and assert it as an entity category.
    """
    wanted = case.profile.metadata.get("service_categories", ())
    if wanted and entity.roles:
        asserted = values_of(entity, CATEGORY)
        if not any(category in asserted for category in wanted):
            yield hit(
                entity,
                "The entity has none of the categories of the profile",
                expected=any_of(wanted),
                actual=", ".join(asserted) or None,
            )


RULES = (assurance_wrong_role, service_category_missing)
