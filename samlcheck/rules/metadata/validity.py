"""Rules on how long metadata may be used: validUntil and cacheDuration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from samlcheck.model import EntitiesDescriptor, EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata, saml2int, xsd
from samlcheck.rules.metadata import validity_advice
from samlcheck.rules.metadata.expiry import (
    DATED,
    FIRST_YEAR,
    Dated,
    ends_earlier_outside,
    thing,
    until,
)
from samlcheck.rules.rule import ERROR, INFO, WARNING, Hit, example, hit, rule
from samlcheck.rules.wording import distance_words, instant_words

_SOON = timedelta(days=3)
_FAR = timedelta(days=90)
_GOOD = (example("sp"), example("idp"), example("aggregate"))
_UNTIL = 'validUntil="2027-01-20T00:00:00Z"'


@rule(
    "val-expires-soon",
    on=DATED,
    severity=WARNING,
    cites=[metadata("2.3.1"), metadata("2.3.2")],
    bad=[example("sp", (_UNTIL, 'validUntil="2026-11-25T00:00:00Z"'))],
    good=[*_GOOD, example("sp", (_UNTIL, 'validUntil="2026-11-27T00:00:00Z"'))],
)
def valid_until_near(node: Dated, case: Case) -> Iterator[Hit]:
    """The metadata expires within three days.

    The instant in validUntil is less than three days away.

    Why: when it passes before the copy is renewed, nobody can log in.
    Fix: See that the publisher renews the metadata in time and that receivers fetch it again.
    """
    end = until(node)
    if end is None or not case.now < end < case.now + _SOON:
        return
    if not ends_earlier_outside(node.element, end):
        yield hit(
            node,
            f"{thing(node)} expires at {instant_words(end)}, in {distance_words(end - case.now)}",
            attribute="validUntil",
            expected=f"at least {_SOON.days} days from now",
            actual=node.valid_until.text if node.valid_until else None,
        )


@rule(
    "val-too-far",
    on=(EntitiesDescriptor, EntityDescriptor),
    severity=INFO,
    cites=[saml2int("SDP-MD03")],
    bad=[example("sp", (_UNTIL, 'validUntil="2036-11-20T00:00:00Z"'))],
    good=_GOOD,
)
def valid_until_far(node: EntitiesDescriptor | EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The metadata is valid for longer than 90 days.

    validUntil of the document's root is more than 90 days ahead.

    Why: until then receivers may go on with a copy whose keys were stolen or changed. Federations
    set limits of days or weeks and refuse more.
    Fix: Publish metadata with a validUntil some weeks ahead, and renew it automatically.
    """
    end = until(node)
    if node is case.metadata and end is not None and end > case.now + _FAR:
        yield hit(
            node,
            f"{thing(node)} is valid for another {distance_words(end - case.now)}",
            attribute="validUntil",
            expected=f"at most {_FAR.days} days from now",
            actual=node.valid_until.text if node.valid_until else None,
        )


@rule(
    "val-zero-time",
    on=DATED,
    severity=ERROR,
    cites=[metadata("2.3.2")],
    bad=[example("sp", (_UNTIL, 'validUntil="0001-01-01T00:00:00Z"'))],
    good=_GOOD,
)
def zero_time(node: Dated, case: Case) -> Iterator[Hit]:
    """The validUntil is an empty instant of a program.

    The value lies before SAML 2.0 existed: year 1, 1970 or another zero of a clock.

    Why: a program wrote its "no value" as a date; receivers take the metadata for expired.
    Fix: Leave validUntil out, or set the instant that is meant.
    """
    end = None if node.valid_until is None else node.valid_until.value
    if end is not None and end.year < FIRST_YEAR:
        yield hit(
            node,
            f"The validUntil {node.valid_until.text if node.valid_until else ''!r} is no real date",
            attribute="validUntil",
            expected="an instant in the future, or no validUntil",
            actual=node.valid_until.text if node.valid_until else None,
        )


@rule(
    "val-no-validuntil",
    on=(EntitiesDescriptor, EntityDescriptor),
    severity=INFO,
    cites=[metadata("2.3.2"), saml2int("SDP-MD03")],
    unless=["val-root-no-time"],
    bad=[example("sp", (_UNTIL + " ", ""))],
    good=_GOOD,
)
def no_valid_until(node: EntitiesDescriptor | EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The metadata has no end of validity.

    The root of the document has no validUntil, only a cacheDuration. Where it has neither,
    `val-root-no-time` tells of it.

    Why: cacheDuration says when to fetch the metadata again, not until when it holds. A receiver
    may use an old copy for ever, with keys long withdrawn; many federations refuse such metadata.
    In files that are exchanged between two parties by hand it is common.
    Fix: Publish metadata with a validUntil some weeks ahead if receivers fetch it by themselves.
    """
    if node is case.metadata and node.valid_until is None:
        duration = node.cache_duration
        kept = "" if duration is None else f"; its cacheDuration {duration.text} ends nothing"
        yield hit(
            node,
            f"{thing(node)} has no validUntil{kept}",
            attribute="validUntil",
            expected="an instant in the future",
        )


@rule(
    "val-cacheduration-invalid",
    on=DATED,
    severity=ERROR,
    cites=[metadata("2.3.2"), xsd("3.2.6")],
    bad=[
        example("sp", ('cacheDuration="PT6H"', 'cacheDuration="6H"')),
        example("sp", ('cacheDuration="PT6H"', 'cacheDuration="2027-01-20T00:00:00Z"')),
        example("sp", ('cacheDuration="PT6H"', 'cacheDuration="-PT6H"')),
    ],
    good=_GOOD,
)
def cache_duration_invalid(node: Dated, case: Case) -> Iterator[Hit]:
    """The cacheDuration is not a length of time.

    The value is not an xs:duration such as PT6H or P1D, or it is negative.

    Why: the document does not follow the schema, and receivers that check it refuse it.
    Fix: Write the time that a copy may be kept as an xs:duration: PT6H is six hours, P1D a day.
    """
    duration = node.cache_duration
    if duration is not None and duration.problem is not None:
        yield hit(
            node,
            f"The cacheDuration {duration.text!r} {duration.problem}",
            attribute="cacheDuration",
            expected="an xs:duration such as PT6H",
            actual=duration.text,
        )


RULES = (
    valid_until_near,
    valid_until_far,
    zero_time,
    no_valid_until,
    cache_duration_invalid,
    *validity_advice.RULES,
)
