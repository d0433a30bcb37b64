"""Rules on when and where a response was sent, beside the request that it answers."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import AuthnRequest, Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.message import authn_request
from samlcheck.rules.rule import (
    ERROR,
    IDP,
    WARNING,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import duration_words, two_differ

_ACS = 'AssertionConsumerServiceURL="https://sp.example.org/saml/acs"'


@rule(
    "response-before-request",
    on=Response,
    severity=WARNING,
    cites=[core("3.2.2")],
    owner=IDP,
    needs=["request"],
    unless=["response-inresponseto-mismatch"],
    bad=[example("response", request=[("09:59:00Z", "10:02:31Z")], also=["time-skew-estimate"])],
    good=[example("response"), example("response", request=[("09:59:00Z", "10:02:30Z")])],
)
def before_request(response: Response, case: Case) -> Iterator[Hit]:
    """The response is older than the request that it answers.

    Its IssueInstant lies before that of the request by more than the clock difference that the
    profile tolerates.

    Why: the clocks of the two sides differ by at least that much, which soon makes assertions
    seem expired or not valid yet.
    Fix: Set both sides to a good time source.
    """
    if case.request is None or case.request.issue_instant is None:
        return
    asked, said = case.request.issue_instant, response.issue_instant
    if asked.value is None or said is None or said.value is None:
        return
    if asked.value - said.value > case.context.skew:
        yield hit(
            response,
            f"The response was issued at {said.text}, {duration_words(asked.value - said.value)} "
            f"before the request, at {asked.text}",
            attribute="IssueInstant",
            expected=f"an instant after {asked.text}",
            actual=said.text,
            related=[Place(case.request, "IssueInstant", "when the request was issued")],
        )


@rule(
    "response-acs-vs-request",
    on=Response,
    severity=ERROR,
    cites=[core("3.4.1")],
    owner=IDP,
    needs=["request"],
    unless=["response-destination-mismatch", "response-inresponseto-mismatch"],
    bad=[
        example(
            "response",
            request=[(_ACS, _ACS.replace('acs"', 'acs/reading-room"'))],
        ),
        example("response", request=[(_ACS, 'AssertionConsumerServiceIndex="1"')]),
    ],
    good=[
        example("response"),
        example("response", request=[(_ACS, 'AssertionConsumerServiceIndex="0"')]),
        example("response", request=[(_ACS, "")]),
    ],
)
def reply_url_vs_request(response: Response, case: Case) -> Iterator[Hit | Unknown]:
    """The response was sent to another reply URL than the request asked for.

    The request names an AssertionConsumerServiceURL, or an index that the SP metadata resolves,
    and Destination of the response is another location.

    Why: the identity provider must answer at the location that was asked for. An application
    with several entrances does not find the login that it started.
    Fix: Make the identity provider honour the reply URL of the request instead of a fixed one.
    """
    if case.request is None or not response.destination:
        return
    wanted = case.request.assertion_consumer_service_url
    index = case.request.assertion_consumer_service_index
    if not wanted and index is not None:
        if case.sp_role is None:
            yield Unknown("the request names an index, and the SP metadata was not given")
            return
        wanted = authn_request.location_at(index.value, case)
    if not wanted or wanted == response.destination:
        return
    told = two_differ(response.destination, wanted)
    yield hit(
        response,
        f"The response was sent to {response.destination!r}, but the request asked for "
        f"{wanted!r}" + ("" if told is None else f": {told}"),
        attribute="Destination",
        expected=wanted,
        actual=response.destination,
        related=[Place(case.request, _where(case.request), "what the request asked for")],
    )


def _where(request: AuthnRequest) -> str:
    if request.assertion_consumer_service_url:
        return "AssertionConsumerServiceURL"
    return "AssertionConsumerServiceIndex"


RULES = (
    before_request,
    reply_url_vs_request,
)
