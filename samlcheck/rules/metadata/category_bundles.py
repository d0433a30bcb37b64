"""Which attributes an entity category stands for, so that nobody has to list them.

Sources, as of 2026-11: REFEDS Research and Scholarship 1.3, REFEDS Anonymous, Pseudonymous and
Personalized Access, Entity Categories and Attribute Specification for the Swedish eID Framework.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from samlcheck.rules.metadata.attribute_registry import BY_SHORT_NAME, PAIRWISE_ID, SUBJECT_ID
from samlcheck.rules.metadata.category_registry import (
    ANONYMOUS,
    PERSONALIZED,
    PSEUDONYMOUS,
    RESEARCH_AND_SCHOLARSHIP,
)

#: Prefixes of the categories of the Swedish eID Framework: at least one of those that a service
#: provider declares has to be declared by the identity provider (Entity Categories 1.3).
SWEDISH_SERVICE: Final = ("http://id.elegnamnden.se/ec/", "http://id.swedenconnect.se/ec/")
#: Those of which the identity provider has to declare all.
SWEDISH_PROPERTY: Final = ("http://id.elegnamnden.se/sprop/", "http://id.swedenconnect.se/sprop/")

_BIRTH: Final = "urn:oid:1.3.6.1.5.5.7.9.1"


def _named(words: str, *more: str) -> frozenset[str]:
    return frozenset((*(BY_SHORT_NAME[word.lower()] for word in words.split()), *more))


_NATURAL_PERSON: Final = _named("sn givenName displayName personalIdentityNumber", _BIRTH)

BUNDLES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        RESEARCH_AND_SCHOLARSHIP: _named(
            "eduPersonPrincipalName eduPersonTargetedID mail displayName givenName sn "
            "eduPersonScopedAffiliation"
        ),
        ANONYMOUS: _named("eduPersonScopedAffiliation schacHomeOrganization"),
        PSEUDONYMOUS: _named(
            "eduPersonAssurance eduPersonScopedAffiliation schacHomeOrganization", PAIRWISE_ID
        ),
        PERSONALIZED: _named(
            "displayName givenName sn mail eduPersonAssurance eduPersonScopedAffiliation "
            "schacHomeOrganization",
            SUBJECT_ID,
        ),
        **dict.fromkeys(
            (f"http://id.elegnamnden.se/ec/1.0/loa{level}-pnr" for level in (2, 3, 4)),
            _NATURAL_PERSON,
        ),
    }
)
