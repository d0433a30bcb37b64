"""Read HAR files (HTTP archives), as browsers, Fiddler, Charles and proxies write them.

The format is that of the W3C's HAR 1.2 draft. What a program leaves out is absent here; what it
writes in another way (a form body as text or as parameters, content in Base64) is taken either way.
"""

import binascii
import re
from typing import Any

from samlcheck.intake._around import Entry
from samlcheck.intake._capture import POST, Capture, Source
from samlcheck.intake._fields import MAX_FIELDS, Field
from samlcheck.intake._json_values import (
    duration,
    header,
    headers_of,
    instant,
    items,
    mapping,
    number,
    text,
)
from samlcheck.intake._octets import looks_like_xml
from samlcheck.intake._query import form_value, pairs_of
from samlcheck.intake._recording import captures_of_recording

HAR = "HAR file"
# No page that sends a message is larger.
_MAX_PAGE = 4 * 1024 * 1024


def is_har(head: bytes) -> bool:
    """Tell whether the beginning of a JSON text is that of a HAR file."""
    return re.match(rb"\{\s*\"log\"\s*:", head) is not None


def read_har(data: Any, source: Source) -> tuple[Capture, ...]:
    """Return the messages of a HAR file, given as the JSON value that it is."""
    entries = [_entry(item) for item in items(mapping(mapping(data).get("log")).get("entries"))]
    entries.sort(
        key=lambda entry: (entry.started is None, entry.started and entry.started.timestamp())
    )
    return captures_of_recording(entries, source, HAR)


def _entry(data: Any) -> Entry:
    entry = mapping(data)
    request, response = mapping(entry.get("request")), mapping(entry.get("response"))
    fields, body = _body(mapping(request.get("postData")))
    headers = items(response.get("headers"))
    date = instant(header(headers, "date"))
    started = instant(text(entry.get("startedDateTime")))
    failure = text(response.get("_error")) or text(entry.get("_error"))
    return Entry(
        method=text(request.get("method")).upper()[:20] or "GET",
        url=text(request.get("url")),
        started=started or date,
        cookie_headers=tuple(headers_of(items(request.get("headers")), "cookie")),
        set_cookie_headers=tuple(headers_of(headers, "set-cookie")),
        failure=failure[:100] or None,
        date=date,
        ended=None if started is None else started + duration(entry.get("time")),
        fields=fields,
        body=body,
        status=number(response.get("status")) or None,
        location=text(response.get("redirectURL")) or header(headers, "location") or None,
        page=_content(mapping(response.get("content"))),
    )


def _body(data: dict[str, Any]) -> tuple[tuple[Field, ...], bytes]:
    """Return the fields of a form body, from its text or its list, or else the body as octets."""
    octets = text(data.get("text")).encode("utf-8", "surrogatepass")
    kind = text(data.get("mimeType")).lower()
    if text(data.get("encoding")) == "base64":
        octets = _from_base64(octets)
    if octets and not looks_like_xml(octets) and "multipart" not in kind:
        return pairs_of(octets.strip(), POST), b""
    listed = [mapping(item) for item in items(data.get("params"))[:MAX_FIELDS]]
    fields = tuple(
        Field(
            name=text(item.get("name")),
            value=form_value(text(item.get("value")).encode("utf-8", "surrogatepass")),
            binding=POST,
        )
        for item in listed
    )
    return fields, octets


def _content(data: dict[str, Any]) -> bytes:
    """Return the text of an answer, if it is one."""
    kind = text(data.get("mimeType")).lower()
    if kind and not any(word in kind for word in ("html", "xml", "json", "text/plain")):
        return b""
    octets = text(data.get("text")).encode("utf-8", "surrogatepass")
    if text(data.get("encoding")) == "base64":
        octets = _from_base64(octets)
    return octets[:_MAX_PAGE]


def _from_base64(octets: bytes) -> bytes:
    try:
        return binascii.a2b_base64(octets)
    except binascii.Error:
        return b""
