"""Rules on the form of encrypted elements and the algorithms that they use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EncryptedElement
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, xmlenc
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    WARNING,
    Hit,
    example,
    hit,
    rule,
)
from samlcheck.xml.names import XENC, clark

_GOOD = (example("response", encrypt=True),)
_METHOD: Final = clark(XENC, "EncryptionMethod")
_RSA15: Final = XENC + "rsa-1_5"
_GCM = '<xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/>'
_WHAT: Final = {
    "EncryptedAssertion": "encrypted assertion",
    "EncryptedID": "encrypted NameID",
    "EncryptedAttribute": "encrypted attribute",
}


def _severity(encrypted: EncryptedElement) -> str | None:
    """Return the severity of an element that cannot be decrypted: an attribute can be missed."""
    return WARNING if encrypted.kind == "EncryptedAttribute" else None


@rule(
    "enc-method-missing",
    on=EncryptedElement,
    severity=ERROR,
    cites=[xmlenc("3.2"), core("2.2.4")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", encrypt=True, after=[(_GCM, "")])],
    good=_GOOD,
)
def method_missing(encrypted: EncryptedElement, case: Case) -> Iterator[Hit]:
    """The encrypted data does not say how it is encrypted.

    EncryptedData or its EncryptionMethod is missing.

    Why: the receiver cannot know the algorithm, so it cannot decrypt it.
    Fix: Let the identity provider write EncryptionMethod with the URI of the block cipher.
    """
    if encrypted.data is None or encrypted.block_algorithm is None:
        what = _WHAT.get(encrypted.kind, encrypted.kind)
        missing = "EncryptedData" if encrypted.data is None else "EncryptionMethod"
        yield hit(
            encrypted if encrypted.data is None else encrypted.data,
            f"The {what} has no {missing}",
            expected=f"xenc:{missing}",
            severity=_severity(encrypted),
        )


@rule(
    "enc-keyinfo-missing",
    on=EncryptedElement,
    severity=ERROR,
    cites=[xmlenc("3.5"), core("2.2.4")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=["enc-method-missing"],
    bad=[
        example(
            "response",
            encrypt=True,
            after=[("xenc:EncryptedKey>", "xenc:AgreementMethod>")],
            also=["xsd-core-invalid"],
        )
    ],
    good=_GOOD,
)
def key_info_missing(encrypted: EncryptedElement, case: Case) -> Iterator[Hit]:
    """The encrypted data comes without its key.

    There is no EncryptedKey in the KeyInfo of the data or beside the data.

    Why: the receiver has no session key, so it cannot decrypt it.
    Fix: Let the identity provider send the session key as EncryptedKey, encrypted for the
    certificate of the service provider.
    """
    if not encrypted.encrypted_keys:
        yield hit(
            encrypted,
            f"The {_WHAT.get(encrypted.kind, encrypted.kind)} has no EncryptedKey",
            expected="xenc:EncryptedKey",
            severity=_severity(encrypted),
        )


@rule(
    "enc-alg-cbc",
    on=EncryptedElement,
    severity=INFO,
    cites=[xmlenc("5.2")],
    owner=IDP,
    bad=[
        example(
            "response",
            encrypt=True,
            without=["key"],
            after=[
                (
                    "http://www.w3.org/2009/xmlenc11#aes256-gcm",
                    "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
                )
            ],
            also=["enc-no-key"],
        )
    ],
    good=_GOOD,
)
def cbc(encrypted: EncryptedElement, case: Case) -> Iterator[Hit]:
    """The content is encrypted with a cipher that does not protect it from changes.

    The block cipher is AES or Triple DES in CBC mode.

    Why: whoever can send changed ciphertexts to the receiver and see how it fails can read the
    content, and can alter it unless a signature outside covers it.
    Fix: Use AES-GCM where both sides support it.
    """
    uri = encrypted.block_algorithm or ""
    if uri.startswith(XENC) and uri.endswith("-cbc"):
        data = encrypted.data
        method = None if data is None else data.find(_METHOD)
        yield hit(
            encrypted if method is None else method,
            f"The {_WHAT.get(encrypted.kind, encrypted.kind)} uses {uri.removeprefix(XENC)}",
            attribute=None if method is None else "Algorithm",
            expected="http://www.w3.org/2009/xmlenc11#aes256-gcm",
            actual=uri,
        )


@rule(
    "enc-alg-rsa15",
    on=EncryptedElement,
    severity=WARNING,
    cites=[xmlenc("5.5.1")],
    owner=IDP,
    bad=[
        example(
            "response",
            encrypt=True,
            without=["key"],
            after=[
                (
                    "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
                    "http://www.w3.org/2001/04/xmlenc#rsa-1_5",
                )
            ],
            also=["enc-no-key"],
        )
    ],
    good=_GOOD,
)
def rsa15(encrypted: EncryptedElement, case: Case) -> Iterator[Hit]:
    """The session key is encrypted with RSA PKCS#1 v1.5.

    An EncryptedKey uses the algorithm rsa-1_5.

    Why: a receiver that tells good from bad padding by its answers or its timing lets others
    decrypt what was meant for it. Some receivers no longer support the algorithm.
    Fix: Use RSA-OAEP.
    """
    for encrypted_key in encrypted.encrypted_keys:
        method = encrypted_key.find(_METHOD)
        if method is not None and method.get("Algorithm") == _RSA15:
            yield hit(
                method,
                f"The session key of the {_WHAT.get(encrypted.kind, encrypted.kind)} is encrypted "
                "with RSA PKCS#1 v1.5",
                attribute="Algorithm",
                expected="http://www.w3.org/2009/xmlenc11#rsa-oaep",
                actual=_RSA15,
            )


RULES = (method_missing, key_info_missing, cbc, rsa15)
