"""Rules on the form of encrypted elements and the algorithms that they use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import EncryptedElement
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper, xmlenc
from samlcheck.rules.message.encrypted import words_of
from samlcheck.rules.message.sealed import ENCRYPTED_ID
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    USER,
    WARNING,
    Hit,
    example,
    hit,
    rule,
)
from samlcheck.xml.names import DS, XENC, XENC11, clark

_GOOD = (example("response", encrypt=True),)
_METHOD: Final = clark(XENC, "EncryptionMethod")
_DIGEST: Final = clark(DS, "DigestMethod")
_MGF: Final = clark(XENC11, "MGF")
_RSA15: Final = XENC + "rsa-1_5"
_OAEP: Final = XENC11 + "rsa-oaep"
_OAEP_MGF1P: Final = XENC + "rsa-oaep-mgf1p"
_SHA1: Final = DS + "sha1"
_ELEMENT: Final = XENC + "Element"
_GCM: Final = '<xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/>'
_DIGEST_TEXT: Final = f'<ds:DigestMethod xmlns:ds="{DS}" Algorithm="{XENC}sha256"/>'
_MGF_TEXT: Final = f'<xenc11:MGF xmlns:xenc11="{XENC11}" Algorithm="{XENC11}mgf1sha256"/>'
_REFERENCES: Final = clark(XENC, "CipherReference")
_TYPE: Final = f' Type="{_ELEMENT}"'
#: A nonce of 96 bits before, and a tag of 128 bits behind the ciphertext (XML Encryption 5.2.4).
_SHORTEST_GCM: Final = 12 + 16
_NAME_ID: Final = (
    '<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">'
    "maria.lind@example.org</saml:NameID>"
)
_OUTSIDE: Final = '<ds:KeyInfo><ds:RetrievalMethod URI="http://10.0.0.1/k"/>'
_DATA_END: Final = "</ds:KeyInfo><xenc:CipherData>"


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
        missing = "EncryptedData" if encrypted.data is None else "EncryptionMethod"
        yield hit(
            encrypted if encrypted.data is None else encrypted.data,
            f"The {words_of(encrypted)} has no {missing}",
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
        ),
        example(
            "response",
            encrypt=True,
            after=[
                ("<xenc:EncryptedKey>", '<ds:RetrievalMethod URI="#_k1"/><xenc:AgreementMethod>'),
                ("</xenc:EncryptedKey>", "</xenc:AgreementMethod>"),
            ],
            also=["xsd-core-invalid"],
        ),
    ],
    good=_GOOD,
)
def key_info_missing(encrypted: EncryptedElement, case: Case) -> Iterator[Hit]:
    """The encrypted data comes without its key.

    There is no EncryptedKey in the KeyInfo of the data or beside the data, and none that a
    RetrievalMethod of the KeyInfo names by its Id.

    Why: the receiver has no session key, so it cannot decrypt it.
    Fix: Let the identity provider send the session key as EncryptedKey, encrypted for the
    certificate of the service provider.
    """
    if case.encrypted_keys(encrypted):
        return
    named = encrypted.key_references
    yield hit(
        encrypted,
        f"The {words_of(encrypted)} has no EncryptedKey"
        + (f"; its RetrievalMethod names the Id {named[0]!r}, which none has" if named else ""),
        expected="xenc:EncryptedKey",
        severity=_severity(encrypted),
    )


@rule(
    "enc-cipherreference",
    on=EncryptedElement,
    severity=ERROR,
    cites=[
        xmlenc("3.3.1"),
        paper(
            "XML Encryption 1.1, 7: security considerations", "https://www.w3.org/TR/xmlenc-core1/"
        ),
    ],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[
        example("response", (_NAME_ID, ENCRYPTED_ID.replace("<ds:KeyInfo>", _OUTSIDE))),
        example(
            "response",
            encrypt=True,
            after=[
                (_DATA_END, f'{_DATA_END}<xenc:CipherReference URI="http://10.0.0.1/x"/>'),
            ],
            also=["xsd-core-invalid"],
        ),
    ],
    good=_GOOD,
)
def cipher_reference(encrypted: EncryptedElement, case: Case) -> Iterator[Hit]:
    """The encrypted data, or its key, is to be fetched from somewhere else.

    CipherReference stands in place of CipherValue, or a RetrievalMethod points out of the document.
    Nothing is fetched here.

    Why: whoever writes such a message makes the receiver send requests into its own network.
    Fix: Do not trust the message; let the receiver refuse references in encrypted data. An identity
    provider writes CipherValue.
    """
    for element in encrypted.element.iter(_REFERENCES):
        yield hit(
            element,
            f"The {words_of(encrypted)} is to be fetched from {element.get('URI')!r}",
            attribute="URI",
            expected="xenc:CipherValue",
            actual=element.get("URI"),
        )
    for element in encrypted.element.iter(clark(DS, "RetrievalMethod")):
        uri = (element.get("URI") or "").strip()
        if uri and not uri.startswith("#"):
            yield hit(
                element,
                f"The key of the {words_of(encrypted)} is to be fetched from {uri!r}",
                attribute="URI",
                expected="the Id of an EncryptedKey in this message",
                actual=uri,
            )


@rule(
    "enc-gcm-tag-short",
    on=EncryptedElement,
    severity=ERROR,
    cites=[
        xmlenc("5.2.4"),
        paper(
            "CVE-2026-32313: AES-GCM authentication tag of any length accepted by xmlseclibs",
            "https://nvd.nist.gov/vuln/detail/CVE-2026-32313",
        ),
    ],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[
        example(
            "response",
            encrypt=True,
            after=[
                (
                    _DATA_END,
                    f"{_DATA_END}<xenc:CipherValue>AAAAAAAAAAAAAAAAAAAAAAAA"
                    "</xenc:CipherValue></xenc:CipherData><xenc:CipherData>",
                )
            ],
            also=["enc-decrypt-failed", "xsd-core-invalid"],
        )
    ],
    good=_GOOD,
)
def tag_short(encrypted: EncryptedElement, case: Case) -> Iterator[Hit]:
    """Data encrypted with AES-GCM are too short to be protected.

    They hold a nonce of 12 octets and a tag of 16 octets around the ciphertext; these are shorter.

    Why: some libraries take a tag that was cut short for good. With a tag of one octet an attacker
    needs 256 tries to have any content accepted, and learns the key stream on the way.
    Fix: Do not trust the message; let the receiver refuse tags of other than 128 bits.
    """
    from samlcheck.crypto.decryption import cipher_value, is_authenticated

    if encrypted.data is None or not is_authenticated(encrypted.block_algorithm):
        return
    value = cipher_value(encrypted.data)
    if value is not None and len(value) < _SHORTEST_GCM:
        yield hit(
            encrypted.data,
            f"The {words_of(encrypted)} uses AES-GCM and has {len(value)} octets",
            expected=f"at least {_SHORTEST_GCM} octets: nonce, ciphertext and tag",
            actual=f"{len(value)} octets",
        )


@rule(
    "enc-type-attr",
    on=EncryptedElement,
    severity=ERROR,
    cites=[core("2.2.4"), core("2.3.4"), core("2.7.3.2")],
    owner=IDP,
    bad=[
        example("response", encrypt=True, after=[(_TYPE, f' Type="{XENC}Content"')]),
        example(
            "response", encrypt=True, after=[(_TYPE, "")], note="Advice only: it ought to be there."
        ),
    ],
    good=_GOOD,
)
def type_attribute(encrypted: EncryptedElement, case: Case) -> Iterator[Hit]:
    """The encrypted data is not said to be an element.

    Type of EncryptedData is http://www.w3.org/2001/04/xmlenc#Element. Another one is an error; that
    it is missing is for information.

    Why: a receiver that goes by Type puts the plaintext into the message in another way, and finds
    nothing.
    Fix: Let the identity provider write Type with this value.
    """
    if encrypted.data is None:
        return
    kind = encrypted.data.get("Type")
    if kind != _ELEMENT:
        yield hit(
            encrypted.data,
            f"EncryptedData of the {words_of(encrypted)} "
            + ("has no Type" if kind is None else f"has the Type {kind!r}"),
            attribute="Type",
            expected=_ELEMENT,
            actual=kind,
            severity=INFO if kind is None else None,
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
            also=["enc-no-key", "enc-alg-vs-metadata"],
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
            f"The {words_of(encrypted)} uses {uri.removeprefix(XENC)}",
            attribute=None if method is None else "Algorithm",
            expected="http://www.w3.org/2009/xmlenc11#aes256-gcm",
            actual=uri,
        )


def _methods(encrypted: EncryptedElement, case: Case) -> Iterator[tuple[Element, str]]:
    """Yield the EncryptionMethod of each EncryptedKey, with its algorithm."""
    for encrypted_key in case.encrypted_keys(encrypted):
        method = encrypted_key.find(_METHOD)
        if method is not None:
            yield method, method.get("Algorithm") or ""


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
            after=[(_OAEP, _RSA15), (_DIGEST_TEXT, ""), (_MGF_TEXT, "")],
            also=["enc-no-key", "enc-alg-vs-metadata"],
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
    for method, algorithm in _methods(encrypted, case):
        if algorithm == _RSA15:
            yield hit(
                method,
                f"The session key of the {words_of(encrypted)} is encrypted with RSA PKCS#1 v1.5",
                attribute="Algorithm",
                expected=_OAEP,
                actual=_RSA15,
            )


@rule(
    "enc-alg-oaep-digest",
    on=EncryptedElement,
    severity=INFO,
    cites=[xmlenc("5.5.2")],
    owner=IDP,
    bad=[
        example(
            "response",
            encrypt=True,
            without=["key"],
            after=[(_DIGEST_TEXT, "")],
            also=["enc-no-key"],
        ),
        example(
            "response", encrypt=True, without=["key"], after=[(_MGF_TEXT, "")], also=["enc-no-key"]
        ),
    ],
    good=_GOOD,
)
def oaep_digest(encrypted: EncryptedElement, case: Case) -> Iterator[Hit]:
    """RSA-OAEP leaves its hash to a default.

    The EncryptionMethod has no DigestMethod, which means SHA-1; or it has one other than SHA-1 and
    the mask generation function, which is not named or not of the method, uses SHA-1 all the same.

    Why: libraries differ in these defaults: one takes the digest for the mask as well, another
    SHA-256, and then they cannot decrypt.
    Fix: Let the identity provider name both, DigestMethod and MGF, with the method
    http://www.w3.org/2009/xmlenc11#rsa-oaep. If the login works, nothing has to be done.
    """
    for method, algorithm in _methods(encrypted, case):
        if algorithm not in (_OAEP, _OAEP_MGF1P):
            continue
        digest = method.find(_DIGEST)
        named = None if digest is None else digest.get("Algorithm")
        if digest is None:
            yield hit(
                method,
                f"RSA-OAEP of the {words_of(encrypted)} names no DigestMethod, which means SHA-1",
                expected="a DigestMethod",
            )
        elif named != _SHA1 and (algorithm == _OAEP_MGF1P or method.find(_MGF) is None):
            yield hit(
                digest,
                f"RSA-OAEP of the {words_of(encrypted)} uses {named!r}, but its mask generation "
                "function SHA-1",
                attribute="Algorithm",
                expected=f"{_OAEP} with an MGF",
                actual=named,
            )


RULES = (
    method_missing,
    key_info_missing,
    cipher_reference,
    tag_short,
    type_attribute,
    cbc,
    rsa15,
    oaep_digest,
)
