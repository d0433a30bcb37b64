"""Rules on documents as such: whether they can be read, and read safely.

The gate and the intake decide; these rules give what they found its name, page and citation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from samlcheck.rules import expansions
from samlcheck.rules.case import Case
from samlcheck.rules.citations import cve, xinclude, xml, xml_names
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    ERROR,
    USER,
    Hit,
    example,
    hit,
    rule,
)
from samlcheck.xml import Document
from samlcheck.xml.faults import CUT_OFF
from samlcheck.xml.names import MD
from samlcheck.xml.quotations import guarded

#: Only documents with this name in them can be metadata, which is published anyway.
_METADATA = MD.encode("ascii")
#: Words that only a message has, also where a fault has eaten the markup around them.
_OF_MESSAGES = (
    rb"(?<![A-Za-z])(?:Encrypted)?(?:Assertion|NameID|BaseID|EncryptedID|Subject|SubjectConfirmation"
    rb"|AttributeStatement|AuthnStatement|Response|AuthnRequest|Logout(?:Request|Response))"
    rb"(?![A-Za-z])"
)


def is_public(document: Document) -> bool:
    """Tell whether a document is metadata by its octets, and so may be quoted; in doubt it is not.

    A message names the metadata namespace hardly ever, and always something of its own.
    """
    if document.origin:
        return False
    octets = document.data.replace(b"\0", b"")  # UTF-16 as well
    return _METADATA in octets and re.search(_OF_MESSAGES, octets) is None


def is_cut_off(found: Hit) -> bool:
    """Tell whether a fault is only that the document ends too early."""
    return CUT_OFF in found.message


def defects(document: Document, slug: str) -> Iterable[Hit]:
    """Return the defects of a document that a rule reports.

    What they quote of a document that is not known to be public is marked as personal.
    """
    return _defects(document, slug) if document.defects else ()


def _defects(document: Document, slug: str) -> Iterator[Hit]:
    found = [defect for defect in document.defects if defect.rule == slug]
    public = bool(found) and is_public(document)
    for defect in found:
        if public:
            message, expected, actual = defect.message, defect.expected, defect.actual
        else:
            message, expected, actual = guarded(defect)
        yield hit(
            document,
            message.rstrip("."),
            line=defect.line,
            column=defect.column,
            expected=expected,
            actual=actual,
        )


_GOOD = (example("sp"),)
_DTD = "<!DOCTYPE md:EntityDescriptor [\n  {}\n]>\n<md:EntityDescriptor"


@rule(
    "xml-empty-input",
    on=Document,
    severity=ERROR,
    cites=[xml("2.1")],
    tags=[BLOCKS_LOGIN],
    owner=USER,
    bad=[example("raw", raw=b""), example("raw", raw=b" \n\t")],
    good=_GOOD,
)
def empty_input(document: Document, case: Case) -> Iterator[Hit]:
    """The input is empty.

    Nothing but white space was given, so there is no document to check.

    Why: an empty file usually means that a download or an export failed without saying so.
    Fix: Export or download the document again, and look into the file before you use it.
    """
    yield from defects(document, "xml-empty-input")


@rule(
    "xml-encoding-declared-mismatch",
    on=Document,
    severity=ERROR,
    cites=[xml("4.3.3")],
    tags=[BLOCKS_LOGIN],
    owner=USER,
    unless=["profile-wrong-artefact"],
    bad=[example("raw", raw=b'<?xml version="1.0" encoding="utf-8"?><a>\xff</a>')],
    good=_GOOD,
)
def encoding_declared_mismatch(document: Document, case: Case) -> Iterator[Hit]:
    """The octets are not in the encoding that the document declares.

    The XML declaration or the byte order mark names an encoding, and the octets are not valid in
    it, or it is not one of UTF-8, UTF-16, US-ASCII, ISO-8859-1 and windows-1252.

    Why: a receiver either refuses the document or reads other characters than were written.
    Fix: Save the document as UTF-8, without changing its text otherwise.
    """
    yield from defects(document, "xml-encoding-declared-mismatch")


@rule(
    "xml-leading-whitespace",
    on=Document,
    severity=ERROR,
    cites=[xml("2.8")],
    tags=[BLOCKS_LOGIN],
    owner=USER,
    unless=["profile-wrong-artefact"],
    bad=[example("raw", raw=b'\n<?xml version="1.0"?><a/>')],
    good=_GOOD,
)
def leading_whitespace(document: Document, case: Case) -> Iterator[Hit]:
    """Something stands before the XML declaration.

    An XML declaration is only allowed as the very first characters of a document.

    Why: every XML parser refuses the document, mostly with words about a reserved name.
    Fix: Delete what stands before `<?xml`, usually an empty line from copying.
    """
    yield from defects(document, "xml-leading-whitespace")


@rule(
    "xml-depth-or-count",
    on=Document,
    severity=ERROR,
    cites=[xml()],
    tags=[BLOCKS_LOGIN],
    owner=USER,
    bad=[example("raw", raw=b"<a>" * 80 + b"</a>" * 80)],
    good=_GOOD,
)
def depth_or_count(document: Document, case: Case) -> Iterator[Hit]:
    """The document is larger, deeper or more crowded than SAML ever needs.

    Size, nesting, the number of elements and of attributes in one element are limited before
    anything else looks at the document.

    Why: such documents exhaust the memory or the time of whoever reads them.
    Fix: Find out where the document comes from; do not load it anywhere else before you know.
    """
    yield from defects(document, "xml-depth-or-count")


@rule(
    "xml-doctype",
    on=Document,
    severity=ERROR,
    cites=[
        xml("2.8"),
        cve("CVE-2025-25291", "a document type declaration that two parsers read differently"),
    ],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    unless=["profile-wrong-artefact"],
    bad=[
        example(
            "sp", ("<md:EntityDescriptor", "<!DOCTYPE md:EntityDescriptor>\n<md:EntityDescriptor")
        )
    ],
    good=_GOOD,
)
def doctype(document: Document, case: Case) -> Iterator[Hit]:
    """The document has a document type declaration.

    SAML documents never need one, so it is refused before anything is read from it.

    Why: a DTD can read files of the receiver, open connections, exhaust its memory, and make two
    parsers read different texts.
    Fix: Treat the document as hostile until its sender explains the DTD; otherwise remove it.
    """
    yield from defects(document, "xml-doctype")


@rule(
    "xml-entity-declaration",
    on=Document,
    severity=ERROR,
    cites=[xml("4.2"), cve("CVE-2016-10127", "external entities in SAML messages")],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    unless=["profile-wrong-artefact"],
    bad=[
        example(
            "sp",
            ("<md:EntityDescriptor", _DTD.format('<!ENTITY a "b">')),
            also=["xml-doctype"],
        )
    ],
    good=_GOOD,
)
def entity_declaration(document: Document, case: Case) -> Iterator[Hit]:
    """The document declares entities or refers to undeclared ones.

    Only the five entities that XML predefines may occur; nothing is ever expanded.

    Why: entities are how files are stolen and memory is exhausted through an XML parser.
    Fix: Treat the document as hostile until its sender explains the entity.
    """
    yield from defects(document, "xml-entity-declaration")


@rule(
    "xml-notation",
    on=Document,
    severity=ERROR,
    cites=[
        xml("4.7"),
        cve("CVE-2025-25291", "a document type declaration that two parsers read differently"),
    ],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[
        example(
            "sp",
            ("<md:EntityDescriptor", _DTD.format('<!NOTATION a SYSTEM "b">')),
            also=["xml-doctype"],
        )
    ],
    good=_GOOD,
)
def notation(document: Document, case: Case) -> Iterator[Hit]:
    """The document declares a notation.

    Notations only occur in document type declarations, which SAML never uses.

    Why: some parsers write notations back differently from how they read them, which has been
    used to forge signed messages.
    Fix: Treat the document as hostile until its sender explains the declaration.
    """
    yield from defects(document, "xml-notation")


@rule(
    "xml-xinclude",
    on=Document,
    severity=ERROR,
    cites=[xinclude("3")],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[
        example(
            "raw",
            raw=b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="x"/></a>',
        )
    ],
    good=_GOOD,
)
def xinclude_element(document: Document, case: Case) -> Iterator[Hit]:
    """The document asks its reader to include another one.

    An XInclude element was found; it is never followed.

    Why: a parser that follows it fetches whatever the author names, from the receiver's network.
    Fix: Treat the document as hostile until its sender explains the inclusion.
    """
    yield from defects(document, "xml-xinclude")


@rule(
    "xml-undeclared-prefix",
    on=Document,
    severity=ERROR,
    cites=[
        xml_names("5"),
        cve("CVE-2025-66567", "namespaces that two parsers read differently"),
    ],
    tags=[BLOCKS_LOGIN],
    owner=USER,
    unless=["profile-wrong-artefact"],
    bad=[example("raw", raw=b"<md:EntityDescriptor/>")],
    good=_GOOD,
)
def undeclared_prefix(document: Document, case: Case) -> Iterator[Hit]:
    """A namespace prefix is used but not declared.

    The document uses a prefix such as `ds:` without an `xmlns:ds` on the element or above it.

    Why: the document is not namespace-well-formed, so receivers refuse it; it happens when a part
    is copied out of a larger document.
    Fix: Copy the whole document, or add the missing declaration to the root element.
    """
    yield from defects(document, "xml-undeclared-prefix")


@rule(
    "transport-multiple-root-elements",
    on=Document,
    severity=ERROR,
    cites=[xml("2.1"), cve("CVE-2022-39353", "a second root element is read")],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    unless=["profile-wrong-artefact"],
    bad=[example("raw", raw=b"<a/><b/>")],
    good=_GOOD,
)
def multiple_root_elements(document: Document, case: Case) -> Iterator[Hit]:
    """Text or another element follows the end of the document.

    An XML document has one root element; here something stands behind its end tag.

    Why: receivers have been tricked by a second root that one part of them verified and another
    part read; most often it is two documents pasted into one file.
    Fix: Keep each document in a file of its own; if the sender made it so, do not trust it.
    """
    yield from defects(document, "transport-multiple-root-elements")


@rule(
    "xml-not-well-formed",
    on=Document,
    severity=ERROR,
    cites=[xml("2.1")],
    tags=[BLOCKS_LOGIN],
    owner=USER,
    unless=["profile-wrong-artefact", "transport-truncated", "xml-roundtrip-unstable"],
    bad=[example("sp", ("</md:SPSSODescriptor>", "</md:SPSSODescripter>"))],
    good=_GOOD,
)
def not_well_formed(document: Document, case: Case) -> Iterator[Hit]:
    """The document is not well-formed XML.

    The parser stopped at the place shown; what stands behind it was not read.

    Why: no SAML software can read the document, and few will say more than that it failed.
    Fix: Repair the place shown, or export the document again instead of copying it by hand.
    """
    captured = case.kind == "message" and all(item.document is not document for item in case.given)
    for found in defects(document, "xml-not-well-formed"):
        if not (captured and is_cut_off(found)):  # transport-truncated tells of it
            yield found


RULES = (
    empty_input,
    encoding_declared_mismatch,
    leading_whitespace,
    depth_or_count,
    doctype,
    entity_declaration,
    *expansions.RULES,
    notation,
    xinclude_element,
    undeclared_prefix,
    multiple_root_elements,
    not_well_formed,
)
