"""Rules on lists of attributes of which a profile or an entity category says more than SAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    AttributeConsumingService,
    EntityDescriptor,
    IDPSSODescriptor,
    RequestedAttribute,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation, metadata
from samlcheck.rules.metadata.attribute_registry import words_for
from samlcheck.rules.metadata.category_bundles import BUNDLES
from samlcheck.rules.metadata.category_registry import (
    CATEGORY,
    RESEARCH_AND_SCHOLARSHIP,
    values_of,
)
from samlcheck.rules.metadata.sample_attributes import asserting
from samlcheck.rules.near_miss import nearest
from samlcheck.rules.rule import INFO, OFF, Hit, Place, example, hit, rule

_SWEDISH: Final = Citation(
    "Deployment Profile for the Swedish eID Framework",
    "2.1.2",
    "https://docs.swedenconnect.se/technical-framework/latest/"
    "02_-_Deployment_Profile_for_the_Swedish_eID_Framework.html",
)
_CIE: Final = Citation(
    "CIE id SAML: service provider metadata",
    None,
    "https://docs.italia.it/italia/cie/cie-manuale-tecnico-docs/",
)
_SPID: Final = Citation(
    "SPID technical rules: attributes",
    None,
    "https://docs.italia.it/italia/spid/spid-regole-tecniche/",
)
_URN_UUID: Final = r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_NAME: Final = '<md:ServiceName xml:lang="en">Example Library</md:ServiceName>'
_GOOD_UUID: Final = "urn:uuid:3f1b6c52-0a7e-4d4b-9c61-2b7e8a5f9d10"
_SHORT_LIST: Final = (
    "urn:oid:0.9.2342.19200300.100.1.3",
    "urn:oid:2.5.4.42",
    "urn:oid:2.5.4.4",
)
_FULL_LIST: Final = (*_SHORT_LIST, "urn:oid:1.3.6.1.4.1.5923.1.1.1.6")
_OFFER: Final = (
    "  </md:IDPSSODescriptor>",
    '    <saml:Attribute xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Name="urn:oid:2.5.4.4"'
    ' NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"/>\n  </md:IDPSSODescriptor>',
)


@rule(
    "acs-attr-redundant-with-category",
    on=EntityDescriptor,
    severity=OFF,
    cites=[_SWEDISH],
    bad=[
        example(
            "sp",
            asserting("sp", CATEGORY, RESEARCH_AND_SCHOLARSHIP),
            enable=["acs-attr-redundant-with-category"],
        )
    ],
    good=[
        example("sp", enable=["acs-attr-redundant-with-category"]),
        example(
            "sp",
            asserting("sp", CATEGORY, RESEARCH_AND_SCHOLARSHIP),
            (
                'FriendlyName="mail" Name="urn:oid:0.9.2342.19200300.100.1.3"',
                'FriendlyName="o" Name="urn:oid:2.5.4.10"',
            ),
            enable=["acs-attr-redundant-with-category"],
            note="One attribute is not in the bundle",
        ),
    ],
)
def redundant_list(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """Attributes are requested one by one that an entity category stands for already.

    Every requested attribute belongs to a category that the entity asserts.

    Why: two statements of one wish can drift apart, and identity providers differ in which of
    them they follow.
    Fix: Remove the AttributeConsumingService, or keep it only for attributes beyond the category.
    """
    wanted = [
        attribute
        for role in entity.sp_roles
        for service in role.attribute_consuming_services
        for attribute in service.requested_attributes
    ]
    if not wanted:
        return
    asserted = values_of(entity, CATEGORY)
    sets = {name: BUNDLES[name] for name in asserted if name in BUNDLES}
    covered = frozenset().union(*sets.values())
    if sets and all(attribute.name in covered for attribute in wanted):
        first = next(iter(sets))
        yield hit(
            wanted[0],
            f"All {len(wanted)} requested attributes belong to the category {first!r} already"
            if len(sets) == 1
            else f"All {len(wanted)} requested attributes belong to the categories asserted",
            expected="no AttributeConsumingService",
            related=[Place(asserted[first], None, "the category")],
        )


@rule(
    "reqattr-allowlist",
    on=RequestedAttribute,
    severity=OFF,
    cites=[_SPID, _CIE],
    bad=[example("sp", enable=["reqattr-allowlist"], lists={"requested_attributes": _SHORT_LIST})],
    good=[
        example("sp", enable=["reqattr-allowlist"], lists={"requested_attributes": _FULL_LIST}),
        example("sp", enable=["reqattr-allowlist"], note="A profile without a list"),
    ],
)
def not_on_the_list(attribute: RequestedAttribute, case: Case) -> Iterator[Hit]:
    """An attribute is requested that the federation does not have.

    The profile lists the attributes that identity providers of the federation release, under
    their exact names; this one is not among them.

    Why: the metadata is refused at registration, or the attribute never arrives.
    Fix: Request only attributes of the federation's list, spelt as they are there.
    """
    allowed = case.profile.metadata.get("requested_attributes", ())
    name = attribute.name
    if name is None or not allowed or name in allowed:
        return
    near = nearest(name, allowed)
    yield hit(
        attribute,
        f"The requested attribute {words_for(name)} is not on the list of the profile"
        + (f", but {near[0]!r} is, which differs only in {near[1]}" if near else ""),
        attribute="Name",
        expected=near[0] if near else f"one of the {len(allowed)} attributes of the profile",
        actual=name,
    )


@rule(
    "reqattr-servicename-uuid",
    on=AttributeConsumingService,
    severity=OFF,
    cites=[_CIE],
    bad=[
        example("sp", enable=["reqattr-servicename-uuid"]),
        example(
            "sp",
            (_NAME, _NAME.replace("Example Library", _GOOD_UUID.replace("4d4b", "1d4b"))),
            enable=["reqattr-servicename-uuid"],
            note="A UUID of another version",
        ),
    ],
    good=[
        example(
            "sp",
            (_NAME, _NAME.replace("Example Library", _GOOD_UUID)),
            enable=["reqattr-servicename-uuid"],
        )
    ],
)
def service_name_no_uuid(service: AttributeConsumingService, case: Case) -> Iterator[Hit]:
    """The name of a set of attributes is not a random UUID.

    Where the profile asks for it, md:ServiceName holds urn:uuid: and a UUID of version 4 in lower
    case, by which the operator finds the set again.

    Why: the metadata is refused at registration.
    Fix: Make a UUID of version 4 once, and keep it for this set.
    """
    for name in service.service_names:
        if re.fullmatch(_URN_UUID, name.value) is None:
            yield hit(
                name,
                f"The ServiceName {name.value!r} is not a UUID of version 4",
                expected="urn:uuid: and a UUID of version 4",
                actual=name.value,
            )


@rule(
    "idp-attribute-present",
    on=IDPSSODescriptor,
    severity=INFO,
    cites=[metadata("2.4.3")],
    bad=[example("idp", _OFFER)],
    good=[example("idp")],
)
def attributes_listed(role: IDPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The identity provider lists the attributes that it can release.

    saml:Attribute in an md:IDPSSODescriptor is optional, and the list need not be complete.

    Why: some service providers take the list for complete and others ignore it, so it has to be
    kept in step with what is really released. samlcheck compares it when it judges a pair.
    Fix: Nothing to do as long as the list is right.
    """
    if role.attributes:
        count = len(role.attributes)
        yield hit(
            role.attributes[0],
            f"The identity provider lists {count} attribute{'' if count == 1 else 's'}",
        )


RULES = (redundant_list, not_on_the_list, service_name_no_uuid, attributes_listed)
