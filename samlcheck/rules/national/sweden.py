"""Rules of the Swedish eID Framework (Sweden Connect)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation
from samlcheck.rules.metadata.category_registry import CATEGORY, values_of
from samlcheck.rules.metadata.sample_attributes import asserting
from samlcheck.rules.near_miss import nearest
from samlcheck.rules.rule import OFF, WARNING, Hit, Place, example, hit, rule

_DOCS: Final = "https://docs.swedenconnect.se/technical-framework/latest/"
_DEPLOYMENT: Final = Citation(
    "Deployment Profile for the Swedish eID Framework",
    "2.1",
    f"{_DOCS}02_-_Deployment_Profile_for_the_Swedish_eID_Framework.html",
)
_CATEGORIES: Final = Citation(
    "Entity Categories for the Swedish eID Framework",
    "2, 3 and 4",
    f"{_DOCS}06_-_Entity_Categories_for_the_Swedish_eID_Framework.html",
)
_OLD: Final = "http://id.elegnamnden.se/"
_SCAL2: Final = f"{_OLD}sprop/1.0/scal2"
_SIGSERVICE: Final = f"{_OLD}st/1.0/sigservice"
#: The identifiers of entity categories, as of 2026-11 (Entity Categories 1.7 and later).
_KNOWN: Final = (
    *(f"{_OLD}ec/1.0/{name}" for name in ("loa2-pnr", "loa3-pnr", "loa4-pnr")),
    f"{_OLD}ec/1.0/eidas-naturalperson",
    f"{_OLD}ec/1.0/eidas-pnr-delivery",
    "http://id.swedenconnect.se/ec/1.0/loa3-hsaid",
    f"{_OLD}sprop/1.0/mobile-auth",
    _SCAL2,
    _SIGSERVICE,
    f"{_OLD}st/1.0/public-sector-sp",
    f"{_OLD}st/1.0/private-sector-sp",
    "http://id.swedenconnect.se/general-ec/1.0/secure-authenticator-binding",
)
_ENABLED: Final = ["sc-identifiers"]
_ALSO: Final = ("ea-value-unknown",)


@rule(
    "sc-identifiers",
    on=EntityDescriptor,
    severity=OFF,
    cites=[_DEPLOYMENT, _CATEGORIES],
    bad=[
        example(
            "sp",
            (' AuthnRequestsSigned="true"', ""),
            asserting("sp", CATEGORY, _SIGSERVICE),
            enable=_ENABLED,
            also=_ALSO,
        ),
        example("sp", asserting("sp", CATEGORY, _SCAL2), enable=_ENABLED, also=_ALSO),
        example(
            "sp",
            asserting("sp", CATEGORY, f"{_OLD}ec/1.0/LOA3-pnr"),
            enable=_ENABLED,
            also=_ALSO,
        ),
        example("idp", enable=_ENABLED),
    ],
    good=[
        example("sp", asserting("sp", CATEGORY, _SIGSERVICE), enable=_ENABLED, also=_ALSO),
        example("idp", asserting("idp", CATEGORY, _SCAL2), enable=_ENABLED, also=_ALSO),
    ],
)
def swedish_categories(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity categories of Sweden Connect do not fit the entity.

    A signature service (sigservice) signs all its requests. The property scal2 is for signature
    services and identity providers, and each identity provider advertises it, else it may ignore
    requests for signature activation data. The identifiers are spelt as they are registered.

    Why: services are matched by these identifiers, letter for letter, and a signature service
    without signed requests is refused.
    Fix: Correct the category, or set AuthnRequestsSigned="true" at the signature service.
    """
    asserted = values_of(entity, CATEGORY)
    signs = _SIGSERVICE in asserted
    for role in entity.sp_roles if signs else ():
        if not role.signs_requests:
            flag = role.authn_requests_signed
            yield hit(
                role,
                "The signature service does not say that it signs its requests",
                attribute="AuthnRequestsSigned",
                expected="true",
                actual=None if flag is None else flag.text,
                related=[Place(asserted[_SIGSERVICE], None, "the category sigservice")],
            )
    if _SCAL2 in asserted and entity.sp_roles and not entity.idp_roles and not signs:
        yield hit(
            asserted[_SCAL2],
            "A service provider that is no signature service has the property scal2",
            expected=_SIGSERVICE,
        )
    if entity.idp_roles and _SCAL2 not in asserted:
        yield hit(
            entity.idp_roles[0],
            "The identity provider does not advertise the property scal2",
            expected=_SCAL2,
            severity=WARNING,
        )
    for text, value in asserted.items():
        near = None if text in _KNOWN else nearest(text, _KNOWN)
        if near is not None:
            yield hit(
                value,
                f"The category {text!r} differs from {near[0]!r} in {near[1]}",
                expected=near[0],
                actual=text,
            )


RULES = (swedish_categories,)
