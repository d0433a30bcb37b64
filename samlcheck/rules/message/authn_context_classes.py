"""Authentication context classes that are in use: who defines them, and which are ordered.

Sources, as of 2026-11: Authentication Context for SAML 2.0 section 3.4 and appendix; REFEDS
MFA and SFA profiles; eIDAS SAML message format 1.4; the SPID technical rules; the documentation
of Microsoft Entra ID and AD FS.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from samlcheck.xml.names import AUTHN_CONTEXT_PREFIX

UNSPECIFIED: Final = AUTHN_CONTEXT_PREFIX + "unspecified"

_NAMES: Final = (
    "InternetProtocol InternetProtocolPassword Kerberos MobileOneFactorUnregistered "
    "MobileTwoFactorUnregistered MobileOneFactorContract MobileTwoFactorContract Password "
    "PasswordProtectedTransport PreviousSession X509 PGP SPKI XMLDSig Smartcard SmartcardPKI "
    "SoftwarePKI Telephony NomadTelephony PersonalTelephony AuthenticatedTelephony "
    "SecureRemotePassword TLSClient TimeSyncToken unspecified"
)

#: The classes that SAML 2.0 itself defines.
STANDARD: Final = frozenset(AUTHN_CONTEXT_PREFIX + name for name in _NAMES.split())

_MICROSOFT: Final = "http://schemas.microsoft.com/"
_METHOD: Final = _MICROSOFT + "ws/2008/06/identity/authenticationmethod/"

#: Classes of vendors and federations, and what they say.
KNOWN: Final = MappingProxyType(
    {
        "urn:federation:authentication:windows": "Windows sign-in, as AD FS and Entra ID write it",
        _MICROSOFT + "claims/multipleauthn": "multi-factor authentication, as Microsoft writes it",
        _MICROSOFT + "claims/wiaormultiauthn": "Windows sign-in or multi-factor authentication, "
        "as AD FS writes it",
        _METHOD + "password": "a password, as AD FS writes it",
        _METHOD + "windows": "Windows sign-in, as AD FS writes it",
        _METHOD + "x509": "a certificate, as AD FS writes it",
        _METHOD + "tlsclient": "a client certificate, as AD FS writes it",
        _METHOD + "hardwaretoken": "a hardware token, as AD FS writes it",
        "https://refeds.org/profile/mfa": "multi-factor authentication by the REFEDS profile",
        "https://refeds.org/profile/sfa": "single-factor authentication by the REFEDS profile",
        "http://eidas.europa.eu/LoA/low": "the eIDAS level low",
        "http://eidas.europa.eu/LoA/substantial": "the eIDAS level substantial",
        "http://eidas.europa.eu/LoA/high": "the eIDAS level high",
        "https://www.spid.gov.it/SpidL1": "SPID level 1",
        "https://www.spid.gov.it/SpidL2": "SPID level 2",
        "https://www.spid.gov.it/SpidL3": "SPID level 3",
        "urn:oasis:names:tc:SAML:1.0:am:password": "a password, as SAML 1.1 writes it",
        "urn:oasis:names:tc:SAML:1.0:am:unspecified": "unspecified, as SAML 1.1 writes it",
    }
)

#: Classes whose order is agreed on by those who define them, the weakest first.
_ORDERS: Final = (
    tuple(f"https://www.spid.gov.it/SpidL{level}" for level in (1, 2, 3)),
    tuple(f"http://eidas.europa.eu/LoA/{level}" for level in ("low", "substantial", "high")),
    ("https://refeds.org/profile/sfa", "https://refeds.org/profile/mfa"),
)

#: What the values of Comparison mean (SAML Core 3.3.2.2.1).
COMPARISONS: Final = MappingProxyType(
    {
        "exact": "one of the classes asked for",
        "minimum": "a class at least as strong as one of those asked for",
        "maximum": "the strongest class that is no stronger than one of those asked for",
        "better": "a class that is stronger than any of those asked for",
    }
)


def satisfies(sent: str, wanted: Iterable[str], comparison: str) -> bool | None:
    """Tell whether a class fulfils what was asked for; None where no order is agreed on."""
    listed = list(wanted)
    if comparison == "exact":
        return sent in listed
    order = next((row for row in _ORDERS if sent in row), None)
    if order is None or any(name not in order for name in listed):
        return True if comparison in ("minimum", "maximum") and sent in listed else None
    rank = order.index(sent)
    ranks = [order.index(name) for name in listed]
    if comparison == "minimum":
        return rank >= min(ranks)
    if comparison == "maximum":
        return rank <= max(ranks)
    return rank > max(ranks)


def ordered(names: Iterable[str]) -> bool:
    """Tell whether all classes belong to one agreed order."""
    listed = list(names)
    return any(all(name in row for name in listed) for row in _ORDERS)
