"""What rules on contacts share: all contacts of an entity, mailboxes, the mark of REFEDS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import ContactPerson, EntityDescriptor
from samlcheck.rules.citations import Citation
from samlcheck.xml.names import REMD, clark

MAILTO: Final = "mailto:"
#: The attribute, and its value, that make a contact of the type other a security contact.
SECURITY_ATTRIBUTE: Final = clark(REMD, "contactType")
SECURITY: Final = "http://refeds.org/metadata/contactType/security"
SECURITY_CONTACT: Final = Citation("REFEDS security contact", None, SECURITY)


def contacts_of(entity: EntityDescriptor) -> Iterator[ContactPerson]:
    """Yield the contacts of an entity and of its roles."""
    yield from entity.contacts
    for role in entity.roles:
        yield from role.contacts


def is_security(contact: ContactPerson) -> bool:
    """Tell whether a contact has the mark of REFEDS for security."""
    return contact.element.get(SECURITY_ATTRIBUTE) == SECURITY


def mailbox(text: str) -> str:
    """Return an e-mail address without mailto: and without header fields."""
    value = text.strip()
    if value.lower().startswith(MAILTO):
        value = value[len(MAILTO) :]
    return value.partition("?")[0]


def mailboxes(contact: ContactPerson) -> list[str]:
    """Return the e-mail addresses of a contact as they compare."""
    return [mailbox(address.text).lower() for address in contact.email_addresses if address.value]
