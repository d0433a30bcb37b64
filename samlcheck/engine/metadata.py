"""The run over one metadata document that is in memory as a whole."""

from __future__ import annotations

from samlcheck.engine.findings import order_in_metadata
from samlcheck.engine.plan import Plan
from samlcheck.engine.report import Finding
from samlcheck.engine.run import judge
from samlcheck.engine.sets import SetFacts, judge_sets
from samlcheck.engine.tally import Totals
from samlcheck.model import EntitiesDescriptor, entities_of
from samlcheck.rules.case import Case


def judge_metadata(case: Case, plan: Plan) -> tuple[tuple[Finding, ...], Totals]:
    """Return the findings and counts on a metadata document.

    Rules on sets of entities see an aggregate's entities last.
    """
    judged = judge(case, plan)
    group = case.metadata
    if not isinstance(group, EntitiesDescriptor):
        return judged.findings, judged.totals
    entities = tuple(entities_of(group))
    facts = SetFacts(plan)
    for number, entity in enumerate(entities):
        facts.gather(number, entity, case)
    compared = judge_sets(case, plan, facts, group, entities.__getitem__, judged.about_document)
    judged.totals.add(compared.totals)
    found = [*judged.findings, *compared.findings]
    return tuple(sorted(found, key=order_in_metadata)), judged.totals
