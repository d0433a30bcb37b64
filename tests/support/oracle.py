"""The second opinion: what the xmlsec library says of a signature or an encrypted assertion."""

from __future__ import annotations

import xmlsec
from lxml import etree

from tests.support.algorithms import DS

_XENC = "http://www.w3.org/2001/04/xmlenc#"


def xmlsec_verifies(xml: bytes, element_id: str | None, certificate_pem: bytes) -> bool:
    """Whether the signature that is a direct child of one element verifies with a certificate.

    The element is the first one with the ID `element_id`, or the root. Only cryptography is
    judged: neither the dates of the certificate nor what the Reference points at.
    """
    root = _parse(xml)
    target = root if element_id is None else _by_id(root, element_id)
    signature = None if target is None else target.find(f"{{{DS}}}Signature")
    if signature is None:
        return False
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(certificate_pem, xmlsec.constants.KeyDataFormatCertPem)
    try:
        xmlsec.tree.add_ids(root, ["ID"])
        context.verify(signature)
    except xmlsec.Error:
        return False
    return True


def xmlsec_decrypts(xml: bytes, key_pem: bytes) -> bytes | None:
    """The plaintext of the first EncryptedData, None where the key does not open it."""
    encrypted = _parse(xml).find(f".//{{{_XENC}}}EncryptedData")
    assert encrypted is not None, "no EncryptedData in the document"
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(key_pem, xmlsec.constants.KeyDataFormatPem))
    try:
        plain = xmlsec.EncryptionContext(manager).decrypt(encrypted)
    except xmlsec.Error:
        return None
    return etree.tostring(plain, with_tail=False)


def _by_id(root: etree._Element, element_id: str) -> etree._Element | None:
    return next((element for element in root.iter() if element.get("ID") == element_id), None)


def _parse(xml: bytes) -> etree._Element:
    return etree.fromstring(xml, etree.XMLParser(no_network=True, huge_tree=True))
