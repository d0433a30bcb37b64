"""The profiles of federations: an entity that conforms has no error, one edit gives one."""

from __future__ import annotations

import pytest

import samlcheck
from samlcheck.profiles import load_profile
from samlcheck.profiles.library import shipped
from samlcheck.rules.metadata.sample_attributes import security_contact
from samlcheck.rules.national.samples import (
    CIE_PUBLIC,
    PUBLIC,
    contact,
    only_contacts,
    with_contacts,
)
from samlcheck.rules.registry import all_ids
from tests.support.bases import NOW, build

RPI = "urn:oasis:names:tc:SAML:metadata:rpi"
ROLE = "  <md:SPSSODescriptor "
REGISTERED = (
    ROLE,
    f'  <md:Extensions>\n    <mdrpi:RegistrationInfo xmlns:mdrpi="{RPI}" '
    'registrationAuthority="https://federation.example.org/" '
    f'registrationInstant="2026-01-01T00:00:00Z"/>\n  </md:Extensions>\n{ROLE}',
)
COUNTRY = (
    ROLE,
    '  <md:Extensions>\n    <e:NodeCountry xmlns:e="http://eidas.europa.eu/saml-extensions">SE'
    f"</e:NodeCountry>\n  </md:Extensions>\n{ROLE}",
)
ADMINISTRATIVE = with_contacts(contact("administrative", ""))
SECURITY = security_contact(
    "    <md:GivenName>Security</md:GivenName>\n"
    "    <md:EmailAddress>mailto:security@sp.example.org</md:EmailAddress>\n"
)
ITALIAN = tuple(
    (f'<md:Organization{name} xml:lang="en">', f'<md:Organization{name} xml:lang="it">')
    for name in ("Name", "DisplayName", "URL")
)
ATTRIBUTES = tuple(
    (f'Name="urn:oid:{oid}"', f'Name="{name}"')
    for oid, name in (
        ("0.9.2342.19200300.100.1.3", "fiscalNumber"),
        ("2.5.4.42", "name"),
        ("2.5.4.4", "familyName"),
        ("1.3.6.1.4.1.5923.1.1.1.6", "dateOfBirth"),
    )
)
FORMATS = tuple(
    (f"    <md:NameIDFormat>urn:oasis:names:tc:SAML:{name}</md:NameIDFormat>\n", "")
    for name in ("1.1:nameid-format:emailAddress", "2.0:nameid-format:persistent")
)
CURVES = (("{cert:sp-signing}", "{cert:ec}"), ("{cert:sp-encryption}", "{cert:ec}"))
OAEP = ("xmlenc11#rsa-oaep", "xmlenc11#ECDH-ES")
IDENTIFIER = (
    ROLE,
    "  <md:Extensions>\n"
    '    <a:EntityAttributes xmlns:a="urn:oasis:names:tc:SAML:metadata:attribute">'
    '<s:Attribute xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion" '
    'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri" '
    'Name="urn:oasis:names:tc:SAML:profiles:subject-id:req"><s:AttributeValue>pairwise-id'
    f"</s:AttributeValue></s:Attribute></a:EntityAttributes>\n  </md:Extensions>\n{ROLE}",
)
CONFORMING = {
    "saml2int": (IDENTIFIER,),
    "refeds": (),
    "ukfederation": (),
    "safire": (),
    "swedenconnect": (),
    "edugain": (REGISTERED,),
    "swamid": (ADMINISTRATIVE,),
    "incommon": (ADMINISTRATIVE, SECURITY),
    "spid": (*ATTRIBUTES, *ITALIAN, with_contacts(contact("other", PUBLIC))),
    "cie": (
        *ATTRIBUTES,
        *ITALIAN,
        *FORMATS,
        *only_contacts(contact("administrative", CIE_PUBLIC, company="Example Library")),
    ),
    "eidas": (COUNTRY, *CURVES, OAEP),
    "oiosaml3": (
        ("urn:oid:2.5.4.42", "https://data.gov.dk/model/core/specVersion"),
        ("urn:oid:1.3.6.1.4.1.5923.1.1.1.6", "https://data.gov.dk/concept/core/nsis/loa"),
    ),
}


def errors(profile: str, *edits: tuple[str, str], base: str = "sp") -> set[str]:
    report = samlcheck.check_metadata(build(base, edits), now=NOW, profile=profile)  # type: ignore[arg-type]
    return {item.rule for item in report.findings if item.severity == "error"}


@pytest.mark.parametrize("profile_id", shipped())
def test_a_profile_names_only_rules_that_exist(profile_id: str) -> None:
    changes = load_profile(profile_id).severities
    assert set() == {change.rule for change in changes} - all_ids()


# What the edit takes from an entity, and the rule that becomes an error by it.
VIOLATIONS = [
    (
        "saml2int",
        "sp",
        ('contactType="technical"', 'contactType="billing"'),
        "contact-no-technical",
    ),
    ("saml2int", "sp", ('use="encryption"', 'use="signing"'), "key-sp-no-encryption"),
    ("swamid", "sp", ("mdui:Description", "mdui:Keywords"), "ui-description-missing"),
    ("swamid", "sp", ('xml:lang="en"', 'xml:lang="sv"'), "xsd-lang-no-english"),
    ("swamid", "idp", (' errorURL="https://idp.example.org/error"', ""), "role-errorurl-missing"),
    ("incommon", "idp", (' errorURL="https://idp.example.org/error"', ""), "role-errorurl-missing"),
    (
        "ukfederation",
        "idp",
        ('<shibmd:Scope regexp="false">example.org</shibmd:Scope>', ""),
        "scope-missing-idp",
    ),
    (
        "spid",
        "sp",
        ('AuthnRequestsSigned="true"', 'AuthnRequestsSigned="false"'),
        "role-authnrequestssigned-required",
    ),
    (
        "cie",
        "sp",
        ('WantAssertionsSigned="true"', 'WantAssertionsSigned="false"'),
        "role-wantassertionssigned-required",
    ),
    (
        "edugain",
        "sp",
        (' xml:lang="en">Example Library</mdui', ">Example Library</mdui"),
        "rpi-missing",
    ),
    ("eidas", "sp", ("Example Library", "Example Node"), "eidas-node-country"),
    ("oiosaml3", "sp", ("Example Library", "Example Library 3"), "oiosaml3-sp"),
]


@pytest.mark.parametrize(("profile", "base", "edit", "rule"), VIOLATIONS)
def test_a_violation_is_an_error_by_the_profile(
    profile: str, base: str, edit: tuple[str, str], rule: str
) -> None:
    assert rule in errors(profile, edit, base=base)


def test_the_same_is_no_error_without_the_profile() -> None:
    for _, base, _, rule in VIOLATIONS:
        report = samlcheck.check_metadata(build(base), now=NOW, select=[rule])  # type: ignore[arg-type]
        assert "error" not in {item.severity for item in report.findings}


@pytest.mark.parametrize("profile", CONFORMING)
def test_an_entity_that_conforms_has_no_error(profile: str) -> None:
    assert set() == errors(profile, *CONFORMING[profile])
