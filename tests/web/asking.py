"""Sends the form of the page as a browser does, to an application with a known token and clock."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from samlcheck.web.app import make_app
from tests.support.bases import NOW

PORT = 8642
TOKEN = "an-unguessable-token"
BASE = f"http://127.0.0.1:{PORT}"
PAGE = f"/{TOKEN}/"
REPORT = f"/{TOKEN}/report"
ORIGIN = {"Origin": BASE}


def client() -> TestClient:
    app = make_app(port=PORT, token=TOKEN, clock=lambda: NOW)
    return TestClient(app, base_url=BASE, raise_server_exceptions=False)


def send(
    files: dict[str, Any] | list[tuple[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
    **fields: str,
) -> Any:
    """The answer to a form with these fields; it is always sent as multipart/form-data."""
    given = list(files.items()) if isinstance(files, dict) else list(files or [])
    given += [(name, (None, value)) for name, value in fields.items()]
    return client().post(
        REPORT,
        files=given or [("none", (None, ""))],
        headers=ORIGIN if headers is None else headers,
    )
