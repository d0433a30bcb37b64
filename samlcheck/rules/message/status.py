"""Rules on the status of a response: whether the identity provider did what it was asked for.

A status other than success explains everything that is missing in the response.
"""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Response, Status, StatusCode
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.message import status_details
from samlcheck.rules.message.carried import response_with
from samlcheck.rules.message.status_codes import (
    SECOND_LEVEL,
    TOP_LEVEL,
    chain_of,
    known_name,
    short_name,
    value_of,
)
from samlcheck.rules.message.status_words import told
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    WARNING,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.xml import uri_problem
from samlcheck.xml.names import STATUS_PREFIX, STATUS_SUCCESS

_SUCCESS = f'<samlp:StatusCode Value="{STATUS_SUCCESS}"/>'
_GOOD = (example("response"),)


def _top_codes(response: Response) -> Iterator[tuple[Status, StatusCode]]:
    for status in response.statuses:
        for code in status.codes:
            yield status, code


@rule(
    "status-missing",
    on=Response,
    severity=ERROR,
    cites=[core("3.2.2"), core("3.2.2.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", (f"<samlp:Status>\n    {_SUCCESS}\n  </samlp:Status>\n", "")),
        example("response", (_SUCCESS, '<samlp:StatusCode Value=""/>')),
    ],
    good=_GOOD,
)
def status_missing(response: Response, case: Case) -> Iterator[Hit]:
    """The response has no status.

    Status, its StatusCode, or the value of the code is absent.

    Why: a receiver may only go on after Success, and has to take silence for a failure.
    Fix: Let the identity provider write a Status with the code Success or a code of failure.
    """
    if response.status is None:
        yield hit(response, "The response has no Status", expected=STATUS_SUCCESS)
    for status in response.statuses:
        if not status.codes:
            yield hit(status, "The Status has no StatusCode", expected=STATUS_SUCCESS)
        for code in status.codes:
            if not value_of(code):
                yield hit(
                    code,
                    "The StatusCode has no Value",
                    attribute="Value",
                    expected=STATUS_SUCCESS,
                    actual=code.value,
                )


def _known(case: Case) -> tuple[str, ...]:
    """Return the names by which the two sides know each other."""
    return tuple(
        entity.entity_id
        for entity in (case.sp, case.idp)
        if entity is not None and entity.entity_id
    )


@rule(
    "status-not-success",
    on=Response,
    severity=ERROR,
    cites=[core("3.2.2.2"), profiles("4.1.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example(
            "raw",
            raw=response_with("Requester").replace(
                "/></samlp:Status>",
                f'><samlp:StatusCode Value="{STATUS_PREFIX}InvalidNameIDPolicy"/>'
                "</samlp:StatusCode><samlp:StatusMessage>Format not supported"
                "</samlp:StatusMessage></samlp:Status>",
            ),
        ),
        example("raw", raw=response_with("Responder")),
    ],
    good=_GOOD,
)
def status_not_success(response: Response, case: Case) -> Iterator[Hit]:
    """The identity provider answered with an error.

    The top-level StatusCode is not Success. The whole chain of codes and the message are shown,
    with what the codes mean; in the message what may name a person is masked.

    Why: nobody is logged in; what is missing in the response follows from that and is not reported
    by itself.
    Fix: Look up the time and the ID of the response in the log of the identity provider, which
    tells the exact reason.
    """
    for status, code in _top_codes(response):
        top = known_name(code, TOP_LEVEL)
        if top is None:
            continue
        chain = list(chain_of(code))
        means, owner = TOP_LEVEL[top]
        for second in chain[1:]:
            name = known_name(second, SECOND_LEVEL)
            if name is not None:
                words, other = SECOND_LEVEL[name]
                means, owner = f"{means}: {words}", other or owner
        codes = " > ".join(short_name(item) or "(no value)" for item in chain)
        text = "" if status.message is None else status.message.value
        yield hit(
            code,
            f"The identity provider answered {codes}, which means that {means}"
            + (f'; its message is "{told(text, _known(case))}"' if text else ""),
            attribute="Value",
            expected=STATUS_SUCCESS,
            actual=" > ".join(item.value or "" for item in chain),
            owner=owner,
            related=[]
            if status.message is None
            else [Place(status.message, None, "the message of the identity provider")],
        )


@rule(
    "status-top-level-invalid",
    on=StatusCode,
    severity=ERROR,
    cites=[core("3.2.2.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("raw", raw=response_with("AuthnFailed")),
        example("response", (_SUCCESS, '<samlp:StatusCode Value="Success"/>')),
    ],
    good=_GOOD,
)
def status_top_level_invalid(code: StatusCode, case: Case) -> Iterator[Hit]:
    """The top-level status code is none of the four that SAML defines.

    At the top level only Success, Requester, Responder and VersionMismatch may stand; codes such as
    AuthnFailed stand inside one of them.

    Why: a receiver cannot tell success from failure, so it refuses the response.
    Fix: Let the identity provider write one of the four codes, and its own code inside it.
    """
    value = value_of(code)
    parent = code.element.getparent()
    if not value or parent is None or parent.tag == code.element.tag:
        return
    if value == STATUS_SUCCESS or known_name(code, TOP_LEVEL) is not None:
        return
    means = SECOND_LEVEL.get(short_name(code))
    yield hit(
        code,
        f"The top-level status code {code.value!r} is none of SAML's"
        + (f"; as a second-level code it means that {means[0]}" if means else ""),
        attribute="Value",
        owner=case.sending_owner,
        expected=f"{STATUS_SUCCESS}, or Requester, Responder or VersionMismatch",
        actual=code.value,
    )


@rule(
    "status-success-with-substatus",
    on=Status,
    severity=WARNING,
    cites=[core("3.2.2.2")],
    owner=IDP,
    bad=[
        example(
            "response",
            (
                _SUCCESS,
                f'<samlp:StatusCode Value="{STATUS_SUCCESS}"><samlp:StatusCode '
                f'Value="{STATUS_PREFIX}PartialLogout"/></samlp:StatusCode>',
            ),
        )
    ],
    good=_GOOD,
)
def status_success_with_substatus(status: Status, case: Case) -> Iterator[Hit]:
    """Success comes with a second status code.

    The code Success has another code inside it or beside it.

    Why: the second code qualifies the first, and some receivers take it for a failure.
    Fix: Let the identity provider write Success alone.
    """
    if case.response is None:
        return  # of a logout the second code tells how it went
    successes = [code for code in status.codes if value_of(code) == STATUS_SUCCESS]
    if not successes:
        return
    others = [inner for code in successes for inner in code.nested]
    others.extend(code for code in status.codes if code is not successes[0])
    for other in others:
        yield hit(
            other,
            f"Success comes with the second status code {short_name(other) or '(no value)'!r}",
            attribute="Value",
            expected="Success alone",
            actual=other.value,
        )


@rule(
    "status-error-with-assertion",
    on=Response,
    severity=ERROR,
    cites=[profiles("4.1.4.2")],
    owner=IDP,
    unless=["status-top-level-invalid"],
    bad=[
        example(
            "response",
            (STATUS_SUCCESS, f"{STATUS_PREFIX}Responder"),
            also=["status-not-success"],
        )
    ],
    good=_GOOD,
)
def status_error_with_assertion(response: Response, case: Case) -> Iterator[Hit]:
    """The response tells of an error and has an assertion.

    The top-level StatusCode is not Success, yet the Response holds an assertion.

    Why: an identity provider must not send an assertion with an error, and a receiver that
    overlooks the status logs somebody in who should not be.
    Fix: Let the identity provider leave the assertion out of an error response.
    """
    found = (*response.assertions, *response.encrypted_assertions)
    codes = [code for _, code in _top_codes(response) if value_of(code)]
    failed = [code for code in codes if value_of(code) != STATUS_SUCCESS]
    if found and failed:
        yield hit(
            found[0],
            f"An assertion comes with the status {short_name(failed[0])}",
            expected="no assertion",
            related=[Place(failed[0], "Value", "the status")],
        )


@rule(
    "status-second-level-unknown",
    on=StatusCode,
    severity=WARNING,
    cites=[core("3.2.2.2")],
    owner=IDP,
    bad=[
        example(
            "raw",
            raw=response_with("Responder").replace(
                "/></samlp:Status>",
                f'><samlp:StatusCode Value="{STATUS_PREFIX}LoginFailed"/></samlp:StatusCode>'
                "</samlp:Status>",
            ),
            also=["status-not-success"],
        )
    ],
    good=[
        example("response"),
        example(
            "raw",
            raw=response_with("Responder").replace(
                "/></samlp:Status>",
                '><samlp:StatusCode Value="https://idp.example.org/status/locked"/>'
                "</samlp:StatusCode></samlp:Status>",
            ),
            also=["status-not-success"],
        ),
    ],
)
def status_second_level_unknown(code: StatusCode, case: Case) -> Iterator[Hit]:
    """A nested status code is unknown.

    A code inside another one is no URI, or claims to be one of SAML's and is not. Codes of the
    identity provider's own are allowed, as absolute URIs.

    Why: a receiver cannot tell the user what went wrong.
    Fix: Let the identity provider use one of SAML's codes, or a URI of its own.
    """
    parent = code.element.getparent()
    value = value_of(code)
    if parent is None or parent.tag != code.element.tag or not value:
        return
    ours = value.startswith(STATUS_PREFIX)
    unknown = known_name(code, SECOND_LEVEL) is None and known_name(code, TOP_LEVEL) is None
    if (ours and unknown) or (not ours and uri_problem(value)):
        yield hit(
            code,
            f"The nested status code {code.value!r} is unknown",
            attribute="Value",
            owner=case.sending_owner,
            expected="a code of SAML or an absolute URI",
            actual=code.value,
        )


RULES = (
    status_missing,
    status_not_success,
    status_top_level_invalid,
    status_success_with_substatus,
    status_error_with_assertion,
    status_second_level_unknown,
    *status_details.RULES,
)
