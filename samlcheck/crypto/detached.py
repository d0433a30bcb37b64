"""Detached signatures of messages: those of HTTP-Redirect and HTTP-POST-SimpleSign.

Sources: SAML Bindings 3.4.4.1; HTTP-POST SimpleSign binding 1.0, 2.5.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from samlcheck.crypto.algorithms import SIGNATURE_METHODS, SignatureMethod
from samlcheck.crypto.certificates import PublicKey
from samlcheck.crypto.keys import KeyCandidate
from samlcheck.crypto.query_octets import Variant
from samlcheck.crypto.values import key_fits, key_made, made_der
from samlcheck.records import frozen

VALID, NO_KEY, WRONG_KEY = "valid", "no-key", "wrong-key"
ALTERED, MALFORMED, UNSUPPORTED = "altered", "malformed", "unsupported"
#: So many keys are tried against the near misses; they only explain.
_MOST_KEYS = 32


@frozen(kw_only=True, eq=False)
class DetachedCheck:
    """What is known about a detached signature.

    `status` is one of: valid (a trusted key made it over exactly what was received), no-key (no
    trusted key was given), wrong-key (right, but made by a key that is not trusted), altered (made
    over something else, or by an unknown key), malformed (no Base64), unsupported (an algorithm
    that cannot be tried). `variant` is what a key of the case did sign; `fits` is an RSA key that
    made the signature over something that is not known.
    """

    status: str
    algorithm: str
    method: SignatureMethod | None
    signed_by: KeyCandidate | None = None
    variant: Variant | None = None
    fits: KeyCandidate | None = None

    @property
    def change(self) -> str | None:
        """How what was signed departs from what the binding says, where that is known."""
        return None if self.variant is None else self.variant.change


def fitting(key: PublicKey | None, method: SignatureMethod) -> bool:
    """Tell whether a key is of the family that a signature algorithm needs."""
    families = {
        "rsa": rsa.RSAPublicKey,
        "rsa-pss": rsa.RSAPublicKey,
        "ecdsa": ec.EllipticCurvePublicKey,
        "dsa": dsa.DSAPublicKey,
    }
    wanted = families.get(method.family)
    return wanted is not None and isinstance(key, wanted)


def verify_detached(
    algorithm: str,
    value: bytes,
    variants: Iterable[Variant],
    candidates: tuple[KeyCandidate, ...],
) -> DetachedCheck:
    """Return the answer for a detached signature.

    :param algorithm: the value of SigAlg, decoded.
    :param value: the value of Signature, decoded from the query or form, still Base64.
    :param variants: what may have been signed, the right octets first.
    """
    method = SIGNATURE_METHODS.get(algorithm)
    if method is None or method.family == "hmac":
        return DetachedCheck(status=UNSUPPORTED, algorithm=algorithm, method=method)
    try:
        signature = base64.b64decode(b"".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        signature = b""
    if not signature:
        return DetachedCheck(status=MALFORMED, algorithm=algorithm, method=method)
    keys = sorted(
        (item for item in candidates if fitting(item.facts.public_key, method)),
        key=lambda item: not item.trusted,
    )
    tried = iter(variants)
    right = next(tried)
    for key in keys:
        if _made(key, method, signature, right.octets):
            status = VALID if key.trusted else _of_untrusted(candidates)
            return DetachedCheck(
                status=status, algorithm=algorithm, method=method, signed_by=key, variant=right
            )
    return _explained(algorithm, method, signature, tuple(tried), keys, candidates)


def _explained(
    algorithm: str,
    method: SignatureMethod,
    signature: bytes,
    variants: tuple[Variant, ...],
    keys: list[KeyCandidate],
    candidates: tuple[KeyCandidate, ...],
) -> DetachedCheck:
    """Return the answer for a signature that is not over the right octets."""
    fits = None
    if method.family == "rsa":
        # Such a signature tells its maker whatever was signed, so the other keys need no trial.
        fits = next((item for item in keys if _fits(item, method, signature)), None)
        keys = [] if fits is None else [fits]
    seen: set[bytes] = set()
    for variant in variants:
        if variant.octets in seen:
            continue
        seen.add(variant.octets)
        for key in keys[:_MOST_KEYS]:
            if _made(key, method, signature, variant.octets):
                return DetachedCheck(
                    status=ALTERED,
                    algorithm=algorithm,
                    method=method,
                    signed_by=key,
                    variant=variant,
                )
    known = fits is not None or any(item.trusted for item in candidates)
    return DetachedCheck(
        status=ALTERED if known else NO_KEY, algorithm=algorithm, method=method, fits=fits
    )


def _of_untrusted(candidates: tuple[KeyCandidate, ...]) -> str:
    return WRONG_KEY if any(item.trusted for item in candidates) else NO_KEY


def _made(key: KeyCandidate, method: SignatureMethod, signature: bytes, octets: bytes) -> bool:
    """Tell whether a key made a signature; one of DSA or ECDSA may be in DER, as most sign."""
    public = key.facts.public_key
    if public is None:
        return False
    return key_made(public, method, signature, octets) or made_der(
        public, method, signature, octets
    )


def _fits(key: KeyCandidate, method: SignatureMethod, signature: bytes) -> bool:
    public = key.facts.public_key
    return public is not None and key_fits(public, method, signature)
