"""Rules on signatures that are turned against the message: doubled, displaced, or borrowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import Assertion, Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper, xmldsig
from samlcheck.rules.decrypting import DecryptedAssertion
from samlcheck.rules.message.foreign import FOREIGN, REUSE, outermost
from samlcheck.rules.message.forged import (
    FORGED,
    FORGED_REST,
    GENUINE_ID,
    GENUINE_START,
    SIGNED_END,
    TAGS,
    USENIX,
)
from samlcheck.rules.message.shapes import (
    ASSERTION,
    RESPONSE,
    SIGNATURE,
    SIGNED_INFO,
    all_targets_of,
    is_signed,
)
from samlcheck.rules.rule import ERROR, USER, Hit, Place, example, hit, rule
from samlcheck.xml.names import display

_GOOD = (example("response"), example("response", sign="both"))
_DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
_SIGNED_METADATA: Final = (
    '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
    f'entityID="https://idp.example.org/saml"><ds:Signature xmlns:ds="{_DSIG}"/>'
    "</md:EntityDescriptor>"
)
_START: Final = "<saml:Assertion "


@rule(
    "xsw-9",
    on=(Response, Assertion),
    severity=ERROR,
    cites=(
        USENIX,
        xmldsig("4.2"),
        paper(
            "CVE-2019-3465: a second SignedInfo decides what was verified",
            "https://nvd.nist.gov/vuln/detail/CVE-2019-3465",
        ),
    ),
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "response",
            after=[
                (f"{_START}{GENUINE_ID}", f'{_START}ID="_a5c1"'),
                (
                    "</ds:SignedInfo>",
                    '</ds:SignedInfo><ds:SignedInfo><ds:Reference URI="#_a5c1"/></ds:SignedInfo>',
                ),
                (SIGNED_END, f"{SIGNED_END}{FORGED_REST}{GENUINE_START}"),
            ],
        )
    ],
    good=_GOOD,
)
def xsw_9(node: Response | Assertion, case: Case) -> Iterator[Hit]:
    """A second SignedInfo lets a forged element pass for the signed one.

    A signature has several ds:SignedInfo, and one of their references means another Assertion or
    Response than the one that the signature stands in.

    Why: one part of a receiver verifies the genuine SignedInfo, over the element that is hidden;
    another takes the reference from the forged one, and so the forged element for signed.
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the service provider.
    """
    for signature in node.signatures:
        infos = [
            info
            for info in signature.element.iterdescendants(SIGNED_INFO)
            if next(info.iterancestors(SIGNATURE), None) is signature.element
        ]
        if len(infos) < 2:
            continue
        for target in all_targets_of(signature, case):
            if target is not node.element and target.tag in (ASSERTION, RESPONSE):
                yield hit(
                    infos[1],
                    f"The signature has {len(infos)} SignedInfo elements, and one of them covers "
                    f"another {display(str(target.tag))}",
                    expected="one SignedInfo, over the element that the signature stands in",
                    related=[Place(target, "ID", "what it covers")],
                )
                break


@rule(
    "sig-position",
    on=Response,
    severity=ERROR,
    cites=(
        core("5.4.2"),
        paper(
            "CVE-2024-8698: what a signature covers is guessed from where it stands",
            "https://nvd.nist.gov/vuln/detail/CVE-2024-8698",
        ),
    ),
    tags=TAGS,
    owner=USER,
    unless=["xsw-9"],
    bad=[
        example(
            "response",
            sign="response",
            sp=[('WantAssertionsSigned="true"', 'WantAssertionsSigned="false"')],
            after=[
                (
                    'URI="#_b07d5a3e1f6249c8bd93026ea41c7f58"',
                    'URI="#_4c92e8f7061b4ad5935fd1a70e2b6c83"',
                )
            ],
        )
    ],
    good=_GOOD,
)
def position(response: Response, case: Case) -> Iterator[Hit]:
    """The signature of the response covers an assertion only.

    A signature that stands where that of the Response belongs has a reference to an Assertion.

    Why: a receiver that judges by the place of the signature takes the whole response for signed,
    while anything beside that assertion can be forged.
    Fix: Do not trust the message; find out who built it, and give the message to those in charge of
    security at the service provider.
    """
    for signature in response.signatures:
        covered = case.check(signature).covers
        if covered is not None and covered.tag == ASSERTION:
            yield hit(
                signature,
                "The signature stands where that of the response belongs, and covers an assertion",
                expected="a signature over the response",
                related=[Place(covered, "ID", "what it covers")],
            )


@rule(
    "xsw-foreign-signed-element",
    on=Response,
    severity=ERROR,
    cites=(REUSE, core("5.4.2")),
    tags=TAGS,
    owner=USER,
    unless=["xsw-1", "xsw-2", "xsw-9"],
    bad=[
        example(
            "response",
            (
                "<samlp:Status>",
                f"<samlp:Extensions>{_SIGNED_METADATA}</samlp:Extensions><samlp:Status>",
            ),
        )
    ],
    good=_GOOD,
)
def foreign_signed_element(response: Response, case: Case) -> Iterator[Hit]:
    """Something that was signed for another purpose stands inside the response.

    Signed metadata, or a signed message of another kind, was found within the Response.

    Why: its signature is good, and everybody can get it. A receiver that only asks whether some
    signature in the message is good accepts the forged assertion beside it.
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the service provider.
    """
    for element in outermost(response.element, FOREIGN):
        if is_signed(element):
            yield hit(
                element,
                f"A signed {display(str(element.tag))} stands inside the response",
                expected="no message or metadata inside",
            )


def _ids(root: Element, without: Element | None = None) -> dict[str, Element]:
    """Return the elements of a tree by their ID, without those inside one element."""
    from samlcheck.crypto import ID_ATTRIBUTES

    found: dict[str, Element] = {}
    inside = set() if without is None else set(without.iter("*"))
    for element in root.iter("*"):
        if element not in inside:
            for name in ID_ATTRIBUTES:
                value = element.get(name)
                if value:
                    found.setdefault(value, element)
    return found


@rule(
    "xsw-in-encrypted",
    on=DecryptedAssertion,
    severity=ERROR,
    cites=(
        USENIX,
        core("5.4.2"),
        paper(
            "CVE-2024-9487: forged encrypted assertions",
            "https://nvd.nist.gov/vuln/detail/CVE-2024-9487",
        ),
    ),
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "response",
            encrypt=True,
            after=[
                (
                    "<samlp:Status>",
                    f"<samlp:Extensions>{FORGED.replace('_a5c1', GENUINE_ID[4:-1])}"
                    "</samlp:Extensions><samlp:Status>",
                )
            ],
            also=["xsw-7", "xml-duplicate-id"],
        )
    ],
    good=[*_GOOD, example("response", encrypt=True)],
)
def in_encrypted(item: DecryptedAssertion, case: Case) -> Iterator[Hit]:
    """Decryption brings an ID to light that the message has already, or that a signature misses.

    An element of the decrypted assertion has the ID of another Assertion or of the Response; or a
    signature inside covers something outside, or one outside something inside.

    Why: a receiver puts the decrypted assertion into the message and then looks up what the
    signature covers: it finds another element than the one that was signed.
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the service provider.
    """
    if item.document is None or item.document.root is None or item.assertion is None:
        return
    inner = _ids(item.document.root)
    outer = _ids(item.encrypted.element.getroottree().getroot(), item.encrypted.element)
    for value, element in inner.items():
        if value in outer and outer[value].tag in (ASSERTION, RESPONSE):
            yield _clash(element, outer[value], f"The decrypted assertion has the ID {value!r} too")
    response = case.response
    for signature in (*item.assertion.signatures, *(response.signatures if response else ())):
        here, there = (inner, outer) if signature in item.assertion.signatures else (outer, inner)
        for reference in signature.references:
            value = (reference.uri or "").removeprefix("#")
            if value in there and value not in here:
                yield _clash(
                    signature.element,
                    there[value],
                    f"The signature covers {value!r} on the other side of the encryption",
                )


def _clash(element: Element, other: Element, message: str) -> Hit:
    return hit(
        element,
        message,
        expected="IDs and references that do not cross the encryption",
        related=[Place(other, "ID", "the element outside or inside")],
    )


RULES = (xsw_9, position, foreign_signed_element, in_encrypted)
