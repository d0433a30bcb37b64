"""Encrypts the assertion of a response for one certificate, with the xmlsec library."""

from __future__ import annotations

import xmlsec
from lxml import etree

from tests.support.algorithms import BLOCK, DS, TRANSPORT
from tests.support.spans import find_spans

_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_XENC = "http://www.w3.org/2001/04/xmlenc#"


def encrypt_octets(
    plain: bytes, *, certificate: bytes, block: str = "aes256-gcm", transport: str = "rsa-oaep"
) -> bytes:
    """EncryptedData over some octets, its EncryptedKey in its KeyInfo. `certificate` is PEM."""
    return _encrypted_data(plain, certificate, block, transport)


def encrypt_assertion(
    response_xml: bytes,
    *,
    certificate: bytes,
    block: str = "aes256-gcm",
    transport: str = "rsa-oaep",
) -> bytes:
    """The response with its first Assertion child replaced by an EncryptedAssertion.

    `certificate` is PEM. The EncryptedKey stands in the KeyInfo of the EncryptedData. The plaintext
    declares every namespace that was in scope, so a signature in it survives. Each call draws a
    new session key: the result is never the same twice.
    """
    spans = find_spans(
        response_xml, lambda found: found.depth == 1 and found.local_name == "Assertion"
    )
    assert spans, "the response has no Assertion to encrypt"
    assertion = etree.fromstring(response_xml).find(f"{{{_SAML}}}Assertion")
    assert assertion is not None, "the response has no SAML 2.0 Assertion to encrypt"
    plain = etree.tostring(assertion, with_tail=False)
    encrypted = (
        f'<saml:EncryptedAssertion xmlns:saml="{_SAML}">'.encode()
        + _encrypted_data(plain, certificate, block, transport)
        + b"</saml:EncryptedAssertion>"
    )
    return response_xml[: spans[0].start] + encrypted + response_xml[spans[0].end :]


def _encrypted_data(plain: bytes, certificate: bytes, block: str, transport: str) -> bytes:
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertPem))
    context = xmlsec.EncryptionContext(manager)
    context.key = _session_key(block)
    template = etree.fromstring(_template(block, transport))
    return etree.tostring(context.encrypt_binary(template, plain))


def _session_key(block: str) -> xmlsec.Key:
    data, size = {
        "aes128": (xmlsec.constants.KeyDataAes, 128),
        "aes192": (xmlsec.constants.KeyDataAes, 192),
        "aes256": (xmlsec.constants.KeyDataAes, 256),
        "tripledes": (xmlsec.constants.KeyDataDes, 192),
    }[block.partition("-")[0]]
    return xmlsec.Key.generate(data, size, xmlsec.constants.KeyDataTypeSession)


def _template(block: str, transport: str) -> str:
    algorithm, parameters = TRANSPORT[transport]
    return (
        f'<xenc:EncryptedData xmlns:xenc="{_XENC}" Type="{_XENC}Element">'
        f'<xenc:EncryptionMethod Algorithm="{BLOCK[block]}"/>'
        f'<ds:KeyInfo xmlns:ds="{DS}"><xenc:EncryptedKey>'
        f'<xenc:EncryptionMethod Algorithm="{algorithm}">{parameters}</xenc:EncryptionMethod>'
        "<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>"
        "<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>"
    )
