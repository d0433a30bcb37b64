"""Rules on the algorithms that a signature uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from samlcheck.model import Signature
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, cve, nist, rfc, xmldsig
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    ERROR,
    INFO,
    OFF,
    WARNING,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.rules.signatures.form import method_of, problems, repeats_outer, signer

if TYPE_CHECKING:
    from samlcheck.crypto.algorithms import DigestMethod

_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_RSA_SHA256 = _MORE + "rsa-sha256"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_GOOD = (example("response"), example("response", key="ec", idp=[("{cert:idp-next}", "{cert:ec}")]))


def _digests(signature: Signature) -> Iterator[tuple[Place, DigestMethod]]:
    from samlcheck.crypto import DIGEST_METHODS

    for reference in signature.references:
        method = reference.digest_method
        known = DIGEST_METHODS.get((method and method.algorithm) or "")
        if known is not None:
            yield Place(method, "Algorithm"), known


def _bad_method(signature: Signature, case: Case, standing: str) -> Iterator[Hit]:
    """Yield a hit when the signature algorithm is of a standing: weak or broken."""
    method = method_of(signature)
    if method is None or method.family == "hmac" or repeats_outer(signature, case):
        return
    if method.standing == standing:
        yield hit(
            signature.signature_method,
            f"The signature algorithm is {method.name}",
            attribute="Algorithm",
            expected=f"{_RSA_SHA256} or better",
            actual=method.uri,
            owner=signer(case),
        )


@rule(
    "sig-alg-sha1",
    on=Signature,
    severity=WARNING,
    cites=[rfc(9231), nist("800-131A")],
    tags=[BLOCKS_LOGIN],
    bad=[
        example(
            "response",
            after=[(_RSA_SHA256, _DSIG + "rsa-sha1")],
            also=["sig-signedinfo-invalid", "sig-alg-mixed-strength"],
        )
    ],
    good=_GOOD,
)
def sha1_signature(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature is made with SHA-1.

    The signature algorithm is RSA, ECDSA or DSA with SHA-1.

    Why: SHA-1 is broken: two documents with the same hash can be made. More and more receivers
    refuse such signatures.
    Fix: Set the signature algorithm of the sender to RSA-SHA256.
    """
    from samlcheck.crypto import WEAK

    yield from _bad_method(signature, case, WEAK)


@rule(
    "sig-alg-md5",
    on=Signature,
    severity=ERROR,
    cites=[rfc(9231)],
    tags=[BLOCKS_LOGIN],
    bad=[
        example(
            "response",
            after=[(_RSA_SHA256, _MORE + "rsa-md5")],
            also=["sig-alg-mixed-strength"],
        )
    ],
    good=_GOOD,
)
def broken_signature(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature is made with MD5 or RIPEMD-160.

    The signature algorithm uses a hash that has been broken or given up for many years.

    Why: signatures with MD5 can be forged, so receivers refuse them.
    Fix: Set the signature algorithm of the sender to RSA-SHA256.
    """
    from samlcheck.crypto import BROKEN

    yield from _bad_method(signature, case, BROKEN)


@rule(
    "sig-digest-alg-weak",
    on=Signature,
    severity=WARNING,
    cites=[rfc(9231), nist("800-131A")],
    tags=[BLOCKS_LOGIN],
    bad=[
        example(
            "response",
            after=[(_SHA256, _DSIG + "sha1")],
            also=["sig-alg-mixed-strength", "sig-digest-mismatch", "sig-signedinfo-invalid"],
        )
    ],
    good=_GOOD,
)
def weak_digest(signature: Signature, case: Case) -> Iterator[Hit]:
    """The digest of the signed content is made with a broken hash.

    The digest algorithm is SHA-1, or worse MD5, while the signature algorithm is a good one.

    Why: a second content with the same digest can be made, which the signature then fits, too.
    Fix: Set the digest algorithm of the sender to SHA-256, beside the signature algorithm.
    """
    from samlcheck.crypto import BROKEN, OK

    method = method_of(signature)
    if (method is not None and method.standing != OK) or repeats_outer(signature, case):
        return  # one setting with one finding: the signature algorithm, or the outer signature
    for place, digest in _digests(signature):
        if digest.standing != OK:
            yield hit(
                place.subject,
                f"The digest algorithm is {digest.name}",
                attribute=place.attribute,
                expected=_SHA256,
                actual=digest.uri,
                severity=ERROR if digest.standing == BROKEN else None,
                owner=signer(case),
            )


@rule(
    "sig-alg-mixed-strength",
    on=Signature,
    severity=INFO,
    cites=[xmldsig("4.4")],
    bad=[
        example(
            "response",
            after=[(_SHA256, _DSIG + "sha1")],
            also=["sig-digest-alg-weak", "sig-digest-mismatch", "sig-signedinfo-invalid"],
        )
    ],
    good=_GOOD,
)
def mixed_strength(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature and its digest are of different strength.

    One of the two algorithms is a good one and the other is not.

    Why: a signature is as strong as the weaker of the two; most products have a setting for each,
    and one was forgotten.
    Fix: Set both the signature algorithm and the digest algorithm of the sender to SHA-256.
    """
    from samlcheck.crypto import OK

    method = method_of(signature)
    if method is None or method.family == "hmac" or repeats_outer(signature, case):
        return
    for place, digest in _digests(signature):
        if (method.standing == OK) != (digest.standing == OK):
            yield hit(
                place.subject,
                f"The signature is {method.name} over a {digest.name} digest",
                attribute=place.attribute,
                expected="algorithms of the same strength",
                owner=signer(case),
            )


@rule(
    "sig-alg-unknown",
    on=Signature,
    severity=ERROR,
    cites=[rfc(9231), xmldsig("6.1")],
    tags=[BLOCKS_LOGIN],
    bad=[
        example("response", after=[(_RSA_SHA256, _MORE + "rsa-sha265")]),
        example("response", after=[(_SHA256, "http://www.w3.org/2001/04/xmlenc#SHA256")]),
    ],
    good=_GOOD,
)
def unknown_algorithm(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature names an algorithm that does not exist, or none.

    The identifier of the signature or digest algorithm is not one that is registered for XML
    Signature. It is compared letter by letter.

    Why: no receiver can verify the signature.
    Fix: Set the algorithms of the sender to RSA-SHA256 and SHA-256.
    """
    yield from problems(signature, case, "sig-alg-unknown")


@rule(
    "sig-alg-hmac",
    on=Signature,
    severity=ERROR,
    cites=[
        core("5.4.1"),
        rfc(9231),
        cve("CVE-2009-0217", "the sender chooses how much of an HMAC is compared"),
    ],
    tags=[ATTACK, BLOCKS_LOGIN],
    bad=[example("response", after=[(_RSA_SHA256, _MORE + "hmac-sha256")])],
    good=_GOOD,
)
def hmac_signature(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature is made with a shared secret.

    The signature algorithm is an HMAC, which has no key pair.

    Why: a careless receiver takes the public key out of the metadata, which everybody has, for the
    secret; then everybody can sign.
    Fix: Do not trust the document; ask its sender, over another channel, whether it is genuine.
    """
    yield from problems(signature, case, "sig-alg-hmac", forged=True)


@rule(
    "sig-method-allowlist",
    on=Signature,
    severity=OFF,
    cites=[rfc(9231), xmldsig("6.1")],
    unless=["sig-alg-*", "sig-digest-alg-weak"],
    bad=[
        example(
            "idp",
            sign="root",
            enable=["sig-method-allowlist"],
            lists={"signature_algorithms": [_MORE + "rsa-sha512", _SHA256]},
            also=["sig-no-keyed-trust"],
        )
    ],
    good=[
        *_GOOD,
        example(
            "idp",
            sign="root",
            enable=["sig-method-allowlist"],
            lists={"signature_algorithms": [_RSA_SHA256, _SHA256]},
            also=["sig-no-keyed-trust"],
        ),
    ],
)
def method_not_listed(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature uses an algorithm that the profile does not allow.

    The profile in use lists the signature and digest algorithms of its community; the one in
    ds:SignatureMethod or ds:DigestMethod is not among them.

    Why: partners of this profile refuse the signature, however good the algorithm is.
    Fix: Set the algorithms of the sender to some of those listed.
    """
    allowed = case.profile.metadata.get("signature_algorithms", ())
    if not allowed:
        return
    methods = [signature.signature_method, *(item.digest_method for item in signature.references)]
    for method in methods:
        if method is not None and method.algorithm and method.algorithm not in allowed:
            yield hit(
                method,
                f"The algorithm {method.algorithm} is not one that the profile allows",
                attribute="Algorithm",
                expected=" or ".join(allowed),
                actual=method.algorithm,
                owner=signer(case),
            )


RULES = (
    sha1_signature,
    broken_signature,
    weak_digest,
    mixed_strength,
    unknown_algorithm,
    hmac_signature,
    method_not_listed,
)
