"""The algorithm names that the test support takes, and their identifiers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DS = "http://www.w3.org/2000/09/xmldsig#"
ENVELOPED = DS + "enveloped-signature"

_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_MORE_2007 = "http://www.w3.org/2007/05/xmldsig-more#"
_XENC = "http://www.w3.org/2001/04/xmlenc#"
_XENC11 = "http://www.w3.org/2009/xmlenc11#"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_INCLUSIVE_11 = "http://www.w3.org/2006/12/xml-c14n11"

SIGNATURE: Mapping[str, str] = MappingProxyType(
    {
        "rsa-sha1": DS + "rsa-sha1",
        "rsa-sha224": _MORE + "rsa-sha224",
        "rsa-sha256": _MORE + "rsa-sha256",
        "rsa-sha384": _MORE + "rsa-sha384",
        "rsa-sha512": _MORE + "rsa-sha512",
        "rsa-pss-sha1": _MORE_2007 + "sha1-rsa-MGF1",
        "rsa-pss-sha224": _MORE_2007 + "sha224-rsa-MGF1",
        "rsa-pss-sha256": _MORE_2007 + "sha256-rsa-MGF1",
        "rsa-pss-sha384": _MORE_2007 + "sha384-rsa-MGF1",
        "rsa-pss-sha512": _MORE_2007 + "sha512-rsa-MGF1",
        "ecdsa-sha1": _MORE + "ecdsa-sha1",
        "ecdsa-sha224": _MORE + "ecdsa-sha224",
        "ecdsa-sha256": _MORE + "ecdsa-sha256",
        "ecdsa-sha384": _MORE + "ecdsa-sha384",
        "ecdsa-sha512": _MORE + "ecdsa-sha512",
    }
)

DIGEST: Mapping[str, str] = MappingProxyType(
    {
        "sha1": DS + "sha1",
        "sha224": _MORE + "sha224",
        "sha256": _XENC + "sha256",
        "sha384": _MORE + "sha384",
        "sha512": _XENC + "sha512",
    }
)

C14N: Mapping[str, str] = MappingProxyType(
    {
        "exclusive": _EXCLUSIVE,
        "exclusive-with-comments": _EXCLUSIVE + "WithComments",
        "inclusive": _INCLUSIVE,
        "inclusive-with-comments": _INCLUSIVE + "#WithComments",
        "inclusive-1.1": _INCLUSIVE_11,
        "inclusive-1.1-with-comments": _INCLUSIVE_11 + "#WithComments",
    }
)

BLOCK: Mapping[str, str] = MappingProxyType(
    {
        "aes128-gcm": _XENC11 + "aes128-gcm",
        "aes192-gcm": _XENC11 + "aes192-gcm",
        "aes256-gcm": _XENC11 + "aes256-gcm",
        "aes128-cbc": _XENC + "aes128-cbc",
        "aes192-cbc": _XENC + "aes192-cbc",
        "aes256-cbc": _XENC + "aes256-cbc",
        "tripledes-cbc": _XENC + "tripledes-cbc",
    }
)


def _oaep(digest: str | None, mgf: str | None = None, label: str = "") -> str:
    text = f"<xenc:OAEPparams>{label}</xenc:OAEPparams>" if label else ""
    if digest is not None:
        text += f'<ds:DigestMethod xmlns:ds="{DS}" Algorithm="{DIGEST[digest]}"/>'
    if mgf is not None:
        algorithm = f"{_XENC11}mgf1{mgf}"
        text += f'<xenc11:MGF xmlns:xenc11="{_XENC11}" Algorithm="{algorithm}"/>'
    return text


# The EncryptionMethod of the key transport: its identifier and its children.
TRANSPORT: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "rsa-oaep": (
            _XENC + "rsa-oaep-mgf1p",
            f'<ds:DigestMethod xmlns:ds="{DS}" Algorithm="{DS}sha1"/>',
        ),
        "rsa-oaep-sha256": (
            _XENC11 + "rsa-oaep",
            f'<ds:DigestMethod xmlns:ds="{DS}" Algorithm="{_XENC}sha256"/>'
            f'<xenc11:MGF xmlns:xenc11="{_XENC11}" Algorithm="{_XENC11}mgf1sha256"/>',
        ),
        "rsa-1_5": (_XENC + "rsa-1_5", ""),
        "rsa-oaep-default": (_XENC + "rsa-oaep-mgf1p", _oaep(None)),
        "rsa-oaep-digest-sha256": (_XENC + "rsa-oaep-mgf1p", _oaep("sha256")),
        "rsa-oaep-digest-sha512": (_XENC + "rsa-oaep-mgf1p", _oaep("sha512")),
        "rsa-oaep-label": (_XENC + "rsa-oaep-mgf1p", _oaep("sha1", label="c2FtbA==")),
        "rsa-oaep11-default": (_XENC11 + "rsa-oaep", _oaep(None)),
        "rsa-oaep11-sha256-default": (_XENC11 + "rsa-oaep", _oaep("sha256")),
        "rsa-oaep11-sha1-sha256": (_XENC11 + "rsa-oaep", _oaep("sha1", "sha256")),
        "rsa-oaep11-sha384-sha512": (_XENC11 + "rsa-oaep", _oaep("sha384", "sha512")),
        "rsa-oaep11-sha512-sha1-label": (_XENC11 + "rsa-oaep", _oaep("sha512", "sha1", "AAEC")),
    }
)
