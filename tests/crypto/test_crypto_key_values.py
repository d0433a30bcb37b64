"""A bare key value is compared with the key of a certificate."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from samlcheck.crypto import key_value_agrees
from samlcheck.crypto.certificates import read_certificate
from tests.support.algorithms import DS
from tests.support.keys import certificate_base64

DSIG11 = "http://www.w3.org/2009/xmldsig11#"
NAMESPACES = f'xmlns:ds="{DS}" xmlns:dsig11="{DSIG11}"'


def text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def number(value: int, extra: int = 0) -> str:
    return text(value.to_bytes((value.bit_length() + 7) // 8 + extra, "big"))


def rsa_value(modulus: str, exponent: str) -> etree._Element:
    return etree.fromstring(
        f"<ds:KeyValue {NAMESPACES}><ds:RSAKeyValue><ds:Modulus>{modulus}</ds:Modulus>"
        f"<ds:Exponent>{exponent}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
    )


def value_of(name: str, *, der: bool = False) -> etree._Element:
    """The key value of a test key, as a signer would write it."""
    key = read_certificate(certificate_base64(name)).public_key
    assert key is not None
    if der:
        octets = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return etree.fromstring(
            f"<dsig11:DEREncodedKeyValue {NAMESPACES}>{text(octets)}</dsig11:DEREncodedKeyValue>"
        )
    if isinstance(key, ec.EllipticCurvePublicKey):
        point = text(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
        return etree.fromstring(
            f"<ds:KeyValue {NAMESPACES}><dsig11:ECKeyValue><dsig11:PublicKey>{point}"
            "</dsig11:PublicKey></dsig11:ECKeyValue></ds:KeyValue>"
        )
    assert isinstance(key, rsa.RSAPublicKey)
    numbers = key.public_numbers()
    return rsa_value(number(numbers.n, extra=1), f"\n {number(numbers.e)} \n")


@pytest.mark.parametrize("der", [False, True])
@pytest.mark.parametrize("name", ["idp-signing", "ec"])
def test_a_key_agrees_with_its_own_certificate_only(name: str, der: bool) -> None:
    value = value_of(name, der=der)

    assert key_value_agrees(value, read_certificate(certificate_base64(name))) is True
    for other in {"idp-signing", "ec", "stranger"} - {name}:
        assert key_value_agrees(value, read_certificate(certificate_base64(other))) is False


def test_what_cannot_be_compared_is_not_decided() -> None:
    facts = read_certificate(certificate_base64("idp-signing"))
    dsa = etree.fromstring(f"<ds:KeyValue {NAMESPACES}><ds:DSAKeyValue/></ds:KeyValue>")

    assert key_value_agrees(rsa_value("*", "AQAB"), facts) is None
    assert key_value_agrees(dsa, facts) is None
    assert key_value_agrees(value_of("idp-signing"), read_certificate("")) is None


@given(st.text("ABab01+/= \n"), st.text("ABab01+/= \n"))
def test_no_key_value_raises(modulus: str, exponent: str) -> None:
    facts = read_certificate(certificate_base64("idp-signing"))

    assert key_value_agrees(rsa_value(modulus, exponent), facts) in (False, None)
