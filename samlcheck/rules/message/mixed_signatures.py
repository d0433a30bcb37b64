"""Rules on which of response and assertions are signed, and what that leaves unsigned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper, profiles
from samlcheck.rules.message.forged import FORGED, TAGS
from samlcheck.rules.message.shapes import lies_open, signs_itself
from samlcheck.rules.message.signed import signed_beside
from samlcheck.rules.message.status_codes import FAILURES
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    OFF,
    USER,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.rules.wording import all_of

_GOOD = (example("response"), example("response", sign="both"))
_WANTED: Final = ("response", "both")


@rule(
    "response-mixed-signed-unsigned",
    on=Response,
    severity=ERROR,
    cites=(
        core("5.4"),
        paper(
            "CVE-2022-41912: signed and unsigned assertions in one response",
            "https://nvd.nist.gov/vuln/detail/CVE-2022-41912",
        ),
    ),
    tags=TAGS,
    owner=USER,
    unless=["xsw-*"],
    bad=[
        example(
            "response",
            encrypt=True,
            after=[("</samlp:Response>", f"{FORGED}</samlp:Response>")],
        )
    ],
    good=_GOOD,
)
def mixed(response: Response, case: Case) -> Iterator[Hit]:
    """Of the assertions one is signed and another is not.

    The Response is not signed. Of its assertions, those that were decrypted among them, one has a
    signature of its own and another has none.

    Why: a receiver that is content with one good signature reads the assertion that anybody can
    have added.
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the service provider.
    """
    if response.signatures or len(case.assertions) < 2:
        return
    signed = [item for item in case.assertions if signs_itself(item, case)]
    bare = [item for item in case.assertions if lies_open(item, case)]
    if signed and bare:
        yield hit(
            bare[0],
            "This assertion is not signed, while another one of the response is",
            expected="signed assertions only",
            related=[Place(signed[0], "ID", "the signed assertion")],
        )


@rule(
    "sig-response-not-signed",
    on=Response,
    severity=ERROR,
    cites=[profiles("4.1.4.5")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=[*FAILURES, "sig-none"],
    bad=[example("response", signature="response"), example("response", signature="both")],
    good=[*_GOOD, example("response", sign="both", signature="both")],
)
def response_not_signed(response: Response, case: Case) -> Iterator[Hit]:
    """The response is not signed, but the profile asks for it.

    The profile of the service provider says that it wants the Response itself signed; only the
    assertion is.

    Why: a service provider that is set up so refuses the login.
    Fix: Let the identity provider sign the response as well, or the response alone, as the service
    provider is set up.
    """
    if case.profile.signature_required in _WANTED and not response.signatures:
        yield hit(
            response,
            "Only the assertion is signed, but the service provider wants a signed response",
            expected="a signature on the response",
        )


@rule(
    "sig-unsigned-response-attributes",
    on=Response,
    severity=OFF,
    cites=[core("5.4"), profiles("4.1.4.5")],
    owner=IDP,
    bad=[example("response", enable=["sig-unsigned-response-attributes"])],
    good=[
        example("response"),
        example("response", sign="both", enable=["sig-unsigned-response-attributes"]),
    ],
)
def unsigned_envelope(response: Response, case: Case) -> Iterator[Hit]:
    """Only the assertion is signed, so what the response says itself is not.

    What the Response states outside its assertions is named: anybody on the way could have changed
    it. That is allowed; a profile may ask to be told.

    Why: a receiver must not rely on these values unless the signed assertion says the same.
    Fix: Nothing, if the receiver relies on the assertion alone; otherwise let the identity provider
    sign the response, too.
    """
    if response.signatures or not any(item.signatures for item in case.assertions):
        return
    present = {
        "Destination": response.destination,
        "InResponseTo": response.in_response_to,
        "IssueInstant": response.issue_instant,
        "Issuer": response.issuer,
        "Status": response.status,
    }
    names = [name for name, value in present.items() if value is not None]
    yield hit(
        response,
        f"Only the assertion is signed; these parts of the response are not: {all_of(names)}",
        expected="a signed response, or a receiver that relies on none of these",
    )


@rule(
    "sig-encrypted-assertion-unsigned-envelope",
    on=Response,
    severity=ERROR,
    cites=[
        core("6"),
        paper(
            "CVE-2024-4985: forged encrypted assertions",
            "https://nvd.nist.gov/vuln/detail/CVE-2024-4985",
        ),
    ],
    tags=TAGS,
    owner=USER,
    unless=[*FAILURES, "xsw-*"],
    bad=[example("response", sign=None, encrypt=True)],
    good=[
        example("response"),
        example("response", encrypt=True),
        example("response", sign=None, encrypt=True, without=["key"], also=["enc-no-key"]),
    ],
)
def unsigned_cipher(response: Response, case: Case) -> Iterator[Hit]:
    """What is encrypted is not signed, neither inside nor around it.

    An EncryptedAssertion was decrypted; the Assertion inside has no signature, and nothing signs
    the Response around it.

    Why: everybody has the key to encrypt with, as it is in the metadata of the service provider. So
    anybody can have made this assertion, while a receiver may take "encrypted" for "genuine".
    Fix: Do not trust the message: it may be built to deceive. If the identity provider made it so,
    let it sign the assertion before it encrypts it, or the response.
    """
    if response.signatures or signed_beside(case) or case.carriers:
        return
    for item in case.decrypted:
        if item.assertion is not None and not item.assertion.signatures:
            yield hit(
                item.encrypted,
                "The decrypted assertion is not signed, and neither is the response around it",
                expected="a signature on the assertion or the response",
            )


RULES = (mixed, response_not_signed, unsigned_envelope, unsigned_cipher)
