"""Rules on the keys in certificates: of a type that partners know, and strong enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from samlcheck.model import X509Certificate
from samlcheck.rules.case import Case
from samlcheck.rules.citations import nist, rfc, saml2int
from samlcheck.rules.metadata.published import offends
from samlcheck.rules.metadata.sample_certificates import (
    DSA,
    ED25519,
    EXPONENT_3,
    EXPONENT_EVEN,
    P224,
)
from samlcheck.rules.rule import ERROR, WARNING, Hit, example, hit, rule

if TYPE_CHECKING:
    from samlcheck.crypto import CertificateFacts

_CERT = "{cert:sp-signing}"
_GOOD = (example("sp"), example("idp"))
_LEAST_RSA = 2048
_LEAST_EC = 256
_ANY_LENGTH = 1 << 20
_USUAL_EXPONENT = 65537
_KNOWN_TYPES = ("RSA", "EC", "DSA")


def _shorter(kind: str, least: int) -> Callable[[CertificateFacts], bool]:
    """Return the test whether a certificate's key is of a type and shorter than it should be."""

    def test(facts: CertificateFacts) -> bool:
        key = facts.key
        return key is not None and key.type == kind and (key.bits or least) < least

    return test


@rule(
    "key-rsa-too-small",
    on=X509Certificate,
    severity=ERROR,
    cites=[saml2int("SDP-MD06"), nist("800-131A")],
    bad=[example("sp", (_CERT, "{cert:weak}"))],
    good=_GOOD,
)
def rsa_too_small(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """An RSA key is too short.

    RSA keys need 2048 bits at least; 3072 are better for a new key.

    Why: shorter keys can be broken, and many products refuse them outright.
    Fix: Make a new key of 3072 bits and publish its certificate before you sign with it.
    """
    found = offends(node, case, _shorter("RSA", _LEAST_RSA))
    if found is not None:
        facts, repeats = found
        bits = facts.key.bits if facts.key else None
        yield hit(
            node,
            f"The RSA key of {facts.name} has {bits} bits",
            expected=f"at least {_LEAST_RSA} bits",
            actual=f"{bits} bits",
            related=repeats,
        )


@rule(
    "key-ec-too-small",
    on=X509Certificate,
    severity=ERROR,
    cites=[saml2int("SDP-MD07")],
    bad=[example("sp", (_CERT, P224))],
    good=[*_GOOD, example("sp", (_CERT, "{cert:ec}"))],
)
def ec_too_small(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """An elliptic curve key is too short.

    Elliptic curve keys need 256 bits at least.

    Why: shorter curves are weak, and few products know them.
    Fix: Make a new key on the curve P-256 or P-384 and publish its certificate.
    """
    found = offends(node, case, _shorter("EC", _LEAST_EC))
    if found is not None:
        facts, repeats = found
        key = facts.key
        yield hit(
            node,
            f"The elliptic curve key of {facts.name} has {key.bits if key else None} bits",
            expected=f"at least {_LEAST_EC} bits",
            actual=key.curve if key else None,
            related=repeats,
        )


@rule(
    "key-dsa",
    on=X509Certificate,
    severity=ERROR,
    cites=[nist("800-131A")],
    bad=[example("sp", (_CERT, DSA))],
    good=_GOOD,
)
def dsa_key(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """A key is a DSA key.

    The certificate holds a key for the Digital Signature Algorithm of 1994.

    Why: DSA is no longer approved for new signatures, cannot encrypt, and hardly any product
    still takes it.
    Fix: Make an RSA key of 3072 bits or an elliptic curve key and publish its certificate.
    """
    found = offends(node, case, _shorter("DSA", _ANY_LENGTH))
    if found is not None:
        facts, repeats = found
        yield hit(
            node,
            f"The key of {facts.name} is a DSA key",
            expected="an RSA or elliptic curve key",
            actual="DSA",
            related=repeats,
        )


@rule(
    "key-unsupported-type",
    on=X509Certificate,
    severity=WARNING,
    cites=[rfc(9231)],
    bad=[example("sp", (_CERT, ED25519))],
    good=_GOOD,
)
def unsupported_type(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """A key is of a type that SAML software does not know.

    The certificate holds a key that is neither RSA nor elliptic curve, such as Ed25519, or one on
    an uncommon curve.

    Why: hardly any implementation of XML Signature and XML Encryption can use it.
    Fix: Make an RSA key of 3072 bits or a key on the curve P-256 and publish its certificate.
    """

    def wrong(facts: CertificateFacts) -> bool:
        if facts.problem is not None:
            return facts.problem == "key-unsupported-type"
        return facts.key is not None and facts.key.type not in _KNOWN_TYPES

    found = offends(node, case, wrong)
    if found is not None:
        facts, repeats = found
        kind = facts.key.type if facts.key and facts.key.type != "other" else None
        yield hit(
            node,
            f"The key of {facts.name} is of a type that SAML software does not know: "
            + (kind or facts.detail or "it is not for signing"),
            expected="an RSA or elliptic curve key",
            actual=kind,
            related=repeats,
        )


@rule(
    "key-rsa-exponent-even-or-small",
    on=X509Certificate,
    severity=ERROR,
    cites=[nist("800-56B"), rfc(8017, "3.1")],
    bad=[example("sp", (_CERT, EXPONENT_EVEN)), example("sp", (_CERT, EXPONENT_3))],
    good=_GOOD,
)
def rsa_exponent(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """An RSA key has a bad public exponent.

    The exponent has to be odd and at least 3; values below 65537 are advised against.

    Why: an even exponent makes no RSA key at all; a small one turns small mistakes in software
    into forged signatures.
    Fix: Make a new key with the exponent 65537, as every tool does by default.
    """
    slug = "key-rsa-exponent-even-or-small"

    def wrong(facts: CertificateFacts) -> bool:
        exponent = None if facts.key is None else facts.key.exponent
        return facts.problem == slug or (exponent or _USUAL_EXPONENT) < _USUAL_EXPONENT

    found = offends(node, case, wrong)
    if found is not None:
        facts, repeats = found
        exponent = facts.key.exponent if facts.key else None
        yield hit(
            node,
            f"The RSA key of {facts.name} has the exponent {exponent}",
            expected=str(_USUAL_EXPONENT),
            actual=str(exponent),
            severity=ERROR if facts.problem == slug else WARNING,
            related=repeats,
        )


RULES = (
    rsa_too_small,
    ec_too_small,
    dsa_key,
    unsupported_type,
    rsa_exponent,
)
