"""For whom an element is encrypted, as far as it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml.etree import _Element as Element

from samlcheck.model import EncryptedElement, SPSSODescriptor, X509Certificate
from samlcheck.rules.case import Case
from samlcheck.xml.names import DS, clark

if TYPE_CHECKING:
    from samlcheck.crypto import CertificateFacts

_CERTIFICATE: Final = clark(DS, "X509Certificate")


def foreign_certificate(
    encrypted: EncryptedElement, role: SPSSODescriptor, case: Case
) -> tuple[X509Certificate, CertificateFacts, list[str]] | None:
    """Return a certificate that the element is encrypted for and a role does not publish.

    With it comes what the role does publish, in words. None where one of the certificates in the
    element is published, where it has none, and where the role publishes none.
    """
    published = [
        case.certificate(certificate)
        for key in role.encryption_keys
        if key.key_info is not None
        for certificate in key.key_info.certificates
    ]
    known = {facts.key_id for facts in published if facts.key_id is not None}
    named = [
        X509Certificate(element=element)
        for encrypted_key in encrypted.encrypted_keys
        for element in encrypted_key.iter(_CERTIFICATE)
    ]
    read = [(node, case.certificate(node)) for node in named]
    usable = [(node, facts) for node, facts in read if facts.key_id is not None]
    if not known or not usable or any(facts.key_id in known for _, facts in usable):
        return None
    node, facts = usable[0]
    words = [
        f"{item.subject}, SHA-256 {item.short_fingerprint}..." for item in published if item.key_id
    ]
    return node, facts, words


def foreign_recipient(encrypted: EncryptedElement, entity_id: str | None) -> Element | None:
    """Return an EncryptedKey that names another recipient, when none names this one or nobody."""
    named = [key.get("Recipient") for key in encrypted.encrypted_keys]
    if not named or None in named or entity_id is None or entity_id in named:
        return None
    return encrypted.encrypted_keys[0]
