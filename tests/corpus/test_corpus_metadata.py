"""The metadata documents of the corpus: judged without a crash, and quietly where they are well."""

from __future__ import annotations

from pathlib import Path

import pytest

import samlcheck
from samlcheck.render.style import Style
from samlcheck.render.text import render_check
from tests.corpus import baseline, corpus
from tests.support.bases import NOW

pytestmark = pytest.mark.skipif(not corpus.present(), reason=corpus.ABSENT)


@pytest.mark.parametrize("path", corpus.metadata_files(), ids=lambda path: path.name)
def test_metadata_is_judged_without_a_crash(path: Path) -> None:
    report = samlcheck.check_metadata(path.read_bytes(), now=NOW)
    assert "tool-rule-crashed" not in {item.rule for item in report.findings}
    assert len(report.outcomes) > 100
    assert render_check(report, Style(show_info=True))


@pytest.mark.parametrize("path", corpus.metadata_files(), ids=lambda path: path.name)
def test_every_finding_has_an_exact_place(path: Path) -> None:
    data = path.read_bytes()
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    report = samlcheck.check_metadata(data, now=NOW)
    for finding in report.findings:
        location = finding.location
        if location.line is None or location.column is None:
            continue
        assert 1 <= location.line <= len(lines)
        assert 1 <= location.column <= len(lines[location.line - 1]) + 1


def test_each_rule_fires_as_often_as_was_accepted() -> None:
    changed = baseline.differences(baseline.accepted(), baseline.counts())
    assert [] == changed, "look at what changed, and accept it with `make baseline`"
