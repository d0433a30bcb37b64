"""Rules on what is encrypted and for whom, beside what the service provider asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import Assertion, EncryptedElement
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, metadata, xmlenc
from samlcheck.rules.decrypting import Decrypted, DecryptedAssertion
from samlcheck.rules.message.encrypted import holder, words_of
from samlcheck.rules.message.sealed import BARE_ID, ENCRYPTED_ATTRIBUTE, ENCRYPTED_ID
from samlcheck.rules.rule import (
    ERROR,
    IDP,
    INFO,
    WARNING,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import any_of
from samlcheck.xml.names import NAMEID_ENCRYPTED, XENC, clark

_GOOD: Final = (example("response", encrypt=True),)
_METHOD: Final = clark(XENC, "EncryptionMethod")
_NAME_ID: Final = (
    '<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">'
    "maria.lind@example.org</saml:NameID>"
)
_SN: Final = """<saml:Attribute FriendlyName="sn" Name="urn:oid:2.5.4.4" \
NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">
        <saml:AttributeValue>Lind</saml:AttributeValue>
      </saml:Attribute>"""
_ASKED: Final = ("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", NAMEID_ENCRYPTED)
_KEY_END: Final = "</xenc:EncryptedKey>"


@rule(
    "enc-required-missing",
    on=Assertion,
    severity=ERROR,
    cites=[core("3.4.1.1")],
    owner=IDP,
    bad=[
        example("response", request=[_ASKED]),
    ],
    good=[
        example("response"),
        example("response", (_NAME_ID, ENCRYPTED_ID), request=[_ASKED]),
    ],
)
def required_missing(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """What ought to be encrypted was sent in clear.

    The request asks for the NameID Format encrypted, so the assertion has EncryptedID in place of
    NameID. Or the profile demands that assertions, or name identifiers, are encrypted.

    Why: the browser, and whoever sees its traffic or its logs, learns what was to be kept from
    them; a service provider that insists refuses the login.
    Fix: Switch encryption on for this service provider at the identity provider, and load the
    encryption certificate of its metadata there.
    """
    policy = None if case.request is None else case.request.name_id_policy
    asked = policy is not None and policy.format == NAMEID_ENCRYPTED
    demand = case.profile.encryption_required
    sealed = any(item.content is assertion for item in case.decrypted)
    if demand == "assertion" and not sealed:
        yield hit(
            assertion,
            "The assertion is not encrypted, and the profile demands it",
            expected="saml:EncryptedAssertion",
        )
        return
    for subject in assertion.subjects if asked or (demand == "nameid" and not sealed) else ():
        clear = [item for item in subject.name_ids if item.element.getparent() is not None]
        if clear:
            yield hit(
                clear[0],
                "The NameID is not encrypted, and the "
                + ("request asks for it" if asked else "profile demands it"),
                expected="saml:EncryptedID",
                related=[Place(policy, "Format", "what the request asks for")] if asked else [],
            )


@rule(
    "enc-alg-vs-metadata",
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
            after=[("xmlenc11#aes256-gcm", "xmlenc11#aes192-gcm")],
            also=["enc-no-key"],
        )
    ],
    good=_GOOD,
)
def algorithm_not_listed(item: Decrypted, case: Case) -> Iterator[Hit]:
    """The service provider does not list the algorithm that was used.

    The key for encryption in the SP metadata has EncryptionMethod elements, and the block cipher or
    the key transport of the message is none of them.

    Why: the list says what the service provider can decrypt, so it probably cannot decrypt this.
    Fix: Let the identity provider choose an algorithm of the list, best by loading the current SP
    metadata; or complete the list if the service provider supports more.
    """
    role, encrypted = case.sp_role, item.encrypted
    listed = [
        method.algorithm
        for key in (() if role is None else role.encryption_keys)
        for method in key.encryption_methods
        if method.algorithm
    ]
    ciphers = [uri for uri in listed if uri.endswith(("-cbc", "-gcm"))]
    transports = [uri for uri in listed if "#rsa-" in uri]
    data = encrypted.data
    used = [(None if data is None else data.find(_METHOD), ciphers, "block cipher")]
    used.extend(
        (encrypted_key.find(_METHOD), transports, "key transport")
        for encrypted_key in case.encrypted_keys(encrypted)
    )
    for method, known, name in used:
        algorithm = None if method is None else method.get("Algorithm")
        if method is not None and algorithm and known and algorithm not in known:
            yield hit(
                method,
                f"The {words_of(encrypted)} uses the {name} {_short(algorithm)}, which the SP "
                "metadata does not list",
                attribute="Algorithm",
                expected=any_of(dict.fromkeys(known)),
                actual=algorithm,
            )


def _short(algorithm: str) -> str:
    return algorithm.rpartition("#")[2] or algorithm


@rule(
    "enc-multiple-encryptedkey",
    on=Decrypted,
    severity=INFO,
    cites=[core("2.2.4")],
    owner=IDP,
    bad=[
        example(
            "response",
            encrypt=True,
            after=[
                (
                    _KEY_END,
                    f'{_KEY_END}<xenc:EncryptedKey Recipient="https://other.example.org/saml">'
                    '<xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#rsa-oaep">'
                    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
                    '<xenc11:MGF xmlns:xenc11="http://www.w3.org/2009/xmlenc11#" '
                    'Algorithm="http://www.w3.org/2009/xmlenc11#mgf1sha256"/>'
                    "</xenc:EncryptionMethod><xenc:CipherData><xenc:CipherValue>AAAA"
                    f"</xenc:CipherValue></xenc:CipherData>{_KEY_END}",
                )
            ],
        )
    ],
    good=_GOOD,
)
def several_keys(item: Decrypted, case: Case) -> Iterator[Hit]:
    """Several recipients can decrypt a part of the message.

    It has more than one EncryptedKey. For whom each is, is told as far as it says so.

    Why: each of them learns the content; and a receiver that tries the first key only fails.
    Fix: Nothing has to be done where it is meant. Else let the identity provider encrypt for the
    current certificate of the service provider alone.
    """
    keys = case.encrypted_keys(item.encrypted)
    if len(keys) < 2:
        return
    entities = [entity for entity in (case.sp, case.idp, *case.peers) if entity is not None]
    told = [holder(key, entities, case) for key in keys[:5]]
    yield hit(
        keys[1],
        f"The {words_of(item.encrypted)} has {len(keys)} encrypted keys, for {'; '.join(told)}",
        related=[Place(keys[0], None, "the first one")],
    )


@rule(
    "enc-plaintext-namespace",
    on=Decrypted,
    severity=WARNING,
    cites=[xmlenc("4.5")],
    owner=IDP,
    bad=[
        example("response", (_NAME_ID, BARE_ID)),
    ],
    good=[*_GOOD, example("response", (_NAME_ID, ENCRYPTED_ID))],
)
def borrowed_namespace(item: Decrypted, case: Case) -> Iterator[Hit]:
    """What was encrypted relies on namespaces that are declared outside.

    The plaintext uses a prefix that it does not declare. It was read with the declarations of the
    place at which it stood.

    Why: a receiver that parses the plaintext by itself cannot read it.
    Fix: Let the identity provider declare all namespaces in the element before it encrypts it.
    """
    root = None if item.document is None else item.document.root
    if root is None or item.outcome.plaintext is None:
        return
    missing = _borrowed(root, item.outcome.plaintext)
    if missing:
        yield hit(
            item.encrypted,
            f"The content of the {words_of(item.encrypted)} uses {missing}, which it does not "
            "declare",
            expected="a declaration in the content itself",
        )


def _borrowed(root: Element, plaintext: bytes) -> str | None:
    """Name what of the content's names is declared only around it."""
    from samlcheck.xml import MESSAGE_LIMITS, read_document

    alone = read_document(plaintext, source="-", limits=MESSAGE_LIMITS)
    if alone.root is None:
        return "a prefix"
    return None if alone.root.tag == root.tag else "the default namespace"


@rule(
    "enc-nested-encrypted",
    on=DecryptedAssertion,
    severity=WARNING,
    cites=[core("6.1")],
    owner=IDP,
    bad=[example("response", (_NAME_ID, ENCRYPTED_ID), encrypt=True)],
    good=_GOOD,
)
def nested(item: DecryptedAssertion, case: Case) -> Iterator[Hit]:
    """What is encrypted holds something that is encrypted once more.

    An encrypted assertion has an EncryptedID or an EncryptedAttribute inside.

    Why: many service providers decrypt the assertion and then find no NameID, or miss the
    attribute.
    Fix: Let the identity provider encrypt either the assertion or its parts.
    """
    if item.assertion is None:
        return
    for subject in item.assertion.subjects:
        for inner in subject.encrypted_ids:
            yield hit(inner, "The NameID of the encrypted assertion is encrypted once more")
    for statement in item.assertion.attribute_statements:
        for inner in statement.encrypted_attributes:
            yield hit(inner, "An attribute of the encrypted assertion is encrypted once more")


@rule(
    "attr-encrypted",
    on=EncryptedElement,
    severity=WARNING,
    cites=[core("2.7.3.2")],
    owner=IDP,
    unless=["enc-nested-encrypted"],
    bad=[
        example("response", (_SN, ENCRYPTED_ATTRIBUTE)),
        example("response", (_SN, ENCRYPTED_ATTRIBUTE), without=["key"], also=["enc-no-key"]),
    ],
    good=[example("response")],
)
def attribute_encrypted(encrypted: EncryptedElement, case: Case) -> Iterator[Hit]:
    """An attribute is encrypted by itself.

    The assertion has an EncryptedAttribute.

    Why: few service providers can read encrypted attributes; most behave as if it were missing.
    Fix: Let the identity provider encrypt the whole assertion instead.
    """
    if encrypted.kind == "EncryptedAttribute":
        known = encrypted.content is not None
        yield hit(
            encrypted,
            "An attribute is encrypted by itself" + ("" if known else "; it was not inspected"),
            expected="saml:Attribute",
        )


RULES = (
    required_missing,
    algorithm_not_listed,
    several_keys,
    borrowed_namespace,
    nested,
    attribute_encrypted,
)
