"""Rules that read the clocks of both sides off the times of a message, and compare its times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from samlcheck.model import Assertion, Node, ProtocolMessage, Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.rule import IDP, INFO, USER, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import distance_words, duration_words, instant_words
from samlcheck.xml import Lexical

_ISSUED: Final = 'IssueInstant="2026-11-23T09:59:30Z"'
_FROM: Final = 'NotBefore="2026-11-23T09:54:30Z"'
_INSTANT: Final = 'AuthnInstant="2026-11-23T09:59:20Z"'
#: Edits that set the clock of the identity provider ten minutes ahead.
_AHEAD: Final = (
    (_ISSUED, 'IssueInstant="2026-11-23T10:09:30Z"'),
    (_FROM, 'NotBefore="2026-11-23T10:04:30Z"'),
    (_INSTANT, 'AuthnInstant="2026-11-23T10:09:20Z"'),
)
#: Edits that write the local time of a zone one hour ahead as if it were UTC.
_ZONE: Final = (
    (_ISSUED, 'IssueInstant="2026-11-23T10:59:30Z"'),
    (_FROM, 'NotBefore="2026-11-23T10:54:30Z"'),
    (_INSTANT, 'AuthnInstant="2026-11-23T10:59:20Z"'),
    ('NotOnOrAfter="2026-11-23T10:59:30Z"', 'NotOnOrAfter="2026-11-23T11:59:30Z"'),
)
_TOLD_AHEAD: Final = ("cond-notbefore-future",)
_OLD: Final = timedelta(days=1)
#: How far from whole hours a wrong time zone may lie: a login takes time, clocks differ a little.
_NEAR: Final = timedelta(minutes=5)
_WIDEST_ZONE: Final = timedelta(hours=14, minutes=5)
_GOOD: Final = (example("response"),)


def _value(instant: Lexical[datetime] | None) -> datetime | None:
    return None if instant is None else instant.value


def _issued(response: Response, case: Case) -> list[datetime]:
    """Return when the response and its assertions were issued, by the identity provider's clock."""
    nodes: list[Response | Assertion] = [response, *case.assertions]
    return [value for node in nodes if (value := _value(node.issue_instant)) is not None]


def _asked(case: Case) -> datetime | None:
    """Return when the request was issued, by the service provider's clock."""
    request = case.request
    if request is None or case.response is None or case.response.in_response_to != request.id:
        return None
    return _value(request.issue_instant)


@rule(
    "time-skew-estimate",
    on=Response,
    severity=INFO,
    cites=[core("1.3.3"), core("2.5.1.5")],
    owner=IDP,
    bad=[
        example("response", *_AHEAD, also=_TOLD_AHEAD),
        example(
            "response",
            request=[("09:59:00Z", "10:09:00Z")],
            also=["response-before-request"],
        ),
    ],
    good=[*_GOOD, example("response", (_ISSUED, 'IssueInstant="2026-11-23T10:01:30Z"'))],
)
def skew_estimate(response: Response, case: Case) -> Iterator[Hit]:
    """The clocks of the two sides differ, as far as the message's own times tell.

    Response and assertion were issued after the time of the check, or before the request that they
    answer, by more than the clock difference that the profile tolerates and at most a day. The
    clocks differ by at least that much.

    Why: where every time limit fails by the same amount, it is the clock and not the limits.
    Fix: Set both sides by NTP. If the time of the check is wrong instead, give that of the login
    with --at.
    """
    issued = _issued(response, case)
    if not issued:
        return
    asked, skew = _asked(case), case.context.skew
    ahead = min(issued) - case.now
    if skew < ahead <= _OLD:
        yield hit(
            response,
            f"The clock of the identity provider is ahead of the time of the check by about "
            f"{duration_words(ahead)}: it issued the message at {instant_words(min(issued))}",
            attribute="IssueInstant",
            expected=f"{instant_words(case.now)} or before",
            actual=instant_words(min(issued)),
        )
    elif asked is not None and skew < asked - max(issued) <= _OLD:
        yield hit(
            response,
            "The clock of the identity provider is behind that of the service provider by at least "
            f"{duration_words(asked - max(issued))}: by its clock it answered before it was asked",
            attribute="IssueInstant",
            expected=f"an instant after {instant_words(asked)}",
            actual=instant_words(max(issued)),
            related=[Place(case.request, "IssueInstant", "when the request was issued")],
        )


@rule(
    "time-timezone-shift",
    on=Response,
    severity=WARNING,
    cites=[core("1.3.3")],
    owner=IDP,
    bad=[
        example("response", *_ZONE, also=[*_TOLD_AHEAD, "time-skew-estimate"]),
        example(
            "response",
            request=[("09:59:00Z", "10:59:00Z")],
            also=["response-before-request", "time-skew-estimate"],
        ),
    ],
    good=[
        *_GOOD,
        example("response", *_AHEAD, also=[*_TOLD_AHEAD, "time-skew-estimate"]),
    ],
)
def time_zone_shift(response: Response, case: Case) -> Iterator[Hit]:
    """The times of the message are off by whole hours.

    Response and assertion were issued whole or half hours after the time of the check, or before
    the request that they answer. The clock is probably right, and local time was written as UTC.

    Why: each assertion is not valid yet, or has expired, until the zone is corrected; twice a year
    it changes by itself where summer time is used.
    Fix: Correct the time zone of the identity provider, or of the library that writes its times:
    they are in UTC, and the Z at the end says so.
    """
    issued = _issued(response, case)
    if not issued:
        return
    asked = _asked(case)
    for offset, words in (
        (min(issued) - case.now, "after the time of the check"),
        (None if asked is None else asked - max(issued), "before the request that it answers"),
    ):
        if offset is not None and case.context.skew < offset <= _WIDEST_ZONE and _whole(offset):
            yield hit(
                response,
                f"The message was issued {duration_words(offset)} {words}, which is close to "
                "whole hours, as when local time is written as if it were UTC",
                attribute="IssueInstant",
                expected="a time in UTC",
                actual=None if response.issue_instant is None else response.issue_instant.text,
            )
            return


def _whole(offset: timedelta) -> bool:
    """Tell whether a difference is close to a number of half hours, but not to none."""
    half = timedelta(minutes=30)
    rest = offset % half
    return offset > half - _NEAR and min(rest, half - rest) <= _NEAR


@rule(
    "time-order",
    on=Assertion,
    severity=WARNING,
    cites=[core("2.5.1.2"), core("2.7.2")],
    owner=IDP,
    unless=["cond-window-inverted", "scd-window-inverted"],
    bad=[
        example("response", (_INSTANT, 'AuthnInstant="2026-11-23T10:02:55Z"')),
        example(
            "response",
            (
                f"{_ISSUED}>\n    <saml:Issuer>",
                'IssueInstant="2026-11-23T09:40:30Z">\n    <saml:Issuer>',
            ),
            note="NotBefore and AuthnInstant lie after the time of issue.",
        ),
    ],
    good=_GOOD,
)
def time_order(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The times of the assertion contradict each other.

    The user signs in before the assertion is issued, the assertion is valid from then on at the
    latest and does not end before it is issued, and the response that carries it is not older. More
    than the clock difference that the profile tolerates is reported.

    Why: times that cannot all be true come from several clocks, from a lifetime that was set wrong,
    or from an assertion that was put together by hand.
    Fix: Set all systems of the identity provider to one good time source, and check the lifetime of
    assertions.
    """
    issued = _value(assertion.issue_instant)
    latest = case.now + case.context.skew
    if issued is None or issued > latest:
        return  # what lies in the future is told by other rules
    skew = case.context.skew
    for node, name, value, after in _times(assertion, case, latest):
        distance = value - issued if after else issued - value
        if distance > skew:
            yield hit(
                node,
                f"{name} is {instant_words(value)}, {duration_words(distance)} "
                f"{'after' if after else 'before'} the assertion was issued, at "
                f"{instant_words(issued)}",
                attribute=name if node is not case.response else "IssueInstant",
                expected=f"{instant_words(issued)} or {'before' if after else 'after'}",
                actual=instant_words(value),
                related=[Place(assertion, "IssueInstant", "when it was issued")],
            )


def _times(
    assertion: Assertion, case: Case, latest: datetime
) -> Iterator[tuple[Node, str, datetime, bool]]:
    """Yield the times to compare with the time of issue, and whether being after it is wrong."""
    for statement in assertion.authn_statements:
        value = _value(statement.authn_instant)
        if value is not None and value <= latest:
            yield statement, "AuthnInstant", value, True
    for conditions in assertion.conditions_all:
        for name, instant, after in (
            ("NotBefore", conditions.not_before, True),
            ("NotOnOrAfter", conditions.not_on_or_after, False),
        ):
            value = _value(instant)
            if value is not None and value <= latest:
                yield conditions, name, value, after
    response = case.response
    value = None if response is None else _value(response.issue_instant)
    if response is not None and value is not None:
        yield response, "IssueInstant of the response", value, False


@rule(
    "time-stale-capture",
    on=(Assertion, ProtocolMessage),
    severity=INFO,
    cites=[core("1.3.3")],
    owner=USER,
    unless=["cond-expired", "scd-notonorafter-expired", "authn-session-expired"],
    bad=[example("request", at="2026-11-26T10:00:00+00:00")],
    good=[example("request"), example("response")],
)
def stale_capture(node: Assertion | ProtocolMessage, case: Case) -> Iterator[Hit]:
    """The message is older than a day.

    It was issued more than a day before the time of the check.

    Why: it can only be judged as of its own time: now every time limit in it has passed.
    Fix: Give the time of the login with --at, as shown.
    """
    if node is not case.message:
        return
    issued = _value(node.issue_instant)
    if issued is not None and case.now - issued > _OLD:
        yield hit(
            node,
            f"The message is {distance_words(case.now - issued)} old",
            attribute="IssueInstant",
            actual=instant_words(issued),
            hint="To learn what happened then, judge it as of the time of the login: "
            f"--at {instant_words(issued)}.",
        )


RULES = (skew_estimate, time_zone_shift, time_order, stale_capture)
