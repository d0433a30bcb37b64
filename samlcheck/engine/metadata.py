"""The run over one metadata document that is in memory as a whole."""

from __future__ import annotations

import attrs

from samlcheck.engine.findings import in_entity, order_in_metadata
from samlcheck.engine.plan import Plan
from samlcheck.engine.run import Judgement, judge
from samlcheck.engine.sets import SetFacts, judge_sets
from samlcheck.model import EntitiesDescriptor, entities_of
from samlcheck.rules.case import Case


def judge_metadata(case: Case, plan: Plan) -> Judgement:
    """Return the findings and counts on a metadata document.

    Rules on sets of entities see an aggregate's entities last. As in a large aggregate, which is
    read slice by slice, what is said of the whole comes after what is said of its entities.
    """
    judged = judge(case, plan)
    group = case.metadata
    if not isinstance(group, EntitiesDescriptor):
        return judged
    entities = tuple(entities_of(group))
    facts = SetFacts(plan)
    for number, entity in enumerate(entities):
        facts.gather(number, entity, case)
    compared = judge_sets(case, plan, facts, group, entities.__getitem__, judged.about_document)
    judged.totals.add(compared.totals)
    inside = [finding for finding in judged.findings if in_entity(finding)]
    frame = [finding for finding in judged.findings if not in_entity(finding)]
    frame.extend(compared.findings)
    frame.sort(key=order_in_metadata)
    return attrs.evolve(judged, findings=(*inside, *frame))
