"""Rules on what answers a request other than a login: a logout, an artifact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from samlcheck.model import ArtifactResponse, LogoutResponse, ProtocolMessage, StatusResponse
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.message.status_codes import SECOND_LEVEL, chain_of, short_name, value_of
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
from samlcheck.rules.wording import distance_words, stale_advice
from samlcheck.xml.names import STATUS_PREFIX, STATUS_SUCCESS, display

_ANSWERED: Final = 'InResponseTo="_3c6d18f0b7a94e52a0d3517fe8824b6c"'
_SUCCESS: Final = f'<samlp:StatusCode Value="{STATUS_SUCCESS}"/>'
_GOOD = (example("logout-response", carry="redirect"),)
#: How long an answer is on its way through a browser at most.
_FRESH: Final = timedelta(minutes=10)
_TOP: Final = {
    "Requester": "the request was at fault",
    "Responder": "the other side could not do it",
    "VersionMismatch": "the other side does not speak the version of the request",
}


def _status(top: str, second: str) -> tuple[str, str]:
    return _SUCCESS, (
        f'<samlp:StatusCode Value="{STATUS_PREFIX}{top}">'
        f'<samlp:StatusCode Value="{STATUS_PREFIX}{second}"/></samlp:StatusCode>'
    )


@rule(
    "slo-response-status",
    on=(LogoutResponse, ArtifactResponse),
    severity=ERROR,
    cites=[core("3.7.3.2"), core("3.2.2.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=["status-top-level-invalid"],
    bad=[
        example("logout-response", _status("Requester", "RequestDenied"), carry="redirect"),
        example("logout-response", _status("Responder", "PartialLogout"), carry="redirect"),
        example(
            "logout-response",
            _status("Success", "PartialLogout"),
            carry="redirect",
            note="A warning: the session at the sender of the request has ended.",
        ),
    ],
    good=_GOOD,
)
def response_status(response: StatusResponse, case: Case) -> Iterator[Hit]:
    """The answer tells of a failure.

    The top-level StatusCode of a LogoutResponse or ArtifactResponse is not Success, or it is
    Success with PartialLogout. The whole chain of codes is shown, with what the codes mean.

    Why: the user is still logged in somewhere, or the artifact brought nothing.
    Fix: Look up the time and the ID of the response in the log of the side that answered, which
    tells the exact reason. After PartialLogout users should close the browser.
    """
    status = response.status
    code = None if status is None else status.code
    if status is None or code is None or not value_of(code):
        return
    chain = list(chain_of(code))
    names = [short_name(item) or "(no value)" for item in chain]
    failed = value_of(code) != STATUS_SUCCESS
    if not failed and "PartialLogout" not in names:
        return
    means = [_TOP[names[0]]] if names[0] in _TOP else []
    means += [SECOND_LEVEL[name][0] for name in names[1:] if name in SECOND_LEVEL]
    words = f", which means that {': '.join(means)}" if means else ""
    yield hit(
        code,
        f"The answer is {' > '.join(names)}{words}",
        attribute="Value",
        severity=None if failed else WARNING,
        owner=case.sending_owner,
        expected=STATUS_SUCCESS,
        actual=" > ".join(item.value or "" for item in chain),
        related=[]
        if status.message is None
        else [Place(status.message, None, "the message of the side that answered")],
    )


@rule(
    "slo-response-inresponseto",
    on=(LogoutResponse, ArtifactResponse),
    severity=ERROR,
    cites=[core("3.2.2"), profiles("4.4.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("logout-response", (f" {_ANSWERED}", ""), carry="redirect"),
        example(
            "logout-response",
            (_ANSWERED, 'InResponseTo="_00000000000000000000000000000000"'),
            carry="redirect",
        ),
    ],
    good=[*_GOOD, example("logout-response", carry="redirect", without=["request"])],
)
def in_response_to(response: StatusResponse, case: Case) -> Iterator[Hit]:
    """The answer is to another request, or to none.

    InResponseTo of a LogoutResponse or ArtifactResponse is absent, or is not the ID of the request
    that was given or that went before.

    Why: such a message is always an answer. A receiver that did not ask, or asked something else,
    refuses it.
    Fix: Capture the request and the answer of one exchange. If they are, make the side that
    answers return the ID of the request unchanged.
    """
    asked = case.answered if isinstance(case.answered, ProtocolMessage) else None
    if response is not case.message or "request" in case.unusable:
        asked = None  # what an ArtifactResponse brings has been asked for elsewhere
    name = display(str(response.element.tag))
    if not response.in_response_to:
        yield hit(
            response,
            f"{name} has no InResponseTo",
            attribute="InResponseTo",
            owner=case.sending_owner,
            expected="the ID of the request" if asked is None else asked.id,
            actual=response.in_response_to,
        )
    elif asked is not None and response.in_response_to != asked.id:
        yield hit(
            response,
            f"{name} answers the request {response.in_response_to!r}, not {asked.id!r}",
            attribute="InResponseTo",
            owner=case.sending_owner,
            expected=asked.id,
            actual=response.in_response_to,
            related=[Place(asked, "ID", "the request")],
        )


@rule(
    "slo-response-stale",
    on=LogoutResponse,
    severity=WARNING,
    cites=[core("3.2.2")],
    owner=IDP,
    unless=["time-stale-capture"],
    bad=[
        example("logout-response", carry="redirect", at="2026-11-23T11:00:00+00:00"),
        example("logout-response", carry="redirect", at="2026-11-23T09:40:00+00:00"),
    ],
    good=_GOOD,
)
def response_stale(response: LogoutResponse, case: Case) -> Iterator[Hit]:
    """The answer to the logout is old, or from the future.

    IssueInstant lies more than ten minutes before the instant of the check, or after it, by more
    than the clock difference allowed.

    Why: some receivers take an answer for a minute or two only. Mostly a clock is wrong.
    Fix: Set the clocks of both sides by NTP.
    """
    issued = response.issue_instant
    if issued is None or issued.value is None:
        return
    skew = case.context.skew
    if issued.value > case.now + skew:
        words, advice = f"{distance_words(issued.value - case.now)} ahead", None
    elif issued.value + _FRESH + skew < case.now:
        words = f"{distance_words(case.now - issued.value)} ago"
        advice = stale_advice(case.now, issued.value + _FRESH, issued.value)
    else:
        return
    yield hit(
        response,
        f"The answer to the logout was issued at {issued.text}, {words}",
        attribute="IssueInstant",
        owner=case.sending_owner,
        expected="an instant of the last ten minutes",
        actual=issued.text,
        hint=advice,
    )


RULES = (response_status, in_response_to, response_stale)
