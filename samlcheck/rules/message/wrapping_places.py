"""Rules on assertions in places where readers differ: extensions, details, objects, advice."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element as Element

from samlcheck.model import Assertion, Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, errata, paper
from samlcheck.rules.message.carried import assertion_with
from samlcheck.rules.message.forged import (
    END,
    FORGED,
    FORGED_REST,
    GENUINE_ID,
    GENUINE_START,
    TAGS,
    USENIX,
)
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
from samlcheck.rules.rule import (
    ERROR,
    USER,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.xml.names import DS, SAML, clark, display

_GOOD = (example("response"), example("response", sign="both"))
_ADVICE_START, _ADVICE_END = assertion_with("_a5c1", inside="<saml:Advice>|</saml:Advice>").split(
    "|"
)
_ENCRYPTED = clark(SAML, "EncryptedAssertion")


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
    cites=(USENIX, core("3.2.2")),
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "response",
            ("<samlp:Status>", f"<samlp:Extensions>{FORGED}</samlp:Extensions><samlp:Status>"),
        )
    ],
    good=_GOOD,
)
def xsw_7(response: Response, case: Case) -> Iterator[Hit]:
    """An assertion stands in the extensions of the response.

    Any content is valid in samlp:Extensions for a schema, but no assertion belongs there.

    Why: one part of a receiver looks for the assertion anywhere and another in its proper place, so
    one verifies the signed assertion and the other reads the forged one.
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the service provider.
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
    cites=(USENIX, errata("E91")),
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "response",
            after=[
                (f"<saml:Assertion {GENUINE_ID}", '<saml:Assertion ID="_a5c1"'),
                ("</ds:Signature>", f"<ds:Object>{GENUINE_START}"),
                (
                    END,
                    f"</saml:Assertion></ds:Object></ds:Signature>{FORGED_REST}</samlp:Response>",
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
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the service provider.
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
    cites=(USENIX, core("2.6.1")),
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "response",
            after=[
                (f"<saml:Assertion {GENUINE_ID}", f"{_ADVICE_START}<saml:Assertion {GENUINE_ID}"),
                (END, f"</saml:Assertion>{_ADVICE_END}</samlp:Response>"),
            ],
        )
    ],
    good=[
        *_GOOD,
        example(
            "response",
            (
                "    <saml:AuthnStatement",
                f"<saml:Advice>{FORGED}</saml:Advice><saml:AuthnStatement",
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
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the service provider.
    """
    found = list(hidden_in(assertion)) if lies_open(assertion, case) else []
    found.extend(target for _, target in strays_of(assertion, case))
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
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "response",
            (
                "  </samlp:Status>",
                f"<samlp:StatusDetail>{FORGED}</samlp:StatusDetail></samlp:Status>",
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
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the service provider.
    """
    for detail in response.element.iterdescendants(STATUS_DETAIL):
        found = [*_carried(detail), *detail.iterdescendants(f"{{{DS}}}*")][:1]
        for element in found:
            yield hit(
                element,
                f"{display(str(element.tag))} stands in the status detail",
                expected="neither assertions nor signatures",
            )


RULES = (xsw_7, xsw_8, xsw_advice, xsw_statusdetail)
