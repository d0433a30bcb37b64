"""The verified view: what a signature covers, read again from the octets that it was made over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from samlcheck.model import Assertion, build_assertion
from samlcheck.rules.case import Case
from samlcheck.rules.message.identity import differing
from samlcheck.rules.message.plain import plain
from samlcheck.rules.message.shapes import ASSERTION, RESPONSE
from samlcheck.xml.names import SAMLP, clark

if TYPE_CHECKING:
    from samlcheck.crypto import SignatureCheck

_ARTIFACT_RESPONSE = clark(SAMLP, "ArtifactResponse")


def not_computable(check: SignatureCheck) -> bool:
    """Tell whether the signed content was found and has no canonical form."""
    return check.status == "unsupported" and any(
        item.target is not None and item.actual is None for item in check.references
    )


def signed_assertion(assertion: Assertion, check: SignatureCheck) -> Assertion | None:
    """Return an assertion as the signature's own octets have it, None where it is not in them."""
    verified, covers = check.verified, check.covers
    if verified is None or covers is None:
        return None
    if covers is assertion.element:
        return build_assertion(verified) if verified.tag == ASSERTION else None
    if covers.tag == _ARTIFACT_RESPONSE:
        inner, outer = covers.find(RESPONSE), verified.find(RESPONSE)
        if inner is None or outer is None:
            return None
        covers, verified = inner, outer
    literal = list(covers.iterchildren(ASSERTION))
    signed = list(verified.iterchildren(ASSERTION))
    if assertion.element not in literal or len(literal) != len(signed):
        return None
    return build_assertion(signed[literal.index(assertion.element)])


def differs_from_signed(assertion: Assertion, check: SignatureCheck, case: Case) -> list[str]:
    """Name the parts in which the document and its verified view do not say the same."""
    if check.status != "valid" or _reads_alike(assertion, check, case):
        return []
    signed = signed_assertion(assertion, check)
    if signed is not None:
        return differing(assertion, signed)
    decrypted = any(item.assertion is assertion for item in case.decrypted)
    return [] if decrypted else ["what they hold"]


def _reads_alike(assertion: Assertion, check: SignatureCheck, case: Case) -> bool:
    """Tell whether the verified view can only say the same, without looking.

    What is signed is the assertion or its parent, in a document without comments, references and
    all else that canonicalization leaves out or a second reading changes.
    """
    element, covers = assertion.element, check.covers
    if covers is None or (covers is not element and covers is not element.getparent()):
        return False
    document = case.document_of(element)
    return document is not None and case.once(plain, document)
