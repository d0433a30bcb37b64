"""The status codes of SAML in plain words (SAML Core 3.2.2.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from samlcheck.model import StatusCode
from samlcheck.rules.rule import IDP, SP, USER
from samlcheck.xml.names import STATUS_PREFIX

#: The rules whose finding says that there was no success, so that nothing else is to be expected.
FAILURES: Final = ("status-missing", "status-not-success", "status-top-level-invalid")
#: The top-level codes other than success: what each says, and who must act.
TOP_LEVEL: Final = MappingProxyType(
    {
        "Requester": ("the identity provider finds fault with the request", SP),
        "Responder": ("the identity provider could not do what it was asked", IDP),
        "VersionMismatch": ("the identity provider does not speak the version of the request", SP),
    }
)
#: The second-level codes: what each says, and who must act where that differs from the top level.
SECOND_LEVEL: Final = MappingProxyType(
    {
        "AuthnFailed": ("the user could not be authenticated", USER),
        "InvalidAttrNameOrValue": ("an attribute name or value in the request is unusable", None),
        "InvalidNameIDPolicy": (
            "it cannot give the kind of NameID that the request asks for",
            None,
        ),
        "NoAuthnContext": ("it cannot authenticate the user in the way that was asked for", None),
        "NoAvailableIDP": ("none of the identity providers that may be asked is available", None),
        "NoPassive": ("the user has no session and the request forbids to ask for a login", SP),
        "NoSupportedIDP": ("none of the identity providers named is supported", None),
        "PartialLogout": ("not all parties could be logged out", None),
        "ProxyCountExceeded": ("it may not pass the request on to another one", None),
        "RequestDenied": ("it understood the request and refuses it", None),
        "RequestUnsupported": ("it does not support such a request", None),
        "RequestVersionDeprecated": ("it no longer supports the version of the request", None),
        "RequestVersionTooHigh": ("the version of the request is too new for it", None),
        "RequestVersionTooLow": ("the version of the request is too old for it", None),
        "ResourceNotRecognized": ("it does not know the resource named", None),
        "TooManyResponses": ("the answer would be too long", None),
        "UnknownAttrProfile": ("it does not know the attribute profile named", None),
        "UnknownPrincipal": ("it does not know the user, or may not let this service know", IDP),
        "UnsupportedBinding": ("it does not support the binding that was asked for", None),
    }
)


def value_of(code: StatusCode) -> str:
    """Return the value of a code without white space around it, empty where it has none."""
    return (code.value or "").strip()


def short_name(code: StatusCode) -> str:
    """Return the value of a code without the prefix of SAML's codes."""
    return value_of(code).removeprefix(STATUS_PREFIX)


def known_name(code: StatusCode, known: Mapping[str, object]) -> str | None:
    """Return the short name of a code of SAML's that is among some, else None."""
    short = short_name(code)
    return short if value_of(code) != short and short in known else None


def chain_of(code: StatusCode) -> Iterator[StatusCode]:
    """Yield a code and those nested in it, each level's first."""
    current: StatusCode | None = code
    while current is not None:
        yield current
        current = current.nested[0] if current.nested else None
