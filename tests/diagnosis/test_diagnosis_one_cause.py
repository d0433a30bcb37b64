"""A broken login leads with the one cause that was planted in it."""

from __future__ import annotations

import pytest

from tests.diagnosis.judging import causes, judge
from tests.diagnosis.table import Broken, one_cause


@pytest.mark.parametrize("broken", list(one_cause()), ids=str)
def test_the_planted_cause_comes_first(broken: Broken) -> None:
    (plant,) = broken.plants

    report = judge(broken.login)
    found = causes(report)

    assert report.verdict in ("rejected", "undetermined")
    assert found
    assert found[0].rule in plant.rules
    assert plant.owner == found[0].owner
