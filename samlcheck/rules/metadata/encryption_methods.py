"""Rules on md:EncryptionMethod: what a key may be encrypted to with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import KeyDescriptor, SPSSODescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import algsupport, saml2int, xmlenc
from samlcheck.rules.metadata.algorithm_registry import (
    AGREEMENT,
    BLOCK,
    RSA_OAEP,
    RSA_OAEP_MGF1P,
    RSA_TRANSPORT,
    TRANSPORT,
)
from samlcheck.rules.rule import ERROR, INFO, OFF, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml.names import DS, XENC11, clark, display, split_clark

_GOOD: Final = (example("sp"), example("idp"))
METHOD: Final = '      <md:EncryptionMethod Algorithm="{}"/>\n'
GCM_256: Final = METHOD.format("http://www.w3.org/2009/xmlenc11#aes256-gcm")
GCM_128: Final = METHOD.format("http://www.w3.org/2009/xmlenc11#aes128-gcm")
OAEP: Final = """      <md:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#rsa-oaep">
        <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
        <xenc11:MGF Algorithm="http://www.w3.org/2009/xmlenc11#mgf1sha256"/>
      </md:EncryptionMethod>
"""
_DIGEST: Final = '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
_DIGEST_METHOD: Final = clark(DS, "DigestMethod")
_MGF: Final = clark(XENC11, "MGF")


def methods(key: KeyDescriptor) -> list[str]:
    """Return the algorithms listed at a key that may be encrypted to."""
    if not key.encrypts:
        return []
    return [(method.algorithm or "").strip() for method in key.encryption_methods]


@rule(
    "enc-on-signing-key",
    on=KeyDescriptor,
    severity=WARNING,
    cites=[algsupport("2.3")],
    unless=["key-sp-no-encryption"],
    bad=[
        example(
            "sp",
            (
                "      </ds:KeyInfo>\n    </md:KeyDescriptor>",
                f"      </ds:KeyInfo>\n{GCM_256}    </md:KeyDescriptor>",
            ),
        )
    ],
    good=_GOOD,
)
def on_signing_key(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """Encryption algorithms are listed at a signing key.

    md:EncryptionMethod stands in a KeyDescriptor with use="signing".

    Why: nobody encrypts to this key, so the list has no effect; the encryption key lacks it.
    Fix: Move the list to the KeyDescriptor with use="encryption".
    """
    if key.use == "signing" and key.encryption_methods:
        yield hit(
            key.encryption_methods[0],
            'md:EncryptionMethod stands at a key with use="signing"',
            expected='a KeyDescriptor with use="encryption"',
        )


@rule(
    "enc-no-key-transport",
    on=KeyDescriptor,
    severity=INFO,
    cites=[algsupport("2.3"), saml2int("SDP-ALG01")],
    bad=[example("sp", (OAEP, ""))],
    good=_GOOD,
)
def no_key_transport(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """The list of encryption algorithms lacks one for keys.

    There are block ciphers in the list, and no algorithm by which the content key is handed over.

    Why: a partner has to guess, and may guess one that the entity does not support.
    Fix: Add rsa-oaep-mgf1p or rsa-oaep to the list.
    """
    listed = methods(key)
    if any(uri in BLOCK for uri in listed) and not any(uri in TRANSPORT for uri in listed):
        yield hit(
            key.encryption_methods[0],
            "The encryption algorithms listed hold no key transport",
            expected=f"{RSA_OAEP} or {RSA_OAEP_MGF1P}",
            actual=", ".join(listed),
        )


@rule(
    "enc-no-block",
    on=KeyDescriptor,
    severity=INFO,
    cites=[algsupport("2.3"), saml2int("SDP-ALG01")],
    bad=[example("sp", (GCM_256, ""), (GCM_128, ""))],
    good=_GOOD,
)
def no_block_cipher(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """The list of encryption algorithms lacks one for the content.

    There is an algorithm for keys in the list, and no block cipher.

    Why: a partner has to guess, and may guess one that the entity does not support.
    Fix: Add aes256-gcm or aes128-gcm to the list.
    """
    listed = methods(key)
    if any(uri in TRANSPORT for uri in listed) and not any(uri in BLOCK for uri in listed):
        yield hit(
            key.encryption_methods[0],
            "The encryption algorithms listed hold no block cipher",
            expected="http://www.w3.org/2009/xmlenc11#aes256-gcm",
            actual=", ".join(listed),
        )


@rule(
    "enc-keytransport-key-mismatch",
    on=KeyDescriptor,
    severity=ERROR,
    cites=[algsupport("2.3"), xmlenc("5.5")],
    bad=[example("sp", ("{cert:sp-encryption}", "{cert:ec}"))],
    good=_GOOD,
)
def transport_does_not_fit(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """The listed algorithms cannot be used with the key.

    All algorithms for keys in the list need a key of another type: RSA algorithms with an EC key,
    or ECDH-ES with an RSA key.

    Why: nothing can be encrypted to this key, so logins that need encryption fail.
    Fix: List the algorithm that fits the key: rsa-oaep for RSA, ECDH-ES for EC.
    """
    listed = [uri for uri in methods(key) if uri in TRANSPORT]
    needed = {"RSA" if uri in RSA_TRANSPORT else AGREEMENT[uri] for uri in listed}
    for node in key.key_info.certificates if key.key_info and listed and key.encrypts else ():
        facts = case.certificate(node).key
        if facts is not None and facts.type in ("RSA", "EC") and facts.type not in needed:
            yield hit(
                node,
                f"The key is of the type {facts.type}, but the algorithms listed need "
                f"{' or '.join(sorted(needed))}",
                expected=f"an algorithm for {facts.type} keys",
                actual=", ".join(listed),
                related=[Place(key.encryption_methods[0], "Algorithm", "the list")],
            )
            return


@rule(
    "enc-none-declared",
    on=SPSSODescriptor,
    severity=OFF,
    cites=[algsupport("2.3"), saml2int("SDP-ALG01")],
    bad=[
        example(
            "sp",
            (GCM_256, ""),
            (GCM_128, ""),
            (OAEP, ""),
            profile="saml2int",
            also=["ea-subjectid-req-missing"],
        )
    ],
    good=[example("sp", profile="saml2int", also=["ea-subjectid-req-missing"])],
)
def none_declared(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The service provider does not say how to encrypt.

    It publishes a key for encryption without any md:EncryptionMethod.

    Why: identity providers choose by themselves between CBC and GCM mode, and software that
    supports only one of them cannot read the other.
    Fix: List what the software supports, AES in GCM mode first.
    """
    keys = role.encryption_keys
    if keys and not any(key.encryption_methods for key in keys):
        yield hit(
            keys[0],
            "The encryption key has no md:EncryptionMethod",
            expected="an md:EncryptionMethod for content and one for keys",
        )


@rule(
    "enc-alg-namespace",
    on=KeyDescriptor,
    severity=ERROR,
    cites=[xmlenc("5.5.2")],
    bad=[example("sp", (_DIGEST, _DIGEST.replace("ds:", "xenc11:")), also=["enc-oaep-params"])],
    good=_GOOD,
)
def parameter_namespace(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """A parameter of an encryption algorithm is in the wrong namespace.

    In md:EncryptionMethod the digest is ds:DigestMethod, and the mask generation function is
    xenc11:MGF.

    Why: software does not find it and uses SHA-1, so that the message cannot be read.
    Fix: Give the element the namespace of XML Signature, or of XML Encryption 1.1 for MGF.
    """
    rights = {"DigestMethod": _DIGEST_METHOD, "MGF": _MGF}
    for method in key.encryption_methods:
        for child in method.element.iterchildren("*"):
            local = split_clark(str(child.tag))[1]
            if local in rights and child.tag != rights[local]:
                yield hit(
                    child,
                    f"{display(str(child.tag))} is in the wrong namespace",
                    expected=display(rights[local]),
                    actual=str(child.tag),
                )


RULES = (
    on_signing_key,
    no_key_transport,
    no_block_cipher,
    transport_does_not_fit,
    none_declared,
    parameter_namespace,
)
