"""Rules on the attributes that every assertion has: version, ID, time of issue."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Assertion, Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.rule import BLOCKS_LOGIN, ERROR, IDP, WARNING, Hit, example, hit, rule
from samlcheck.rules.wording import duration_words, instant_words

_ID = ' ID="_4c92e8f7061b4ad5935fd1a70e2b6c83"'
_ISSUED = ' IssueInstant="2026-11-23T09:59:30Z">\n    <saml:Issuer>'
_NOT_ISSUED = ">\n    <saml:Issuer>"
_GOOD = (example("response"),)


def version_hits(node: Response | Assertion, name: str) -> Iterator[Hit]:
    """Yield the finding on a Version that is absent or not 2.0."""
    version = node.version
    if version == "2.0":
        return
    if version is None:
        problem = "is missing"
    elif version.startswith("1."):
        problem = f"is {version!r}, which is before SAML 2.0"
    else:
        problem = f"is {version!r}"
    yield hit(
        node,
        f"The Version of the {name} {problem}",
        attribute="Version",
        expected="2.0",
        actual=version,
    )


def id_hits(node: Response | Assertion, name: str) -> Iterator[Hit]:
    """Yield the finding on an ID that is absent or empty."""
    if not (node.id or "").strip():
        yield hit(
            node,
            f"The {name} has no ID" if node.id is None else f"The ID of the {name} is empty",
            attribute="ID",
            expected="an ID that starts with a letter or an underscore",
            actual=node.id,
        )


def issued_hits(node: Response | Assertion, name: str) -> Iterator[Hit]:
    """Yield the finding on an IssueInstant that is absent or cannot be read."""
    issued = node.issue_instant
    if issued is not None and issued.value is not None:
        return
    yield hit(
        node,
        f"The {name} has no IssueInstant"
        if issued is None
        else f"The IssueInstant {issued.text!r} of the {name} {issued.problem}",
        attribute="IssueInstant",
        expected="an instant such as 2026-11-23T10:00:00Z",
        actual=None if issued is None else issued.text,
    )


def future_hits(node: Response | Assertion, name: str, case: Case) -> Iterator[Hit]:
    """Yield the finding on an IssueInstant after the instant of the check."""
    issued = node.issue_instant
    if issued is None or issued.value is None or issued.value <= case.now + case.context.skew:
        return
    ahead = duration_words(issued.value - case.now)
    yield hit(
        node,
        f"The {name} was issued {ahead} after the instant of the check",
        attribute="IssueInstant",
        expected=f"{instant_words(case.now)} or before",
        actual=issued.text,
        severity=WARNING,
    )


@rule(
    "assertion-version",
    on=Assertion,
    severity=ERROR,
    cites=[core("2.3.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", (f'{_ID} Version="2.0"', f'{_ID} Version="1.1"')),
        example("response", (f'{_ID} Version="2.0"', _ID)),
    ],
    good=_GOOD,
)
def assertion_version(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The version of an assertion is not 2.0.

    The attribute Version of an Assertion is absent or something other than `2.0`.

    Why: a receiver does not process assertions of other versions.
    Fix: Let the identity provider write Version="2.0".
    """
    yield from version_hits(assertion, "assertion")


@rule(
    "assertion-id",
    on=Assertion,
    severity=ERROR,
    cites=[core("2.3.3"), core("1.3.4")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example("response", (_ID, ""), sign="response", also=["sig-assertion-not-signed"]),
        example("response", (_ID, ' ID=""'), sign="response", also=["sig-assertion-not-signed"]),
    ],
    good=_GOOD,
)
def assertion_id(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """An assertion has no ID.

    The attribute ID of an Assertion is absent or empty.

    Why: the ID is what a signature refers to and what replay is recognised by; schema validation
    fails without it.
    Fix: Let the identity provider write a new random ID into each assertion.
    """
    yield from id_hits(assertion, "assertion")


@rule(
    "assertion-issueinstant",
    on=Assertion,
    severity=ERROR,
    cites=[core("2.3.3"), core("1.3.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=["cond-notbefore-future"],
    bad=[
        example("response", (_ISSUED, _NOT_ISSUED)),
        example("response", (_ISSUED, f' IssueInstant="soon"{_NOT_ISSUED}')),
        example(
            "response",
            (_ISSUED, f' IssueInstant="2026-11-23T10:20:00Z"{_NOT_ISSUED}'),
            note="A warning: no receiver has to refuse it, but some do.",
        ),
    ],
    good=_GOOD,
)
def assertion_issue_instant(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """An assertion does not say when it was issued, or names an instant to come.

    The attribute IssueInstant of an Assertion is absent or no instant. One that lies in the future
    by more than the clock difference allowed is a warning.

    Why: it is required, so schema validation fails; and receivers use it to tell old assertions
    from new ones.
    Fix: Let the identity provider write IssueInstant in UTC, such as 2026-11-23T10:00:00Z, from a
    clock that is set by NTP.
    """
    yield from issued_hits(assertion, "assertion")
    response = case.response
    if response is None or not any(future_hits(response, "response", case)):
        yield from future_hits(assertion, "assertion", case)


RULES = (assertion_version, assertion_id, assertion_issue_instant)
