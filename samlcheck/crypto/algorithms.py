"""The signature, digest and canonicalization algorithms of XML Signature, and their standing.

Sources: RFC 9231 (XML security URIs), XML Signature 1.1 section 6, NIST SP 800-131A revision 2.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from samlcheck.records import frozen

OK: Final = "ok"
WEAK: Final = "weak"
BROKEN: Final = "broken"


@frozen(kw_only=True)
class SignatureMethod:
    """A signature algorithm: key family (rsa, rsa-pss, ecdsa, dsa, hmac), hash and standing."""

    uri: str
    name: str
    family: str
    hash: str
    standing: str


@frozen(kw_only=True)
class DigestMethod:
    """A digest algorithm: hashlib's name for it and its standing."""

    uri: str
    name: str
    hash: str
    standing: str


_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_MORE7 = "http://www.w3.org/2007/05/xmldsig-more#"
_DSIG11 = "http://www.w3.org/2009/xmldsig11#"
_XENC = "http://www.w3.org/2001/04/xmlenc#"

_SIGNATURE_ROWS = (
    (_DSIG + "rsa-sha1", "RSA-SHA1", "rsa", "sha1", WEAK),
    (_DSIG + "dsa-sha1", "DSA-SHA1", "dsa", "sha1", WEAK),
    (_DSIG + "hmac-sha1", "HMAC-SHA1", "hmac", "sha1", WEAK),
    (_DSIG11 + "dsa-sha256", "DSA-SHA256", "dsa", "sha256", OK),
    (_MORE + "rsa-md5", "RSA-MD5", "rsa", "md5", BROKEN),
    (_MORE + "rsa-ripemd160", "RSA-RIPEMD160", "rsa", "ripemd160", BROKEN),
    (_MORE + "rsa-sha224", "RSA-SHA224", "rsa", "sha224", OK),
    (_MORE + "rsa-sha256", "RSA-SHA256", "rsa", "sha256", OK),
    (_MORE + "rsa-sha384", "RSA-SHA384", "rsa", "sha384", OK),
    (_MORE + "rsa-sha512", "RSA-SHA512", "rsa", "sha512", OK),
    (_MORE + "ecdsa-sha1", "ECDSA-SHA1", "ecdsa", "sha1", WEAK),
    (_MORE + "ecdsa-sha224", "ECDSA-SHA224", "ecdsa", "sha224", OK),
    (_MORE + "ecdsa-sha256", "ECDSA-SHA256", "ecdsa", "sha256", OK),
    (_MORE + "ecdsa-sha384", "ECDSA-SHA384", "ecdsa", "sha384", OK),
    (_MORE + "ecdsa-sha512", "ECDSA-SHA512", "ecdsa", "sha512", OK),
    (_MORE + "hmac-md5", "HMAC-MD5", "hmac", "md5", BROKEN),
    (_MORE + "hmac-sha224", "HMAC-SHA224", "hmac", "sha224", OK),
    (_MORE + "hmac-sha256", "HMAC-SHA256", "hmac", "sha256", OK),
    (_MORE + "hmac-sha384", "HMAC-SHA384", "hmac", "sha384", OK),
    (_MORE + "hmac-sha512", "HMAC-SHA512", "hmac", "sha512", OK),
    (_MORE7 + "sha1-rsa-MGF1", "SHA1-RSA-MGF1", "rsa-pss", "sha1", WEAK),
    (_MORE7 + "sha224-rsa-MGF1", "SHA224-RSA-MGF1", "rsa-pss", "sha224", OK),
    (_MORE7 + "sha256-rsa-MGF1", "SHA256-RSA-MGF1", "rsa-pss", "sha256", OK),
    (_MORE7 + "sha384-rsa-MGF1", "SHA384-RSA-MGF1", "rsa-pss", "sha384", OK),
    (_MORE7 + "sha512-rsa-MGF1", "SHA512-RSA-MGF1", "rsa-pss", "sha512", OK),
)

_DIGEST_ROWS = (
    (_MORE + "md5", "MD5", "md5", BROKEN),
    (_XENC + "ripemd160", "RIPEMD160", "ripemd160", BROKEN),
    (_DSIG + "sha1", "SHA-1", "sha1", WEAK),
    (_MORE + "sha224", "SHA-224", "sha224", OK),
    (_XENC + "sha256", "SHA-256", "sha256", OK),
    (_MORE + "sha384", "SHA-384", "sha384", OK),
    (_XENC + "sha512", "SHA-512", "sha512", OK),
    (_MORE7 + "sha3-256", "SHA3-256", "sha3_256", OK),
    (_MORE7 + "sha3-384", "SHA3-384", "sha3_384", OK),
    (_MORE7 + "sha3-512", "SHA3-512", "sha3_512", OK),
)

SIGNATURE_METHODS: Final = MappingProxyType(
    {
        uri: SignatureMethod(uri=uri, name=name, family=family, hash=hash_, standing=standing)
        for uri, name, family, hash_, standing in _SIGNATURE_ROWS
    }
)
DIGEST_METHODS: Final = MappingProxyType(
    {
        uri: DigestMethod(uri=uri, name=name, hash=hash_, standing=standing)
        for uri, name, hash_, standing in _DIGEST_ROWS
    }
)

ENVELOPED: Final = _DSIG + "enveloped-signature"
EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_11: Final = "http://www.w3.org/2006/12/xml-c14n11"

#: Canonicalization URI to (exclusive, keeps comments).
C14N_METHODS: Final = MappingProxyType(
    {
        EXCLUSIVE: (True, False),
        EXCLUSIVE + "WithComments": (True, True),
        INCLUSIVE: (False, False),
        INCLUSIVE + "#WithComments": (False, True),
        INCLUSIVE_11: (False, False),
        INCLUSIVE_11 + "#WithComments": (False, True),
    }
)
