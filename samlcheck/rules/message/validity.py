"""Rules on when an assertion is valid, by its Conditions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from samlcheck.model import Assertion, Conditions
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.message.claims import claims_example
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    USER,
    WARNING,
    Hit,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import duration_words, instant_words, stale_advice, window_words

_FROM = 'NotBefore="2026-11-23T09:54:30Z"'
_UNTIL = 'NotOnOrAfter="2026-11-23T10:59:30Z">'
_GOOD = (example("response"),)


@rule(
    "cond-window-inverted",
    on=Conditions,
    severity=ERROR,
    cites=[core("2.5.1.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (_FROM, 'NotBefore="2026-11-23T10:59:30Z"'))],
    good=_GOOD,
)
def conditions_inverted(conditions: Conditions, case: Case) -> Iterator[Hit]:
    """The validity of the assertion ends before it begins.

    NotBefore has to lie before NotOnOrAfter.

    Why: there is no instant at which the assertion is valid, so it is always refused.
    Fix: Correct the lifetime of assertions that is set at the identity provider.
    """
    start, end = conditions.not_before, conditions.not_on_or_after
    if start is None or end is None or start.value is None or end.value is None:
        return
    if start.value >= end.value:
        yield hit(
            conditions,
            f"The assertion is valid from {start.text} but only until {end.text}",
            attribute="NotBefore",
            expected=f"an instant before {end.text}",
            actual=start.text,
        )


@rule(
    "cond-notbefore-future",
    on=Conditions,
    severity=ERROR,
    cites=[core("2.5.1.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=["cond-window-inverted"],
    bad=[
        example("response", (_FROM, 'NotBefore="2026-11-23T10:05:00Z"')),
        example("response", (_FROM, 'NotBefore="2026-11-23T10:03:01Z"')),
    ],
    good=[
        example("response"),
        example("response", (_FROM, 'NotBefore="2026-11-23T10:03:00Z"'), also=["time-order"]),
    ],
)
def not_valid_yet(conditions: Conditions, case: Case) -> Iterator[Hit]:
    """The assertion is not valid yet.

    NotBefore lies further in the future than the clock difference that the profile tolerates.

    Why: the receiver refuses the assertion until its clock has reached that instant. Nearly
    always the clock of one side is wrong, or a local time was written as if it were UTC.
    Fix: Set both sides to a good time source. If the time of the check is wrong instead, give
    that of the login with --at.
    """
    start = conditions.not_before
    if start is None or start.value is None or start.value <= case.now + case.context.skew:
        return
    window = window_words(start, conditions.not_on_or_after)
    early = start.value - case.now
    yield hit(
        conditions,
        f"The assertion is not valid yet: it is valid {window}, and "
        f"{instant_words(case.now)}, the time of the check, is {duration_words(early)} too early",
        attribute="NotBefore",
        expected=f"an instant up to {instant_words(case.now + case.context.skew)}",
        actual=start.text,
        hint=_time_zone_advice(early),
    )


def _time_zone_advice(early: timedelta) -> str | None:
    """Return advice when the clocks differ by whole hours, as a wrong time zone makes them."""
    minutes = early.total_seconds() / 60
    off = minutes % 60
    if not 55 <= minutes <= 14 * 60 + 5 or 5 < off < 55:
        return None
    return (
        "The difference is close to whole hours, as when a local time is written as if it were "
        "UTC. Check the time zone of the identity provider, then the clocks of both sides."
    )


@rule(
    "cond-expired",
    on=Assertion,
    severity=ERROR,
    cites=[core("2.5.1.2"), profiles("4.1.4.3")],
    tags=[BLOCKS_LOGIN],
    owner=USER,
    unless=["cond-window-inverted"],
    bad=[
        example("response", at="2026-11-23T11:30:00+00:00"),
        example(
            "response",
            at="2026-11-23T11:02:30+00:00",
            note="At NotOnOrAfter plus the tolerated clock difference it has expired.",
        ),
    ],
    good=[
        example("response"),
        example("response", at="2026-11-23T11:02:29+00:00", also=["response-issueinstant-stale"]),
    ],
)
def conditions_expired(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The assertion has expired.

    The time of the check, less the clock difference that the profile tolerates, has reached
    NotOnOrAfter.

    Why: the receiver refuses the assertion. Usually the user waited, went back to the sign-in
    page or used a bookmark of it; sometimes the clocks of the two sides differ.
    Fix: The user who signs in starts again from the application, without the back button or a
    bookmark. If it happens at once and each time, compare the clocks of the two sides.
    """
    issued = None if assertion.issue_instant is None else assertion.issue_instant.value
    for conditions in assertion.conditions_all:
        end = conditions.not_on_or_after
        if end is None or end.value is None or end.value > case.now - case.context.skew:
            continue
        yield hit(
            conditions,
            f"The assertion expired {duration_words(case.now - end.value)} before "
            f"{instant_words(case.now)}, the time of the check: it was valid "
            f"{window_words(conditions.not_before, end)}",
            attribute="NotOnOrAfter",
            expected=f"an instant after {instant_words(case.now - case.context.skew)}",
            actual=end.text,
            hint=stale_advice(case.now, end.value, issued),
        )


@rule(
    "cond-lifetime-excessive",
    on=Assertion,
    severity=WARNING,
    cites=[core("2.5.1.2")],
    owner=IDP,
    unless=["cond-window-inverted"],
    bad=[
        claims_example(
            (_UNTIL, 'NotOnOrAfter="2026-11-24T09:54:30Z">'),
        )
    ],
    good=[
        example("response"),
        example("response", (_UNTIL, 'NotOnOrAfter="2026-11-24T09:54:30Z">')),
    ],
)
def lifetime_excessive(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The assertion is valid for longer than the profile expects.

    The time between NotBefore, or else IssueInstant, and NotOnOrAfter is compared with the
    longest one that the profile names; without a profile nothing is compared.

    Why: the longer an assertion is valid, the longer a stolen one can be used. A lifetime that
    nobody set is also what forged assertions are known by.
    Fix: Shorten the lifetime of assertions at the identity provider; minutes are enough, since an
    assertion is used once, at sign-in.
    """
    longest = case.profile.max_lifetime
    for conditions in assertion.conditions_all if longest is not None else ():
        start, end = conditions.not_before or assertion.issue_instant, conditions.not_on_or_after
        span = None if end is None else _span(start.value if start else None, end.value)
        if end is None or span is None or longest is None or span <= longest:
            continue
        yield hit(
            conditions,
            f"The assertion is valid for {duration_words(span)}, "
            f"the profile expects {duration_words(longest)} at most",
            attribute="NotOnOrAfter",
            expected=f"at most {duration_words(longest)}",
            actual=duration_words(span),
        )


def _span(start: datetime | None, end: datetime | None) -> timedelta | None:
    return None if start is None or end is None else end - start


RULES = (
    conditions_inverted,
    not_valid_yet,
    conditions_expired,
    lifetime_excessive,
)
