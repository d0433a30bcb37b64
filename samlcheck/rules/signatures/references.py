"""Rules on what a signature covers."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from samlcheck.model import Signature
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, metadata, xmldsig_practices
from samlcheck.rules.rule import ATTACK, BLOCKS_LOGIN, ERROR, Hit, example, rule
from samlcheck.rules.signatures.form import problems

_ID = "_4c92e8f7061b4ad5935fd1a70e2b6c83"
_METADATA_ID = "_c81e47b02f9d4a53a7d60e1b39f5c284"
_URI = f'URI="#{_ID}"'
_RESPONSE_URI = 'URI="#_b07d5a3e1f6249c8bd93026ea41c7f58"'
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_TRANSFORM = '<ds:Transform Algorithm="{}"/>'
_SECOND = (
    f"</ds:Reference><ds:Reference {_URI}><ds:Transforms>{_TRANSFORM.format(_ENVELOPED)}"
    f"{_TRANSFORM.format(_EXCLUSIVE)}</ds:Transforms>"
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
    "<ds:DigestValue>AAAA</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)
_REFERENCES = (core("5.4.2"), metadata("3.1.2"))
_GOOD = (example("response"), example("response", sign="both"))
_BLOCKS = (BLOCKS_LOGIN,)
_FORGED = (ATTACK, BLOCKS_LOGIN)


@rule(
    "sig-reference-count",
    on=Signature,
    severity=ERROR,
    cites=_REFERENCES,
    tags=_FORGED,
    unless=["sig-hashed-not-signed-element"],
    bad=[example("response", after=[("</ds:Reference></ds:SignedInfo>", _SECOND)])],
    good=_GOOD,
)
def reference_count(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature does not have exactly one reference.

    A SAML signature covers one element, so SignedInfo holds one ds:Reference.

    Why: with several, one receiver checks the first and another reads what the second covers;
    with none, the signature covers nothing.
    Fix: Do not trust the document; ask its sender, over another channel, whether it is genuine.
    """
    yield from problems(signature, case, "sig-reference-count", forged=True)


@rule(
    "sig-reference-no-uri",
    on=Signature,
    severity=ERROR,
    cites=_REFERENCES,
    tags=_BLOCKS,
    bad=[example("response", after=[(f" {_URI}", "")])],
    good=_GOOD,
)
def reference_without_uri(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature does not say what it covers.

    ds:Reference has no URI attribute.

    Why: nobody can tell from the document what the digest was made of, so receivers refuse it.
    Fix: Let the sender's software write URI="#" and the ID of the element that it signs.
    """
    yield from problems(signature, case, "sig-reference-no-uri")


@rule(
    "sig-reference-empty-uri",
    on=Signature,
    severity=ERROR,
    cites=_REFERENCES,
    unless=["sig-root-no-id"],
    bad=[
        example(
            "idp",
            sign="root",
            after=[(f'URI="#{_METADATA_ID}"', 'URI=""')],
            also=["sig-no-keyed-trust", "sig-signedinfo-invalid"],
        ),
        example(
            "response",
            sign="response",
            sp=[('WantAssertionsSigned="true"', 'WantAssertionsSigned="false"')],
            after=[(_RESPONSE_URI, 'URI=""')],
            also=["sig-signedinfo-invalid"],
        ),
    ],
    good=[*_GOOD, example("idp", sign="root", also=["sig-no-keyed-trust"])],
)
def reference_empty(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature refers to the whole document instead of its element.

    The signature of the root element has a ds:Reference with URI="". SAML wants the ID of the
    element that is signed. The login is not refused for it, because the root is the whole document.

    Why: it covers something else as soon as the element is put into another document. On the root
    element many receivers tolerate it, and some refuse it.
    Fix: Give the signed element an ID and let the Reference name it.
    """
    for found in problems(signature, case, "sig-reference-empty-uri"):
        if found.severity != ERROR:  # nothing else than what it should cover is covered
            yield attrs.evolve(found, severity=ERROR)


@rule(
    "sig-reference-whole-document",
    on=Signature,
    severity=ERROR,
    cites=_REFERENCES,
    tags=_BLOCKS,
    bad=[example("response", after=[(_URI, 'URI=""')])],
    good=_GOOD,
)
def reference_whole_document(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature of an inner element refers to the whole document.

    A signature that does not stand in the root element has a ds:Reference with URI="", which means
    the document and not the element.

    Why: what the signature is over is not what it stands in, so receivers must not take the element
    for signed.
    Fix: Give the signed element an ID and let the Reference name it.
    """
    for found in problems(signature, case, "sig-reference-empty-uri"):
        if found.severity == ERROR:
            yield found


@rule(
    "sig-reference-not-fragment",
    on=Signature,
    severity=ERROR,
    cites=[*_REFERENCES, xmldsig_practices()],
    tags=_FORGED,
    bad=[
        example("response", after=[(_URI, 'URI="https://idp.example.org/assertion.xml"')]),
        example("response", after=[(_URI, f"URI=\"#xpointer(id('{_ID}'))\"")]),
    ],
    good=_GOOD,
)
def reference_not_a_fragment(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature covers something outside the document.

    The URI of ds:Reference is not "#" and an ID: it is an address, or an expression.

    Why: a receiver that follows it fetches what the sender wants, and then trusts a document in
    which nothing is signed.
    Fix: Do not trust the document; ask its sender, over another channel, whether it is genuine.
    """
    yield from problems(signature, case, "sig-reference-not-fragment", forged=True)


@rule(
    "sig-reference-wrong-target",
    on=Signature,
    severity=ERROR,
    cites=_REFERENCES,
    tags=_FORGED,
    unless=[
        "xsw-*",
        "sig-position",
        "message-wrapping-request",
        "sig-hashed-not-signed-element",
    ],
    bad=[example("response", after=[(_URI, 'URI="#_b07d5a3e1f6249c8bd93026ea41c7f58"')])],
    good=_GOOD,
)
def reference_wrong_target(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature covers another element than the one it stands in.

    The ID in ds:Reference belongs to an element that is not the parent of the signature.

    Why: this is how signature wrapping works: a genuine signature over something harmless is put
    into a forged element, and careless receivers take the forged one for signed.
    Fix: Do not trust the document; ask its sender, over another channel, whether it is genuine.
    """
    yield from problems(signature, case, "sig-reference-wrong-target", forged=True)


@rule(
    "sig-reference-ambiguous",
    on=Signature,
    severity=ERROR,
    cites=[*_REFERENCES, core("1.3.4")],
    tags=_FORGED,
    unless=["xsw-*", "parser-id-resolution"],
    bad=[
        example(
            "idp",
            (
                "Example University</mdui:DisplayName>",
                "Example University</mdui:DisplayName>"
                f'<n:note xmlns:n="urn:example:note" id="{_METADATA_ID}"/>',
            ),
            sign="root",
            also=["xml-duplicate-id"],
        )
    ],
    good=_GOOD,
)
def reference_ambiguous(signature: Signature, case: Case) -> Iterator[Hit]:
    """Two elements have the ID that the signature covers.

    The ID in ds:Reference occurs more than once, in whatever spelling of the attribute.

    Why: one receiver checks the first element and reads the second; wrapping attacks use this.
    Fix: Do not trust the document; ask its sender, over another channel, whether it is genuine.
    """
    yield from problems(signature, case, "sig-reference-ambiguous", forged=True)


@rule(
    "sig-reference-dangling",
    on=Signature,
    severity=ERROR,
    cites=_REFERENCES,
    tags=_BLOCKS,
    unless=["sig-root-no-id"],
    bad=[example("response", after=[(_URI, 'URI="#_0"')])],
    good=_GOOD,
)
def reference_dangling(signature: Signature, case: Case) -> Iterator[Hit]:
    """No element has the ID that the signature covers.

    The ID in ds:Reference does not occur in the document.

    Why: there is nothing to compare the digest with, so receivers refuse the document. It happens
    when a part is cut out of its document, or when IDs are rewritten.
    Fix: Capture the whole document as it was sent; if it was sent so, the sender's software signs
    the wrong thing.
    """
    yield from problems(signature, case, "sig-reference-dangling")


RULES = (
    reference_count,
    reference_without_uri,
    reference_empty,
    reference_whole_document,
    reference_not_a_fragment,
    reference_wrong_target,
    reference_ambiguous,
    reference_dangling,
)
