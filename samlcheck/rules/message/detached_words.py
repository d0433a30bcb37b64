"""What the rules on detached signatures say in common, and the samples of their examples."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from samlcheck.records import frozen
from samlcheck.rules.rule import CAPTURE

if TYPE_CHECKING:
    from samlcheck.crypto import DetachedCheck

#: Why a detached signature could not be verified.
LOST: Final = "the query string as it was sent, which the signature covers, is not in the capture"

#: How the escapes that were signed differ from those captured, to follow on "query string".
CHANGES: Final = MappingProxyType(
    {
        "lower-case": "with lower-case escapes such as %2f, not as it was captured",
        "upper-case": "with upper-case escapes such as %2F, not as it was captured",
        "plus": "with '+' for each space, where the capture has '%20'",
        "percent-20": "with '%20' for each space, where the capture has '+'",
        "other-escapes": "with other characters escaped than in the capture",
        "not-encoded": "before it was encoded, with no escapes at all",
        "empty-relay-state": "with or without an empty RelayState, unlike the capture",
    }
)

_MORE: Final = "http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23"
#: Signature algorithms as they stand in a query string.
ALGORITHMS: Final = MappingProxyType(
    {
        "rsa-sha256": f"{_MORE}rsa-sha256",
        "hmac-sha256": f"{_MORE}hmac-sha256",
        "ecdsa-sha256": f"{_MORE}ecdsa-sha256",
    }
)


#: A request whose query string the test key of the SP has signed with RelayState in first place.
MISORDERED: Final = (
    "SAMLRequest=fZLLbsIwEEX3fEXkfZ68LQJKQaiRaBtB2kU3lXEGsJTYqceh9O8bkqJWfeDleM71veOZzE5Fbh1Bo1"
    "AyJL7jEQskV5mQ%2B5A8pkt7RGbTzgRZkZc0qsxBruG1AjQdqz41LJE2lyGptKSKoUAqWQFIDaeb6G5FA8ejpVZGcZ"
    "WTH9h1iiGCNrWzFosXIXkZQX%2Fn84CNve2wl3UHDAJ%2F1xtuvS4fZyO%2FT6ynS5rgnCZGrCCWaJg0dckLBrbv20"
    "E39ca0P6ae99yKL%2BpMQjLTkAdjSqSuK7LSgRMryhwcpffu2bKLqFwNmdDATctGF59zJbEqQG9AHwWHx%2FXqSwv%"
    "2FkGIcW4Xkcz43QrajvzaWbduE9DZNEzt52KRkWqs0n0SbvHp65dWJ%2B73xApb0vn4oXiQqF%2FzdWipdMPO%2FD9"
    "%2Fxm4rI7F3TSqFgIo%2ByTAMisaI8V29zDcxASIyugLj1Grm%2F92ja%2BQA%3D&RelayState=page&SigAlg=ht"
    "tp%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256&Signature=FhMZbdCR15Hqj5JA%2"
    "FgK5dxU8rT%2BO1SCk7VanM3BXYFJQtx%2Fz262Ti46kAjso66TG4E6oqNP73paMdlhWqjp4XJ5S%2F3EP4QxJiY3X"
    "Fvk3jyVEUxbfYZkile8eIh7uPoACAa0T4Av7u1jgZzsLD0EeneaMl2xfJP5XWgJptBmo%2FK6RrHW2AWxskdxT%2FI"
    "xSMFaXzg2xxYxnT5hn7Evm%2BEJUeRc3%2BeYXs%2BgZr%2Fan7xo%2FT3dnsiBTyM2%2FpdA7eNLQY4zRKCAbhdlu"
    "aSuYBViXHi6uRC6A1OzKeg5UbNumcYY54jrSZOd9uc1775VwzYx1W9fnYaaLDgxTFBG1eulr2Dmj%2FA%3D%3D"
)


_BINDINGS: Final = "urn:oasis:names:tc:SAML:2.0:bindings:"
_SERVICE: Final = f'SingleLogoutService Binding="{_BINDINGS}HTTP-'
#: Gives the IdP of an example a logout service for HTTP-POST-SimpleSign.
SIMPLE_LOGOUT: Final = (f'{_SERVICE}Redirect"', f'{_SERVICE}POST-SimpleSign"')


@frozen(kw_only=True)
class Words:
    """A failed signature in words; without an owner its sender has to act."""

    message: str
    actual: str | None = None
    owner: str | None = None


def told(check: DetachedCheck) -> bool:
    """Tell whether a key that counts made the signature over something slightly different."""
    return check.signed_by is not None and check.signed_by.trusted


def why_invalid(check: DetachedCheck, thing: str) -> Words:
    """Say why a detached signature over a thing does not verify."""
    if check.status == "unsupported":
        return Words(
            message=f"SigAlg names {check.algorithm!r}, which is no algorithm that is known",
            actual=check.algorithm,
        )
    if check.status == "malformed":
        return Words(message="The value of Signature is not Base64", owner=CAPTURE)
    key = check.signed_by or check.fits
    if key is None:
        return Words(
            message=f"The signature of the {thing} was made by no key at hand, or over something "
            "else"
        )
    if check.status == "wrong-key":
        return Words(message=f"The {thing} was signed with {key.words}", actual=key.words)
    if key.trusted:
        return Words(
            message=f"The {thing} was changed after it was signed with {key.words}",
            actual="a signature over something else",
            owner=CAPTURE,
        )
    return Words(
        message=f"The signature was made with {key.words}, over something else than the {thing}",
        actual=key.words,
    )
