"""Rules of SPID, the public digital identity system of Italy, on service providers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import ContactPerson, EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.national.common import (
    FPA_NAMESPACE,
    SPID_NAMESPACE,
    contacts_of,
    extensions,
    spid_notice,
    spid_rules,
    value_of,
)
from samlcheck.rules.national.samples import PRIVATE, PUBLIC, contact, with_contacts
from samlcheck.rules.rule import OFF, Hit, Place, example, hit, rule
from samlcheck.xml.names import clark

_ENTITY_TYPE: Final = clark(SPID_NAMESPACE, "entityType")
_VAT: Final = re.compile(r"[A-Z]{2}[0-9A-Za-z]{2,14}")
#: The elements that say what an aggregator is, and the part of the entityID that says the same.
_KINDS: Final = {
    "PublicServicesFullAggregator": "pub-ag-full",
    "PublicServicesLightAggregator": "pub-ag-lite",
    "PrivateServicesFullAggregator": "pri-ag-full",
    "PrivateServicesLightAggregator": "pri-ag-lite",
    "PublicServicesFullOperator": "pub-op-full",
    "PublicServicesLightOperator": "pub-op-lite",
}
_BUYER: Final = "<fpa:CessionarioCommittente/>"
_ENABLED: Final = ["spid-contact-other"]
_ORGANIZATION: Final = ("OrganizationName", "OrganizationDisplayName", "OrganizationURL")


@rule(
    "spid-contact-other",
    on=EntityDescriptor,
    severity=OFF,
    cites=[spid_rules(), spid_notice(29)],
    bad=[
        example("sp", enable=_ENABLED),
        example(
            "sp",
            with_contacts(contact("other", "<spid:Public/>")),
            enable=_ENABLED,
            note="A public body without IPA code",
        ),
        example(
            "sp",
            with_contacts(contact("other", PRIVATE)),
            enable=_ENABLED,
            note="A private body without the contact for invoices",
        ),
        example(
            "sp",
            with_contacts(contact("other", PUBLIC + "<spid:Private/>")),
            enable=_ENABLED,
        ),
    ],
    good=[
        example("sp", with_contacts(contact("other", PUBLIC)), enable=_ENABLED),
        example(
            "sp",
            with_contacts(contact("other", PRIVATE), contact("billing", _BUYER)),
            enable=_ENABLED,
        ),
    ],
)
def contact_other(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The contact by which SPID knows the service provider is not complete.

    A service provider has one md:ContactPerson with contactType="other", or two when an
    aggregator registers it. Its extensions say whether the body is spid:Public or spid:Private:
    a public one has its spid:IPACode, a private one its spid:VATNumber or spid:FiscalCode and a
    contact of the type billing with fpa:CessionarioCommittente. It has an e-mail address.

    Why: AgID registers nobody whose metadata does not say who it is and who pays.
    Fix: Complete the extensions of the contact as notice 29 of AgID says.
    """
    if not entity.sp_roles:
        return
    contacts = list(contacts_of(entity, "other"))
    if not contacts or (len(contacts) > 1 and not _aggregated(contacts)):
        yield hit(
            contacts[1] if contacts else entity,
            f"{len(contacts) or 'No'} contact{'s have' if len(contacts) > 1 else ' has'} "
            'the type "other"',
            expected='one md:ContactPerson with contactType="other"',
        )
    for person in contacts:
        yield from _identity(person, entity)


def _aggregated(contacts: list[ContactPerson]) -> bool:
    """Tell whether the contacts are those of an aggregator and of the body that it registers."""
    kinds = {person.element.get(_ENTITY_TYPE) for person in contacts}
    return len(contacts) == len(kinds) and None not in kinds


def _identity(person: ContactPerson, entity: EntityDescriptor) -> Iterator[Hit]:
    """Yield what one contact lacks."""
    found = extensions(person.element, SPID_NAMESPACE)
    public, private = bool(found.get("Public")), bool(found.get("Private"))
    if public == private:
        yield hit(
            person,
            f"The contact says {'both' if public else 'neither'} spid:Public "
            f"{'and' if public else 'nor'} spid:Private",
            expected="spid:Public or spid:Private",
        )
        return
    if public and not value_of(found.get("IPACode")):
        yield hit(person, "The contact of a public body has no spid:IPACode", expected="its code")
    if private:
        yield from _private(person, entity, found)
    if not person.email_addresses:
        yield hit(person, "The contact has no e-mail address", expected="one md:EmailAddress")


def _private(
    person: ContactPerson, entity: EntityDescriptor, found: dict[str, list[Element]]
) -> Iterator[Hit]:
    if found.get("IPACode"):
        yield hit(
            found["IPACode"][0],
            "The contact of a private body has a spid:IPACode",
            expected="no spid:IPACode",
        )
    vat = value_of(found.get("VATNumber"))
    if not vat and not value_of(found.get("FiscalCode")):
        yield hit(
            person,
            "The contact of a private body has neither spid:VATNumber nor spid:FiscalCode",
            expected="one of them",
        )
    if vat and _VAT.fullmatch(vat) is None:
        yield hit(
            found["VATNumber"][0],
            f"The spid:VATNumber {vat!r} does not begin with the code of a country",
            expected="the code of the country and the number, without blanks",
            actual=vat,
        )
    billing = list(contacts_of(entity, "billing"))
    buyers = [extensions(item.element, FPA_NAMESPACE) for item in billing]
    if not any(item.get("CessionarioCommittente") for item in buyers):
        yield hit(
            billing[0] if billing else entity,
            "A private body needs a contact of the type billing with fpa:CessionarioCommittente",
            expected="fpa:CessionarioCommittente",
            related=[Place(person, None, "the contact that says spid:Private")],
        )


@rule(
    "spid-aggregator",
    on=EntityDescriptor,
    severity=OFF,
    cites=[spid_notice(19)],
    bad=[
        example(
            "sp",
            with_contacts(
                contact(
                    "other",
                    "<spid:VATNumber>IT12345678901</spid:VATNumber>"
                    "<spid:PublicServicesFullAggregator/>",
                    attributes=' spid:entityType="spid:aggregator"',
                )
            ),
            enable=["spid-aggregator"],
        ),
        example(
            "sp",
            ('https://sp.example.org/saml"', 'https://sp.example.org/pub-ag-full/saml"'),
            enable=["spid-aggregator"],
        ),
    ],
    good=[
        example("sp", enable=["spid-aggregator"]),
        example(
            "sp",
            ('https://sp.example.org/saml"', 'https://sp.example.org/pub-ag-full/saml"'),
            with_contacts(
                contact(
                    "other",
                    "<spid:PublicServicesFullAggregator/>",
                    attributes=' spid:entityType="spid:aggregator"',
                ),
                contact("other", PUBLIC, attributes=' spid:entityType="spid:aggregated"'),
            ),
            enable=["spid-aggregator"],
        ),
    ],
)
def aggregator(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The metadata that an aggregator registers does not fit together.

    The contact of the aggregator, with spid:entityType="spid:aggregator", has an extension that
    tells its kind, the entityID has the part that stands for the kind, and a second contact, with
    "spid:aggregated", is that of the body behind it.

    Why: identity providers tell by it for whom the aggregator asks.
    Fix: Write the kind into both places, and add the contact of the aggregated body.
    """
    if not entity.sp_roles:
        return
    others = list(contacts_of(entity, "other"))
    kinds = [
        (name, element)
        for person in others
        for name, elements in extensions(person.element, SPID_NAMESPACE).items()
        if name in _KINDS
        for element in elements
    ]
    path = entity.entity_id or ""
    parts = [part for part in _KINDS.values() if f"/{part}" in path]
    if parts and not kinds:
        yield hit(
            entity,
            f"The entityID has the part {parts[0]!r} of an aggregator, but no contact says so",
            attribute="entityID",
            expected=f"spid:{next(name for name, part in _KINDS.items() if part == parts[0])}",
            actual=entity.entity_id,
        )
    for name, element in kinds:
        yield from _kind(entity, others, name, element)


def _kind(
    entity: EntityDescriptor, others: list[ContactPerson], name: str, element: Element
) -> Iterator[Hit]:
    if f"/{_KINDS[name]}" not in (entity.entity_id or ""):
        yield hit(
            entity,
            f"The contact says spid:{name}, but the entityID does not have {_KINDS[name]!r}",
            attribute="entityID",
            expected=f"an entityID with /{_KINDS[name]}/ in its path",
            actual=entity.entity_id,
            related=[Place(element, None, "what the contact says")],
        )
    types = [person.element.get(_ENTITY_TYPE) for person in others]
    for needed in ("spid:aggregator", "spid:aggregated"):
        if needed not in types:
            yield hit(
                others[0],
                f"No contact has the spid:entityType {needed!r}",
                expected=needed,
                actual=", ".join(item for item in types if item) or None,
            )


@rule(
    "spid-org-it",
    on=EntityDescriptor,
    severity=OFF,
    cites=[spid_rules()],
    bad=[example("sp", enable=["spid-org-it"])],
    good=[
        example(
            "sp",
            *(
                (f'<md:{name} xml:lang="en">', f'<md:{name} xml:lang="it">')
                for name in _ORGANIZATION
            ),
            enable=["spid-org-it"],
        )
    ],
)
def organization_in_italian(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The organization is not described in Italian.

    Each of md:OrganizationName, md:OrganizationDisplayName and md:OrganizationURL is there with
    xml:lang="it".

    Why: users read the name when they sign in and agree to send their data.
    Fix: Add the element in Italian, with xml:lang="it".
    """
    organization = entity.organization
    if organization is None or not entity.sp_roles:
        return  # another rule says so
    texts = (organization.names, organization.display_names, organization.urls)
    for name, found in zip(_ORGANIZATION, texts, strict=True):
        if not any((item.lang or "").lower().startswith("it") for item in found):
            yield hit(
                found[0] if found else organization,
                f"md:{name} is not there in Italian",
                expected=f'md:{name} with xml:lang="it"',
            )


RULES = (contact_other, aggregator, organization_in_italian)
