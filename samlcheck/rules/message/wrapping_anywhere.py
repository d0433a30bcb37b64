"""The rule on elements of an assertion that only a reader finds who looks for them anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.message.forged import FORGED, TAGS, USENIX
from samlcheck.rules.message.inventory import inventory
from samlcheck.rules.message.shapes import ADVICE, ASSERTION, RESPONSE, SIGNATURE
from samlcheck.rules.message.status_codes import FAILURES
from samlcheck.rules.message.values import ATTRIBUTE_VALUE, judged_root
from samlcheck.rules.rule import ERROR, USER, Hit, example, hit, rule
from samlcheck.xml import Document
from samlcheck.xml.names import SAML, SAMLP, clark, display, split_clark

_ENCRYPTED: Final = clark(SAML, "EncryptedAssertion")
_ISSUER: Final = clark(SAML, "Issuer")
#: Where an assertion may stand besides the response: what it cites, proves or conveys as a value.
_PROPER_PLACES: Final = (ADVICE, clark(SAML, "Evidence"), ATTRIBUTE_VALUE)
_OF_ASSERTION: Final = clark(SAML, "")
_OF_PROTOCOL: Final = clark(SAMLP, "")
_SAML_NAMES: Final = (_OF_ASSERTION, _OF_PROTOCOL)
_GOOD = (example("response"), example("response", sign="both"))


def _is_proper(parent: str, child: str) -> bool:
    """Tell whether a child of that name has its place in a parent of that name, in any message.

    A message in which all do, has no element that stands where only a careless reader finds it.
    """
    if not child.startswith(_SAML_NAMES):
        return True
    if child.startswith(_OF_PROTOCOL):
        return parent.startswith(_OF_PROTOCOL) and child != RESPONSE
    if parent == RESPONSE:
        return child in (_ISSUER, ASSERTION, _ENCRYPTED)
    proper = parent.startswith(_OF_ASSERTION) and parent != ATTRIBUTE_VALUE
    return proper and (child not in (ASSERTION, _ENCRYPTED) or parent in _PROPER_PLACES)


def _has_no_place(element: Element, root: Element) -> bool:
    """Tell whether an element of SAML stands where only a reader that looks anywhere finds it."""
    parent = element.getparent()
    if parent is None or next(element.iterancestors(ATTRIBUTE_VALUE), None) is not None:
        return False
    if next(element.iterancestors(SIGNATURE), None) is not None:
        return split_clark(str(parent.tag))[0] not in (SAML, SAMLP)
    if split_clark(str(element.tag))[0] != SAML:
        return False
    if parent is root and root.tag == RESPONSE:
        return element.tag not in (_ISSUER, ASSERTION, _ENCRYPTED)
    if next(element.iterancestors(ASSERTION), None) is None:
        return split_clark(str(parent.tag))[0] != SAML
    proper = next(element.iterancestors(*_PROPER_PLACES), None) is not None
    return element.tag in (ASSERTION, _ENCRYPTED) and not proper


@rule(
    "xsw-liberal-vs-strict",
    on=Document,
    severity=ERROR,
    cites=(USENIX, core("3.3.3")),
    tags=TAGS,
    owner=USER,
    unless=[
        *FAILURES,
        *(f"xsw-{number}" for number in range(1, 10)),
        "xsw-advice",
        "xsw-statusdetail",
        "response-foreign-message-inside",
        "xsw-foreign-signed-element",
    ],
    bad=[
        example(
            "response",
            ('T10:59:30Z"/>', f'T10:59:30Z">{FORGED}</saml:SubjectConfirmationData>'),
        ),
        example(
            "response",
            after=[("<ds:X509Data>", "<saml:NameID>admin@example.org</saml:NameID><ds:X509Data>")],
        ),
    ],
    good=_GOOD,
)
def xsw_liberal_vs_strict(document: Document, case: Case) -> Iterator[Hit]:
    """An assertion, or what belongs into one, stands where none belongs.

    An Assertion was found that is neither a child of the Response nor in an Advice, an Evidence or
    an attribute value; or an element such as NameID stands outside of every assertion or within a
    signature.

    Why: a receiver that looks for such elements anywhere in the message reads another one than a
    receiver that looks in the proper place; so one is verified and another one is used.
    Fix: Do not trust the message; find out who built it, and give the message to those in charge of
    security at the service provider.
    """
    root = judged_root(document, case)
    if root is None or root.tag not in (RESPONSE, ASSERTION):
        return
    if all(_is_proper(*names) for names in case.once(inventory, root).nestings):
        return
    for element in root.iterdescendants(f"{{{SAML}}}*", f"{{{SAMLP}}}*"):
        parent = element.getparent()
        if parent is not None and _has_no_place(element, root):
            yield hit(
                element,
                f"{display(str(element.tag))} stands in {display(str(parent.tag))}",
                expected="elements of an assertion in their place only",
            )


RULES = (xsw_liberal_vs_strict,)
