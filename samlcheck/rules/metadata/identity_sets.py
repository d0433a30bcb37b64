"""Rules on what the entities of one aggregate must not have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    Endpoint,
    EntityDescriptor,
    LocalizedText,
    Scope,
    UIInfo,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdui, metadata, saml2int
from samlcheck.rules.metadata.category_registry import (
    CATEGORY,
    HIDE_FROM_DISCOVERY,
    values_of,
)
from samlcheck.rules.metadata.operators import folded, unrelated
from samlcheck.rules.near_miss import difference
from samlcheck.rules.rule import WARNING, Edit, Hit, Place, example, hit, rule
from samlcheck.rules.sets import Member, Members

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


def _spelling(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    """Yield what two spellings of one entityID have in common."""
    lowered = (entity.entity_id or "").strip().lower().rstrip("/")
    if lowered:
        yield lowered.partition("://")[2] or lowered, Place(entity, "entityID", "the other entity")


@rule(
    "eid-trailing-slash-twin",
    on=Members,
    facts=_spelling,
    severity=WARNING,
    cites=[metadata("2.3.2")],
    unless=["eid-duplicate"],
    bad=[example("aggregate", _another_idp(entity_id="https://idp.example.org/SAML/"))],
    good=_GOOD,
)
def twins(spelled: Members, case: Case) -> Iterator[Hit]:
    """Two entities have almost the same entityID.

    They differ only in a trailing slash, in upper and lower case, or in http and https.

    Why: identifiers are compared letter for letter, so these are two entities; people and their
    copies mix them up, and logins fail for the wrong one.
    Fix: If both are one entity, remove the outdated one. If not, keep them apart in names.
    """
    first, *others = spelled
    known = first.entity.entity_id or ""
    for other in others:
        entity_id = other.entity.entity_id or ""
        if entity_id != known:
            yield hit(
                other.entity,
                f"The entityID {entity_id!r} differs from {known!r} only in "
                f"{difference(entity_id.strip(), known) or 'spelling'}",
                attribute="entityID",
                actual=entity_id,
                related=[first.place],
            )


def _doors(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    """Yield the endpoints at which logins arrive, those of SAML 2.0."""
    found: list[Endpoint] = [
        *(item for sp in entity.sp_roles for item in sp.assertion_consumer_services),
        *(item for idp in entity.idp_roles for item in idp.single_sign_on_services),
    ]
    for endpoint in found:
        location = (endpoint.location or "").strip()
        if location:
            yield f"{endpoint.service} {location}", Place(endpoint, "Location", "that of the other")


@rule(
    "agg-duplicate-endpoint",
    on=Members,
    facts=_doors,
    severity=WARNING,
    cites=[metadata("2.2.2")],
    unless=["eid-duplicate", "set-acs-hijack"],
    bad=[example("aggregate", _another_idp(location="https://idp.example.org/saml/sso/redirect"))],
    good=_GOOD,
)
def shared_endpoint(sharing: Members, case: Case) -> Iterator[Hit]:
    """Two entities have an endpoint in common.

    The same location is the sign-on service of two identity providers, or the reply URL of two
    service providers, of this document.

    Why: the software behind it has one entityID and answers, or expects, in the name of one of
    them; often the other is left over from a move.
    Fix: Remove the entity that is not in use any more. Software that serves both on purpose tells
    them apart by the entityID, and then nothing has to be done.
    """
    first, *others = sharing
    location = sharing.key.partition(" ")[2]
    for other in others:
        yield hit(
            other.place.subject,
            f"The location {location!r} is one of the entity {first.name}, too",
            attribute="Location",
            actual=location,
            related=[first.place],
        )


def _scopes(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    """Yield the scopes of an identity provider."""
    if not entity.idp_roles:
        return
    for extensions in (entity.extensions, *(role.extensions for role in entity.idp_roles)):
        for item in extensions.items if extensions else ():
            if isinstance(item, Scope) and item.value:
                yield item.value.lower(), Place(item, None, "the scope of the other")


@rule(
    "scope-shared-between-idps",
    on=Members,
    facts=_scopes,
    severity=WARNING,
    cites=[saml2int()],
    unless=["eid-duplicate"],
    bad=[
        example(
            "aggregate",
            _another_idp(
                scope='<shibmd:Scope xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" '
                'regexp="false">example.org</shibmd:Scope>'
            ),
            ("login.example.org", "login.example.com"),
        )
    ],
    good=_GOOD,
)
def shared_scope(sharing: Members, case: Case) -> Iterator[Hit]:
    """Two identity providers of different organizations declare the same scope.

    Each scope belongs to one organization, which may run several identity providers. Those that
    have endpoints in the same domain are taken for such.

    Why: either of them can name users of the other, and a service provider that relies on scopes
    lets them in.
    Fix: Find out whose domain it is, and remove the scope from the other identity provider.
    """
    known: list[Member] = []
    for member in sharing:
        other = next((one for one in known if unrelated(member.entity, one.entity)), None)
        if other is not None:
            yield hit(
                member.place.subject,
                f"The scope {sharing.key!r} is declared by {other.name} of another organization, "
                "too",
                actual=sharing.key,
                related=[other.place],
            )
        known.append(member)


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


def _names(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    """Yield the names that people choose from, each with its language."""
    if not entity.idp_roles or HIDE_FROM_DISCOVERY in values_of(entity, CATEGORY):
        return
    for name in _shown_names(entity):
        if name.value:
            key = f"{(name.lang or '').lower()} {folded(name.value)}"
            yield key, Place(name, None, "the name of the other")


@rule(
    "ui-displayname-duplicate",
    on=Members,
    facts=_names,
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
def same_name(sharing: Members, case: Case) -> Iterator[Hit]:
    """Two identity providers are shown under the same name.

    mdui:DisplayName, or the name of the organization where there is none, is the same in one
    language. Identity providers that are hidden from discovery do not count.

    Why: people who look for their organization cannot tell which of the two is theirs.
    Fix: Add to the name what tells the two apart, or hide the one that is not for everybody.
    """
    first, *others = sharing
    for other in others:
        name = other.place.subject
        shown = name.value if isinstance(name, LocalizedText) else ""
        yield hit(
            name,
            f"The name {shown!r} is that of the identity provider {first.name}, too",
            expected="a name that no other identity provider has",
            actual=shown,
            related=[first.place],
        )


RULES = (twins, shared_endpoint, shared_scope, same_name)
