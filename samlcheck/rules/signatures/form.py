"""What the rules on the form of signatures share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from samlcheck.model import EntityDescriptor, Signature
from samlcheck.rules.case import Case
from samlcheck.rules.rule import ERROR, USER, WARNING, Hit, hit

if TYPE_CHECKING:
    from samlcheck.crypto.algorithms import SignatureMethod

#: Why a rule that needs the sender's keys could not decide.
NO_TRUST = "no trusted signing certificate was given"


def signer(case: Case) -> str | None:
    """Return who made the signatures of a message; None for metadata, whose operator acts."""
    if case.kind != "message":
        return None
    return case.sending_owner


def sender(case: Case) -> EntityDescriptor | None:
    """Return the metadata of whoever sent the message; None when it was not given."""
    return case.sender


def whoever_asks(case: Case) -> str | None:
    """Return who acts on a forgery: whoever has the message; None for metadata, as above."""
    return USER if case.kind == "message" else None


def problems(signature: Signature, case: Case, slug: str, *, forged: bool = False) -> Iterator[Hit]:
    """Yield the departures from the required form that one rule reports.

    What no receiver may accept is an error, the rest a warning. What looks forged is nobody's
    fault but the forger's.
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
                owner=whoever_asks(case) if forged else signer(case),
            )


def repeats_outer(signature: Signature, case: Case) -> bool:
    """Tell whether the message itself is signed with the same algorithms as this inner part.

    Both come from one setting of the sender, so one finding tells of it.
    """
    outer: tuple[Signature, ...] = getattr(case.message, "signatures", ())
    return signature not in outer and any(
        _algorithms(signature) == _algorithms(other) for other in outer
    )


def _algorithms(signature: Signature) -> tuple[str | None, ...]:
    methods = [signature.signature_method, *(item.digest_method for item in signature.references)]
    return tuple(None if method is None else method.algorithm for method in methods)


def method_of(signature: Signature) -> SignatureMethod | None:
    """Return the signature algorithm, when it is a known one."""
    from samlcheck.crypto import SIGNATURE_METHODS

    method = signature.signature_method
    return SIGNATURE_METHODS.get((method and method.algorithm) or "")
