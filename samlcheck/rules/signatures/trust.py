"""Rules on whose key made a signature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from samlcheck.model import (
    Assertion,
    EntitiesDescriptor,
    EntityDescriptor,
    Message,
    ProtocolMessage,
    Signature,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import (
    core,
    cve,
    mdiop,
    metadata,
    paper,
    profiles,
    xmldsig,
    xmldsig_practices,
)
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    SP,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.signatures.form import NO_TRUST, method_of, sender, signer
from samlcheck.rules.wording import signed_thing

if TYPE_CHECKING:
    from samlcheck.crypto import CertificateFacts

_CERTIFICATE = "<ds:X509Data><ds:X509Certificate>{cert:stranger}</ds:X509Certificate></ds:X509Data>"
#: The key of the certificate "stranger" of the tests.
_BARE_KEY = (
    "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>sY7cQuJilV4n7uqTb9NvUfHU+MaV8zuH2otjpk125inW3HXCohTl3R"
    "Tci6sCn9PuWU86k/TTqJxhYvM3h2U3Q5rkefX1L5p61ffjmAb1PGZDcUHWal84FNnvm16ap6zFMHTC0IKOqKYcfp3LmP+CHV"
    "ugpB+53IeJPSXslOvh5jOgVl7gKEnZ3dEyLHaApFc/IkyTqrvMEzCRO7n//5a6nNWA2Op2SAV9XG3n2N1uPq+uKhYi6JxELX"
    "HcYw1FGFbQkpOGibDixnOoaJLcKhVgATLVe4mqclHM9xJvji6m5uBxqIcrGruJCa5a5dFBhE5aHbF1KAIrJVXi3bh3isCflw"
    "==</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
)
#: Key families of signature algorithms, and the type of key that each needs.
_TYPES = {"rsa": "RSA", "rsa-pss": "RSA", "ecdsa": "EC", "dsa": "DSA"}
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_RSA_SHA256 = _MORE + "rsa-sha256"


@rule(
    "sig-keyinfo-only-trust",
    on=Signature,
    severity=ERROR,
    cites=[
        core("5.4.5"),
        mdiop("2.5.1"),
        xmldsig_practices(),
        paper(
            "CVE-2021-21239: any key that the message carries is trusted",
            "https://nvd.nist.gov/vuln/detail/CVE-2021-21239",
        ),
    ],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example("response", key="stranger"),
        example("response", key="stranger", after=[(_CERTIFICATE, _BARE_KEY)]),
    ],
    good=[example("response"), example("response", key="idp-next")],
)
def keyinfo_only_trust(signature: Signature, case: Case) -> Iterator[Hit | Unknown]:
    """The signature was made with a key that the sender's metadata does not name.

    The signature is intact, but only under the certificate or the bare key that the message itself
    carries. Anybody can make such a message.

    Why: a receiver that trusts the metadata refuses it. Either the sender has changed its signing
    key and the receiver still has the old metadata, or the message is forged.
    Fix: Ask the sender, over another channel, whether the certificate shown is its own. If it is,
    load the sender's current metadata at the receiver; if it is not, somebody forged a login.
    """
    if case.kind != "message":
        return
    check = case.check(signature)
    key = check.signed_by
    if key is None and check.status != "malformed":
        yield from _bare(signature, case)
    if key is None or key.purpose != "embedded" or _told_outside(signature, case):
        return
    known = _trusted_prints(case)
    if not known:
        yield Unknown(NO_TRUST)
        return
    yield hit(
        key.node or signature,
        f"{signed_thing(signature)} was signed with a key that the sender's metadata does not name",
        expected="a signing certificate of the metadata: " + ", ".join(known),
        actual=f"{key.facts.subject}, SHA-256 {key.facts.short_fingerprint}...",
        related=[Place(node.element, None, "trusted key") for node in case.relied_on_keys],
    )


def _bare(signature: Signature, case: Case) -> Iterator[Hit | Unknown]:
    """Yield the finding on a signature that a bare key in it made."""
    if signature.key_info is None or not signature.key_info.key_values:
        return
    from samlcheck.crypto import made_with_bare_key

    value = made_with_bare_key(signature)
    known = _trusted_prints(case)
    if value is not None and not known:
        yield Unknown(NO_TRUST)
    elif value is not None:
        yield hit(
            value,
            f"{signed_thing(signature)} was signed with a bare key that only the message names",
            expected="a signing certificate of the metadata: " + ", ".join(known),
        )


def _told_outside(signature: Signature, case: Case) -> bool:
    """Tell whether the same key signed the message around this part, where it is told already."""
    outer: tuple[Signature, ...] = getattr(case.message, "signatures", ())
    maker = case.check(signature).signed_by
    outer_makers = [case.check(item).signed_by for item in outer if item is not signature]
    return signature not in outer and any(
        maker is not None and other is not None and maker.facts is other.facts
        for other in outer_makers
    )


def _trusted_prints(case: Case) -> list[str]:
    prints = []
    for key in case.relied_on_keys:
        for certificate in key.key_info.certificates if key.key_info else ():
            facts = case.certificate(certificate)
            if facts.public_key is not None:
                prints.append(f"SHA-256 {facts.short_fingerprint}...")
    return prints


@rule(
    "sig-verifies-with-other-key",
    on=Signature,
    severity=ERROR,
    cites=[metadata("2.4.1.1"), profiles("4.1.4.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[example("response", key="idp-encryption")],
    good=[example("response")],
)
def verifies_with_other_key(signature: Signature, case: Case) -> Iterator[Hit | Unknown]:
    """The signature was made with a key that the metadata names, but not for this.

    The signature verifies with an encryption key of the sender, or with a key of another entity
    in the metadata given.

    Why: a receiver uses only the sender's signing keys, so it refuses the message; the case tells
    of two tenants, environments or key files mixed up.
    Fix: Let the sender sign with a key that its metadata lists with use="signing", or correct the
    metadata; check that the metadata is of the same tenant and environment.
    """
    check = case.check(signature)
    key = check.signed_by
    if key is None or key.trusted or key.purpose == "embedded" or _told_outside(signature, case):
        return
    if sender(case) is None:
        yield Unknown(NO_TRUST)  # whose key it should have been is not known
        return
    yield hit(
        signature.signature_value or signature,
        f"{signed_thing(signature)} was signed with {key.words}",
        expected="a signing key of the sender: "
        + (", ".join(_trusted_prints(case)) or "its metadata has none"),
        related=[Place(key.node, None, "the key that made it")],
    )


@rule(
    "sig-alg-key-type-mismatch",
    on=Signature,
    severity=ERROR,
    cites=[xmldsig("6.4")],
    tags=[BLOCKS_LOGIN],
    bad=[example("response", after=[(_RSA_SHA256, _MORE + "ecdsa-sha256")])],
    good=[example("response")],
)
def key_type_mismatch(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature algorithm does not fit the keys of the sender.

    The algorithm needs an RSA key and the sender's metadata has only elliptic curve keys, or the
    other way round. Where no metadata tells, the certificate in the signature counts.

    Why: no key of the sender can have made such a signature, so every receiver refuses it.
    Fix: Compare the certificate that the sender signs with to those in its metadata; they are of
    different keys.
    """
    method = method_of(signature)
    wanted = None if method is None else _TYPES.get(method.family)
    if method is None or wanted is None or case.check(signature).signed_by is not None:
        return
    types = sorted({facts.key.type for facts in _keys(signature, case) if facts.key is not None})
    if types and wanted not in types:
        yield hit(
            signature.signature_method,
            f"The signature algorithm {method.name} needs a key of type {wanted}; the sender has "
            + " and ".join(types),
            attribute="Algorithm",
            expected=f"an algorithm for {' or '.join(types)} keys",
            actual=method.uri,
            owner=signer(case),
            related=[Place(key, None, "a key of the sender") for key in case.relied_on_keys],
        )


def _keys(signature: Signature, case: Case) -> Iterator[CertificateFacts]:
    """Yield the sender's certificates: those of its metadata, or else the embedded ones."""
    infos = [key.key_info for key in case.relied_on_keys] or [signature.key_info]
    for info in infos:
        for certificate in () if info is None else info.certificates:
            yield case.certificate(certificate)


@rule(
    "sig-no-keyed-trust",
    on=(ProtocolMessage, Assertion, EntityDescriptor, EntitiesDescriptor),
    severity=INFO,
    cites=[
        metadata("3"),
        core("5.4.5"),
        cve("CVE-2020-2021", "without a certificate to compare with, every signature passes"),
    ],
    tags=[BLOCKS_LOGIN],
    unless=["sig-verifies-with-other-key"],
    bad=[
        example("idp", sign="root"),
        example(
            "response", idp=[("{cert:idp-signing}", "MIIDBTCC"), ("{cert:idp-next}", "MIIDBTCC")]
        ),
    ],
    good=[example("idp"), example("response")],
)
def no_keyed_trust(
    signed: ProtocolMessage | Assertion | EntityDescriptor | EntitiesDescriptor, case: Case
) -> Iterator[Hit | Unknown]:
    """The document is signed, but there is no key to verify it with.

    A signature proves something only against a key that was obtained otherwise. Its digest is
    checked all the same.

    Why: "signed" is easily read as "verified". Without a key nothing is known about the author.
    Fix: Give the metadata or the certificate whose key should have made the signature.
    """
    if not signed.signatures:
        return
    signature = signed.signatures[0]
    if case.kind == "metadata":
        if not case.context.trust and case.check(signature).status != "malformed":
            yield hit(signature, "The metadata is signed, but no key was given: not verified")
        return
    if sender(case) is None:
        yield Unknown(NO_TRUST)
    elif _trusted_prints(case):
        return
    elif any(key.key_info and key.key_info.key_values for key in case.relied_on_keys):
        yield Unknown("the sender's metadata has bare key values, which are not tried")
    elif signed is case.message or not _signed(case.message):
        yield hit(
            signature,
            "The message is signed, but its sender's metadata has no usable signing certificate",
            severity=ERROR,
            owner=signer(case),
        )


def _signed(message: Message | None) -> bool:
    return bool(getattr(message, "signatures", ()))


RULES = (keyinfo_only_trust, verifies_with_other_key, key_type_mismatch, no_keyed_trust)
