"""Read the exports of SAML-tracer, the browser extension of the SimpleSAMLphp project.

It lists requests with their parameters as the browser decoded them, the headers and the status of
the answers, but neither pages nor times; the header Date of an answer tells the time. Since version
1.0 headers are objects with name and value, before that pairs.
"""

import re
from typing import Any

from samlcheck.intake._around import Entry
from samlcheck.intake._capture import POST, Capture, Source
from samlcheck.intake._fields import MAX_FIELDS, Field
from samlcheck.intake._json_values import (
    header,
    headers_of,
    instant,
    items,
    mapping,
    number,
    text,
)
from samlcheck.intake._recording import captures_of_recording

TRACER = "SAML-tracer export"
_BLOTTED = (b"{hash:", b"{obf:", b"{overwritten}")


def is_tracer(head: bytes) -> bool:
    """Tell whether the beginning of a JSON text is that of an export of SAML-tracer."""
    return b'"requests"' in head and bool(re.match(rb"\{\s*\"(?:requests|timestamp)\"\s*:", head))


def read_tracer(data: Any, source: Source) -> tuple[Capture, ...]:
    """Return the messages of an export, given as the JSON value that it is."""
    entries = [_entry(mapping(item)) for item in items(mapping(data).get("requests"))]
    return captures_of_recording(entries, source, TRACER)


def _entry(data: dict[str, Any]) -> Entry:
    headers = items(data.get("responseHeaders"))
    fields = tuple(_field(item) for item in items(data.get("post"))[:MAX_FIELDS])
    return Entry(
        method=text(data.get("method")).upper()[:20] or "GET",
        url=text(data.get("url")),
        started=instant(header(headers, "date")),
        fields=fields,
        status=number(data.get("responseStatus")) or None,
        location=header(headers, "location") or None,
        cookie_headers=tuple(headers_of(items(data.get("requestHeaders")), "cookie")),
        set_cookie_headers=tuple(headers_of(headers, "set-cookie")),
        decoded=text(data.get("saml")).encode("utf-8", "surrogatepass"),
        hidden=any(field.value.startswith(_BLOTTED) for field in fields),
    )


def _field(data: Any) -> Field:
    pair = [*(text(item) for item in items(data)), "", ""]
    return Field(name=pair[0], value=pair[1].encode("utf-8", "surrogatepass"), binding=POST)
