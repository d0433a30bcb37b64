"""Rules on what the signatures of a message cover, and whether that is what a receiver reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Assertion, Message, Response, Signature
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, metadata, paper, profiles
from samlcheck.rules.message import mixed_signatures, signature_places, signed_view
from samlcheck.rules.message.carried import assertion_with
from samlcheck.rules.message.covered import differs_from_signed
from samlcheck.rules.message.signed import BACK_CHANNEL, came_over_soap, signed_beside
from samlcheck.rules.message.status_codes import FAILURES
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    INFO,
    USER,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import all_of

#: The named shapes of wrapping; each of them refuses the message by itself.
_SHAPES: Final = (
    *(f"xsw-{number}" for number in range(1, 10)),
    "xsw-advice",
    "xsw-statusdetail",
    "xsw-unsigned-sibling",
    "xsw-liberal-vs-strict",
    "xsw-foreign-signed-element",
    "xsw-in-encrypted",
)
_GOOD = (example("response"), example("response", sign="both"))
_NOT_DECRYPTED: Final = "the assertion is encrypted and was not decrypted"
_CONSENT = 'Destination="https://sp.example.org/saml/acs" InResponseTo'


def _undecided(case: Case) -> bool:
    """Tell whether an assertion is encrypted and its content unknown."""
    return any(item.assertion is None for item in case.decrypted)


@rule(
    "sig-none",
    on=(Response, Assertion),
    severity=ERROR,
    cites=[profiles("4.1.4.5"), profiles("4.1.3.5")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=[
        *FAILURES,
        "response-no-assertion",
        "sig-parent-not-signable",
        "sig-encrypted-assertion-unsigned-envelope",
        *_SHAPES,
    ],
    bad=[example("response", sign=None)],
    good=_GOOD,
)
def no_signature(node: Response | Assertion, case: Case) -> Iterator[Hit | Unknown]:
    """Neither the response nor the assertion is signed.

    There is a signature neither on the Response nor on any of its assertions, also not on one that
    was decrypted.

    Why: anybody can write such a message; every receiver has to refuse it.
    Fix: Let the identity provider sign the assertion, the response, or both. If the signature was
    lost in copying, capture the message again.
    """
    if isinstance(node, Assertion) and node is not case.message:
        return
    assertions = case.assertions
    if (isinstance(node, Response) and node.signatures) or any(a.signatures for a in assertions):
        return
    if signed_beside(case) or any(getattr(item, "signatures", ()) for item in case.carriers):
        return
    if _undecided(case):
        yield Unknown(_NOT_DECRYPTED)
    elif came_over_soap(case):
        yield Unknown(BACK_CHANNEL)
    elif isinstance(node, Response):
        yield hit(
            node,
            "Neither the response nor the assertion is signed",
            expected="a signature on the assertion, the response, or both",
        )
    else:
        yield hit(node, "The assertion is not signed", expected="a signature on the assertion")


@rule(
    "sig-assertion-not-signed",
    on=Response,
    severity=ERROR,
    cites=[metadata("2.4.4")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=[*FAILURES, "sig-none", "xsw-1", "xsw-2"],
    bad=[
        example("response", sign="response"),
        example(
            "response",
            sign="response",
            signature="assertion",
            sp=[('WantAssertionsSigned="true"', 'WantAssertionsSigned="false"')],
        ),
    ],
    good=[
        *_GOOD,
        example(
            "response",
            sign="response",
            sp=[('WantAssertionsSigned="true"', 'WantAssertionsSigned="false"')],
        ),
    ],
)
def assertion_not_signed(response: Response, case: Case) -> Iterator[Hit | Unknown]:
    """The assertion is not signed, but the service provider asks for it.

    The SP metadata says WantAssertionsSigned="true", or the profile wants a signature on the
    assertion, and only the Response is signed.

    Why: a signature on the response does not meet this demand; receivers that enforce it refuse
    the login.
    Fix: Let the identity provider sign the assertion (or both). If the service provider is content
    with a signed response, take WantAssertionsSigned out of its metadata.
    """
    role = case.sp_role
    demand = None if role is None or not role.wants_signed_assertions else role
    asked = case.profile.signature_required in ("assertion", "both")
    if (demand is None and not asked) or not response.signatures:
        return
    if _undecided(case):
        yield Unknown(_NOT_DECRYPTED)
    for assertion in case.assertions:
        if not assertion.signatures:
            yield hit(
                assertion,
                "Only the response is signed, but the service provider wants signed assertions",
                expected="a signature on the assertion",
                related=[]
                if demand is None
                else [Place(demand, "WantAssertionsSigned", "the demand")],
            )


@rule(
    "sig-consumed-not-covered",
    on=Assertion,
    severity=ERROR,
    cites=[
        core("5.4.2"),
        paper(
            "CVE-2025-47949: signature wrapping through an assertion outside the signed part",
            "https://nvd.nist.gov/vuln/detail/CVE-2025-47949",
        ),
    ],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    unless=[
        *FAILURES,
        *_SHAPES,
        "response-foreign-message-inside",
        "sig-parent-not-signable",
        "response-mixed-signed-unsigned",
    ],
    bad=[
        example(
            "response",
            after=[
                ("</samlp:Response>", f"{assertion_with('_a5c1')}</samlp:Response>"),
                ('URI="#_4c92', 'URI="#_4c93'),
            ],
            also=["sig-reference-dangling"],
        )
    ],
    good=_GOOD,
)
def consumed_not_covered(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """No signature covers the assertion that is read.

    Another assertion of the message is signed, but an Assertion that a receiver reads too stands in
    nothing that a signature could cover; or what the signature covers says something else than the
    document.

    Why: this is the essence of signature wrapping: the good signature belongs to something else.
    Fix: Do not trust the message; find out who built it, and give the message to those in charge of
    security at the service provider.
    """
    covering = case.covering(assertion)
    if not covering and case.once(_some_signed, case.message):
        yield hit(
            assertion,
            "Another assertion of the message is signed, but nothing covers this one",
            expected="a signature over the assertion or the response",
        )
    for signature in covering:
        parts = differs_from_signed(assertion, case.check(signature), case)
        if parts:
            yield hit(
                assertion,
                f"The signed content and the document differ in {all_of(parts)}",
                expected="the same in both",
                related=[Place(signature, None, "the signature")],
            )


def _some_signed(_: Message | None, case: Case) -> bool:
    return any(item.signatures for item in case.assertions)


def _failed(signatures: tuple[Signature, ...], case: Case) -> Signature | None:
    broken = ("altered", "wrong-key", "malformed", "refused")
    return next((item for item in signatures if case.check(item).status in broken), None)


def _holds(signatures: tuple[Signature, ...], case: Case) -> bool:
    return bool(signatures) and all(case.check(item).status == "valid" for item in signatures)


@rule(
    "sig-one-of-two-invalid",
    on=Response,
    severity=INFO,
    cites=[profiles("4.1.4.3")],
    owner=IDP,
    bad=[
        example(
            "response",
            sign="both",
            after=[
                (_CONSENT, f'Consent="urn:oasis:names:tc:SAML:2.0:consent:unspecified" {_CONSENT}')
            ],
            also=["sig-digest-mismatch"],
        )
    ],
    good=_GOOD,
)
def one_of_two_invalid(response: Response, case: Case) -> Iterator[Hit]:
    """One of the two signatures holds and the other does not.

    Response and assertion are both signed, and only one of the signatures verifies. Why the other
    fails is told by itself.

    Why: all signatures have to be verified, but some receivers content themselves with one: so the
    login works at one service and fails at another.
    Fix: Repair the signature that fails; do not take the other one for an excuse.
    """
    for assertion in case.assertions:
        inner, outer = assertion.signatures, response.signatures
        bad, name, good = _failed(outer, case), "response", "assertion"
        if bad is None or not _holds(inner, case):
            bad, name, good = _failed(inner, case), "assertion", "response"
            if bad is None or not _holds(outer, case):
                continue
        yield hit(bad, f"The signature over the {good} holds, that over the {name} does not")
        return


RULES = (
    no_signature,
    assertion_not_signed,
    *mixed_signatures.RULES,
    consumed_not_covered,
    *signed_view.RULES,
    *signature_places.RULES,
    one_of_two_invalid,
)
