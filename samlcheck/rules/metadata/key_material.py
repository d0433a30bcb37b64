"""Rules on what certificate elements hold: a certificate, and in it a key that is fit for use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from samlcheck.model import RoleDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import nist, rfc, saml2int, xmldsig
from samlcheck.rules.metadata.published import offenders
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

_CERT = "{cert:sp-encryption}"
_BEGIN = "-----BEGIN CERTIFICATE-----"
_GOOD = (example("sp"), example("idp"))
_LEAST_RSA = 2048
_LEAST_EC = 256
_ANY_LENGTH = 1 << 20
_USUAL_EXPONENT = 65537
_KNOWN_TYPES = ("RSA", "EC", "DSA")


def _unusable(slug: str, role: RoleDescriptor, case: Case, what: str) -> Iterator[Hit]:
    """Yield a hit for each certificate that the reader of certificates found to be this wrong."""
    for node, facts, repeats in offenders(role, case, lambda facts: facts.problem == slug):
        yield hit(
            node,
            f"{what}: {facts.detail}",
            expected="the Base64 text of one DER certificate",
            related=repeats,
        )


def _shorter(kind: str, least: int) -> Callable[[CertificateFacts], bool]:
    """Return the test whether a certificate's key is of a type and shorter than it should be."""

    def test(facts: CertificateFacts) -> bool:
        key = facts.key
        return key is not None and key.type == kind and (key.bits or least) < least

    return test


@rule(
    "key-pem-armor",
    on=RoleDescriptor,
    severity=ERROR,
    cites=[xmldsig("4.5.4")],
    bad=[
        example("sp", (_CERT, f"-----BEGIN CERTIFICATE-----\n{_CERT}\n-----END CERTIFICATE-----"))
    ],
    good=_GOOD,
)
def pem_armour(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """A certificate was pasted with the lines of its PEM file.

    ds:X509Certificate holds -----BEGIN CERTIFICATE----- or another line of a PEM file.

    Why: the element is Base64 and nothing else; many receivers cannot read the certificate, or
    refuse the metadata as invalid.
    Fix: Delete the BEGIN and END lines and everything outside them; keep the Base64 lines.
    """
    yield from _unusable("key-pem-armor", role, case, "The certificate is not bare Base64")


@rule(
    "key-bad-base64",
    on=RoleDescriptor,
    severity=ERROR,
    cites=[xmldsig("4.5.4"), rfc(5280, "4.1")],
    bad=[
        example("sp", (_CERT, "MIIDBTCCAe2gAwIBAgI")),
        example("sp", (_CERT, "see https://sp.example.org/cert")),
        example("sp", (_CERT, "")),
    ],
    good=_GOOD,
)
def bad_base64(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """A certificate cannot be read.

    ds:X509Certificate does not hold the Base64 text of one DER-encoded X.509 certificate.

    Why: the receiver has no key from it, and many refuse the whole metadata because of it.
    Fix: Export the certificate again, in Base64, and copy the text whole.
    """
    yield from _unusable("key-bad-base64", role, case, "The certificate cannot be read")


@rule(
    "key-cert-is-file-name",
    on=RoleDescriptor,
    severity=ERROR,
    cites=[xmldsig("4.5.4")],
    bad=[example("sp", (_CERT, "/etc/saml/sp-encryption.crt"))],
    good=_GOOD,
)
def file_name(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """A file name stands in place of a certificate.

    ds:X509Certificate holds the name of a certificate file, not its content.

    Why: nobody but the machine that wrote it can open the file, so the receiver has no key.
    Fix: Put the Base64 text of the certificate into the element.
    """
    yield from _unusable("key-cert-is-file-name", role, case, "The certificate is not there")


@rule(
    "key-private-key-leak",
    on=RoleDescriptor,
    severity=ERROR,
    cites=[xmldsig("4.5.4")],
    bad=[
        example("sp", (_CERT, "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----")),
        example("sp", (_CERT, "MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8=")),
    ],
    good=_GOOD,
)
def private_key(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """A private key stands in the metadata.

    ds:X509Certificate holds a private key, or a container that usually holds one.

    Why: whoever has the metadata can sign or decrypt in the name of the entity.
    Fix: Treat the key as stolen: make a new one, publish its certificate, and remove the old
    metadata wherever it was sent. Export the certificate, never the key or the .p12 file.
    """
    slug = "key-private-key-leak"
    for node, facts, _ in offenders(role, case, lambda facts: facts.problem == slug):
        # The place is the element around the key, so that no excerpt repeats the key itself.
        yield hit(
            node.element.getparent(),
            f"A private key is published: {facts.detail}",
            expected="a certificate, which holds the public key only",
        )


@rule(
    "key-rsa-too-small",
    on=RoleDescriptor,
    severity=ERROR,
    cites=[saml2int("SDP-MD06"), nist("800-131A")],
    bad=[example("sp", (_CERT, "{cert:weak}"))],
    good=_GOOD,
)
def rsa_too_small(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """An RSA key is too short.

    RSA keys need 2048 bits at least; 3072 are better for a new key.

    Why: shorter keys can be broken, and many products refuse them outright.
    Fix: Make a new key of 3072 bits and publish its certificate before you sign with it.
    """
    for node, facts, repeats in offenders(role, case, _shorter("RSA", _LEAST_RSA)):
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
    on=RoleDescriptor,
    severity=ERROR,
    cites=[saml2int("SDP-MD07")],
    bad=[example("sp", (_CERT, P224))],
    good=[*_GOOD, example("sp", ("{cert:sp-signing}", "{cert:ec}"))],
)
def ec_too_small(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """An elliptic curve key is too short.

    Elliptic curve keys need 256 bits at least.

    Why: shorter curves are weak, and few products know them.
    Fix: Make a new key on the curve P-256 or P-384 and publish its certificate.
    """
    for node, facts, repeats in offenders(role, case, _shorter("EC", _LEAST_EC)):
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
    on=RoleDescriptor,
    severity=ERROR,
    cites=[nist("800-131A")],
    bad=[example("sp", (_CERT, DSA))],
    good=_GOOD,
)
def dsa_key(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """A key is a DSA key.

    The certificate holds a key for the Digital Signature Algorithm of 1994.

    Why: DSA is no longer approved for new signatures, cannot encrypt, and hardly any product
    still takes it.
    Fix: Make an RSA key of 3072 bits or an elliptic curve key and publish its certificate.
    """
    for node, facts, repeats in offenders(role, case, _shorter("DSA", _ANY_LENGTH)):
        yield hit(
            node,
            f"The key of {facts.name} is a DSA key",
            expected="an RSA or elliptic curve key",
            actual="DSA",
            related=repeats,
        )


@rule(
    "key-unsupported-type",
    on=RoleDescriptor,
    severity=WARNING,
    cites=[rfc(9231)],
    bad=[example("sp", (_CERT, ED25519))],
    good=_GOOD,
)
def unsupported_type(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
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

    for node, facts, repeats in offenders(role, case, wrong):
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
    on=RoleDescriptor,
    severity=ERROR,
    cites=[nist("800-56B"), rfc(8017, "3.1")],
    bad=[example("sp", (_CERT, EXPONENT_EVEN)), example("sp", (_CERT, EXPONENT_3))],
    good=_GOOD,
)
def rsa_exponent(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
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

    for node, facts, repeats in offenders(role, case, wrong):
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
    pem_armour,
    bad_base64,
    file_name,
    private_key,
    rsa_too_small,
    ec_too_small,
    dsa_key,
    unsupported_type,
    rsa_exponent,
)
