"""Rules on values that two readers of the same signed message may read differently.

A signature covers the canonical form of a message, and canonicalization drops comments. What a
receiver reads depends on how its XML library hands out a text that something splits.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper, xml
from samlcheck.rules.message import declarations, names, parsers
from samlcheck.rules.message.values import (
    LEAVES,
    SIGNATURE_VALUES,
    VALUES,
    is_personal,
    judged_root,
    shown,
    split_texts,
    value_around,
)
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    CAPTURE,
    ERROR,
    IDP,
    INFO,
    USER,
    WARNING,
    Hit,
    example,
    hit,
    rule,
)
from samlcheck.rules.signatures.form import signer
from samlcheck.xml import Document, text_of
from samlcheck.xml.names import display

_TRUNCATION = paper(
    "VU#475445: authentication bypass via incorrect XML canonicalization",
    "https://kb.cert.org/vuls/id/475445",
)
_GOOD = (example("response"),)


@rule(
    "xml-comment-anywhere",
    on=Document,
    severity=INFO,
    cites=[xml("2.5"), core("5.4.3")],
    owner=CAPTURE,
    bad=[example("response", ("<samlp:Status>", "<!-- state --><samlp:Status>"))],
    good=_GOOD,
)
def comment_anywhere(document: Document, case: Case) -> Iterator[Hit]:
    """The message has a comment.

    A comment was found within the message, though not within a value.

    Why: it does no harm by itself, but no identity provider writes one, and a few receivers refuse
    every message with a comment.
    Fix: Find out what writes it; mostly a template or a tool that edited the capture.
    """
    root = judged_root(document, case)
    if root is None or "<!--" not in document.text:
        return
    for comment in root.iter(etree.Comment):
        parent = comment.getparent()
        if (
            value_around(comment) is None
            and parent is not None
            and parent.tag not in SIGNATURE_VALUES
            and parent not in split_texts(root, case)
        ):
            yield hit(comment, f"A comment stands in {display(str(parent.tag))}")


@rule(
    "xml-mixed-content-value",
    on=Document,
    severity=ERROR,
    cites=[core("1.3.1"), _TRUNCATION],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[
        example(
            "response",
            (
                "<saml:Audience>https://sp.example.org/saml<",
                '<saml:Audience>https://sp.example.org/<b xmlns="">x</b>saml<',
            ),
        ),
        example("response", (">Maria<", '>Mari<b xmlns="urn:example:b">x</b>a<')),
    ],
    good=[
        example("response"),
        example(
            "response",
            (">Maria<", "><saml:NameID>maria</saml:NameID><"),
            also=["attr-value-complex"],
        ),
    ],
)
def mixed_content_value(document: Document, case: Case) -> Iterator[Hit]:
    """An element stands inside a value.

    A NameID, Issuer, Audience or class reference holds an element, or an attribute value holds
    text and elements side by side.

    Why: one reader joins the texts around the element, another stops before it, a third takes the
    element's text too: the same signature then stands for three different values.
    Fix: Do not trust the message; find out who put the element there, and give the message to those
    in charge of security at the service provider.
    """
    root = judged_root(document, case)
    for element in () if root is None else root.iter(*VALUES):
        inner = next(element.iterchildren("*"), None)
        if inner is None or (element.tag not in LEAVES and not text_of(element).strip()):
            continue
        yield hit(
            inner,
            f"The element {display(str(inner.tag))} stands inside the value of "
            f"{display(str(element.tag))}",
            expected="text only",
            actual=shown(element, "".join(str(text) for text in element.itertext())),
        )


@rule(
    "xml-cdata-in-value",
    on=Document,
    severity=WARNING,
    cites=[xml("2.7")],
    owner=IDP,
    bad=[example("response", (">Maria<", "><![CDATA[Maria]]><"))],
    good=_GOOD,
)
def cdata_in_value(document: Document, case: Case) -> Iterator[Hit]:
    """A value is written as a CDATA section.

    A NameID, Issuer, Audience, attribute value or class reference has a CDATA section.

    Why: it is legal and becomes plain text once canonicalized, but software that changes or signs
    the XML as text has been led astray by one.
    Fix: Let the sender write plain text with `&lt;` and `&amp;` where needed.
    """
    root = judged_root(document, case)
    if root is None or "<![CDATA[" not in document.text:
        return
    for element in root.iter(*VALUES):
        if b"<![CDATA[" in etree.tostring(element, with_tail=False):
            yield hit(
                element,
                f"The value of {display(str(element.tag))} has a CDATA section",
                owner=signer(case),
                expected="plain text",
                actual=shown(element, text_of(element)) if is_personal(element) else None,
            )


RULES = (
    comment_anywhere,
    mixed_content_value,
    cdata_in_value,
    *names.RULES,
    *declarations.RULES,
    *parsers.RULES,
)
