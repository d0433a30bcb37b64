"""Who is involved in a case: the two sides, and the message by which their logs know it."""

from __future__ import annotations

from samlcheck.engine.about import Parties
from samlcheck.engine.exchange import meant_entities
from samlcheck.model import Assertion, EntityDescriptor, ProtocolMessage
from samlcheck.rules.case import Case
from samlcheck.xml.secrets import without_secrets

_LONGEST = 300


def parties_of(case: Case) -> Parties:
    """Return the entityIDs and the message of a case; those of the metadata, else as stated."""
    sp, idp = meant_entities(case.message)
    message = case.message
    if not isinstance(message, ProtocolMessage | Assertion):
        return Parties(sp=_entity(case.sp, sp), idp=_entity(case.idp, idp))
    issued = message.issue_instant
    return Parties(
        sp=_entity(case.sp, sp),
        idp=_entity(case.idp, idp),
        message_id=_short(message.id),
        issued=None if issued is None else _short(issued.text),
    )


def _entity(entity: EntityDescriptor | None, stated: str | None) -> str | None:
    known = None if entity is None else entity.entity_id
    return _short(known or stated)


def _short(text: str | None) -> str | None:
    if not text:
        return None
    text = without_secrets(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
