"""Which product sent a message, or receives it, as far as its own names tell.

Issuers and addresses only explain: nothing is trusted, and nothing refused, because of them.
"""

from __future__ import annotations

import re
from typing import Final

from samlcheck.model import Assertion, AuthnRequest, Message, Response
from samlcheck.rules.case import Case

#: Issuers by product: what all of them look like, whoever the customer is.
ENTRA: Final = re.compile(
    r"https://sts\.(?:windows\.net|chinacloudapi\.cn|microsoftonline\.(?:de|us))/[^/]+/?"
)
ADFS: Final = re.compile(r"https?://[^/]+/adfs/services/trust", re.IGNORECASE)
GOOGLE: Final = re.compile(r"https://accounts\.google\.com/o/saml2\?idpid=.+")
OKTA: Final = re.compile(r"https?://www\.okta(?:preview|-emea)?\.com/ex[0-9a-zA-Z]+")
ONELOGIN: Final = re.compile(r"https://app\.onelogin\.com/saml/metadata/.+")
RIPPLING: Final = re.compile(r"https?://(?:[\w-]+\.)*rippling\.com(?:/.*)?")
KEYCLOAK: Final = re.compile(r"https?://[^/]+(?:/auth)?/realms/[^/]+")
SHIBBOLETH: Final = re.compile(r"https?://[^/]+/idp/shibboleth")


def issuer_of(case: Case) -> str:
    """Return who says that he made the message, without surrounding white space."""
    return case.once(_issuer_of, case.message)


def _issuer_of(message: Message | None, case: Case) -> str:
    if isinstance(message, Response | Assertion) and message.issuer is not None:
        return message.issuer.value
    first = next((item.issuer for item in case.assertions if item.issuer is not None), None)
    return "" if first is None else first.value


def issued_by(case: Case, product: re.Pattern[str]) -> bool:
    """Tell whether a product issued the message, by its name."""
    return product.fullmatch(issuer_of(case)) is not None


def asked_of(request: AuthnRequest, case: Case, product: re.Pattern[str]) -> bool:
    """Tell whether a request goes to an identity provider of a product, by the metadata given."""
    return case.idp is not None and product.fullmatch(case.idp.entity_id or "") is not None


def delivered_to(case: Case) -> tuple[str, ...]:
    """Return the addresses that a login is meant for: Destination and Recipients."""
    return case.once(_delivered_to, case.message)


def _delivered_to(_: Message | None, case: Case) -> tuple[str, ...]:
    found = [] if case.response is None else [case.response.destination]
    for assertion in case.assertions:
        for subject in assertion.subjects:
            found.extend(item.data.recipient for item in subject.confirmations if item.data)
    return tuple(dict.fromkeys(address for address in found if address))
