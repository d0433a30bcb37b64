"""Whether a signature was made with a bare key that it carries itself, which proves nothing.

Source: XML Signature 1.1, 4.5.2 (ds:KeyValue) and 4.5.9 (dsig11:DEREncodedKeyValue).
"""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from lxml.etree import _Element as Element

from samlcheck.crypto.algorithms import SIGNATURE_METHODS
from samlcheck.crypto.canonical import signed_info_octets
from samlcheck.crypto.certificates import PublicKey
from samlcheck.crypto.key_values import DER, EC_POINT, EXPONENT, MODULUS, octets_of
from samlcheck.crypto.values import key_made
from samlcheck.crypto.verification import decode
from samlcheck.model import Node, Signature

_CURVES = {65: ec.SECP256R1(), 97: ec.SECP384R1(), 133: ec.SECP521R1()}
#: A forger may list any number of keys; more than a few are not tried.
_MOST = 3


def _key_of(value: Element) -> PublicKey | None:
    """Return the key that an element of XML Signature states; None for what is none."""
    try:
        if value.tag == DER:
            der = octets_of(value)
            loaded = None if der is None else load_der_public_key(der)
            return loaded if isinstance(loaded, PublicKey) else None
        modulus, exponent, point = (
            octets_of(next(value.iter(tag), None)) for tag in (MODULUS, EXPONENT, EC_POINT)
        )
        if modulus is not None and exponent is not None:
            numbers = (int.from_bytes(item, "big") for item in (exponent, modulus))
            return rsa.RSAPublicNumbers(*numbers).public_key()
        curve = None if point is None else _CURVES.get(len(point))
        if point is not None and curve is not None:
            return ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    except (ValueError, UnsupportedAlgorithm, OverflowError):
        return None
    return None


def made_with_bare_key(signature: Signature) -> Node | None:
    """Return the key value in a signature with whose key it was made; None where there is none."""
    uri = signature.signature_method.algorithm if signature.signature_method else None
    method = SIGNATURE_METHODS.get(uri or "")
    value = decode(signature.signature_value.text if signature.signature_value else None)
    values = () if signature.key_info is None else signature.key_info.key_values
    if method is None or not value or not values:
        return None
    try:
        octets = signed_info_octets(signature)
    except ValueError:
        return None
    for node in values[:_MOST]:
        key = _key_of(node.element)
        if key is not None and octets and key_made(key, method, value, octets):
            return node
    return None
