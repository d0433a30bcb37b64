"""Rules on the statement of authentication beside its context: how many, when, for how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from samlcheck.model import Assertion, AuthnStatement
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper, profiles
from samlcheck.rules.rule import (
    ERROR,
    IDP,
    INFO,
    USER,
    WARNING,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import duration_words, instant_words

_INSTANT: Final = ' AuthnInstant="2026-11-23T09:59:20Z"'
_INDEX: Final = ' SessionIndex="_e61d07c3b8f54920a1d4875c3f92be0a"'
_CONTEXT: Final = """<saml:AuthnContext>
        <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:\
PasswordProtectedTransport</saml:AuthnContextClassRef>
      </saml:AuthnContext>"""
_STATEMENT: Final = f"""<saml:AuthnStatement{_INSTANT}{_INDEX}>
      {_CONTEXT}
    </saml:AuthnStatement>"""
_FORCED: Final = (' Version="2.0"', ' Version="2.0" ForceAuthn="true"')
#: From this age on well-known service providers refuse a sign-in by default.
_OLD: Final = timedelta(hours=2)
_SPRING: Final = paper(
    "Spring Security SAML, WebSSOProfileConsumer: maxAuthenticationAge 7200",
    "https://docs.spring.io/autorepo/docs/spring-security-saml/1.0.x-SNAPSHOT/reference/html/"
    "configuration-advanced.html",
)
_LONG_SESSION: Final = timedelta(days=90)
_GOOD: Final = (example("response"),)


@rule(
    "authn-multiple",
    on=Assertion,
    severity=WARNING,
    cites=[core("2.7.2")],
    owner=IDP,
    bad=[example("response", (_STATEMENT, _STATEMENT + _STATEMENT))],
    good=_GOOD,
)
def several_statements(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The assertion has several statements of authentication.

    The specification allows it: each says that the user signed in, at some time and in some way.

    Why: some service providers refuse such an assertion, others read the first statement only, so
    that the one with the stronger authentication or the right session is lost.
    Fix: Make the identity provider send one AuthnStatement.
    """
    statements = assertion.authn_statements
    if len(statements) > 1:
        yield hit(
            statements[1],
            f"The assertion has {len(statements)} AuthnStatement elements",
            expected="one AuthnStatement",
            actual=str(len(statements)),
            related=[Place(statements[0], None, "the first one")],
        )


@rule(
    "authn-instant-future",
    on=AuthnStatement,
    severity=WARNING,
    cites=[core("2.7.2")],
    owner=IDP,
    unless=["cond-notbefore-future", "response-issueinstant-future", "assertion-issueinstant"],
    bad=[example("response", (_INSTANT, ' AuthnInstant="2026-11-23T10:30:00Z"'))],
    good=[*_GOOD, example("response", (_INSTANT, ' AuthnInstant="2026-11-23T10:01:00Z"'))],
)
def instant_in_future(statement: AuthnStatement, case: Case) -> Iterator[Hit]:
    """The user signs in only in the future.

    AuthnInstant lies after the time of the check, by more than the clock difference that the
    profile tolerates.

    Why: some service providers refuse such an assertion; the clock that AuthnInstant was taken
    from is wrong, or local time was written as if it were UTC.
    Fix: Set the clock of the identity provider, or of the system at which it lets users sign in,
    by NTP, and check its time zone.
    """
    instant = statement.authn_instant
    if instant is None or instant.value is None or instant.value <= case.now + case.context.skew:
        return
    yield hit(
        statement,
        f"The user signed in at {instant.text}, {duration_words(instant.value - case.now)} after "
        f"{instant_words(case.now)}, the time of the check",
        attribute="AuthnInstant",
        expected=f"{instant_words(case.now + case.context.skew)} or before",
        actual=instant.text,
    )


@rule(
    "authn-instant-too-old",
    on=Assertion,
    severity=INFO,
    cites=[core("2.7.2"), _SPRING],
    owner=USER,
    unless=["authn-forceauthn-ignored"],
    bad=[example("response", (_INSTANT, ' AuthnInstant="2026-11-22T07:00:00Z"'))],
    good=[*_GOOD, example("response", (_INSTANT, ' AuthnInstant="2026-11-23T08:10:00Z"'))],
)
def instant_too_old(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The user signed in long before the assertion was issued.

    AuthnInstant lies further before IssueInstant than the profile allows, which is a warning; or,
    where it says nothing, more than two hours: the identity provider relied on a session that it
    already had.

    Why: that is what single sign-on is for, but some service providers set a limit. Spring Security
    SAML refuses a sign-in of more than two hours ago ("Authentication statement is too old").
    Fix: If the service provider refuses the login, raise its limit above the session lifetime of
    the identity provider, let it ask with ForceAuthn, or sign out at the identity provider and
    sign in again.
    """
    issued = None if assertion.issue_instant is None else assertion.issue_instant.value
    longest = case.profile.max_authn_age
    for statement in assertion.authn_statements if issued is not None else ():
        instant = statement.authn_instant
        if issued is None or instant is None or instant.value is None:
            continue
        if issued - instant.value > (_OLD if longest is None else longest):
            allowed = "" if longest is None else f"; the profile allows {duration_words(longest)}"
            yield hit(
                statement,
                f"The user signed in at {instant.text}, {duration_words(issued - instant.value)} "
                f"before the assertion was issued{allowed}",
                attribute="AuthnInstant",
                expected=None if longest is None else f"at most {duration_words(longest)} before",
                actual=instant.text,
                severity=None if longest is None else WARNING,
            )


@rule(
    "authn-forceauthn-ignored",
    on=AuthnStatement,
    severity=ERROR,
    cites=[core("3.4.1")],
    owner=IDP,
    needs=["request"],
    unless=["response-inresponseto-mismatch"],
    bad=[
        example(
            "response",
            (_INSTANT, ' AuthnInstant="2026-11-23T09:30:00Z"'),
            request=[_FORCED],
        )
    ],
    good=[
        *_GOOD,
        example("response", request=[_FORCED]),
        example("response", (_INSTANT, ' AuthnInstant="2026-11-23T09:30:00Z"')),
    ],
)
def force_authn_ignored(statement: AuthnStatement, case: Case) -> Iterator[Hit]:
    """The user was not asked to sign in again, though the request demands it.

    The request has ForceAuthn="true", and AuthnInstant lies before the request by more than the
    clock difference that the profile tolerates.

    Why: the service provider wants to know that the right person sits there now; a session that
    was left open does not show that.
    Fix: Make the identity provider honour ForceAuthn: with it the user is authenticated anew, and
    AuthnInstant is the time of that.
    """
    request, instant = case.request, statement.authn_instant
    if request is None or request.force_authn is None or request.force_authn.value is not True:
        return
    asked = request.issue_instant
    if asked is None or asked.value is None or instant is None or instant.value is None:
        return
    if asked.value - instant.value > case.context.skew:
        yield hit(
            statement,
            f"The request demands a new sign-in (ForceAuthn), but the user signed in at "
            f"{instant.text}, {duration_words(asked.value - instant.value)} before it",
            attribute="AuthnInstant",
            expected=f"an instant after {asked.text}",
            actual=instant.text,
            related=[Place(request, "ForceAuthn", "the demand")],
        )


@rule(
    "authn-session-before-cond",
    on=Assertion,
    severity=INFO,
    cites=[core("2.7.2")],
    owner=IDP,
    unless=["authn-session-expired"],
    bad=[
        example("response", (_INSTANT, f'{_INSTANT} SessionNotOnOrAfter="2026-11-23T10:10:00Z"')),
        example("response", (_INSTANT, f'{_INSTANT} SessionNotOnOrAfter="2027-11-23T10:10:00Z"')),
    ],
    good=[
        *_GOOD,
        example("response", (_INSTANT, f'{_INSTANT} SessionNotOnOrAfter="2026-11-23T18:00:00Z"')),
    ],
)
def session_end_odd(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The session is to end very early or very late.

    SessionNotOnOrAfter lies before the end of the assertion's own validity, or more than 90 days
    after the assertion was issued. The specification allows both.

    Why: a service provider that keeps to it signs users out after minutes, or hardly ever.
    Fix: Set the session lifetime that the identity provider sends to what is meant, or leave
    SessionNotOnOrAfter out.
    """
    conditions, issued = assertion.conditions, assertion.issue_instant
    limit = None if conditions is None else conditions.not_on_or_after
    for statement in assertion.authn_statements:
        end = statement.session_not_on_or_after
        if end is None or end.value is None:
            continue
        if limit is not None and limit.value is not None and end.value < limit.value:
            words = f"before the assertion itself expires, at {limit.text}"
        elif issued is not None and issued.value and end.value - issued.value > _LONG_SESSION:
            words = f"{duration_words(end.value - issued.value)} after the assertion was issued"
        else:
            continue
        yield hit(
            statement,
            f"The session is to end at {end.text}, {words}",
            attribute="SessionNotOnOrAfter",
            actual=end.text,
        )


@rule(
    "authn-sessionindex-missing",
    on=AuthnStatement,
    severity=WARNING,
    cites=[profiles("4.1.4.2")],
    owner=IDP,
    needs=["idp"],
    bad=[example("response", (_INDEX, ""))],
    good=[
        *_GOOD,
        example(
            "response",
            (_INDEX, ""),
            idp=[
                (
                    '    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:'
                    'HTTP-Redirect" Location="https://idp.example.org/saml/slo"/>\n',
                    "",
                )
            ],
        ),
    ],
)
def session_index_missing(statement: AuthnStatement, case: Case) -> Iterator[Hit]:
    """The session has no index, though the identity provider offers single logout.

    The IdP metadata has a SingleLogoutService. Then each AuthnStatement has a SessionIndex.

    Why: without it the service provider cannot say in a logout request which session shall end, so
    single logout fails or ends all sessions of the user.
    Fix: Make the identity provider write SessionIndex, or take SingleLogoutService out of its
    metadata if it does not support single logout.
    """
    role = case.idp_role
    if role is None or not role.single_logout_services or statement.session_index:
        return
    yield hit(
        statement,
        "The AuthnStatement has no SessionIndex, though the identity provider offers single logout",
        attribute="SessionIndex",
        expected="a SessionIndex",
        actual=statement.session_index,
        related=[Place(role.single_logout_services[0], "Location", "the offer")],
    )


RULES = (
    several_statements,
    instant_in_future,
    force_authn_ignored,
    instant_too_old,
    session_end_odd,
    session_index_missing,
)
