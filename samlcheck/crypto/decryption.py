"""Decryption of encrypted elements with keys that the caller gives.

Sources: XML Encryption 1.1 sections 3 and 5, SAML Core 2.2.4 and 6. Whatever fails once the
algorithms are known fails in the same words and takes the same steps, so that nothing that is
said serves as a padding oracle; a session key that cannot be unwrapped is replaced by a made-up
one, as TLS does (RFC 5246 section 7.4.7.1).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator, Sequence

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml.etree import _Element as Element

from samlcheck.model import EncryptedElement
from samlcheck.records import frozen
from samlcheck.xml import text_of
from samlcheck.xml.names import DS, XENC, XENC11, clark

_AES_CBC = {XENC + f"aes{bits}-cbc": bits // 8 for bits in (128, 192, 256)}
_AES_GCM = {XENC11 + f"aes{bits}-gcm": bits // 8 for bits in (128, 192, 256)}
_TRIPLE_DES = XENC + "tripledes-cbc"
_RSA15 = XENC + "rsa-1_5"
_OAEP_MGF1P = XENC + "rsa-oaep-mgf1p"
_OAEP = XENC11 + "rsa-oaep"
_METHOD = clark(XENC, "EncryptionMethod")
_VALUE = f"{clark(XENC, 'CipherData')}/{clark(XENC, 'CipherValue')}"
#: What is said of every failure that a key, a padding, a tag or the content may have caused.
FAILED = "none of the keys given decrypts it"

_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    DS + "sha1": hashes.SHA1,
    "http://www.w3.org/2001/04/xmldsig-more#sha224": hashes.SHA224,
    XENC + "sha256": hashes.SHA256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashes.SHA384,
    XENC + "sha512": hashes.SHA512,
}
_MGFS: dict[str, type[hashes.HashAlgorithm]] = {
    XENC11 + "mgf1sha1": hashes.SHA1,
    XENC11 + "mgf1sha224": hashes.SHA224,
    XENC11 + "mgf1sha256": hashes.SHA256,
    XENC11 + "mgf1sha384": hashes.SHA384,
    XENC11 + "mgf1sha512": hashes.SHA512,
}


#: A key that the caller gives.
PrivateKey = rsa.RSAPrivateKey


@frozen(kw_only=True, eq=False)
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
                key = load(octets, password=None)
            except (ValueError, TypeError, UnsupportedAlgorithm):
                continue
            break
        if not isinstance(key, rsa.RSAPrivateKey):
            raise KeyFormatError(f"decryption key {number} is not an RSA private key in PEM or DER")
        loaded.append(key)
    return tuple(loaded)


def public_key_id(key: rsa.RSAPrivateKey) -> bytes:
    """Return the SubjectPublicKeyInfo of a private key, as certificates of it have it."""
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def cipher_value(element: Element | None) -> bytes | None:
    """Return the octets of an EncryptedData or EncryptedKey; None where there are none."""
    value = None if element is None else element.find(_VALUE)
    if value is None:
        return None
    try:
        return base64.b64decode("".join(text_of(value).split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def is_authenticated(algorithm: str | None) -> bool:
    """Tell whether a block cipher protects the content from changes."""
    return algorithm in _AES_GCM


def transport_algorithm(encrypted_key: Element) -> str | None:
    """Return the URI of the algorithm that an EncryptedKey is encrypted with."""
    method = encrypted_key.find(_METHOD)
    return None if method is None else method.get("Algorithm")


def _oaep(method: Element) -> padding.AsymmetricPadding | None:
    digest_element = method.find(clark(DS, "DigestMethod"))
    digest_uri = None if digest_element is None else digest_element.get("Algorithm")
    digest = hashes.SHA1 if digest_element is None else _DIGESTS.get(digest_uri or "")
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
            label = base64.b64decode("".join(text_of(parameters).split()), validate=True) or None
        except (binascii.Error, ValueError):
            return None
    return padding.OAEP(mgf=padding.MGF1(mgf()), algorithm=digest(), label=label)


def _transport_padding(encrypted_key: Element) -> padding.AsymmetricPadding | None:
    method = encrypted_key.find(_METHOD)
    uri = None if method is None else method.get("Algorithm")
    if method is None or uri is None:
        return None
    if uri == _RSA15:
        return padding.PKCS1v15()
    if uri in (_OAEP_MGF1P, _OAEP):
        return _oaep(method)
    return None


def _unwrapped(
    key: rsa.RSAPrivateKey, value: bytes, scheme: padding.AsymmetricPadding, size: int
) -> bytes:
    """Return the session key, or one that is made up where there is none of that size."""
    try:
        session = key.decrypt(value, scheme)
    except (ValueError, UnsupportedAlgorithm):
        session = b""
    secret = key.private_numbers().d.to_bytes((key.key_size + 7) // 8, "big")
    made_up = hashlib.sha256(secret + value).digest()[:size]
    return session if len(session) == size else made_up


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


def session_key_size(uri: str) -> int | None:
    """Return the octets of the key that a block cipher takes; None for one not supported."""
    return _AES_CBC.get(uri) or _AES_GCM.get(uri) or (24 if uri == _TRIPLE_DES else None)


def _pairs(
    encrypted_keys: Sequence[Element], keys: Sequence[rsa.RSAPrivateKey], most: int
) -> Iterator[tuple[rsa.RSAPrivateKey, bytes, padding.AsymmetricPadding]]:
    """Yield each private key with each encrypted key that it may open, at most so many."""
    for encrypted_key in encrypted_keys:
        value = cipher_value(encrypted_key)
        scheme = _transport_padding(encrypted_key)
        if value is None or scheme is None:
            continue
        for key in keys:
            if most <= 0:
                return
            most -= 1
            yield key, value, scheme


def _unusable(encrypted_keys: Sequence[Element]) -> str | None:
    """Say why no EncryptedKey can be tried, from what everybody can see; None where one can."""
    if any(cipher_value(item) is not None and _transport_padding(item) for item in encrypted_keys):
        return None
    if all(cipher_value(item) is None for item in encrypted_keys):
        return "no EncryptedKey has a CipherValue in Base64"
    named = next((uri for uri in map(transport_algorithm, encrypted_keys) if uri), None)
    if named is None:
        return "no EncryptedKey names its algorithm"
    if named in (_OAEP, _OAEP_MGF1P):
        return f"a parameter of the key transport {named!r} is not supported"
    return f"the key transport {named!r} is not supported"


def decrypt(
    encrypted: EncryptedElement,
    encrypted_keys: Sequence[Element],
    keys: Sequence[rsa.RSAPrivateKey],
    *,
    accepts: Callable[[bytes], bool] = lambda plaintext: True,
    most: int = 64,
) -> Decryption:
    """Return the plaintext of an encrypted element, tried with every key, or why there is none.

    :param accepts: tells whether a plaintext is one at all. Asked for ciphers that do not protect
        the content: what is garbled fails like a wrong key.
    :param most: the private-key operations that may be spent.
    """

    def failed(problem: str, detail: str) -> Decryption:
        return Decryption(encrypted=encrypted, plaintext=None, problem=problem, detail=detail)

    uri = encrypted.block_algorithm
    if encrypted.data is None or uri is None:
        return failed("enc-method-missing", "EncryptedData or its EncryptionMethod is missing")
    size = session_key_size(uri)
    if size is None:
        return failed("enc-decrypt-failed", f"the block cipher {uri!r} is not supported")
    if not encrypted_keys:
        return failed("enc-keyinfo-missing", "there is no EncryptedKey beside or in the data")
    if not keys:
        return failed("enc-no-key", "no private key was given")
    value = cipher_value(encrypted.data)
    problem = "CipherValue is missing or is not Base64" if value is None else None
    problem = problem or _unusable(encrypted_keys)
    if value is None or problem is not None:
        return failed("enc-decrypt-failed", problem or FAILED)
    sure = is_authenticated(uri)
    for key, wrapped, scheme in _pairs(encrypted_keys, keys, most):
        plaintext = _decipher(uri, _unwrapped(key, wrapped, scheme, size), value)
        if plaintext is not None and (sure or accepts(plaintext)):
            return Decryption(encrypted=encrypted, plaintext=plaintext, problem=None, detail=None)
    return failed("enc-decrypt-failed", FAILED)
