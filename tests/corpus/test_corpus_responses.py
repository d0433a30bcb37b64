"""The captured responses of the corpus, judged in the context of their manifest."""

from __future__ import annotations

from typing import Any

import pytest

from samlcheck.render.diagnosis import render_diagnosis
from samlcheck.render.style import Style
from tests.corpus import corpus, table
from tests.corpus.differences import DIFFERENCES

pytestmark = pytest.mark.skipif(not corpus.present(), reason=corpus.ABSENT)


@pytest.mark.parametrize("case", corpus.cases(), ids=lambda case: case["file"])
def test_response_is_judged_as_the_peer_judges_it(case: dict[str, Any]) -> None:
    report = corpus.run(case)
    assert "tool-rule-crashed" not in {item.rule for item in report.findings}
    assert render_diagnosis(report, Style(show_info=True))
    differs = table.agrees(case, report) is False
    assert differs is (case["file"] in DIFFERENCES), [item.rule for item in report.findings]


def test_the_differences_are_of_the_corpus() -> None:
    assert set(DIFFERENCES) <= {case["file"] for case in corpus.cases()}


def test_the_page_is_current() -> None:
    path = corpus.ROOT / "docs" / "corpus-responses.md"
    assert path.read_text(encoding="utf-8") == table.page(), "run `make docs`"
