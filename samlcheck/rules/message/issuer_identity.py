"""Rules on whether the issuer is the identity provider that is expected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Assertion, NameID, Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.near_miss import difference
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    rule,
)

_ISSUER = "<saml:Issuer>https://idp.example.org/saml</saml:Issuer>"
_OF_ASSERTION = f"{_ISSUER}\n    <saml:Subject>"
_GOOD = (
    example("response"),
    example("response", (f"{_ISSUER}\n  <samlp:Status>", "<samlp:Status>")),
)
_OTHER: Final = "issuer-known-other-entity"


def _edited(old: str, issuer: str) -> tuple[str, str]:
    return old, old.replace(_ISSUER, issuer)


def _mismatch(issuer: NameID, name: str, case: Case) -> Iterator[Hit | Unknown]:
    """Yield the finding on an issuer that is not the identity provider of the metadata."""
    expected = None if case.idp is None else case.idp.entity_id
    value = issuer.text
    if not expected:
        yield Unknown("the IdP metadata has no entityID")
        return
    if not issuer.value or value == expected:
        return
    if _known_other(issuer.value, case) is not None:
        return
    if case.sp is not None and value == case.sp.entity_id:
        return  # issuer-equals-sp tells of it
    words = difference(value, expected)
    yield hit(
        issuer,
        f"The Issuer {value!r} of the {name} is not the identity provider of the metadata"
        + (f": it differs from {expected!r} only in {words}" if words else ""),
        expected=expected,
        actual=value,
        related=[Place(case.idp, "entityID", "the identity provider")],
    )


def _known_other(value: str, case: Case) -> str | None:
    """Name the entity of the evidence that an issuer is, when it is not the identity provider."""
    if case.idp is None or value == case.idp.entity_id:
        return None
    if case.sp is not None and value == case.sp.entity_id:
        return None
    if any(peer.entity_id == value for peer in case.peers):
        return "another entity of the metadata given"
    return None


@rule(
    "issuer-mismatch-response",
    on=Response,
    severity=ERROR,
    cites=[profiles("4.1.4.2"), core("8.3.6")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    needs=["idp"],
    bad=[
        example("response", (_ISSUER, "<saml:Issuer>https://idp.example.org/saml/</saml:Issuer>")),
        example("response", (_ISSUER, "<saml:Issuer>https://login.example.net</saml:Issuer>")),
        example("response", (_ISSUER, "<saml:Issuer>https://idp.example.org/saml </saml:Issuer>")),
    ],
    good=_GOOD,
)
def issuer_mismatch_response(response: Response, case: Case) -> Iterator[Hit | Unknown]:
    """The issuer of the response is not the identity provider of the metadata.

    The Issuer is compared character by character with the entityID in the IdP metadata.

    Why: a receiver looks up the keys and the settings by this name, and refuses one that it does
    not know.
    Fix: Load the metadata of the identity provider that sent the response, or correct the entityID
    at one of the two sides.
    """
    for issuer in response.issuers:
        yield from _mismatch(issuer, "response", case)


@rule(
    "issuer-mismatch-assertion",
    on=Assertion,
    severity=ERROR,
    cites=[core("2.3.3"), core("8.3.6")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    needs=["idp"],
    bad=[
        example(
            "response",
            _edited(_OF_ASSERTION, "<saml:Issuer>https://idp.example.org/SAML</saml:Issuer>"),
        ),
    ],
    good=_GOOD,
)
def issuer_mismatch_assertion(assertion: Assertion, case: Case) -> Iterator[Hit | Unknown]:
    """The issuer of an assertion is not the identity provider of the metadata.

    The Issuer is compared character by character with the entityID in the IdP metadata. Where the
    response has the same issuer, it is reported there.

    Why: a receiver looks up the keys and the settings by this name, and refuses one that it does
    not know.
    Fix: Load the metadata of the identity provider that made the assertion, or correct the entityID
    at one of the two sides.
    """
    response = case.response
    told = () if response is None else tuple(item.text for item in response.issuers)
    for issuer in assertion.issuers:
        if issuer.text not in told:
            yield from _mismatch(issuer, "assertion", case)


@rule(
    _OTHER,
    on=(Response, Assertion),
    severity=ERROR,
    cites=[profiles("4.1.4.3"), core("8.3.6")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    needs=["idp"],
    bad=[
        example(
            "response",
            (_ISSUER, "<saml:Issuer>https://login.example.net</saml:Issuer>"),
            idp=[
                (
                    "<md:EntityDescriptor",
                    '<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">'
                    '<md:EntityDescriptor entityID="https://login.example.net"/>'
                    "<md:EntityDescriptor",
                ),
                ("</md:EntityDescriptor>", "</md:EntityDescriptor></md:EntitiesDescriptor>"),
            ],
        ),
    ],
    good=_GOOD,
)
def issuer_known_other_entity(node: Response | Assertion, case: Case) -> Iterator[Hit]:
    """The issuer is another entity that is known, not the identity provider.

    The Issuer is the entityID of an entity of the metadata given that is neither the identity
    provider nor the service provider.

    Why: two environments or tenants are mixed up, and the receiver verifies with the keys of
    another party.
    Fix: Set the entityID of the identity provider where the name shown was entered.
    """
    response = case.response
    name = "response" if isinstance(node, Response) else "assertion"
    told = [] if response is None or node is response else [item.value for item in response.issuers]
    for issuer in node.issuers:
        words = None if issuer.value in told else _known_other(issuer.value, case)
        if words is not None:
            yield hit(
                issuer,
                f"The Issuer {issuer.value!r} of the {name} is {words}",
                expected=None if case.idp is None else case.idp.entity_id,
                actual=issuer.value,
            )


@rule(
    "issuer-inconsistent",
    on=Assertion,
    severity=ERROR,
    cites=[profiles("4.1.4.2")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    unless=["issuer-mismatch-response", "issuer-mismatch-assertion", "issuer-equals-sp", _OTHER],
    bad=[
        example(
            "response",
            _edited(_OF_ASSERTION, "<saml:Issuer>https://login.example.net</saml:Issuer>"),
            without=["idp"],
        )
    ],
    good=_GOOD,
)
def issuer_inconsistent(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """Response and assertion have different issuers.

    The Issuer of an Assertion is compared with that of the Response around it or, where the
    Response has none, with that of the first assertion.

    Why: in a login both are the identity provider, so a receiver refuses one of the two.
    Fix: Let the identity provider write the same entityID into both.
    """
    response = case.response
    outer = None if response is None else response.issuer
    whose = "the response"
    if outer is None and case.assertions and assertion is not case.assertions[0]:
        outer, whose = case.assertions[0].issuer, "the first assertion"
    inner = assertion.issuer
    if outer is None or inner is None or not outer.value or not inner.value:
        return
    if outer.text != inner.text:
        words = difference(outer.text, inner.text)
        yield hit(
            inner,
            f"The assertion is issued by {inner.text!r}, {whose} by {outer.text!r}"
            + (f"; they differ only in {words}" if words else ""),
            expected=outer.text,
            actual=inner.text,
            related=[Place(outer, None, f"the issuer of {whose}")],
        )


RULES = (
    issuer_mismatch_response,
    issuer_mismatch_assertion,
    issuer_known_other_entity,
    issuer_inconsistent,
)
