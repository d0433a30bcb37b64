"""What is done with each part of an aggregate, in this process or in another one."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.aggregate.parts import PartOfAggregate, Parts
from samlcheck.aggregate.slices import Slice
from samlcheck.crypto import CertificateReader
from samlcheck.crypto.running_digest import RunningDigest
from samlcheck.engine.plan import Plan
from samlcheck.engine.report import Finding
from samlcheck.engine.run import judge
from samlcheck.engine.sets import SetFacts, SetState
from samlcheck.engine.tally import Totals
from samlcheck.model import EntitiesDescriptor, EntityDescriptor, Node, walk
from samlcheck.records import frozen
from samlcheck.rules.case import Case
from samlcheck.rules.registry import Entry
from samlcheck.rules.rule import Place

_SIGNATURES = "signatures."


def on_signatures(entry: Entry) -> bool:
    """Tell whether a rule judges signatures, whose digest is known at the end."""
    return entry.module.startswith(_SIGNATURES)


def not_on_signatures(entry: Entry) -> bool:
    """Tell whether a rule can judge the frame before everything was read."""
    return not on_signatures(entry)


@frozen(kw_only=True, eq=False)
class Worked:
    """What came of one slice: findings, counts, facts to compare, octets to digest."""

    findings: tuple[Finding, ...]
    totals: Totals
    facts: SetState
    entities: int
    identity_providers: int
    service_providers: int
    octets: bytes | None


class Worker:
    """Judges parts one after the other, with what they share."""

    def __init__(self, plan: Plan, parts: Parts, above: frozenset[str]) -> None:
        self._plan = plan
        self._parts = parts
        self._above = above
        self._certificates = CertificateReader()

    def case(self, part: PartOfAggregate) -> Case:
        """Return the case of a part."""
        return Case(
            kind="metadata",
            context=self._plan.context,
            documents=(part.document,),
            metadata=part.group,
            certificates=self._certificates,
        )

    def work(self, part: PartOfAggregate, digest: RunningDigest | None) -> Worked:
        """Judge the entities of a part; the octets are those of the whole part for the digest."""
        case = self.case(part)
        judged = judge(case, self._plan, _subjects(part), keep=part.holds, above=self._above)
        facts = SetFacts(self._plan)
        for number, entity in enumerate(part.entities):
            facts.gather(number, entity, case)
        return Worked(
            findings=judged.findings,
            totals=judged.totals,
            facts=facts.state(),
            entities=len(part.entities),
            identity_providers=sum(bool(item.idp_roles) for item in part.entities),
            service_providers=sum(bool(item.sp_roles) for item in part.entities),
            octets=None if digest is None else digest.octets(part.root),
        )

    def work_slice(self, piece: Slice, before: int, digest: RunningDigest | None) -> Worked:
        """Judge a slice that is not the first; `before` entities precede it."""
        return self.work(self._parts.part(piece, before), digest)


def _subjects(part: PartOfAggregate) -> Iterator[object]:
    yield part.document
    for entity in part.entities:
        yield from walk(entity)


def frame_nodes(group: EntitiesDescriptor) -> Iterator[Node]:
    """Yield the root and what stands in it before the entities."""
    yield group
    for part in group.parts():
        if not isinstance(part, EntityDescriptor | EntitiesDescriptor):
            yield from walk(part)


def outside(place: Place) -> bool:
    """Tell whether a place lies in no entity."""
    from samlcheck.engine.locate import entity_of

    return entity_of(place) is None
