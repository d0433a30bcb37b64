"""The rule on wrapped requests and logout messages, which are forged like responses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    ArtifactResolve,
    ArtifactResponse,
    AttributeQuery,
    AuthnRequest,
    LogoutRequest,
    LogoutResponse,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper
from samlcheck.rules.message.foreign import FOREIGN, outermost
from samlcheck.rules.message.forged import TAGS, USENIX
from samlcheck.rules.message.shapes import ASSERTION, all_targets_of
from samlcheck.rules.rule import ERROR, USER, Hit, Place, example, hit, rule
from samlcheck.xml.names import display

Wrappable = (
    AuthnRequest
    | LogoutRequest
    | LogoutResponse
    | ArtifactResolve
    | ArtifactResponse
    | AttributeQuery
)
_ISSUER: Final = "<saml:Issuer>https://sp.example.org/saml</saml:Issuer>"
_GENUINE: Final = (
    '<samlp:AuthnRequest ID="_8e5f1c2a90b74d36ae21f47b03c9d815" Version="2.0" '
    f'IssueInstant="2026-11-23T09:59:00Z">{_ISSUER}</samlp:AuthnRequest>'
)


@rule(
    "message-wrapping-request",
    on=(
        AuthnRequest,
        LogoutRequest,
        LogoutResponse,
        ArtifactResolve,
        ArtifactResponse,
        AttributeQuery,
    ),
    severity=ERROR,
    cites=(
        USENIX,
        core("5.4.2"),
        paper(
            "samlify issue 634: signature wrapping of logout and login requests",
            "https://github.com/tngan/samlify/issues/634",
        ),
    ),
    tags=TAGS,
    owner=USER,
    bad=[
        example(
            "request",
            (_ISSUER, f"{_ISSUER}<samlp:Extensions>{_GENUINE}</samlp:Extensions>"),
            (
                '    ID="_8e5f1c2a90b74d36ae21f47b03c9d815"',
                '    ID="_a5c1b07d5a3e1f6249c8bd93026ea41c"',
            ),
        )
    ],
    good=[example("request"), example("request", sign="root", key="sp-signing")],
)
def wrapping_request(message: Wrappable, case: Case) -> Iterator[Hit]:
    """A request or a logout message hides another message.

    The signature of the message covers another message or assertion than the one that it stands
    in; or another message, metadata or an assertion stands inside it.

    Why: a receiver that only asks whether some signature is good acts on the forged message:
    it sends the answer where the forger wants, or logs out whom he names.
    Fix: Do not trust the message: it was built to deceive. Keep it, find out who sent it, and give
    it to those in charge of security at the receiver.
    """
    for signature in message.signatures:
        for target in all_targets_of(signature, case):
            if target is not message.element and target.tag in (*FOREIGN, ASSERTION):
                yield hit(
                    signature,
                    "The signature of the message covers another one inside it",
                    expected="a signature over the message that it stands in",
                    related=[Place(target, "ID", "what the signature covers")],
                )
                return
    for element in outermost(message.element, (*FOREIGN, ASSERTION)):
        parent = element.getparent()
        if isinstance(message, ArtifactResponse) and parent is message.element:
            continue
        yield hit(
            element,
            f"{display(str(element.tag))} stands in "
            f"{'the message' if parent is None else display(str(parent.tag))}",
            expected="no message or assertion inside",
        )


RULES = (wrapping_request,)
