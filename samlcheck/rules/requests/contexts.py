"""Rules on the authentication contexts that a request asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import AuthnRequest
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper
from samlcheck.rules.requests.peers import is_entra
from samlcheck.rules.rule import BLOCKS_LOGIN, ERROR, INFO, SP, WARNING, Hit, example, hit, rule
from samlcheck.rules.wording import any_of
from samlcheck.xml.names import AUTHN_CONTEXT_PREFIX

_END: Final = "</samlp:AuthnRequest>"
_COMPARISONS: Final = ("exact", "minimum", "maximum", "better")
#: Classes that only a login with a password meets.
_PASSWORDS: Final = ("Password", "PasswordProtectedTransport")
_GOOD = (example("request"),)
#: The schema objects, too.
_SCHEMA: Final = ("xsd-core-invalid",)


def _asking(*inside: str, comparison: str = "") -> tuple[str, str]:
    """Return an edit that asks for contexts, each given as the end of a name, = and a text."""
    name = "samlp:RequestedAuthnContext"
    attribute = f' Comparison="{comparison}"' if comparison else ""
    elements = "".join(
        f"<saml:AuthnContext{kind}>{text}</saml:AuthnContext{kind}>"
        for kind, text in (item.split("=", 1) for item in inside)
    )
    return _END, f"<{name}{attribute}>{elements}</{name}>{_END}"


_BY_PASSWORD: Final = f"ClassRef={AUTHN_CONTEXT_PREFIX}PasswordProtectedTransport"
_BY_TOKEN: Final = f"ClassRef={AUTHN_CONTEXT_PREFIX}TimeSyncToken"


@rule(
    "req-requestedauthncontext-too-strict",
    on=AuthnRequest,
    severity=INFO,
    cites=[
        core("3.3.2.2.1"),
        paper(
            "Microsoft Entra: error AADSTS75011",
            "https://learn.microsoft.com/troubleshoot/entra/entra-id/app-integration/"
            "error-code-aadsts75011-auth-method-mismatch",
        ),
    ],
    owner=SP,
    bad=[
        example("request", _asking(_BY_PASSWORD)),
        example(
            "request",
            _asking(_BY_PASSWORD, comparison="exact"),
            (
                "https://idp.example.org/saml/sso/redirect",
                "https://login.microsoftonline.com/c/saml2",
            ),
            idp=[
                (
                    'entityID="https://idp.example.org/saml"',
                    'entityID="https://sts.windows.net/11111111-2222-3333-4444-555555555555/"',
                ),
                (
                    "https://idp.example.org/saml/sso/redirect",
                    "https://login.microsoftonline.com/c/saml2",
                ),
            ],
            note="With Entra ID it is a warning.",
        ),
    ],
    good=[
        *_GOOD,
        example(
            "request",
            _asking(_BY_PASSWORD, comparison="minimum"),
            also=["authn-context-minimum-unordered"],
        ),
        example("request", _asking(_BY_PASSWORD, _BY_TOKEN)),
    ],
)
def context_too_strict(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request insists on a login with a password.

    RequestedAuthnContext is compared exactly, and names password classes only.

    Why: who signs in with a second factor, a certificate, a passkey or through Windows does not
    meet it. Entra ID answers AADSTS75011 then, and other products show a second login.
    Fix: Leave RequestedAuthnContext out, or list all classes that the service provider accepts.
    """
    wanted = request.requested_authn_context
    if wanted is None or wanted.comparison not in (None, "exact") or wanted.decl_refs:
        return
    names = [item.value.removeprefix(AUTHN_CONTEXT_PREFIX) for item in wanted.class_refs]
    if names and all(name in _PASSWORDS for name in names):
        yield hit(
            wanted.class_refs[0],
            f"The request accepts {any_of(names)} and nothing else",
            severity=WARNING if is_entra(case.idp) else None,
            expected="no RequestedAuthnContext, or all classes that will do",
            actual=any_of(names),
        )


@rule(
    "req-requestedauthncontext-empty",
    on=AuthnRequest,
    severity=ERROR,
    cites=[core("3.3.2.2.1")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example("request", (_END, f"<samlp:RequestedAuthnContext/>{_END}")),
        example("request", _asking("ClassRef=")),
    ],
    good=[*_GOOD, example("request", _asking(_BY_TOKEN))],
)
def context_empty(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request asks for an authentication context and names none.

    RequestedAuthnContext is empty, or one of its references is.

    Why: it has to hold at least one reference, so software that validates refuses the request, and
    other software cannot meet it.
    Fix: Name a class, or leave RequestedAuthnContext out.
    """
    wanted = request.requested_authn_context
    if wanted is None:
        return
    references = (*wanted.class_refs, *wanted.decl_refs)
    if not references:
        yield hit(
            wanted,
            "The RequestedAuthnContext of the request is empty",
            expected="saml:AuthnContextClassRef",
        )
    for reference in references:
        if not reference.value:
            yield hit(
                reference, "A reference to an authentication context is empty", expected="a URI"
            )


@rule(
    "req-requestedauthncontext-mixed",
    on=AuthnRequest,
    severity=ERROR,
    cites=[core("3.3.2.2.1")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[example("request", _asking(_BY_TOKEN, "DeclRef=https://sp.example.org/ac"), also=_SCHEMA)],
    good=[*_GOOD, example("request", _asking(_BY_TOKEN))],
)
def context_mixed(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request mixes classes and declarations of authentication contexts.

    RequestedAuthnContext has AuthnContextClassRef beside AuthnContextDeclRef.

    Why: the schema allows the one or the other, so software that validates refuses the request.
    Fix: Ask for classes alone.
    """
    wanted = request.requested_authn_context
    if wanted is not None and wanted.class_refs and wanted.decl_refs:
        yield hit(
            wanted.decl_refs[0],
            "The RequestedAuthnContext has references to classes and to declarations",
            expected="saml:AuthnContextClassRef alone",
            actual="saml:AuthnContextClassRef and saml:AuthnContextDeclRef",
        )


@rule(
    "req-comparison-invalid",
    on=AuthnRequest,
    severity=ERROR,
    cites=[core("3.3.2.2.1")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example("request", _asking(_BY_TOKEN, comparison="Exact"), also=_SCHEMA),
        example("request", _asking(_BY_TOKEN, comparison="at-least"), also=_SCHEMA),
    ],
    good=[
        *_GOOD,
        example("request", _asking(_BY_TOKEN, comparison="exact")),
        example(
            "request",
            _asking(_BY_TOKEN, comparison="better"),
            also=["authn-context-minimum-unordered"],
        ),
    ],
)
def comparison_invalid(request: AuthnRequest, case: Case) -> Iterator[Hit]:
    """The request compares authentication contexts in a way that does not exist.

    Comparison is none of exact, minimum, maximum and better, written in lower case.

    Why: the identity provider cannot tell what would meet the request, and refuses it.
    Fix: Write one of the four words, or leave Comparison out, which means exact.
    """
    wanted = request.requested_authn_context
    if wanted is None or wanted.comparison is None or wanted.comparison in _COMPARISONS:
        return
    meant = wanted.comparison.strip().lower()
    yield hit(
        wanted,
        f"The Comparison of the request is {wanted.comparison!r}",
        attribute="Comparison",
        expected=meant if meant in _COMPARISONS else any_of(_COMPARISONS),
        actual=wanted.comparison,
    )


RULES = (context_too_strict, context_empty, context_mixed, comparison_invalid)
