"""Rules on markup that readers of a document see differently, in metadata and in messages.

A signature covers the canonical form of a document, which drops comments. What a reader takes from
a text that something splits depends on how its XML library hands out the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper, xml, xml_names
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    CAPTURE,
    ERROR,
    INFO,
    USER,
    WARNING,
    Hit,
    example,
    hit,
    rule,
)
from samlcheck.rules.structure.ids import judged_root
from samlcheck.rules.structure.units import sender
from samlcheck.xml import Document, text_of
from samlcheck.xml.declarations import USUAL, declarations
from samlcheck.xml.names import DS, clark, display
from samlcheck.xml.uri import split_uri

_TRUNCATION: Final = paper(
    "VU#475445: authentication bypass via incorrect XML canonicalization",
    "https://kb.cert.org/vuls/id/475445",
)
_NAME_ID: Final = "maria.lind@example.org</saml:NameID>"
_FORMAT: Final = ">urn:oasis:names:tc:SAML:2.0:nameid-format:persistent<"
_STYLE: Final = '<?xml-stylesheet type="text/xsl" href="metadata.xsl"?>\n<md:EntityDescriptor'
_GOOD: Final = (example("sp"), example("response"))
_SIGNATURE_VALUES: Final = tuple(clark(DS, local) for local in ("DigestValue", "SignatureValue"))
_DECLARED: Final = re.compile(r"xmlns(?::[^\s=]*)?\s*=\s*[\"']([^\"']+)")
_CARRIAGE_RETURN: Final = re.compile(r"&#(?:0*13|x0*[dD]);")


def _message_root(document: Document, case: Case) -> Element | None:
    from samlcheck.rules.message.values import judged_root as root_of_message

    return root_of_message(document, case)


@rule(
    "xml-comment-in-value",
    on=Document,
    severity=ERROR,
    cites=[_TRUNCATION, core("5.4.3")],
    tags=[ATTACK, BLOCKS_LOGIN],
    bad=[
        example(
            "response",
            after=[(_NAME_ID, "maria.lind@example.org<!---->.sp.example.net</saml:NameID>")],
            also=["sig-digest-mismatch"],
        ),
        example("response", (_NAME_ID, "maria.lind@example.org<!----></saml:NameID>")),
        example("sp", (_FORMAT, f"{_FORMAT[:-1]}<!-- opaque --><")),
    ],
    good=[*_GOOD, example("sp", ("<md:SPSSODescriptor ", "<!-- web --><md:SPSSODescriptor "))],
)
def comment_in_value(document: Document, case: Case) -> Iterator[Hit]:
    """A comment stands inside a value.

    A comment was found within a NameID, Issuer, Audience, attribute value or class reference of a
    message, or within any text of metadata.

    Why: the signature does not cover comments, and some receivers read only the text before one.
    So the owner of `admin@example.org.attacker.example` logs in as `admin@example.org`, with a
    message that the identity provider truly signed. In metadata one partner reads another value
    than the next.
    Fix: Do not trust a message with one; no identity provider writes such comments. Find out who
    put it there, and give the message to those in charge of security at the service provider. In
    metadata, move the comment out of the value.
    """
    if case.kind != "message":
        yield from _in_metadata(document, case)
        return
    if "<!--" not in document.text:
        return
    from samlcheck.rules.message.values import shown, value_around

    root = _message_root(document, case)
    if root is None:
        return
    told: set[Element] = set()
    for comment in root.iter(etree.Comment):
        value = value_around(comment)
        if value is None or value in told:
            continue
        told.add(value)
        whole, first = (shown(value, text) for text in (text_of(value), value.text or ""))
        yield hit(
            comment,
            f"A comment splits the value of {display(str(value.tag))}: one reader takes {whole}, "
            f"another {first}",
            expected="text without a comment",
            owner=USER,
        )


def _in_metadata(document: Document, case: Case) -> Iterator[Hit]:
    root = judged_root(document, case)
    if root is None or "<!--" not in document.text:
        return
    parents = (comment.getparent() for comment in root.iter(etree.Comment))
    for element in dict.fromkeys(parents):
        if element is None or element.tag in _SIGNATURE_VALUES or not text_of(element).strip():
            continue
        if next(element.iterchildren("*"), None) is None:
            yield hit(
                element,
                f"A comment stands in the value of {display(str(element.tag))}",
                expected="text without a comment",
                severity=WARNING,
            )


@rule(
    "xml-processing-instruction",
    on=Document,
    severity=ERROR,
    cites=[xml("2.6"), core("5.4.3"), _TRUNCATION],
    tags=[ATTACK, BLOCKS_LOGIN],
    bad=[
        example("response", (_NAME_ID, "maria.lind@example.org<?x?></saml:NameID>")),
        example("response", ("<samlp:Status>", "<?state ok?><samlp:Status>")),
        example("sp", ("<md:SPSSODescriptor ", "<?state ok?><md:SPSSODescriptor ")),
    ],
    good=_GOOD,
)
def processing_instruction(document: Document, case: Case) -> Iterator[Hit]:
    """The document has a processing instruction inside.

    A processing instruction such as `<?x?>` was found within a message or within metadata, where
    it is told as information.

    Why: it splits a text as a comment does, and it stays in what is signed, so that some software
    digests it and other software does not see it. SAML has no use for one.
    Fix: Do not trust a message with one; find out who put it there, and give the message to those
    in charge of security at the service provider. From metadata remove it.
    """
    if document.text.find("<?", 2) < 0:
        return
    message = case.kind == "message"
    root = _message_root(document, case) if message else judged_root(document, case)
    for instruction in () if root is None else root.iter(etree.ProcessingInstruction):
        parent = instruction.getparent()
        if parent is None or parent.tag in _SIGNATURE_VALUES:
            continue
        where = f"stands in {display(str(parent.tag))}"
        if message:
            from samlcheck.rules.message.values import value_around

            value = value_around(instruction)
            if value is not None:
                where = f"splits the value of {display(str(value.tag))}"
        yield hit(
            instruction,
            f"A processing instruction {where}",
            expected="none",
            owner=USER if message else None,
            severity=None if message else INFO,
        )


@rule(
    "xml-pi-prolog",
    on=Document,
    severity=INFO,
    cites=[xml("2.6"), xml("2.8")],
    bad=[
        example("sp", ("<md:EntityDescriptor", _STYLE)),
        example("response", after=[("<samlp:Response", "<?state ok?><samlp:Response")]),
    ],
    good=_GOOD,
)
def instruction_outside(document: Document, case: Case) -> Iterator[Hit]:
    """A processing instruction stands before or behind the root element.

    A processing instruction such as `<?xml-stylesheet?>` was found outside the root element. The
    XML declaration at the very start is none. In a message it is a warning.

    Why: no signature covers it. A style sheet shows people something else than programs read, and
    some receivers refuse a message with one.
    Fix: Leave it out; in a message, find out what writes it.
    """
    if document.text.find("<?", 2) < 0:
        return
    message = case.kind == "message"
    root = _message_root(document, case) if message else judged_root(document, case)
    if root is None or root.getparent() is not None:
        return
    for forward in (False, True):
        for node in root.itersiblings(preceding=not forward):
            if not isinstance(node, etree._ProcessingInstruction):
                continue
            line, column = _outside(document.text, str(node.target), behind=forward)
            yield hit(
                document,
                f'The processing instruction "{str(node.target)[:40]}" stands '
                f"{'behind' if forward else 'before'} the root element",
                line=line,
                column=column,
                expected="none",
                owner=CAPTURE if message else sender(case),
                severity=WARNING if message else None,
            )


def _outside(text: str, target: str, *, behind: bool) -> tuple[int, int]:
    """Return line and column of the first or last instruction of that name."""
    start = f"<?{target}"
    offset = max(0, text.rfind(start) if behind else text.find(start, 2 if target == "xml" else 0))
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


@rule(
    "xml-carriage-return",
    on=Document,
    severity=INFO,
    cites=[xml("2.11"), xml("4.1")],
    bad=[example("sp", ("<ds:X509Certificate>", "<ds:X509Certificate>&#13;\n"))],
    good=[example("sp"), example("idp")],
)
def carriage_return(document: Document, case: Case) -> Iterator[Hit]:
    """A value in the metadata holds a carriage return.

    The character U+000D, written as `&#13;` or `&#xD;`, stands in a text or attribute. A line end
    of Windows in the file itself is none: it is read as a single line feed.

    Why: it comes from software that wrote a text with line ends of Windows into XML, mostly within
    certificates. It is signed as it stands; some software drops or changes it and then finds the
    signature of the metadata wrong.
    Fix: Write the value without it; Base64 needs no line ends at all.
    """
    if case.kind == "message":
        return
    text = document.text
    if "&#" not in text or _CARRIAGE_RETURN.search(text) is None:
        return
    root = judged_root(document, case)
    for element in () if root is None else root.iter("*"):
        if "\r" in (element.text or ""):
            yield hit(element, f"The value of {display(str(element.tag))} holds a carriage return")
        for name, value in element.items():
            if "\r" in value:
                yield hit(
                    element,
                    f"The attribute {display(str(name))} of {display(str(element.tag))} holds a "
                    "carriage return",
                    attribute=str(name),
                )


@rule(
    "xml-namespace-uri-scheme",
    on=Document,
    severity=INFO,
    cites=[xml_names("2.2")],
    bad=[
        example("sp", ("<md:SPSSODescriptor ", '<md:SPSSODescriptor xmlns:x="extension" ')),
        example("sp", ("<md:SPSSODescriptor ", '<md:SPSSODescriptor xmlns:x="oid:1.2.3" ')),
    ],
    good=[example("sp"), example("idp"), example("aggregate")],
)
def namespace_uri_scheme(document: Document, case: Case) -> Iterator[Hit]:
    """A namespace name in the metadata is no usual URI.

    A namespace declaration has a value that begins with neither `urn:` nor `http:` nor `https:`.
    One without any scheme is a warning.

    Why: it is mostly a slip that hides an extension from every reader. A name without a scheme is
    a relative reference, on which canonicalization has to fail, so that the signature of an
    aggregate with it cannot be verified.
    Fix: Write the namespace of the extension's specification.
    """
    if case.kind == "message":
        return
    odd = {name for name in _DECLARED.findall(document.text) if not name.startswith(USUAL)}
    root = judged_root(document, case) if odd else None
    if root is None:
        return
    for element, prefix, name in declarations(root):
        if name and not name.startswith(USUAL):
            yield hit(
                element,
                f"The namespace name {name!r} is no URI of a usual scheme",
                attribute=f"xmlns:{prefix}" if prefix else "xmlns",
                expected="a URI that begins with urn:, http: or https:",
                actual=name,
                severity=None if split_uri(name).scheme else WARNING,
            )


RULES = (
    comment_in_value,
    namespace_uri_scheme,
    processing_instruction,
    instruction_outside,
    carriage_return,
)
