"""Rules on the addresses and telephone numbers of contacts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.model import ContactPerson, EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata, paper, rfc
from samlcheck.rules.metadata.contact_facts import contacts_of, mailbox
from samlcheck.rules.rule import INFO, OFF, WARNING, Hit, Place, example, hit, rule

_EMAIL: Final = "mailto:systems@sp.example.org"
_MAIL: Final = f"    <md:EmailAddress>{_EMAIL}</md:EmailAddress>\n"
_NAME: Final = "    <md:GivenName>Library Systems</md:GivenName>\n"
_GOOD: Final = (example("sp"), example("idp"))
_E123: Final = paper("ITU-T E.123", "https://www.itu.int/rec/T-REC-E.123")
#: Domains that nobody receives mail at (RFC 2606), and some that templates are written with.
_NOWHERE: Final = frozenset(
    (
        "example.com",
        "example.edu",
        "example.net",
        "example.org",
        "localhost",
        "localhost.localdomain",
        "domain.tld",
        "mydomain.com",
        "your-domain.com",
        "yourdomain.com",
    )
)
_NOWHERE_TOPS: Final = (".invalid", ".test", ".localhost", ".localdomain")
#: Mailboxes that nobody reads.
_UNREAD: Final = frozenset(("noreply", "donotreply", "nobody"))
_INTERNATIONAL: Final = r"\(?\+[0-9 ()./-]{7,26}(?: ?(?:x|#|ext\.?) ?[0-9]{1,6})?"
#: Shorter surnames are part of too many words.
_LEAST_SURNAME: Final = 4
#: What stands in SurName where a team was meant.
_TEAM_WORDS: Final = (
    "admin",
    "account",
    "campus",
    "contact",
    "desk",
    "federation",
    "group",
    "help",
    "identity",
    "idp",
    "info",
    "manage",
    "network",
    "office",
    "operation",
    "secur",
    "server",
    "service",
    "support",
    "system",
    "team",
    "tech",
    "unix",
    "web",
)


def _number(text: str) -> tuple[str, str]:
    return _MAIL, f"{_MAIL}    <md:TelephoneNumber>{text}</md:TelephoneNumber>\n"


@rule(
    "contact-email-placeholder",
    on=EntityDescriptor,
    severity=WARNING,
    cites=[metadata("2.3.2.2"), rfc(2606)],
    bad=[
        example("sp", (_EMAIL, "mailto:na@example.org")),
        example("sp", (_EMAIL, "mailto:no-reply@sp.example.org")),
        example("sp", (_EMAIL, "mailto:root@mail.localdomain")),
    ],
    good=_GOOD,
)
def email_placeholder(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """An e-mail address reaches nobody.

    It is in a domain that is reserved for examples, or that of a template or of the machine
    itself, or it is a mailbox such as noreply, which nobody reads.

    Why: reports of failed logins and of abused accounts are lost; often the default of the
    software was left as it was.
    Fix: Write the address of a team that reads its mail.
    """
    lost = [
        address
        for contact in contacts_of(entity)
        for address in contact.email_addresses
        if _reaches_nobody(address.text)
    ]
    if lost:
        yield hit(
            lost[0],
            f"The EmailAddress {lost[0].value!r} reaches nobody",
            expected="the address of a team that reads its mail",
            actual=lost[0].value,
            related=[Place(address, None, "here too") for address in lost[1:]],
        )


def _reaches_nobody(text: str) -> bool:
    local, at, domain = mailbox(text).lower().rpartition("@")
    bare = local.replace("-", "").replace("_", "").replace(".", "")
    return bool(at) and (domain in _NOWHERE or domain.endswith(_NOWHERE_TOPS) or bare in _UNREAD)


@rule(
    "contact-email-personal",
    on=ContactPerson,
    severity=OFF,
    cites=[metadata("2.3.2.2")],
    bad=[
        example(
            "sp",
            (_NAME, "    <md:GivenName>Maria</md:GivenName>\n    <md:SurName>Lind</md:SurName>\n"),
            (_EMAIL, "mailto:maria.lind@sp.example.org"),
            enable=["contact-email-personal"],
        )
    ],
    good=[
        *_GOOD,
        example(
            "sp",
            (_NAME, "    <md:GivenName>Maria</md:GivenName>\n    <md:SurName>Lind</md:SurName>\n"),
            enable=["contact-email-personal"],
        ),
    ],
)
def email_personal(contact: ContactPerson, case: Case) -> Iterator[Hit]:
    """A contact is one person.

    The e-mail address of the contact contains the surname that stands beside it.

    Why: metadata is public, is copied by many and lasts for years; people move on, and then nobody
    reads what is sent there.
    Fix: Give the address of a team, and its name in md:GivenName.
    """
    surname = _letters(contact.surname.value if contact.surname is not None else "")
    if len(surname) < _LEAST_SURNAME or any(word in surname for word in _TEAM_WORDS):
        return
    for address in contact.email_addresses:
        local, at, _ = mailbox(address.text).rpartition("@")
        if at and surname in _letters(local):
            yield hit(
                address,
                f"The EmailAddress {address.value!r} is that of one person",
                expected="the address of a team",
                actual=address.value,
            )


def _letters(text: str) -> str:
    """Return the letters of a name, without case and accents."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text[:200].casefold())
    return "".join(sign for sign in plain if sign.isalpha())


@rule(
    "contact-phone-format",
    on=ContactPerson,
    severity=INFO,
    cites=[metadata("2.3.2.2"), _E123],
    bad=[
        example("sp", _number("08-123 45 67")),
        example("sp", _number("call the help desk")),
    ],
    good=[
        *_GOOD,
        example("sp", _number("+46 8 123 45 67")),
        example("sp", _number("(+46) 8 123 45 67")),
    ],
)
def phone_format(contact: ContactPerson, case: Case) -> Iterator[Hit]:
    """A telephone number cannot be called from abroad.

    md:TelephoneNumber is not written in the international form, which starts with + and the code
    of the country.

    Why: metadata reaches partners in other countries.
    Fix: Write the number with + and the code of the country, such as +46 8 123 45 67.
    """
    for number in contact.telephone_numbers:
        value = number.value
        if value and re.fullmatch(_INTERNATIONAL, value, re.IGNORECASE) is None:
            yield hit(
                number,
                f"The TelephoneNumber {value[:80]!r} is not in the international form",
                expected="+, the code of the country, and the number",
                actual=value[:80],
            )


RULES = (email_placeholder, email_personal, phone_format)
