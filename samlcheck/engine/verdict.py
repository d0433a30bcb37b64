"""The verdict on a message: accepted only when everything that decides was seen and is well."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from samlcheck.engine.report import ACCEPTED, REJECTED, UNDETERMINED
from samlcheck.engine.run import Judgement
from samlcheck.model import Assertion, AuthnRequest, ProtocolMessage
from samlcheck.rules.case import Case
from samlcheck.rules.detached import SIMPLE_SIGN, signature_parameters
from samlcheck.rules.message.signed import BACK_CHANNEL, came_over_soap
from samlcheck.rules.registry import entries_for
from samlcheck.rules.rule import ATTACK, BLOCKS_LOGIN, NEEDS


def verdict_of(
    case: Case, judgement: Judgement, selected: frozenset[str]
) -> tuple[str, tuple[str, ...]]:
    """Return the verdict on a message and, when it is undetermined, what was missing.

    `selected` holds the ids of the rules that were asked for.
    """
    if any(finding.blocks for finding in judgement.findings):
        return REJECTED, ()
    missing = tuple(_missing(case, judgement, selected))
    return (UNDETERMINED, missing) if missing else (ACCEPTED, ())


def _missing(case: Case, judgement: Judgement, selected: frozenset[str]) -> list[str]:
    """Return what a verdict lacks: evidence, rules that were not asked for or could not decide."""
    missing = _missing_evidence(case) or list(judgement.open)
    left_out = _left_out(case.kind, selected)
    if left_out:
        missing.append(f"the outcome of {left_out} deciding rules that were not selected")
    return missing or _unproven(case)


@lru_cache(maxsize=16)  # what is kept follows from the code and the options, never from input
def _left_out(kind: str, selected: frozenset[str]) -> int:
    """Return how many rules that decide about a login are not among those selected."""
    return len(
        {
            item.id
            for item in entries_for(kind)
            if (ATTACK in item.tags or BLOCKS_LOGIN in item.tags) and item.id not in selected
        }
    )


def _unproven(case: Case) -> list[str]:
    """Return what nobody has vouched for, of a message in which nothing is wrong."""
    if case.response is None:
        return _unauthenticated(case)
    if not all(trusted(case, item) for item in case.assertions):
        return ["a trusted signature over the assertion"]
    return [] if case.assertions else ["an assertion"]


def _unauthenticated(case: Case) -> list[str]:
    """Return what is missing to know that a message other than a login is from its sender."""
    message = case.message
    if not isinstance(message, ProtocolMessage):
        return ["a message of a kind that is judged"]
    if signature_parameters(case.sent):
        valid = case.detached is not None and case.detached.status == "valid"
        return [] if valid else ["a trusted signature beside the message"]
    if message.signatures:
        checks = [case.check(item) for item in message.signatures]
        valid = all(item.status == "valid" and item.covers is message.element for item in checks)
        return [] if valid else ["a trusted signature over the message"]
    if isinstance(message, AuthnRequest):
        return []  # where a signature is asked for, its absence is a finding
    return [BACK_CHANNEL if came_over_soap(case) else "a signature of the sender"]


def _of_other_kind(case: Case) -> Iterator[str]:
    """Yield what keeps a message that is no Response from being judged to the end."""
    message = case.message
    if case.sent is not None and case.sent.brings_artifact and message is None:
        yield "the message itself, which the receiver fetches with the artifact"
    elif isinstance(message, Assertion):
        yield "the Response around the assertion: only a Response can log somebody in"
    elif not isinstance(message, ProtocolMessage):
        yield "a Response, or another SAML 2.0 message of a kind that is judged"
    elif case.sp is not None and case.idp is not None and case.sender_side is None:
        yield "which side sent the message: its Issuer is neither of the two"


def _missing_evidence(case: Case) -> list[str]:
    """Return which documents and keys a verdict would need and the case lacks."""
    missing = [] if case.response is not None else list(_of_other_kind(case))
    if case.idp is None:
        missing.append(_side(case, "idp", "whose keys decide about the signature"))
    if case.sp is None:
        missing.append(_side(case, "sp", "which says who the message must be meant for"))
    if "request" in case.unusable:
        missing.append("the request: what was given as the request is none")
    if any(item.assertion is None for item in case.decrypted):
        missing.append("the private key that decrypts the assertion")
    return missing


def _side(case: Case, side: str, why: str) -> str:
    """Return that the metadata of a side is missing, or that what was given is unusable."""
    usable = "usable " if side in case.unusable else ""
    return (
        f"{usable}{NEEDS[side].removeprefix('the ')}, {why}" if usable else f"{NEEDS[side]}, {why}"
    )


def trusted(case: Case, assertion: Assertion) -> bool:
    """Tell whether a valid signature by a trusted key covers what a receiver reads."""
    for signature in case.covering(assertion):
        check = case.check(signature)
        if check.status == "valid" and check.covers is not None:
            covered = check.covers
            node = assertion.element
            if node is covered or any(parent is covered for parent in node.iterancestors()):
                return True
    beside = case.detached
    if beside is not None and case.sent is not None and case.sent.binding == SIMPLE_SIGN:
        return beside.status == "valid"
    inner = next((item for item in case.decrypted if item.assertion is assertion), None)
    response = case.response
    if inner is None or response is None:
        return False
    return any(
        case.check(signature).status == "valid" and case.check(signature).covers is response.element
        for signature in response.signatures
    )
