"""For whom an element is encrypted, as far as it says so, and whose certificate that is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from lxml.etree import _Element as Element

from samlcheck.model import (
    EncryptedElement,
    EntityDescriptor,
    KeyDescriptor,
    SPSSODescriptor,
    X509Certificate,
)
from samlcheck.rules.case import Case
from samlcheck.rules.wording import distance_words
from samlcheck.xml import text_of
from samlcheck.xml.names import DS, clark

if TYPE_CHECKING:
    from samlcheck.crypto import CertificateFacts

_CERTIFICATE: Final = clark(DS, "X509Certificate")
_SERIAL: Final = clark(DS, "X509SerialNumber")
_KEY_NAME: Final = clark(DS, "KeyName")
#: What encrypted elements are called in findings, by their local name.
WORDS: Final = {
    "EncryptedAssertion": "encrypted assertion",
    "EncryptedID": "encrypted NameID",
    "EncryptedAttribute": "encrypted attribute",
}
#: What they hold.
CONTENT: Final = {
    "EncryptedAssertion": "assertion",
    "EncryptedID": "NameID",
    "EncryptedAttribute": "attribute",
}


def words_of(encrypted: EncryptedElement) -> str:
    """Return what an encrypted element is called in a sentence."""
    return WORDS.get(encrypted.kind, encrypted.kind)


def content_of(encrypted: EncryptedElement) -> str:
    """Return what an encrypted element is to hold, in words."""
    return CONTENT.get(encrypted.kind, "content")


def published(role: SPSSODescriptor, case: Case) -> list[CertificateFacts]:
    """Return the usable certificates of a role that are for encryption."""
    return [facts for facts in _facts(role.encryption_keys, case) if facts.key_id is not None]


def _facts(keys: tuple[KeyDescriptor, ...], case: Case) -> Iterator[CertificateFacts]:
    for key in keys:
        for certificate in () if key.key_info is None else key.key_info.certificates:
            yield case.certificate(certificate)


def foreign_certificate(
    encrypted: EncryptedElement, role: SPSSODescriptor, case: Case
) -> tuple[X509Certificate, CertificateFacts] | None:
    """Return a certificate that the element is encrypted for and a role does not publish.

    None where one of the certificates in the element is published, where it has none, and where
    the role publishes none.
    """
    known = {facts.key_id for facts in published(role, case)}
    named = [
        X509Certificate(element=element)
        for encrypted_key in case.encrypted_keys(encrypted)
        for element in encrypted_key.iter(_CERTIFICATE)
    ]
    read = [(node, case.certificate(node)) for node in named]
    usable = [(node, facts) for node, facts in read if facts.key_id is not None]
    if not known or not usable or any(facts.key_id in known for _, facts in usable):
        return None
    return usable[0]


def whose(facts: CertificateFacts, case: Case) -> str | None:
    """Say whose certificate it is, by the metadata given: of which entity, and for what."""
    entities = [item for item in (case.sp, case.idp, *case.peers) if item is not None]
    for entity in dict.fromkeys(entities):
        for role in entity.roles:
            for key in role.keys:
                for other in _facts((key,), case):
                    if other.key_id == facts.key_id:
                        purpose = "signing" if key.use == "signing" else "encryption"
                        return f"it is the {purpose} certificate of {entity.entity_id!r}"
    return None


def likeness(facts: CertificateFacts, others: list[CertificateFacts], case: Case) -> str | None:
    """Say how a certificate relates to those that are published: older, newer, expired."""
    if facts.not_after is not None and facts.not_after < case.now:
        ago = distance_words(case.now - facts.not_after)
        return f"it expired {ago} ago, so the identity provider has an old certificate"
    same = next((item for item in others if item.subject == facts.subject), None)
    if same is None or same.not_before is None or facts.not_before is None:
        return None
    age = "older" if facts.not_before < same.not_before else "newer"
    return f"it has the same subject and is {age} than the published one"


def foreign_name(
    encrypted: EncryptedElement, role: SPSSODescriptor, case: Case
) -> tuple[Element, str] | None:
    """Return a serial number or key name that no encryption key of a role has, and what it is.

    None where one of those in the element is known, where it has none, and where nothing is known
    to compare it with.
    """
    facts = published(role, case)
    serials = {str(item.certificate.serial_number) for item in facts if item.certificate}
    names = {
        name.value
        for key in role.encryption_keys
        if key.key_info is not None
        for name in key.key_info.key_names
    }
    for tag, known, words in (
        (_SERIAL, serials, "the certificate with the serial number"),
        (_KEY_NAME, names, "the key named"),
    ):
        found = [
            element
            for encrypted_key in case.encrypted_keys(encrypted)
            for element in encrypted_key.iter(tag)
        ]
        texts = [text_of(element).strip() for element in found]
        if known and texts and not known.intersection(texts):
            return found[0], f"{words} {texts[0]!r}"
    return None


def foreign_recipient(
    encrypted: EncryptedElement, entity_id: str | None, case: Case
) -> Element | None:
    """Return an EncryptedKey that names another recipient, when none names this one or nobody."""
    keys = case.encrypted_keys(encrypted)
    named = [key.get("Recipient") for key in keys]
    if not named or None in named or entity_id is None or entity_id in named:
        return None
    return keys[0]


def key_words(facts: CertificateFacts) -> str:
    """Return a certificate in words: its subject and the start of its fingerprint."""
    return f"{facts.subject}, SHA-256 {facts.short_fingerprint}..."


def holder(encrypted_key: Element, entities: list[EntityDescriptor], case: Case) -> str:
    """Say for whom an EncryptedKey is, by its Recipient or its certificate."""
    recipient = encrypted_key.get("Recipient")
    if recipient:
        return repr(recipient)
    element = next(encrypted_key.iter(_CERTIFICATE), None)
    if element is None:
        return "somebody who is not named"
    facts = case.certificate(X509Certificate(element=element))
    told = whose(facts, case) if entities and facts.key_id is not None else None
    return f"{key_words(facts)}" + (f" ({told})" if told else "")
