"""Rules on how strong the algorithms are that an entity says it supports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import AlgorithmSupport, EntityDescriptor, RoleDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import nist, rfc, saml2int
from samlcheck.rules.metadata.algorithm_support import DIGEST, SIGNING, element, listing
from samlcheck.rules.rule import ERROR, INFO, OFF, WARNING, Hit, example, hit, rule

_DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
_RSA_SHA256: Final = f"{_MORE}rsa-sha256"
_ECDSA_SHA256: Final = f"{_MORE}ecdsa-sha256"
_WANTED: Final = {"DigestMethod": (_SHA256,), "SigningMethod": (_RSA_SHA256, _ECDSA_SHA256)}
_SHA1: Final = element("DigestMethod", f"{_DSIG}sha1")
_RSA_SHA1: Final = element("SigningMethod", f"{_DSIG}rsa-sha1")
_GOOD: Final = (example("sp", listing("sp", DIGEST, SIGNING)), example("idp"))


def _standing(method: AlgorithmSupport) -> tuple[str, str] | None:
    """Return the hash of a listed algorithm and its standing; None when it is not known."""
    from samlcheck.crypto import DIGEST_METHODS, SIGNATURE_METHODS

    uri = (method.algorithm or "").strip()
    known = (DIGEST_METHODS if method.kind == "DigestMethod" else SIGNATURE_METHODS).get(uri)
    return None if known is None else (known.hash, known.standing)


def _lists(
    subject: EntityDescriptor | RoleDescriptor,
) -> Iterator[tuple[str, list[AlgorithmSupport]]]:
    """Yield the non-empty lists of algorithms of an entity or role, by kind."""
    items = subject.extensions.items if subject.extensions else ()
    for kind in ("DigestMethod", "SigningMethod"):
        found = [item for item in items if isinstance(item, AlgorithmSupport) and item.kind == kind]
        if found:
            yield kind, found


@rule(
    "alg-sha1",
    on=AlgorithmSupport,
    severity=INFO,
    cites=[nist("800-131A"), rfc(9231)],
    unless=["alg-only-weak"],
    bad=[
        example("sp", listing("sp", DIGEST, _SHA1, SIGNING)),
        example("sp", listing("sp", DIGEST, SIGNING, _RSA_SHA1)),
    ],
    good=_GOOD,
)
def lists_sha1(method: AlgorithmSupport, case: Case) -> Iterator[Hit]:
    """SHA-1 is listed among the supported algorithms.

    A listed digest or signature algorithm is built on SHA-1, beside stronger ones.

    Why: collisions of SHA-1 can be made; a partner may choose it because it is listed.
    Fix: Remove it from the list once no partner needs it any more, and keep it out of new lists.
    """
    if _standing(method) is not None and (_standing(method) or ("",))[0] == "sha1":
        yield hit(
            method,
            f"alg:{method.kind} lists {method.algorithm!r}, which is built on SHA-1",
            attribute="Algorithm",
            expected="SHA-256 or better",
            actual=method.algorithm,
        )


@rule(
    "alg-weak",
    on=AlgorithmSupport,
    severity=ERROR,
    cites=[rfc(9231), rfc(6151)],
    unless=["alg-only-weak"],
    bad=[
        example("sp", listing("sp", DIGEST, SIGNING, element("SigningMethod", f"{_MORE}rsa-md5")))
    ],
    good=_GOOD,
)
def lists_broken(method: AlgorithmSupport, case: Case) -> Iterator[Hit]:
    """A broken algorithm is listed as supported.

    A listed digest or signature algorithm is built on MD5; RIPEMD-160, which nobody should start
    to use, is a warning.

    Why: whoever can make a collision of MD5, and that is everybody, can forge a signature.
    Fix: Remove the algorithm from the list, and from the configuration of the software.
    """
    hash_, standing = _standing(method) or ("", "ok")
    if standing == "broken":
        yield hit(
            method,
            f"alg:{method.kind} lists {method.algorithm!r}, which is built on {hash_.upper()}",
            attribute="Algorithm",
            expected="SHA-256 or better",
            actual=method.algorithm,
            severity=None if hash_ == "md5" else WARNING,
        )


@rule(
    "alg-only-weak",
    on=(EntityDescriptor, RoleDescriptor),
    severity=WARNING,
    cites=[nist("800-131A"), rfc(9231)],
    bad=[example("sp", listing("sp", DIGEST, _RSA_SHA1))],
    good=[*_GOOD, example("sp", listing("sp", DIGEST, SIGNING, _RSA_SHA1), also=["alg-sha1"])],
)
def only_weak(subject: EntityDescriptor | RoleDescriptor, case: Case) -> Iterator[Hit]:
    """All supported algorithms are weak.

    Every listed digest algorithm, or every listed signature algorithm, is built on SHA-1 or worse.

    Why: a partner that keeps to the list has to use an algorithm that is forbidden by now, and
    newer software refuses to.
    Fix: Add SHA-256 to the list, as rsa-sha256 for signatures; nearly all software supports it.
    """
    for kind, methods in _lists(subject):
        standings = [_standing(method) for method in methods]
        if all(found is not None and found[1] != "ok" for found in standings):
            yield hit(
                methods[0],
                f"Every alg:{kind} of the list is weak",
                attribute="Algorithm",
                expected=" or ".join(_WANTED[kind]),
                actual=", ".join(str(method.algorithm) for method in methods),
            )


@rule(
    "alg-saml2int-mandatory",
    on=(EntityDescriptor, RoleDescriptor),
    severity=OFF,
    cites=[saml2int("SDP-ALG01")],
    unless=["alg-only-weak"],
    bad=[
        example(
            "sp",
            listing("sp", DIGEST.replace("256", "512"), SIGNING.replace("256", "512")),
            profile="saml2int",
            also=["ea-subjectid-req-missing"],
        )
    ],
    good=[
        example(
            "sp",
            listing("sp", DIGEST, SIGNING),
            profile="saml2int",
            also=["ea-subjectid-req-missing"],
        )
    ],
)
def common_algorithm_missing(
    subject: EntityDescriptor | RoleDescriptor, case: Case
) -> Iterator[Hit]:
    """The algorithms that everybody supports are not listed.

    There is a list of digest or signature algorithms, and it lacks SHA-256, or both rsa-sha256 and
    ecdsa-sha256.

    Why: partners know no other algorithm for sure, so there may be none that both sides support.
    Fix: Support SHA-256, and add it to the list.
    """
    for kind, methods in _lists(subject):
        listed = {(method.algorithm or "").strip() for method in methods}
        if not listed.intersection(_WANTED[kind]):
            yield hit(
                methods[0],
                f"The list of alg:{kind} lacks what every partner supports",
                attribute="Algorithm",
                expected=" or ".join(_WANTED[kind]),
                actual=", ".join(sorted(listed)),
            )


RULES = (
    lists_sha1,
    lists_broken,
    only_weak,
    common_algorithm_missing,
)
