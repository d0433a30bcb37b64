"""How often each rule fires on the real metadata of the corpus: the baseline, and how to renew it.

A change of a rule shows up here as a change of its counts on documents that nobody wrote for the
rule. Look at what came or went, and accept it with `make baseline`.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import samlcheck
from tests.corpus import corpus
from tests.support.bases import NOW

PATH = Path(__file__).with_suffix(".json")


def counts() -> dict[str, dict[str, int]]:
    """Return the number of findings by rule and severity, over all documents together."""
    found: dict[str, Counter[str]] = {}
    for path in corpus.metadata_files():
        report = samlcheck.check_metadata(path.read_bytes(), now=NOW)
        for finding in report.findings:
            found.setdefault(finding.rule, Counter())[finding.severity] += 1
    return {rule: dict(sorted(found[rule].items())) for rule in sorted(found)}


def accepted() -> dict[str, dict[str, int]]:
    """Return the counts that were accepted last."""
    known: dict[str, dict[str, int]] = json.loads(PATH.read_text(encoding="utf-8"))
    return known


def source(found: dict[str, dict[str, int]]) -> str:
    """Return the counts as they are written: a line for each rule."""
    lines = [f"  {json.dumps(rule)}: {json.dumps(by)}" for rule, by in found.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def differences(known: dict[str, dict[str, int]], found: dict[str, dict[str, int]]) -> list[str]:
    """Say rule by rule what is not as it was accepted."""
    return [
        f"{rule}: {known.get(rule, {})} accepted, {found.get(rule, {})} found"
        for rule in sorted(known.keys() | found.keys())
        if known.get(rule, {}) != found.get(rule, {})
    ]


def main() -> int:
    """Write the baseline anew, and say what changed."""
    if not corpus.present():
        print(f"{corpus.ABSENT}: nothing to do")
        return 1
    found = counts()
    changed = differences(accepted(), found) if PATH.is_file() else []
    PATH.write_text(source(found), encoding="utf-8")
    print("\n".join(changed) or "nothing has changed")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
