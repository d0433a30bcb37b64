"""Rules on errorURL, the page to which an SP sends users whose login lacks something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.model import IDPSSODescriptor, RoleDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata, saml2int
from samlcheck.rules.metadata.sources import ERROR_URL
from samlcheck.rules.rule import INFO, WARNING, Hit, example, hit, rule

_URL: Final = 'errorURL="https://idp.example.org/error"'
_PLACEHOLDERS: Final = (
    "ERRORURL_CODE",
    "ERRORURL_TS",
    "ERRORURL_RP",
    "ERRORURL_TID",
    "ERRORURL_CTX",
)
#: What was meant as a placeholder: something like it in capitals, or one of the five in any case.
#: The name of a parameter is none: it may well be errorurl_code.
_PLACEHOLDER: Final = (
    r"ERROR_?URL[_-]?[A-Z]{1,20}(?![A-Za-z0-9_=])"
    r"|(?i:ERRORURL_(?:CODE|TS|RP|TID|CTX))(?![A-Za-z0-9_=])"
)
_FULL: Final = "?c=ERRORURL_CODE&amp;t=ERRORURL_TS&amp;r=ERRORURL_RP"


def _meant(found: str) -> str | None:
    """Return the placeholder of which a misspelling has all letters."""
    letters = "".join(sign for sign in found.upper() if sign.isalpha())
    for placeholder in _PLACEHOLDERS:
        if letters == placeholder.replace("_", ""):
            return placeholder
    return None


@rule(
    "role-errorurl-missing",
    on=IDPSSODescriptor,
    severity=INFO,
    cites=[metadata("2.4.1"), saml2int("SDP-MD12")],
    bad=[example("idp", (f" {_URL}", ""))],
    good=[example("idp")],
)
def error_url_missing(role: IDPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The identity provider has no errorURL.

    The attribute errorURL of md:IDPSSODescriptor is absent.

    Why: a service that gets too little about a user, or a login that is too weak, has no page to
    send the user to where the identity provider explains what can be done.
    Fix: Add errorURL with an https URL of a page for such users, at best one with the
    placeholders of the REFEDS profile.
    """
    if role.error_url is None:
        yield hit(
            role,
            "The identity provider has no errorURL",
            attribute="errorURL",
            expected="an https URL",
        )


@rule(
    "role-errorurl-not-https",
    on=RoleDescriptor,
    severity=INFO,
    cites=[metadata("2.4.1"), saml2int("SDP-MD12")],
    unless=["xml-space-in-uri-attr"],
    bad=[
        example("idp", (_URL, _URL.replace("https:", "http:"))),
        example("idp", (_URL, 'errorURL="mailto:desk@idp.example.org"')),
    ],
    good=[example("idp"), example("idp", (_URL, _URL.replace("https:", "HTTPS:")))],
)
def error_url_not_https(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """The errorURL is not an https URL.

    It begins with something else than https://.

    Why: users who cannot log in are sent there; a page without TLS can be replaced on the way by
    one that asks for their password, and a mailto: address opens no page at all.
    Fix: Serve the page over https and set errorURL to it.
    """
    text = (role.error_url or "").strip()
    if text and not text.lower().startswith("https:"):
        yield hit(
            role,
            f'The errorURL "{text}" is not an https URL',
            attribute="errorURL",
            expected="an https URL",
            actual=text,
        )


@rule(
    "role-errorurl-placeholders",
    on=IDPSSODescriptor,
    severity=WARNING,
    cites=[ERROR_URL],
    bad=[
        example("idp", (_URL, f'{_URL[:-1]}{_FULL.replace("_CODE", "CODE")}"')),
        example("idp", (_URL, f'{_URL[:-1]}{_FULL}&amp;u=ERRORURL_USER"')),
    ],
    good=[
        example("idp"),
        example("idp", (_URL, f'{_URL[:-1]}{_FULL}&amp;errorurl_tid=ERRORURL_TID"')),
    ],
)
def error_url_placeholders(role: IDPSSODescriptor, case: Case) -> Iterator[Hit]:
    """A placeholder in the errorURL is misspelt or does not exist.

    The REFEDS profile has five: ERRORURL_CODE, ERRORURL_TS, ERRORURL_RP, ERRORURL_TID and
    ERRORURL_CTX, in capitals.

    Why: services replace exactly those five words; another one reaches the page as it stands, so
    that the page shows no error, or a wrong one.
    Fix: Write the placeholder as shown, or remove the parameter.
    """
    text = role.error_url
    if not text or "RL" not in text.upper():
        return
    for match in re.finditer(_PLACEHOLDER, text):
        found = match[0]
        if found in _PLACEHOLDERS:
            continue
        meant = _meant(found)
        yield hit(
            role,
            f"The errorURL holds {found!r}, which is no placeholder"
            + (f"; {meant} is meant" if meant else ""),
            attribute="errorURL",
            expected=meant or "one of " + ", ".join(_PLACEHOLDERS),
            actual=found,
        )


RULES = (error_url_missing, error_url_not_https, error_url_placeholders)
