"""Reports on several messages, each with the messages around its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from samlcheck.engine.exchanges import Seen, exchanges_of
from samlcheck.engine.report import Report
from samlcheck.rules.case import Case

#: Of so many messages each report lists those around its own; of more, none does.
_MOST: Final = 200
_AROUND: Final = 8


def in_company(reports: Sequence[Report], seen: Sequence[Seen], case: Case) -> Iterator[Report]:
    """Yield reports with the messages that were seen before and after their own.

    `seen` holds all messages in their order, the last of them those that the reports are about;
    `case` is that of one of them.
    """
    if len(seen) > _MOST:
        yield from reports
        return
    first = len(seen) - len(reports)
    findings = {first + place: report.findings for place, report in enumerate(reports)}
    made = exchanges_of(seen, -1, sp=case.sp, idp=case.idp, findings=findings)
    for place, report in enumerate(reports, first):
        own = attrs.evolve(made[place], judged=True, findings=())
        before, after = made[max(0, place - _AROUND) : place], made[place + 1 :][:_AROUND]
        yield attrs.evolve(report, exchanges=(*before, own, *after))
