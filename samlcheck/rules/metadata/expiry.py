"""The rule on metadata that has expired, checked by itself or given for one side of a login."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import (
    AffiliationDescriptor,
    EntitiesDescriptor,
    EntityDescriptor,
    RoleDescriptor,
)
from samlcheck.rules.case import Case, Given
from samlcheck.rules.citations import metadata
from samlcheck.rules.rule import ERROR, Hit, Unknown, example, hit, rule
from samlcheck.rules.wording import distance_words, instant_words
from samlcheck.xml import Lexical, parse_datetime
from samlcheck.xml.names import MD, clark, split_clark

Dated = EntitiesDescriptor | EntityDescriptor | RoleDescriptor | AffiliationDescriptor

DATED: Final = (EntitiesDescriptor, EntityDescriptor, RoleDescriptor, AffiliationDescriptor)
#: SAML 2.0 metadata cannot have ended before SAML 2.0 began.
FIRST_YEAR: Final = 2005

_UNTIL = 'validUntil="2027-01-20T00:00:00Z"'
_PASSED = 'validUntil="2026-11-20T00:00:00Z"'
_ENTITY: Final = clark(MD, "EntityDescriptor")
_GROUP: Final = clark(MD, "EntitiesDescriptor")
_THINGS: Final = {
    "EntitiesDescriptor": "The aggregate",
    "EntityDescriptor": "The metadata",
    "AffiliationDescriptor": "The affiliation",
}
_UNREADABLE: Final = "a validUntil cannot be read"
_SIDES: Final = {"sp": "SP", "idp": "IdP"}


def _sensible(end: Lexical[datetime] | None) -> datetime | None:
    """Return an instant, unless there is none or it makes no sense."""
    value = None if end is None else end.value
    return value if value is not None and value.year >= FIRST_YEAR else None


def until(node: Dated) -> datetime | None:
    """Return when an element says that it ends, unless the value makes no sense."""
    return _sensible(node.valid_until)


def ends_earlier_outside(element: Element, end: datetime) -> bool:
    """Tell whether an element above ends no later: then that one is the effective end."""
    for ancestor in element.iterancestors():
        text = ancestor.get("validUntil")
        outer = None if text is None else parse_datetime(text).value
        if outer is not None and outer <= end:
            return True
    return False


def thing(node: Dated) -> str:
    """Name an element that may expire, to start a sentence with."""
    return _named(node.element)


def _named(element: Element) -> str:
    return _THINGS.get(split_clark(str(element.tag))[1], "The role")


@rule(
    "val-expired",
    on=(*DATED, Given),
    severity=ERROR,
    cites=[metadata("2.3.1"), metadata("2.3.2")],
    bad=[
        example("sp", (_UNTIL, _PASSED)),
        example("aggregate", (_UNTIL, _PASSED)),
        example("pair", idp=[(_UNTIL, _PASSED)]),
        example("response", idp=[(_UNTIL, _PASSED)], note="The login itself is not refused."),
        example("response", sp=[("<md:SPSSODescriptor ", f"<md:SPSSODescriptor {_PASSED} ")]),
    ],
    good=[
        example("sp"),
        example("idp"),
        example("aggregate"),
        example("pair"),
        example("response"),
    ],
)
def valid_until_passed(subject: Dated | Given, case: Case) -> Iterator[Hit | Unknown]:
    """The metadata has expired.

    The instant in validUntil has passed. It holds for the element and everything in it; where
    several apply, the earliest counts. Of metadata given for one side, the role that takes part is
    looked at, its entity, and the groups around that. A login is not refused for it but its
    verdict stays open: the receiver may have newer metadata than was given here.

    Why: receivers must not use expired metadata, so nobody can log in until it is renewed.
    Fix: Fetch the metadata again; if it is your own, publish it with a later validUntil, and let
    the publisher renew it long before it ends.
    """
    if isinstance(subject, Given):
        yield from _of_given(subject, case)
        return
    if subject.valid_until is not None and subject.valid_until.value is None:
        yield Unknown(_UNREADABLE)
    end = until(subject)
    if end is not None and end <= case.now and not ends_earlier_outside(subject.element, case.now):
        yield _expired(subject.element, thing(subject), end, case, None)


def _expired(element: Element, name: str, end: datetime, case: Case, owner: str | None) -> Hit:
    return hit(
        element,
        f"{name} expired at {instant_words(end)}, {distance_words(case.now - end)} ago",
        attribute="validUntil",
        expected=f"an instant after {instant_words(case.now)}",
        actual=element.get("validUntil"),
        owner=owner,
    )


def _of_given(given: Given, case: Case) -> Iterator[Hit | Unknown]:
    """Yield the outermost end that has passed, of what the role that takes part depends on."""
    entity = given.entity
    if entity is None:
        return
    role = entity.sp if given.side == "sp" else entity.idp
    inner = entity.element if role is None else role.element
    passed: tuple[Element, datetime] | None = None
    for element in (inner, *inner.iterancestors(_ENTITY, _GROUP)):
        text = element.get("validUntil")
        if text is None:
            continue
        stated = parse_datetime(text)
        if stated.value is None:
            yield Unknown(_UNREADABLE)
        end = _sensible(stated)
        if end is not None and end <= case.now:
            passed = element, end
    if passed is not None:
        name = f"{_named(passed[0])} given for the {_SIDES[given.side]}"
        yield _expired(passed[0], name, passed[1], case, given.side)
        yield Unknown(f"{_SIDES[given.side]} metadata that has not expired", leaves_open=True)


RULES = (valid_until_passed,)
