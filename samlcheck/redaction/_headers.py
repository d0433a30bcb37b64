"""Headers of requests and answers: those listed are kept, of all others only the name."""

from __future__ import annotations

import re
from typing import Final

from samlcheck.redaction._standins import StandIns
from samlcheck.redaction._urls import REMOVED
from samlcheck.redaction._values import visited

#: Headers that tell about programs and formats, not about people.
_KEPT_NAMES: Final = """
accept accept-encoding accept-language accept-ranges age allow alt-svc cache-control connection
content-encoding content-language content-length content-security-policy
content-security-policy-report-only content-type cross-origin-embedder-policy
cross-origin-opener-policy cross-origin-resource-policy date expires host keep-alive
last-modified p3p permissions-policy pragma referrer-policy sec-ch-ua sec-ch-ua-mobile
sec-ch-ua-platform sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user server
strict-transport-security te transfer-encoding upgrade upgrade-insecure-requests user-agent vary
via x-content-type-options x-frame-options x-powered-by x-xss-protection
"""
_KEPT: Final = frozenset(_KEPT_NAMES.split())
_ADDRESSES: Final = frozenset(("location", "referer", "origin", "content-location"))
_COOKIES: Final = frozenset(("cookie", "set-cookie", "set-cookie2"))
_FLAG: Final = re.compile(
    r"(?i)(secure|httponly|partitioned|(?:samesite|path|domain|max-age|expires|priority)=[^;]*)"
)
_COOKIE_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")


def redacted_header(name: str, value: str, standins: StandIns) -> str:
    """Return the value of a header, or words in place of it."""
    lower = name.lower().lstrip(":")
    if lower in _COOKIES:
        return _cookies(value, standins, sent=lower == "cookie")
    if lower in _ADDRESSES:
        return visited(value, standins)
    if lower in _KEPT:
        return standins.swept(value)
    return standins.numbered(value, REMOVED)


def _cookies(value: str, standins: StandIns, *, sent: bool) -> str:
    """Return cookies with their names and flags; a value is a number that tells equal ones."""
    made = []
    for place, part in enumerate(value.split(";")):
        item = part.strip()
        name, equals, content = item.partition("=")
        if not sent and place and _FLAG.fullmatch(item):
            made.append(standins.swept(item))
        elif equals:
            shown = standins.swept(name) if _COOKIE_NAME.fullmatch(name) else standins.value(name)
            made.append(f"{shown}={cookie_value(content, standins)}")
        else:
            made.append(standins.numbered(item, REMOVED))
    return "; ".join(made)


def cookie_value(value: str, standins: StandIns) -> str:
    """Return what stands in place of the value of a cookie."""
    standins.secret(value)
    return standins.numbered(value, REMOVED)
