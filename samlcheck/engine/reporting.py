"""The report of a check, from what the run found and counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from samlcheck.engine.about import Parties, Sight
from samlcheck.engine.plan import Plan
from samlcheck.engine.report import Finding, Report
from samlcheck.engine.tally import Totals
from samlcheck.rules.case import Context


def make_report(  # noqa: PLR0913 - a report has this many parts
    context: Context,
    plan: Plan,
    *,
    sources: tuple[str, ...],
    origin: tuple[str, ...] = (),
    verdict: str | None = None,
    because: tuple[str, ...] = (),
    findings: Sequence[Finding],
    totals: Totals,
    facts: tuple[tuple[str, str], ...],
    message_kind: str | None = None,
    readable: bool = True,
    parties: Parties | None = None,
    sight: Sight | None = None,
) -> Report:
    """Return the report of a check under a context, with the outcome of each rule of its plan."""
    return Report(
        kind=plan.kind,
        sources=sources,
        origin=origin,
        profile=context.profile.id,
        profile_choice=context.choice,
        evaluated_at=context.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        verdict=verdict,
        undetermined_because=because,
        findings=tuple(findings),
        outcomes=totals.outcomes(plan),
        facts=facts,
        message_kind=message_kind,
        readable=readable,
        parties=parties or Parties(),
        sight=sight or Sight(),
        unlisted=tuple(sorted(totals.below().items())),
    )
