"""The index of rules is what the engine runs by, so no test is worth running while it is stale."""

from __future__ import annotations

import pytest

from docs import rule_index


def pytest_sessionstart(session: pytest.Session) -> None:
    if not rule_index.is_current():
        raise pytest.UsageError(f"{rule_index.PATH} is stale: run `make docs`")
