"""What the rules on the form of signatures share."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import AuthnRequest, Signature
from samlcheck.rules.case import Case
from samlcheck.rules.rule import ERROR, IDP, SP, WARNING, Hit, hit

#: Why a rule that needs the sender's keys could not decide.
NO_TRUST = "no trusted signing certificate was given"


def signer(case: Case) -> str | None:
    """Return who made the signatures of a message; None for metadata, whose operator acts."""
    if case.kind != "message":
        return None
    return SP if isinstance(case.message, AuthnRequest) else IDP


def problems(signature: Signature, case: Case, slug: str) -> Iterator[Hit]:
    """Yield the departures from the required form that one rule reports.

    What no receiver may accept is an error, the rest a warning.
    """
    for problem in case.check(signature).shape:
        if problem.rule == slug:
            yield hit(
                problem.node,
                problem.message,
                attribute=problem.attribute,
                expected=problem.expected,
                actual=problem.actual,
                severity=ERROR if problem.fatal else WARNING,
                owner=signer(case),
            )
