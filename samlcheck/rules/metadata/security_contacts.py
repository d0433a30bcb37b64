"""Rules on the security contact that REFEDS defines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import ContactPerson, EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.metadata.contact_facts import (
    SECURITY,
    SECURITY_CONTACT,
    contacts_of,
    is_security,
    mailboxes,
)
from samlcheck.rules.metadata.sample_attributes import security_contact
from samlcheck.rules.near_miss import difference
from samlcheck.rules.rule import INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import all_of
from samlcheck.xml.names import REMD, split_clark

_NAME: Final = "    <md:GivenName>Security Team</md:GivenName>\n"
_MAIL: Final = "    <md:EmailAddress>mailto:security@sp.example.org</md:EmailAddress>\n"
_INCOMMON: Final = "http://id.incommon.org/metadata"
#: The edit that adds a security contact that is in order.
COMPLETE: Final = security_contact(_NAME + _MAIL)
_GOOD: Final = (example("sp"), example("sp", COMPLETE))


def _altered(old: str, new: str) -> tuple[str, str]:
    """Return the edit that adds a security contact with something written otherwise."""
    start, text = COMPLETE
    return start, text.replace(old, new)


@rule(
    "contact-security-attr",
    on=ContactPerson,
    severity=WARNING,
    cites=[SECURITY_CONTACT],
    bad=[
        example("sp", _altered(f'"{SECURITY}"', f'"{SECURITY.replace("http:", "https:")}"')),
        example("sp", _altered('contactType="other"', 'contactType="administrative"')),
        example("sp", _altered(f'remd="{REMD}"', f'remd="{REMD}/"')),
        example("sp", _altered(f'remd="{REMD}"', f'remd="{_INCOMMON}"')),
    ],
    good=_GOOD,
)
def security_attribute(contact: ContactPerson, case: Case) -> Iterator[Hit]:
    """A security contact is marked in a way that nobody recognises.

    A security contact has contactType="other" and the attribute contactType of the namespace
    http://refeds.org/metadata with the value http://refeds.org/metadata/contactType/security. The
    older mark of InCommon has been replaced by it.

    Why: software looks for exactly this mark, so that the entity seems to have no security contact.
    Fix: Write contactType="other" and
    remd:contactType="http://refeds.org/metadata/contactType/security".
    """
    attributes = contact.element.attrib
    if len(attributes) < 2:
        return
    if is_security(contact):
        if contact.contact_type not in (None, "other"):
            yield hit(
                contact,
                f"The security contact has the contactType {contact.contact_type!r}",
                attribute="contactType",
                expected="other",
                actual=contact.contact_type,
            )
        return
    for name, value in attributes.items():
        namespace, local = split_clark(str(name))
        if local == "contactType" and namespace:
            yield from _mark_problem(contact, str(name), namespace, str(value))


def _mark_problem(contact: ContactPerson, name: str, namespace: str, value: str) -> Iterator[Hit]:
    """Yield a hit for an attribute that most likely is meant to mark a security contact."""
    if namespace == REMD:
        words = difference(value, SECURITY)
        if words is not None or "security" in value.lower():
            yield hit(
                contact,
                f"The remd:contactType {value!r} is not the one for security contacts"
                + (f"; the two differ in {words}" if words else ""),
                attribute=name,
                expected=SECURITY,
                actual=value,
            )
    elif "security" in value.lower():
        words = difference(namespace, REMD)
        yield hit(
            contact,
            "The mark for security contacts is in the namespace "
            f"{namespace!r}" + (f", which differs in {words}" if words else ""),
            attribute=name,
            expected=f"the namespace {REMD}",
            actual=namespace,
        )


@rule(
    "contact-security-incomplete",
    on=ContactPerson,
    severity=WARNING,
    cites=[SECURITY_CONTACT],
    unless=["ea-sirtfi-contact"],
    bad=[
        example("sp", security_contact(_NAME)),
        example("sp", security_contact(_MAIL)),
    ],
    good=_GOOD,
)
def security_incomplete(contact: ContactPerson, case: Case) -> Iterator[Hit]:
    """A security contact lacks its name or address.

    A security contact has md:GivenName and md:EmailAddress; Sirtfi requires both.

    Why: in an emergency nobody knows whom to write, and federations withdraw the entity's Sirtfi
    certification.
    Fix: Add md:GivenName with the name of the team, and md:EmailAddress with its address.
    """
    if not is_security(contact):
        return
    missing = [] if contact.given_name and contact.given_name.value else ["GivenName"]
    if not any(address.value for address in contact.email_addresses):
        missing.append("EmailAddress")
    if missing:
        yield hit(
            contact,
            f"The security contact has no {all_of(missing)}",
            expected="GivenName and EmailAddress",
        )


@rule(
    "contact-security-same-as-support",
    on=EntityDescriptor,
    severity=INFO,
    cites=[SECURITY_CONTACT],
    bad=[example("sp", _altered("mailto:security@sp.example.org", "mailto:help@sp.example.org"))],
    good=_GOOD,
)
def security_is_support(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """Security reports go to the help desk.

    The security contact has the same e-mail address as the support contact.

    Why: reports on security are confidential and urgent; a help desk's mailbox is read by many, and
    often files all mail where others can see it.
    Fix: Give the security contact an address that only the security team reads.
    """
    contacts = list(contacts_of(entity))
    desks = {
        text: contact
        for contact in contacts
        if contact.contact_type == "support"
        for text in mailboxes(contact)
    }
    for contact in contacts if desks else ():
        shared = next((text for text in mailboxes(contact) if text in desks), None)
        if is_security(contact) and shared is not None:
            yield hit(
                contact.email_addresses[0],
                f"The security contact has the address of the support contact, {shared!r}",
                expected="an address of its own",
                actual=shared,
                related=[Place(desks[shared], None, "the support contact")],
            )


RULES = (security_attribute, security_incomplete, security_is_support)
