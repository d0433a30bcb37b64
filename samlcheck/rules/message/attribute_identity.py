"""Rules on whom the attributes name: within the provider's domains, and the same as the NameID."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Assertion, AttributeValue, Scope
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation, core
from samlcheck.rules.message.attribute_values import is_address
from samlcheck.rules.metadata.extensions import items_of
from samlcheck.rules.near_miss import difference
from samlcheck.rules.rule import (
    ERROR,
    IDP,
    INFO,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    personal,
    rule,
)
from samlcheck.rules.wording import any_of
from samlcheck.xml.names import NAMEID_EMAIL

_SCOPE_SPEC: Final = Citation(
    "Shibboleth Metadata Extensions",
    None,
    "https://shibboleth.atlassian.net/wiki/spaces/SC/pages/1912406916/ShibMetaExt+V1.0",
)
_EPPN: Final = "urn:oid:1.3.6.1.4.1.5923.1.1.1.6"
#: Attributes whose values are a name and a domain of the identity provider (eduPerson 202208,
#: SAML Subject Identifier Attributes 1.0).
_SCOPED: Final = frozenset(
    (
        _EPPN,
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.9",
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.13",
        "urn:oasis:names:tc:SAML:attribute:subject-id",
        "urn:oasis:names:tc:SAML:attribute:pairwise-id",
    )
)
#: Names under which the e-mail address is commonly sent.
_MAIL: Final = frozenset(
    (
        "urn:oid:0.9.2342.19200300.100.1.3",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
        "mail",
        "email",
    )
)
_PATTERN: Final = r"^([a-z]+\.)?example\.com$"
_SCOPE: Final = '<shibmd:Scope regexp="false">example.org<'
_VALUE: Final = ">mlind@example.org<"
_GOOD: Final = (example("response"),)


@rule(
    "attr-scope-mismatch",
    on=Assertion,
    severity=ERROR,
    cites=[_SCOPE_SPEC],
    owner=IDP,
    needs=["idp"],
    bad=[
        example("response", (_VALUE, ">mlind@example.com<")),
        example("response", idp=[(_SCOPE, f'<shibmd:Scope regexp="true">{_PATTERN}<')]),
    ],
    good=[
        *_GOOD,
        example("response", (_VALUE, ">mlind@EXAMPLE.org<")),
        example(
            "response",
            (_VALUE, ">mlind@dep.example.com<"),
            idp=[(_SCOPE, f'<shibmd:Scope regexp="true">{_PATTERN}<')],
        ),
    ],
)
def scope_mismatch(assertion: Assertion, case: Case) -> Iterator[Hit | Unknown]:
    """A value belongs to a domain that is not the identity provider's.

    Values such as eduPersonPrincipalName or subject-id end in a domain. The IdP metadata lists the
    domains that this identity provider may speak for, in shibmd:Scope.

    Why: service providers of federations drop such a value, so that the user is unknown; without
    the check one organisation could log in users of another.
    Fix: Correct the domain of the attribute at the identity provider, or have the domain added to
    its scopes in the metadata.
    """
    scopes = _scopes(case)
    for attribute in assertion.attributes() if scopes else ():
        if attribute.name not in _SCOPED:
            continue
        for value in attribute.values:
            domain = value.value.rpartition("@")[2]
            if "@" not in value.value or value.complex or not domain:
                continue
            yield from _outside(domain, attribute.name or "", value, scopes)


def _scopes(case: Case) -> list[Scope]:
    if case.idp is None or case.idp_role is None:
        return []
    levels = (case.idp.extensions, case.idp_role.extensions)
    return [scope for level in levels for scope in items_of(level, Scope) if scope.value]


def _outside(
    domain: str, name: str, value: AttributeValue, scopes: list[Scope]
) -> Iterator[Hit | Unknown]:
    """Yield a hit where a domain is in no scope; Unknown where a pattern would have to be run."""
    open_question = False
    for scope in scopes:
        if scope.regexp is None or scope.regexp.value is not True:
            if scope.value.lower() == domain.lower():
                return
            continue
        may = _may_match(scope.value, domain)
        open_question = open_question or may
    if open_question:
        yield Unknown("a scope of the IdP metadata is a pattern, which is not run here")
        return
    listed = [scope.value for scope in scopes]
    near = next((words for item in listed if (words := difference(domain, item))), None)
    yield hit(
        value,
        f"The value of {name!r} ends in the domain {personal(domain)}, which is none of the "
        "identity provider's scopes" + (f": it differs only in {near}" if near else ""),
        expected=any_of(listed[:5]),
        actual=personal(domain),
        related=[Place(scopes[0], None, "a scope of the identity provider")],
    )


def _may_match(pattern: str, domain: str) -> bool:
    """Tell whether a pattern could match a domain, by the literal ends of what it matches."""
    from samlcheck.rules.metadata.scope_patterns import read_pattern

    read = read_pattern(pattern)
    if read.problem is not None or not read.anchored_end or not read.tails:
        return True
    return any(domain.lower().endswith(tail.text.lower()) for tail in read.tails)


@rule(
    "attr-identity-mismatch",
    on=Assertion,
    severity=INFO,
    cites=[core("8.3.2")],
    owner=IDP,
    unless=["xml-*", "xsw-*"],
    bad=[
        example(
            "response",
            (
                "<saml:AttributeValue>maria.lind@example.org<",
                "<saml:AttributeValue>maria@example.net<",
            ),
        ),
        example(
            "response",
            (
                "<saml:AttributeValue>maria.lind@example.org<",
                "<saml:AttributeValue>Maria.Lind@example.org<",
            ),
        ),
    ],
    good=_GOOD,
)
def identity_mismatch(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The NameID and the e-mail attribute are different addresses.

    The NameID has the Format emailAddress and is not among the addresses that were sent as an
    attribute. It often means that the one is a sign-in name and the other the mailbox.

    Why: a service provider that looks up accounts by the one and shows or updates the other may
    make a second account for the same person.
    Fix: Nothing has to be done where that is meant. Else take both from the same source at the
    identity provider.
    """
    subject = assertion.subject
    name_id = None if subject is None else subject.name_id
    if name_id is None or name_id.format != NAMEID_EMAIL or not is_address(name_id.value):
        return
    addresses = [
        value
        for attribute in assertion.attributes()
        if (attribute.name or "").lower() in _MAIL
        for value in attribute.values
        if is_address(value.value)
    ]
    if not addresses or any(item.value == name_id.value for item in addresses):
        return
    near = difference(name_id.value, addresses[0].value)
    yield hit(
        name_id,
        f"The NameID {personal(name_id.value)} is another address than the attribute "
        f"{personal(addresses[0].value)}"
        + (
            f": they differ only in {near}" if near else _domains(name_id.value, addresses[0].value)
        ),
        expected=personal(addresses[0].value),
        actual=personal(name_id.value),
        related=[Place(addresses[0], None, "the attribute")],
    )


def _domains(one: str, other: str) -> str:
    mine, theirs = one.rpartition("@")[2], other.rpartition("@")[2]
    return "" if mine.lower() == theirs.lower() else ", also in the domain"


RULES = (scope_mismatch, identity_mismatch)
