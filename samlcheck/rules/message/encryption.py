"""Rules on encryption: whether what is encrypted can be read, by whom, and what comes out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EncryptedElement
from samlcheck.rules.case import Case, DecryptedAssertion
from samlcheck.rules.citations import core, metadata, xmlenc
from samlcheck.rules.message import encryption_methods
from samlcheck.rules.message.carried import response_with
from samlcheck.rules.message.encrypted import foreign_certificate, foreign_recipient
from samlcheck.rules.message.shapes import ASSERTION
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    USER,
    WARNING,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.xml.names import display

_GOOD = (example("response", encrypt=True),)
#: A NameID where an assertion should be, encrypted for the test key of the service provider.
_SEALED_NAME_ID: Final = (
    '<saml:EncryptedAssertion><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" '
    'Type="http://www.w3.org/2001/04/xmlenc#Element"><xenc:EncryptionMethod Algorithm="'
    'http://www.w3.org/2009/xmlenc11#aes256-gcm"/><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/'
    'xmldsig#"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/'
    'xmlenc#rsa-oaep-mgf1p"><ds:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/>'
    "</xenc:EncryptionMethod><xenc:CipherData><xenc:CipherValue>"
    "EYBVFReeCcRJMvBE7SA2OXurFrrD+g9wOpdNMCWgTGLUvff+slZ1u1PeYD04QOXWHJguluYmPDlo/26kqdtBDDr0yhZH"
    "HnSdPLcEHPtIK4eI1mGESDTW3c7xhT5f2Br/qc2t4rBhvySqFtOsvAfNKhWCzfaDi6ONJpcUTkCFHaafzVABMdhJ81DG"
    "BS17ObDpjRdHvyGEq8uHoLs2EdypVF2OEUPtg7e39TImjEuNVQWbHpBIRNtP+4/44ackvoS1CRFXlcZyqLd4TdWqCiZo"
    "B6f/WHYRDouT0qEBHmAlazxm86gll43QFM+qwSVDnnBWj9NPzm1/ry083+2VMeaBJg=="
    "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData>"
    "<xenc:CipherValue>p/b7+cvWhIiJhGcmn14WunMdNQRTJUK2R7EcZoU9TtadyRqdwPG9xkNPWFVN0iwRkshS+HTXyQ"
    "KVBxPRf2mC6Xk69utdLuhAtqDO+3isRu7gNhChM0t79GXCCWcMe4IQVAZQvP9A8aCuoKE=</xenc:CipherValue>"
    "</xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>"
)


@rule(
    "enc-no-key",
    on=DecryptedAssertion,
    severity=INFO,
    cites=[core("2.3.4")],
    owner=USER,
    bad=[example("response", encrypt=True, without=["key"])],
    good=_GOOD,
)
def no_key(item: DecryptedAssertion, case: Case) -> Iterator[Hit]:
    """The assertion is encrypted and no private key was given.

    What is inside an EncryptedAssertion was not looked at.

    Why: nothing is known about the signature inside, the user, the audience, or the claims.
    Fix: Give the private key of the service provider's encryption certificate, or let the identity
    provider send one test login unencrypted.
    """
    if item.outcome.problem == "enc-no-key":
        yield hit(
            item.encrypted,
            "The assertion is encrypted and no private key was given, so it was not inspected",
        )


@rule(
    "enc-decrypt-failed",
    on=DecryptedAssertion,
    severity=ERROR,
    cites=[xmlenc("4.4")],
    owner=USER,
    unless=["enc-wrong-recipient"],
    bad=[
        example(
            "response",
            encrypt=True,
            after=[
                (
                    "http://www.w3.org/2000/09/xmldsig#sha1",
                    "http://www.w3.org/2001/04/xmlenc#sha256",
                )
            ],
        )
    ],
    good=_GOOD,
)
def decrypt_failed(item: DecryptedAssertion, case: Case) -> Iterator[Hit]:
    """The assertion cannot be decrypted with the key given.

    Every private key given was tried on every EncryptedKey. Why a key fails is not told, as that
    would help an attacker.

    Why: either the key given is not the one that the service provider uses, or the identity
    provider encrypts for another certificate, and then the login fails.
    Fix: Compare the encryption certificate that the identity provider has on file with the one in
    the SP metadata, and give the private key that belongs to it.
    """
    if item.outcome.problem == "enc-decrypt-failed":
        yield hit(
            item.encrypted,
            f"The assertion cannot be decrypted: {item.outcome.detail}",
            expected="a plaintext with one of the keys given",
        )


@rule(
    "enc-wrong-recipient",
    on=DecryptedAssertion,
    severity=ERROR,
    cites=[metadata("2.4.1.1"), xmlenc("3.5.1")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    needs=["sp"],
    bad=[
        example(
            "response",
            encrypt=True,
            without=["key"],
            after=[
                (
                    "<xenc:EncryptedKey>",
                    '<xenc:EncryptedKey Recipient="https://test.sp.example.org/saml">',
                )
            ],
            also=["enc-no-key"],
        )
    ],
    good=_GOOD,
)
def wrong_recipient(item: DecryptedAssertion, case: Case) -> Iterator[Hit]:
    """The assertion is encrypted for another key than the service provider publishes.

    The certificate that the encrypted key carries is none of the encryption certificates in the SP
    metadata; or, as a warning, its Recipient names another entity. Nothing is said where the key
    given decrypts the assertion.

    Why: the service provider cannot decrypt it, so the login fails.
    Fix: Let the identity provider load the current metadata of the service provider, and encrypt
    for the certificate in it.
    """
    role, sp = case.sp_role, case.sp
    if role is None or sp is None or item.outcome.plaintext is not None:
        return
    found = foreign_certificate(item.encrypted, role, case)
    if found is not None:
        node, facts, published = found
        yield hit(
            node,
            "The assertion is encrypted for a certificate that the SP metadata does not have",
            expected=", ".join(published),
            actual=f"{facts.subject}, SHA-256 {facts.short_fingerprint}...",
            related=[Place(key, None, "a key for encryption") for key in role.encryption_keys],
        )
        return
    element = foreign_recipient(item.encrypted, sp.entity_id)
    if element is not None:
        recipient = element.get("Recipient")
        yield hit(
            element,
            f"The assertion is encrypted for the recipient {recipient!r}",
            attribute="Recipient",
            expected=sp.entity_id,
            actual=recipient,
            severity=WARNING,
        )


@rule(
    "enc-unexpected",
    on=DecryptedAssertion,
    severity=WARNING,
    cites=[metadata("2.4.1.1")],
    owner=IDP,
    needs=["sp"],
    bad=[
        example(
            "response",
            encrypt=True,
            without=["key"],
            sp=[('use="encryption"', 'use="signing"')],
            also=["enc-no-key"],
        )
    ],
    good=_GOOD,
)
def unexpected(item: DecryptedAssertion, case: Case) -> Iterator[Hit]:
    """The assertion is encrypted, but the SP metadata has no key for that.

    No KeyDescriptor of the SP metadata is for encryption. It is for information only where the key
    given decrypts the assertion.

    Why: the identity provider has a certificate from elsewhere, which may be an old one.
    Fix: Publish the encryption certificate in the SP metadata, or switch encryption off at the
    identity provider.
    """
    role = case.sp_role
    if role is not None and not role.encryption_keys:
        yield hit(
            item.encrypted,
            "The assertion is encrypted, but the SP metadata has no key for encryption",
            expected="an unencrypted assertion, or a key for encryption in the SP metadata",
            severity=INFO if item.outcome.plaintext is not None else None,
            related=[Place(role, None, "the SP metadata")],
        )


@rule(
    "enc-plaintext-not-assertion",
    on=DecryptedAssertion,
    severity=ERROR,
    cites=[core("2.3.4")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("raw", raw=response_with("Success", inside=_SEALED_NAME_ID))],
    good=_GOOD,
)
def plaintext_not_assertion(item: DecryptedAssertion, case: Case) -> Iterator[Hit]:
    """What was encrypted is not an assertion.

    An EncryptedAssertion was decrypted, and its content is another element.

    Why: the receiver finds no assertion and refuses the login.
    Fix: Let the identity provider encrypt the Assertion element as a whole.
    """
    root = None if item.document is None else item.document.root
    if root is not None and root.tag != ASSERTION:
        yield hit(
            item.encrypted,
            f"The EncryptedAssertion holds {display(str(root.tag))}",
            expected=display(ASSERTION),
            actual=display(str(root.tag)),
        )


@rule(
    "attr-encrypted",
    on=EncryptedElement,
    severity=WARNING,
    cites=[core("2.7.3.2")],
    owner=IDP,
    bad=[
        example(
            "response",
            (
                "    </saml:AttributeStatement>",
                "<saml:EncryptedAttribute>"
                '<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">'
                '<xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/>'
                "<xenc:CipherData><xenc:CipherValue>AAAA</xenc:CipherValue></xenc:CipherData>"
                '</xenc:EncryptedData><xenc:EncryptedKey xmlns:xenc="'
                'http://www.w3.org/2001/04/xmlenc#"><xenc:EncryptionMethod Algorithm="'
                'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"/><xenc:CipherData>'
                "<xenc:CipherValue>AAAA</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>"
                "</saml:EncryptedAttribute></saml:AttributeStatement>",
            ),
        )
    ],
    good=[example("response")],
)
def attribute_encrypted(encrypted: EncryptedElement, case: Case) -> Iterator[Hit]:
    """An attribute is encrypted by itself.

    The assertion has an EncryptedAttribute. It is not decrypted here, so nothing is known about it.

    Why: few service providers can read encrypted attributes; most behave as if it were missing.
    Fix: Let the identity provider encrypt the whole assertion instead.
    """
    if encrypted.kind == "EncryptedAttribute":
        yield hit(
            encrypted,
            "An attribute is encrypted by itself; it was not inspected",
            expected="saml:Attribute",
        )


RULES = (
    no_key,
    decrypt_failed,
    wrong_recipient,
    unexpected,
    plaintext_not_assertion,
    attribute_encrypted,
    *encryption_methods.RULES,
)
