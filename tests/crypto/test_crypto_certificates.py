"""What the text of a ds:X509Certificate holds, in every form that people paste."""

from __future__ import annotations

import base64
import textwrap
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    pkcs7,
    pkcs12,
)
from hypothesis import given
from hypothesis import strategies as st

from samlcheck.crypto import CertificateReader, KeyFacts
from samlcheck.crypto.certificates import read_certificate
from samlcheck.rules.metadata import sample_certificates as samples
from tests.support.keys import RECIPES, certificate_base64, certificate_pem, key_pem

TEXT = certificate_base64("idp-signing")
DER = base64.b64decode(TEXT)
PEM = certificate_pem("idp-signing").decode()
CERTIFICATE = x509.load_der_x509_certificate(DER)
KEY = load_pem_private_key(key_pem("idp-signing"), None)
EC_KEY = ec.derive_private_key(7, ec.SECP256R1())
PLAIN = NoEncryption()
assert isinstance(KEY, rsa.RSAPrivateKey)


def text(der: bytes) -> str:
    return base64.b64encode(der).decode()


def private(form: PrivateFormat, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = KEY) -> str:
    return text(key.private_bytes(Encoding.DER, form, PLAIN))


@pytest.mark.parametrize("name", RECIPES)
def test_every_test_certificate_is_read(name: str) -> None:
    facts = read_certificate(certificate_base64(name))
    recipe = RECIPES[name]

    assert facts.problem is None
    assert f"CN={recipe.subject}" == facts.name == facts.subject
    assert datetime.fromisoformat(recipe.not_before).replace(tzinfo=UTC) == facts.not_before
    assert datetime.fromisoformat(recipe.not_after).replace(tzinfo=UTC) == facts.not_after
    assert facts.key is not None
    kind, bits = ("EC", 256) if name == "ec" else ("RSA", int(recipe.kind.removeprefix("rsa-")))
    assert (kind, bits) == (facts.key.type, facts.key.bits)


@pytest.mark.parametrize(
    "written",
    [
        "\n" + "\n".join(textwrap.wrap(TEXT, 64)) + "\n    ",
        "\r\n".join(textwrap.wrap(TEXT, 76)),
        "\t".join(textwrap.wrap(TEXT, 10)),
        f" {TEXT} ",
    ],
)
def test_white_space_between_the_base64_is_no_problem(written: str) -> None:
    facts = read_certificate(written)

    assert facts.problem is None
    assert DER == facts.der


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (PEM, "BEGIN CERTIFICATE"),
        (f"-----BEGIN CERTIFICATE-----{TEXT}-----END CERTIFICATE-----", "BEGIN CERTIFICATE"),
        (f"-----BEGIN CERTIFICATE-----\n{TEXT}", "BEGIN CERTIFICATE"),
        (PEM.replace("CERTIFICATE", "TRUSTED CERTIFICATE"), "BEGIN TRUSTED CERTIFICATE"),
        (f"subject=CN = idp.example.org\n{PEM}", "BEGIN CERTIFICATE"),
        (text(PEM.encode()), "Base64 once more"),
    ],
)
def test_pem_armour_is_told_and_the_certificate_read_all_the_same(written: str, words: str) -> None:
    facts = read_certificate(written)

    assert "key-pem-armor" == facts.problem
    assert words in (facts.detail or "")
    assert DER == facts.der
    assert facts.public_key is not None


def test_a_chain_of_pem_blocks_is_not_guessed_at() -> None:
    facts = read_certificate(PEM + certificate_pem("stranger").decode())

    assert ("key-pem-armor", "the text holds 2 PEM blocks") == (facts.problem, facts.detail)
    assert facts.public_key is None


def test_a_stray_line_of_a_pem_file() -> None:
    assert "key-pem-armor" == read_certificate(f"{TEXT}\n-----END CERTIFICATE-----").problem


@pytest.mark.parametrize(
    "written",
    [
        key_pem("idp-signing").decode(),
        PEM + key_pem("idp-signing").decode(),
        text(key_pem("idp-signing")),
        private(PrivateFormat.PKCS8),
        private(PrivateFormat.TraditionalOpenSSL),
        private(PrivateFormat.PKCS8, EC_KEY),
        private(PrivateFormat.TraditionalOpenSSL, EC_KEY),
        text(
            ed25519.Ed25519PrivateKey.from_private_bytes(b"\x07" * 32).private_bytes(
                Encoding.DER, PrivateFormat.PKCS8, PLAIN
            )
        ),
        text(KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))),
        text(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))),
        text(
            pkcs12.serialize_key_and_certificates(
                b"idp", KEY, CERTIFICATE, None, BestAvailableEncryption(b"x")
            )
        ),
    ],
    ids=[
        "pem",
        "pem-behind-the-certificate",
        "pem-in-base64",
        "pkcs8",
        "pkcs1",
        "pkcs8-ec",
        "sec1",
        "pkcs8-ed25519",
        "encrypted-pkcs8",
        "encrypted-pem",
        "pkcs12",
    ],
)
def test_a_private_key_is_recognized_in_every_form(written: str) -> None:
    facts = read_certificate(written)

    assert "key-private-key-leak" == facts.problem
    assert facts.der is None


@pytest.mark.parametrize(
    "written",
    [
        "idp.crt",
        "/etc/saml/idp.example.org.pem",
        r"C:\certs\idp signing.cer",
        "file:///etc/saml/idp.der",
        "../idp.p12",
    ],
)
def test_a_file_name_is_recognized(written: str) -> None:
    assert "key-cert-is-file-name" == read_certificate(f"\n  {written}\n").problem


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "the element is empty"),
        (" \n ", "the element is empty"),
        (TEXT[:-5], "cut off or wrongly padded"),
        (text(DER[:600]), f"600 of {len(DER)} octets"),
        (text(DER + b"\0\0"), "2 octets follow"),
        (text(DER + DER), f"{len(DER)} octets follow"),
        (text(DER[:-1]) + TEXT, "several texts stand in one element"),
        (text(TEXT.encode()), "in Base64 twice"),
        (TEXT.replace("+", "-").replace("/", "_"), "is not Base64"),
        (f"{TEXT[:100]}&{TEXT[100:]}", "'&' is not Base64"),
        ("AAAA", "not an X.509 certificate"),
        (text(b"\x30\x84\xff\xff\xff\xff" + b"\0" * 40), "not an X.509 certificate"),
        (
            text(KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)),
            "a bare public key",
        ),
        (text(pkcs7.serialize_certificates([CERTIFICATE], Encoding.DER)), "a PKCS#7 bundle"),
    ],
)
def test_what_cannot_be_read_is_told_in_words(written: str, words: str) -> None:
    facts = read_certificate(written)

    assert "key-bad-base64" == facts.problem
    assert words in (facts.detail or "")
    assert facts.public_key is None
    assert "(no certificate)" == facts.name


@pytest.mark.parametrize(
    ("certificate", "problem", "key"),
    [
        (samples.P224, None, KeyFacts(type="EC", bits=224, curve="secp224r1", exponent=None)),
        (samples.ED25519, None, KeyFacts(type="Ed25519", bits=256, curve=None, exponent=None)),
        (samples.DSA, None, KeyFacts(type="DSA", bits=1024, curve=None, exponent=None)),
        (samples.EXPONENT_3, None, KeyFacts(type="RSA", bits=2048, curve=None, exponent=3)),
        (
            samples.EXPONENT_EVEN,
            "key-rsa-exponent-even-or-small",
            KeyFacts(type="RSA", bits=None, curve=None, exponent=65536),
        ),
    ],
)
def test_keys_out_of_the_ordinary(certificate: str, problem: str | None, key: KeyFacts) -> None:
    facts = read_certificate(certificate)

    assert (problem, key) == (facts.problem, facts.key)


def test_the_signature_of_a_certificate_is_judged_by_its_algorithm() -> None:
    assert "SHA-1" == read_certificate(samples.SHA1_SIGNED).weak_signature
    assert read_certificate(TEXT).weak_signature is None
    assert read_certificate("").weak_signature is None


def test_a_certificate_of_an_unknown_version_is_no_crash() -> None:
    version = DER.index(b"\xa0\x03\x02\x01\x02")
    der = DER[: version + 4] + b"\x07" + DER[version + 5 :]

    assert "key-bad-base64" == read_certificate(text(der)).problem


def test_the_fingerprint_is_that_of_the_der() -> None:
    import hashlib

    expected = hashlib.sha256(DER).hexdigest().upper()
    facts = read_certificate(TEXT)

    assert expected == facts.fingerprint.replace(":", "")
    assert facts.fingerprint.startswith(facts.short_fingerprint)


def test_a_reader_reads_each_text_once() -> None:
    read = CertificateReader()

    assert read(TEXT) is read(TEXT)


def _use(written: str) -> None:
    """Touch whatever rules touch."""
    facts = read_certificate(written)
    assert (facts.problem is None) == (facts.detail is None)
    assert facts.name
    assert facts.subject
    assert 23 == len(facts.short_fingerprint)
    assert (facts.key_id is None) == (facts.public_key is None)
    assert facts.weak_signature in (None, "MD2", "MD5", "SHA-1")


@given(st.text())
def test_no_text_raises(written: str) -> None:
    _use(written)


@given(st.binary(max_size=300))
def test_no_octets_raise(octets: bytes) -> None:
    _use(text(octets))


@given(
    st.sampled_from([DER, base64.b64decode(samples.P224), base64.b64decode(samples.DSA)]),
    st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=3)), min_size=1, max_size=4),
)
def test_no_damaged_certificate_raises(der: bytes, damages: list[tuple[int, bytes]]) -> None:
    for place, octets in damages:
        at = place % len(der)
        der = der[:at] + octets + der[at + len(octets) :]
    _use(text(der))


@given(st.lists(st.sampled_from(["-----", "BEGIN ", "END ", "CERTIFICATE", TEXT, "\n", "x"])))
def test_no_arrangement_of_pem_lines_raises(pieces: list[str]) -> None:
    _use("".join(pieces))


@pytest.mark.parametrize("text_", ["-----BEGIN A-----" * 20_000, "-----BEGIN" + " " * 200_000])
def test_long_armour_takes_no_long_time(text_: str) -> None:
    import time

    start = time.perf_counter()
    _use(text_)

    assert time.perf_counter() - start < 1
