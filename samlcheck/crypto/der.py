"""DER octets looked at by hand: what stands in place of a certificate, and what is wrong with one.

Sources: X.690; RFC 5958 (PKCS#8), RFC 8017 (RSA keys), RFC 5915 (EC keys), RFC 7292 (PKCS#12).
"""

from __future__ import annotations

_RSA_OID = bytes.fromhex("06092a864886f70d010101")
_EC_OID = bytes.fromhex("06072a8648ce3d0201")
_PKCS5_OID = bytes.fromhex("06092a864886f70d0105")
_PKCS7_OID = bytes.fromhex("06092a864886f70d0107")
_PKCS12_OID = bytes.fromhex("060a2a864886f70d010c01")
#: How the content of a private key starts: its version number, then the next tag.
_PRIVATE_KEYS = {
    b"\x02\x01\x00\x30": "a PKCS#8 private key",
    b"\x02\x01\x01\x30": "a PKCS#8 private key",
    b"\x02\x01\x00\x02": "an RSA private key",
    b"\x02\x01\x01\x04": "an EC private key",
    b"\x02\x01\x03\x30": "a PKCS#12 container, which usually holds a private key",
}
#: No certificate is this long: a length above it is no length.
_IMPLAUSIBLE = 1 << 20
_VERSION_TAG = 0xA0
_LONGEST_EXPONENT = 8  # octets


def _body(der: bytes, at: int) -> tuple[int, int]:
    """Return where the content of the DER element at an offset starts and ends.

    :raises IndexError: when the octets end before its length does.
    """
    first = der[at + 1]
    if first < 0x80:
        return at + 2, at + 2 + first
    start = at + 2 + (first & 0x7F)
    return start, start + int.from_bytes(der[at + 2 : start], "big")


def named_structure(der: bytes) -> tuple[str, str] | None:
    """Name what octets hold instead of a certificate: the rule that tells of it, and the words."""
    if len(der) < 2 or der[:1] != b"\x30":
        return None
    start, head = _body(der, 0)[0], der[:24]
    private = _PRIVATE_KEYS.get(der[start : start + 4])
    if private is not None:
        return "key-private-key-leak", private
    if _PKCS5_OID in head or _PKCS12_OID in head:
        return "key-private-key-leak", "an encrypted private key"
    if _PKCS7_OID in head:
        return "key-bad-base64", "a PKCS#7 bundle, not one certificate"
    if _RSA_OID in head or _EC_OID in head:
        return "key-bad-base64", "a bare public key, not a certificate"
    return None


def why_unreadable(der: bytes, error: Exception) -> str:
    """Say why octets are not a certificate: cut off, followed by others, or something else."""
    try:
        length = _body(der, 0)[1] if der[:1] == b"\x30" else len(der)
    except IndexError:
        length = len(der)
    if len(der) < length < _IMPLAUSIBLE:
        return f"the certificate is cut off: {len(der)} of {length} octets are there"
    if length < len(der):
        return f"{len(der) - length} octets follow the end of the certificate"
    return f"the octets are not an X.509 certificate ({reason(error)})"


def rsa_exponent(der: bytes) -> int | None:
    """Return the exponent of a certificate's RSA key, which the library may refuse to load.

    None when there is no RSA key, or an exponent of more than 64 bits.
    """
    at = der.find(_RSA_OID)
    if at < 0:
        return None
    at += len(_RSA_OID)
    at += 2 if der[at : at + 2] == b"\x05\x00" else 0
    try:
        key, _ = _body(der, _body(der, at)[0] + 1)
        start, end = _body(der, _body(der, key)[1])
    except IndexError:
        return None
    return int.from_bytes(der[start:end], "big") if end - start <= _LONGEST_EXPONENT else None


def names_agree(der: bytes) -> bool | None:
    """Tell whether issuer and subject of a certificate are the same octets; None when unreadable.

    RFC 5280 4.1: version, serial number, algorithm, issuer, validity, subject.
    """
    try:
        at = _body(der, _body(der, 0)[0])[0]
        if der[at] == _VERSION_TAG:
            at = _body(der, at)[1]
        for _ in range(2):
            at = _body(der, at)[1]
        issuer_end = _body(der, at)[1]
        subject = _body(der, issuer_end)[1]
        subject_end = _body(der, subject)[1]
    except IndexError:
        return None
    return der[at:issuer_end] == der[subject:subject_end]


def reason(error: Exception) -> str:
    """Return the first line of an error in short."""
    text = str(error).split("\n", 1)[0].strip()
    return text[:120] or type(error).__name__
