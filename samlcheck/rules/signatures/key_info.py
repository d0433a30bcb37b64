"""Rules on the keys that a signature carries with it."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Signature
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdiop, xmldsig, xmldsig_practices
from samlcheck.rules.rule import (
    ATTACK,
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
from samlcheck.rules.signatures import advice, key_forms
from samlcheck.rules.signatures.form import signer, whoever_asks
from samlcheck.xml.names import DS, DSIG11, clark, split_clark

_GOOD = (example("response"), example("response", sign="both"))
_CERT = "</ds:X509Certificate>"
_POINTERS = (clark(DS, "RetrievalMethod"), clark(DSIG11, "KeyInfoReference"))


@rule(
    "sig-keyinfo-retrievalmethod",
    on=Signature,
    severity=ERROR,
    cites=[xmldsig("4.5.3"), xmldsig_practices()],
    tags=[ATTACK, BLOCKS_LOGIN],
    bad=[
        example(
            "response",
            after=[
                (
                    "<ds:KeyInfo>",
                    '<ds:KeyInfo><ds:RetrievalMethod URI="https://idp.example.org/key"/>',
                )
            ],
        ),
        example(
            "response",
            after=[
                ("<ds:X509Data>", '<ds:X509Data><ds:RetrievalMethod URI="#_4c92e8f7061b4ad59"/>')
            ],
        ),
    ],
    good=_GOOD,
)
def retrieval_method(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature tells its receiver to fetch the key.

    ds:KeyInfo holds a ds:RetrievalMethod or dsig11:KeyInfoReference, at whatever depth. It is never
    followed.

    Why: a receiver that follows it makes a request that the sender chose, and takes the key from
    whoever answers.
    Fix: Do not trust the document; ask its sender, over another channel, whether it is genuine.
    """
    for method in signature.element.iterdescendants(*_POINTERS):
        uri = method.get("URI")
        yield hit(
            method,
            f"The signature points to its key with a {split_clark(str(method.tag))[1]}: {uri!r}",
            attribute="URI",
            expected="the certificate itself, or nothing",
            actual=uri,
            owner=whoever_asks(case),
        )


@rule(
    "sig-keyinfo-multiple-certs",
    on=Signature,
    severity=INFO,
    cites=[xmldsig("4.5.4")],
    bad=[
        example(
            "response",
            after=[(_CERT, _CERT + "<ds:X509Certificate>{cert:stranger}" + _CERT)],
        )
    ],
    good=_GOOD,
)
def several_certificates(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature carries several certificates.

    ds:KeyInfo holds more than one ds:X509Certificate, such as a chain of issuers.

    Why: receivers that compare the certificate with the one they know may take the wrong one.
    Fix: Let the sender embed the one certificate whose key it signs with.
    """
    certificates = () if signature.key_info is None else signature.key_info.certificates
    if len(certificates) > 1:
        yield hit(
            certificates[1],
            f"The signature carries {len(certificates)} certificates",
            expected="one",
            actual=", ".join(case.certificate(node).subject for node in certificates),
            owner=signer(case),
        )


@rule(
    "sig-keyinfo-cert-mismatch",
    on=Signature,
    severity=WARNING,
    cites=[mdiop("2.5.1")],
    owner=IDP,
    bad=[
        example(
            "response",
            after=[("{cert:idp-signing}" + _CERT, "{cert:stranger}" + _CERT)],
        )
    ],
    good=[example("response")],
)
def keyinfo_certificate_mismatch(signature: Signature, case: Case) -> Iterator[Hit]:
    """The certificate in the signature is not the one that its key is known by.

    The signature verifies with a trusted key, while the certificate carried in KeyInfo belongs to
    another key.

    Why: some receivers compare the embedded certificate with the one they have and refuse the
    message although the signature is good.
    Fix: Configure the sender to embed the certificate of the key that it signs with.
    """
    check = case.check(signature)
    key = check.signed_by
    if key is None or not key.trusted or signature.key_info is None:
        return
    embedded = [
        (node, facts)
        for node in signature.key_info.certificates
        if (facts := case.certificate(node)).key_id is not None
    ]
    if not embedded or any(facts.key_id == key.facts.key_id for _, facts in embedded):
        return
    node, facts = embedded[0]
    yield hit(
        node,
        "The certificate in the signature is not that of the key that made it",
        expected=f"{key.facts.subject}, SHA-256 {key.facts.short_fingerprint}...",
        actual=f"{facts.subject}, SHA-256 {facts.short_fingerprint}...",
    )


RULES = (
    retrieval_method,
    several_certificates,
    keyinfo_certificate_mismatch,
    *key_forms.RULES,
    *advice.RULES,
)
