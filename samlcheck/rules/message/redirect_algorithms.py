"""Rules on the algorithm of a detached signature, and on signatures that do not belong in a URL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from samlcheck.model import Signature
from samlcheck.rules.case import Case, Sent
from samlcheck.rules.citations import bindings, nist, rfc, xmldsig
from samlcheck.rules.detached import REDIRECT, signature_parameters
from samlcheck.rules.message.detached_words import ALGORITHMS, SIMPLE_LOGOUT
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    ERROR,
    SP,
    WARNING,
    Hit,
    Place,
    example,
    hit,
    rule,
)

if TYPE_CHECKING:
    from samlcheck.crypto.algorithms import SignatureMethod

_GOOD = (
    example("request", carry="redirect"),
    example("logout", carry="simplesign", idp=[SIMPLE_LOGOUT]),
)
_RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
#: Key families of signature algorithms, and the type of key that each needs.
_TYPES: Final = {"rsa": "RSA", "rsa-pss": "RSA", "ecdsa": "EC", "dsa": "DSA"}


def _method(sent: Sent) -> SignatureMethod | None:
    """Return the algorithm that SigAlg names, when it is a known one."""
    if "SigAlg" not in signature_parameters(sent):
        return None
    from samlcheck.crypto import SIGNATURE_METHODS

    return SIGNATURE_METHODS.get(sent.values("SigAlg")[0].decode("utf-8", "replace"))


@rule(
    "redirect-sigalg-weak",
    on=Sent,
    severity=WARNING,
    cites=[bindings("3.4.4.1"), rfc(9231), nist("800-131A")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[example("request", carry="redirect", algorithm="rsa-sha1")],
    good=_GOOD,
)
def sigalg_weak(sent: Sent, case: Case) -> Iterator[Hit]:
    """The detached signature is made with a weak algorithm.

    SigAlg names an algorithm with SHA-1 or MD5. With MD5 or RIPEMD-160 it is an error.

    Why: SHA-1 is broken, and more and more receivers refuse it: AD FS answers MSIS7093 when it
    expects SHA-256.
    Fix: Set the signature algorithm of the sender to RSA-SHA256.
    """
    method = _method(sent)
    if method is None or method.standing == "ok" or method.family == "hmac":
        return
    yield hit(
        case.message_document,
        f"SigAlg names {method.name}",
        owner=case.sending_owner,
        severity=ERROR if method.standing == "broken" else None,
        expected=f"{_RSA_SHA256} or better",
        actual=method.uri,
    )


@rule(
    "redirect-sigalg-hmac",
    on=Sent,
    severity=ERROR,
    cites=[bindings("3.4.4.1"), rfc(9231)],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example(
            "request",
            carry="redirect",
            after=[(ALGORITHMS["rsa-sha256"], ALGORITHMS["hmac-sha256"])],
        )
    ],
    good=_GOOD,
)
def sigalg_hmac(sent: Sent, case: Case) -> Iterator[Hit]:
    """The detached signature is made with a shared secret.

    SigAlg names an HMAC, which has no key pair.

    Why: a careless receiver takes the public key out of the metadata, which everybody has, for the
    secret; then everybody can sign.
    Fix: Do not trust the message; ask its sender, over another channel, whether it is genuine.
    """
    method = _method(sent)
    if method is not None and method.family == "hmac":
        yield hit(
            case.message_document,
            f"SigAlg names {method.name}: a shared secret makes it, not a key pair",
            owner=case.sending_owner,
            expected="an RSA or ECDSA algorithm",
            actual=method.uri,
        )


@rule(
    "redirect-sigalg-key-mismatch",
    on=Sent,
    severity=ERROR,
    cites=[xmldsig("6.4"), bindings("3.4.4.1")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example(
            "request",
            carry="redirect",
            after=[(ALGORITHMS["rsa-sha256"], ALGORITHMS["ecdsa-sha256"])],
        )
    ],
    good=_GOOD,
)
def sigalg_key_mismatch(sent: Sent, case: Case) -> Iterator[Hit]:
    """SigAlg does not fit the keys of the sender.

    SigAlg needs an RSA key and the sender's metadata has only elliptic curve keys, or the other
    way round.

    Why: no key of the sender can have made such a signature, so every receiver refuses it.
    Fix: Compare the key that the sender signs with to those in its metadata, and the algorithm
    that it is set to with the type of that key.
    """
    method = _method(sent)
    wanted = None if method is None else _TYPES.get(method.family)
    check = case.detached
    if method is None or wanted is None or check is None or check.signed_by is not None:
        return
    found = [
        case.certificate(certificate)
        for key in case.relied_on_keys
        for certificate in (key.key_info.certificates if key.key_info else ())
    ]
    types = sorted({facts.key.type for facts in found if facts.key is not None})
    if types and wanted not in types:
        yield hit(
            case.message_document,
            f"SigAlg names {method.name}, which needs a key of type {wanted}; the sender has "
            + " and ".join(types),
            owner=case.sending_owner,
            expected=f"an algorithm for {' or '.join(types)} keys",
            actual=method.uri,
            related=[Place(key, None, "a key of the sender") for key in case.relied_on_keys],
        )


@rule(
    "redirect-embedded-xml-signature",
    on=Signature,
    severity=ERROR,
    cites=[bindings("3.4.4.1")],
    bad=[
        example(
            "request",
            carry="redirect",
            sign="root",
            key="sp-signing",
            also=["transport-redirect-url-too-long"],
        )
    ],
    good=_GOOD,
)
def embedded_signature(signature: Signature, case: Case) -> Iterator[Hit]:
    """A message by HTTP-Redirect has an XML signature in it.

    The message itself is signed in XML, though it came in a query string.

    Why: a signature in the XML has to be taken out before the message is put into an address: it
    makes the address too long, and receivers look for the signature beside the message.
    Fix: Set the sender to sign the query string of HTTP-Redirect and not the XML, or to use
    HTTP-POST.
    """
    if case.sent is None or case.sent.binding != REDIRECT:
        return
    if signature in getattr(case.message, "signatures", ()):
        yield hit(
            signature,
            "The message came by HTTP-Redirect and has an XML signature",
            owner=case.sending_owner,
            expected="a signature in the query string",
        )


RULES = (sigalg_weak, sigalg_hmac, sigalg_key_mismatch, embedded_signature)
