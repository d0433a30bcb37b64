"""Rules on who runs an entity and how to reach them: organizations and contacts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from samlcheck.model import ContactPerson, EntityDescriptor, Organization
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata, rfc, saml2int
from samlcheck.rules.metadata import organization_texts
from samlcheck.rules.metadata.contact_facts import contacts_of
from samlcheck.rules.near_miss import nearest
from samlcheck.rules.rule import ERROR, INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml import uri_problem

_TYPES = ("technical", "support", "administrative", "billing", "other")
_MAILTO = "mailto:"
#: One mailbox: local part, @, a domain with a dot. Good enough to find what was mistyped.
_ADDRESS = re.compile(
    r"""[^\s@<>"(),:;\\\[\]]{1,64}@[^\s@<>"(),:;\\\[\]?/.]+(?:\.[^\s@<>"(),:;\\\[\]?/.]+)+"""
)
_GOOD = (example("sp"), example("idp"))
_EMAIL = "mailto:systems@sp.example.org"
_ORGANIZATION = """  <md:Organization>
    <md:OrganizationName xml:lang="en">Example Library</md:OrganizationName>
    <md:OrganizationDisplayName xml:lang="en">Example Library</md:OrganizationDisplayName>
    <md:OrganizationURL xml:lang="en">https://sp.example.org/</md:OrganizationURL>
  </md:Organization>
"""


@rule(
    "org-missing",
    on=EntityDescriptor,
    severity=INFO,
    cites=[metadata("2.3.2")],
    bad=[example("sp", (_ORGANIZATION, ""))],
    good=_GOOD,
)
def organization_missing(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity does not say which organization runs it.

    There is no md:Organization in the entity or in one of its roles.

    Why: it is optional, but federations ask for it, and people see it when they choose or consent.
    Fix: Add md:Organization with name, display name and URL if partners shall show them.
    """
    found = [entity.organization, *(role.organization for role in entity.roles)]
    if entity.roles and not any(found):
        yield hit(entity, "The entity has no Organization", expected="an md:Organization")


@rule(
    "org-url-invalid",
    on=Organization,
    severity=WARNING,
    cites=[metadata("2.3.2.1")],
    bad=[example("sp", (">https://sp.example.org/</md:Org", ">www.sp.example.org</md:Org"))],
    good=_GOOD,
)
def organization_url_invalid(organization: Organization, case: Case) -> Iterator[Hit]:
    """The address of the organization is not a web address.

    md:OrganizationURL is not a complete http or https URL.

    Why: it is shown as a link, which then leads nowhere.
    Fix: Write the whole address, starting with https://.
    """
    for url in organization.urls:
        problem = uri_problem(url.value) if url.value else None
        web = url.value.lower().startswith(("http://", "https://"))
        if url.value and (problem is not None or not web):
            yield hit(
                url,
                f"The OrganizationURL {url.text!r} {problem or 'is not a web address'}",
                expected="an https URL",
                actual=url.text,
            )


@rule(
    "contact-no-technical",
    on=EntityDescriptor,
    severity=INFO,
    cites=[saml2int("SDP-MD11")],
    bad=[
        example("sp", ('contactType="technical"', 'contactType="administrative"')),
        example("sp", (f"\n    <md:EmailAddress>{_EMAIL}</md:EmailAddress>", "")),
    ],
    good=_GOOD,
)
def no_technical_contact(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity names no technical contact with an e-mail address.

    No md:ContactPerson with contactType="technical" has an md:EmailAddress.

    Why: it is optional, but when a login fails or a key leaks, partners do not know whom to write.
    Fix: Add a technical contact with the address of a team, not of one person.
    """
    if entity.roles and not any(
        contact.contact_type == "technical" and contact.email_addresses
        for contact in contacts_of(entity)
    ):
        yield hit(
            entity,
            "The entity has no technical contact with an e-mail address",
            expected='a ContactPerson with contactType="technical" and an EmailAddress',
        )


@rule(
    "contact-type-invalid",
    on=ContactPerson,
    severity=ERROR,
    cites=[metadata("2.3.2.2")],
    bad=[
        example("sp", ('contactType="support"', 'contactType="Support"')),
        example("sp", ('contactType="support"', 'contactType="security"')),
        example("sp", (' contactType="support"', "")),
    ],
    good=_GOOD,
)
def contact_type_invalid(contact: ContactPerson, case: Case) -> Iterator[Hit]:
    """The kind of a contact is not one that the schema knows.

    contactType is absent or none of technical, support, administrative, billing and other.

    Why: the document does not follow the schema, and receivers that check it refuse it.
    Fix: Use one of the five words in lower case; a security contact has the type other and the
    REFEDS attribute for security contacts.
    """
    kind = contact.contact_type
    if kind in _TYPES:
        return
    near = None if kind is None else nearest(kind, _TYPES)
    yield hit(
        contact,
        "The contact has no contactType"
        if kind is None
        else f"The contactType {kind!r} is not known"
        + (f"; it differs from {near[0]!r} in {near[1]}" if near else ""),
        attribute="contactType",
        expected=", ".join(_TYPES),
        actual=kind,
    )


@rule(
    "contact-email-no-mailto",
    on=EntityDescriptor,
    severity=WARNING,
    cites=[metadata("2.3.2.2"), rfc(6068)],
    bad=[
        example("sp", (_EMAIL, "systems@sp.example.org")),
        example("sp", ("<md:EmailAddress>mailto:", "<md:EmailAddress>")),
    ],
    good=_GOOD,
)
def email_without_mailto(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """An e-mail address lacks the prefix mailto:.

    md:EmailAddress holds a bare address; its type is a URI.

    Why: federations refuse it or repair it, and software that shows it as a link gets a dead one.
    Fix: Write mailto: before each address.
    """
    bare = [
        address
        for contact in contacts_of(entity)
        for address in contact.email_addresses
        if _ADDRESS.fullmatch(address.value)
    ]
    if bare:
        yield hit(
            bare[0],
            f"The EmailAddress {bare[0].text!r} lacks mailto:",
            expected=_MAILTO + bare[0].value,
            actual=bare[0].text,
            related=[Place(address, None, "here too") for address in bare[1:]],
        )


@rule(
    "contact-email-invalid",
    on=ContactPerson,
    severity=WARNING,
    cites=[metadata("2.3.2.2"), rfc(6068)],
    bad=[
        example("sp", (_EMAIL, "mailto:mailto:systems@sp.example.org")),
        example("sp", (_EMAIL, "mailto:Library Systems &lt;systems@sp.example.org>")),
        example("sp", (_EMAIL, "mailto:systems@sp.example.org, help@sp.example.org")),
        example("sp", (_EMAIL, "Library Systems")),
    ],
    good=_GOOD,
)
def email_invalid(contact: ContactPerson, case: Case) -> Iterator[Hit]:
    """An e-mail address cannot be right.

    What stands behind mailto: is not one address of the form name@example.org.

    Why: mail to it does not arrive, and some software refuses the document because of it.
    Fix: Write one address in each md:EmailAddress, as mailto:name@example.org, without a name.
    """
    for address in contact.email_addresses:
        value = address.value
        if not value:
            continue
        prefixed = value.lower().startswith(_MAILTO)
        mailbox = value[len(_MAILTO) :].partition("?")[0] if prefixed else value
        if not _ADDRESS.fullmatch(mailbox):
            yield hit(
                address,
                f"The EmailAddress {address.text!r} is not an e-mail address",
                expected=_meant(value),
                actual=address.text,
            )


def _meant(value: str) -> str:
    """Return the address that a value most likely stands for, else the form of one."""
    bare = re.sub(f"(?:{_MAILTO})+", "", "".join(value.split()), count=1, flags=re.IGNORECASE)
    return _MAILTO + (bare if _ADDRESS.fullmatch(bare) else "name@example.org")


RULES = (
    organization_missing,
    organization_url_invalid,
    no_technical_contact,
    contact_type_invalid,
    email_without_mailto,
    email_invalid,
    *organization_texts.RULES,
)
