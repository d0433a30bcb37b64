"""Departures of a signature from the form that SAML requires, judged without any key.

Sources: SAML Core 5.4 (errata E91 forbids ds:Object), SAML Metadata 3.1, XML Signature 1.1.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from functools import cache

from samlcheck.crypto.algorithms import C14N_METHODS, DIGEST_METHODS, EXCLUSIVE, SIGNATURE_METHODS
from samlcheck.crypto.ecdsa_values import ecdsa_problems
from samlcheck.crypto.references import (
    MOST_REFERENCES,
    IdIndex,
    ShapeProblem,
    reference_problems,
    transform_problems,
)
from samlcheck.crypto.strays import stray_problems
from samlcheck.model import Reference, Signature
from samlcheck.xml import splits


def _examined(signature: Signature) -> tuple[Reference, ...]:
    """Return the references that are looked at."""
    return signature.references[:MOST_REFERENCES]


def _counted(references: int) -> str:
    """Return a number of references, and how many of them are looked at when it is not all."""
    if references <= MOST_REFERENCES:
        return str(references)
    return f"{references}, of which the first {MOST_REFERENCES} are looked at"


def _value_problems(signature: Signature) -> Iterator[ShapeProblem]:
    values = [("SignatureValue", signature.signature_value, signature.element)]
    values.extend(("DigestValue", item.digest_value, item.element) for item in _examined(signature))
    for name, value, element in values:
        problem = None
        if value is not None and splits(value.element):
            yield ShapeProblem(
                rule="xml-comment-in-digestvalue",
                node=value,
                message=f"{name} holds a comment, instruction or element beside its Base64 text",
                expected="text only",
            )
        if value is None:
            problem = f"The signature has no {name}"
        else:
            try:
                decoded = base64.b64decode("".join(value.text.split()), validate=True)
            except (binascii.Error, ValueError):
                problem = f"{name} is not Base64"
            else:
                problem = None if decoded else f"{name} is empty"
        if problem is not None:
            yield ShapeProblem(
                rule="sig-value-malformed",
                node=value if value is not None else element,
                message=problem,
                expected="Base64 of the value",
            )


def _empty_digests(signature: Signature) -> Iterator[ShapeProblem]:
    """Yield the digests of nothing at all, which some canonicalizers can be tricked into."""
    for reference in _examined(signature):
        method = DIGEST_METHODS.get(
            (reference.digest_method and reference.digest_method.algorithm) or ""
        )
        value = reference.digest_value
        if method is None or value is None:
            continue
        if "".join(value.text.split()) == _of_nothing(method.hash):
            yield ShapeProblem(
                rule="sig-digest-of-empty",
                node=value,
                message=f"The digest is the {method.name} digest of nothing",
                expected="the digest of the signed content",
                actual=value.value,
            )


@cache  # of the few hashes that there are
def _of_nothing(name: str) -> str | None:
    """Return the digest of nothing in Base64; None where the platform lacks the hash."""
    try:
        return base64.b64encode(hashlib.new(name, usedforsecurity=False).digest()).decode()
    except ValueError:
        return None


def _algorithm_problems(signature: Signature) -> Iterator[ShapeProblem]:
    method = signature.signature_method
    uri = None if method is None else method.algorithm
    known = SIGNATURE_METHODS.get(uri or "")
    if known is None:
        yield ShapeProblem(
            rule="sig-alg-unknown",
            node=signature if method is None else method,
            attribute=None if method is None else "Algorithm",
            message="The signature names no algorithm"
            if uri is None
            else f"The signature algorithm {uri!r} is not known",
            expected="an RSA or ECDSA algorithm of RFC 9231, such as rsa-sha256",
            actual=uri,
        )
    elif known.family == "hmac":
        yield ShapeProblem(
            rule="sig-alg-hmac",
            node=method if method is not None else signature,
            attribute="Algorithm",
            message=f"The signature is an {known.name}: a shared secret makes it, not a key pair",
            expected="an RSA or ECDSA algorithm",
            actual=uri,
        )
    for reference in _examined(signature):
        digest = None if reference.digest_method is None else reference.digest_method.algorithm
        if digest not in DIGEST_METHODS:
            yield ShapeProblem(
                rule="sig-alg-unknown",
                node=reference.digest_method or reference,
                attribute=None if reference.digest_method is None else "Algorithm",
                message=f"The digest algorithm {digest!r} is not known",
                expected="http://www.w3.org/2001/04/xmlenc#sha256",
                actual=digest,
            )
    c14n = signature.c14n_method
    c14n_uri = None if c14n is None else c14n.algorithm
    how = C14N_METHODS.get(c14n_uri or "")
    if how is None or not how[0]:
        yield ShapeProblem(
            rule="sig-c14n-not-allowed",
            node=signature if c14n is None else c14n,
            attribute=None if c14n is None else "Algorithm",
            message=f"SignedInfo is canonicalized with {c14n_uri!r}",
            expected=EXCLUSIVE,
            actual=c14n_uri,
            fatal=how is None,
        )


def shape_problems(signature: Signature, ids: IdIndex) -> tuple[ShapeProblem, ...]:
    """Return the departures of a signature from the form that SAML requires.

    Of a signature with many references, only the first ones are looked at.
    """
    problems: list[ShapeProblem] = list(stray_problems(signature))
    if len(signature.references) != 1:
        problems.append(
            ShapeProblem(
                rule="sig-reference-count",
                node=signature.references[1] if signature.references else signature,
                message=f"The signature has {len(signature.references)} Reference elements",
                expected="exactly one",
                actual=_counted(len(signature.references)),
            )
        )
    for reference in _examined(signature):
        problems.extend(reference_problems(signature, reference, ids))
        problems.extend(transform_problems(reference))
    problems.extend(_value_problems(signature))
    problems.extend(ecdsa_problems(signature))
    problems.extend(_empty_digests(signature))
    problems.extend(_algorithm_problems(signature))
    return tuple(problems)
