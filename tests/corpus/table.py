"""The table of docs/corpus-responses.md: each response, the peer's verdict and ours."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from samlcheck import Report
from tests.corpus.corpus import NO_VERDICT, cases, names_of, run
from tests.corpus.differences import DIFFERENCES

_HEAD = """# Captured responses, judged beside a peer

84 real or deliberately broken SAML responses, each judged with the context of its manifest (service
provider, identity provider with its pinned certificate, evaluation time) by python3-saml 1.16.0 in strict
mode and by samlcheck. The documents are not part of this project; they come from the test data of
SAML-Toolkits/python3-saml (MIT).

Agreement means: what the peer rejects is `rejected` here, with a finding that names the same problem; what
the peer accepts has no finding here that blocks the login. Where the peer refused its own settings and read
no message, there is nothing to agree with. Every difference has its reason below. This page is generated; a
test compares it.

| response | python3-saml | samlcheck | blocking findings | agreement |
|---|---|---|---|---|
"""


def agrees(case: dict[str, Any], report: Report) -> bool | None:
    """Tell whether samlcheck says of a case what the peer says; None where that says nothing."""
    if case["peer_verdict"] == "accept":
        return not any(item.blocks for item in report.findings)
    if case["peer_reason"].startswith(NO_VERDICT):
        return None
    globs = names_of(case["peer_reason"])
    same = any(fnmatchcase(item.rule, glob) for item in report.findings for glob in globs)
    return report.verdict == "rejected" and same


def page() -> str:
    """Return the whole page."""
    rows, notes = [], []
    for case in cases():
        report = run(case)
        blocking = dict.fromkeys(item.rule for item in report.findings if item.blocks)
        same = agrees(case, report)
        words = "no verdict of the peer" if same is None else "yes" if same else "see below"
        reason = "" if case["peer_reason"] is None else f": {case['peer_reason']}"
        peer = f"{case['peer_verdict']}{reason}".replace("|", "\\|").replace("{", "&#123;")
        found = ", ".join(blocking) or "none"
        rows.append(f"| {case['file']} | {peer} | {report.verdict} | {found} | {words} |")
        if same is False:
            notes.append(f"- `{case['file']}`: {DIFFERENCES.get(case['file'], 'NO REASON')}")
    differing = f"\n\n## The {len(notes)} differences\n\n" if notes else "\n"
    return _HEAD + "\n".join(rows) + differing + "\n".join(notes) + "\n"
