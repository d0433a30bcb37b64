"""Sends a message as HTTP-Redirect and HTTP-POST-SimpleSign do, with a detached signature."""

from __future__ import annotations

import base64
import zlib
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from lxml import etree

from tests.support.algorithms import SIGNATURE

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


def parameter_of(xml: bytes) -> str:
    """SAMLRequest or SAMLResponse, by the kind of message."""
    local = etree.QName(etree.fromstring(xml)).localname
    return "SAMLResponse" if local.endswith("Response") else "SAMLRequest"


def destination_of(xml: bytes) -> str:
    """Where the message says that it goes."""
    return etree.fromstring(xml).get("Destination") or "https://example.org/"


def deflated(xml: bytes) -> str:
    """Base64 of the raw DEFLATE data."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(stream.compress(xml) + stream.flush()).decode("ascii")


def signature_of(octets: bytes, key: bytes, algorithm: str, *, der: bool = True) -> str:
    """Base64 of the signature over octets; ECDSA in DER, or as the two numbers side by side."""
    private = serialization.load_pem_private_key(key, password=None)
    hash_name = algorithm.rpartition("-")[2]
    digest = _HASHES[hash_name]()
    if isinstance(private, rsa.RSAPrivateKey):
        scheme: padding.AsymmetricPadding = padding.PKCS1v15()
        if "pss" in algorithm:
            scheme = padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)
        value = private.sign(octets, scheme, digest)
    else:
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        value = private.sign(octets, ec.ECDSA(digest))
        if not der:
            size = (private.key_size + 7) // 8
            value = b"".join(part.to_bytes(size) for part in utils.decode_dss_signature(value))
    return base64.b64encode(value).decode("ascii")


def redirect_url(
    xml: bytes,
    *,
    key: bytes | None,
    algorithm: str = "rsa-sha256",
    relay_state: str | None = None,
    der: bool = True,
) -> bytes:
    """The address that a browser is sent to; signed in its query string when a key is given."""
    pairs = [(parameter_of(xml), deflated(xml))]
    if relay_state is not None:
        pairs.append(("RelayState", relay_state))
    if key is not None:
        pairs.append(("SigAlg", SIGNATURE[algorithm]))
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs)
    if key is not None:
        value = signature_of(query.encode("ascii"), key, algorithm, der=der)
        query += f"&Signature={quote(value, safe='')}"
    return f"{destination_of(xml)}?{query}".encode("ascii")


def simple_sign_form(
    xml: bytes,
    *,
    key: bytes,
    algorithm: str = "rsa-sha256",
    relay_state: str | None = None,
    key_info: bytes | None = None,
) -> bytes:
    """The body of a form with HTTP-POST-SimpleSign."""
    pairs = [(parameter_of(xml).encode(), xml)]
    if relay_state is not None:
        pairs.append((b"RelayState", relay_state.encode()))
    pairs.append((b"SigAlg", SIGNATURE[algorithm].encode()))
    octets = b"&".join(name + b"=" + value for name, value in pairs)
    form = [(name.decode(), value.decode()) for name, value in pairs[1:]]
    form.insert(0, (parameter_of(xml), base64.b64encode(xml).decode("ascii")))
    form.append(("Signature", signature_of(octets, key, algorithm)))
    if key_info is not None:
        form.append(("KeyInfo", base64.b64encode(key_info).decode("ascii")))
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in form).encode("ascii")
