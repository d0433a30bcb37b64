"""Rules on the signature of HTTP-POST-SimpleSign, which stands beside the message in the form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.rules.case import Case, Sent
from samlcheck.rules.citations import Citation
from samlcheck.rules.detached import SIMPLE_SIGN, signature_parameters
from samlcheck.rules.message.detached_words import SIMPLE_LOGOUT, why_invalid
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    CAPTURE,
    ERROR,
    Hit,
    Unknown,
    example,
    hit,
    rule,
)
from samlcheck.rules.signatures.form import NO_TRUST

_NO_WISH: Final = ('WantAssertionsSigned="true"', 'WantAssertionsSigned="false"')
_SPEC: Final = Citation(
    "SAML HTTP-POST-SimpleSign",
    None,
    "https://docs.oasis-open.org/security/saml/Post2.0/sstc-saml-binding-simplesign-cs-01.html",
)


@rule(
    "simplesign-signature",
    on=Sent,
    severity=ERROR,
    cites=[_SPEC],
    tags=[BLOCKS_LOGIN],
    owner=CAPTURE,
    unless=["redirect-sigalg-hmac", "redirect-sigalg-key-mismatch"],
    bad=[
        example(
            "logout",
            carry="simplesign",
            idp=[SIMPLE_LOGOUT],
            relay_state="page",
            after=[("=page&", "=other&")],
        ),
        example("logout", carry="simplesign", idp=[SIMPLE_LOGOUT], key="stranger"),
        example(
            "logout", carry="simplesign", idp=[SIMPLE_LOGOUT], after=[("&Signature=", "&sig=")]
        ),
        example(
            "logout",
            carry="simplesign",
            idp=[SIMPLE_LOGOUT],
            after=[("&SigAlg=", "&RelayState=x&SigAlg=")],
        ),
    ],
    good=[
        example("logout", carry="simplesign", idp=[SIMPLE_LOGOUT]),
        example("logout", carry="simplesign", idp=[SIMPLE_LOGOUT], relay_state="page"),
        example("response", carry="simplesign", sp=[_NO_WISH]),
    ],
)
def simple_sign_signature(sent: Sent, case: Case) -> Iterator[Hit | Unknown]:
    """The signature beside a message in a form does not verify.

    HTTP-POST-SimpleSign signs the message's XML, RelayState and SigAlg as one text, and sends
    SigAlg and Signature as fields of the form. It is verified with the signing keys that the
    metadata of the sender names.

    Why: a receiver refuses the message: it was changed on the way, or is not from whom it says.
    Fix: Capture the form again with all its fields. If it is as it was sent, compare the key that
    the sender signs with to its metadata.
    """
    names = signature_parameters(sent)
    if sent.binding != SIMPLE_SIGN:
        return
    check = case.detached
    if len(names) == 1:
        missing = next(name for name in ("SigAlg", "Signature") if name not in names)
        yield hit(
            case.message_document,
            f"The form has {names[0]} and no {missing}",
            owner=case.sending_owner,
            expected="SigAlg and Signature",
            actual=f"{names[0]} alone",
        )
    elif check is None or check.status == "no-key":
        yield Unknown(NO_TRUST)
    elif check.change is not None and check.signed_by is not None and check.signed_by.trusted:
        yield _of_other_parts(sent, case, check.change)
    elif check.status != "valid":
        words = why_invalid(check, "form")
        yield hit(
            case.message_document,
            words.message,
            owner=words.owner or case.sending_owner,
            expected="a signature by a signing key of the sender's metadata",
            actual=words.actual,
        )


def _of_other_parts(sent: Sent, case: Case, change: str) -> Hit:
    """Return the finding on a signature that holds over other parts of the form."""
    if change == "order":
        words = "The fields were signed in another order than message, RelayState, SigAlg"
    else:
        words = "The signature holds only without RelayState, which was not signed"
    return hit(
        case.message_document,
        words,
        expected="a signature over the message, RelayState and SigAlg, in this order",
        actual="a signature over other parts of the form",
    )


RULES = (simple_sign_signature,)
