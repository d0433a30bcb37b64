"""Rules on the keys with which an SP and an IdP would secure their messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from samlcheck.model import (
    KeyDescriptor,
    X509Certificate,
)
from samlcheck.rules.case import Case, Pair
from samlcheck.rules.citations import errata, mdiop, metadata, profiles
from samlcheck.rules.rule import ERROR, WARNING, Hit, Place, example, hit, rule

if TYPE_CHECKING:
    from samlcheck.crypto import CertificateFacts

_SIGNING = '    <md:KeyDescriptor use="signing">'


def certificates(keys: Iterable[KeyDescriptor]) -> Iterator[X509Certificate]:
    """Yield the certificates of key descriptors, in document order."""
    for key in keys:
        if key.key_info is not None:
            yield from key.key_info.certificates


def readable(
    keys: Iterable[KeyDescriptor], case: Case
) -> tuple[tuple[X509Certificate, CertificateFacts], ...]:
    """Return the certificates whose public key can be read, with what they hold."""
    return tuple(
        (node, facts)
        for node in certificates(keys)
        if (facts := case.certificate(node)).public_key is not None
    )


def has_key(keys: Iterable[KeyDescriptor], case: Case) -> bool:
    """Tell whether one of the descriptors gives a key: a readable certificate or another form.

    A bare key value, or a name for a key that is known otherwise, counts as a key.
    """
    found = list(keys)
    return any(_other_form(key) for key in found) or bool(readable(found, case))


def _other_form(key: KeyDescriptor) -> bool:
    info = key.key_info
    if info is None or info.certificates:
        return False
    return bool(info.key_values or info.key_names or info.retrieval_methods)


@rule(
    "pair-signed-request-required",
    on=Pair,
    severity=ERROR,
    cites=[metadata("2.4.3"), errata("E7")],
    bad=[
        example("pair", sp=[(_SIGNING, '    <md:KeyDescriptor use="encryption">')]),
        example("pair", sp=[(' AuthnRequestsSigned="true"', "")]),
        example("pair", sp=[('AuthnRequestsSigned="true"', 'AuthnRequestsSigned="false"')]),
    ],
    good=[
        example("pair"),
        example(
            "pair",
            sp=[(' AuthnRequestsSigned="true"', "")],
            idp=[(' WantAuthnRequestsSigned="true"', "")],
        ),
    ],
)
def signed_request_required(pair: Pair, case: Case) -> Iterator[Hit]:
    """The IdP wants signed requests, which the SP does not send.

    The IdP publishes WantAuthnRequestsSigned="true". The SP has no signing key, which is an
    error; or it has one but does not publish AuthnRequestsSigned="true", which is a warning.

    Why: an IdP that means what it publishes refuses every unsigned request, so no login can start
    at the SP.
    Fix: Let the SP sign its requests, with a signing key and AuthnRequestsSigned="true" in its
    metadata, or stop wanting signed requests at the IdP.
    """
    if not pair.idp_role.wants_signed_requests:
        return
    related = [Place(pair.idp_role, "WantAuthnRequestsSigned", "what the IdP wants")]
    if not has_key(pair.sp_role.signing_keys, case):
        yield hit(
            pair.sp_role,
            "The IdP wants signed requests, but the SP has no usable signing key",
            expected="a KeyDescriptor that may sign",
            related=related,
        )
    elif not pair.sp_role.signs_requests:
        flag = pair.sp_role.authn_requests_signed
        yield hit(
            pair.sp_role,
            "The IdP wants signed requests, but the SP does not say that it signs them",
            attribute="AuthnRequestsSigned",
            expected="true",
            actual=None if flag is None else flag.text,
            severity=WARNING,
            related=related,
        )


@rule(
    "pair-signed-assertion-required",
    on=Pair,
    severity=ERROR,
    cites=[metadata("2.4.4"), profiles("4.1.3.5")],
    bad=[
        example("pair", idp=[(_SIGNING, '    <md:KeyDescriptor use="encryption">')]),
        example("pair", idp=[("{cert:idp-signing}", "MIIB"), ("{cert:idp-next}", "MIIB")]),
    ],
    good=[example("pair"), example("pair", idp=[("{cert:idp-signing}", "MIIB")])],
)
def signed_assertion_required(pair: Pair, case: Case) -> Iterator[Hit]:
    """The IdP has no key with which the SP could verify its assertions.

    The SP needs signed assertions, because it publishes WantAssertionsSigned="true" or because a
    response by HTTP-POST has to be signed; the IdP publishes no usable signing key.

    Why: an SP that verifies against metadata refuses every response of this IdP.
    Fix: Publish the certificate that the IdP signs with, in a KeyDescriptor with use="signing".
    """
    wants = pair.sp_role.wants_signed_assertions
    if not wants and case.profile.signature_required == "none":
        return
    if has_key(pair.idp_role.signing_keys, case):
        return
    why = "The SP wants signed assertions" if wants else "Responses have to be signed"
    broken = next(certificates(pair.idp_role.signing_keys), None)
    yield hit(
        broken or pair.idp_role,
        f"{why}, but the IdP has no usable signing key",
        expected="a KeyDescriptor that may sign, with a readable certificate",
        actual=None if broken is None else case.certificate(broken).detail,
        related=[Place(pair.sp_role, "WantAssertionsSigned", "what the SP wants")],
    )


@rule(
    "pair-encryption-impossible",
    on=Pair,
    severity=ERROR,
    cites=[metadata("2.4.1.1"), mdiop("2.5.1")],
    bad=[example("pair", sp=[("{cert:sp-encryption}", "MIIB")])],
    good=[
        example("pair"),
        example("pair", sp=[('use="encryption"', 'use="signing"')]),
    ],
)
def encryption_impossible(pair: Pair, case: Case) -> Iterator[Hit]:
    """The SP asks for encryption with a key that cannot be used.

    The SP publishes a KeyDescriptor with use="encryption", and no certificate that may be used for
    encryption can be read or holds an RSA or elliptic curve key.

    Why: an IdP that encrypts for every SP with an encryption key fails when it makes the response.
    Fix: Publish the SP's encryption certificate again, as unbroken Base64 of the DER octets, or
    remove the KeyDescriptor.
    """
    keys = pair.sp_role.encryption_keys
    meant = [key for key in keys if key.use == "encryption"]
    if not meant or any(_other_form(key) for key in keys):
        return
    if any(facts.key and facts.key.type in ("RSA", "EC") for _, facts in readable(keys, case)):
        return
    broken = next(certificates(meant), None)
    facts = None if broken is None else case.certificate(broken)
    yield hit(
        broken or meant[0],
        "The SP publishes an encryption key, but none that the IdP can encrypt to",
        expected="a certificate with an RSA or elliptic curve key",
        actual=None if facts is None else facts.detail or (facts.key.type if facts.key else None),
    )


@rule(
    "pair-same-key",
    on=Pair,
    severity=WARNING,
    cites=[metadata("2.4.1.1"), mdiop("2.5.1")],
    unless=["pair-same-entityid"],
    bad=[example("pair", sp=[("{cert:sp-signing}", "{cert:idp-signing}")])],
    good=[example("pair")],
)
def same_key(pair: Pair, case: Case) -> Iterator[Hit]:
    """The SP and the IdP sign with the same key.

    A signing key of the SP equals one of the IdP; the certificates around it may differ.

    Why: whoever holds the SP's key can then sign assertions as the IdP and log in as anybody.
    Mostly the certificate of one side was pasted into the metadata of the other.
    Fix: Publish in each metadata the key of that side only; make a new key pair if one is shared.
    """
    theirs = {facts.key_id: node for node, facts in readable(pair.idp_role.signing_keys, case)}
    for node, facts in readable(pair.sp_role.signing_keys, case):
        other = theirs.get(facts.key_id)
        if other is not None:
            yield hit(
                node,
                "The SP has a signing key of the IdP: "
                f"{facts.subject}, SHA-256 {facts.short_fingerprint}...",
                expected="a key that only the SP holds",
                related=[Place(other, None, "the key of the IdP")],
            )


RULES = (
    signed_request_required,
    signed_assertion_required,
    encryption_impossible,
    same_key,
)
