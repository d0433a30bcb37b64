"""Rules on the text of certificate elements: it is the Base64 of one certificate, nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import X509Certificate
from samlcheck.rules.case import Case
from samlcheck.rules.citations import rfc, xmldsig
from samlcheck.rules.metadata.published import offends
from samlcheck.rules.rule import ERROR, Hit, example, hit, rule

_CERT = "{cert:sp-encryption}"
_GOOD = (example("sp"), example("idp"))


def _unusable(slug: str, node: X509Certificate, case: Case, what: str) -> Iterator[Hit]:
    """Yield a hit for each certificate that the reader of certificates found to be this wrong."""
    found = offends(node, case, lambda facts: facts.problem == slug)
    if found is not None:
        facts, repeats = found
        yield hit(
            node,
            f"{what}: {facts.detail}",
            expected="the Base64 text of one DER certificate",
            related=repeats,
        )


@rule(
    "key-pem-armor",
    on=X509Certificate,
    severity=ERROR,
    cites=[xmldsig("4.5.4")],
    bad=[
        example("sp", (_CERT, f"-----BEGIN CERTIFICATE-----\n{_CERT}\n-----END CERTIFICATE-----"))
    ],
    good=_GOOD,
)
def pem_armour(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """A certificate was pasted with the lines of its PEM file.

    ds:X509Certificate holds -----BEGIN CERTIFICATE----- or another line of a PEM file.

    Why: the element is Base64 and nothing else; many receivers cannot read the certificate, or
    refuse the metadata as invalid.
    Fix: Delete the BEGIN and END lines and everything outside them; keep the Base64 lines.
    """
    yield from _unusable("key-pem-armor", node, case, "The certificate is not bare Base64")


@rule(
    "key-bad-base64",
    on=X509Certificate,
    severity=ERROR,
    cites=[xmldsig("4.5.4"), rfc(5280, "4.1")],
    bad=[
        example("sp", (_CERT, "MIIDBTCCAe2gAwIBAgI")),
        example("sp", (_CERT, "see https://sp.example.org/cert")),
        example("sp", (_CERT, "")),
    ],
    good=_GOOD,
)
def bad_base64(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """A certificate cannot be read.

    ds:X509Certificate does not hold the Base64 text of one DER-encoded X.509 certificate.

    Why: the receiver has no key from it, and many refuse the whole metadata because of it.
    Fix: Export the certificate again, in Base64, and copy the text whole.
    """
    yield from _unusable("key-bad-base64", node, case, "The certificate cannot be read")


@rule(
    "key-cert-is-file-name",
    on=X509Certificate,
    severity=ERROR,
    cites=[xmldsig("4.5.4")],
    bad=[example("sp", (_CERT, "/etc/saml/sp-encryption.crt"))],
    good=_GOOD,
)
def file_name(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """A file name stands in place of a certificate.

    ds:X509Certificate holds the name of a certificate file, not its content.

    Why: nobody but the machine that wrote it can open the file, so the receiver has no key.
    Fix: Put the Base64 text of the certificate into the element.
    """
    yield from _unusable("key-cert-is-file-name", node, case, "The certificate is not there")


@rule(
    "key-private-key-leak",
    on=X509Certificate,
    severity=ERROR,
    cites=[xmldsig("4.5.4")],
    bad=[
        example("sp", (_CERT, "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----")),
        example("sp", (_CERT, "MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8=")),
    ],
    good=_GOOD,
)
def private_key(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """A private key stands in the metadata.

    ds:X509Certificate holds a private key, or a container that usually holds one.

    Why: whoever has the metadata can sign or decrypt in the name of the entity.
    Fix: Treat the key as stolen: make a new one, publish its certificate, and remove the old
    metadata wherever it was sent. Export the certificate, never the key or the .p12 file.
    """
    slug = "key-private-key-leak"
    found = offends(node, case, lambda facts: facts.problem == slug)
    if found is not None:
        # The place is the element around the key, so that no excerpt repeats the key itself.
        yield hit(
            node.element.getparent(),
            f"A private key is published: {found[0].detail}",
            expected="a certificate, which holds the public key only",
        )


RULES = (pem_armour, bad_base64, file_name, private_key)
