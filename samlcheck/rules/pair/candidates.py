"""The rule on metadata in which several entities or roles could be meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityDescriptor, entities_of
from samlcheck.rules.case import Case, Given
from samlcheck.rules.citations import metadata
from samlcheck.rules.rule import USER, WARNING, Hit, Place, Unknown, example, hit, rule

SIDES: Final = {"sp": "SP", "idp": "IdP"}


@rule(
    "ent-several-candidates",
    on=Given,
    severity=WARNING,
    cites=[metadata("2.3.1"), metadata("2.3.2")],
    owner=USER,
    bad=[
        example(
            "pair",
            sp=[
                (
                    "<md:EntityDescriptor",
                    '<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">\n'
                    "<md:EntityDescriptor",
                ),
                (
                    "</md:EntityDescriptor>",
                    '</md:EntityDescriptor>\n<md:EntityDescriptor entityID="urn:example:archive">'
                    "<md:SPSSODescriptor"
                    ' protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/>'
                    "</md:EntityDescriptor>\n</md:EntitiesDescriptor>",
                ),
            ],
        ),
        example(
            "response",
            idp=[
                (
                    "</md:IDPSSODescriptor>",
                    "</md:IDPSSODescriptor><md:IDPSSODescriptor"
                    ' protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/>',
                )
            ],
        ),
    ],
    good=[example("pair"), example("response")],
)
def several_candidates(given: Given, case: Case) -> Iterator[Hit | Unknown]:
    """The metadata has several candidates for the role, and the first was taken.

    The document is an aggregate. Nothing given tells which of its entities takes part, or the one
    that the message names is not among them, or several have the entityID that the message names.
    Or the entity has the role for SAML 2.0 several times, and how to choose is not specified.

    Why: everything else that is reported is about the one that was taken, which may be the wrong
    one: another may have other keys and endpoints. A verdict on a login stays open.
    Fix: Give the metadata of the one entity alone, with the role once.
    """
    entity = given.entity
    if entity is None:
        return
    name = SIDES[given.side]
    roles = entity.sp_roles if given.side == "sp" else entity.idp_roles
    overlapping = [role for role in roles if role.is_saml2]
    if given.problem in ("several", "duplicate"):
        yield from _entities(given, entity, name)
    elif len(overlapping) > 1:
        yield hit(
            overlapping[1],
            f"The {name} metadata has the role {len(overlapping)} times for SAML 2.0; keys and "
            "reply URLs are taken from each, everything else from the first",
            expected="the role once",
            actual=str(len(overlapping)),
            related=[Place(overlapping[0], None, "the first one")],
        )
        yield Unknown(f"which of the roles of the {name} takes part", leaves_open=True)


def _entities(given: Given, entity: EntityDescriptor, name: str) -> Iterator[Hit | Unknown]:
    with_role = [
        item
        for item in (() if given.metadata is None else entities_of(given.metadata))
        if (item.sp if given.side == "sp" else item.idp) is not None
    ]
    what = "with the role"
    if given.problem == "duplicate":
        with_role = [item for item in with_role if item.entity_id == entity.entity_id]
        what = "with the role and the same entityID"
    count = len(with_role)
    yield hit(
        entity,
        f"The metadata given for the {name} has {count} entities {what}; "
        f"the first was taken, {entity.entity_id!r}",
        attribute="entityID",
        expected="one entity",
        actual=f"{count} entities",
        related=[Place(with_role[1], "entityID", "the next one")],
    )
    yield Unknown(f"which of {count} entities {what} is the {name}", leaves_open=True)


RULES = (several_candidates,)
