"""Decryption of EncryptedAssertion with keys that the caller gives.

Sources: XML Encryption 1.1 sections 3 and 5, SAML Core 2.2.4 and 6. Failures of a key and of a
cipher are reported in the same words, so that no answer serves as a padding oracle.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence

import attrs
from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml.etree import _Element as Element

from samlcheck.model import EncryptedElement
from samlcheck.xml import text_of
from samlcheck.xml.names import DS, XENC, XENC11, clark

_AES_CBC = {XENC + f"aes{bits}-cbc": bits // 8 for bits in (128, 192, 256)}
_AES_GCM = {XENC11 + f"aes{bits}-gcm": bits // 8 for bits in (128, 192, 256)}
_TRIPLE_DES = XENC + "tripledes-cbc"
_RSA15 = XENC + "rsa-1_5"
_OAEP_MGF1P = XENC + "rsa-oaep-mgf1p"
_OAEP = XENC11 + "rsa-oaep"

_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "http://www.w3.org/2000/09/xmldsig#sha1": hashes.SHA1,
    "http://www.w3.org/2001/04/xmldsig-more#sha224": hashes.SHA224,
    "http://www.w3.org/2001/04/xmlenc#sha256": hashes.SHA256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashes.SHA384,
    "http://www.w3.org/2001/04/xmlenc#sha512": hashes.SHA512,
}
_MGFS: dict[str, type[hashes.HashAlgorithm]] = {
    XENC11 + "mgf1sha1": hashes.SHA1,
    XENC11 + "mgf1sha224": hashes.SHA224,
    XENC11 + "mgf1sha256": hashes.SHA256,
    XENC11 + "mgf1sha384": hashes.SHA384,
    XENC11 + "mgf1sha512": hashes.SHA512,
}


@attrs.frozen(kw_only=True, eq=False)
class Decryption:
    """The outcome for one encrypted element: the plaintext, or the rule slug and why not."""

    encrypted: EncryptedElement
    plaintext: bytes | None
    problem: str | None
    detail: str | None


class KeyFormatError(ValueError):
    """A decryption key is not a private key in PEM or DER."""


def load_private_keys(keys: Sequence[bytes]) -> tuple[rsa.RSAPrivateKey, ...]:
    """Return the RSA private keys of PEM or DER octets.

    :raises KeyFormatError: for octets that are not an unencrypted RSA private key.
    """
    loaded = []
    for number, octets in enumerate(keys, 1):
        key = None
        for load in (
            serialization.load_pem_private_key,
            serialization.load_der_private_key,
        ):
            try:
                # The caller's own key; testing its primes takes longer than all the rest.
                key = load(octets, password=None, unsafe_skip_rsa_key_validation=True)
            except (ValueError, TypeError, UnsupportedAlgorithm):
                continue
            break
        if not isinstance(key, rsa.RSAPrivateKey):
            raise KeyFormatError(f"decryption key {number} is not an RSA private key in PEM or DER")
        loaded.append(key)
    return tuple(loaded)


def _cipher_value(element: Element | None) -> bytes | None:
    path = f"{clark(XENC, 'CipherData')}/{clark(XENC, 'CipherValue')}"
    value = None if element is None else element.find(path)
    if value is None:
        return None
    try:
        return base64.b64decode("".join(text_of(value).split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _oaep(method: Element) -> padding.AsymmetricPadding | None:
    digest_element = method.find(clark(DS, "DigestMethod"))
    digest_uri = None if digest_element is None else digest_element.get("Algorithm")
    digest = hashes.SHA1 if digest_uri is None else _DIGESTS.get(digest_uri)
    mgf: type[hashes.HashAlgorithm] | None = hashes.SHA1
    mgf_element = method.find(clark(XENC11, "MGF"))
    if mgf_element is not None and method.get("Algorithm") == _OAEP:
        mgf = _MGFS.get(mgf_element.get("Algorithm") or "")
    if digest is None or mgf is None:
        return None
    parameters = method.find(clark(XENC, "OAEPparams"))
    label = None
    if parameters is not None:
        try:
            label = base64.b64decode(text_of(parameters))
        except (binascii.Error, ValueError):
            return None
    return padding.OAEP(mgf=padding.MGF1(mgf()), algorithm=digest(), label=label)


def _transport_padding(encrypted_key: Element) -> padding.AsymmetricPadding | None:
    method = encrypted_key.find(clark(XENC, "EncryptionMethod"))
    uri = None if method is None else method.get("Algorithm")
    if method is None or uri is None:
        return None
    if uri == _RSA15:
        return padding.PKCS1v15()
    if uri in (_OAEP_MGF1P, _OAEP):
        return _oaep(method)
    return None


def _session_keys(
    encrypted: EncryptedElement, keys: Sequence[rsa.RSAPrivateKey], size: int
) -> Iterator[bytes]:
    for encrypted_key in encrypted.encrypted_keys:
        value = _cipher_value(encrypted_key)
        scheme = _transport_padding(encrypted_key)
        if value is None or scheme is None:
            continue
        for key in keys:
            try:
                session = key.decrypt(value, scheme)
            except (ValueError, UnsupportedAlgorithm):
                continue
            if len(session) == size:
                yield session


def _unpad(octets: bytes, block: int) -> bytes | None:
    if not octets or len(octets) % block:
        return None
    count = octets[-1]
    return octets[:-count] if 1 <= count <= block else None


def _decipher(uri: str, session: bytes, value: bytes) -> bytes | None:
    try:
        if uri in _AES_GCM:
            if len(value) < 12 + 16:
                return None
            return AESGCM(session).decrypt(value[:12], value[12:], None)
        if uri in _AES_CBC:
            decryptor = Cipher(algorithms.AES(session), modes.CBC(value[:16])).decryptor()
            return _unpad(decryptor.update(value[16:]) + decryptor.finalize(), 16)
        from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES

        decryptor = Cipher(TripleDES(session), modes.CBC(value[:8])).decryptor()
        return _unpad(decryptor.update(value[8:]) + decryptor.finalize(), 8)
    except (ValueError, InvalidTag, UnsupportedAlgorithm):
        return None


def decrypt(encrypted: EncryptedElement, keys: Sequence[rsa.RSAPrivateKey]) -> Decryption:
    """Return the plaintext of an encrypted element, tried with every key, or why there is none."""

    def failed(problem: str, detail: str) -> Decryption:
        return Decryption(encrypted=encrypted, plaintext=None, problem=problem, detail=detail)

    uri = encrypted.block_algorithm
    if encrypted.data is None or uri is None:
        return failed("enc-method-missing", "EncryptedData or its EncryptionMethod is missing")
    size = _AES_CBC.get(uri) or _AES_GCM.get(uri) or (24 if uri == _TRIPLE_DES else None)
    if size is None:
        return failed("enc-decrypt-failed", f"the block cipher {uri!r} is not supported")
    if not encrypted.encrypted_keys:
        return failed("enc-keyinfo-missing", "there is no EncryptedKey beside or in the data")
    if not keys:
        return failed("enc-no-key", "no private key was given")
    value = _cipher_value(encrypted.data)
    if value is None:
        return failed("enc-decrypt-failed", "CipherValue is missing or is not base64")
    for session in _session_keys(encrypted, keys, size):
        plaintext = _decipher(uri, session, value)
        if plaintext is not None:
            return Decryption(encrypted=encrypted, plaintext=plaintext, problem=None, detail=None)
    return failed("enc-decrypt-failed", "none of the given keys decrypts it")
