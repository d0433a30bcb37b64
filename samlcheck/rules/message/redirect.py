"""Rules on the signature in the query string of HTTP-Redirect: what it is over, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from samlcheck.rules.case import Case, Sent
from samlcheck.rules.citations import bindings, paper
from samlcheck.rules.detached import REDIRECT, octets_are_known, signature_parameters
from samlcheck.rules.message import redirect_algorithms, simple_sign
from samlcheck.rules.message.detached_words import (
    ALGORITHMS,
    CHANGES,
    LOST,
    MISORDERED,
    told,
    why_invalid,
)
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    CAPTURE,
    ERROR,
    SP,
    USER,
    Hit,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.signatures.form import NO_TRUST

if TYPE_CHECKING:
    from samlcheck.crypto import DetachedCheck

_SPEC: Final = bindings("3.4.4.1")
_GOOD = (
    example("request", carry="redirect"),
    example("request", carry="redirect", relay_state="a page/1"),
    example("logout", carry="redirect"),
)
_ORDER: Final = "order"
_WITHOUT_STATE: Final = "without-relay-state"


def _redirected(sent: Sent, case: Case) -> DetachedCheck | None:
    return case.detached if sent.binding == REDIRECT else None


@rule(
    "redirect-signature-incomplete",
    on=Sent,
    severity=ERROR,
    cites=[_SPEC],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example("request", carry="redirect", after=[("&Signature=", "&sig=")]),
        example("request", carry="redirect", after=[("&SigAlg=", "&sigalg_=")]),
    ],
    good=_GOOD,
)
def signature_incomplete(sent: Sent, case: Case) -> Iterator[Hit]:
    """Only half of the signature is in the query string.

    A signed query string has SigAlg, which names the algorithm, and Signature, the value. One of
    the two came without the other.

    Why: a receiver can verify nothing without both, and refuses the message; one that goes on
    without a signature would let anybody take it off.
    Fix: Copy the whole address. If it is complete, make the sender write both parameters, or
    neither where nobody asks for a signature.
    """
    found = signature_parameters(sent)
    if sent.binding != REDIRECT or len(found) != 1:
        return
    missing = next(name for name in ("SigAlg", "Signature") if name not in found)
    yield hit(
        case.message_document,
        f"The query string has {found[0]} and no {missing}",
        owner=case.sending_owner,
        expected="SigAlg and Signature",
        actual=f"{found[0]} alone",
    )


@rule(
    "redirect-signature-recoded",
    on=Sent,
    severity=ERROR,
    cites=[_SPEC],
    tags=[BLOCKS_LOGIN],
    owner=CAPTURE,
    bad=[
        example(
            "request",
            carry="redirect",
            after=[("SigAlg=http%3A%2F%2F", "SigAlg=http%3a%2f%2f")],
        ),
        example(
            "request",
            carry="redirect",
            relay_state="a page",
            after=[("RelayState=a%20page", "RelayState=a+page")],
        ),
        example("request", carry="redirect", after=[("&SigAlg=", "&RelayState=&SigAlg=")]),
    ],
    good=_GOOD,
)
def signature_recoded(sent: Sent, case: Case) -> Iterator[Hit]:
    """The query string is encoded otherwise than when it was signed.

    The signature fails over the query string as it was captured, and holds once its escapes are
    written in another way: `%2f` for `%2F`, `+` for `%20`, or with more or fewer characters
    escaped. An empty RelayState that is signed on one side only counts here, too.

    Why: the signature is over the encoded text, and a receiver has to verify what it received, so
    it refuses the message. Most often the capture rewrote the address; else the receiver or
    something before it decodes and encodes it anew, as AD FS and others write lower-case escapes.
    Fix: Capture the address again from the network tab of the browser. If it still differs, look
    for a proxy that rewrites addresses; where the receiver encodes anew, there is often a setting
    for lower-case escapes.
    """
    check = _redirected(sent, case)
    if check is not None and check.change in CHANGES and told(check):
        yield hit(
            case.message_document,
            f"The signature is over the query string {CHANGES[check.change or '']}",
            expected="the query string as it was signed",
            actual="the same values, encoded otherwise",
        )


@rule(
    "redirect-signature-wrong-order",
    on=Sent,
    severity=ERROR,
    cites=[_SPEC],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example(
            "raw",
            raw=f"https://idp.example.org/saml/sso/redirect?{MISORDERED}",
            without=["request"],
        )
    ],
    good=_GOOD,
)
def signature_wrong_order(sent: Sent, case: Case) -> Iterator[Hit]:
    """The parameters were signed in another order.

    The signature is over SAMLRequest or SAMLResponse, RelayState and SigAlg, in this order,
    whatever their order in the address. Here it holds only for another order.

    Why: a receiver puts them into the order that the binding fixes, and refuses the message.
    Fix: Make the sender sign the parameters in the order SAMLRequest (or SAMLResponse),
    RelayState, SigAlg.
    """
    check = _redirected(sent, case)
    if check is None or check.change != _ORDER or check.variant is None or not told(check):
        return
    right = [name for name in (sent.parameter, "RelayState") if name and sent.values(name)]
    yield hit(
        case.message_document,
        f"The parameters were signed in the order {', '.join(check.variant.order)}",
        owner=case.sending_owner,
        expected=", ".join([*right, "SigAlg"]),
        actual=", ".join(check.variant.order),
    )


@rule(
    "redirect-unsigned-relaystate",
    on=Sent,
    severity=ERROR,
    cites=[
        _SPEC,
        paper(
            "CVE-2025-31335: parameters outside of the signature in the Redirect binding",
            "https://nvd.nist.gov/vuln/detail/CVE-2025-31335",
        ),
    ],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[
        example(
            "request",
            carry="redirect",
            after=[("&SigAlg=", "&RelayState=https%3A%2F%2Fattacker.example%2F&SigAlg=")],
        )
    ],
    good=_GOOD,
)
def unsigned_relay_state(sent: Sent, case: Case) -> Iterator[Hit]:
    """RelayState was added to a signed query string.

    The signature holds only when RelayState is left out of what is verified.

    Why: RelayState decides where the user lands. Somebody may have put it into a genuine signed
    address, to lead the user to a page of their own.
    Fix: Do not follow it. Find out who adds RelayState; if it is the sender itself, make it sign
    RelayState as the binding demands.
    """
    check = _redirected(sent, case)
    if check is not None and check.change == _WITHOUT_STATE and told(check):
        yield hit(
            case.message_document,
            "The signature holds only without RelayState, which was not signed",
            expected="a signature over RelayState, too",
            actual="RelayState outside of the signature",
        )


@rule(
    "redirect-signature-invalid",
    on=Sent,
    severity=ERROR,
    cites=[_SPEC],
    tags=[BLOCKS_LOGIN],
    owner=CAPTURE,
    unless=[
        "redirect-signature-recoded",
        "redirect-signature-wrong-order",
        "redirect-unsigned-relaystate",
        "redirect-sigalg-hmac",
        "redirect-sigalg-key-mismatch",
    ],
    bad=[
        example("request", carry="redirect", relay_state="page", after=[("=page&", "=other&")]),
        example("request", carry="redirect", key="stranger"),
        example("request", carry="redirect", key="idp-next"),
        example("request", carry="redirect", after=[("&Signature=", "&Signature=%21")]),
        example("request", carry="redirect", after=[(ALGORITHMS["rsa-sha256"], "rsa")]),
    ],
    good=_GOOD,
)
def signature_invalid(sent: Sent, case: Case) -> Iterator[Hit | Unknown]:
    """The signature of the query string does not verify.

    The signature is verified over the query string as it was captured, with the signing keys that
    the metadata of the sender names.

    Why: a receiver refuses the message: it was changed on the way, or is not from whom it says.
    Fix: Capture the whole address again. If it is as it was sent, compare the key that the sender
    signs with to its metadata, and load the current metadata at the receiver.
    """
    names = signature_parameters(sent)
    if sent.binding != REDIRECT or len(names) != 2:
        return
    if not octets_are_known(sent):
        yield Unknown(LOST)
        return
    check = case.detached
    if check is None or check.status in ("valid", "no-key"):
        if check is not None and check.status == "no-key":
            yield Unknown(NO_TRUST)
        return
    words = why_invalid(check, "query string")
    yield hit(
        case.message_document,
        words.message,
        owner=words.owner or case.sending_owner,
        expected="a signature by a signing key of the sender's metadata",
        actual=words.actual,
    )


RULES = (
    signature_incomplete,
    *redirect_algorithms.RULES,
    signature_recoded,
    signature_wrong_order,
    unsigned_relay_state,
    signature_invalid,
    *simple_sign.RULES,
)
