"""Rules on the attributes that an SP asks for and an IdP offers."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import EntityDescriptor, RequestedAttribute, RoleDescriptor, Scope
from samlcheck.rules.case import Case, Pair
from samlcheck.rules.citations import metadata, paper
from samlcheck.rules.near_miss import nearest
from samlcheck.rules.rule import INFO, WARNING, Hit, Place, example, hit, rule

_SHIBMD = paper(
    "Shibboleth Metadata Extensions 1.0",
    "https://wiki.shibboleth.net/confluence/display/SC/ShibMetaExt+V1.0",
)
_EDU = "urn:oid:1.3.6.1.4.1.5923.1.1.1."
_MACE = "urn:mace:dir:attribute-def:"
_SUBJECT = "urn:oasis:names:tc:SAML:attribute:"
#: Attributes whose value ends in a scope, such as example.org, which has to be the IdP's own.
_SCOPED = {
    _EDU + "6": "eduPersonPrincipalName",
    _EDU + "9": "eduPersonScopedAffiliation",
    _EDU + "13": "eduPersonUniqueId",
    _MACE + "eduPersonPrincipalName": "eduPersonPrincipalName",
    _MACE + "eduPersonScopedAffiliation": "eduPersonScopedAffiliation",
    _SUBJECT + "subject-id": "subject-id",
    _SUBJECT + "pairwise-id": "pairwise-id",
}
_MAIL = "urn:oid:0.9.2342.19200300.100.1.3"


def _offer(*names: str) -> tuple[str, str]:
    """Return an example's edit with which the IdP offers attributes."""
    space = ' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
    form = ' NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"'
    lines = "".join(f'    <saml:Attribute{space} Name="{name}"{form}/>\n' for name in names)
    return "  </md:IDPSSODescriptor>", f"{lines}  </md:IDPSSODescriptor>"


def _requested(pair: Pair) -> Iterator[RequestedAttribute]:
    """Yield the attributes that the SP asks for, each name once, the required one first."""
    services = pair.sp_role.attribute_consuming_services
    wishes = [item for service in services for item in service.requested_attributes if item.name]
    wishes.sort(key=lambda item: not item.required)
    seen: set[str | None] = set()
    for item in wishes:
        if item.name not in seen:
            seen.add(item.name)
            yield item


def attribute_words(attribute: RequestedAttribute) -> str:
    """Return an attribute's name, with its friendly name where there is one."""
    if attribute.friendly_name and attribute.friendly_name != attribute.name:
        return f"{attribute.friendly_name} ({attribute.name})"
    return attribute.name or "(no Name)"


@rule(
    "pair-attributes-not-offered",
    on=Pair,
    severity=WARNING,
    cites=[metadata("2.4.3"), metadata("2.4.4.2")],
    bad=[
        example("pair", idp=[_offer(_MAIL)]),
        example("pair", idp=[_offer(_MAIL, _EDU + "6 ")]),
    ],
    good=[example("pair"), example("pair", idp=[_offer(_MAIL, _EDU + "6")])],
)
def attributes_not_offered(pair: Pair, case: Case) -> Iterator[Hit]:
    """The IdP does not list an attribute that the SP requires.

    The SP marks a RequestedAttribute with isRequired="true". The IdP publishes a list of the
    attributes that it supports, and the name is not in it. An IdP without a list says nothing.

    Why: an SP that does not get a required attribute mostly refuses the login, with a message
    about a missing attribute or user.
    Fix: Let the IdP release the attribute under exactly that name and add it to its list, or drop
    isRequired at the SP.
    """
    offered = [item for item in pair.idp_role.attributes if item.name]
    if not offered:
        return
    names = {item.name: item for item in offered}
    for wanted in _requested(pair):
        if not wanted.required or wanted.name in names:
            continue
        near = nearest(wanted.name or "", (name for name in names if name))
        words = f"; the IdP lists {near[0]!r}, which differs in {near[1]}" if near else ""
        yield hit(
            wanted,
            f"The IdP does not list the attribute {attribute_words(wanted)} that the SP requires"
            + words,
            attribute="Name",
            expected=f"one of the {len(names)} attributes that the IdP lists",
            actual=wanted.name,
            related=[Place(names[near[0]] if near else offered[0], "Name", "the list of the IdP")],
        )


def has_scope(entity: EntityDescriptor, role: RoleDescriptor) -> bool:
    """Tell whether a role or its entity publishes a shibmd:Scope."""
    return any(
        isinstance(item, Scope)
        for extensions in (role.extensions, entity.extensions)
        if extensions is not None
        for item in extensions.items
    )


@rule(
    "pair-scope-missing-for-scoped",
    on=Pair,
    severity=INFO,
    cites=[_SHIBMD],
    unless=["pair-subjectid-unsatisfiable"],
    bad=[example("pair", idp=[('<shibmd:Scope regexp="false">example.org</shibmd:Scope>', "")])],
    good=[
        example("pair"),
        example(
            "pair",
            sp=[(_EDU + "6", _EDU + "11")],
            idp=[('<shibmd:Scope regexp="false">example.org</shibmd:Scope>', "")],
        ),
    ],
)
def scope_missing(pair: Pair, case: Case) -> Iterator[Hit]:
    """The SP asks for scoped attributes, and the IdP publishes no scope.

    A scoped attribute such as eduPersonPrincipalName has a value that ends in @ and a domain. The
    IdP's metadata lists its own domains as shibmd:Scope; it has none.

    Why: SP software that compares the domain with the list, as Shibboleth does, drops the value.
    Fix: Publish each domain of the IdP as shibmd:Scope in the Extensions of its role.
    """
    wishes = [item for item in _requested(pair) if item.name in _SCOPED]
    if not wishes or has_scope(pair.idp, pair.idp_role):
        return
    names = ", ".join(dict.fromkeys(_SCOPED[item.name or ""] for item in wishes))
    yield hit(
        pair.idp_role,
        f"The SP asks for {names}, and the IdP publishes no scope",
        expected="a shibmd:Scope",
        related=[Place(wishes[0], "Name", "what the SP asks for")],
    )


RULES = (attributes_not_offered, scope_missing)
