"""One structured answer for each signature: what it covers, which key made it, why it fails.

The arithmetic is taken apart step by step so that a failure can be explained. What SAML asks for,
one reference by ID with the enveloped and the exclusive transform and an RSA or ECDSA signature, is
decided here; any other signature counts as valid only when signxml, given the same key, agrees.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from lxml import etree
from lxml.etree import _Element as Element

from samlcheck.crypto.algorithms import BROKEN, DIGEST_METHODS, EXCLUSIVE, SIGNATURE_METHODS
from samlcheck.crypto.canonical import (
    canonicalize,
    inherit,
    octets_in_place,
    signed_copy,
    signed_info_octets,
    transformed_octets,
    without_blank_text,
)
from samlcheck.crypto.explain import recoverable_change
from samlcheck.crypto.keys import KeyCandidate
from samlcheck.crypto.references import MOST_REFERENCES, IdIndex, ShapeProblem, target_of
from samlcheck.crypto.shape import shape_problems
from samlcheck.crypto.values import key_fits, key_made
from samlcheck.model import Reference, Signature
from samlcheck.records import frozen
from samlcheck.xml import new_parser

#: The detail of a signature that was one too many.
UNEXAMINED = "the document has more signatures than are examined"


@frozen(kw_only=True, eq=False)
class ReferenceCheck:
    """The digest of one reference: what it covers and whether the content is as it was signed.

    `matches` is None when the digest could not be computed. `change` names what happened to the
    content when the digest matches once that is undone: reindented, line-ends or character-set.
    `octets` are those digested, where the reference is the usual one.
    """

    reference: Reference
    target: Element | None
    expected: str | None
    actual: str | None
    matches: bool | None
    change: str | None
    empty: bool
    octets: bytes | None = None


@frozen(kw_only=True, eq=False)
class SignatureCheck:
    """What is known about one signature.

    `status` is one of: valid (a trusted key made it and the content is unchanged), no-key (no
    trusted key was given), wrong-key (intact, but made by a key that is not trusted), altered
    (content or SignedInfo changed, or made by an unknown key), malformed (its form is not what
    SAML requires), refused (signxml disagrees), unsupported (an algorithm that cannot be tried),
    unexamined (one signature too many).
    """

    signature: Signature
    status: str
    shape: tuple[ShapeProblem, ...]
    references: tuple[ReferenceCheck, ...]
    signed_by: KeyCandidate | None
    value_matches_after_reindent: bool
    key_fits_other_content: KeyCandidate | None
    verified: Element | None
    detail: str | None

    @property
    def covers(self) -> Element | None:
        """The element that the signature covers, when exactly one is meant."""
        return self.references[0].target if len(self.references) == 1 else None

    @property
    def content_intact(self) -> bool:
        """Tell whether every digest matches."""
        return bool(self.references) and all(item.matches is True for item in self.references)


def decode(text: str | None) -> bytes | None:
    """Return the octets of a Base64 text with white space in it; None for what is none."""
    if text is None:
        return None
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _digest(name: str, octets: bytes) -> bytes | None:
    try:
        return hashlib.new(name, octets, usedforsecurity=False).digest()
    except ValueError:
        return None


def _check_reference(
    signature: Signature,
    reference: Reference,
    ids: IdIndex,
    digested: bytes | None,
    *,
    examine: bool,
) -> ReferenceCheck:
    """Check one reference; `digested` is its digest where it was computed elsewhere."""
    targets = target_of(reference, ids)
    target = targets[0] if len(targets) == 1 else None
    expected = decode(reference.digest_value.text if reference.digest_value else None)
    uri = reference.digest_method.algorithm if reference.digest_method else None
    method = DIGEST_METHODS.get(uri or "")
    actual, octets, plain = digested, None, None
    change, empty = None, False
    if digested is None and examine and target is not None and method is not None:
        octets = plain = octets_in_place(target, signature, reference.transforms)
        if octets is None:
            octets = _octets_of_copy(target, signature, reference)
        if octets is not None:
            empty = not octets
            actual = _digest(method.hash, octets)
            if actual is not None and expected is not None and actual != expected:
                copy = signed_copy(target, signature, reference.transforms)
                change = recoverable_change(copy, reference.transforms, method.hash, expected)
    matches = None
    if actual is not None and expected is not None:
        matches = hmac.compare_digest(actual, expected) and not empty
    return ReferenceCheck(
        reference=reference,
        target=target,
        expected=None if expected is None else base64.b64encode(expected).decode(),
        actual=None if actual is None else base64.b64encode(actual).decode(),
        matches=matches,
        change=change,
        empty=empty,
        octets=plain,
    )


def _octets_of_copy(target: Element, signature: Signature, reference: Reference) -> bytes | None:
    try:
        copy = signed_copy(target, signature, reference.transforms)
        return transformed_octets(copy, reference.transforms)
    except ValueError:
        return None


@frozen(kw_only=True)
class _ValueCheck:
    signed_by: KeyCandidate | None = None
    after_reindent: bool = False
    fits: KeyCandidate | None = None


def _check_value(signature: Signature, candidates: tuple[KeyCandidate, ...]) -> _ValueCheck:
    """Find the candidate that made the signature value, trusted ones first."""
    uri = signature.signature_method.algorithm if signature.signature_method else None
    method = SIGNATURE_METHODS.get(uri or "")
    value = decode(signature.signature_value.text if signature.signature_value else None)
    if method is None or not value:
        return _ValueCheck()
    try:
        octets = signed_info_octets(signature)
    except ValueError:
        return _ValueCheck()
    ordered = sorted(candidates, key=lambda candidate: not candidate.trusted)
    keyed = [(item, item.facts.public_key) for item in ordered if item.facts.public_key is not None]
    for candidate, key in keyed:
        if octets and key_made(key, method, value, octets):
            return _ValueCheck(signed_by=candidate)
    stripped = _reindented_signed_info(signature)
    for candidate, key in keyed:
        if stripped is not None and key_made(key, method, value, stripped):
            return _ValueCheck(signed_by=candidate, after_reindent=True)
    for candidate, key in keyed:
        if key_fits(key, method, value):
            return _ValueCheck(fits=candidate)
    return _ValueCheck()


def _reindented_signed_info(signature: Signature) -> bytes | None:
    method = signature.c14n_method
    if method is None or not signature.signed_infos:
        return None
    info, algorithm = signature.signed_infos[0], method.algorithm or ""
    try:
        return canonicalize(
            inherit(without_blank_text(info), info, algorithm),
            algorithm,
            method.inclusive_prefixes,
        )
    except ValueError:
        return None


def verify_signature(
    signature: Signature,
    candidates: tuple[KeyCandidate, ...],
    *,
    now: datetime,
    digests: Mapping[Element, bytes] = MappingProxyType({}),
    ids: IdIndex | None = None,
    examine: bool = True,
) -> SignatureCheck:
    """Return the structured answer for one signature, tried against candidate keys.

    `now` is handed to signxml where it is asked, which would otherwise read the clock; whether a
    certificate is valid does not decide (it is a finding of its own). `digests` holds the digest of
    references that cover more than is in memory, computed while it was read; signxml is not asked
    about these. `ids` spares looking for the IDs of the document again. Without `examine` only the
    form is judged, and nothing is computed.
    """
    if ids is None:
        ids = IdIndex(signature.element.getroottree().getroot())
    shape = shape_problems(signature, ids)
    references = tuple(
        _check_reference(signature, item, ids, digests.get(item.element), examine=examine)
        for item in signature.references[:MOST_REFERENCES]
    )
    value = _check_value(signature, candidates) if examine else _ValueCheck()
    status, detail = _status(shape, references, value, candidates)
    if not examine and status != "malformed":
        status, detail = "unexamined", UNEXAMINED
    verified: Element | None = None
    whole = all(item.element not in digests for item in signature.references)
    if whole and status == "valid" and value.signed_by and references[0].target is not None:
        verified = _signed_content(references[0], signature)
        if verified is None:
            verified, detail = _second_opinion(references[0].target, signature, value, now)
        if verified is None:
            status = "refused"
    return SignatureCheck(
        signature=signature,
        status=status,
        shape=shape,
        references=references,
        signed_by=value.signed_by,
        value_matches_after_reindent=value.after_reindent,
        key_fits_other_content=value.fits,
        verified=verified,
        detail=detail,
    )


def _signed_content(reference: ReferenceCheck, signature: Signature) -> Element | None:
    """Return what a valid signature covers, read again from the octets that were digested.

    None where it is not signed in the way that is decided here.
    """
    method = signature.signature_method
    known = SIGNATURE_METHODS.get((method and method.algorithm) or "")
    usual = known is not None and known.family in ("rsa", "ecdsa") and known.standing != BROKEN
    c14n = signature.c14n_method
    if not usual or c14n is None or c14n.algorithm != EXCLUSIVE or not reference.octets:
        return None
    if len(signature.references) != 1 or signature.element.getparent() is not reference.target:
        return None
    try:
        return etree.fromstring(reference.octets, new_parser())
    except etree.LxmlError:
        return None


def _second_opinion(
    target: Element, signature: Signature, value: _ValueCheck, now: datetime
) -> tuple[Element | None, str | None]:
    from samlcheck.crypto.second_opinion import signed_view

    if value.signed_by is None:
        return None, None
    return signed_view(target, signature, value.signed_by.facts, now)


def _status(
    shape: tuple[ShapeProblem, ...],
    references: tuple[ReferenceCheck, ...],
    value: _ValueCheck,
    candidates: tuple[KeyCandidate, ...],
) -> tuple[str, str | None]:
    if any(problem.fatal for problem in shape):
        return "malformed", None
    if any(item.matches is None for item in references):
        return "unsupported", "a digest could not be computed"
    if any(item.matches is False for item in references) or value.after_reindent:
        return "altered", None
    if value.signed_by is None:
        trusted = any(candidate.trusted for candidate in candidates)
        return ("altered" if trusted or value.fits is not None else "no-key"), None
    if value.signed_by.trusted:
        return "valid", None
    trusted = any(candidate.trusted for candidate in candidates)
    return ("wrong-key" if trusted else "no-key"), None
