"""Rules on Sirtfi, the framework for security incident response in federations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import ContactPerson, EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation
from samlcheck.rules.metadata.category_registry import ASSURANCE, SIRTFI_1, SIRTFI_2, values_of
from samlcheck.rules.metadata.sample_attributes import asserting, security_contact
from samlcheck.rules.rule import ERROR, OFF, Hit, example, hit, rule
from samlcheck.rules.wording import all_of
from samlcheck.xml.names import REMD, clark

_CONTACT_TYPE: Final = clark(REMD, "contactType")
_SECURITY: Final = "http://refeds.org/metadata/contactType/security"
_SPEC_1: Final = Citation(
    "Sirtfi 1", None, "https://refeds.org/wp-content/uploads/2016/11/Sirtfi-certification-v1.0.pdf"
)
_SPEC_2: Final = Citation(
    "Sirtfi 2", None, "https://refeds.org/wp-content/uploads/2022/08/Sirtfi-v2.pdf"
)
_NAME: Final = "    <md:GivenName>Security Team</md:GivenName>\n"
_MAIL: Final = "    <md:EmailAddress>mailto:security@sp.example.org</md:EmailAddress>\n"
_ASSERTED: Final = asserting("sp", ASSURANCE, SIRTFI_1)
_GOOD: Final = (example("sp", _ASSERTED, security_contact(_NAME + _MAIL)),)


def _missing(contact: ContactPerson) -> list[str]:
    missing = [] if contact.given_name and contact.given_name.value else ["GivenName"]
    if not any(address.value for address in contact.email_addresses):
        missing.append("EmailAddress")
    return missing


@rule(
    "ea-sirtfi-contact",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[_SPEC_1, _SPEC_2],
    bad=[
        example("sp", _ASSERTED),
        example("sp", _ASSERTED, security_contact(_NAME)),
    ],
    good=_GOOD,
)
def no_security_contact(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity follows Sirtfi but names no security contact.

    An entity with the certification publishes a contact of type other, with the REFEDS mark for
    security, a GivenName and an EmailAddress.

    Why: the contact is what the certification is for; federations strip the certification from
    entities without one.
    Fix: Add a ContactPerson with contactType="other" and
    remd:contactType="http://refeds.org/metadata/contactType/security".
    """
    certified = values_of(entity, ASSURANCE)
    value = certified.get(SIRTFI_1) or certified.get(SIRTFI_2)
    if value is None:
        return
    contacts = [
        contact for contact in entity.contacts if contact.element.get(_CONTACT_TYPE) == _SECURITY
    ]
    if not contacts:
        yield hit(
            value,
            "The entity follows Sirtfi but has no security contact",
            expected=f"a ContactPerson with remd:contactType {_SECURITY}",
        )
    elif all(_missing(contact) for contact in contacts):
        yield hit(
            contacts[0],
            f"The security contact has no {all_of(_missing(contacts[0]))}",
            expected="GivenName and EmailAddress",
        )


@rule(
    "ea-sirtfi2-without-sirtfi1",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[_SPEC_2],
    bad=[example("sp", asserting("sp", ASSURANCE, SIRTFI_2), security_contact(_NAME + _MAIL))],
    good=[
        example(
            "sp", asserting("sp", ASSURANCE, SIRTFI_1, SIRTFI_2), security_contact(_NAME + _MAIL)
        )
    ],
)
def second_without_first(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity follows Sirtfi 2 but does not say that it follows Sirtfi 1.

    Who meets the second version meets the first one too, and asserts both values.

    Why: partners that look for the first value only take the entity for one without Sirtfi.
    Fix: Add the value https://refeds.org/sirtfi beside https://refeds.org/sirtfi2.
    """
    certified = values_of(entity, ASSURANCE)
    if SIRTFI_2 in certified and SIRTFI_1 not in certified:
        yield hit(
            certified[SIRTFI_2],
            f"The entity asserts {SIRTFI_2!r} without {SIRTFI_1!r}",
            expected=f"{SIRTFI_1} beside it",
        )


@rule(
    "ea-sirtfi-absent",
    on=EntityDescriptor,
    severity=OFF,
    cites=[_SPEC_1],
    bad=[example("sp", profile="refeds", also=["ea-subjectid-req-missing"])],
    good=[
        example(
            "sp",
            _ASSERTED,
            security_contact(_NAME + _MAIL),
            profile="refeds",
            also=["ea-subjectid-req-missing"],
        )
    ],
)
def sirtfi_absent(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity does not say that it follows Sirtfi.

    There is no assurance certification https://refeds.org/sirtfi.

    Why: partners may exclude entities that do not commit to help when an account was abused.
    Fix: Read the framework, do what it asks for, publish a security contact, and have your
    federation add the certification.
    """
    certified = values_of(entity, ASSURANCE)
    if entity.roles and SIRTFI_1 not in certified and SIRTFI_2 not in certified:
        yield hit(entity, "The entity does not assert Sirtfi", expected=SIRTFI_1)


RULES = (no_security_contact, second_without_first, sirtfi_absent)
