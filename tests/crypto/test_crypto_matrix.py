"""Signatures by xmlsec verify here, and those by another signer at both; differences have reasons.

The matrix of algorithms, layouts and changes is in test_crypto_verdicts; here are combinations of
canonicalizations, other curves, a second signer, and the forms that SAML forbids although XML
Signature allows them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree

from samlcheck.crypto import verify_signature
from tests.crypto.judging import ASSERTION, RESPONSE, both, check_of, mutated, signatures, trusted
from tests.crypto.test_crypto_verdicts import LAYOUTS, METADATA_MUTATIONS, MUTATIONS, TARGETS
from tests.support.algorithms import C14N, DIGEST, ENVELOPED, SIGNATURE
from tests.support.bases import NOW, load
from tests.support.keys import certificate_pem, key_pem, pem_body
from tests.support.oracle import xmlsec_verifies
from tests.support.signing import sign

_IDS = {"response": RESPONSE, "assertion": ASSERTION}


def _signed(layout: str = "typed-values", target: str = "assertion", **options: object) -> bytes:
    return sign(
        LAYOUTS[layout](load("response")).encode(),
        key=key_pem("idp-signing"),
        certificate=certificate_pem("idp-signing"),
        target_id=_IDS[target],
        **options,  # type: ignore[arg-type]
    )


def test_the_matrix_has_a_thousand_cases() -> None:
    algorithms = len(SIGNATURE) * (2 * len(MUTATIONS) + len(METADATA_MUTATIONS))
    layouts = len(C14N) * len(LAYOUTS) * 2 * len(MUTATIONS)
    assert 3 == len(TARGETS)
    assert algorithms + layouts >= 1000


@pytest.mark.parametrize("target", _IDS)
@pytest.mark.parametrize("info", C14N)
@pytest.mark.parametrize("content", C14N)
def test_the_content_and_signed_info_are_canonicalized_each_in_its_way(
    content: str, info: str, target: str
) -> None:
    xml = _signed("xml-attributes-twice", target, c14n=content, info_c14n=info)

    for name in ("none", "text", "signed-info"):
        status, verified = both(mutated(xml, MUTATIONS[name]), _IDS[target])
        assert (name == "none") is verified
        assert verified is (status == "valid"), (name, status)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_without_a_canonicalization_the_content_is_canonical_xml_1_0(layout: str) -> None:
    xml = _signed(layout, transforms=(ENVELOPED,))

    for name, change in MUTATIONS.items():
        status, verified = both(mutated(xml, change), ASSERTION)
        assert verified is (status == "valid"), (name, status)
    assert ("valid", True) == both(xml, ASSERTION)


# -- other curves -----------------------------------------------------------------------------


@functools.cache
def _curve(name: str) -> tuple[bytes, bytes]:
    """A key on a curve and its certificate, in PEM."""
    curve = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}[name]
    key = ec.generate_private_key(curve)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2029, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private, certificate.public_bytes(serialization.Encoding.PEM)


def _curve_verdict(xml: bytes, certificate: bytes) -> tuple[str, bool]:
    found = next(item for item in signatures(xml) if item.parent is not None)
    check = verify_signature(found, (trusted(pem_body(certificate)),), now=NOW)
    return check.status, xmlsec_verifies(xml, ASSERTION, certificate)


@pytest.mark.parametrize("digest", ["sha1", "sha224", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("curve", ["P-256", "P-384", "P-521"])
def test_curves(curve: str, digest: str) -> None:
    key, certificate = _curve(curve)
    xml = sign(
        load("response").encode(),
        key=key,
        certificate=certificate,
        target_id=ASSERTION,
        signature_algorithm=f"ecdsa-{digest}",
        digest_algorithm=digest,
    )

    assert ("valid", True) == _curve_verdict(xml, certificate)
    for name in ("text", "signed-info", "signature-value"):
        status, verified = _curve_verdict(mutated(xml, MUTATIONS[name]), certificate)
        assert (False, True) == (verified, status != "valid"), name


@pytest.mark.parametrize("digest", DIGEST)
@pytest.mark.parametrize("algorithm", SIGNATURE)
def test_each_signature_algorithm_over_each_digest(algorithm: str, digest: str) -> None:
    key = "ec" if algorithm.startswith("ecdsa") else "idp-signing"
    xml = sign(
        load("response").encode(),
        key=key_pem(key),
        certificate=certificate_pem(key),
        target_id=RESPONSE,
        signature_algorithm=algorithm,
        digest_algorithm=digest,
    )

    assert ("valid", True) == both(xml, RESPONSE, key)
    status, verified = both(mutated(xml, MUTATIONS["attribute"]), RESPONSE, key)
    assert ("altered", False) == (status, verified)


# -- another signer ---------------------------------------------------------------------------


def _by_signxml(c14n: str, digest: str, layout: str) -> bytes:
    from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
    from signxml.signer import XMLSigner

    root = etree.fromstring(LAYOUTS[layout](load("response")).encode())
    placeholder = etree.SubElement(
        root, "{http://www.w3.org/2000/09/xmldsig#}Signature", Id="placeholder"
    )
    root.insert(1, placeholder)
    signer = XMLSigner(
        signature_algorithm=SignatureMethod[f"RSA_{digest.upper()}"],
        digest_algorithm=DigestAlgorithm[digest.upper()],
        c14n_algorithm=CanonicalizationMethod(C14N[c14n]),
    )
    signed = signer.sign(
        root,
        key=key_pem("idp-signing"),
        cert=certificate_pem("idp-signing").decode(),
        reference_uri=RESPONSE,
        id_attribute="ID",
    )
    return etree.tostring(signed)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("digest", ["sha256", "sha512"])
@pytest.mark.parametrize("c14n", ["exclusive", "inclusive", "inclusive-1.1"])
def test_documents_of_another_signer_verify_here_and_with_xmlsec(
    c14n: str, digest: str, layout: str
) -> None:
    xml = _by_signxml(c14n, digest, layout)
    # This signer canonicalizes SignedInfo without the xml: attributes above it, which inclusive
    # canonicalization has to take over (Canonical XML 1.0, 2.4): so nobody can verify it.
    wrong = layout.startswith("xml-attributes") and c14n != "exclusive"

    assert (("altered", False) if wrong else ("valid", True)) == both(xml, RESPONSE)
    assert ("altered", False) == both(mutated(xml, MUTATIONS["attribute"]), RESPONSE)


# -- what SAML forbids ------------------------------------------------------------------------


#: What is allowed by XML Signature, verifies with xmlsec, and is refused here: how it is made, and
#: the rule with the clause.
FORBIDDEN: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "three-transforms": (
        lambda: _signed(transforms=(ENVELOPED, C14N["exclusive"], C14N["exclusive"])),
        "sig-transform-count",
        "Core 5.4.4: one enveloped-signature transform and one canonicalization",
    ),
    "two-canonicalizations": (
        lambda: _signed(transforms=(ENVELOPED, C14N["inclusive"], C14N["exclusive"])),
        "sig-transform-count",
        "Core 5.4.4: one enveloped-signature transform and one canonicalization",
    ),
    "object": (
        lambda: mutated(_signed(), ("</ds:KeyInfo>", "</ds:KeyInfo><ds:Object/>")),
        "sig-object-child",
        "Errata E91: no ds:Object in a signature of SAML",
    ),
    "second-key-info": (
        lambda: mutated(_signed(), ("</ds:KeyInfo>", "</ds:KeyInfo><ds:KeyInfo/>")),
        "sig-stray-dsig-node",
        "XML Signature 4.2: the schema allows one ds:KeyInfo; xmlsec reads the first",
    ),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_saml_forbids_is_refused_although_xmlsec_verifies_it(name: str) -> None:
    make, slug, reason = FORBIDDEN[name]
    xml = make()
    check = check_of(xml, ASSERTION)

    assert (
        xmlsec_verifies(xml, ASSERTION, certificate_pem("idp-signing")) or name == "second-key-info"
    )
    assert ("malformed", True) == (check.status, slug in {item.rule for item in check.shape}), (
        reason
    )
