"""Rewrite recordings of browser traffic: HAR files and exports of SAML-tracer.

A recording is made anew of what is known by name: members that are not listed here are left out.
"""

from __future__ import annotations

import binascii
import json
from typing import Any, Final

from samlcheck.intake._har import is_har
from samlcheck.intake._json_values import items, mapping, text
from samlcheck.intake._octets import looks_like_html, looks_like_xml
from samlcheck.redaction._headers import cookie_value, redacted_header
from samlcheck.redaction._standins import StandIns
from samlcheck.redaction._texts import redacted_page
from samlcheck.redaction._urls import rewritten_query
from samlcheck.redaction._values import redacted_field, redacted_pairs, redacted_value, visited
from samlcheck.redaction._words import told
from samlcheck.redaction.errors import RedactionError

_SHORT: Final = 80
_FORM: Final = "application/x-www-form-urlencoded"


def redacted_recording(whole: str, standins: StandIns) -> dict[str, Any]:
    """Return a recording with what it tells about people and sessions replaced.

    :raises RedactionError: for JSON that cannot be read.
    """
    try:
        data = mapping(json.loads(whole))
    except (ValueError, RecursionError):
        raise RedactionError("it is a recording of browser traffic that cannot be read") from None
    return _har(data, standins) if is_har(whole[:4096].encode()) else _tracer(data, standins)


def _plain(data: dict[str, Any], names: str) -> dict[str, Any]:
    """Return the numbers and short words among some members; they tell nothing about people."""
    return {
        name: data[name]
        for name in names.split()
        if isinstance(data.get(name), int | float | str) and len(str(data[name])) <= _SHORT
    }


def _har(data: dict[str, Any], standins: StandIns) -> dict[str, Any]:
    log = mapping(data.get("log"))
    return {
        "log": {
            **_plain(log, "version"),
            "creator": _plain(mapping(log.get("creator")), "name version"),
            "browser": _plain(mapping(log.get("browser")), "name version"),
            "pages": [
                {
                    **_plain(mapping(page), "startedDateTime id"),
                    "title": told(text(mapping(page).get("title")), standins),
                    "pageTimings": {},
                }
                for page in items(log.get("pages"))
            ],
            "entries": [_entry(mapping(item), standins) for item in items(log.get("entries"))],
        }
    }


def _entry(entry: dict[str, Any], standins: StandIns) -> dict[str, Any]:
    timings = mapping(entry.get("timings"))
    return {
        **_plain(entry, "pageref startedDateTime time"),
        "request": _request(mapping(entry.get("request")), standins),
        "response": _response(mapping(entry.get("response")), standins),
        "cache": {},
        "timings": _plain(timings, "blocked dns connect ssl send wait receive"),
    }


def _request(request: dict[str, Any], standins: StandIns) -> dict[str, Any]:
    pairs = [_pair(item) for item in items(request.get("queryString"))]
    values = redacted_pairs(pairs, standins)
    made = {
        **_plain(request, "method httpVersion"),
        "url": visited(text(request.get("url")), standins),
        "headers": _headers(request, standins),
        "cookies": _cookies(request, standins),
        "queryString": [
            {"name": name, "value": value} for (name, _), value in zip(pairs, values, strict=True)
        ],
        **_plain(request, "headersSize bodySize"),
    }
    if isinstance(request.get("postData"), dict):
        made["postData"] = _posted(request["postData"], standins)
    return made


def _posted(data: dict[str, Any], standins: StandIns) -> dict[str, Any]:
    made = _plain(data, "mimeType")
    params = [_pair(item) for item in items(data.get("params"))]
    if params:
        values = redacted_pairs(params, standins)
        made["params"] = [
            {"name": name, "value": value} for (name, _), value in zip(params, values, strict=True)
        ]
    body = _content_of(data)
    if body:
        made["text"] = redacted_body(body, text(data.get("mimeType")), standins)
    return made


def redacted_body(body: str, kind: str, standins: StandIns) -> str:
    """Return the body of a request: a form or a message in XML; nothing is left of any other."""
    octets = body.encode("utf-8", "surrogatepass")
    if looks_like_xml(octets) and not looks_like_html(octets):
        return redacted_value(body, standins, named=False)
    if _FORM in kind.lower() or (not kind and "=" in body):
        return rewritten_query(body.strip(), lambda pairs: redacted_pairs(pairs, standins))
    standins.secret(body)
    return ""


def _response(response: dict[str, Any], standins: StandIns) -> dict[str, Any]:
    content = mapping(response.get("content"))
    made: dict[str, Any] = {
        **_plain(response, "status statusText httpVersion"),
        "headers": _headers(response, standins),
        "cookies": _cookies(response, standins),
        "content": _plain(content, "size mimeType"),
        "redirectURL": visited(text(response.get("redirectURL")), standins),
        **_plain(response, "headersSize bodySize"),
    }
    body = _content_of(content)
    kind = text(content.get("mimeType")).lower()
    if body and ("html" in kind or looks_like_html(body.encode("utf-8", "replace"))):
        made["content"]["text"] = redacted_page(body.encode("utf-8", "replace"), standins)
    return made


def _content_of(data: dict[str, Any]) -> str:
    """Return a body as text, decoded when it is in Base64."""
    body = text(data.get("text"))
    if text(data.get("encoding")) != "base64":
        return body
    try:
        return binascii.a2b_base64(body.encode("utf-8", "replace")).decode("utf-8", "replace")
    except binascii.Error:
        return ""


def _pair(item: Any) -> tuple[str, str]:
    """Return a name and a value; HAR writes the latter as it was sent or decoded."""
    data = mapping(item)
    return text(data.get("name")), text(data.get("value"))


def _headers(data: dict[str, Any], standins: StandIns) -> list[dict[str, str]]:
    pairs = [_pair(item) for item in items(data.get("headers"))]
    return [
        {"name": name, "value": redacted_header(name, value, standins)} for name, value in pairs
    ]


def _cookies(data: dict[str, Any], standins: StandIns) -> list[dict[str, Any]]:
    return [
        {
            "name": standins.swept(text(mapping(item).get("name"))),
            "value": cookie_value(text(mapping(item).get("value")), standins),
            **_plain(mapping(item), "path domain expires httpOnly secure sameSite"),
        }
        for item in items(data.get("cookies"))
    ]


def _tracer(data: dict[str, Any], standins: StandIns) -> dict[str, Any]:
    return {
        "requests": [_traced(mapping(item), standins) for item in items(data.get("requests"))],
        **_plain(data, "timestamp"),
    }


def _traced(request: dict[str, Any], standins: StandIns) -> dict[str, Any]:
    made = {
        **_plain(request, "method responseStatus responseStatusText protocol requestId"),
        "url": visited(text(request.get("url")), standins),
    }
    for name in ("requestHeaders", "responseHeaders"):
        if name in request:
            made[name] = [_traced_header(item, standins) for item in items(request.get(name))]
    for name in ("get", "post"):
        if name in request:
            pairs = [_traced_pair(item) for item in items(request.get(name))]
            values = redacted_pairs(pairs, standins)
            made[name] = [[key, value] for (key, _), value in zip(pairs, values, strict=True)]
    if text(request.get("saml")):
        made["saml"] = redacted_value(text(request["saml"]), standins, named=False)
    if text(request.get("samlart")):
        made["samlart"] = redacted_field("SAMLart", text(request["samlart"]), standins)
    return made


def _traced_pair(item: Any) -> tuple[str, str]:
    if isinstance(item, list):
        name, value, *_ = [*(text(part) for part in item), "", ""]
        return name, value
    return _pair(item)


def _traced_header(item: Any, standins: StandIns) -> Any:
    name, value = _traced_pair(item)
    shown = redacted_header(name, value, standins)
    return [name, shown] if isinstance(item, list) else {"name": name, "value": shown}
