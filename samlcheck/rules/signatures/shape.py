"""Rules on the parts of a signature: each is there once, in its place, with a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    Assertion,
    EntitiesDescriptor,
    EntityDescriptor,
    ProtocolMessage,
    RoleDescriptor,
    Signature,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, cve, paper, xmldsig
from samlcheck.rules.rule import ATTACK, BLOCKS_LOGIN, ERROR, Hit, Place, example, hit, rule
from samlcheck.rules.signatures import strays
from samlcheck.rules.signatures.form import problems, whoever_asks
from samlcheck.xml.names import display

_GOOD = (example("response"), example("response", sign="both"))
_FORGED = (ATTACK, BLOCKS_LOGIN)
_CERT = "</ds:X509Certificate>"
_ID = "_4c92e8f7061b4ad5935fd1a70e2b6c83"
_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
#: Another signature over the assertion of the base document; nobody made it.
SECOND: Final = (
    f'<ds:Signature xmlns:ds="{_DSIG}"><ds:SignedInfo>'
    f'<ds:CanonicalizationMethod Algorithm="{_EXCLUSIVE}"/>'
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
    f'<ds:Reference URI="#{_ID}"><ds:Transforms>'
    f'<ds:Transform Algorithm="{_DSIG}enveloped-signature"/>'
    f'<ds:Transform Algorithm="{_EXCLUSIVE}"/></ds:Transforms>'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
    "<ds:DigestValue>AAAA</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    "<ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>"
)
_EMPTY_SHA256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

Signed = ProtocolMessage | Assertion | EntityDescriptor | EntitiesDescriptor | RoleDescriptor


@rule(
    "sig-multiple-signedinfo",
    on=Signature,
    severity=ERROR,
    cites=[
        xmldsig("4.2"),
        paper("CVE-2025-29774", "https://www.cve.org/CVERecord?id=CVE-2025-29774"),
    ],
    tags=_FORGED,
    unless=["xsw-9"],
    bad=[example("response", after=[("</ds:SignedInfo>", "</ds:SignedInfo><ds:SignedInfo/>")])],
    good=_GOOD,
)
def signed_info_count(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature does not have exactly one SignedInfo.

    ds:Signature holds several ds:SignedInfo elements, or none.

    Why: with two, a receiver can verify the one and take the digest from the other; real products
    fell for it.
    Fix: Do not trust the document; ask its sender, over another channel, whether it is genuine.
    """
    yield from problems(signature, case, "sig-multiple-signedinfo", forged=True)


@rule(
    "sig-value-malformed",
    on=Signature,
    severity=ERROR,
    cites=[xmldsig("4.3"), xmldsig("4.4.3.6")],
    tags=[BLOCKS_LOGIN],
    bad=[
        example("response", after=[("<ds:SignatureValue>", "<ds:SignatureValue>*")]),
        example("response", after=[("<ds:DigestValue>", "<ds:DigestValue>*")]),
    ],
    good=_GOOD,
)
def value_malformed(signature: Signature, case: Case) -> Iterator[Hit]:
    """The digest or the signature value is not Base64, or is not there.

    ds:DigestValue and ds:SignatureValue hold the Base64 text of some octets.

    Why: there is nothing to verify, so every receiver refuses the document. Often the text was cut
    off, or characters were changed on its way through a log or a form.
    Fix: Capture the document again, whole; if it was sent so, the sender's software is at fault.
    """
    yield from problems(signature, case, "sig-value-malformed")


@rule(
    "xml-comment-in-digestvalue",
    on=Signature,
    severity=ERROR,
    cites=[
        xmldsig("4.4.3.6"),
        paper("CVE-2025-29775", "https://www.cve.org/CVERecord?id=CVE-2025-29775"),
    ],
    tags=_FORGED,
    bad=[
        example(
            "response", after=[("<ds:DigestValue>", '<ds:DigestValue><n xmlns="urn:example:n"/>')]
        )
    ],
    good=_GOOD,
)
def split_value(signature: Signature, case: Case) -> Iterator[Hit]:
    """A comment or an element stands inside the digest or the signature value.

    ds:DigestValue or ds:SignatureValue holds more than text.

    Why: one part of a program reads the text before the comment and another all of it; that made
    forged logins possible in real products.
    Fix: Do not trust the document; ask its sender, over another channel, whether it is genuine.
    """
    yield from problems(signature, case, "xml-comment-in-digestvalue", forged=True)


@rule(
    "sig-digest-of-empty",
    on=Signature,
    severity=ERROR,
    cites=[
        xmldsig("4.4.3.6"),
        cve("CVE-2025-66475", "signatures over a canonical form that is empty"),
    ],
    tags=_FORGED,
    bad=[
        example(
            "response",
            after=[
                ("<ds:DigestValue>", f"<ds:DigestValue>{_EMPTY_SHA256}</ds:DigestValue><ds:Old>"),
                ("</ds:DigestValue></ds:Reference>", "</ds:Old></ds:Reference>"),
            ],
            also=["sig-stray-dsig-node"],
        )
    ],
    good=_GOOD,
)
def digest_of_empty(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature covers nothing at all.

    The digest is that of zero octets.

    Why: canonicalization can be made to fail silently; a signature over the empty result then
    fits every document.
    Fix: Do not trust the document; ask its sender, over another channel, whether it is genuine.
    """
    yield from problems(signature, case, "sig-digest-of-empty", forged=True)


@rule(
    "sig-multiple-in-element",
    on=(
        ProtocolMessage,
        Assertion,
        EntityDescriptor,
        EntitiesDescriptor,
        RoleDescriptor,
    ),
    severity=ERROR,
    cites=[core("5.4.1")],
    tags=_FORGED,
    bad=[
        example(
            "response",
            ("    <saml:Subject>", f"    {SECOND}\n    <saml:Subject>"),
            also=["sig-digest-mismatch", "sig-signedinfo-invalid"],
        )
    ],
    good=_GOOD,
)
def multiple_in_element(signed: Signed, case: Case) -> Iterator[Hit]:
    """An element has two signatures.

    The schemas allow one ds:Signature in each signed element.

    Why: one receiver verifies the first and another the last, so a genuine one can lend its trust
    to a forged one.
    Fix: Do not trust the document; ask its sender, over another channel, whether it is genuine.
    """
    if len(signed.signatures) > 1:
        yield hit(
            signed.signatures[1],
            f"{display(str(signed.element.tag))} has {len(signed.signatures)} signatures",
            expected="at most one",
            actual=str(len(signed.signatures)),
            owner=whoever_asks(case),
            related=[Place(signed.signatures[0], None, "the first signature")],
        )


RULES = (
    signed_info_count,
    *strays.RULES,
    value_malformed,
    split_value,
    digest_of_empty,
    multiple_in_element,
)
