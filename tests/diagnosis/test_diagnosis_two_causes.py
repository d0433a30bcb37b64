"""Of two causes in one login, both are named, and the one that a receiver meets first leads."""

from __future__ import annotations

import pytest

from tests.diagnosis.judging import causes, judge
from tests.diagnosis.table import Broken, two_causes

#: So far down a reader looks.
_READ = 3


@pytest.mark.parametrize("broken", list(two_causes()), ids=str)
def test_both_causes_are_named_the_earlier_one_first(broken: Broken) -> None:
    first, second = broken.plants

    found = [item.rule for item in causes(judge(broken.login))]

    assert found[0] in first.rules
    assert not set(second.rules).isdisjoint(found[1:_READ])
