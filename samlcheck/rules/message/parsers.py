"""Rules on messages that two programs read differently, although both keep to XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from samlcheck.model import Signature
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper, xml_names
from samlcheck.rules.message.captures import is_message
from samlcheck.rules.message.forged import TAGS
from samlcheck.rules.message.plain import plain
from samlcheck.rules.message.values import judged_root, split_texts
from samlcheck.rules.rule import ERROR, USER, Hit, Place, example, hit, rule
from samlcheck.xml import Document
from samlcheck.xml.names import display

_GOOD = (example("response"), example("response", sign="both"))
_ID: Final = "_4c92e8f7061b4ad5935fd1a70e2b6c83"
_DIFFERENTIALS: Final = paper(
    "CVE-2025-25292: authentication bypass through a parser differential",
    "https://nvd.nist.gov/vuln/detail/CVE-2025-25292",
)
_ROUND_TRIP: Final = paper(
    "CVE-2020-29509, -29510 and -29511: XML that changes when it is written and read again",
    "https://nvd.nist.gov/vuln/detail/CVE-2020-29509",
)
_ID_QUIRK: Final = paper(
    "CVE-2025-23369: one ID that is resolved to two elements",
    "https://nvd.nist.gov/vuln/detail/CVE-2025-23369",
)
#: A name by the fifth edition of XML 1.0, which earlier ones do not allow.
_NEW_NAME: Final = "x\u0220"
_TAG: Final = re.compile(r"""<(?:[^"'<>]++|"[^"]*+"|'[^']*+')++>""")
_QUOTED: Final = re.compile(r""""[^"]*+"|'[^']*+'""")
#: A name with an empty part or with several colons.
_ODD_NAME: Final = re.compile(
    r"(?<![^\s</])(?::[^\s=<>/]*+|[^\s=<>/:]++:(?=[\s=<>/]|$)|[^\s=<>/:]++:[^\s=<>/:]*+:[^\s=<>/]*+)"
)


@rule(
    "xml-roundtrip-unstable",
    on=Document,
    severity=ERROR,
    cites=[_ROUND_TRIP, xml_names("4")],
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "response",
            after=[("<samlp:Status>", '<samlp:Status ::x="1">')],
        )
    ],
    good=_GOOD,
)
def round_trip_unstable(document: Document, case: Case) -> Iterator[Hit]:
    """The message changes when it is written out and read again.

    A name in a tag has an empty part or several colons, such as `::x`, `x:` or `a:b:c`; or the
    message, written out by the parser and read again, is another one.

    Why: software that writes such a message out before it verifies or reads it, gets elements and
    attributes of other namespaces than were there; what is signed is then not what is read.
    Fix: Do not trust the message; find out who built it, and give the message to those in charge of
    security at the service provider.
    """
    root = document.root
    if root is None:
        if is_message(document, case):
            yield from _odd_names(document)
        return
    if judged_root(document, case) is None or case.once(plain, document):
        return
    from samlcheck.xml import new_parser
    from samlcheck.xml.outline import outline

    written = etree.fromstring(etree.tostring(root, encoding="utf-8"), new_parser())
    if outline(written) != outline(root):
        yield hit(root, "The message is another one when it is written out and read again")


def _odd_names(document: Document) -> Iterator[Hit]:
    text = document.text
    if ":" not in text:
        return
    for tag in _TAG.finditer(text):
        found = _ODD_NAME.search(_QUOTED.sub('""', tag.group()))
        if found is not None and not tag.group().startswith(("<!", "<?")):
            yield hit(
                document,
                "A name in a tag has an empty part or several colons",
                line=text.count("\n", 0, tag.start()) + 1,
                column=tag.start() - text.rfind("\n", 0, tag.start()),
                expected="names with at most one colon, and something on both sides of it",
            )
            return


@rule(
    "parser-differential-multi",
    on=Document,
    severity=ERROR,
    cites=[_DIFFERENTIALS],
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "response",
            after=[
                (
                    "<samlp:Status>",
                    f'<samlp:Extensions><{_NEW_NAME} xmlns="urn:example:x"/></samlp:Extensions>'
                    "<samlp:Status>",
                )
            ],
            also=["response-extensions-content"],
        )
    ],
    good=_GOOD,
)
def parser_differential(document: Document, case: Case) -> Iterator[Hit]:
    """Two parsers read the message differently.

    The octets were read by a second parser as well (Expat), and its elements, attributes and texts
    were compared. The second one refuses the message, or reads something else.

    Why: where one part of a receiver verifies with one parser and another reads with a second one,
    what is verified is not what is used.
    Fix: Do not trust the message; find out who built it, and give the message to those in charge of
    security at the service provider.
    """
    root = judged_root(document, case)
    if root is None or case.once(plain, document):
        return
    from samlcheck.xml.outline import difference, outline, second_outline

    second = second_outline(document.data)
    if second is None:
        yield hit(document, "A second parser refuses the message")
        return
    found = difference(outline(root), second)
    if found is not None:
        kinds = {event.kind for event in found if event is not None}
        what = "a text" if kinds == {"text"} else "an element or attribute"
        yield hit(document, f"A second parser reads {what} differently")


@rule(
    "parser-id-resolution",
    on=Signature,
    severity=ERROR,
    cites=[_ID_QUIRK, core("1.3.4"), core("5.4.2")],
    tags=TAGS,
    owner=USER,
    unless=["xsw-*"],
    bad=[
        example(
            "response",
            (
                "<samlp:Status>",
                f'<samlp:Extensions><x:State xmlns:x="urn:example:x" id="{_ID}"/>'
                "</samlp:Extensions><samlp:Status>",
            ),
            also=["xml-duplicate-id", "response-extensions-content"],
        )
    ],
    good=_GOOD,
)
def id_resolution(signature: Signature, case: Case) -> Iterator[Hit]:
    """What the signature covers depends on which attribute is taken for an ID.

    The ID in the reference is the `ID` of one element and the `Id`, `id` or `xml:id` of another.

    Why: programs differ in which attributes they take for IDs, so one verifies the first element
    and another reads the second.
    Fix: Do not trust the message; find out who built it, and give the message to those in charge of
    security at the service provider.
    """
    if case.kind != "message":
        return
    from samlcheck.crypto import ID_ATTRIBUTES

    for reference in signature.references[:1]:
        value = (reference.uri or "").removeprefix("#")
        found = case.ids(signature.element).elements(value) if value else []
        by_name = {
            name: next((item for item in found if item.get(name) == value), None)
            for name in ID_ATTRIBUTES
        }
        meant = list(dict.fromkeys(item for item in by_name.values() if item is not None))
        if len(meant) > 1:
            yield hit(
                reference,
                f"By one kind of ID the signature covers {display(str(meant[0].tag))}, by another "
                f"{display(str(meant[1].tag))}",
                attribute="URI",
                expected="an ID that occurs once, in whatever attribute",
                actual=reference.uri,
                related=[Place(item, None, "what the ID may mean") for item in meant[:2]],
            )


@rule(
    "text-extraction-differential",
    on=Document,
    severity=ERROR,
    cites=[
        paper(
            "VU#475445: authentication bypass via incorrect XML canonicalization",
            "https://kb.cert.org/vuls/id/475445",
        )
    ],
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "response",
            (
                "  </samlp:Status>",
                "<samlp:StatusMessage>All <!-- not --> well</samlp:StatusMessage></samlp:Status>",
            ),
        )
    ],
    good=[
        *_GOOD,
        example(
            "response",
            ("<samlp:Status>", "<!-- state --><samlp:Status>"),
            also=["xml-comment-anywhere"],
        ),
    ],
)
def text_differential(document: Document, case: Case) -> Iterator[Hit]:
    """A comment splits a text, so that two readers take two texts.

    An element that holds a text, such as ds:X509Certificate or samlp:StatusMessage, has a comment
    inside it. Names, audiences and attribute values have a rule of their own.

    Why: one reader joins the text on both sides, another stops at the comment: so one certificate,
    code or message becomes two.
    Fix: Do not trust the message; find out who put the comment there, and give the message to those
    in charge of security at the service provider.
    """
    root = judged_root(document, case)
    splits = root is not None and "<!--" in document.text
    for element in split_texts(root, case) if root is not None and splits else ():
        yield hit(
            next(element.iterchildren(etree.Comment)),
            f"A comment splits the text of {display(str(element.tag))}",
            expected="text without a comment",
        )


RULES = (round_trip_unstable, parser_differential, id_resolution, text_differential)
