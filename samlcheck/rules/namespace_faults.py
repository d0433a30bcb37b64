"""Rules on namespace declarations that no document may have: reserved names, names that are none.

The gate refuses most of them; these rules give what it found its name, page and citation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.rules.case import Case
from samlcheck.rules.citations import cve, paper, xml_names
from samlcheck.rules.documents import defects
from samlcheck.rules.rule import ATTACK, BLOCKS_LOGIN, ERROR, USER, Hit, example, hit, rule
from samlcheck.xml import Document
from samlcheck.xml.faults import BAD_NAMESPACE_NAME, RESERVED_NAMESPACE
from samlcheck.xml.names import display

_FRAGILE_LOCK: Final = paper(
    "The Fragile Lock: novel bypasses for SAML authentication",
    "https://portswigger.net/research/the-fragile-lock",
)
_GOOD: Final = (example("sp"), example("response"))


@rule(
    RESERVED_NAMESPACE,
    on=Document,
    severity=ERROR,
    cites=[xml_names("3"), _FRAGILE_LOCK],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    unless=["profile-wrong-artefact"],
    bad=[
        example("raw", raw=b'<a xmlns:xml="urn:example:a"/>'),
        example("raw", raw=b'<a xmlns:xmlns="urn:example:a"/>'),
        example(
            "response",
            ("<samlp:Status>", '<samlp:Status samlp:xmlns="urn:example:a">'),
            also=["xsd-core-invalid"],
        ),
    ],
    good=_GOOD,
)
def reserved_namespace_misuse(document: Document, case: Case) -> Iterator[Hit]:
    """A name that is reserved for XML itself is used for something else.

    The prefixes `xml` and `xmlns` and their namespaces cannot be declared anew, and nothing but a
    namespace declaration is called `xmlns`. In messages an attribute such as `samlp:xmlns` is
    reported too, which a parser lets pass.

    Why: one program takes such an attribute for a namespace declaration and another does not, so
    they see elements of different namespaces; forged logins have been hidden that way.
    Fix: Do not trust the document; find out who put the attribute there.
    """
    yield from defects(document, RESERVED_NAMESPACE)
    root = document.root
    if root is None or case.kind != "message" or ":xml" not in document.text:
        return
    for element in root.iter("*"):
        for name in map(str, element.keys()):
            if name.startswith("{") and name.endswith(("}xmlns", "}xml")):
                yield hit(
                    element,
                    f"{display(str(element.tag))} has the attribute {display(name)}, a name that "
                    "is reserved for namespace declarations",
                    attribute=name,
                    expected="no such attribute",
                )


@rule(
    BAD_NAMESPACE_NAME,
    on=Document,
    severity=ERROR,
    cites=[
        xml_names("2.2"),
        cve("CVE-2025-25292", "namespaces that two parsers read differently"),
    ],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    unless=["profile-wrong-artefact"],
    bad=[
        example("raw", raw='<a xmlns:p="urn:example:\u00e9"/>'),
        example("raw", raw=b'<a xmlns:p="urn:example: a"/>'),
    ],
    good=_GOOD,
)
def namespace_control_char(document: Document, case: Case) -> Iterator[Hit]:
    """A namespace name has characters that no URI has.

    A namespace declaration has blanks, control characters or others outside ASCII in its value.

    Why: some parsers refuse the document, others cut or keep the name, so that two of them see
    elements of different namespaces; that has been used to forge signed logins.
    Fix: Do not trust the document before its sender has explained the name; else write a URI.
    """
    yield from defects(document, BAD_NAMESPACE_NAME)


RULES = (reserved_namespace_misuse, namespace_control_char)
