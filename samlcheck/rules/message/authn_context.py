"""Rules on the authentication context: whether the user signed in as the SP demands."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Assertion, AuthnStatement, Text
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.message.authn_context_classes import COMPARISONS, satisfies
from samlcheck.rules.near_miss import nearest
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    SP,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import any_of
from samlcheck.xml.names import AUTHN_CONTEXT_PREFIX, SAML, clark

_AC = AUTHN_CONTEXT_PREFIX
_REF = f"<saml:AuthnContextClassRef>{_AC}PasswordProtectedTransport</saml:AuthnContextClassRef>"
_CONTEXT = f"""<saml:AuthnContext>
        {_REF}
      </saml:AuthnContext>"""
_DECL_REF = "<saml:AuthnContextDeclRef>https://idp.example.org/loa2</saml:AuthnContextDeclRef>"
_DECLARATION = clark(SAML, "AuthnContextDecl")
_SPID_2 = (
    '<samlp:RequestedAuthnContext Comparison="minimum"><saml:AuthnContextClassRef>'
    "https://www.spid.gov.it/SpidL2</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>"
)
_GOOD = (example("response"),)


def _asked(comparison: str, name: str) -> tuple[str, str]:
    """Return an edit of the base request that asks for a class."""
    old = ' AllowCreate="true"/>'
    return old, (
        f'{old}<samlp:RequestedAuthnContext Comparison="{comparison}"><saml:AuthnContextClassRef>'
        f"{_AC}{name}</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>"
    )


def _class_refs(case: Case) -> list[Text]:
    return [
        ref
        for assertion in case.assertions
        for statement in assertion.authn_statements
        for ref in statement.class_refs
        if ref.value
    ]


@rule(
    "authn-context-missing",
    on=AuthnStatement,
    severity=ERROR,
    cites=[core("2.7.2"), core("2.7.2.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", (_CONTEXT, "")),
        example("response", (_REF, "")),
    ],
    good=[
        example("response"),
        example(
            "response",
            (_REF, _DECL_REF),
            note="A declaration in place of a class is enough where nobody asked for a class.",
        ),
    ],
)
def context_missing(statement: AuthnStatement, case: Case) -> Iterator[Hit]:
    """The assertion does not say how the user was authenticated.

    AuthnStatement has an AuthnContext with a class reference, a declaration or a reference to
    one. Where the service provider accepts certain classes, it has to be a class reference.

    Why: the service provider cannot tell whether the authentication was strong enough, so it
    refuses the login.
    Fix: Make the identity provider send an AuthnContextClassRef.
    """
    if statement.class_refs:
        return
    context = statement.context
    declared = bool(statement.decl_refs) or (
        context is not None and context.find(_DECLARATION) is not None
    )
    wanted = case.profile.authn_context_required or bool(case.context.allowed_authn_contexts)
    if declared and not wanted:
        return
    yield hit(
        statement if context is None else context,
        "The AuthnStatement has no AuthnContext"
        if context is None
        else "The AuthnContext has no AuthnContextClassRef",
        expected=any_of(case.context.allowed_authn_contexts) or "an AuthnContextClassRef",
    )


@rule(
    "authn-classref-empty",
    on=AuthnStatement,
    severity=ERROR,
    cites=[core("2.7.2.2"), core("1.3.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (_REF, "<saml:AuthnContextClassRef/>"))],
    good=_GOOD,
)
def class_ref_empty(statement: AuthnStatement, case: Case) -> Iterator[Hit]:
    """The authentication context class is empty.

    AuthnContextClassRef holds a URI and is never empty.

    Why: the service provider cannot tell whether the authentication was strong enough, so it
    refuses the login.
    Fix: Set the authentication context class at the identity provider. One that does not want to
    say how the user was authenticated sends the class that ends in ac:classes:unspecified.
    """
    for ref in statement.class_refs:
        if not ref.value:
            yield hit(
                ref,
                "The AuthnContextClassRef is empty",
                expected=any_of(case.context.allowed_authn_contexts) or "a class reference",
            )


@rule(
    "authn-context-not-allowed",
    on=Assertion,
    severity=ERROR,
    cites=[core("2.7.2.2"), core("1.3.2")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    needs=["profile"],
    bad=[
        example("response", authn_contexts=f"{_AC}Password;{_AC}X509"),
        example("response", authn_contexts=f"{_AC}PASSWORDPROTECTEDTRANSPORT"),
    ],
    good=[
        example("response"),
        example("response", authn_contexts=f"{_AC}Password;{_AC}PasswordProtectedTransport"),
    ],
)
def context_not_allowed(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The authentication context class is not one that the service provider accepts.

    The classes in the assertion are compared, letter for letter, with the list that was given or
    that the profile names.

    Why: the service provider refuses the login although everything else is in order. It happens
    when users sign in in another way than the one that the list was made for, for example with a
    certificate, with multi-factor authentication or with Windows.
    Fix: Add the class that is sent to the list at the service provider. Where only the listed ones
    shall do, make the identity provider authenticate with one of them and send its class.
    """
    allowed = case.context.allowed_authn_contexts
    if not allowed or assertion is not case.assertions[0]:
        return
    refs = _class_refs(case)
    if not refs:
        return
    if any(ref.value in allowed for ref in refs):
        return
    sent = refs[0]
    near = nearest(sent.value, allowed)
    if near is not None:
        yield hit(
            sent,
            f"The authentication context class {sent.value!r} is not in the list of the service "
            f"provider: it differs from {near[0]!r} only in {near[1]}",
            expected=any_of(allowed),
            actual=sent.value,
            hint="Write the class in the list of the service provider letter for letter as the "
            "identity provider sends it, or make the identity provider send it as it is listed.",
        )
        return
    yield hit(
        sent,
        f"The authentication context class {sent.value!r} is not in the list of the service "
        f"provider, which has {any_of(allowed)}",
        expected=any_of(allowed),
        actual=sent.value,
    )


@rule(
    "authn-context-not-requested",
    on=Assertion,
    severity=ERROR,
    cites=[core("3.3.2.2.1")],
    owner=IDP,
    needs=["request"],
    bad=[
        example("response", request=[_asked("exact", "X509")]),
        example(
            "response",
            (f"{_AC}PasswordProtectedTransport<", "https://www.spid.gov.it/SpidL1<"),
            request=[(' AllowCreate="true"/>', f' AllowCreate="true"/>{_SPID_2}')],
        ),
    ],
    good=[
        example("response"),
        example("response", request=[_asked("exact", "PasswordProtectedTransport")]),
        example(
            "response",
            request=[_asked("minimum", "PasswordProtectedTransport")],
        ),
    ],
)
def context_not_requested(assertion: Assertion, case: Case) -> Iterator[Hit | Unknown]:
    """The user was authenticated in another way than the request asked for.

    What the comparison of the request means is told: exact, which an absent one means too, wants
    one of the classes asked for; minimum one at least as strong, maximum none stronger, better a
    stronger one. For the latter nothing is said where no order of the classes is agreed on.

    Why: the identity provider has to answer with an error if it cannot do what is asked for; a
    service provider that checks the answer refuses this one.
    Fix: Make the identity provider authenticate as asked, or take RequestedAuthnContext out of
    the settings of the service provider: without it each user signs in as the identity provider
    decides.
    """
    asked = None if case.request is None else case.request.requested_authn_context
    if asked is None or assertion is not case.assertions[0]:
        return
    refs = _class_refs(case)
    if not refs:
        return
    wanted = [ref.value for ref in asked.class_refs if ref.value]
    comparison = asked.comparison or "exact"
    if not wanted or comparison not in COMPARISONS:
        return
    answers = [satisfies(ref.value, wanted, comparison) for ref in refs]
    if True in answers:
        return
    if None in answers:
        yield Unknown(
            f"the request wants {COMPARISONS[comparison]} (Comparison={comparison!r}), and no "
            "order of the classes is known"
        )
        return
    meaning = "" if len(wanted) == 1 and comparison == "exact" else COMPARISONS[comparison] + ", "
    yield hit(
        refs[0],
        f"The authentication context class is {refs[0].value!r}, but the request asked for "
        f"{meaning}{any_of(wanted)}",
        expected=f"{'' if comparison == 'exact' else comparison + ': '}{any_of(wanted)}",
        actual=refs[0].value,
        related=[Place(asked, None, "what the request asked for")],
    )
    yield Unknown(
        "whether the service provider insists on the authentication that it asked for",
        leaves_open=True,
    )


RULES = (
    context_missing,
    class_ref_empty,
    context_not_allowed,
    context_not_requested,
)
