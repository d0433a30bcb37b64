"""Rules on wrapped responses: the signed one is hidden in a forged one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.message.forged import FORGED, ISSUER, SIGNED_END, TAGS, USENIX
from samlcheck.rules.message.shapes import (
    RESPONSE,
    is_inside,
    stray_hit,
    strays_of,
)
from samlcheck.rules.rule import (
    ERROR,
    USER,
    Hit,
    example,
    rule,
)

_CITES: Final = (USENIX, core("5.4.2"))
_GOOD = (example("response"), example("response", sign="both"))

_RESPONSE_ID = 'ID="_b07d5a3e1f6249c8bd93026ea41c7f58"'
_RESPONSE_START = (
    f'<samlp:Response {_RESPONSE_ID} Version="2.0" IssueInstant="2026-11-23T09:59:30Z" '
    'Destination="https://sp.example.org/saml/acs" '
    f'InResponseTo="_8e5f1c2a90b74d36ae21f47b03c9d815">\n  {ISSUER}'
)
_STATUS = (
    '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>'
    "</samlp:Status>"
)
_RESPONSE_REST = f"{_STATUS}{FORGED}</samlp:Response>"


@rule(
    "xsw-1",
    on=Response,
    severity=ERROR,
    cites=_CITES,
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "response",
            sign="response",
            after=[
                (f"    {_RESPONSE_ID}", '    ID="_a5c0"'),
                (SIGNED_END, _RESPONSE_START),
                ("</samlp:Response>", f"</samlp:Response>{SIGNED_END}{_RESPONSE_REST}"),
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
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the service provider.
    """
    for signature, target in strays_of(response, case):
        if target.tag == RESPONSE and is_inside(target, signature.element):
            yield stray_hit(
                signature,
                target,
                "The signature of the response covers another response that is hidden inside it",
            )


@rule(
    "xsw-2",
    on=Response,
    severity=ERROR,
    cites=_CITES,
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "response",
            sign="response",
            after=[
                (f"    {_RESPONSE_ID}", '    ID="_a5c0"'),
                (SIGNED_END, f"{SIGNED_END}{_RESPONSE_START}"),
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
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the service provider.
    """
    for signature, target in strays_of(response, case):
        if target.tag == RESPONSE and not is_inside(target, signature.element):
            yield stray_hit(
                signature, target, "The signature of the response covers another response inside it"
            )


RULES = (xsw_1, xsw_2)
