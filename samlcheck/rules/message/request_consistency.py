"""Rules on whether a response and its assertion say the same about the request they answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Subject
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
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
#: With the request given, the rules that compare with it tell of what is missing or wrong.
_COMPARED: Final = (
    "response-inresponseto-missing",
    "response-inresponseto-mismatch",
    "scd-inresponseto-missing",
    "scd-inresponseto-mismatch",
)


@rule(
    "response-inresponseto-inconsistent",
    on=Subject,
    severity=ERROR,
    cites=[profiles("4.1.4.2"), core("3.2.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=_COMPARED,
    bad=[
        example("response", (_INNER, _INNER.replace(_ID, _OTHER_ID)), without=_WITHOUT),
        example("response", (_OUTER, '/saml/acs"'), without=_WITHOUT),
        example(
            "response",
            (_INNER, "<saml:SubjectConfirmationData"),
            sign="both",
            without=_WITHOUT,
        ),
    ],
    good=[
        *_GOOD,
        example(
            "response",
            (_OUTER, '/saml/acs"'),
            (_INNER, "<saml:SubjectConfirmationData"),
            without=_WITHOUT,
            also=["response-inresponseto-unsolicited"],
            note="A login that the identity provider started.",
        ),
    ],
)
def in_response_to_inconsistent(subject: Subject, case: Case) -> Iterator[Hit]:
    """The response and its assertion answer different requests.

    InResponseTo of the Response and of SubjectConfirmationData differ, or only one of the two has
    one: an answer to a request names it in both places, and no other login in either.

    Why: one of them cannot be the request that the service provider sent, so it refuses the
    login. An assertion that was put into a foreign response looks like this.
    Fix: Make the identity provider write the ID of the request into both places. If it does, find
    out how an assertion of another login came into this response.
    """
    if case.response is None:
        return
    outer = case.response.in_response_to
    for _, data, severity in bearers(subject, case):
        if data is None or (data.in_response_to or None) == (outer or None):
            continue
        if not data.in_response_to and not case.response.signatures:
            continue  # response-inresponseto-unsigned tells of it
        yield hit(
            data,
            f"The bearer confirmation answers {_which(data.in_response_to)}, "
            f"the response answers {_which(outer)}",
            attribute="InResponseTo",
            expected=outer or "no InResponseTo, or the same in the response",
            actual=data.in_response_to,
            severity=severity,
            related=[Place(case.response, "InResponseTo", "what the response says")],
        )


def _which(request_id: str | None) -> str:
    return f"the request {request_id!r}" if request_id else "no request"


@rule(
    "response-inresponseto-unsigned",
    on=Subject,
    severity=ERROR,
    cites=[profiles("4.1.4.2"), profiles("4.1.4.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=_COMPARED,
    bad=[example("response", (_INNER, "<saml:SubjectConfirmationData"), without=_WITHOUT)],
    good=_GOOD,
)
def in_response_to_unsigned(subject: Subject, case: Case) -> Iterator[Hit]:
    """Only the unsigned response says which request it answers.

    The Response, which is not signed, has InResponseTo; SubjectConfirmationData of the bearer
    confirmation, which is signed with the assertion, has none.

    Why: whoever catches an assertion that answers no request can put it into a response that
    claims to answer one, and so log somebody in under another name. A service provider that sent
    the request looks for its ID in the signed part.
    Fix: Make the identity provider write InResponseTo into SubjectConfirmationData as well.
    """
    response = case.response
    if response is None or response.signatures or not response.in_response_to:
        return
    for _, data, severity in bearers(subject, case):
        if data is not None and not data.in_response_to:
            yield hit(
                data,
                f"Only the response, which is not signed, answers {response.in_response_to!r}; the "
                "bearer confirmation has no InResponseTo",
                attribute="InResponseTo",
                expected=response.in_response_to,
                actual=data.in_response_to,
                severity=severity,
                related=[Place(response, "InResponseTo", "what the response says")],
            )


RULES = (in_response_to_inconsistent, in_response_to_unsigned)
