"""Rules on instants in messages that cannot be read, whatever they are for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from samlcheck.model import AuthnStatement, Conditions, Node, SubjectConfirmationData
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, xsd
from samlcheck.rules.rule import BLOCKS_LOGIN, ERROR, IDP, Hit, example, hit, rule
from samlcheck.xml import Lexical

_END = "NotOnOrAfter"
_INSTANTS: tuple[tuple[str, str], ...] = (
    ("not_before", "NotBefore"),
    ("not_on_or_after", _END),
    ("authn_instant", "AuthnInstant"),
    ("session_not_on_or_after", "SessionNotOnOrAfter"),
)
_FROM = 'NotBefore="2026-11-23T09:54:30Z"'
_GOOD = (example("response"),)


def _instants(node: Node) -> Iterator[tuple[str, Lexical[datetime]]]:
    """Yield the instants that a node has, with the names of their attributes."""
    for field, name in _INSTANTS:
        value = getattr(node, field, None)
        if isinstance(value, Lexical):
            yield name, value


@rule(
    "time-bad-lexical",
    on=(SubjectConfirmationData, Conditions, AuthnStatement),
    severity=ERROR,
    cites=[core("1.3.3"), xsd("3.2.7")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", (_FROM, 'NotBefore="1795427670"')),
        example(
            "response",
            ('AuthnInstant="2026-11-23T09:59:20Z"', 'AuthnInstant="2026-11-31T09:59:20Z"'),
        ),
    ],
    good=[
        example("response"),
        example("response", (_FROM, 'NotBefore="2026-11-23T09:54:30.1234567Z"')),
    ],
)
def instant_unreadable(
    node: SubjectConfirmationData | Conditions | AuthnStatement, case: Case
) -> Iterator[Hit]:
    """An instant is no xs:dateTime.

    NotBefore, NotOnOrAfter, AuthnInstant and SessionNotOnOrAfter are read as xs:dateTime, such as
    2026-11-23T10:00:00Z. How an instant is written that can be read is left to
    `xsd-datetime-not-utc`.

    Why: a receiver cannot tell whether the assertion is valid, so it refuses it.
    Fix: Make the identity provider write instants in UTC, such as 2026-11-23T10:00:00Z.
    """
    for name, instant in _instants(node):
        if instant.value is not None:
            continue
        if isinstance(node, SubjectConfirmationData) and name == _END:
            continue  # scd-notonorafter-bad-format tells of it
        yield hit(
            node,
            f"The {name} {instant.text!r} {instant.problem}",
            attribute=name,
            expected="an instant such as 2026-11-23T10:00:00Z",
            actual=instant.text,
        )


RULES = (instant_unreadable,)
