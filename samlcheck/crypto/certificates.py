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
from functools import cached_property
from itertools import pairwise

import attrs
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from samlcheck.crypto.certificate_content import NAMES, CertificateContent
from samlcheck.crypto.der import named_structure, reason, rsa_exponent, why_unreadable
from samlcheck.crypto.weak_keys import PUBLISHED, published_key, weakness_of
from samlcheck.records import frozen

_SPACE = re.compile(r"[ \t\r\n]+")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=]")
_FILE_NAME = re.compile(
    r"(?:file:|[A-Za-z]:)?[\w ./\\-]{1,200}\.(?:cer|crt|pem|der|p12|pfx|p7b|key)\Z", re.I
)
#: Algorithms of a certificate's own signature that nobody should rely on any more.
_WEAK_SIGNATURES = {
    "1.2.840.113549.1.1.2": "MD2",
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.5": "SHA-1",
    "1.2.840.10040.4.3": "SHA-1",
    "1.2.840.10045.4.1": "SHA-1",
}

PublicKey = (
    rsa.RSAPublicKey
    | ec.EllipticCurvePublicKey
    | dsa.DSAPublicKey
    | ed25519.Ed25519PublicKey
    | ed448.Ed448PublicKey
)


@frozen(kw_only=True)
class KeyFacts:
    """A public key: its type (RSA, EC, DSA, Ed25519, Ed448, other), size and parameters."""

    type: str
    bits: int | None
    curve: str | None
    exponent: int | None


def _subject_of(certificate: x509.Certificate) -> x509.Name:
    """Return the subject without the library's warnings about names that bend the rules."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return certificate.subject


@frozen(kw_only=True, eq=False)
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

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 fingerprint of the DER certificate, colon-separated upper-case hex."""
        digest = hashlib.sha256(self.der or b"").hexdigest().upper()
        return ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))

    @property
    def short_fingerprint(self) -> str:
        """The first eight octets of the SHA-256 fingerprint, enough to tell keys apart."""
        return self.fingerprint[:23]

    @cached_property
    def subject(self) -> str:
        """The subject as an RFC 4514 string, or words that say that it cannot be read."""
        if self.certificate is None:
            return "(no certificate)"
        try:
            return _subject_of(self.certificate).rfc4514_string(NAMES) or "(empty subject)"
        except ValueError:
            return "(unreadable subject)"

    @cached_property
    def name(self) -> str:
        """The common name, as "CN=...", to tell certificates apart by; without one, the subject."""
        try:
            names = () if self.certificate is None else _subject_of(self.certificate)
            common = [str(item.value) for item in names if item.oid == NameOID.COMMON_NAME]
        except ValueError:
            common = []
        return f"CN={common[0]}" if common else self.subject

    @cached_property
    def weak_signature(self) -> str | None:
        """The broken hash of the certificate's own signature (MD2, MD5, SHA-1); None for others."""
        if self.certificate is None:
            return None
        return _WEAK_SIGNATURES.get(self.certificate.signature_algorithm_oid.dotted_string)

    @cached_property
    def key_id(self) -> bytes | None:
        """The SubjectPublicKeyInfo, equal for certificates of the same key."""
        if self.public_key is None:
            return None
        return self.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @cached_property
    def content(self) -> CertificateContent | None:
        """What the certificate says beside its key; None when there is no certificate."""
        if self.certificate is None or self.der is None:
            return None
        return CertificateContent(certificate=self.certificate, der=self.der)

    @cached_property
    def weakness(self) -> tuple[str, str] | None:
        """What makes an RSA key worthless, a name out of `weak_keys`, and details in words."""
        if not isinstance(self.public_key, rsa.RSAPublicKey):
            return None
        modulus = self.public_key.public_numbers().n
        product = published_key(modulus, self.key_id or b"")
        return weakness_of(modulus) if product is None else (PUBLISHED, product)


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


def load_certificate(der: bytes) -> CertificateFacts:
    """Return the facts of a DER certificate, or what the octets are instead; never raises."""
    other = named_structure(der)
    if other is not None:
        return _unusable(other[0], f"the octets are {other[1]}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old certificates bend X.509; that is not our user's log
        try:
            certificate = x509.load_der_x509_certificate(der)
            not_before = certificate.not_valid_before_utc
            not_after = certificate.not_valid_after_utc
        except Exception as error:  # the library's own exception classes vary with the defect
            return _unusable("key-bad-base64", why_unreadable(der, error))
        public_key, problem, detail = None, None, None
        key = KeyFacts(type="other", bits=None, curve=None, exponent=None)
        try:
            loaded = certificate.public_key()
        except Exception as error:  # they vary with the key type, too
            problem = "key-unsupported-type"
            detail = f"the public key cannot be read ({reason(error)})"
            exponent = rsa_exponent(der)
            if exponent is not None and (exponent < 3 or exponent % 2 == 0):
                problem = "key-rsa-exponent-even-or-small"
                key = KeyFacts(type="RSA", bits=None, curve=None, exponent=exponent)
        else:
            key = _key_facts(loaded)
            public_key = loaded if isinstance(loaded, PublicKey) else None
    return CertificateFacts(
        problem=problem,
        detail=detail,
        der=der,
        public_key=public_key,
        key=key,
        not_before=not_before,
        not_after=not_after,
        certificate=certificate,
    )


def read_certificate(text: str) -> CertificateFacts:
    """Return what the text of a ds:X509Certificate holds; never raises."""
    if "PRIVATE KEY" in text:
        return _unusable("key-private-key-leak", "the text is a PEM private key")
    if "-----" in text:
        return _read_pem(text)
    compact = _SPACE.sub("", text)
    if not compact:
        return _unusable("key-bad-base64", "the element is empty")
    odd = _NOT_BASE64.search(compact)
    if odd is not None:
        stripped = text.strip()
        if _FILE_NAME.match(stripped):
            return _unusable("key-cert-is-file-name", f"the text {stripped!r} is a file name")
        return _unusable("key-bad-base64", f"the character {odd.group()!r} is not Base64")
    try:
        der = base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        if compact.rstrip("=").find("=") >= 0:
            several = "the Base64 text ends in the middle: several texts stand in one element"
            return _unusable("key-bad-base64", several)
        return _unusable("key-bad-base64", "the Base64 text is cut off or wrongly padded")
    if der.startswith(b"-----BEGIN"):
        return _read_pem(der.decode("latin-1"), "the text is a PEM file in Base64 once more")
    if der.startswith(b"MII"):
        return _unusable("key-bad-base64", "the text was encoded in Base64 twice")
    return load_certificate(der)


def _read_pem(text: str, detail: str | None = None) -> CertificateFacts:
    """Return the facts of a PEM text: it is no Base64, but what it holds is read all the same."""
    if "PRIVATE KEY" in text:
        return _unusable("key-private-key-leak", "the text is a PEM private key")
    parts = text.split("-----")
    labels = [part.strip() for part in parts if part.strip().startswith("BEGIN")]
    bodies = [body for label, body in pairwise(parts) if label.strip().startswith("BEGIN")]
    if not bodies:
        return _unusable("key-pem-armor", "the text has lines of a PEM file besides the Base64")
    if len(bodies) > 1:
        return _unusable("key-pem-armor", f"the text holds {len(bodies)} PEM blocks")
    inner = read_certificate(bodies[0])
    if inner.problem is not None:
        return inner
    detail = detail or f"the text has PEM armour ({labels[0]})"
    return attrs.evolve(inner, problem="key-pem-armor", detail=detail)
