"""Names of user attributes that federations agreed on: object identifiers and short names.

Sources, as of 2026-11: MACE-Dir SAML attribute profiles (April 2008), eduPerson 202208,
eduMember, inetOrgPerson (RFC 2798), LDAP user schema (RFC 4519), SCHAC 1.5, norEduPerson 1.6,
swissEduPerson, and the SAML subject identifier attributes 1.0.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

OID: Final = "urn:oid:"
SUBJECT_ID: Final = "urn:oasis:names:tc:SAML:attribute:subject-id"
PAIRWISE_ID: Final = "urn:oasis:names:tc:SAML:attribute:pairwise-id"

FORMAT_URI: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
FORMAT_BASIC: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
FORMAT_UNSPECIFIED: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"
#: The name format of SAML 1.x attributes.
FORMAT_SAML1: Final = "urn:mace:shibboleth:1.0:attributeNamespace:uri"

#: Prefixes of attribute names for SAML 1.x.
SAML1_PREFIXES: Final = (
    "urn:mace:dir:attribute-def:",
    "urn:mace:switch.ch:attribute-def:",
    "urn:mace:terena.org:attribute-def:",
    "urn:mace:grnet.gr:grEduPerson:attribute-def:",
)

#: One arc of object identifiers in each row: the last numbers and the short names.
_ARCS: Final = (
    (
        "1.3.6.1.4.1.5923.1.1.1.",
        "1 eduPersonAffiliation 2 eduPersonNickname 3 eduPersonOrgDN 4 eduPersonOrgUnitDN "
        "5 eduPersonPrimaryAffiliation 6 eduPersonPrincipalName 7 eduPersonEntitlement "
        "8 eduPersonPrimaryOrgUnitDN 9 eduPersonScopedAffiliation 10 eduPersonTargetedID "
        "11 eduPersonAssurance 12 eduPersonPrincipalNamePrior 13 eduPersonUniqueId "
        "16 eduPersonOrcid",
    ),
    ("1.3.6.1.4.1.5923.1.5.1.", "1 isMemberOf"),
    ("1.3.6.1.4.1.5923.1.6.1.", "2 eduCourseMember"),
    (
        "2.5.4.",
        "3 cn 4 sn 6 c 7 l 8 st 9 street 10 o 11 ou 12 title 13 description 15 businessCategory "
        "16 postalAddress 17 postalCode 18 postOfficeBox 19 physicalDeliveryOfficeName "
        "20 telephoneNumber 23 facsimileTelephoneNumber 34 seeAlso 36 userCertificate "
        "42 givenName 43 initials",
    ),
    (
        "0.9.2342.19200300.100.1.",
        "1 uid 3 mail 6 roomNumber 10 manager 20 homePhone 39 homePostalAddress 41 mobile "
        "42 pager 43 co 60 jpegPhoto",
    ),
    (
        "2.16.840.1.113730.3.1.",
        "1 carLicense 2 departmentNumber 3 employeeNumber 4 employeeType 39 preferredLanguage "
        "40 userSMIMECertificate 241 displayName",
    ),
    ("1.3.6.1.4.1.250.1.", "57 labeledURI"),
    (
        "1.3.6.1.4.1.25178.1.2.",
        "2 schacGender 3 schacDateOfBirth 4 schacPlaceOfBirth 5 schacCountryOfCitizenship "
        "9 schacHomeOrganization 10 schacHomeOrganizationType 14 schacPersonalUniqueCode "
        "15 schacPersonalUniqueID",
    ),
    ("1.3.6.1.4.1.2428.90.1.", "5 norEduPersonNIN"),
    ("1.2.752.29.4.", "13 personalIdentityNumber"),
    (
        "2.16.756.1.2.5.1.1.",
        "1 swissEduPersonUniqueID 2 swissEduPersonDateOfBirth 3 swissEduPersonGender "
        "4 swissEduPersonHomeOrganization 5 swissEduPersonHomeOrganizationType",
    ),
)


def _read() -> dict[str, str]:
    names: dict[str, str] = {}
    for arc, text in _ARCS:
        words = text.split()
        for number, name in zip(words[::2], words[1::2], strict=True):
            names[f"{OID}{arc}{number}"] = name
    return names


#: Attribute name for SAML 2.0 to its short name.
SHORT_NAMES: Final = MappingProxyType(_read())
#: Short name in lower case to the attribute name for SAML 2.0.
BY_SHORT_NAME: Final = MappingProxyType({name.lower(): uri for uri, name in SHORT_NAMES.items()})

#: Attributes that identify a person to the state, or tell the date of birth.
SENSITIVE: Final = frozenset(
    BY_SHORT_NAME[name]
    for name in (
        "noredupersonnin",
        "personalidentitynumber",
        "schacpersonaluniqueid",
        "schacdateofbirth",
        "swissedupersondateofbirth",
    )
)
TARGETED_ID: Final = BY_SHORT_NAME["edupersontargetedid"]
ENTITLEMENT: Final = BY_SHORT_NAME["edupersonentitlement"]


def words_for(name: str) -> str:
    """Return an attribute name as findings show it, with its short name where it has one."""
    short = SHORT_NAMES.get(name)
    return f"{name!r}" if short is None else f"{name!r} ({short})"
