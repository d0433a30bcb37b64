"""The elements of a message whose text is a value that somebody relies on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import Comment
from lxml.etree import _Element as Element

from samlcheck.model import OtherMessage
from samlcheck.rules.case import Case
from samlcheck.rules.message.captures import is_message
from samlcheck.rules.rule import personal
from samlcheck.rules.structure.table import TABLE
from samlcheck.xml import Document
from samlcheck.xml.names import DS, SAML, SAMLP, clark

#: Elements that hold a text and nothing else.
LEAVES: Final = (
    *(
        clark(SAML, local)
        for local in (
            "NameID",
            "Issuer",
            "Audience",
            "AuthnContextClassRef",
            "AuthnContextDeclRef",
            "AuthenticatingAuthority",
            "AssertionIDRef",
            "AssertionURIRef",
        )
    ),
    clark(SAMLP, "SessionIndex"),
    clark(SAMLP, "RequesterID"),
)
#: Where any child is reported as a fault of the signature itself.
SIGNATURE_VALUES: Final = tuple(clark(DS, local) for local in ("DigestValue", "SignatureValue"))
ATTRIBUTE_VALUE: Final = clark(SAML, "AttributeValue")
NAME_ID: Final = clark(SAML, "NameID")
_ABOUT_A_PERSON: Final = (clark(SAML, "Subject"), clark(SAML, "AttributeStatement"))
#: Elements whose text is a value; an attribute value may be made of elements too.
VALUES: Final = (*LEAVES, ATTRIBUTE_VALUE)


def judged_root(document: Document, case: Case) -> Element | None:
    """Return the root of a document that is part of the message: itself, or decrypted from it."""
    if case.message is None or isinstance(case.message, OtherMessage):
        return None
    if is_message(document, case) or case.is_decrypted(document):
        return document.root
    return None


def value_around(node: Element) -> Element | None:
    """Return the innermost value element that a node stands in."""
    return next(node.iterancestors(*VALUES), None)


def split_texts(root: Element, case: Case) -> dict[Element, None]:
    """Return the elements whose text comments split, in order; not values, nor what holds elements.

    Values have rules of their own, those of a signature as well.
    """
    return case.once(_split_texts, root)


def _split_texts(root: Element, case: Case) -> dict[Element, None]:
    return dict.fromkeys(_with_split_text(root))


def _with_split_text(root: Element) -> Iterator[Element]:
    parents = (comment.getparent() for comment in root.iter(Comment))
    for element in dict.fromkeys(parents):
        if element is None or element.tag in (*SIGNATURE_VALUES, *VALUES):
            continue
        if value_around(element) is not None or next(element.iterchildren("*"), None) is not None:
            continue
        if any(child.tail and child.tail.strip() for child in element):
            yield element


def is_misplaced(element: Element) -> bool:
    """Tell whether an element stands where the schemas of SAML have no such element."""
    parent = element.getparent()
    if parent is None:
        return False
    row = TABLE.get(str(parent.tag))
    return row is None or str(element.tag) not in row.ranks


def is_personal(element: Element) -> bool:
    """Tell whether an element's text is about a person."""
    if element.tag in (NAME_ID, ATTRIBUTE_VALUE) or len(element):
        return True  # what is nested in a value may have been a NameID
    if is_misplaced(element):
        return True  # so may what stands where it does not belong
    return next(element.iterancestors(*_ABOUT_A_PERSON), None) is not None


def shown(element: Element, text: str) -> str:
    """Return a text of an element for a message: quoted, and marked where it is personal."""
    if is_personal(element) or value_around(element) is not None:
        return f"'{personal(text)}'"
    return repr(text)
