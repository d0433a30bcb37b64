"""Rules on where signatures stand in a message, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element as Element

from samlcheck.model import Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.message.carried import assertion_with
from samlcheck.rules.message.shapes import ASSERTION, SIGNATURE
from samlcheck.rules.message.values import ATTRIBUTE_VALUE, judged_root
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    USER,
    WARNING,
    Hit,
    example,
    hit,
    rule,
)
from samlcheck.xml import Document
from samlcheck.xml.names import MD, clark, display

_GOOD = (example("response"), example("response", sign="both"))
_EMPTY_SIGNATURE = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>'
_SOMEBODY_ELSE = (
    *(clark(MD, local) for local in ("EntityDescriptor", "EntitiesDescriptor")),
    ATTRIBUTE_VALUE,
)


def _signable(parent: Element, case: Case) -> bool:
    """Tell whether a signature may stand in an element: a message, what brings it, an assertion."""
    outer = (case.message, *case.carriers)
    if any(item is not None and item.element is parent for item in outer):
        return True
    return bool(parent.tag == ASSERTION)


@rule(
    "sig-parent-not-signable",
    on=Document,
    severity=ERROR,
    cites=[core("5.4.1"), core("5.4.2")],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    unless=[
        "xsw-statusdetail",
        "response-foreign-message-inside",
        "xsw-foreign-signed-element",
    ],
    bad=[
        example(
            "response",
            ("    <samlp:StatusCode", f"    {_EMPTY_SIGNATURE}<samlp:StatusCode"),
        ),
    ],
    good=_GOOD,
)
def parent_not_signable(document: Document, case: Case) -> Iterator[Hit]:
    """A signature stands where none belongs.

    A ds:Signature is the child of something other than the message or an Assertion. Signatures in
    attribute values and in metadata inside the message are not looked at here.

    Why: a receiver that takes the first signature it finds verifies one that vouches for nothing
    that it reads.
    Fix: Do not trust the message; find out who built it, and give the message to those in charge of
    security at the service provider.
    """
    root = judged_root(document, case)
    for element in () if root is None else root.iter(SIGNATURE):
        parent = element.getparent()
        if parent is None or _signable(parent, case):
            continue
        if next(element.iterancestors(*_SOMEBODY_ELSE), None) is None:
            yield hit(
                element,
                f"A signature stands in {display(str(parent.tag))}",
                expected="signatures as children of the message or of an assertion",
            )


@rule(
    "sig-count",
    on=Response,
    severity=WARNING,
    cites=[core("5.4")],
    owner=IDP,
    unless=[
        "xsw-*",
        "sig-parent-not-signable",
        "sig-multiple-in-element",
        "sig-consumed-not-covered",
    ],
    bad=[
        example(
            "response",
            (
                "    <saml:AuthnStatement",
                f"<saml:Advice>{assertion_with('_a5c1')}</saml:Advice><saml:AuthnStatement".replace(
                    "</saml:Issuer>", f"</saml:Issuer>{_EMPTY_SIGNATURE}"
                ),
            ),
            sign="both",
            also=["xsd-missing-required-child"],
        )
    ],
    good=_GOOD,
)
def signature_count(response: Response, case: Case) -> Iterator[Hit]:
    """There are more signatures than a login needs.

    The message has more than one signature for the Response and one for each of its assertions.

    Why: common receivers refuse a message with more signatures, because that is how forged ones
    look.
    Fix: Let the identity provider sign the response and the assertion and nothing else.
    """
    roots = [judged_root(document, case) for document in case.documents]
    found = [item for root in roots if root is not None for item in root.iter(SIGNATURE)]
    most = max(2, 1 + len(case.assertions))
    if len(found) > most:
        yield hit(
            found[-1],
            f"The message has {len(found)} signatures",
            expected=f"at most {most}",
            actual=str(len(found)),
        )


RULES = (parent_not_signable, signature_count)
