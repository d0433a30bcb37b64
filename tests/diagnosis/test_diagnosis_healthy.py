"""Logins that work are accepted, and no cause is named."""

from __future__ import annotations

import pytest

from tests.diagnosis.judging import causes, judge
from tests.diagnosis.login import Login
from tests.diagnosis.table import healthy, name_of


@pytest.mark.parametrize("login", list(healthy()), ids=name_of)
def test_a_healthy_login_is_accepted_and_no_cause_is_named(login: Login) -> None:
    report = judge(login)

    assert ("accepted", ()) == (report.verdict, report.undetermined_because)
    assert [] == causes(report)
    assert [] == [item.rule for item in report.findings if item.severity == "error"]
