"""Rules that explain authentication contexts: what a class says, what a comparison can mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import AuthnStatement, RequestedAuthnContext
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation, core
from samlcheck.rules.message.authn_context_classes import (
    COMPARISONS,
    KNOWN,
    STANDARD,
    UNSPECIFIED,
    ordered,
)
from samlcheck.rules.near_miss import nearest
from samlcheck.rules.rule import IDP, INFO, SP, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import any_of
from samlcheck.xml.names import AUTHN_CONTEXT_PREFIX

_CLASSES: Final = Citation(
    "SAML Authentication Context",
    "3.4",
    "https://docs.oasis-open.org/security/saml/v2.0/saml-authn-context-2.0-os.pdf",
)
_SENT: Final = f"{AUTHN_CONTEXT_PREFIX}PasswordProtectedTransport<"
_GOOD: Final = (example("response"),)


def _asked(comparison: str, *names: str) -> tuple[str, str]:
    """Return an edit of the base request that asks for classes."""
    old = ' AllowCreate="true"/>'
    refs = "".join(
        f"<saml:AuthnContextClassRef>{name}</saml:AuthnContextClassRef>" for name in names
    )
    return old, (
        f'{old}<samlp:RequestedAuthnContext Comparison="{comparison}">{refs}'
        "</samlp:RequestedAuthnContext>"
    )


@rule(
    "authn-context-minimum-unordered",
    on=RequestedAuthnContext,
    severity=INFO,
    cites=[core("3.3.2.2.1")],
    owner=SP,
    bad=[
        example("request", _asked("minimum", f"{AUTHN_CONTEXT_PREFIX}TimeSyncToken")),
        example("request", _asked("better", f"{AUTHN_CONTEXT_PREFIX}PasswordProtectedTransport")),
    ],
    good=[
        example("request"),
        example("request", _asked("exact", f"{AUTHN_CONTEXT_PREFIX}TimeSyncToken")),
        example("request", _asked("minimum", "https://www.spid.gov.it/SpidL2")),
    ],
)
def unordered(asked: RequestedAuthnContext, case: Case) -> Iterator[Hit]:
    """The request compares classes whose order nobody has agreed on.

    Comparison is minimum, maximum or better. Which class is stronger is left to the identity
    provider; among the classes that SAML itself defines there is no order.

    Why: one identity provider takes a password over TLS for stronger than a certificate, another
    refuses the request with NoAuthnContext, so the same request works at one and fails at another.
    Fix: Ask with the comparison exact and list the classes that will do, or leave
    RequestedAuthnContext out.
    """
    comparison = asked.comparison or "exact"
    names = [ref.value for ref in asked.class_refs if ref.value]
    if comparison in COMPARISONS and comparison != "exact" and names and not ordered(names):
        yield hit(
            asked,
            f"The request asks for {COMPARISONS[comparison]} ({any_of(names)}), "
            "and no order of them is agreed on",
            attribute="Comparison",
            expected="exact",
            actual=comparison,
        )


@rule(
    "authn-context-unspecified",
    on=AuthnStatement,
    severity=INFO,
    cites=[_CLASSES, core("2.7.2.2")],
    owner=IDP,
    unless=["authn-context-not-allowed", "authn-context-not-requested"],
    bad=[
        example("response", (_SENT, f"{UNSPECIFIED}<")),
        example(
            "response",
            (_SENT, f"{UNSPECIFIED}<"),
            request=[_asked("minimum", f"{AUTHN_CONTEXT_PREFIX}Password")],
            note="A warning: the request asks for something.",
        ),
    ],
    good=_GOOD,
)
def unspecified(statement: AuthnStatement, case: Case) -> Iterator[Hit]:
    """The identity provider does not say how the user was authenticated.

    The authentication context class is the one named unspecified. Where the request or the profile
    asks for certain classes, it is a warning.

    Why: the service provider cannot tell a password from multi-factor authentication, so one that
    requires the latter refuses the login or asks for a second factor of its own.
    Fix: Let the identity provider send the class of the authentication that took place; for
    multi-factor authentication one that both sides know, such as https://refeds.org/profile/mfa.
    """
    asked = None if case.request is None else case.request.requested_authn_context
    allowed = case.context.allowed_authn_contexts
    wanted = asked is not None or (bool(allowed) and UNSPECIFIED not in allowed)
    for ref in statement.class_refs:
        if ref.value == UNSPECIFIED:
            yield hit(
                ref,
                "The authentication context class is unspecified: nobody knows how the user was "
                "authenticated",
                expected="the class of the authentication that took place",
                actual=ref.value,
                severity=WARNING if wanted else None,
                related=[Place(asked, None, "what the request asked for")] if asked else [],
            )


@rule(
    "authn-context-non-standard",
    on=AuthnStatement,
    severity=INFO,
    cites=[_CLASSES],
    owner=IDP,
    unless=["authn-context-not-allowed", "authn-context-not-requested"],
    bad=[
        example("response", (_SENT, "urn:federation:authentication:windows<")),
        example("response", (_SENT, "https://idp.example.org/loa2<")),
        example("response", (_SENT, f"{AUTHN_CONTEXT_PREFIX}passwordprotectedtransport<")),
    ],
    good=_GOOD,
)
def non_standard(statement: AuthnStatement, case: Case) -> Iterator[Hit]:
    """The authentication context class is not one of SAML's own.

    The class comes from a vendor or a federation; what it says is told where it is known. One that
    only resembles a class of SAML is told as well.

    Why: a service provider compares classes letter for letter, so it has to know this one.
    Fix: Nothing has to be done where the service provider knows the class. Else add it to the list
    there, or map it to one of SAML's classes at the identity provider.
    """
    for ref in statement.class_refs:
        value = ref.value
        if not value or value in STANDARD or value in case.context.allowed_authn_contexts:
            continue
        words = KNOWN.get(value)
        near = None if words else nearest(value, sorted(STANDARD))
        if near is not None:
            told = f"no class of SAML: it differs from {near[0]!r} only in {near[1]}"
        else:
            told = f"no class of SAML itself{f': it means {words}' if words else ''}"
        yield hit(
            ref,
            f"The authentication context class {value!r} is {told}",
            expected=near[0] if near else "a class that both sides know",
            actual=value,
        )


RULES = (unordered, unspecified, non_standard)
