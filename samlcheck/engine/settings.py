"""Which setting a finding is about: its usual name, what it is now and what it has to be.

The names are those that consoles of SAML products commonly use; the profile's own path stands
beside them. Where the fault is no setting (an expired login, a forged message) there is none.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from samlcheck.engine.report import Finding
from samlcheck.records import frozen

#: What is sent is what has to change: it is now as found, and has to be as expected.
_SENT: Final = "sent"
#: A list at the receiver lacks what is sent: it is now as expected, and has to have that, too.
_LIST: Final = "list"
#: What the receiver has stored has to change: it is now as expected, and has to be as found.
_STORED: Final = "stored"
#: Something is off that has to be on.
_SWITCH: Final = "switch"


@frozen(kw_only=True)
class Setting:
    """A setting with the value that it has and the one that it needs; None where nobody can say."""

    name: str
    present: str | None
    needed: str | None


_KNOWN_KEYS: Final = "a signing certificate of the metadata: "

#: By rule or glob, the first that matches: the name of the setting, and how to read the finding.
_ROWS: Final[tuple[tuple[str, str, str], ...]] = (
    ("authn-context-not-allowed", "list of accepted authentication contexts", _LIST),
    ("authn-context-missing", "authentication context that is sent", _SENT),
    ("authn-classref-empty", "authentication context that is sent", _SENT),
    ("aud-*", "entityID of the service provider (Audience, Identifier, SP entity ID)", _SENT),
    ("cognito-audience", "entityID of the service provider (Audience, Identifier)", _SENT),
    ("response-destination-vs-received", "reply URL (ACS URL) or the public address", _SENT),
    ("response-destination-*", "reply URL (ACS URL, Destination)", _SENT),
    ("response-acs-binding-mismatch", "reply URL and its binding", _SENT),
    ("scd-recipient-*", "reply URL (ACS URL, Recipient)", _SENT),
    ("issuer-*", "entityID of the identity provider (Issuer)", _SENT),
    ("entra-issuer-*", "entityID of the identity provider (Issuer)", _SENT),
    ("sig-keyinfo-only-trust", "signing certificate of the identity provider", _STORED),
    ("sig-verifies-with-other-key", "signing certificate (use of the key)", _SENT),
    ("sig-none", "signing of the response or the assertion", _SWITCH),
    ("sig-assertion-not-signed", "signing of the assertion", _SWITCH),
    ("sig-response-not-signed", "signing of the response", _SWITCH),
    ("sig-alg-*", "signature algorithm", _SENT),
    ("sig-digest-alg-*", "digest algorithm of the signature", _SENT),
    ("redirect-sigalg-*", "signature algorithm of requests", _SENT),
    ("enc-wrong-recipient", "certificate that assertions are encrypted for", _SENT),
    ("nameid-format-*", "NameID format", _SENT),
    ("nameid-spnamequalifier", "entityID of the service provider (SPNameQualifier)", _SENT),
    ("nameid-*", "source of the NameID", _SENT),
    ("subject-missing", "source of the NameID", _SENT),
    ("attr-required-empty", "source of the claim", _SENT),
    ("attr-required-*", "claim", _SENT),
    ("attr-name-near-miss", "name of the claim", _SENT),
    ("aws-required-attributes", "claim", _SENT),
    ("attr-statement-*", "claims that are sent", _SENT),
    ("req-acs-index-unknown", "AssertionConsumerServiceIndex of requests", _SENT),
    ("req-acs-url-not-registered", "reply URL (AssertionConsumerServiceURL) of requests", _SENT),
    ("req-destination-mismatch", "sign-on URL of the identity provider (SSO URL)", _SENT),
    ("req-issuer-*", "entityID of the service provider, as requests state it", _SENT),
    ("req-protocolbinding", "response binding that requests ask for", _SENT),
    ("req-unsigned", "signing of requests", _SWITCH),
    ("req-comparison-invalid", "Comparison of requested authentication contexts", _SENT),
    ("slo-destination-mismatch", "logout URL of the receiver", _SENT),
    ("slo-issuer-mismatch", "entityID of the sender", _SENT),
    ("slo-unsigned", "signing of logout messages", _SWITCH),
    ("transport-response-over-redirect", "binding of the response", _SENT),
    ("profile-acs-unexpected", "reply URL (ACS URL)", _SENT),
    ("profile-sso-unexpected", "sign-on URL of the identity provider (SSO URL)", _SENT),
    ("profile-entityid-unexpected", "entityID", _SENT),
    ("profile-variable-conflict", "name of the site or tenant in the addresses", _SENT),
)


def setting_of(finding: Finding) -> Setting | None:
    """Return the setting that a finding is about, or None where it is about none."""
    for glob, name, reading in _ROWS:
        if fnmatchcase(finding.rule, glob):
            return _read(name, reading, finding.expected, finding.actual)
    return None


def _read(name: str, reading: str, expected: str | None, actual: str | None) -> Setting:
    if reading == _STORED:
        known = None if expected is None else expected.removeprefix(_KNOWN_KEYS)
        new = None if actual is None else f"{actual}, once its owner has confirmed it"
        return Setting(name=name, present=known, needed=new)
    if reading == _LIST:
        more = None if actual is None else f"the same, and '{actual}' as well"
        return Setting(name=name, present=expected, needed=more)
    if reading == _SWITCH:
        return Setting(name=name, present="off", needed="on")
    return Setting(name=name, present=actual, needed=expected)
