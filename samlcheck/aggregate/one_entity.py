"""The judgement on one entity of a document, without what does not concern it."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from samlcheck.aggregate.opening import Opened
from samlcheck.engine.metadata import judge_metadata
from samlcheck.engine.metadata_facts import Fact, one_entity_facts
from samlcheck.engine.plan import Plan
from samlcheck.engine.report import Report
from samlcheck.engine.reporting import make_report
from samlcheck.engine.run import Judgement, judge
from samlcheck.engine.sets import SetFacts, judge_sets
from samlcheck.model import EntitiesDescriptor, walk
from samlcheck.rules.case import Case, Context


def judge_one(opened: Opened, context: Context) -> Report:
    """Return the report on an entity, or on a document that cannot be read.

    What is said of the aggregate around the entity is left out, but for its validity; and so is
    what only a comparison with other entities shows, but for another one of the same name.
    """
    case = Case(
        kind="metadata",
        context=context,
        documents=(opened.document,),
        metadata=opened.metadata,
    )
    if context.automatic is not None and opened.entity is not None:
        from samlcheck.engine.automatic import settle

        settle(case, opened.entity)
    plan = Plan("metadata", case.context)
    judged = _judged(opened, case, plan)
    facts: tuple[Fact, ...] = ()
    if opened.entity is not None and opened.metadata is not None:
        facts = tuple(one_entity_facts(opened.metadata, opened.entity))
    return make_report(
        case.context,
        plan,
        sources=(opened.document.source,),
        findings=judged.findings,
        totals=judged.totals,
        facts=facts,
    )


def _judged(opened: Opened, case: Case, plan: Plan) -> Judgement:
    if opened.entity is None or opened.entity is opened.metadata:
        return judge_metadata(case, plan)
    judged = judge(case, plan, _subjects(opened), keep=opened.holds)
    if not opened.others or not isinstance(opened.metadata, EntitiesDescriptor):
        return judged
    same = (opened.entity, *opened.others)
    facts = SetFacts(plan)
    for number, entity in enumerate(same):
        facts.gather(number, entity, case)
    compared = judge_sets(
        case, plan, facts, opened.metadata, same.__getitem__, judged.about_document
    )
    judged.totals.add(compared.totals)
    return attrs.evolve(judged, findings=(*judged.findings, *compared.findings))


def _subjects(opened: Opened) -> Iterator[object]:
    yield opened.document
    yield from opened.around()
    if opened.entity is not None:
        yield from walk(opened.entity)
