"""URIs of algorithms that metadata may name beside those that signatures are checked with.

Sources, as of 2026-11: XML Encryption 1.1 section 5, RFC 9231.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

_XENC: Final = "http://www.w3.org/2001/04/xmlenc#"
_XENC11: Final = "http://www.w3.org/2009/xmlenc11#"
_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_MORE7: Final = "http://www.w3.org/2007/05/xmldsig-more#"
_MORE21: Final = "http://www.w3.org/2021/04/xmldsig-more#"

RSA_15: Final = _XENC + "rsa-1_5"
RSA_OAEP_MGF1P: Final = _XENC + "rsa-oaep-mgf1p"
RSA_OAEP: Final = _XENC11 + "rsa-oaep"
TRIPLE_DES: Final = _XENC + "tripledes-cbc"

#: Block ciphers in a mode that does not protect against changes.
CBC: Final = frozenset((TRIPLE_DES, *(f"{_XENC}aes{bits}-cbc" for bits in (128, 192, 256))))
#: Ciphers that protect against changes, too.
AUTHENTICATED: Final = frozenset(
    (*(f"{_XENC11}aes{bits}-gcm" for bits in (128, 192, 256)), _MORE21 + "chacha20poly1305")
)
_OTHER_BLOCK: Final = frozenset(f"{_MORE}camellia{bits}-cbc" for bits in (128, 192, 256)) | {
    _MORE + "seed128-cbc"
}
BLOCK: Final = CBC | AUTHENTICATED | _OTHER_BLOCK
RSA_TRANSPORT: Final = frozenset((RSA_15, RSA_OAEP_MGF1P, RSA_OAEP))
_AGREEMENT: Final = {
    _XENC11 + "ECDH-ES": "EC",
    _XENC + "dh": "DH",
    _XENC11 + "dh-es": "DH",
    _MORE21 + "x25519": "X25519",
    _MORE21 + "x448": "X448",
}
#: Key agreement to the type of key that it needs.
AGREEMENT: Final = MappingProxyType(_AGREEMENT)
_WRAP: Final = frozenset(
    (
        _XENC + "kw-tripledes",
        *(f"{_XENC}kw-aes{bits}" for bits in (128, 192, 256)),
        *(f"{_XENC11}kw-aes-{bits}-pad" for bits in (128, 192, 256)),
        *(f"{_MORE}kw-camellia{bits}" for bits in (128, 192, 256)),
        _MORE + "kw-seed128",
    )
)
#: Ways to hand over the content encryption key.
TRANSPORT: Final = RSA_TRANSPORT | frozenset(AGREEMENT)
_DERIVATION: Final = frozenset((_XENC11 + "ConcatKDF", _XENC11 + "pbkdf2", _MORE21 + "hkdf"))

_PARAMETERS: Final = frozenset(
    f"{_XENC11}mgf1sha{bits}" for bits in ("1", "224", "256", "384", "512")
)

OTHER_DIGESTS: Final = frozenset((_MORE7 + "sha3-224", _MORE7 + "whirlpool"))
OTHER_SIGNATURES: Final = frozenset(
    (
        _MORE + "esign-sha1",
        _MORE + "hmac-ripemd160",
        *(_MORE7 + name for name in ("ecdsa-ripemd160", "ecdsa-whirlpool", "rsa-whirlpool")),
        *(f"{_MORE7}sha3-{bits}-rsa-MGF1" for bits in (224, 256, 384, 512)),
        *(_MORE7 + name for name in ("rsa-pss", "ripemd160-rsa-MGF1", "whirlpool-rsa-MGF1")),
        *(f"{_MORE21}ecdsa-sha3-{bits}" for bits in (224, 256, 384, 512)),
        *(f"{_MORE21}eddsa-ed25519{kind}" for kind in ("", "ph", "ctx")),
        *(f"{_MORE21}eddsa-ed448{kind}" for kind in ("", "ph")),
    )
)


def in_encryption(uri: str) -> bool:
    """Tell whether an algorithm has a place in encryption."""
    return any(uri in group for group in (BLOCK, TRANSPORT, _WRAP, _DERIVATION, _PARAMETERS))


def like(uri: str, others: Iterable[str]) -> str | None:
    """Return the algorithm that has the same short name under another namespace."""
    short = uri.rpartition("#")[2].lower()
    candidates = (*others, *BLOCK, *TRANSPORT, *_WRAP, *OTHER_DIGESTS, *OTHER_SIGNATURES)
    return min(
        (item for item in candidates if item.rpartition("#")[2].lower() == short), default=None
    )
