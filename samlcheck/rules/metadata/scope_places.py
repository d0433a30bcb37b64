"""Rules on where shibmd:Scope stands: missing, misplaced, different from level to level."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    EntityDescriptor,
    Extensions,
    RoleDescriptor,
    Scope,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import saml2int
from samlcheck.rules.metadata.extensions import (
    AUTHORITY_ROLE,
    ENTITY,
    IDP_ROLE,
    SP_ROLE,
    SUBJECT_ID,
    items_of,
    misplaced,
    place_words,
)
from samlcheck.rules.metadata.scope_regexps import SCOPE, is_pattern
from samlcheck.rules.rule import ERROR, OFF, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml import Document
from samlcheck.xml.names import MD, SHIBMD, clark, display

_SCOPE: Final = clark(SHIBMD, "Scope")
#: The last one is a role of an extension, such as the security token service of AD FS.
_PLACES: Final = (ENTITY, IDP_ROLE, AUTHORITY_ROLE, clark(MD, "RoleDescriptor"))
_DECLARED: Final = (
    f'<shibmd:Scope xmlns:shibmd="{SHIBMD}" regexp="false">example.org</shibmd:Scope>'
)
_IDP_ROLE: Final = '  <md:IDPSSODescriptor WantAuthnRequestsSigned="true"'
_UI_INFO: Final = "      <mdui:UIInfo>"
_GROUP: Final = (
    'Name="https://federation.example.org/metadata"\n'
    '    validUntil="2027-01-20T00:00:00Z" cacheDuration="PT6H">'
)
_ENTITY_LEVEL: Final = (_IDP_ROLE, f"  <md:Extensions>{_DECLARED}</md:Extensions>\n{_IDP_ROLE}")
_GOOD: Final = (example("sp"), example("idp"), example("idp", _ENTITY_LEVEL))


@rule(
    "scope-missing-idp",
    on=EntityDescriptor,
    severity=OFF,
    cites=[saml2int("SDP-IDP14"), saml2int("SDP-IDP33")],
    unless=["scope-misplaced"],
    bad=[example("idp", (f"      {SCOPE}\n", ""), profile="saml2int")],
    good=[
        *_GOOD,
        example("idp", (f"      {SCOPE}\n", ""), _ENTITY_LEVEL, profile="saml2int"),
    ],
)
def scope_missing(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The identity provider does not say for which domains it speaks.

    There is no shibmd:Scope in the md:Extensions of the entity or of md:IDPSSODescriptor.

    Why: service providers check the scope of identifiers such as user@example.org against it, so
    that nobody can speak for another domain; without it they drop scoped attributes.
    Fix: Add a shibmd:Scope with regexp="false" for each domain of the organization.
    """
    if items_of(entity.extensions, Scope):
        return
    for role in entity.idp_roles:
        if not items_of(role.extensions, Scope):
            yield hit(
                role,
                "The identity provider has no shibmd:Scope",
                expected='a shibmd:Scope with regexp="false"',
            )


@rule(
    "scope-misplaced",
    on=Document,
    severity=ERROR,
    cites=[SUBJECT_ID, saml2int("SDP-IDP14")],
    bad=[
        example("sp", (_UI_INFO, f"      {_DECLARED}\n{_UI_INFO}")),
        example("aggregate", (_GROUP, f"{_GROUP}\n  <md:Extensions>{_DECLARED}</md:Extensions>")),
    ],
    good=_GOOD,
)
def scope_misplaced(document: Document, case: Case) -> Iterator[Hit]:
    """A scope stands where it means nothing.

    shibmd:Scope belongs in the md:Extensions of md:IDPSSODescriptor, of
    md:AttributeAuthorityDescriptor or of md:EntityDescriptor. In a service provider's role it is
    without effect, which is a warning.

    Why: service providers look for it there; elsewhere it is not found, or it holds for entities
    that it was not meant for.
    Fix: Move shibmd:Scope into the md:Extensions of md:IDPSSODescriptor.
    """
    for element in misplaced(document, _SCOPE, _PLACES):
        parent = element.getparent()
        holder = None if parent is None else parent.getparent()
        harmless = holder is not None and holder.tag == SP_ROLE
        yield hit(
            element,
            f"shibmd:Scope {place_words(element)}",
            expected="the md:Extensions of md:IDPSSODescriptor",
            severity=WARNING if harmless else ERROR,
        )


@rule(
    "scope-level-divergence",
    on=EntityDescriptor,
    severity=WARNING,
    cites=[SUBJECT_ID],
    bad=[
        example(
            "idp",
            (_ENTITY_LEVEL[0], _ENTITY_LEVEL[1].replace(">example.org<", ">example.com<")),
        )
    ],
    good=_GOOD,
)
def scope_levels_differ(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The scopes of the entity and of its roles are not the same.

    The lists of shibmd:Scope in the md:Extensions of the entity, of md:IDPSSODescriptor and of
    md:AttributeAuthorityDescriptor are compared, where there are any.

    Why: some software reads one of them and some reads all, so an attribute is accepted here and
    dropped there.
    Fix: Repeat the same list on each level, or keep it in the roles only.
    """
    levels: list[EntityDescriptor | RoleDescriptor] = [
        entity,
        *(role for role in entity.roles if role.element.tag in (IDP_ROLE, AUTHORITY_ROLE)),
    ]
    found = [(level, _scopes(level.extensions)) for level in levels]
    stated = [(level, scopes) for level, scopes in found if scopes]
    for level, scopes in stated[1:]:
        first, expected = stated[0]
        if scopes != expected:
            yield hit(
                items_of(level.extensions, Scope)[0],
                f"The scopes of {display(str(level.element.tag))} differ from those of "
                f"{display(str(first.element.tag))}",
                expected=", ".join(sorted(value for value, _ in expected)),
                actual=", ".join(sorted(value for value, _ in scopes)),
                related=[Place(items_of(first.extensions, Scope)[0], None, "the other list")],
            )


def _scopes(extensions: Extensions | None) -> set[tuple[str, bool]]:
    return {(scope.value.lower(), is_pattern(scope)) for scope in items_of(extensions, Scope)}


RULES = (scope_missing, scope_misplaced, scope_levels_differ)
