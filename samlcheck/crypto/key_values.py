"""Bare key values of XML Signature, compared with the key of a certificate.

Source: XML Signature 1.1, 4.5.2 (ds:KeyValue) and 4.5.9 (dsig11:DEREncodedKeyValue).
"""

from __future__ import annotations

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml.etree import _Element as Element

from samlcheck.crypto.certificates import CertificateFacts
from samlcheck.xml import text_of
from samlcheck.xml.names import DS, DSIG11, clark

DER = clark(DSIG11, "DEREncodedKeyValue")
MODULUS = clark(DS, "Modulus")
EXPONENT = clark(DS, "Exponent")
EC_POINT = clark(DSIG11, "PublicKey")


def octets_of(element: Element | None) -> bytes | None:
    """Return the octets that an element states in Base64; None where it does not."""
    if element is None:
        return None
    try:
        return base64.b64decode("".join(text_of(element).split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def key_value_agrees(value: Element, facts: CertificateFacts) -> bool | None:
    """Tell whether a key value is the key of a certificate; None when that cannot be told."""
    key = facts.public_key
    if key is None:
        return None
    if value.tag == DER:
        der = octets_of(value)
        return None if der is None else der == facts.key_id
    modulus, exponent = (octets_of(next(value.iter(tag), None)) for tag in (MODULUS, EXPONENT))
    if modulus is not None and exponent is not None:
        if not isinstance(key, rsa.RSAPublicKey):
            return False
        numbers = key.public_numbers()
        found = int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big")
        return found == (numbers.n, numbers.e)
    point = octets_of(next(value.iter(EC_POINT), None))
    if point is None:
        return None
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    return point == key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
