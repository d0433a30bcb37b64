"""Rules on what decides about attributes: scopes, entity attributes, requested attributes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityDescriptor, IDPSSODescriptor, RequestedAttribute, Scope
from samlcheck.rules.case import Case
from samlcheck.rules.change import Change
from samlcheck.rules.citations import metadata, rfc, saml2int
from samlcheck.rules.metadata.attribute_registry import words_for
from samlcheck.rules.metadata.category_registry import (
    ASSURANCE,
    CATEGORY,
    COCO_2,
    RESEARCH_AND_SCHOLARSHIP,
    SIRTFI_1,
    SUBJECT_ID_REQ,
    SUPPORT,
    values_of,
)
from samlcheck.rules.metadata.sample_attributes import asserting
from samlcheck.rules.rule import INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import all_of

_SCOPE: Final = '<shibmd:Scope regexp="false">example.org</shibmd:Scope>'
_SECOND: Final = '<shibmd:Scope regexp="false">example.net</shibmd:Scope>'
_BOTH: Final = asserting("sp", CATEGORY, COCO_2, RESEARCH_AND_SCHOLARSHIP)
_VALUE: Final = f"        <saml:AttributeValue>{RESEARCH_AND_SCHOLARSHIP}</saml:AttributeValue>\n"
_GIVEN_NAME: Final = 'Name="urn:oid:2.5.4.42"'
_URI: Final = 'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"'
#: Entity attributes on which the release of attributes depends, in words.
_NAMES: Final = {
    CATEGORY: "entity category",
    SUPPORT: "supported category",
    ASSURANCE: "certification",
    SUBJECT_ID_REQ: "requirement of a subject identifier",
}


def _scopes(entity: EntityDescriptor, role: IDPSSODescriptor) -> dict[tuple[str, bool], Scope]:
    """Return the scopes of an identity provider, patterns apart from plain ones."""
    return {
        (item.value, item.regexp is not None and item.regexp.value is True): item
        for group in (role.extensions, entity.extensions)
        for item in (group.items if group is not None else ())
        if isinstance(item, Scope)
    }


def _scope_words(scope: Scope) -> str:
    pattern = scope.regexp is not None and scope.regexp.value is True
    return f"{scope.value!r}{' (a pattern)' if pattern else ''}"


@rule(
    "diff-scope-added",
    on=Change,
    severity=WARNING,
    cites=[saml2int("SDP-IDP14")],
    bad=[example("diff-idp", after=[(_SCOPE, _SCOPE + _SECOND)])],
    good=[example("diff-idp")],
)
def scope_added(change: Change, case: Case) -> Iterator[Hit]:
    """The identity provider may speak for another domain.

    The new version has a shibmd:Scope that the old one has not.

    Why: service providers accept values such as eduPersonPrincipalName with this scope from the
    identity provider from then on. A scope of somebody else lets it claim that party's users.
    Fix: Make sure that the domain belongs to the operator of the identity provider.
    """
    old, new = change.old.idp, change.new.idp
    if old is None or new is None:
        return
    before = _scopes(change.old, old)
    for key, scope in _scopes(change.new, new).items():
        if key not in before:
            others = list(before.values())
            yield hit(
                scope,
                f"The identity provider gets the scope {_scope_words(scope)}",
                actual=scope.value,
                related=[Place(others[0], None, "the old scopes")] if others else [],
            )


@rule(
    "diff-scope-removed",
    on=Change,
    severity=WARNING,
    cites=[saml2int("SDP-IDP14")],
    bad=[example("diff-idp", (_SCOPE, _SCOPE + _SECOND), after=[(_SECOND, "")])],
    good=[example("diff-idp")],
)
def scope_removed(change: Change, case: Case) -> Iterator[Hit]:
    """The identity provider may not speak for a domain any more.

    The old version has a shibmd:Scope that the new one has not.

    Why: service providers drop values with this scope, so users of that domain are not recognised.
    Fix: Keep the scope as long as values with it are sent.
    """
    old, new = change.old.idp, change.new.idp
    if old is None or new is None:
        return
    kept = _scopes(change.new, new)
    for key, scope in _scopes(change.old, old).items():
        if key not in kept:
            yield hit(
                scope,
                f"The identity provider loses the scope {_scope_words(scope)}",
                related=[Place(new, None, "the new version")],
            )


@rule(
    "diff-category-removed",
    on=Change,
    severity=WARNING,
    cites=[rfc(8409)],
    bad=[
        example("diff-sp", _BOTH, after=[(_VALUE, "")]),
        example(
            "diff-idp",
            asserting("idp", ASSURANCE, SIRTFI_1),
            after=[asserting("idp", ASSURANCE, SIRTFI_1)[::-1]],
        ),
    ],
    good=[example("diff-sp", _BOTH)],
)
def category_removed(change: Change, case: Case) -> Iterator[Hit]:
    """The entity is not in a category any more.

    An entity category, a supported category, a certification or the requirement of a subject
    identifier of the old version is not in the new one.

    Why: identity providers release attributes by it, and access is granted by it; both end with
    the next update.
    Fix: Keep it, unless the entity does not fulfil the requirements any more.
    """
    for name, words in _NAMES.items():
        kept = values_of(change.new, name)
        for value, node in values_of(change.old, name).items():
            if value not in kept:
                yield hit(
                    node,
                    f"The {words} {value!r} goes",
                    related=[Place(change.new, "entityID", "the new version")],
                )


@rule(
    "diff-category-added",
    on=Change,
    severity=INFO,
    cites=[rfc(8409)],
    bad=[example("diff-sp", _BOTH, after=[(_VALUE, f"{_VALUE}{_VALUE.replace('>h', '>x-h')}")])],
    good=[example("diff-sp", _BOTH)],
)
def category_added(change: Change, case: Case) -> Iterator[Hit]:
    """The entity is in another category.

    An entity category, a supported category, a certification or the requirement of a subject
    identifier is in the new version only.

    Why: identity providers may release more attributes because of it.
    Fix: Nothing to do if the entity fulfils the requirements.
    """
    for name, words in _NAMES.items():
        before = values_of(change.old, name)
        for value, node in values_of(change.new, name).items():
            if value not in before:
                yield hit(node, f"The {words} {value!r} is new")


def _requested(entity: EntityDescriptor) -> dict[str, RequestedAttribute]:
    """Return the attributes that an entity requests, the required one where a name repeats."""
    found: dict[str, RequestedAttribute] = {}
    for service in entity.sp.attribute_consuming_services if entity.sp is not None else ():
        for item in service.requested_attributes:
            if item.name and (item.name not in found or item.required):
                found[item.name] = item
    return found


@rule(
    "diff-attribute-demanded",
    on=Change,
    severity=WARNING,
    cites=[metadata("2.4.4.2")],
    bad=[
        example(
            "diff-sp",
            after=[
                (
                    f'{_GIVEN_NAME} {_URI} isRequired="false"',
                    f'{_GIVEN_NAME} {_URI} isRequired="true"',
                )
            ],
        ),
        example(
            "diff-sp",
            after=[(_GIVEN_NAME, 'Name="urn:oid:2.5.4.12"')],
            note="Another optional attribute",
        ),
    ],
    good=[example("diff-sp")],
)
def attribute_demanded(change: Change, case: Case) -> Iterator[Hit]:
    """The service provider asks for more attributes.

    An attribute is required that was not, which is a warning, or requested that was not, which is
    a note.

    Why: identity providers have to release it, and users perhaps to agree; a login without a
    required attribute may fail.
    Fix: Ask the identity providers for the attribute before the service depends on it.
    """
    before = _requested(change.old)
    for name, item in _requested(change.new).items():
        old = before.get(name)
        if old is not None and (old.required or not item.required):
            continue
        words = "requires" if item.required else "requests"
        yield hit(
            item,
            f"The service provider {words} {words_for(name)}"
            + (", which was optional" if old is not None else ""),
            attribute="isRequired" if old is not None else "Name",
            severity=None if item.required else INFO,
            related=[Place(old, "isRequired", "the old version")] if old is not None else [],
        )


@rule(
    "diff-attribute-withdrawn",
    on=Change,
    severity=INFO,
    cites=[metadata("2.4.3")],
    bad=[
        example(
            "diff-idp",
            (
                "  </md:IDPSSODescriptor>",
                '    <saml:Attribute xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" '
                f"{_GIVEN_NAME} {_URI}/>\n"
                '    <saml:Attribute xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" '
                f'Name="urn:oid:2.5.4.4" {_URI}/>\n  </md:IDPSSODescriptor>',
            ),
            after=[(_GIVEN_NAME, 'Name="urn:oid:2.5.4.12"')],
        )
    ],
    good=[example("diff-idp")],
)
def attribute_withdrawn(change: Change, case: Case) -> Iterator[Hit]:
    """The identity provider does not list an attribute any more.

    A saml:Attribute of the old list is not in the new one. A list that is gone altogether says
    nothing.

    Why: service providers that need the attribute may stop working.
    Fix: Nothing to do if the attribute is still released; then list it.
    """
    old, new = change.old.idp, change.new.idp
    if old is None or new is None:
        return
    kept = {item.name for item in new.attributes}
    gone = [item for item in old.attributes if kept and item.name and item.name not in kept]
    if gone:
        names = [words_for(item.name or "") for item in gone]
        yield hit(
            gone[0],
            f"The identity provider does not list {all_of(names)} any more",
            attribute="Name",
            related=[Place(new.attributes[0], "Name", "the new list")],
        )


RULES = (
    scope_added,
    scope_removed,
    category_removed,
    category_added,
    attribute_demanded,
    attribute_withdrawn,
)
