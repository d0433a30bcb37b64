"""What rules on several messages share: the earlier requests, and how a repetition is told."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Assertion, AuthnRequest, Response
from samlcheck.rules.case import Case
from samlcheck.rules.rule import Hit, Place, hit


def requests_before(case: Case) -> Iterator[tuple[AuthnRequest, AuthnRequest]]:
    """Yield the message with each earlier request for a login, when it is one itself."""
    for earlier in reversed(case.earlier):
        if isinstance(case.message, AuthnRequest) and isinstance(earlier.message, AuthnRequest):
            yield case.message, earlier.message


def again(
    node: Assertion | Response | AuthnRequest,
    words: str,
    other: Assertion | Response | AuthnRequest,
    label: str,
    *,
    expected: str,
    attribute: str = "ID",
) -> Hit:
    """Return the hit on a message that has an attribute in common with an earlier one."""
    return hit(
        node,
        words,
        attribute=attribute,
        expected=expected,
        actual=node.element.get(attribute),
        related=[Place(other, attribute, label)],
    )
