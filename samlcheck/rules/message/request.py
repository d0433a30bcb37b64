"""Rules on a response beside the request that it answers."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Response, Subject
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.message import authn_request, reply, request_consistency
from samlcheck.rules.message.confirmation import bearers
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    Hit,
    Place,
    example,
    hit,
    rule,
)

_ID = "_8e5f1c2a90b74d36ae21f47b03c9d815"
_OUTER = f'/saml/acs" InResponseTo="{_ID}"'
_INNER = f'<saml:SubjectConfirmationData InResponseTo="{_ID}"'
_OTHER_ID = "_1f00c2a90b74d36ae21f47b03c9d8e5f"
_WITHOUT = ("request",)
_GOOD = (example("response"), example("response", without=_WITHOUT))


def _asked(case: Case) -> list[Place]:
    return [] if case.request is None else [Place(case.request, "ID", "the request")]


@rule(
    "response-inresponseto-missing",
    on=Response,
    severity=ERROR,
    cites=[core("3.2.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    needs=["request"],
    bad=[
        example("response", (_OUTER, '/saml/acs"')),
        example(
            "response",
            (_OUTER, '/saml/acs"'),
            (_INNER, "<saml:SubjectConfirmationData"),
            note="Both are missing: the response was not made for any request.",
        ),
    ],
    good=_GOOD,
)
def in_response_to_missing(response: Response, case: Case) -> Iterator[Hit]:
    """The response does not say which request it answers.

    A request was given, so the response has to name its ID in InResponseTo.

    Why: a service provider that waits for the answer to its request refuses another one, or takes
    it for a login that was started at the identity provider.
    Fix: Start the login at the service provider and capture both messages of the same login. If
    they are of the same one, make the identity provider write InResponseTo.
    """
    if case.request is not None and not response.in_response_to:
        yield hit(
            response,
            "The response has no InResponseTo, though a request was given that it answers",
            attribute="InResponseTo",
            expected=case.request.id,
            actual=response.in_response_to,
            related=_asked(case),
        )


@rule(
    "response-inresponseto-mismatch",
    on=Response,
    severity=ERROR,
    cites=[core("3.2.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    needs=["request"],
    bad=[example("response", (_ID, _OTHER_ID))],
    good=_GOOD,
)
def in_response_to_mismatch(response: Response, case: Case) -> Iterator[Hit]:
    """The response answers another request.

    InResponseTo of the response is not the ID of the request given.

    Why: a service provider refuses an answer to a request that it did not send, or that it no
    longer remembers. It happens when a sign-in page is used again, in two tabs, or when the two
    messages were captured from different logins.
    Fix: Capture the request and the response of one login, started anew. If they are of one
    login, make the identity provider return the ID of the request unchanged.
    """
    if case.request is None or not response.in_response_to:
        return
    if response.in_response_to != case.request.id:
        yield hit(
            response,
            f"The response answers the request {response.in_response_to!r}, "
            f"not {case.request.id!r}, which was given",
            attribute="InResponseTo",
            expected=case.request.id,
            actual=response.in_response_to,
            related=_asked(case),
        )


@rule(
    "scd-inresponseto-missing",
    on=Subject,
    severity=ERROR,
    cites=[profiles("4.1.4.2"), profiles("4.1.4.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    needs=["request"],
    unless=["response-inresponseto-missing", "response-inresponseto-mismatch"],
    bad=[example("response", (_INNER, "<saml:SubjectConfirmationData"))],
    good=_GOOD,
)
def confirmation_in_response_to_missing(subject: Subject, case: Case) -> Iterator[Hit]:
    """The bearer confirmation does not say which request it answers.

    A request was given, so SubjectConfirmationData has to name its ID in InResponseTo.

    Why: often only the assertion is signed. Without InResponseTo in it, an assertion stolen from
    another login could be put into this response.
    Fix: Make the identity provider write InResponseTo into SubjectConfirmationData as well.
    """
    for _, data, severity in bearers(subject, case):
        if case.request is not None and data is not None and not data.in_response_to:
            yield hit(
                data,
                "The bearer confirmation has no InResponseTo, though a request was given",
                attribute="InResponseTo",
                expected=case.request.id,
                actual=data.in_response_to,
                severity=severity,
                related=_asked(case),
            )


@rule(
    "scd-inresponseto-mismatch",
    on=Subject,
    severity=ERROR,
    cites=[profiles("4.1.4.2"), profiles("4.1.4.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    needs=["request"],
    unless=["response-inresponseto-mismatch"],
    bad=[example("response", (_INNER, _INNER.replace(_ID, _OTHER_ID)))],
    good=_GOOD,
)
def confirmation_in_response_to_mismatch(subject: Subject, case: Case) -> Iterator[Hit]:
    """The bearer confirmation answers another request.

    InResponseTo of SubjectConfirmationData is not the ID of the request given.

    Why: the assertion was made for another login, so the service provider refuses it; one that
    was put into a foreign response looks the same.
    Fix: Make the identity provider write the ID of the request into both places. If it does, find
    out how an assertion of another login came into this response.
    """
    for _, data, severity in bearers(subject, case):
        if case.request is None or data is None or not data.in_response_to:
            continue
        if data.in_response_to != case.request.id:
            yield hit(
                data,
                f"The bearer confirmation answers the request {data.in_response_to!r}, "
                f"not {case.request.id!r}, which was given",
                attribute="InResponseTo",
                expected=case.request.id,
                actual=data.in_response_to,
                severity=severity,
                related=_asked(case),
            )


RULES = (
    in_response_to_missing,
    in_response_to_mismatch,
    confirmation_in_response_to_missing,
    confirmation_in_response_to_mismatch,
    *request_consistency.RULES,
    *reply.RULES,
    *authn_request.RULES,
)
