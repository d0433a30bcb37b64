"""Rules on what is done to the signed content before its digest is made."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Signature
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, cve, metadata, xmldsig, xmldsig_practices
from samlcheck.rules.rule import ATTACK, BLOCKS_LOGIN, ERROR, WARNING, Hit, example, rule
from samlcheck.rules.signatures.form import problems

_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_METHOD = '<ds:CanonicalizationMethod Algorithm="{}"/>'
_TRANSFORM = '<ds:Transform Algorithm="{}"/>'
_GOOD = (example("response"), example("response", sign="both"))


@rule(
    "sig-transform-not-allowed",
    on=Signature,
    severity=ERROR,
    cites=[
        core("5.4.4"),
        metadata("3.1.4"),
        xmldsig_practices(),
        cve("CVE-2022-47966", "a transform in a signature runs code in the receiver"),
    ],
    tags=[ATTACK, BLOCKS_LOGIN],
    bad=[
        example(
            "response",
            after=[
                (
                    _TRANSFORM.format(_EXCLUSIVE),
                    _TRANSFORM.format("http://www.w3.org/TR/1999/REC-xslt-19991116"),
                )
            ],
        )
    ],
    good=_GOOD,
)
def transform_not_allowed(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature uses a transform that can hide content.

    SAML signatures use the enveloped-signature transform and exclusive canonicalization. Another
    one was found, such as XSLT or XPath; it is never carried out.

    Why: such a transform can take content out of what is signed, or run code in the receiver.
    Fix: Do not trust the document; ask its sender, over another channel, whether it is genuine.
    """
    yield from problems(signature, case, "sig-transform-not-allowed", forged=True)


@rule(
    "sig-no-enveloped-transform",
    on=Signature,
    severity=ERROR,
    cites=[core("5.4.4"), metadata("3.1.4"), xmldsig("6.6.4")],
    tags=[BLOCKS_LOGIN],
    bad=[
        example("response", after=[(_TRANSFORM.format(_ENVELOPED), "")]),
        example(
            "response",
            after=[
                (
                    _TRANSFORM.format(_ENVELOPED) + _TRANSFORM.format(_EXCLUSIVE),
                    _TRANSFORM.format(_EXCLUSIVE) + _TRANSFORM.format(_ENVELOPED),
                )
            ],
        ),
    ],
    good=_GOOD,
)
def no_enveloped_transform(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature lacks the enveloped-signature transform, or applies it too late.

    The signature stands inside what it signs, so a transform has to take it out before the content
    is canonicalized and the digest is made.

    Why: without it the digest is also one of the signature itself and can never match; behind a
    canonicalization there is no signature any more to be taken out.
    Fix: Let the sender sign with the transforms enveloped-signature and exclusive
    canonicalization, in this order.
    """
    yield from problems(signature, case, "sig-no-enveloped-transform")


@rule(
    "sig-transform-count",
    on=Signature,
    severity=ERROR,
    cites=[core("5.4.4"), xmldsig("6.6.4")],
    tags=[BLOCKS_LOGIN],
    bad=[
        example(
            "response",
            after=[(_TRANSFORM.format(_EXCLUSIVE), _TRANSFORM.format(_EXCLUSIVE) * 2)],
        ),
    ],
    good=_GOOD,
)
def transform_count(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature has too many transforms.

    Two are needed: one that takes the signature out of what it signs, and one canonicalization.

    Why: more than two are refused by common software, because they serve attacks only.
    Fix: Let the sender sign with enveloped-signature and exclusive canonicalization, once each.
    """
    yield from problems(signature, case, "sig-transform-count")


@rule(
    "sig-c14n-not-allowed",
    on=Signature,
    severity=WARNING,
    cites=[core("5.4.3"), metadata("3.1.3")],
    tags=[BLOCKS_LOGIN],
    bad=[
        example(
            "response", after=[(_METHOD.format(_EXCLUSIVE), _METHOD.format("urn:example:c14n"))]
        ),
        example(
            "response",
            after=[(_METHOD.format(_EXCLUSIVE), _METHOD.format(_INCLUSIVE))],
            also=["sig-signedinfo-invalid"],
        ),
    ],
    good=_GOOD,
)
def canonicalization_not_allowed(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature does not use exclusive canonicalization.

    SAML asks for exclusive canonicalization of SignedInfo and of the content. Inclusive methods
    are a warning; a method that is not known is an error.

    Why: under inclusive canonicalization the namespaces of the surrounding document are signed
    too, so the signature breaks when the element is taken out of it or put into another.
    Fix: Let the sender sign with http://www.w3.org/2001/10/xml-exc-c14n#.
    """
    found = list(problems(signature, case, "sig-c14n-not-allowed"))
    errors = [item for item in found if item.severity == ERROR]
    yield from (errors or found)[:1]


RULES = (
    transform_not_allowed,
    no_enveloped_transform,
    transform_count,
    canonicalization_not_allowed,
)
