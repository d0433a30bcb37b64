"""Rules on what the entities of one aggregate must not have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    Endpoint,
    EntitiesDescriptor,
    EntityDescriptor,
    LocalizedText,
    Scope,
    UIInfo,
    entities_of,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdui, metadata, saml2int
from samlcheck.rules.metadata.category_registry import (
    CATEGORY,
    HIDE_FROM_DISCOVERY,
    values_of,
)
from samlcheck.rules.metadata.operators import different_operators, folded
from samlcheck.rules.near_miss import difference
from samlcheck.rules.rule import WARNING, Edit, Hit, Place, example, hit, rule

_GOOD: Final = (example("aggregate"),)
_SECOND_IDP: Final = "https://idp.example.org/login"


def _another_idp(**given: str) -> Edit:
    """Return the edit that adds a small identity provider to the aggregate, in front."""
    scope = given.get("scope", "")
    name = given.get("name", "")
    interface = (
        f'<mdui:UIInfo xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui">{name}</mdui:UIInfo>'
    )
    extensions = f"<md:Extensions>{scope}{interface if name else ''}</md:Extensions>"
    start = 'validUntil="2027-01-20T00:00:00Z" cacheDuration="PT6H">'
    return (
        start,
        f"""{start}
  <md:EntityDescriptor entityID="{given.get("entity_id", _SECOND_IDP)}">
    <md:IDPSSODescriptor errorURL="https://college.example.org/error"
        protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
      {extensions if scope or name else ""}
      <md:KeyDescriptor use="signing">
        <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
          <ds:X509Data><ds:X509Certificate>{{cert:stranger}}</ds:X509Certificate></ds:X509Data>
        </ds:KeyInfo>
      </md:KeyDescriptor>
      <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
          Location="https://login.example.org/logout"/>
      <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat>
      <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
          Location="{given.get("location", "https://login.example.org/sso")}"/>
      <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
          Location="https://login.example.org/sso/post"/>
    </md:IDPSSODescriptor>
    <md:Organization>
      <md:OrganizationName xml:lang="en">Example College</md:OrganizationName>
      <md:OrganizationDisplayName xml:lang="en">Example College</md:OrganizationDisplayName>
      <md:OrganizationURL xml:lang="en">https://college.example.org/</md:OrganizationURL>
    </md:Organization>
    <md:ContactPerson contactType="technical">
      <md:EmailAddress>mailto:it@college.example.org</md:EmailAddress>
    </md:ContactPerson>
  </md:EntityDescriptor>""",
    )


def _name(entity: EntityDescriptor) -> str:
    return repr(entity.entity_id) if entity.entity_id else "(an entity without entityID)"


def _key(entity_id: str) -> str:
    """Return what two spellings of one identifier have in common."""
    lowered = entity_id.strip().lower().rstrip("/")
    return lowered.partition("://")[2] or lowered


@rule(
    "eid-trailing-slash-twin",
    on=EntitiesDescriptor,
    severity=WARNING,
    cites=[metadata("2.3.2")],
    unless=["eid-duplicate"],
    bad=[example("aggregate", _another_idp(entity_id="https://idp.example.org/SAML/"))],
    good=_GOOD,
)
def twins(group: EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """Two entities have almost the same entityID.

    They differ only in a trailing slash, in upper and lower case, or in http and https.

    Why: identifiers are compared letter for letter, so these are two entities; people and their
    copies mix them up, and logins fail for the wrong one.
    Fix: If both are one entity, remove the outdated one. If not, keep them apart in names.
    """
    if group.element.getparent() is not None:
        return
    first: dict[str, EntityDescriptor] = {}
    for entity in entities_of(group):
        entity_id = (entity.entity_id or "").strip()
        before = first.setdefault(_key(entity_id), entity) if entity_id else entity
        if before.entity_id != entity.entity_id:
            yield hit(
                entity,
                f"The entityID {entity.entity_id!r} differs from {before.entity_id!r} only in "
                f"{difference(entity_id, before.entity_id or '') or 'spelling'}",
                attribute="entityID",
                actual=entity.entity_id,
                related=[Place(before, "entityID", "the other entity")],
            )


def _doors(entity: EntityDescriptor) -> Iterator[Endpoint]:
    """Yield the endpoints at which logins arrive, those of SAML 2.0."""
    for sp in entity.sp_roles:
        yield from sp.assertion_consumer_services
    for idp in entity.idp_roles:
        yield from idp.single_sign_on_services


@rule(
    "agg-duplicate-endpoint",
    on=EntitiesDescriptor,
    severity=WARNING,
    cites=[metadata("2.2.2")],
    unless=["eid-duplicate", "set-acs-hijack"],
    bad=[example("aggregate", _another_idp(location="https://idp.example.org/saml/sso/redirect"))],
    good=_GOOD,
)
def shared_endpoint(group: EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """Two entities have an endpoint in common.

    The same location is the sign-on service of two identity providers, or the reply URL of two
    service providers, of this document.

    Why: the software behind it has one entityID and answers, or expects, in the name of one of
    them; often the other is left over from a move.
    Fix: Remove the entity that is not in use any more. Software that serves both on purpose tells
    them apart by the entityID, and then nothing has to be done.
    """
    if group.element.getparent() is not None:
        return
    first: dict[tuple[str, str], tuple[EntityDescriptor, Endpoint]] = {}
    for entity in entities_of(group):
        found: tuple[Endpoint, Place] | None = None
        for endpoint in _doors(entity):
            key = endpoint.service, (endpoint.location or "").strip()
            before, other = first.setdefault(key, (entity, endpoint))
            if key[1] and before is not entity and found is None:
                found = endpoint, Place(other, "Location", f"the endpoint of {_name(before)}")
        if found is not None:
            yield hit(
                found[0],
                f"The location {found[0].location!r} is one of another entity, too",
                attribute="Location",
                actual=found[0].location,
                related=[found[1]],
            )


@rule(
    "scope-shared-between-idps",
    on=EntitiesDescriptor,
    severity=WARNING,
    cites=[saml2int("SDP-SP17")],
    unless=["eid-duplicate"],
    bad=[
        example(
            "aggregate",
            _another_idp(
                scope='<shibmd:Scope xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" '
                'regexp="false">example.org</shibmd:Scope>'
            ),
        )
    ],
    good=_GOOD,
)
def shared_scope(group: EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """Two identity providers of different organizations declare the same scope.

    Each scope belongs to one organization, which may run several identity providers.

    Why: either of them can name users of the other, and a service provider that relies on scopes
    lets them in.
    Fix: Find out whose domain it is, and remove the scope from the other identity provider.
    """
    if group.element.getparent() is not None:
        return
    owners: dict[str, list[tuple[EntityDescriptor, Scope]]] = {}
    for entity in entities_of(group):
        found: tuple[Scope, EntityDescriptor, Scope] | None = None
        extensions = (entity.extensions, *(role.extensions for role in entity.idp_roles))
        for item in [one for part in extensions if part for one in part.items]:
            if not isinstance(item, Scope) or not item.value or not entity.idp_roles:
                continue
            known = owners.setdefault(item.value.lower(), [])
            for other, scope in known if found is None else ():
                if different_operators(entity, other):
                    found = item, other, scope
                    break
            known.append((entity, item))
        if found is not None:
            yield hit(
                found[0],
                f"The scope {found[0].value!r} is declared by {_name(found[1])} of another "
                "organization, too",
                actual=found[0].value,
                related=[Place(found[2], None, "the scope of the other")],
            )


def _shown_names(entity: EntityDescriptor) -> list[LocalizedText]:
    """Return the names under which people find an identity provider."""
    shown = [
        name
        for role in entity.idp_roles
        for item in (role.extensions.items if role.extensions else ())
        if isinstance(item, UIInfo)
        for name in item.display_names
    ]
    if shown or entity.organization is None:
        return shown
    return list(entity.organization.display_names)


@rule(
    "ui-displayname-duplicate",
    on=EntitiesDescriptor,
    severity=WARNING,
    cites=[mdui("2.1.2")],
    unless=["eid-duplicate"],
    bad=[
        example(
            "aggregate",
            _another_idp(
                name='<mdui:DisplayName xml:lang="en">Example  University</mdui:DisplayName>'
            ),
        )
    ],
    good=[
        *_GOOD,
        example(
            "aggregate",
            _another_idp(name='<mdui:DisplayName xml:lang="en">Example College</mdui:DisplayName>'),
        ),
    ],
)
def same_name(group: EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """Two identity providers are shown under the same name.

    mdui:DisplayName, or the name of the organization where there is none, is the same in one
    language. Identity providers that are hidden from discovery do not count.

    Why: people who look for their organization cannot tell which of the two is theirs.
    Fix: Add to the name what tells the two apart, or hide the one that is not for everybody.
    """
    if group.element.getparent() is not None:
        return
    first: dict[tuple[str, str], tuple[EntityDescriptor, LocalizedText]] = {}
    for entity in entities_of(group):
        if not entity.idp_roles or HIDE_FROM_DISCOVERY in values_of(entity, CATEGORY):
            continue
        found: tuple[LocalizedText, Place] | None = None
        for name in _shown_names(entity):
            key = (name.lang or "").lower(), folded(name.value)
            before, other = first.setdefault(key, (entity, name))
            if key[1] and before is not entity and found is None:
                found = name, Place(other, None, f"the name of {_name(before)}")
        if found is not None:
            yield hit(
                found[0],
                f"The name {found[0].value!r} is that of another identity provider, too",
                expected="a name that no other identity provider has",
                actual=found[0].value,
                related=[found[1]],
            )


RULES = (twins, shared_endpoint, shared_scope, same_name)
