"""Rules on answers that come a second time, when several messages are given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Assertion, AuthnRequest, Response
from samlcheck.rules.case import Case, History
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.message.earlier import again, requests_before
from samlcheck.rules.message.identity import differing
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    USER,
    Hit,
    example,
    rule,
)
from samlcheck.rules.wording import all_of

_LOGIN: Final = example("response")
_REQUEST: Final = example("request")
_ASSERTION_ID: Final = "_4c92e8f7061b4ad5935fd1a70e2b6c83"
_RESPONSE_ID: Final = "_b07d5a3e1f6249c8bd93026ea41c7f58"
_REQUEST_ID: Final = "_8e5f1c2a90b74d36ae21f47b03c9d815"
_OTHER_IDS: Final = (
    (_ASSERTION_ID, "_11111111061b4ad5935fd1a70e2b6c83"),
    (_RESPONSE_ID, "_222222221f6249c8bd93026ea41c7f58"),
)
_ONCE: Final = (
    "      <saml:AudienceRestriction>",
    "      <saml:OneTimeUse/>\n      <saml:AudienceRestriction>",
)
_UNUSED: Final = "an assertion that was not used"
_OWN: Final = "an ID of its own"
_GOOD = (
    _LOGIN,
    example("response", earlier=[_REQUEST]),
    example(
        "request", earlier=[example("request", (_REQUEST_ID, "_other00000000000000000000000000"))]
    ),
)


def _assertions(case: Case) -> Iterator[tuple[Assertion, Assertion]]:
    """Yield the assertions of the message that have the ID of an earlier one, with that."""
    for assertion in case.assertions:
        for earlier in reversed(case.earlier):
            for other in earlier.assertions:
                if assertion.id and other.id == assertion.id:
                    yield assertion, other


def _responses(case: Case) -> Iterator[tuple[Response, Response]]:
    """Yield the message with each earlier response, when it is a response itself."""
    for earlier in reversed(case.earlier):
        if case.response is not None and earlier.response is not None:
            yield case.response, earlier.response


def _said_by(request: AuthnRequest) -> tuple[object, ...]:
    """Return what an identity provider takes from a request."""
    issued, policy = request.issue_instant, request.name_id_policy
    return (
        None if request.issuer is None else request.issuer.text,
        None if issued is None else issued.text,
        request.destination,
        request.assertion_consumer_service_url,
        None if policy is None else policy.format,
    )


@rule(
    "replay-same-id-different-content",
    on=History,
    severity=ERROR,
    cites=[core("1.3.4")],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[
        example(
            "response",
            (">maria.lind@example.org</saml:NameID>", ">admin@example.org</saml:NameID>"),
            (_RESPONSE_ID, "_222222221f6249c8bd93026ea41c7f58"),
            earlier=[_LOGIN],
            also=["replay-inresponseto-consumed", "attr-identity-mismatch"],
        )
    ],
    good=_GOOD,
)
def same_id_different_content(history: History, case: Case) -> Iterator[Hit]:
    """Two messages have the same ID and say different things.

    An assertion or request has the ID of an earlier one and differs from it in what it says.

    Why: an ID belongs to one message for ever. Somebody has written a second one under the ID of
    the first, or an issuer numbers its messages badly.
    Fix: Do not trust the message. Compare the two, and find out who built the second.
    """
    for assertion, other in _assertions(case):
        parts = differing(assertion, other)
        if parts:
            yield again(
                assertion,
                f"The assertion has the ID of an earlier one and differs in {all_of(parts)}",
                other,
                "the earlier assertion",
                expected=_OWN,
            )
            break
    for request, asked in requests_before(case):
        if request.id and request.id == asked.id and _said_by(request) != _said_by(asked):
            yield again(
                request,
                "The request has the ID of an earlier one and says something else",
                asked,
                "the earlier request",
                expected=_OWN,
            )
            break


@rule(
    "replay-onetimeuse",
    on=History,
    severity=ERROR,
    cites=[core("2.5.1.5")],
    tags=[BLOCKS_LOGIN],
    owner=USER,
    unless=["replay-same-id-different-content"],
    bad=[
        example(
            "response",
            _ONCE,
            earlier=[example("response", _ONCE)],
            also=["cond-onetimeuse"],
        )
    ],
    good=_GOOD,
)
def one_time_use(history: History, case: Case) -> Iterator[Hit]:
    """An assertion that may be used once comes a second time.

    The assertion has the condition OneTimeUse, and one with the same ID went before.

    Why: a receiver must not use it again.
    Fix: Start the login anew; do not reload the page that the identity provider posted.
    """
    for assertion, other in _assertions(case):
        if any(item.one_time_use for item in assertion.conditions_all):
            yield again(
                assertion,
                "The assertion is for one use only and came before",
                other,
                "its first use",
                expected=_UNUSED,
            )
            return


@rule(
    "replay-duplicate-assertion-id",
    on=History,
    severity=ERROR,
    cites=[profiles("4.1.4.5")],
    tags=[BLOCKS_LOGIN],
    owner=USER,
    unless=["replay-onetimeuse", "replay-same-id-different-content"],
    bad=[example("response", earlier=[_LOGIN])],
    good=_GOOD,
)
def duplicate_assertion(history: History, case: Case) -> Iterator[Hit]:
    """An assertion or response comes a second time.

    The ID of the assertion, or of the response, is that of an earlier one among the messages given.

    Why: a service provider has to remember the assertions that it took and refuses them the second
    time; Salesforce calls it "Replay Detected". Mostly the user reloaded a page or went back; else
    somebody sends a stolen login again.
    Fix: Start the login anew, and do not reload the page that the identity provider posted. If
    nobody did, find out who sends it again.
    """
    for assertion, other in _assertions(case):
        yield again(
            assertion,
            f"The assertion {assertion.id!r} came before",
            other,
            "its first use",
            expected=_UNUSED,
        )
        return
    for response, earlier in _responses(case):
        if response.id and response.id == earlier.id:
            yield again(
                response,
                f"The response {response.id!r} came before",
                earlier,
                "its first use",
                expected="a response that was not used",
            )
            return


@rule(
    "replay-inresponseto-consumed",
    on=History,
    severity=ERROR,
    cites=[core("3.2.2"), profiles("4.1.4.3")],
    owner=IDP,
    unless=["replay-duplicate-assertion-id", "replay-onetimeuse"],
    bad=[example("response", *_OTHER_IDS, earlier=[_LOGIN])],
    good=_GOOD,
)
def answer_consumed(history: History, case: Case) -> Iterator[Hit]:
    """A second response answers the same request.

    InResponseTo is that of an earlier response among the messages given.

    Why: most service providers forget a request once it was answered, and refuse a second answer.
    Fix: Start the login anew. If it happens each time, look why the identity provider answers
    twice: a form that is posted two times, or a user who signs in two tabs of one request.
    """
    for response, earlier in _responses(case):
        if response.in_response_to and response.in_response_to == earlier.in_response_to:
            yield again(
                response,
                f"The request {response.in_response_to!r} was answered before",
                earlier,
                "the first answer",
                expected="the ID of a request that is not answered yet",
                attribute="InResponseTo",
            )
            return


RULES = (
    same_id_different_content,
    one_time_use,
    duplicate_assertion,
    answer_consumed,
)
