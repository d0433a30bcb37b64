"""Rules on time limits that are missing, or that do not fit each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Assertion, Conditions
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.rule import IDP, INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import all_of, duration_words
from samlcheck.xml.names import BEARER

_FROM: Final = ' NotBefore="2026-11-23T09:54:30Z"'
_UNTIL: Final = ' NotOnOrAfter="2026-11-23T10:59:30Z"'
_DELIVERY: Final = f"{_UNTIL}/>"
_GOOD: Final = (example("response"),)


@rule(
    "cond-time-missing",
    on=Conditions,
    severity=INFO,
    cites=[core("2.5.1.2")],
    owner=IDP,
    bad=[
        example("response", (_FROM, "")),
        example("response", (f"{_FROM}{_UNTIL}>", ">")),
    ],
    good=_GOOD,
)
def time_missing(conditions: Conditions, case: Case) -> Iterator[Hit]:
    """The Conditions leave a time limit open.

    NotBefore or NotOnOrAfter is missing. The specification allows it.

    Why: some service providers refuse an assertion without both limits; without an end only the
    subject confirmation keeps it from being used later.
    Fix: Nothing has to be done while logins work. Else set a lifetime for assertions at the
    identity provider.
    """
    missing = [
        name
        for name, value in (
            ("NotBefore", conditions.not_before),
            ("NotOnOrAfter", conditions.not_on_or_after),
        )
        if value is None
    ]
    if missing:
        yield hit(
            conditions,
            f"The Conditions have no {' and no '.join(missing)}",
            expected=all_of(missing),
        )


@rule(
    "cond-window-mismatch-scd",
    on=Assertion,
    severity=WARNING,
    cites=[core("2.4.1.2")],
    owner=IDP,
    unless=["cond-window-inverted", "scd-window-inverted"],
    bad=[
        example(
            "response",
            (_DELIVERY, ' NotOnOrAfter="2026-11-23T11:59:30Z"/>'),
        )
    ],
    good=[*_GOOD, example("response", (_DELIVERY, ' NotOnOrAfter="2026-11-23T10:04:30Z"/>'))],
)
def delivery_after_end(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The assertion may be delivered after it has expired.

    NotOnOrAfter of the bearer confirmation lies after NotOnOrAfter of the Conditions. The time for
    delivery ought to lie within the validity of the assertion.

    Why: whoever relies on the later limit is refused by the earlier one; two limits that were set
    apart show that one of them was forgotten.
    Fix: Set the lifetime of the bearer confirmation at the identity provider to no more than that
    of the assertion.
    """
    conditions = assertion.conditions
    end = None if conditions is None else conditions.not_on_or_after
    if conditions is None or end is None or end.value is None:
        return
    for subject in assertion.subjects:
        for confirmation in subject.confirmations:
            data = confirmation.data
            limit = None if data is None else data.not_on_or_after
            if confirmation.method != BEARER or data is None or limit is None:
                continue
            if limit.value is not None and limit.value > end.value:
                yield hit(
                    data,
                    f"The assertion may be delivered until {limit.text}, "
                    f"{duration_words(limit.value - end.value)} after it has expired",
                    attribute="NotOnOrAfter",
                    expected=f"{end.text} or before",
                    actual=limit.text,
                    related=[Place(conditions, "NotOnOrAfter", "the end of its validity")],
                )


RULES = (time_missing, delivery_after_end)
