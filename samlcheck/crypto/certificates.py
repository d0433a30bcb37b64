"""X.509 certificates as key containers: what a ds:X509Certificate text really holds.

SAML takes from a certificate its public key and nothing else (SAML Metadata Interoperability
Profile 2.5.1); validity, issuer and usage are facts for findings, never a reason to distrust.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import warnings
from datetime import datetime

import attrs
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_SPACE = re.compile(r"[ \t\r\n]+")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=]")
_PEM = re.compile(r"-----\s*BEGIN ([A-Z0-9 ]+?)\s*-----(.*?)-----\s*END [A-Z0-9 ]+?\s*-----", re.S)
_FILE_NAME = re.compile(r"^(?:file:|[A-Za-z]:\\|\.{0,2}/)?[\w ./\\-]{1,200}\.(?:cer|crt|pem|der|p12|pfx|key)$", re.I)
_RSA_OID = bytes.fromhex("06092a864886f70d010101")
_EC_OID = bytes.fromhex("06072a8648ce3d0201")

PublicKey = (
    rsa.RSAPublicKey
    | ec.EllipticCurvePublicKey
    | dsa.DSAPublicKey
    | ed25519.Ed25519PublicKey
    | ed448.Ed448PublicKey
)


@attrs.frozen(kw_only=True)
class KeyFacts:
    """A public key: its type (RSA, EC, DSA, Ed25519, Ed448, other), size and parameters."""

    type: str
    bits: int | None
    curve: str | None
    exponent: int | None


@attrs.frozen(kw_only=True, eq=False)
class CertificateFacts:
    """What one certificate text holds; `problem` is the rule slug when it is not usable as is.

    A certificate behind PEM armour is read all the same, so that both facts can be reported.
    """

    problem: str | None
    detail: str | None
    der: bytes | None
    public_key: PublicKey | None
    key: KeyFacts | None
    not_before: datetime | None
    not_after: datetime | None
    certificate: x509.Certificate | None

    @property
    def fingerprint(self) -> str:
        """The SHA-256 fingerprint of the DER certificate, colon-separated upper-case hex."""
        digest = hashlib.sha256(self.der or b"").hexdigest().upper()
        return ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))

    @property
    def short_fingerprint(self) -> str:
        """The first eight octets of the SHA-256 fingerprint, enough to tell keys apart."""
        return self.fingerprint[:23]

    @property
    def subject(self) -> str:
        """The subject as an RFC 4514 string, or words that say that it cannot be read."""
        if self.certificate is None:
            return "(no certificate)"
        try:
            return self.certificate.subject.rfc4514_string() or "(empty subject)"
        except ValueError:
            return "(unreadable subject)"

    @property
    def key_id(self) -> bytes | None:
        """The SubjectPublicKeyInfo, equal for certificates of the same key."""
        if self.public_key is None:
            return None
        return self.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _unusable(problem: str, detail: str) -> CertificateFacts:
    return CertificateFacts(
        problem=problem,
        detail=detail,
        der=None,
        public_key=None,
        key=None,
        not_before=None,
        not_after=None,
        certificate=None,
    )


def _key_facts(key: object) -> KeyFacts:
    if isinstance(key, rsa.RSAPublicKey):
        exponent = key.public_numbers().e
        return KeyFacts(type="RSA", bits=key.key_size, curve=None, exponent=exponent)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return KeyFacts(type="EC", bits=key.key_size, curve=key.curve.name, exponent=None)
    if isinstance(key, dsa.DSAPublicKey):
        return KeyFacts(type="DSA", bits=key.key_size, curve=None, exponent=None)
    if isinstance(key, ed25519.Ed25519PublicKey):
        return KeyFacts(type="Ed25519", bits=256, curve=None, exponent=None)
    if isinstance(key, ed448.Ed448PublicKey):
        return KeyFacts(type="Ed448", bits=448, curve=None, exponent=None)
    return KeyFacts(type="other", bits=None, curve=None, exponent=None)


def _looks_like_private_key(der: bytes) -> str | None:
    """Name the private-key structure that DER octets hold, or None."""
    if der[:1] != b"\x30":
        return None
    head = der[:40]
    if b"\x02\x01\x00" in head[:8] and (_RSA_OID in head or _EC_OID in head):
        return "a PKCS#8 private key"
    if b"\x02\x01\x00\x02\x82" in head[:10] or b"\x02\x01\x00\x02\x81" in head[:10]:
        return "an RSA private key"
    if b"\x02\x01\x01\x04" in head[:8]:
        return "an EC private key"
    if b"\x02\x01\x03\x30" in head[:8]:
        return "a PKCS#12 container, which usually holds a private key"
    return None


def load_certificate(der: bytes, *, problem: str | None = None, detail: str | None = None) -> CertificateFacts:
    """Return the facts of a DER certificate; `problem` says what was wrong with its wrapping."""
    private = _looks_like_private_key(der)
    if private is not None:
        return _unusable("key-private-key-leak", f"the octets are {private}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old certificates bend X.509; that is not our user's log
        try:
            certificate = x509.load_der_x509_certificate(der)
            not_before, not_after = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        except (ValueError, OverflowError) as error:
            return _unusable("key-bad-base64", f"the octets are not an X.509 certificate ({_reason(error)})")
        try:
            public_key = certificate.public_key()
        except Exception as error:  # the library's own exception classes vary with the key type
            return CertificateFacts(
                problem="key-unsupported-type",
                detail=f"the public key cannot be read ({_reason(error)})",
                der=der,
                public_key=None,
                key=KeyFacts(type="other", bits=None, curve=None, exponent=None),
                not_before=not_before,
                not_after=not_after,
                certificate=certificate,
            )
    return CertificateFacts(
        problem=problem,
        detail=detail,
        der=der,
        public_key=public_key if isinstance(public_key, PublicKey) else None,
        key=_key_facts(public_key),
        not_before=not_before,
        not_after=not_after,
        certificate=certificate,
    )


def _reason(error: Exception) -> str:
    text = str(error).split("\n", 1)[0].strip()
    return text[:120] or type(error).__name__


def read_certificate(text: str) -> CertificateFacts:
    """Return what the text of a ds:X509Certificate holds; never raises."""
    if "PRIVATE KEY" in text:
        return _unusable("key-private-key-leak", "the text is a PEM private key")
    armour = _PEM.search(text)
    if armour is not None:
        detail = f"the text has PEM armour (BEGIN {armour.group(1)})"
        inner = read_certificate(armour.group(2))
        if inner.problem is not None:
            return inner
        return attrs.evolve(inner, problem="key-pem-armor", detail=detail)
    if "BEGIN" in text or "subject=" in text:
        return _unusable("key-pem-armor", "the text holds lines of a PEM file besides the base64")
    stripped = text.strip()
    if _FILE_NAME.match(stripped):
        return _unusable("key-cert-is-file-name", f"the text {stripped!r} is a file name")
    compact = _SPACE.sub("", text)
    if not compact:
        return _unusable("key-bad-base64", "the element is empty")
    odd = _NOT_BASE64.search(compact)
    if odd is not None:
        return _unusable("key-bad-base64", f"the character {odd.group()!r} is not base64")
    try:
        der = base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        return _unusable("key-bad-base64", "the base64 text is cut off or wrongly padded")
    return load_certificate(der)
