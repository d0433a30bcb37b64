"""Rules on signature wrapping: a genuine signature is shown, and something else is read.

Each known shape has its name; what fits none is told by `xsw-liberal-vs-strict`,
`sig-consumed-not-covered` and the rules on the form of signatures.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Assertion, Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper
from samlcheck.rules.message import (
    wrapping_anywhere,
    wrapping_places,
    wrapping_requests,
    wrapping_responses,
    wrapping_signatures,
)
from samlcheck.rules.message.forged import (
    END,
    FORGED,
    FORGED_REST,
    GENUINE_ID,
    GENUINE_START,
    SIGNED_END,
    TAGS,
    USENIX,
)
from samlcheck.rules.message.shapes import (
    ADVICE,
    ASSERTION,
    EXTENSIONS,
    OBJECT,
    STATUS_DETAIL,
    hidden_in,
    is_inside,
    lies_open,
    signs_itself,
    stands_under,
    stray_hit,
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

_CITES: Final = (USENIX, core("5.4.2"))
_GOOD = (example("response"), example("response", sign="both"))


def _siblings(
    response: Response, case: Case
) -> Iterator[tuple[Assertion, Assertion | None, Assertion | None]]:
    """Yield the unsigned assertions of an unsigned response, with signed ones beside each.

    These are the first of all if it stands before, and the next one behind.
    """
    if response.signatures:
        return
    behind: Assertion | None = None
    found: list[tuple[Assertion, Assertion | None]] = []
    for assertion in reversed(response.assertions):
        if signs_itself(assertion, case):
            behind = assertion
        elif lies_open(assertion, case):
            found.append((assertion, behind))
    first = behind
    for assertion, following in reversed(found):
        yield assertion, None if following is first else first, following


@rule(
    "xsw-3",
    on=Response,
    severity=ERROR,
    cites=_CITES,
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "response",
            after=[(f"<saml:Assertion {GENUINE_ID}", f"{FORGED}<saml:Assertion {GENUINE_ID}")],
        )
    ],
    good=_GOOD,
)
def xsw_3(response: Response, case: Case) -> Iterator[Hit]:
    """An unsigned assertion stands before the signed one.

    The Response is not signed, and of its assertions one that is signed follows one that is not.

    Why: a receiver verifies the signed assertion and reads the first one.
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the service provider.
    """
    for assertion, _, behind in _siblings(response, case):
        if behind is not None:
            yield hit(
                assertion,
                "An unsigned assertion stands before the signed one",
                expected="signed assertions only",
                related=[Place(behind, "ID", "the signed assertion")],
            )


@rule(
    "xsw-unsigned-sibling",
    on=Response,
    severity=ERROR,
    cites=(
        *_CITES,
        paper(
            "CVE-2022-41912: signed and unsigned assertions in one response",
            "https://nvd.nist.gov/vuln/detail/CVE-2022-41912",
        ),
    ),
    tags=TAGS,
    owner=USER,
    unless=["xsw-3", "xsw-9"],
    bad=[example("response", after=[("</samlp:Response>", f"{FORGED}</samlp:Response>")])],
    good=_GOOD,
)
def xsw_unsigned_sibling(response: Response, case: Case) -> Iterator[Hit]:
    """An unsigned assertion follows the signed one.

    The Response is not signed, and of its assertions one that is not signed follows one that is.

    Why: a receiver verifies the signed assertion and reads the last one, or adds the attributes of
    both.
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the service provider.
    """
    for assertion, before, _ in _siblings(response, case):
        if before is not None:
            yield hit(
                assertion,
                "An unsigned assertion follows the signed one",
                expected="signed assertions only",
                related=[Place(before, "ID", "the signed assertion")],
            )


@rule(
    "xsw-4",
    on=Assertion,
    severity=ERROR,
    cites=_CITES,
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "response",
            after=[
                (
                    f"<saml:Assertion {GENUINE_ID}",
                    f"{FORGED.removesuffix('</saml:Assertion>')}<saml:Assertion {GENUINE_ID}",
                ),
                (END, f"</saml:Assertion>{END}"),
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
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the service provider.
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
    for signature, target in strays_of(assertion, case):
        within = is_inside(target, assertion.element) and not is_inside(target, signature.element)
        if within and not stands_under(target, ADVICE, assertion.element):
            yield stray_hit(
                signature, target, "The signature of the assertion covers another one inside it"
            )


@rule(
    "xsw-5",
    on=Assertion,
    severity=ERROR,
    cites=_CITES,
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "response",
            after=[
                (f"<saml:Assertion {GENUINE_ID}", '<saml:Assertion ID="_a5c1"'),
                (SIGNED_END, f"{SIGNED_END}{FORGED_REST}{GENUINE_START}"),
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
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the service provider.
    """
    for signature, target in strays_of(assertion, case):
        named_otherwise = next(target.iterancestors(EXTENSIONS, STATUS_DETAIL), None) is not None
        outside = not is_inside(target, assertion.element) and not named_otherwise
        if target.tag == ASSERTION and outside:
            yield stray_hit(
                signature, target, "The signature of the assertion covers another one beside it"
            )


@rule(
    "xsw-6",
    on=Assertion,
    severity=ERROR,
    cites=_CITES,
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "response",
            after=[
                (f"<saml:Assertion {GENUINE_ID}", '<saml:Assertion ID="_a5c1"'),
                (SIGNED_END, GENUINE_START),
                (END, f"</saml:Assertion>{SIGNED_END}{FORGED_REST}</samlp:Response>"),
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
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the service provider.
    """
    for signature, target in strays_of(assertion, case):
        in_object = stands_under(target, OBJECT, signature.element)
        if is_inside(target, signature.element) and not in_object:
            yield stray_hit(
                signature,
                target,
                "The signature of the assertion covers another one that is hidden inside it",
            )


RULES = (
    *wrapping_responses.RULES,
    *wrapping_signatures.RULES,
    *wrapping_requests.RULES,
    xsw_3,
    xsw_unsigned_sibling,
    xsw_4,
    xsw_5,
    xsw_6,
    *wrapping_places.RULES,
    *wrapping_anywhere.RULES,
)
