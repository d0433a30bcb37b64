"""Rules on the envelope of a response: version, ID and time."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.message import assertion, destination, envelope_content, envelope_details
from samlcheck.rules.message.assertion import future_hits, id_hits, issued_hits, version_hits
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    WARNING,
    Hit,
    example,
    rule,
)

_ISSUED = 'IssueInstant="2026-11-23T09:59:30Z"\n'
_GOOD = (example("response"),)


@rule(
    "response-version",
    on=Response,
    severity=ERROR,
    cites=[core("3.2.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", ('c7f58" Version="2.0"', 'c7f58" Version="2"')),
        example("response", ('c7f58" Version="2.0"', 'c7f58"')),
    ],
    good=_GOOD,
)
def response_version(response: Response, case: Case) -> Iterator[Hit]:
    """The version of the response is not 2.0.

    The attribute Version of the Response is absent or something other than `2.0`.

    Why: a receiver does not process messages of other versions.
    Fix: Let the identity provider write Version="2.0".
    """
    yield from version_hits(response, "response")


@rule(
    "response-id-missing",
    on=Response,
    severity=ERROR,
    cites=[core("3.2.2"), core("1.3.4")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", ('ID="_b07d5a3e1f6249c8bd93026ea41c7f58" Version', "Version")),
        example("response", ('ID="_b07d5a3e1f6249c8bd93026ea41c7f58" Version', 'ID="" Version')),
    ],
    good=_GOOD,
)
def response_id_missing(response: Response, case: Case) -> Iterator[Hit]:
    """The response has no ID.

    The attribute ID of the Response is absent or empty.

    Why: the ID is what a signature refers to and what replay is recognised by; schema validation
    fails without it.
    Fix: Let the identity provider write a new random ID into each response.
    """
    yield from id_hits(response, "response")


@rule(
    "response-issueinstant-missing",
    on=Response,
    severity=ERROR,
    cites=[core("3.2.2"), core("1.3.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", (_ISSUED, "\n")),
        example("response", (_ISSUED, 'IssueInstant="yesterday"\n')),
    ],
    good=_GOOD,
)
def response_issue_instant_missing(response: Response, case: Case) -> Iterator[Hit]:
    """The response does not say when it was issued.

    The attribute IssueInstant of the Response is absent or no instant.

    Why: it is required, so schema validation fails; and nobody can tell how old the response is.
    Fix: Let the identity provider write IssueInstant in UTC, such as 2026-11-23T10:00:00Z.
    """
    yield from issued_hits(response, "response")


@rule(
    "response-issueinstant-future",
    on=Response,
    severity=WARNING,
    cites=[core("3.2.2")],
    owner=IDP,
    unless=["cond-notbefore-future"],
    bad=[example("response", (_ISSUED, 'IssueInstant="2026-11-23T10:20:00Z"\n'))],
    good=[
        example("response"),
        example("response", (_ISSUED, 'IssueInstant="2026-11-23T10:01:00Z"\n')),
    ],
)
def response_issue_instant_future(response: Response, case: Case) -> Iterator[Hit]:
    """The response was issued in the future.

    IssueInstant lies after the instant of the check, by more than the clock difference allowed.

    Why: some receivers refuse such a response. Mostly a clock is wrong, or local time was written
    as if it were UTC.
    Fix: Set the clock of the identity provider by NTP; if it is right, give the instant of the
    login as the instant of the check.
    """
    yield from future_hits(response, "response", case)


RULES = (
    response_version,
    response_id_missing,
    response_issue_instant_missing,
    response_issue_instant_future,
    *destination.RULES,
    *envelope_content.RULES,
    *envelope_details.RULES,
    *assertion.RULES,
)
