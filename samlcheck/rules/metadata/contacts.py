"""Rules on which contacts there are; most run only where a profile asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import ContactPerson, EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata, paper
from samlcheck.rules.metadata import contact_details, security_contacts
from samlcheck.rules.metadata.contact_facts import SECURITY_CONTACT, contacts_of, is_security
from samlcheck.rules.metadata.sources import EDUGAIN_VALIDATION
from samlcheck.rules.rule import INFO, OFF, Hit, Place, example, hit, rule
from samlcheck.rules.wording import any_of

_TECHNICAL: Final = 'contactType="technical"'
_SUPPORT: Final = 'contactType="support"'

_GOOD: Final = (example("sp"), example("idp"))
_AGID_29: Final = paper(
    "AgID: SPID, avviso 29 v3", "https://www.agid.gov.it/it/piattaforme/spid/avvisi-spid"
)
_BILLING: Final = (
    "  <md:ContactPerson contactType={kind}>\n"
    "{company}"
    "    <md:EmailAddress>mailto:office@sp.example.org</md:EmailAddress>\n"
    "  </md:ContactPerson>\n"
)
_END: Final = "</md:EntityDescriptor>"


def _extra(kind: str, company: str = "") -> tuple[str, str]:
    """Return the edit that adds a contact behind the others."""
    if company:
        company = f"    <md:Company>{company}</md:Company>\n"
    return _END, _BILLING.format(kind=f'"{kind}"', company=company) + _END


def _lacking(entity: EntityDescriptor, *kinds: str) -> Iterator[Hit]:
    """Yield a hit when an entity has no contact of any of these kinds."""
    if entity.roles and not any(contact.contact_type in kinds for contact in contacts_of(entity)):
        yield hit(
            entity,
            f"The entity has no contact of the type {any_of(kinds)}",
            expected=f'a ContactPerson with contactType="{kinds[0]}"',
        )


@rule(
    "contact-no-technical-or-support",
    on=EntityDescriptor,
    severity=OFF,
    cites=[EDUGAIN_VALIDATION],
    bad=[
        example(
            "sp",
            (_TECHNICAL, 'contactType="administrative"'),
            (_SUPPORT, 'contactType="billing"'),
            enable=["contact-no-technical-or-support"],
            also=["contact-no-technical"],
        )
    ],
    good=[
        *_GOOD,
        example(
            "sp",
            (_SUPPORT, 'contactType="billing"'),
            enable=["contact-no-technical-or-support"],
        ),
    ],
)
def no_technical_or_support(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity names neither a technical nor a support contact.

    There is no md:ContactPerson with contactType="technical" or contactType="support".

    Why: eduGAIN does not take the entity: when something fails, nobody knows whom to write.
    Fix: Add a technical or support contact with the address of a team.
    """
    yield from _lacking(entity, "technical", "support")


@rule(
    "contact-no-support",
    on=EntityDescriptor,
    severity=OFF,
    cites=[metadata("2.3.2.2")],
    bad=[example("sp", (_SUPPORT, 'contactType="billing"'), enable=["contact-no-support"])],
    good=[*_GOOD, example("sp", enable=["contact-no-support"])],
)
def no_support(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity names no support contact.

    There is no md:ContactPerson with contactType="support".

    Why: it is optional, but a partner's help desk sends users on to it when a login fails.
    Fix: Add a support contact with the address of the help desk.
    """
    yield from _lacking(entity, "support")


@rule(
    "contact-no-administrative",
    on=EntityDescriptor,
    severity=OFF,
    cites=[metadata("2.3.2.2")],
    bad=[example("sp", enable=["contact-no-administrative"])],
    good=[
        *_GOOD,
        example("sp", _extra("administrative"), enable=["contact-no-administrative"]),
    ],
)
def no_administrative(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity names no administrative contact.

    There is no md:ContactPerson with contactType="administrative".

    Why: the federation asks this contact about the registration, and when others cannot be reached.
    Fix: Add an administrative contact with the address of those who answer for the entity.
    """
    yield from _lacking(entity, "administrative")


@rule(
    "contact-no-security",
    on=EntityDescriptor,
    severity=OFF,
    cites=[SECURITY_CONTACT],
    bad=[example("sp", enable=["contact-no-security"])],
    good=[*_GOOD, example("sp", security_contacts.COMPLETE, enable=["contact-no-security"])],
)
def no_security(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity names no security contact.

    There is no md:ContactPerson with the mark of REFEDS for security contacts.

    Why: when an account was abused, partners need somebody who reads mail about it at once and
    keeps it to themselves.
    Fix: Add a ContactPerson with contactType="other" and
    remd:contactType="http://refeds.org/metadata/contactType/security".
    """
    if entity.roles and not any(is_security(contact) for contact in contacts_of(entity)):
        yield hit(
            entity,
            "The entity has no security contact",
            expected="a ContactPerson with the remd:contactType for security",
        )


@rule(
    "contact-multiple-same-type",
    on=EntityDescriptor,
    severity=OFF,
    cites=[metadata("2.3.2.2")],
    bad=[example("sp", _extra("technical"), enable=["contact-multiple-same-type"])],
    good=[
        *_GOOD,
        example(
            "sp",
            security_contacts.COMPLETE,
            _extra("other"),
            enable=["contact-multiple-same-type"],
        ),
    ],
)
def several_of_one_type(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity names several contacts of one type.

    Two md:ContactPerson elements of the entity have the same contactType. That is allowed;
    security contacts are counted apart.

    Why: software of some federations shows or keeps one contact of each type only.
    Fix: Keep one contact of each type, with the address of a team.
    """
    first: dict[tuple[str | None, bool], ContactPerson] = {}
    for contact in entity.contacts:
        before = first.setdefault((contact.contact_type, is_security(contact)), contact)
        if before is not contact:
            yield hit(
                contact,
                f"The entity has several contacts of the type {contact.contact_type!r}",
                attribute="contactType",
                expected="one contact of each type",
                actual=contact.contact_type,
                related=[Place(before, "contactType", "the first one")],
            )


@rule(
    "contact-no-email",
    on=ContactPerson,
    severity=INFO,
    cites=[metadata("2.3.2.2")],
    unless=["contact-security-incomplete", "ea-sirtfi-contact", "contact-no-technical"],
    bad=[
        example(
            "sp",
            ("    <md:EmailAddress>mailto:help@sp.example.org</md:EmailAddress>\n", ""),
        )
    ],
    good=_GOOD,
)
def no_email(contact: ContactPerson, case: Case) -> Iterator[Hit]:
    """A contact has no e-mail address.

    An md:ContactPerson has no md:EmailAddress.

    Why: it is optional, but who wants to report something has only a name.
    Fix: Add md:EmailAddress with mailto: and the address of a team, or remove the contact.
    """
    if not contact.email_addresses:
        yield hit(
            contact,
            f"The contact of the type {contact.contact_type!r} has no e-mail address",
            expected="an md:EmailAddress",
        )


@rule(
    "contact-company",
    on=EntityDescriptor,
    severity=OFF,
    cites=[_AGID_29],
    bad=[
        example("sp", _extra("billing"), enable=["contact-company"]),
        example("sp", _extra("other", "Another Library"), enable=["contact-company"]),
    ],
    good=[
        *_GOOD,
        example("sp", _extra("other", "Example Library"), enable=["contact-company"]),
        example("sp", _extra("billing", "Example Holding"), enable=["contact-company"]),
    ],
)
def company(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """A contact does not name its company.

    In SPID each contact of the types other and billing has an md:Company, and that of a contact
    of the type other is the md:OrganizationName of the entity.

    Why: the registrar of the federation refuses the metadata.
    Fix: Add md:Company as the first element of the contact, written as in md:OrganizationName.
    """
    organizations = [entity.organization, *(role.organization for role in entity.roles)]
    names = {text.value: "" for item in organizations if item is not None for text in item.names}
    for contact in entity.contacts:
        if contact.contact_type not in ("other", "billing") or is_security(contact):
            continue
        name = contact.company.value if contact.company is not None else ""
        if not name:
            yield hit(
                contact,
                f"The contact of the type {contact.contact_type!r} has no md:Company",
                expected="an md:Company",
            )
        elif contact.contact_type == "other" and names and name not in names:
            yield hit(
                contact.company,
                f"The Company {name!r} is not the OrganizationName",
                expected=any_of(list(names)[:5]),
                actual=name,
            )


RULES = (
    no_technical_or_support,
    no_support,
    no_administrative,
    no_security,
    several_of_one_type,
    no_email,
    company,
    *contact_details.RULES,
    *security_contacts.RULES,
)
