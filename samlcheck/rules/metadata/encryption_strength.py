"""Rules on how strong the encryption algorithms are that a key is published with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import KeyDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import nist, paper, saml2int, xmlenc
from samlcheck.rules.metadata.algorithm_registry import (
    AUTHENTICATED,
    BLOCK,
    CBC,
    RSA_15,
    RSA_OAEP,
    TRANSPORT,
    TRIPLE_DES,
)
from samlcheck.rules.metadata.encryption_methods import GCM_128, GCM_256, METHOD, OAEP, methods
from samlcheck.rules.rule import INFO, WARNING, Hit, example, hit, rule
from samlcheck.xml.names import DS, XENC, XENC11, clark, display

_BREAK: Final = paper("How to Break XML Encryption", "https://doi.org/10.1145/2046707.2046756")
_BLEICHENBACHER: Final = paper(
    "Bleichenbacher's Attack Strikes Again", "https://doi.org/10.1007/978-3-642-33167-1_43"
)
_GOOD: Final = (example("sp"), example("idp"))
_DIGEST_METHOD: Final = clark(DS, "DigestMethod")
_MGF: Final = clark(XENC11, "MGF")


@rule(
    "enc-rsa15",
    on=KeyDescriptor,
    severity=WARNING,
    cites=[xmlenc("5.5.1"), _BLEICHENBACHER],
    bad=[
        example("sp", (OAEP, OAEP + METHOD.format(RSA_15))),
        example("sp", (OAEP, METHOD.format(RSA_15))),
    ],
    good=_GOOD,
)
def rsa_15(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """Keys may be encrypted with RSA PKCS#1 v1.5.

    The list of encryption algorithms holds rsa-1_5, perhaps as the only way to hand over a key.

    Why: by sending many altered messages an attacker learns the key and reads an assertion.
    Fix: Support rsa-oaep, remove rsa-1_5 from the list, and switch it off in the software.
    """
    listed = methods(key)
    if RSA_15 in listed:
        alone = not any(uri in TRANSPORT and uri != RSA_15 for uri in listed)
        yield hit(
            key.encryption_methods[listed.index(RSA_15)],
            "RSA PKCS#1 v1.5 is "
            + ("the only way to encrypt a key" if alone else "listed for the encryption of keys"),
            attribute="Algorithm",
            expected=RSA_OAEP,
            actual=RSA_15,
        )


@rule(
    "enc-3des",
    on=KeyDescriptor,
    severity=WARNING,
    cites=[nist("800-131A")],
    bad=[
        example("sp", (OAEP, METHOD.format(TRIPLE_DES) + OAEP)),
        example("sp", (GCM_256, METHOD.format(TRIPLE_DES) + GCM_256)),
    ],
    good=_GOOD,
)
def triple_des(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """Triple DES is listed for encryption.

    The list of encryption algorithms holds tripledes-cbc. Behind better ones, as much software
    writes it by itself, it is only mentioned.

    Why: its blocks are short and its use ended with 2023; a partner may choose it.
    Fix: Remove it from the list, and list AES in GCM mode first.
    """
    listed = methods(key)
    if TRIPLE_DES in listed:
        at = listed.index(TRIPLE_DES)
        better = any(uri in BLOCK and uri != TRIPLE_DES for uri in listed[:at])
        yield hit(
            key.encryption_methods[at],
            "Triple DES is listed for encryption"
            + (", behind better algorithms" if better else ", before better algorithms"),
            attribute="Algorithm",
            expected="http://www.w3.org/2009/xmlenc11#aes256-gcm",
            actual=TRIPLE_DES,
            severity=INFO if better else None,
        )


@rule(
    "enc-cbc-only",
    on=KeyDescriptor,
    severity=WARNING,
    cites=[saml2int("SDP-ALG01"), _BREAK],
    bad=[
        example(
            "sp",
            (GCM_256, METHOD.format("http://www.w3.org/2001/04/xmlenc#aes256-cbc")),
            (GCM_128, ""),
        ),
        example(
            "sp",
            (GCM_256, METHOD.format("http://www.w3.org/2001/04/xmlenc#aes256-cbc") + GCM_256),
        ),
    ],
    good=_GOOD,
)
def cbc_only(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """Only ciphers in CBC mode are listed for encryption.

    No listed block cipher protects the content against changes. That one stands after ciphers in
    CBC mode, and is therefore less preferred, is only mentioned. Triple DES has a rule of its own.

    Why: an attacker who may send altered messages can read what was encrypted in CBC mode.
    Fix: Support AES in GCM mode and list it first.
    """
    listed = [uri for uri in methods(key) if uri in BLOCK and uri != TRIPLE_DES]
    if not listed or listed[0] not in CBC:
        return
    later = next((uri for uri in listed if uri in AUTHENTICATED), None)
    first = key.encryption_methods[methods(key).index(listed[0])]
    yield hit(
        first,
        "Ciphers in CBC mode are "
        + ("the only ones listed" if later is None else f"listed before {later!r}"),
        attribute="Algorithm",
        expected="http://www.w3.org/2009/xmlenc11#aes256-gcm first",
        actual=", ".join(listed),
        severity=None if later is None else INFO,
    )


@rule(
    "enc-oaep-params",
    on=KeyDescriptor,
    severity=INFO,
    cites=[xmlenc("5.5.2")],
    bad=[example("sp", (OAEP, METHOD.format(RSA_OAEP)))],
    good=_GOOD,
)
def oaep_parameters(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """RSA-OAEP is listed without its digest.

    md:EncryptionMethod for rsa-oaep names no ds:DigestMethod or no xenc11:MGF, so that SHA-1 is
    meant, or it prescribes OAEPparams, which next to no software supports.

    Why: SHA-1 is safe here, but partners that switched it off cannot encrypt.
    Fix: Add ds:DigestMethod and xenc11:MGF for SHA-256 if the software supports them.
    """
    for method, uri in zip(key.encryption_methods, methods(key), strict=False):
        if method.element.find(clark(XENC, "OAEPparams")) is not None:
            yield hit(method, "md:EncryptionMethod prescribes OAEPparams")
        elif uri == RSA_OAEP:
            lacking = [
                display(tag) for tag in (_DIGEST_METHOD, _MGF) if method.element.find(tag) is None
            ]
            if lacking:
                yield hit(
                    method,
                    f"RSA-OAEP is listed without {' and '.join(lacking)}, so SHA-1 is meant",
                    attribute="Algorithm",
                    expected="ds:DigestMethod and xenc11:MGF for SHA-256",
                )


RULES = (rsa_15, triple_des, cbc_only, oaep_parameters)
