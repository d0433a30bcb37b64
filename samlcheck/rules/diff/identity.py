"""Rules on entities and roles that come, go, or change their name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityDescriptor, RegistrationInfo, SSODescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.change import Change, Replacement
from samlcheck.rules.citations import metadata
from samlcheck.rules.metadata.extensions import mdrpi
from samlcheck.rules.near_miss import difference
from samlcheck.rules.pair.words import role_words
from samlcheck.rules.rule import ERROR, INFO, USER, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml.names import MDRPI

_SP_ID: Final = 'entityID="https://sp.example.org/saml"'
_ROLE: Final = ("IDPSSODescriptor", "AttributeAuthorityDescriptor")
_NAME: Final = "registrationAuthority"
_SMALL: Final = """
  <md:EntityDescriptor entityID="https://archive.example.org/saml">
    <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
      <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
          Location="https://archive.example.org/acs" index="0"/>
    </md:SPSSODescriptor>
  </md:EntityDescriptor>
</md:EntitiesDescriptor>"""
_END: Final = "\n</md:EntitiesDescriptor>"


def registered(authority: str) -> tuple[str, str]:
    """Return an example's edit that says who registered the SP."""
    start = "  <md:SPSSODescriptor "
    return start, (
        f'  <md:Extensions>\n    <mdrpi:RegistrationInfo xmlns:mdrpi="{MDRPI}" '
        f'{_NAME}="{authority}"/>\n  </md:Extensions>\n{start}'
    )


@rule(
    "diff-entityid-changed",
    on=Change,
    severity=ERROR,
    cites=[metadata("2.3.2")],
    bad=[
        example("diff-sp", after=[(_SP_ID, 'entityID="https://sp.example.org/saml/"')]),
        example("diff-aggregate", after=[(_SP_ID, 'entityID="https://library.example.org/sp"')]),
    ],
    good=[example("diff-sp")],
)
def entity_id_changed(change: Change, case: Case) -> Iterator[Hit]:
    """The entity changes its entityID.

    The two versions describe one entity: they are the only ones, or have keys and endpoints in
    common. Its entityID differs.

    Why: to partners it is a new entity that they do not know. They refuse its messages, and what
    they keep by the old identifier, such as persistent NameIDs and access rights, is lost.
    Fix: Keep the entityID, whatever the host is called. If it has to change, register the new
    entity beside the old one and move the partners one by one.
    """
    old, new = change.old.entity_id, change.new.entity_id
    if old == new:
        return
    near = difference(old or "", new or "")
    yield hit(
        change.new,
        f"The entityID changes from {old!r} to {new!r}"
        + (f"; they differ only in {near}" if near else ""),
        attribute="entityID",
        expected=old,
        actual=new,
        related=[Place(change.old, "entityID", "the old entityID")],
    )


@rule(
    "diff-entity-removed",
    on=Replacement,
    severity=WARNING,
    cites=[metadata("2.3.1")],
    owner=USER,
    bad=[
        example(
            "diff-aggregate",
            (_END, _SMALL),
            after=[(_SMALL, _END)],
        )
    ],
    good=[example("diff-aggregate")],
)
def entity_removed(document: Replacement, case: Case) -> Iterator[Hit]:
    """The new version lacks an entity.

    The old aggregate holds an entity that the new one does not hold.

    Why: receivers forget the entity with the next update, and logins with it end.
    Fix: If that is not meant, find out what took it out: a filter, an expired validUntil, a source
    that could not be read.
    """
    for entity in document.removed:
        yield hit(
            entity,
            f"The entity {entity.entity_id!r} is gone",
            attribute="entityID",
            actual=None,
            related=[Place(document.new, None, "the new version")],
        )


@rule(
    "diff-entity-added",
    on=Replacement,
    severity=INFO,
    cites=[metadata("2.3.1")],
    owner=USER,
    bad=[example("diff-aggregate", after=[(_END, _SMALL)])],
    good=[example("diff-aggregate")],
)
def entity_added(document: Replacement, case: Case) -> Iterator[Hit]:
    """The new version holds another entity.

    The new aggregate holds an entity that the old one does not hold.

    Why: receivers trust it with the next update.
    Fix: Nothing to do if it was registered on purpose.
    """
    for entity in document.added:
        words = ", ".join(dict.fromkeys(role_words(role) for role in entity.roles)) or "no role"
        yield hit(entity, f"The entity {entity.entity_id!r} is new: {words}", attribute="entityID")


def _sso_roles(entity: EntityDescriptor) -> dict[type[SSODescriptor], SSODescriptor]:
    """Return the roles of an entity that take part in single sign-on, by their kind."""
    return {type(role): role for role in (entity.sp, entity.idp) if role is not None}


@rule(
    "diff-role-removed",
    on=Change,
    severity=ERROR,
    cites=[metadata("2.4")],
    bad=[example("diff-idp", after=[_ROLE])],
    good=[example("diff-idp")],
)
def role_removed(change: Change, case: Case) -> Iterator[Hit]:
    """The entity gives up a role.

    The old version has an md:SPSSODescriptor or md:IDPSSODescriptor, the new one has not.

    Why: nobody can log in by that role any more once partners have the new version.
    Fix: Bring the role back, or tell the partners before you publish.
    """
    kept = _sso_roles(change.new)
    for kind, role in _sso_roles(change.old).items():
        if kind not in kept:
            yield hit(
                role,
                f"The entity is not {role_words(role)} any more",
                related=[Place(change.new, "entityID", "the new version")],
            )


@rule(
    "diff-role-added",
    on=Change,
    severity=INFO,
    cites=[metadata("2.4")],
    bad=[example("diff-idp", _ROLE, after=[_ROLE[::-1]])],
    good=[example("diff-idp")],
)
def role_added(change: Change, case: Case) -> Iterator[Hit]:
    """The entity takes on a role.

    The new version has an md:SPSSODescriptor or md:IDPSSODescriptor that the old one has not.

    Why: partners begin to take assertions from it, or to send them.
    Fix: Nothing to do if that is meant.
    """
    before = _sso_roles(change.old)
    for kind, role in _sso_roles(change.new).items():
        if kind not in before:
            yield hit(role, f"The entity becomes {role_words(role)}")


def _registration(entity: EntityDescriptor) -> RegistrationInfo | None:
    items = entity.extensions.items if entity.extensions is not None else ()
    return next((item for item in items if isinstance(item, RegistrationInfo)), None)


@rule(
    "diff-registrar-changed",
    on=Change,
    severity=WARNING,
    cites=[mdrpi("2.1")],
    bad=[
        example(
            "diff-sp",
            registered("https://federation.example.org/"),
            after=[("https://federation.example.org/", "https://other.example.net/")],
        )
    ],
    good=[example("diff-sp", registered("https://federation.example.org/"))],
)
def registrar_changed(change: Change, case: Case) -> Iterator[Hit]:
    """The entity is registered by another authority.

    The registrationAuthority in mdrpi:RegistrationInfo differs.

    Why: partners release attributes and grant access by the authority; and somebody who is not
    the owner may have registered the entityID elsewhere.
    Fix: Make sure that the owner moved the entity, and that it is gone from the old federation.
    """
    old, new = _registration(change.old), _registration(change.new)
    if old is None or new is None or old.authority == new.authority:
        return
    yield hit(
        new,
        f"The registration authority changes from {old.authority!r} to {new.authority!r}",
        attribute=_NAME,
        expected=old.authority,
        actual=new.authority,
        related=[Place(old, _NAME, "the old authority")],
    )


RULES = (
    entity_id_changed,
    entity_removed,
    entity_added,
    role_removed,
    role_added,
    registrar_changed,
)
