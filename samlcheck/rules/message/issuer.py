"""Rules on who says that he made the response and the assertion: is it said, once, properly."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Assertion, Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.message import issuer_form, issuer_identity
from samlcheck.rules.message.issuer_form import no_entity
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    USER,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.xml.names import NAMEID_ENTITY

_ISSUER = "<saml:Issuer>https://idp.example.org/saml</saml:Issuer>"
#: The issuer of the response alone, and of the assertion alone, by what follows it.
_OF_RESPONSE = f"{_ISSUER}\n  <samlp:Status>"
_OF_ASSERTION = f"{_ISSUER}\n    <saml:Subject>"
_GOOD = (
    example("response"),
    example("response", (f"{_ISSUER}\n  <samlp:Status>", "<samlp:Status>")),
)


def _edited(old: str, issuer: str) -> tuple[str, str]:
    return old, old.replace(_ISSUER, issuer)


@rule(
    "issuer-missing-assertion",
    on=Assertion,
    severity=ERROR,
    cites=[core("2.3.3")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    bad=[
        example(
            "response",
            _edited(_OF_ASSERTION, ""),
            sign="response",
            also=["sig-assertion-not-signed"],
        ),
        example("response", _edited(_OF_ASSERTION, "<saml:Issuer> </saml:Issuer>")),
    ],
    good=_GOOD,
)
def issuer_missing_assertion(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """An assertion has no issuer.

    The Assertion has no Issuer, or an empty one.

    Why: the issuer tells with whose keys the assertion is verified, and it is required.
    Fix: Let the identity provider write its entityID into the Issuer of each assertion.
    """
    if not any(issuer.value for issuer in assertion.issuers):
        yield hit(
            assertion.issuer or assertion,
            "The assertion has no Issuer"
            if assertion.issuer is None
            else "The Issuer of the assertion is empty",
            expected="the entityID of the identity provider",
            actual=None if assertion.issuer is None else assertion.issuer.text,
        )


@rule(
    "issuer-missing-response",
    on=Response,
    severity=ERROR,
    cites=[profiles("4.1.4.2")],
    owner=IDP,
    bad=[
        example("response", _edited(_OF_RESPONSE, ""), sign="both"),
        example("response", _edited(_OF_RESPONSE, "<saml:Issuer/>")),
    ],
    good=_GOOD,
)
def issuer_missing_response(response: Response, case: Case) -> Iterator[Hit]:
    """The response has no issuer although it needs one.

    A Response that is signed or holds an encrypted assertion has to have an Issuer; an Issuer that
    is there must not be empty.

    Why: a receiver that knows several identity providers cannot tell whose key to verify it with.
    Fix: Let the identity provider write its entityID into the Issuer of the response.
    """
    issuer = response.issuer
    if issuer is not None and not issuer.value:
        yield hit(
            issuer,
            "The Issuer of the response is empty",
            expected="the entityID of the identity provider",
            actual=issuer.text,
        )
    elif issuer is None and (response.signatures or response.encrypted_assertions):
        why = "is signed" if response.signatures else "holds an encrypted assertion"
        yield hit(
            response,
            f"The response {why} and has no Issuer",
            expected="the entityID of the identity provider",
        )


@rule(
    "issuer-multiple",
    on=(Response, Assertion),
    severity=ERROR,
    cites=[core("2.3.3"), core("3.2.2")],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[example("response", _edited(_OF_RESPONSE, _ISSUER + _ISSUER))],
    good=_GOOD,
)
def issuer_multiple(node: Response | Assertion, case: Case) -> Iterator[Hit]:
    """There are several issuers in one place.

    A Response or an Assertion has more than one Issuer.

    Why: one receiver reads the first and another the last, so the message speaks in two names.
    Fix: Do not trust the message; find out who built it, and give the message to those in charge of
    security at the service provider.
    """
    name = "response" if isinstance(node, Response) else "assertion"
    if len(node.issuers) > 1:
        yield hit(
            node.issuers[1],
            f"The {name} has {len(node.issuers)} Issuer elements",
            expected="1",
            actual=str(len(node.issuers)),
            related=[Place(node.issuers[0], None, "the first Issuer")],
        )


@rule(
    "issuer-format",
    on=(Response, Assertion),
    severity=ERROR,
    cites=[profiles("4.1.4.2"), core("8.3.6")],
    owner=IDP,
    bad=[
        example(
            "response",
            _edited(
                _OF_ASSERTION,
                _ISSUER.replace(
                    ">", ' Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">', 1
                ),
            ),
        ),
        example(
            "response",
            _edited(_OF_ASSERTION, _ISSUER.replace(">", ' NameQualifier="example.org">', 1)),
            note="A warning: no receiver refuses it.",
        ),
    ],
    good=[
        example("response"),
        example(
            "response",
            _edited(_OF_ASSERTION, _ISSUER.replace(">", f' Format="{NAMEID_ENTITY}">', 1)),
        ),
    ],
)
def issuer_format(node: Response | Assertion, case: Case) -> Iterator[Hit]:
    """The issuer has another format than an entity.

    The Format of an Issuer has to be absent or that of an entity. With that format no qualifiers
    are allowed; one that is there all the same is a warning.

    Why: strict receivers refuse an Issuer that says it is not the name of an entity.
    Fix: Let the identity provider leave out Format and the qualifiers of its Issuer.
    """
    yield from no_entity(node.issuers)


RULES = (
    issuer_missing_assertion,
    issuer_missing_response,
    issuer_multiple,
    *issuer_form.RULES,
    *issuer_identity.RULES,
    issuer_format,
)
