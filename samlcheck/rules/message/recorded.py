"""Small recordings of browser traffic, for examples of rules."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote

from samlcheck.rules.message.carried import DEFLATED, base64_of, response_with

ACS: Final = "https://sp.example.org/saml/acs"
_SSO: Final = "https://idp.example.org/saml/sso/redirect"
_STARTED: Final = "2026-11-23T10:00:{:02}Z"


def visit(
    method: str,
    url: str,
    *,
    body: str | None = None,
    status: int = 200,
    location: str = "",
    page: str = "",
) -> dict[str, Any]:
    """Return one entry of a HAR file; its time is added with its place."""
    request: dict[str, Any] = {"method": method, "url": url, "headers": []}
    if body is not None:
        request["postData"] = {"mimeType": "application/x-www-form-urlencoded", "text": body}
    answer = {"status": status, "headers": [], "redirectURL": location}
    return {
        "request": request,
        "response": {**answer, "content": {"mimeType": "text/html", "text": page}},
    }


def har(*visits: dict[str, Any]) -> str:
    """Return a HAR file, as browsers export it."""
    entries = [
        {"startedDateTime": _STARTED.format(place), **item} for place, item in enumerate(visits)
    ]
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


def with_headers(
    entry: dict[str, Any],
    *,
    sent: Iterable[tuple[str, str]] = (),
    answer: Iterable[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Return an entry with headers of the request and of the answer."""
    for part, headers in (("request", sent), ("response", answer)):
        entry[part]["headers"] = [{"name": name, "value": value} for name, value in headers]
    return entry


def asked(relay_state: str | None = None, **answer: Any) -> dict[str, Any]:
    """Return the visit that brings the request of the base documents to the identity provider."""
    query = f"SAMLRequest={quote(DEFLATED, safe='')}"
    if relay_state is not None:
        query += f"&RelayState={quote(relay_state, safe='')}"
    return visit("GET", f"{_SSO}?{query}", **answer)


def answered(
    relay_state: str | None = None, *, url: str = ACS, text: str | None = None, **answer: Any
) -> dict[str, Any]:
    """Return the visit that brings a response to the service provider, a refusal by default."""
    value = base64_of(response_with("Responder") if text is None else text)
    body = f"SAMLResponse={quote(value, safe='')}"
    if relay_state is not None:
        body += f"&RelayState={quote(relay_state, safe='')}"
    return visit("POST", url, body=body, **answer)
