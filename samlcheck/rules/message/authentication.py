"""Rules on the statement that the user was authenticated: when, and for how long."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Assertion, AuthnStatement
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.message import authn_context
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    USER,
    Hit,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import duration_words, instant_words, stale_advice

_INSTANT = ' AuthnInstant="2026-11-23T09:59:20Z"'
_STATEMENT = f"""<saml:AuthnStatement{_INSTANT} SessionIndex="_e61d07c3b8f54920a1d4875c3f92be0a">
      <saml:AuthnContext>
        <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:\
PasswordProtectedTransport</saml:AuthnContextClassRef>
      </saml:AuthnContext>
    </saml:AuthnStatement>"""
_GOOD = (example("response"),)


@rule(
    "authn-missing",
    on=Assertion,
    severity=ERROR,
    cites=[profiles("4.1.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (_STATEMENT, ""))],
    good=_GOOD,
)
def statement_missing(assertion: Assertion, case: Case) -> Iterator[Hit | Unknown]:
    """The response does not say that the user was authenticated.

    A response that logs somebody in has an AuthnStatement in at least one of its assertions.

    Why: attributes alone tell of a user, not that this user has just signed in, so the login is
    refused.
    Fix: Configure the identity provider for the Web Browser SSO profile; assertions that answer
    attribute queries have no AuthnStatement.
    """
    if assertion is not case.assertions[0]:
        return
    if any(item.authn_statements for item in case.assertions):
        return
    if any(item.assertion is None for item in case.decrypted):
        yield Unknown("an assertion could not be decrypted")
        return
    yield hit(assertion, "The assertion has no AuthnStatement", expected="an AuthnStatement")


@rule(
    "authn-instant-missing",
    on=AuthnStatement,
    severity=ERROR,
    cites=[core("2.7.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (_INSTANT, ""))],
    good=_GOOD,
)
def instant_missing(statement: AuthnStatement, case: Case) -> Iterator[Hit]:
    """The assertion does not say when the user was authenticated.

    AuthnInstant of AuthnStatement is required.

    Why: the statement is not valid without it, and the service provider cannot tell a fresh
    sign-in from an old one.
    Fix: Make the identity provider write AuthnInstant.
    """
    if statement.authn_instant is None:
        yield hit(
            statement,
            "The AuthnStatement has no AuthnInstant",
            expected="the instant at which the user was authenticated",
        )


@rule(
    "authn-session-expired",
    on=Assertion,
    severity=ERROR,
    cites=[core("2.7.2"), profiles("4.1.4.3")],
    tags=[BLOCKS_LOGIN],
    owner=USER,
    unless=["cond-expired", "scd-notonorafter-expired", "cond-window-inverted"],
    bad=[example("response", (_INSTANT, f'{_INSTANT} SessionNotOnOrAfter="2026-11-23T09:30:00Z"'))],
    good=[
        example("response"),
        example("response", (_INSTANT, f'{_INSTANT} SessionNotOnOrAfter="2026-11-23T18:00:00Z"')),
    ],
)
def session_expired(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The session at the identity provider had ended before the login.

    The time of the check, less the clock difference that the profile tolerates, has reached
    SessionNotOnOrAfter of the AuthnStatement.

    Why: a session at the service provider would have to end before it began, so the login is
    refused.
    Fix: The user who signs in first signs out at the identity provider, then signs in again. If it
    happens each time, correct the session lifetime or the clock of the identity provider.
    """
    issued = None if assertion.issue_instant is None else assertion.issue_instant.value
    for statement in assertion.authn_statements:
        end = statement.session_not_on_or_after
        if end is None or end.value is None or end.value > case.now - case.context.skew:
            continue
        yield hit(
            statement,
            f"The session ended at {end.text}, {duration_words(case.now - end.value)} before "
            f"{instant_words(case.now)}, the time of the check",
            attribute="SessionNotOnOrAfter",
            expected=f"an instant after {instant_words(case.now - case.context.skew)}",
            actual=end.text,
            hint=stale_advice(case.now, end.value, issued),
        )


RULES = (
    statement_missing,
    instant_missing,
    *authn_context.RULES,
    session_expired,
)
