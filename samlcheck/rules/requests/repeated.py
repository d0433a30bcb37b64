"""Rules on requests for a login that come again, when several messages are given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from samlcheck.model import AuthnRequest
from samlcheck.rules.case import Case, History
from samlcheck.rules.citations import core, paper, profiles
from samlcheck.rules.message.earlier import again, requests_before
from samlcheck.rules.rule import SP, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import duration_words

_REQUEST: Final = example("request")
_REQUEST_ID: Final = "_8e5f1c2a90b74d36ae21f47b03c9d815"
_GOOD: Final = (
    example("response", earlier=[_REQUEST]),
    example(
        "request", earlier=[example("request", (_REQUEST_ID, "_other00000000000000000000000000"))]
    ),
)
#: So many requests of one service provider in so short a time are a loop.
_LOOP, _SPAN = 3, timedelta(minutes=1)


@rule(
    "req-reused-id",
    on=History,
    severity=WARNING,
    cites=[core("1.3.4")],
    owner=SP,
    unless=["replay-same-id-different-content"],
    bad=[example("request", earlier=[_REQUEST])],
    good=_GOOD,
)
def reused_id(history: History, case: Case) -> Iterator[Hit]:
    """The same request was sent twice.

    The ID of the request is that of an earlier one among the messages given.

    Why: an ID belongs to one request. Some identity providers refuse the second; and of two answers
    the service provider takes one.
    Fix: Make the service provider write a new request each time. If the user reloaded the page or
    went back, start the login anew.
    """
    for request, earlier in requests_before(case):
        if request.id and request.id == earlier.id:
            yield again(
                request,
                f"The request {request.id!r} was sent before",
                earlier,
                "the earlier request",
                expected="a new ID",
            )
            return


@rule(
    "req-loop",
    on=History,
    severity=WARNING,
    cites=[
        paper(
            "Microsoft Entra error codes: AADSTS50196",
            "https://learn.microsoft.com/entra/identity-platform/reference-error-codes",
        ),
        profiles("4.1.3.1"),
    ],
    owner=SP,
    bad=[
        example(
            "request",
            earlier=[
                example(
                    "request",
                    (_REQUEST_ID, f"_other{number}000000000000000000000000"),
                    ("09:59:00Z", f"09:58:{number}0Z"),
                )
                for number in (2, 4)
            ],
        )
    ],
    good=_GOOD,
)
def loop(history: History, case: Case) -> Iterator[Hit]:
    """The service provider asks for a login again and again.

    Three or more requests of one service provider were issued within a minute.

    Why: it does not keep the user signed in, so the browser goes back and forth until one side ends
    it: AD FS with MSIS7042, Entra ID with AADSTS50196. Mostly a cookie of the service provider is
    not kept, or its clock is wrong.
    Fix: Look at the cookies that the service provider sets after the login: their domain, Secure
    and SameSite; and at its log for why it refuses the session.
    """
    request = case.message
    if not isinstance(request, AuthnRequest) or request.issuer is None:
        return
    issued = None if request.issue_instant is None else request.issue_instant.value
    if issued is None:
        return
    near = []
    for _, earlier in requests_before(case):
        at = None if earlier.issue_instant is None else earlier.issue_instant.value
        same = earlier.issuer is not None and earlier.issuer.value == request.issuer.value
        if same and at is not None and abs(issued - at) <= _SPAN and earlier.id != request.id:
            near.append((at, earlier))
    if len(near) + 1 >= _LOOP:
        first = min(near, key=lambda item: item[0])
        yield hit(
            request,
            f"This is request number {len(near) + 1} of the service provider within "
            f"{duration_words(issued - first[0])}",
            expected="one request for a login",
            actual=f"{len(near) + 1} requests",
            related=[Place(first[1], "IssueInstant", "the first of them")],
        )


RULES = (reused_id, loop)
