"""Rules on encryption: whether what is encrypted can be read, by whom, and what comes out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, metadata, xmlenc
from samlcheck.rules.decrypting import Decrypted
from samlcheck.rules.message.carried import response_with
from samlcheck.rules.message.encrypted import (
    content_of,
    foreign_certificate,
    foreign_name,
    foreign_recipient,
    key_words,
    likeness,
    published,
    whose,
    words_of,
)
from samlcheck.rules.message.sealed import SEALED_NAME_ID
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
from samlcheck.xml.names import SAML, clark, display

if TYPE_CHECKING:
    from samlcheck.crypto import CertificateFacts

_GOOD = (example("response", encrypt=True),)
_EXPECTED = {
    "EncryptedAssertion": (clark(SAML, "Assertion"),),
    "EncryptedID": (clark(SAML, "NameID"), clark(SAML, "BaseID"), clark(SAML, "Assertion")),
    "EncryptedAttribute": (clark(SAML, "Attribute"),),
}
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_SHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"


@rule(
    "enc-no-key",
    on=Decrypted,
    severity=INFO,
    cites=[core("2.3.4"), core("2.2.4")],
    owner=USER,
    bad=[example("response", encrypt=True, without=["key"])],
    good=_GOOD,
)
def no_key(item: Decrypted, case: Case) -> Iterator[Hit]:
    """A part of the message is encrypted and no private key was given.

    What is inside an EncryptedAssertion, EncryptedID or EncryptedAttribute was not looked at.

    Why: nothing is known about what it holds: the signature inside, the user, the claims.
    Fix: Give the private key of the service provider's encryption certificate, or let the identity
    provider send one test login unencrypted.
    """
    if item.outcome.problem == "enc-no-key":
        yield hit(
            item.encrypted,
            f"The {content_of(item.encrypted)} is encrypted and no private key was given, so it "
            "was not inspected",
        )


@rule(
    "enc-decrypt-failed",
    on=Decrypted,
    severity=ERROR,
    cites=[xmlenc("4.4")],
    tags=[BLOCKS_LOGIN],
    owner=USER,
    unless=["enc-wrong-recipient"],
    bad=[
        example(
            "response",
            encrypt=True,
            after=[(_SHA256, _SHA512)],
        )
    ],
    good=_GOOD,
)
def decrypt_failed(item: Decrypted, case: Case) -> Iterator[Hit]:
    """A part of the message cannot be decrypted with the keys given.

    Every private key given was tried on every EncryptedKey. Why a key fails is not told, as that
    would help an attacker. It is an error where a key given belongs to an encryption certificate of
    the SP metadata: then the service provider cannot decrypt it either.

    Why: either the key given is not the one that the service provider uses, or the identity
    provider encrypts for another certificate, and then the login fails.
    Fix: Compare the encryption certificate that the identity provider has on file with the one in
    the SP metadata, and give the private key that belongs to it.
    """
    if item.outcome.problem != "enc-decrypt-failed":
        return
    own = _own_certificate(case)
    if own is None:
        yield hit(
            item.encrypted,
            f"The {content_of(item.encrypted)} cannot be decrypted: {item.outcome.detail}",
            expected="a plaintext with one of the keys given",
            severity=WARNING,
        )
        return
    yield hit(
        item.encrypted,
        f"The {content_of(item.encrypted)} cannot be decrypted with the service provider's own "
        "key: it is encrypted for another certificate, or was changed",
        expected=f"encrypted for {key_words(own)}",
        hint="Let the identity provider load the current metadata of the service provider, and "
        "encrypt for the certificate in it.",
        owner=IDP,
    )


def _own_certificate(case: Case) -> CertificateFacts | None:
    """Return the encryption certificate of the SP metadata whose private key was given."""
    known = () if case.sp_role is None else published(case.sp_role, case)
    return next((facts for facts in known if facts.key_id in case.decryption_key_ids), None)


@rule(
    "enc-wrong-recipient",
    on=Decrypted,
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
        ),
        example(
            "response",
            encrypt=True,
            without=["key"],
            after=[
                (
                    "</xenc:EncryptionMethod><xenc:CipherData>",
                    "</xenc:EncryptionMethod><ds:KeyInfo><ds:X509Data><ds:X509Certificate>"
                    "{cert:sp-signing}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
                    "<xenc:CipherData>",
                )
            ],
            also=["enc-no-key"],
        ),
    ],
    good=_GOOD,
)
def wrong_recipient(item: Decrypted, case: Case) -> Iterator[Hit]:
    """A part of the message is encrypted for another key than the service provider publishes.

    The certificate that the encrypted key carries is none of the encryption certificates in the SP
    metadata; or, as a warning, its serial number, its key name or its Recipient are others. Whose
    certificate it is, is told where the metadata given has it. Nothing is said where a key given
    decrypts the part.

    Why: the service provider cannot decrypt it, so the login fails.
    Fix: Let the identity provider load the current metadata of the service provider, and encrypt
    for the certificate in it.
    """
    role, sp, encrypted = case.sp_role, case.sp, item.encrypted
    if role is None or sp is None or item.outcome.plaintext is not None:
        return
    what = f"The {content_of(encrypted)} is encrypted for"
    related = [Place(key, None, "a key for encryption") for key in role.encryption_keys]
    found = foreign_certificate(encrypted, role, case)
    if found is not None:
        node, facts = found
        others = published(role, case)
        told = whose(facts, case) or likeness(facts, others, case)
        yield hit(
            node,
            f"{what} a certificate that the SP metadata does not have for encryption"
            + (f": {told}" if told else ""),
            expected=" or ".join(key_words(other) for other in others),
            actual=key_words(facts),
            related=related,
        )
        return
    named = foreign_name(encrypted, role, case)
    if named is not None:
        yield hit(
            named[0],
            f"{what} {named[1]}, which no encryption key of the SP metadata has",
            severity=WARNING,
            related=related,
        )
        return
    element = foreign_recipient(encrypted, sp.entity_id, case)
    if element is not None:
        recipient = element.get("Recipient")
        yield hit(
            element,
            f"{what} the recipient {recipient!r}",
            attribute="Recipient",
            expected=sp.entity_id,
            actual=recipient,
            severity=WARNING,
        )


@rule(
    "enc-unexpected",
    on=Decrypted,
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
def unexpected(item: Decrypted, case: Case) -> Iterator[Hit]:
    """A part of the message is encrypted, but the SP metadata has no key for that.

    No KeyDescriptor of the SP metadata is for encryption. It is for information only where a key
    given decrypts the part, and an error where the profile says that the service provider cannot
    decrypt at all.

    Why: the identity provider has a certificate from elsewhere, which may be an old one.
    Fix: Publish the encryption certificate in the SP metadata, or switch encryption off at the
    identity provider.
    """
    role = case.sp_role
    if not case.profile.encryption_accepted:
        yield hit(
            item.encrypted,
            f"The {content_of(item.encrypted)} is encrypted, which the service provider cannot "
            "read",
            expected=f"an unencrypted {content_of(item.encrypted)}",
            severity=ERROR,
        )
    elif role is not None and not role.encryption_keys:
        yield hit(
            item.encrypted,
            f"The {content_of(item.encrypted)} is encrypted, but the SP metadata has no key for "
            "encryption",
            expected=f"an unencrypted {content_of(item.encrypted)}, or a key for encryption in the "
            "SP metadata",
            severity=INFO if item.outcome.plaintext is not None else None,
            related=[Place(role, None, "the SP metadata")],
        )


@rule(
    "enc-plaintext-not-assertion",
    on=Decrypted,
    severity=ERROR,
    cites=[core("2.3.4"), core("2.2.4"), core("2.7.3.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("raw", raw=response_with("Success", inside=SEALED_NAME_ID))],
    good=_GOOD,
)
def plaintext_not_assertion(item: Decrypted, case: Case) -> Iterator[Hit]:
    """What was encrypted is not what belongs there.

    An EncryptedAssertion holds an Assertion, an EncryptedID a NameID, an EncryptedAttribute an
    Attribute. It was decrypted, and its content is another element.

    Why: the receiver finds nothing that it can use and refuses the login.
    Fix: Let the identity provider encrypt the element as a whole.
    """
    root = None if item.document is None else item.document.root
    expected = _EXPECTED.get(item.encrypted.kind, ())
    if root is not None and root.tag not in expected:
        yield hit(
            item.encrypted,
            f"The {words_of(item.encrypted)} holds {display(str(root.tag))}",
            expected=display(expected[0]) if expected else None,
            actual=display(str(root.tag)),
        )


RULES = (
    no_key,
    decrypt_failed,
    wrong_recipient,
    unexpected,
    plaintext_not_assertion,
)
