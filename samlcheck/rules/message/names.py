"""Rules on names that only look like those of SAML: other namespaces, doubled attributes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper, xml_names
from samlcheck.rules.message.inventory import inventory
from samlcheck.rules.message.values import ATTRIBUTE_VALUE, judged_root
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
from samlcheck.xml.names import (
    DS,
    ECP,
    PAOS_NS,
    SAML,
    SAMLP,
    SOAP11,
    SOAP12,
    clark,
    display,
    split_clark,
)

_FRAGILE_LOCK = paper(
    "The Fragile Lock: novel bypasses for SAML authentication",
    "https://portswigger.net/research/the-fragile-lock",
)
_NAMESPACES: Final = (SAML, SAMLP, DS)
_LOOKED_FOR: Final = {
    **dict.fromkeys(("Response", "Status", "StatusCode"), SAMLP),
    **dict.fromkeys(
        (
            "Assertion",
            "EncryptedAssertion",
            "Issuer",
            "Subject",
            "NameID",
            "SubjectConfirmation",
            "SubjectConfirmationData",
            "Conditions",
            "AudienceRestriction",
            "Audience",
            "AuthnStatement",
            "AuthnContextClassRef",
            "AttributeStatement",
            "AttributeValue",
        ),
        SAML,
    ),
    **dict.fromkeys(("Signature", "SignedInfo", "SignatureValue", "DigestValue"), DS),
}
#: Places for content of any kind.
_OPEN_PLACES: Final = (
    clark(SAMLP, "Extensions"),
    clark(SAMLP, "StatusDetail"),
    clark(SAML, "Advice"),
)
#: A second status decides nothing: beside a failure the response is refused anyway.
_HARMLESS: Final = ("Status", "StatusCode")
_OPEN_ATTRIBUTES: Final = tuple(
    clark(SAML, local) for local in ("Attribute", "AttributeValue", "SubjectConfirmationData")
)
#: Attributes that decide something, in lower case, and their one proper name.
_DECIDING: Final = {
    name.lower(): name
    for name in (
        "ID",
        "Version",
        "IssueInstant",
        "Destination",
        "InResponseTo",
        "Recipient",
        "NotBefore",
        "NotOnOrAfter",
        "Method",
        "Format",
    )
}
_IN_DS: Final = clark(DS, "")
_GOOD = (example("response"),)


def _is_payload(element: Element, local: str) -> bool:
    """Tell whether an element is content that SAML carries for others, under a harmless name."""
    if next(element.iterancestors(ATTRIBUTE_VALUE), None) is not None:
        return True
    return local in _HARMLESS and any(True for _ in element.iterancestors(*_OPEN_PLACES))


def _looks_alike(tag: str) -> bool:
    """Tell whether a name is one of SAML in another namespace."""
    namespace, local = split_clark(tag)
    return namespace not in _NAMESPACES and local in _LOOKED_FOR


def _is_header(element: Element, namespace: str) -> bool:
    """Tell whether an element is a header block of enhanced clients, which have such names."""
    parent = element.getparent()
    return (
        namespace in (ECP, PAOS_NS)
        and parent is not None
        and parent.tag in (clark(SOAP11, "Header"), clark(SOAP12, "Header"))
    )


@rule(
    "xml-lookalike-element",
    on=Document,
    severity=ERROR,
    cites=[_FRAGILE_LOCK, xml_names("6.1")],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[
        example(
            "response",
            ("<samlp:Status>", '<Assertion xmlns="urn:example:assertion"/><samlp:Status>'),
        ),
        example(
            "response",
            (
                "<samlp:Status>",
                '<samlp:Extensions><DigestValue xmlns="urn:example:x"/></samlp:Extensions>'
                "<samlp:Status>",
            ),
        ),
    ],
    good=[
        example("response"),
        example(
            "response",
            (
                "<samlp:Status>",
                '<samlp:Extensions><Status xmlns="urn:example:x"/></samlp:Extensions>'
                "<samlp:Status>",
            ),
            also=["response-extensions-content"],
        ),
    ],
)
def lookalike_element(document: Document, case: Case) -> Iterator[Hit]:
    """An element is named like one of SAML, in another namespace.

    An element called Assertion, NameID, Signature or the like is in a foreign namespace or in none,
    beside one that is in the namespace of SAML. What stands in attribute values is not looked at,
    nor what is named like a status in extensions.

    Why: software that looks for names without their namespace takes it for the real one; that has
    been used to have one assertion verified and another one read.
    Fix: Do not trust the message; find out who put the element there, and give the message to those
    in charge of security at the service provider.
    """
    root = judged_root(document, case)
    if root is None or not any(map(_looks_alike, case.once(inventory, root).tags)):
        return
    doubles: dict[str, bool] = {}
    for element in root.iter("{*}*"):
        namespace, local = split_clark(str(element.tag))
        proper = _LOOKED_FOR.get(local)
        if proper is None or namespace in _NAMESPACES or _is_header(element, namespace):
            continue
        if local not in doubles:
            doubles[local] = next(root.iter(clark(proper, local)), None) is not None
        if doubles[local] and not _is_payload(element, local):
            where = f"the namespace {namespace!r}" if namespace else "no namespace"
            yield hit(
                element,
                f"The element {local} is in {where}",
                expected=f"no element {local} but in the namespace {proper}",
                actual=namespace or "no namespace",
            )


def _proper_name(tag: str, written: str) -> str | None:
    """Return the attribute that a name could be taken for, None when it is that or another."""
    namespace, local = split_clark(written)
    if tag.startswith(_IN_DS):
        proper = {"uri": "URI", "id": "Id"}.get(local.lower())
    elif tag in _OPEN_ATTRIBUTES and namespace:
        return None
    else:
        proper = _DECIDING.get(local.lower())
    return None if proper is None or written == proper else proper


@rule(
    "xml-attribute-pollution",
    on=Document,
    severity=ERROR,
    cites=[_FRAGILE_LOCK, core("1.3.4")],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[
        example("response", ("<samlp:Response\n", '<samlp:Response id="_a"\n')),
        example("response", ("<samlp:Response\n", '<samlp:Response samlp:ID="_a"\n')),
    ],
    good=_GOOD,
)
def attribute_pollution(document: Document, case: Case) -> Iterator[Hit]:
    """An attribute is named like another one that decides.

    An element of SAML or XML Signature has an attribute such as `id`, `xml:id` or `samlp:ID` beside
    or instead of `ID`, in other letter case or in a namespace.

    Why: what a signature covers is found by an ID, and programs differ in which attributes they
    take for one. So one verifies an element and another reads a second one.
    Fix: Do not trust the message; find out who put the attribute there, and give the message to
    those in charge of security at the service provider.
    """
    root = judged_root(document, case)
    if root is None or not any(
        _proper_name(tag, name) is not None
        for tag, names in case.once(inventory, root).attributes
        for name in names
    ):
        return
    for element in root.iter(*(f"{{{name}}}*" for name in _NAMESPACES)):
        for written in element.attrib:
            name = str(written)
            proper = _proper_name(str(element.tag), name)
            if proper is not None:
                yield hit(
                    element,
                    f"{display(str(element.tag))} has the attribute {display(name)}, which can be "
                    f"taken for {proper}",
                    attribute=name,
                    expected=f"only {proper}",
                    actual=display(name),
                )


RULES = (
    lookalike_element,
    attribute_pollution,
)
