"""Rules on assertions in places where readers differ: extensions, details, objects, advice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import Assertion, Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, errata, paper
from samlcheck.rules.message.carried import assertion_with
from samlcheck.rules.message.shapes import (
    ADVICE,
    ASSERTION,
    EXTENSIONS,
    OBJECT,
    RESPONSE,
    STATUS_DETAIL,
    hidden_in,
    lies_open,
    stands_under,
    strays_of,
)
from samlcheck.rules.message.values import ATTRIBUTE_VALUE, judged_root
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    CAPTURE,
    ERROR,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.xml import Document
from samlcheck.xml.names import DS, SAML, SAMLP, clark, display

_USENIX: Final = paper(
    "On Breaking SAML: Be Whoever You Want to Be",
    "https://www.usenix.org/conference/usenixsecurity12/technical-sessions/presentation/somorovsky",
)
_TAGS: Final = (ATTACK, BLOCKS_LOGIN)
_GOOD = (example("response"), example("response", sign="both"))
_ID = 'ID="_4c92e8f7061b4ad5935fd1a70e2b6c83"'
_END = "</saml:Assertion>\n</samlp:Response>"
_FORGED = assertion_with("_a5c1")
_ISSUER = "<saml:Issuer>https://idp.example.org/saml</saml:Issuer>"
_START = f'<saml:Assertion {_ID} Version="2.0" IssueInstant="2026-11-23T09:59:30Z">\n    {_ISSUER}'
_ADVICE_START, _ADVICE_END = assertion_with("_a5c1", inside="<saml:Advice>|</saml:Advice>").split(
    "|"
)
_ENCRYPTED = clark(SAML, "EncryptedAssertion")
#: Where an assertion may stand besides the response: what it cites, proves or conveys as a value.
_PROPER_PLACES: Final = (ADVICE, clark(SAML, "Evidence"), ATTRIBUTE_VALUE)


def _carried(outer: Element) -> Iterator[Element]:
    """Yield the outermost assertions and responses inside an element."""
    for element in outer.iterdescendants(ASSERTION, _ENCRYPTED, RESPONSE):
        above = next(element.iterancestors(ASSERTION, _ENCRYPTED, RESPONSE), None)
        if above is None or not any(parent is outer for parent in above.iterancestors()):
            yield element


@rule(
    "xsw-7",
    on=Response,
    severity=ERROR,
    cites=(_USENIX, core("3.2.2")),
    tags=_TAGS,
    owner=CAPTURE,
    bad=[
        example(
            "response",
            ("<samlp:Status>", f"<samlp:Extensions>{_FORGED}</samlp:Extensions><samlp:Status>"),
        )
    ],
    good=_GOOD,
)
def xsw_7(response: Response, case: Case) -> Iterator[Hit]:
    """An assertion stands in the extensions of the response.

    Any content is valid in samlp:Extensions for a schema, but no assertion belongs there.

    Why: one part of a receiver looks for the assertion anywhere and another in its proper place, so
    one verifies the signed assertion and the other reads the forged one.
    Fix: Do not trust the message. It was built to deceive: find out who sent it, and keep it.
    """
    for extensions in response.element.iterchildren(EXTENSIONS):
        for element in _carried(extensions):
            yield hit(
                element,
                f"{display(str(element.tag))} stands in the extensions of the response",
                expected="assertions as children of the response only",
            )


@rule(
    "xsw-8",
    on=(Response, Assertion),
    severity=ERROR,
    cites=(_USENIX, errata("E91")),
    tags=_TAGS,
    owner=CAPTURE,
    bad=[
        example(
            "response",
            after=[
                (f"<saml:Assertion {_ID}", '<saml:Assertion ID="_a5c1"'),
                ("</ds:Signature>", f"<ds:Object>{_START}"),
                (
                    _END,
                    "</saml:Assertion></ds:Object></ds:Signature>"
                    f"{_FORGED.partition(_ISSUER)[2]}</samlp:Response>",
                ),
            ],
        )
    ],
    good=_GOOD,
)
def xsw_8(node: Response | Assertion, case: Case) -> Iterator[Hit]:
    """An assertion is hidden in an object of the signature.

    A ds:Object inside a signature holds an Assertion or a Response.

    Why: a signature may carry any content in an object, so schema validation passes; a receiver
    verifies what is in the object and reads the forged assertion around it.
    Fix: Do not trust the message. It was built to deceive: find out who sent it, and keep it.
    """
    for signature in node.signatures:
        for item in signature.element.iterdescendants(OBJECT):
            for element in _carried(item):
                yield hit(
                    element,
                    f"{display(str(element.tag))} is hidden in a ds:Object of the signature",
                    expected="no ds:Object",
                    related=[Place(signature, None, "the signature")],
                )


@rule(
    "xsw-advice",
    on=Assertion,
    severity=ERROR,
    cites=(_USENIX, core("2.6.1")),
    tags=_TAGS,
    owner=CAPTURE,
    bad=[
        example(
            "response",
            after=[
                (f"<saml:Assertion {_ID}", f"{_ADVICE_START}<saml:Assertion {_ID}"),
                (_END, f"</saml:Assertion>{_ADVICE_END}</samlp:Response>"),
            ],
        )
    ],
    good=[
        *_GOOD,
        example(
            "response",
            (
                "    <saml:AuthnStatement",
                f"<saml:Advice>{_FORGED}</saml:Advice><saml:AuthnStatement",
            ),
        ),
    ],
)
def xsw_advice(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The signed assertion stands in the advice of one that is not signed.

    An Assertion that no signature covers has the signed one in its Advice, or its signature covers
    one there. An assertion in the Advice of a signed one is in order.

    Why: advice may be ignored, but a receiver that looks for a signature anywhere finds the one in
    it and reads the assertion around it.
    Fix: Do not trust the message. It was built to deceive: find out who sent it, and keep it.
    """
    found = list(hidden_in(assertion)) if lies_open(assertion, case) else []
    found.extend(target for _, target in strays_of(assertion))
    for inner in found:
        if stands_under(inner, ADVICE, assertion.element):
            yield hit(
                assertion,
                "The signed assertion stands in the advice of one that no signature covers",
                expected="a signature over the assertion itself",
                related=[Place(inner, "ID", "the signed assertion")],
            )


@rule(
    "xsw-statusdetail",
    on=Response,
    severity=ERROR,
    cites=(
        paper(
            "CVE-2024-45409: signature data read from StatusDetail",
            "https://nvd.nist.gov/vuln/detail/CVE-2024-45409",
        ),
        core("3.2.2.4"),
    ),
    tags=_TAGS,
    owner=CAPTURE,
    bad=[
        example(
            "response",
            (
                "  </samlp:Status>",
                f"<samlp:StatusDetail>{_FORGED}</samlp:StatusDetail></samlp:Status>",
            ),
        ),
        example(
            "response",
            (
                "  </samlp:Status>",
                '<samlp:StatusDetail><ds:DigestValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
                "AAAA</ds:DigestValue></samlp:StatusDetail></samlp:Status>",
            ),
        ),
    ],
    good=_GOOD,
)
def xsw_statusdetail(response: Response, case: Case) -> Iterator[Hit]:
    """An assertion or a part of a signature stands in the status detail.

    Any content is valid in samlp:StatusDetail, but neither assertions nor signatures belong there.

    Why: software that looks for a digest or an assertion anywhere in the message has taken the one
    from the status detail, which nobody signed.
    Fix: Do not trust the message. It was built to deceive: find out who sent it, and keep it.
    """
    for detail in response.element.iterdescendants(STATUS_DETAIL):
        found = [*_carried(detail), *detail.iterdescendants(f"{{{DS}}}*")][:1]
        for element in found:
            yield hit(
                element,
                f"{display(str(element.tag))} stands in the status detail",
                expected="neither assertions nor signatures",
            )


@rule(
    "xsw-liberal-vs-strict",
    on=Document,
    severity=ERROR,
    cites=(_USENIX, core("3.3.3")),
    tags=_TAGS,
    owner=CAPTURE,
    unless=[*(f"xsw-{number}" for number in range(1, 9)), "xsw-advice", "xsw-statusdetail"],
    bad=[
        example(
            "response",
            ('T10:59:30Z"/>', f'T10:59:30Z">{_FORGED}</saml:SubjectConfirmationData>'),
        )
    ],
    good=_GOOD,
)
def xsw_liberal_vs_strict(document: Document, case: Case) -> Iterator[Hit]:
    """An assertion stands where none belongs.

    An Assertion was found that is neither a child of the Response nor in an Advice, an Evidence or
    an attribute value.

    Why: a receiver that looks for assertions anywhere in the message reads another one than a
    receiver that looks in the proper place; so one is verified and another one is used.
    Fix: Do not trust the message; find out who built it.
    """
    root = judged_root(document, case)
    for element in () if root is None else root.iterdescendants(ASSERTION, _ENCRYPTED):
        parent = element.getparent()
        if parent is None or (parent is root and parent.tag == RESPONSE):
            continue
        if next(element.iterancestors(*_PROPER_PLACES), None) is None:
            yield hit(
                element,
                f"{display(str(element.tag))} stands in {display(str(parent.tag))}",
                expected=f"assertions as children of {display(clark(SAMLP, 'Response'))} only",
            )


RULES = (xsw_7, xsw_8, xsw_advice, xsw_statusdetail, xsw_liberal_vs_strict)
