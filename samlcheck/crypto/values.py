"""Signature values: whether a key made one over given octets, whatever carries the two.

Source: XML Signature 1.1 section 6.4, RFC 9231.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa, utils

from samlcheck.crypto.algorithms import SignatureMethod
from samlcheck.crypto.certificates import PublicKey

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


def key_made(key: PublicKey, method: SignatureMethod, value: bytes, octets: bytes) -> bool:
    """Tell whether a key made a signature value over octets; False for a key of another family."""
    hash_class = _HASHES.get(method.hash)
    if hash_class is None:
        return False
    algorithm = hash_class()
    try:
        if method.family == "rsa" and isinstance(key, rsa.RSAPublicKey):
            key.verify(value, octets, padding.PKCS1v15(), algorithm)
        elif method.family == "rsa-pss" and isinstance(key, rsa.RSAPublicKey):
            pss = padding.PSS(mgf=padding.MGF1(algorithm), salt_length=algorithm.digest_size)
            key.verify(value, octets, pss, algorithm)
        elif method.family == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
            half = (key.key_size + 7) // 8
            if len(value) != 2 * half:
                return False
            key.verify(_dss(value), octets, ec.ECDSA(algorithm))
        elif method.family == "dsa" and isinstance(key, dsa.DSAPublicKey):
            key.verify(_dss(value), octets, algorithm)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def made_der(key: PublicKey, method: SignatureMethod, value: bytes, octets: bytes) -> bool:
    """Tell whether an EC or DSA key made a value in DER over octets, as most libraries write it.

    XML Signature has the two numbers side by side; the bindings with a detached signature do not
    say which of the two forms they mean.
    """
    hash_class = _HASHES.get(method.hash)
    if hash_class is None:
        return False
    try:
        if method.family == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, octets, ec.ECDSA(hash_class()))
        elif method.family == "dsa" and isinstance(key, dsa.DSAPublicKey):
            key.verify(value, octets, hash_class())
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def _dss(value: bytes) -> bytes:
    half = len(value) // 2
    r, s = int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big")
    return utils.encode_dss_signature(r, s)


def key_fits(key: PublicKey, method: SignatureMethod, value: bytes) -> bool:
    """Tell whether an RSA key opens the value to a well-formed hash of some other octets."""
    hash_class = _HASHES.get(method.hash)
    if method.family != "rsa" or hash_class is None or not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.recover_data_from_signature(value, padding.PKCS1v15(), hash_class())
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
