"""Rules on signature wrapping: a genuine signature is shown, and something else is read.

Each known shape has its name; what fits none is told by `xsw-liberal-vs-strict`,
`sig-consumed-not-covered` and the rules on the form of signatures.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import Assertion, Response, Signature
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper
from samlcheck.rules.message import wrapping_places
from samlcheck.rules.message.carried import assertion_with
from samlcheck.rules.message.shapes import (
    ADVICE,
    ASSERTION,
    EXTENSIONS,
    OBJECT,
    RESPONSE,
    STATUS_DETAIL,
    hidden_in,
    is_inside,
    lies_open,
    signs_itself,
    stands_under,
    strays_of,
)
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

_USENIX: Final = paper(
    "On Breaking SAML: Be Whoever You Want to Be",
    "https://www.usenix.org/conference/usenixsecurity12/technical-sessions/presentation/somorovsky",
)
_CITES: Final = (_USENIX, core("5.4.2"))
_TAGS: Final = (ATTACK, BLOCKS_LOGIN)
_GOOD = (example("response"), example("response", sign="both"))

# How the examples turn a signed message inside out: a second start is put behind the signature,
# so that what follows it becomes the genuine part, and what is forged is put around it.
_ISSUER = "<saml:Issuer>https://idp.example.org/saml</saml:Issuer>"
_ID = 'ID="_4c92e8f7061b4ad5935fd1a70e2b6c83"'
_START = f'<saml:Assertion {_ID} Version="2.0" IssueInstant="2026-11-23T09:59:30Z">\n    {_ISSUER}'
_END = "</saml:Assertion>\n</samlp:Response>"
_FORGED = assertion_with("_a5c1")
_FORGED_REST = _FORGED.partition(_ISSUER)[2]
_SIGNED_END = "</ds:Signature>"
_RESPONSE_ID = 'ID="_b07d5a3e1f6249c8bd93026ea41c7f58"'
_RESPONSE_START = (
    f'<samlp:Response {_RESPONSE_ID} Version="2.0" IssueInstant="2026-11-23T09:59:30Z" '
    'Destination="https://sp.example.org/saml/acs" '
    f'InResponseTo="_8e5f1c2a90b74d36ae21f47b03c9d815">\n  {_ISSUER}'
)
_STATUS = (
    '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>'
    "</samlp:Status>"
)
_RESPONSE_REST = f"{_STATUS}{_FORGED}</samlp:Response>"


def _stray_hit(signature: Signature, target: Element, message: str) -> Hit:
    return hit(
        signature,
        message,
        expected="a signature over the element that it stands in",
        related=[Place(target, "ID", "what the signature covers")],
    )


@rule(
    "xsw-1",
    on=Response,
    severity=ERROR,
    cites=_CITES,
    tags=_TAGS,
    owner=CAPTURE,
    bad=[
        example(
            "response",
            sign="response",
            after=[
                (f"    {_RESPONSE_ID}", '    ID="_a5c0"'),
                (_SIGNED_END, _RESPONSE_START),
                ("</samlp:Response>", f"</samlp:Response>{_SIGNED_END}{_RESPONSE_REST}"),
            ],
        )
    ],
    good=_GOOD,
)
def xsw_1(response: Response, case: Case) -> Iterator[Hit]:
    """A forged response hides the signed one inside its signature.

    The signature in the Response covers another Response, which stands inside that signature.

    Why: a receiver that only asks whether some signature is good reads the forged response and
    logs in whomever it names.
    Fix: Do not trust the message. It was built to deceive: find out who sent it, and keep it.
    """
    for signature, target in strays_of(response):
        if target.tag == RESPONSE and is_inside(target, signature.element):
            yield _stray_hit(
                signature,
                target,
                "The signature of the response covers another response that is hidden inside it",
            )


@rule(
    "xsw-2",
    on=Response,
    severity=ERROR,
    cites=_CITES,
    tags=_TAGS,
    owner=CAPTURE,
    bad=[
        example(
            "response",
            sign="response",
            after=[
                (f"    {_RESPONSE_ID}", '    ID="_a5c0"'),
                (_SIGNED_END, f"{_SIGNED_END}{_RESPONSE_START}"),
                ("</samlp:Response>", f"</samlp:Response>{_RESPONSE_REST}"),
            ],
        )
    ],
    good=_GOOD,
)
def xsw_2(response: Response, case: Case) -> Iterator[Hit]:
    """A forged response hides the signed one beside its signature.

    The signature in the Response covers another Response, which stands elsewhere in the message.

    Why: a receiver that only asks whether some signature is good reads the forged response and
    logs in whomever it names.
    Fix: Do not trust the message. It was built to deceive: find out who sent it, and keep it.
    """
    for signature, target in strays_of(response):
        if target.tag == RESPONSE and not is_inside(target, signature.element):
            yield _stray_hit(
                signature, target, "The signature of the response covers another response inside it"
            )


def _siblings(assertion: Assertion, case: Case) -> tuple[list[Assertion], list[Assertion]]:
    """Return the signed assertions before and behind an unsigned one of an unsigned response."""
    response = case.response
    if response is None or not lies_open(assertion, case):
        return [], []
    at = [item.element for item in response.assertions]
    if assertion.element not in at:
        return [], []
    place = at.index(assertion.element)
    before = [item for item in response.assertions[:place] if signs_itself(item)]
    behind = [item for item in response.assertions[place + 1 :] if signs_itself(item)]
    return before, behind


@rule(
    "xsw-3",
    on=Assertion,
    severity=ERROR,
    cites=_CITES,
    tags=_TAGS,
    owner=CAPTURE,
    bad=[
        example("response", after=[(f"<saml:Assertion {_ID}", f"{_FORGED}<saml:Assertion {_ID}")])
    ],
    good=_GOOD,
)
def xsw_3(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """An unsigned assertion stands before the signed one.

    The Response is not signed, and of its assertions one that is signed follows one that is not.

    Why: a receiver verifies the signed assertion and reads the first one.
    Fix: Do not trust the message. It was built to deceive: find out who sent it, and keep it.
    """
    _, behind = _siblings(assertion, case)
    if behind:
        yield hit(
            assertion,
            "An unsigned assertion stands before the signed one",
            expected="signed assertions only",
            related=[Place(behind[0], "ID", "the signed assertion")],
        )


@rule(
    "xsw-unsigned-sibling",
    on=Assertion,
    severity=ERROR,
    cites=(
        *_CITES,
        paper(
            "CVE-2022-41912: signed and unsigned assertions in one response",
            "https://nvd.nist.gov/vuln/detail/CVE-2022-41912",
        ),
    ),
    tags=_TAGS,
    owner=CAPTURE,
    unless=["xsw-3"],
    bad=[example("response", after=[("</samlp:Response>", f"{_FORGED}</samlp:Response>")])],
    good=_GOOD,
)
def xsw_unsigned_sibling(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """An unsigned assertion follows the signed one.

    The Response is not signed, and of its assertions one that is not signed follows one that is.

    Why: a receiver verifies the signed assertion and reads the last one, or adds the attributes of
    both.
    Fix: Do not trust the message. It was built to deceive: find out who sent it, and keep it.
    """
    before, _ = _siblings(assertion, case)
    if before:
        yield hit(
            assertion,
            "An unsigned assertion follows the signed one",
            expected="signed assertions only",
            related=[Place(before[0], "ID", "the signed assertion")],
        )


@rule(
    "xsw-4",
    on=Assertion,
    severity=ERROR,
    cites=_CITES,
    tags=_TAGS,
    owner=CAPTURE,
    bad=[
        example(
            "response",
            after=[
                (
                    f"<saml:Assertion {_ID}",
                    f"{_FORGED.removesuffix('</saml:Assertion>')}<saml:Assertion {_ID}",
                ),
                (_END, f"</saml:Assertion>{_END}"),
            ],
        )
    ],
    good=_GOOD,
)
def xsw_4(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """A forged assertion holds the signed one.

    An Assertion that no signature covers has a signed Assertion inside it, or has a signature that
    covers an Assertion inside it.

    Why: a receiver finds a good signature inside and reads the assertion around it.
    Fix: Do not trust the message. It was built to deceive: find out who sent it, and keep it.
    """
    if lies_open(assertion, case):
        for inner in hidden_in(assertion):
            if not stands_under(inner, ADVICE, assertion.element):
                yield hit(
                    assertion,
                    "An unsigned assertion holds the signed one",
                    expected="a signed assertion",
                    related=[Place(inner, "ID", "the signed assertion")],
                )
    for signature, target in strays_of(assertion):
        within = is_inside(target, assertion.element) and not is_inside(target, signature.element)
        if within and not stands_under(target, ADVICE, assertion.element):
            yield _stray_hit(
                signature, target, "The signature of the assertion covers another one inside it"
            )


@rule(
    "xsw-5",
    on=Assertion,
    severity=ERROR,
    cites=_CITES,
    tags=_TAGS,
    owner=CAPTURE,
    bad=[
        example(
            "response",
            after=[
                (f"<saml:Assertion {_ID}", '<saml:Assertion ID="_a5c1"'),
                (_SIGNED_END, f"{_SIGNED_END}{_FORGED_REST}{_START}"),
            ],
        )
    ],
    good=_GOOD,
)
def xsw_5(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """A forged assertion carries the signature of another one beside it.

    The signature in an Assertion covers an Assertion that stands elsewhere in the message.

    Why: a receiver finds a good signature in the assertion that it reads, and does not ask which
    one the signature is over.
    Fix: Do not trust the message. It was built to deceive: find out who sent it, and keep it.
    """
    for signature, target in strays_of(assertion):
        named_otherwise = next(target.iterancestors(EXTENSIONS, STATUS_DETAIL), None) is not None
        outside = not is_inside(target, assertion.element) and not named_otherwise
        if target.tag == ASSERTION and outside:
            yield _stray_hit(
                signature, target, "The signature of the assertion covers another one beside it"
            )


@rule(
    "xsw-6",
    on=Assertion,
    severity=ERROR,
    cites=_CITES,
    tags=_TAGS,
    owner=CAPTURE,
    bad=[
        example(
            "response",
            after=[
                (f"<saml:Assertion {_ID}", '<saml:Assertion ID="_a5c1"'),
                (_SIGNED_END, _START),
                (_END, f"</saml:Assertion>{_SIGNED_END}{_FORGED_REST}</samlp:Response>"),
            ],
        )
    ],
    good=_GOOD,
)
def xsw_6(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """A forged assertion hides the signed one inside its signature.

    The signature in an Assertion covers an Assertion that stands inside that signature.

    Why: a receiver finds a good signature in the assertion that it reads, and does not ask which
    one the signature is over.
    Fix: Do not trust the message. It was built to deceive: find out who sent it, and keep it.
    """
    for signature, target in strays_of(assertion):
        in_object = stands_under(target, OBJECT, signature.element)
        if is_inside(target, signature.element) and not in_object:
            yield _stray_hit(
                signature,
                target,
                "The signature of the assertion covers another one that is hidden inside it",
            )


RULES = (
    xsw_1,
    xsw_2,
    xsw_3,
    xsw_unsigned_sibling,
    xsw_4,
    xsw_5,
    xsw_6,
    *wrapping_places.RULES,
)
