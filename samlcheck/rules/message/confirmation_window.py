"""Rules on the time within which a bearer confirmation allows the assertion to be delivered."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Assertion, Subject
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.message.confirmation import bearers
from samlcheck.rules.rule import BLOCKS_LOGIN, ERROR, IDP, USER, Hit, example, hit, rule
from samlcheck.rules.wording import duration_words, instant_words, stale_advice

_UNTIL = ' NotOnOrAfter="2026-11-23T10:59:30Z"/>'
_GOOD = (example("response"),)


@rule(
    "scd-notonorafter-missing",
    on=Subject,
    severity=ERROR,
    cites=[profiles("4.1.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (_UNTIL, "/>"))],
    good=_GOOD,
)
def confirmation_end_missing(subject: Subject, case: Case) -> Iterator[Hit]:
    """The bearer confirmation does not say until when the assertion may be delivered.

    NotOnOrAfter of SubjectConfirmationData is required, whatever the Conditions say.

    Why: an assertion that may be delivered for ever can be stolen and used at any time, so it is
    refused.
    Fix: Make the identity provider write NotOnOrAfter into SubjectConfirmationData.
    """
    for _, data, severity in bearers(subject, case):
        if data is not None and data.not_on_or_after is None:
            yield hit(
                data,
                "The bearer confirmation has no NotOnOrAfter",
                expected="the instant until which the assertion may be delivered",
                severity=severity,
            )


@rule(
    "scd-notonorafter-bad-format",
    on=Subject,
    severity=ERROR,
    cites=[core("1.3.3"), profiles("4.1.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (_UNTIL, ' NotOnOrAfter="2026-11-23 10:59:30"/>'))],
    good=_GOOD,
)
def confirmation_end_unreadable(subject: Subject, case: Case) -> Iterator[Hit]:
    """The time limit of the bearer confirmation cannot be read.

    NotOnOrAfter of SubjectConfirmationData is no xs:dateTime.

    Why: a limit that cannot be read is no limit, so the assertion is refused.
    Fix: Make the identity provider write the instant in UTC, such as 2026-11-23T10:59:30Z.
    """
    for _, data, severity in bearers(subject, case):
        end = None if data is None else data.not_on_or_after
        if end is not None and end.value is None:
            yield hit(
                data,
                f"The NotOnOrAfter {end.text!r} of the bearer confirmation {end.problem}",
                attribute="NotOnOrAfter",
                expected="an instant such as 2026-11-23T10:59:30Z",
                actual=end.text,
                severity=severity,
            )


@rule(
    "scd-notonorafter-expired",
    on=Assertion,
    severity=ERROR,
    cites=[profiles("4.1.4.3"), core("2.4.1.2")],
    tags=[BLOCKS_LOGIN],
    owner=USER,
    unless=["cond-expired", "cond-window-inverted"],
    bad=[example("response", (_UNTIL, ' NotOnOrAfter="2026-11-23T09:50:00Z"/>'))],
    good=[
        example("response"),
        example("response", (_UNTIL, ' NotOnOrAfter="2026-11-23T09:57:01Z"/>')),
    ],
)
def confirmation_expired(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The assertion was delivered too late.

    The time of the check, less the clock difference that the profile tolerates, has reached
    NotOnOrAfter of the bearer confirmation.

    Why: the limit keeps a stolen assertion from being used later, so the receiver refuses it.
    Fix: The user who signs in starts again from the application, without the back button or a
    bookmark of the sign-in page. If it happens at once and each time, compare the clocks of the two
    sides.
    """
    issued = None if assertion.issue_instant is None else assertion.issue_instant.value
    for subject in assertion.subjects:
        for _, data, severity in bearers(subject, case):
            end = None if data is None else data.not_on_or_after
            if end is None or end.value is None or end.value > case.now - case.context.skew:
                continue
            yield hit(
                data,
                f"The assertion was to be delivered before {end.text}, "
                f"{duration_words(case.now - end.value)} before {instant_words(case.now)}, "
                "the time of the check",
                attribute="NotOnOrAfter",
                expected=f"an instant after {instant_words(case.now - case.context.skew)}",
                actual=end.text,
                hint=stale_advice(case.now, end.value, issued),
                severity=severity,
            )


@rule(
    "scd-window-inverted",
    on=Subject,
    severity=ERROR,
    cites=[core("2.4.1.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", (_UNTIL, f' NotBefore="2026-11-23T11:00:00Z"{_UNTIL}'))],
    good=_GOOD,
)
def confirmation_window_inverted(subject: Subject, case: Case) -> Iterator[Hit]:
    """The bearer confirmation ends before it begins.

    NotBefore of SubjectConfirmationData has to lie before NotOnOrAfter.

    Why: there is no instant at which the assertion may be delivered.
    Fix: Correct the lifetime that is set at the identity provider, and leave NotBefore out here.
    """
    for _, data, severity in bearers(subject, case):
        if data is None or data.not_before is None or data.not_on_or_after is None:
            continue
        start, end = data.not_before, data.not_on_or_after
        if start.value is not None and end.value is not None and start.value >= end.value:
            yield hit(
                data,
                f"The bearer confirmation begins at {start.text} and ends at {end.text}",
                attribute="NotBefore",
                expected=f"an instant before {end.text}, or none",
                actual=start.text,
                severity=severity,
            )


@rule(
    "scd-notbefore-future",
    on=Subject,
    severity=ERROR,
    cites=[core("2.4.1.2"), profiles("4.1.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=["scd-window-inverted", "cond-notbefore-future"],
    bad=[example("response", (_UNTIL, f' NotBefore="2026-11-23T10:30:00Z"{_UNTIL}'))],
    good=[
        example(
            "response",
            (_UNTIL, f' NotBefore="2026-11-23T10:02:00Z"{_UNTIL}'),
            also=["scd-notbefore-present"],
        )
    ],
)
def confirmation_not_yet(subject: Subject, case: Case) -> Iterator[Hit]:
    """The assertion may not be delivered yet.

    NotBefore of SubjectConfirmationData, which ought not to be there at all, lies further in the
    future than the clock difference that the profile tolerates.

    Why: before that instant the confirmation does not count, so the assertion is refused.
    Fix: Leave NotBefore out of SubjectConfirmationData, and compare the identity provider's clock
    with a good one.
    """
    for _, data, severity in bearers(subject, case):
        start = None if data is None else data.not_before
        if start is None or start.value is None or start.value <= case.now + case.context.skew:
            continue
        yield hit(
            data,
            f"The assertion may be delivered from {start.text} on, "
            f"{duration_words(start.value - case.now)} after {instant_words(case.now)}, "
            "the time of the check",
            attribute="NotBefore",
            expected="no NotBefore",
            actual=start.text,
            severity=severity,
        )


@rule(
    "scd-notbefore-present",
    on=Subject,
    severity=ERROR,
    cites=[profiles("4.1.4.2")],
    owner=IDP,
    unless=["scd-window-inverted", "scd-notbefore-future"],
    bad=[example("response", (_UNTIL, f' NotBefore="2026-11-23T09:54:30Z"{_UNTIL}'))],
    good=_GOOD,
)
def confirmation_start_present(subject: Subject, case: Case) -> Iterator[Hit]:
    """The bearer confirmation has a NotBefore.

    SubjectConfirmationData of a bearer confirmation must not have one; the beginning of the
    validity belongs into Conditions.

    Why: strict service providers ignore such a confirmation and then find no other.
    Fix: Make the identity provider leave NotBefore out of SubjectConfirmationData.
    """
    for _, data, severity in bearers(subject, case):
        if data is not None and data.not_before is not None:
            yield hit(
                data,
                f"The bearer confirmation has the NotBefore {data.not_before.text!r}",
                attribute="NotBefore",
                expected="no NotBefore",
                actual=data.not_before.text,
                severity=severity,
            )


RULES = (
    confirmation_end_missing,
    confirmation_end_unreadable,
    confirmation_expired,
    confirmation_window_inverted,
    confirmation_not_yet,
    confirmation_start_present,
)
