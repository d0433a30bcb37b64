"""The comparison of two versions of metadata behind the public API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from samlcheck.engine.api import MetadataGiven, ProfileChoice, context_of, metadata_of
from samlcheck.engine.diff import compare, diff_facts
from samlcheck.engine.plan import Plan
from samlcheck.engine.report import Report
from samlcheck.engine.reporting import make_report
from samlcheck.engine.run import judge
from samlcheck.rules.case import Case


def diff_metadata(
    old: MetadataGiven,
    new: MetadataGiven,
    *,
    now: datetime,
    profile: ProfileChoice = None,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
) -> Report:
    """Compare two versions of metadata and say what the change from one to the other will do.

    Each is a single entity or an aggregate; entities are matched by their entityID. Whether either
    version is in order is not judged. The report is of the kind "diff".

    :param old: the octets of the version that partners have now.
    :param new: the octets of the version that takes its place.
    :param now: the aware instant of the report.
    :raises ValueError: for a `now` without time zone, an unknown profile or a glob that matches no
        rule; never for the data.
    """
    before = metadata_of(old, "old metadata")
    after = metadata_of(new, "new metadata")
    context = context_of(now, profile, None, select, ignore)
    case = Case(kind="diff", context=context, documents=(before.document, after.document))
    plan = Plan("diff", context)
    comparison = None
    if before.metadata is not None and after.metadata is not None:
        comparison = compare(before.metadata, after.metadata)

    def subjects() -> Iterator[object]:
        yield from case.documents
        if comparison is not None:
            yield from comparison.subjects()

    judgement = judge(case, plan, subjects())
    return make_report(
        context,
        plan,
        sources=tuple(document.source for document in case.given_documents),
        findings=judgement.findings,
        totals=judgement.totals,
        facts=() if comparison is None else tuple(diff_facts(comparison)),
    )
