"""Rules on what a message declares of namespaces and schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.rules.case import Case
from samlcheck.rules.citations import paper, xml_names, xsd_structures
from samlcheck.rules.message.values import judged_root
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    CAPTURE,
    ERROR,
    USER,
    WARNING,
    Hit,
    example,
    hit,
    rule,
)
from samlcheck.xml import Document
from samlcheck.xml.declarations import USUAL, declarations
from samlcheck.xml.names import DS, SAML, SAMLP, XSI, clark, display
from samlcheck.xml.uri import split_uri

_FRAGILE_LOCK: Final = paper(
    "The Fragile Lock: novel bypasses for SAML authentication",
    "https://portswigger.net/research/the-fragile-lock",
)
_NAMESPACES: Final = (SAML, SAMLP, DS)
_GOOD: Final = (example("response"),)
_LOCATIONS: Final = tuple(
    clark(XSI, name) for name in ("schemaLocation", "noNamespaceSchemaLocation")
)
_SCHEMA_LOCATION: Final = (
    f'xmlns:xsi="{XSI}" xsi:schemaLocation="{SAMLP} https://sp.example.net/protocol.xsd"\n'
)


def declared(root: Element, case: Case) -> tuple[tuple[Element, str, str], ...]:
    """Return the namespace declarations of a tree, for `Case.once`."""
    return tuple(declarations(root))


@rule(
    "xml-relative-namespace-uri",
    on=Document,
    severity=ERROR,
    cites=[_FRAGILE_LOCK, xml_names("2.2")],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[example("response", after=[("<samlp:Status>", '<samlp:Status xmlns:x="relative">')])],
    good=_GOOD,
)
def relative_namespace_uri(document: Document, case: Case) -> Iterator[Hit]:
    """A namespace name is a relative reference.

    A namespace declaration has a value without a scheme.

    Why: canonicalization has to fail on it. Software that does not notice signs and verifies an
    empty text, so that any content passes as signed.
    Fix: Do not trust the message; find out who put the declaration there, and give the message to
    those in charge of security at the service provider.
    """
    root = judged_root(document, case)
    if root is None:
        return
    for item, prefix, name in case.once(declared, root):
        if name and not name.startswith(USUAL) and split_uri(name).scheme is None:
            yield hit(
                item,
                f"The namespace name {name!r} has no scheme",
                attribute=f"xmlns:{prefix}" if prefix else "xmlns",
                expected="an absolute URI",
                actual=name,
            )


@rule(
    "xml-same-prefix-two-namespaces",
    on=Document,
    severity=WARNING,
    cites=[_FRAGILE_LOCK, xml_names("6.1")],
    owner=CAPTURE,
    bad=[
        example("response", ("<saml:Subject>", '<saml:Subject xmlns:samlp="urn:example:x">')),
    ],
    good=[
        example("response"),
        example("response", ("<saml:Subject>", f'<saml:Subject xmlns="{SAML}">')),
    ],
)
def same_prefix_two_namespaces(document: Document, case: Case) -> Iterator[Hit]:
    """One prefix stands for two namespaces, one of them of SAML or XML Signature.

    A prefix is declared anew inside the message with another namespace, and one of the two is that
    of SAML or XML Signature. The default namespace may change as often as it likes.

    Why: it is allowed, but software that goes by prefixes instead of namespaces takes elements for
    others; no identity provider writes it, and forged messages have it.
    Fix: Find out what wrote the message; let it use one prefix for one namespace.
    """
    root = judged_root(document, case)
    if root is None:
        return
    first: dict[str, str] = {}
    for item, prefix, name in case.once(declared, root):
        other = first.setdefault(prefix, name)
        if prefix and other != name and (other in _NAMESPACES or name in _NAMESPACES):
            yield hit(
                item,
                f"The prefix {prefix!r} stands for {name!r} here, and for {other!r} before",
                attribute=f"xmlns:{prefix}",
                expected=other,
                actual=name,
            )


@rule(
    "xml-schema-location",
    on=Document,
    severity=WARNING,
    cites=[xsd_structures("2.6.3")],
    owner=CAPTURE,
    bad=[example("response", ("<samlp:Response\n", f"<samlp:Response\n{_SCHEMA_LOCATION}"))],
    good=_GOOD,
)
def schema_location(document: Document, case: Case) -> Iterator[Hit]:
    """The message tells its reader where to fetch a schema.

    An element has the attribute xsi:schemaLocation or xsi:noNamespaceSchemaLocation.

    Why: a receiver that follows it fetches an address that the sender chose, and validates the
    message by the sender's own rules; a few receivers refuse such a message. samlcheck never does.
    Fix: Let the sender leave the attribute out.
    """
    root = judged_root(document, case)
    if root is None or "chemaLocation" not in document.text:
        return
    for element in root.iter("*"):
        for name in _LOCATIONS:
            if element.get(name) is not None:
                yield hit(
                    element,
                    f"{display(str(element.tag))} has the attribute {display(name)}",
                    attribute=name,
                    expected="no such attribute",
                )


RULES = (relative_namespace_uri, same_prefix_two_namespaces, schema_location)
