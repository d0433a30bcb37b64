"""Rules of CIE id, the login with the Italian electronic identity card, on service providers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import ContactPerson, EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.national.common import (
    CIE_NAMESPACE,
    cie_manual,
    contacts_of,
    extensions,
    value_of,
)
from samlcheck.rules.national.samples import CIE_PUBLIC, contact, only_contacts
from samlcheck.rules.rule import OFF, Hit, Place, example, hit, rule

_ENABLED: Final = ["cie-contact-block"]
_COMPANY: Final = "Example Library"
_ALSO: Final = ("contact-no-technical",)
_MD: Final = '    xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"\n'


@rule(
    "cie-contact-block",
    on=EntityDescriptor,
    severity=OFF,
    cites=[cie_manual()],
    bad=[
        example("sp", enable=_ENABLED),
        example(
            "sp",
            *only_contacts(
                contact(
                    "administrative",
                    CIE_PUBLIC.replace("<cie:IPACode>c_h501</cie:IPACode>", ""),
                    company=_COMPANY,
                )
            ),
            enable=_ENABLED,
            also=_ALSO,
        ),
        example(
            "sp",
            *only_contacts(contact("administrative", CIE_PUBLIC, company="Another Library")),
            enable=_ENABLED,
            also=_ALSO,
        ),
    ],
    good=[
        example(
            "sp",
            *only_contacts(contact("administrative", CIE_PUBLIC, company=_COMPANY)),
            enable=_ENABLED,
            also=_ALSO,
        )
    ],
)
def contact_block(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The contacts by which CIE id knows the service provider are not complete.

    There is one md:ContactPerson of the type administrative, and perhaps one of the type
    technical for a partner. The extensions of each say cie:Public, with cie:IPACode, or
    cie:Private, with cie:FiscalCode and cie:NACE2Code; and cie:Municipality for bodies in Italy.
    Each has md:Company, at the administrative contact the name of the organization, and an e-mail
    address.

    Why: the Ministry compares these data with the application and refuses metadata that differ.
    Fix: Complete the contact as the technical manual says.
    """
    if not entity.sp_roles:
        return
    for kind, least in (("administrative", 1), ("technical", 0)):
        found = list(contacts_of(entity, kind))
        if not least <= len(found) <= 1:
            yield hit(
                found[1] if found else entity,
                f"{len(found) or 'No'} contact{'s have' if len(found) > 1 else ' has'} "
                f"the type {kind!r}",
                expected=f"one md:ContactPerson with contactType={kind!r}",
            )
        for person in found[:1]:
            yield from _body(person, extensions(person.element, CIE_NAMESPACE))
            yield from _company(person, entity)


def _body(person: ContactPerson, found: dict[str, list[Element]]) -> Iterator[Hit]:
    """Yield what the extensions of a contact lack."""
    public, private = bool(found.get("Public")), bool(found.get("Private"))
    if public == private:
        yield hit(
            person,
            f"The contact says {'both' if public else 'neither'} cie:Public "
            f"{'and' if public else 'nor'} cie:Private",
            expected="cie:Public or cie:Private",
        )
        return
    foreign = value_of(found.get("Country")) not in ("", "IT")
    needed = ["IPACode"] if public else ["FiscalCode"]
    if not foreign:
        needed += ["Municipality"] if public else ["NACE2Code", "Municipality"]
    for name in needed:
        if not value_of(found.get(name)):
            yield hit(
                person,
                f"The contact of a {'public' if public else 'private'} body has no cie:{name}",
                expected=f"cie:{name}",
            )


def _company(person: ContactPerson, entity: EntityDescriptor) -> Iterator[Hit]:
    company = "" if person.company is None else person.company.value
    if not company:
        yield hit(person, "The contact has no md:Company", expected="the name of the body")
    elif person.contact_type == "administrative" and entity.organization is not None:
        names = entity.organization.names
        if names and all(item.value != company for item in names):
            yield hit(
                person.company,
                f"The md:Company {company!r} is not the name of the organization",
                expected=names[0].value,
                actual=company,
                related=[Place(names[0], None, "the name of the organization")],
            )
    if len(person.email_addresses) != 1:
        yield hit(
            person,
            f"The contact has {len(person.email_addresses) or 'no'} e-mail "
            f"address{'es' if len(person.email_addresses) > 1 else ''}",
            expected="one md:EmailAddress",
        )


@rule(
    "cie-namespace",
    on=EntityDescriptor,
    severity=OFF,
    cites=[cie_manual()],
    bad=[example("sp", enable=["cie-namespace"])],
    good=[
        example("sp", (_MD, f'{_MD}    xmlns:cie="{CIE_NAMESPACE}"\n'), enable=["cie-namespace"])
    ],
)
def namespace_missing(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The root element does not declare the namespace of CIE id.

    The extensions of the contacts are in a namespace of the Ministry, and md:EntityDescriptor
    declares it.

    Why: the manual recommends to declare the namespaces once, at the root; the portal expects its
    own there.
    Fix: Declare the namespace at md:EntityDescriptor with the prefix cie.
    """
    if entity.sp_roles and CIE_NAMESPACE not in entity.element.nsmap.values():
        yield hit(
            entity,
            "The md:EntityDescriptor does not declare the namespace of CIE id",
            expected=f'xmlns:cie="{CIE_NAMESPACE}"',
        )


RULES = (contact_block, namespace_missing)
