"""The checks of metadata and of pairs behind the public API, also of one entity of an aggregate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from samlcheck.aggregate import LARGE
from samlcheck.engine import api
from samlcheck.engine.api import (
    Input,
    MetadataGiven,
    ParsedMetadata,
    ProfileChoice,
    UsageError,
    input_of,
)
from samlcheck.engine.report import Finding, Report
from samlcheck.rules.case import Case, Given

if TYPE_CHECKING:
    from samlcheck.aggregate.opening import Opened
    from samlcheck.model import EntityDescriptor


class UnknownEntityError(UsageError):
    """An entityID that the document does not have."""

    def __init__(self, entity_id: str, message: str) -> None:
        super().__init__(message)
        self.entity_id = entity_id


def check_metadata(
    data: MetadataGiven,
    *,
    now: datetime,
    entity: str | None = None,
    profile: ProfileChoice = None,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
    trust: Iterable[bytes] = (),
) -> Report:
    """Check one metadata document, a single entity or an aggregate, or one entity of it.

    :param data: the document's octets.
    :param now: the aware instant at which validity is judged.
    :param entity: the entityID of the entity to check; None checks the whole document.
    :param profile: profile name or names; None is the neutral base.
    :param select: globs over rule ids to run; none means all.
    :param ignore: globs over rule ids to leave out.
    :param trust: certificates, PEM or DER, one of whose keys must have signed the document; none
        leaves open whether its signature is to be trusted, and the report says so.
    :raises ValueError: for a `now` without time zone, an unknown profile, a glob that matches no
        rule, an entity that is not there or a certificate that is none; never for the data.
    """
    if isinstance(data, ParsedMetadata):
        if entity is None:
            return api.check_metadata(
                data, now=now, profile=profile, select=select, ignore=ignore, trust=trust
            )
        data = _input(data, "metadata")
    if entity is None:
        return _whole(input_of(data, "metadata"), now, profile, select, ignore, trust)
    from samlcheck.aggregate.one_entity import judge_one

    given = input_of(data, "metadata")
    context = api.context_of(now, profile, None, select, ignore)
    return judge_one(_opened(given, entity), context)


def _whole(
    given: Input,
    now: datetime,
    profile: ProfileChoice,
    select: str | Iterable[str],
    ignore: str | Iterable[str],
    trust: Iterable[bytes],
) -> Report:
    """Check a whole document, a large one slice by slice."""
    if len(given.octets) >= LARGE:
        from samlcheck.aggregate.files import check_octets

        found: list[Finding] = []
        context = api.context_of(now, profile, None, select, ignore, trust)
        report = check_octets(given.octets, given.name, context, found.append)
        if report is not None:
            return attrs.evolve(report, findings=tuple(found))
    return api.check_metadata(
        given, now=now, profile=profile, select=select, ignore=ignore, trust=trust
    )


def check_pair(
    *,
    sp: MetadataGiven,
    idp: MetadataGiven,
    now: datetime,
    sp_entity: str | None = None,
    idp_entity: str | None = None,
    profile: ProfileChoice = None,
    authn_contexts: str | Iterable[str] | None = None,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
) -> Report:
    """Check whether an SP and an IdP can work together, from their metadata.

    Either side may be an aggregate, of which `sp_entity` and `idp_entity` name the entity.

    :raises ValueError: for a `now` without time zone, an unknown profile, a glob that matches no
        rule or an entity that is not there; never for the data.
    """
    given = (
        _side(sp, "sp", sp_entity),
        _side(idp, "idp", idp_entity),
    )
    case = Case(
        kind="pair",
        context=api.context_of(now, profile, authn_contexts, select, ignore),
        documents=tuple(item.document for item in given),
        given=given,
    )
    return api.report_of(case)


def _opened(given: Input, entity_id: str) -> Opened:
    """Return an entity of a document, or a document that cannot be read.

    :raises UnknownEntityError: when the document can be read and has no such entity.
    """
    from samlcheck.aggregate.opening import near_entities, open_entity

    found = open_entity(given, entity_id)
    if found.entity is None and found.metadata is not None:
        near = near_entities(given.octets, entity_id)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise UnknownEntityError(entity_id, f"{given.name} has no entity {entity_id!r}{hint}")
    return found


def _input(data: MetadataGiven, name: str) -> Input:
    """Return metadata as octets with a name, also where it was parsed before."""
    if isinstance(data, ParsedMetadata):
        return Input(data=data.document.data, name=data.document.source)
    return input_of(data, name)


def _side(data: MetadataGiven, side: str, entity_id: str | None) -> Given:
    """Return a document as one side of a pair, with the entity that was named."""
    name = "SP metadata" if side == "sp" else "IdP metadata"
    if entity_id is None:
        return api.chosen_for(api.metadata_of(data, name), side)
    found = _opened(_input(data, name), entity_id)
    entity, metadata, problem = found.entity, found.metadata, None
    if entity is None:
        problem = None if found.document.root is None else "not-metadata"
    elif not _has_role(entity, side):
        entity, metadata, problem = None, entity, "wrong-role"
    elif any(_has_role(other, side) for other in found.others):
        problem = "duplicate"
    return Given(
        side=side, document=found.document, metadata=metadata, entity=entity, problem=problem
    )


def _has_role(entity: EntityDescriptor, side: str) -> bool:
    return (entity.sp if side == "sp" else entity.idp) is not None


def sides_of(sp: Input, idp: Input, entity_ids: Sequence[str]) -> tuple[str | None, str | None]:
    """Return which of some entityIDs is that of the SP, and which that of the IdP.

    An entity belongs to the side whose document has it in that role.

    :raises UsageError: for an entity that neither document has in its role, or two for one side.
    """
    from samlcheck.aggregate.opening import open_entity

    fits: dict[str, list[str]] = {}
    for entity_id in dict.fromkeys(entity_ids):
        fits[entity_id] = [
            side
            for side, given in (("sp", sp), ("idp", idp))
            if (found := open_entity(given, entity_id).entity) is not None
            and _has_role(found, side)
        ]
        if not fits[entity_id]:
            raise UnknownEntityError(entity_id, _neither(sp, idp, entity_id))
    chosen: dict[str, str] = {}
    for entity_id, sides in sorted(fits.items(), key=lambda item: len(item[1])):
        free = [side for side in sides if side not in chosen]
        if not free:
            other = chosen[sides[0]]
            names = {"sp": "SP", "idp": "IdP"}
            raise UsageError(
                f"{other!r} and {entity_id!r} were both given as the {names[sides[0]]}"
            )
        chosen[free[0]] = entity_id
    return chosen.get("sp"), chosen.get("idp")


def _neither(sp: Input, idp: Input, entity_id: str) -> str:
    from samlcheck.aggregate.opening import near_entities

    near = list(_near(near_entities(item.octets, entity_id) for item in (sp, idp)))
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"neither {sp.name} as SP nor {idp.name} as IdP has the entity {entity_id!r}{hint}"


def _near(found: Iterable[list[str]]) -> Iterator[str]:
    yield from dict.fromkeys(words for names in found for words in names)
