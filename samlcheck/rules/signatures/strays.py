"""Rules on what a signature must not hold, and on parts of signatures elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Signature
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, errata, xmldsig, xmldsig_practices
from samlcheck.rules.message.values import ATTRIBUTE_VALUE, judged_root
from samlcheck.rules.rule import ATTACK, BLOCKS_LOGIN, ERROR, Hit, example, hit, rule
from samlcheck.rules.signatures.form import problems, whoever_asks
from samlcheck.xml import Document
from samlcheck.xml.names import DS, MD, SAML, XENC, clark, display

_GOOD = (example("response"), example("response", sign="both"))
_FORGED = (ATTACK, BLOCKS_LOGIN)
_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_MOST: Final = 3
#: What occurs in signatures alone; a digest method or a transform is named elsewhere, too.
_PARTS: Final = tuple(
    clark(DS, name)
    for name in ("SignedInfo", "Reference", "DigestValue", "SignatureValue", "Object", "Manifest")
)
#: Where such an element belongs to somebody else's signature or cipher.
_PROPER_PLACES: Final = (
    clark(DS, "Signature"),
    clark(XENC, "EncryptedData"),
    clark(XENC, "EncryptedKey"),
    clark(SAML, "SubjectConfirmationData"),
    ATTRIBUTE_VALUE,
    clark(MD, "EntityDescriptor"),
    clark(MD, "EntitiesDescriptor"),
)


@rule(
    "sig-object-child",
    on=Signature,
    severity=ERROR,
    cites=[errata("E91")],
    tags=_FORGED,
    unless=["xsw-*", "sig-manifest"],
    bad=[example("response", after=[("</ds:KeyInfo>", "</ds:KeyInfo><ds:Object/>")])],
    good=_GOOD,
)
def object_child(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature carries a ds:Object.

    SAML signatures are enveloped: what they sign stands around them, never inside.

    Why: the genuine signed content can hide there while the receiver reads a forged one.
    Fix: Do not trust the document; ask its sender, over another channel, whether it is genuine.
    """
    yield from problems(signature, case, "sig-object-child", forged=True)


@rule(
    "sig-stray-dsig-node",
    on=(Signature, Document),
    severity=ERROR,
    cites=[xmldsig("4.2"), xmldsig_practices()],
    tags=_FORGED,
    unless=["xsw-*"],
    bad=[
        example("response", after=[("</ds:X509Data>", "</ds:X509Data><ds:SignatureValue/>")]),
        example("response", after=[("</ds:KeyInfo>", "</ds:KeyInfo><ds:KeyInfo/>")]),
        example(
            "response",
            (
                "<samlp:Status>",
                f'<samlp:Extensions><ds:DigestValue xmlns:ds="{_DSIG}">AAAA</ds:DigestValue>'
                "</samlp:Extensions><samlp:Status>",
            ),
            also=["response-extensions-content"],
        ),
    ],
    good=_GOOD,
)
def stray_node(subject: Signature | Document, case: Case) -> Iterator[Hit]:
    """A part of a signature stands where it does not belong.

    A signature has one ds:SignedInfo, ds:SignatureValue and ds:KeyInfo and in them each part once.
    Another element was found among them, or one of these parts elsewhere in the message.

    Why: software that looks for such an element anywhere below the signature finds the wrong one.
    Fix: Do not trust the document; ask its sender, over another channel, whether it is genuine.
    """
    if isinstance(subject, Signature):
        yield from list(problems(subject, case, "sig-stray-dsig-node", forged=True))[:_MOST]
        return
    root = judged_root(subject, case)
    for element in () if root is None else root.iterdescendants(*_PARTS):
        parent = element.getparent()
        if parent is not None and next(element.iterancestors(*_PROPER_PLACES), None) is None:
            yield hit(
                element,
                f"{display(str(element.tag))} stands in {display(str(parent.tag))}",
                expected="parts of a signature in a signature only",
                owner=whoever_asks(case),
            )
            return


@rule(
    "sig-manifest",
    on=Signature,
    severity=ERROR,
    cites=[core("5.4.2"), xmldsig("5.1"), xmldsig_practices()],
    tags=_FORGED,
    unless=["xsw-*"],
    bad=[
        example(
            "response",
            after=[
                (
                    "</ds:KeyInfo>",
                    '</ds:KeyInfo><ds:Object><ds:Manifest Id="m"/></ds:Object>',
                )
            ],
        ),
        example(
            "response",
            after=[("<ds:Reference URI", f'<ds:Reference Type="{_DSIG}Manifest" URI')],
        ),
    ],
    good=_GOOD,
)
def manifest(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature signs a list of references instead of the content.

    It holds a ds:Manifest or ds:SignatureProperties, or its ds:Reference is of such a type.

    Why: the digests in a manifest need not be checked for the signature to count as good, so what
    they cover can be changed at will.
    Fix: Do not trust the document; ask its sender, over another channel, whether it is genuine.
    """
    yield from problems(signature, case, "sig-manifest", forged=True)


RULES = (object_child, manifest, stray_node)
