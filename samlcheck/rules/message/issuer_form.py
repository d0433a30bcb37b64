"""Rules on the form of an issuer's name, and on an issuer that is the service provider itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from samlcheck.model import Assertion, NameID, Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, profiles
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    WARNING,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.xml import uri_problem
from samlcheck.xml.names import NAMEID_ENTITY

_ISSUER = "<saml:Issuer>https://idp.example.org/saml</saml:Issuer>"
_GOOD = (example("response"),)
_LONGEST: Final = 1024


def no_entity(issuers: Iterable[NameID], owner: str = "") -> Iterator[Hit]:
    """Yield the findings on issuers with a format other than that of an entity, or qualifiers.

    `owner` says whose issuers they are, such as " of the request".
    """
    for issuer in issuers:
        if issuer.format is not None and issuer.format != NAMEID_ENTITY:
            yield hit(
                issuer.element,
                f"The Issuer{owner} has the Format {issuer.format!r}",
                attribute="Format",
                expected=f"{NAMEID_ENTITY}, or no Format",
                actual=issuer.format,
            )
        for name in ("NameQualifier", "SPNameQualifier", "SPProvidedID"):
            value = issuer.element.get(name)
            if value is not None:
                yield hit(
                    issuer.element,
                    f"The Issuer{owner} has the attribute {name}",
                    attribute=name,
                    expected=f"no {name}",
                    actual=value,
                    severity=WARNING,
                )


def _named(node: Response | Assertion) -> str:
    return "response" if isinstance(node, Response) else "assertion"


@rule(
    "issuer-not-uri",
    on=(Response, Assertion),
    severity=WARNING,
    cites=[core("8.3.6")],
    owner=IDP,
    bad=[
        example(
            "response",
            (_ISSUER, "<saml:Issuer>idp.example.org</saml:Issuer>"),
            idp=[('entityID="https://idp.example.org/saml"', 'entityID="idp.example.org"')],
        )
    ],
    good=_GOOD,
)
def issuer_not_uri(node: Response | Assertion, case: Case) -> Iterator[Hit]:
    """The issuer is no absolute URI, or a very long one.

    The name of an entity is a URI of at most 1,024 characters. Where the Response has the same
    Issuer as its assertion, it is reported once.

    Why: strict receivers refuse such a name, and only a URI is sure to be nobody else's.
    Fix: Give the identity provider an entityID that is a URI, and tell it to all its partners.
    """
    response = case.response
    told = [] if response is None or node is response else [item.value for item in response.issuers]
    for issuer in node.issuers:
        value = issuer.value
        if not value or value in told:
            continue
        problem = uri_problem(value)
        if problem is None and len(value) <= _LONGEST:
            continue
        yield hit(
            issuer,
            f"The Issuer of the {_named(node)} has {len(value)} characters"
            if problem is None
            else f"The Issuer {value!r} of the {_named(node)} is no absolute URI",
            expected=f"an absolute URI of at most {_LONGEST} characters",
            actual=value,
        )


@rule(
    "issuer-equals-sp",
    on=(Response, Assertion),
    severity=ERROR,
    cites=[profiles("4.1.4.2"), core("8.3.6")],
    tags=[BLOCKS_LOGIN],
    owner=IDP,
    needs=["sp"],
    bad=[
        example("response", (_ISSUER, "<saml:Issuer>https://sp.example.org/saml</saml:Issuer>")),
    ],
    good=_GOOD,
)
def issuer_equals_sp(node: Response | Assertion, case: Case) -> Iterator[Hit]:
    """The issuer is the service provider itself.

    The Issuer of the Response or Assertion is the entityID of the SP metadata, and not also that of
    the IdP metadata.

    Why: an identity provider names itself there. It was set up with the service provider's name as
    its own, or a message of the service provider was sent back to it.
    Fix: Correct the entityID that is entered at the identity provider for itself; the service
    provider's belongs into the Audience.
    """
    sp, idp = case.sp, case.idp
    if sp is None or not sp.entity_id or (idp is not None and idp.entity_id == sp.entity_id):
        return
    response = case.response
    told = [] if response is None or node is response else [item.text for item in response.issuers]
    for issuer in node.issuers:
        if issuer.text == sp.entity_id and issuer.text not in told:
            yield hit(
                issuer,
                f"The Issuer {issuer.text!r} of the {_named(node)} is the service provider itself",
                expected=(None if idp is None else idp.entity_id)
                or "the entityID of the identity provider",
                actual=issuer.text,
                related=[Place(sp, "entityID", "the entityID of the SP")],
            )


RULES = (issuer_not_uri, issuer_equals_sp)
