"""What an error page in a recording means, by the catalogue of symptoms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from samlcheck.rules.message.status_words import told
from samlcheck.rules.rule import masked
from samlcheck.rules.wording import received_words
from samlcheck.xml.uri import split_uri

if TYPE_CHECKING:
    from samlcheck.intake import Page
    from samlcheck.symptoms import Found

#: A page that came without an HTTP error shows an error only where its words are this telling.
_SURE: Final = 75


def unsecret(text: str) -> str:
    """Return a text of a recording of which nothing that may be personal or secret is left.

    Unlike values of the message itself it is not shown on request either: a page or an address may
    hold a token or a password.
    """
    return masked(told(text, ()))


def shown_address(address: str) -> str:
    """Return an address of a recording without what stands in its query, fragment, user name."""
    return masked(received_words(address))


def symptoms_on(page: Page) -> tuple[Found, ...]:
    """Return the symptoms that a page shows, the surest first."""
    from samlcheck.symptoms import find

    parts = split_uri(page.address)
    hosts = () if parts.host is None else (parts.host,)
    text = " ".join(filter(None, (*page.codes, page.title, page.text)))
    found = find(text, hosts=hosts)
    if not found and hosts and parts.query:
        query = parts.query.replace("=", " ").replace("&", " ; ").replace("+", " ")
        found = find(query, hosts=hosts)
    least = 1 if (page.status or 0) >= 400 else _SURE
    return tuple(item for item in found if item.score >= least)
