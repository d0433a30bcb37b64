"""Addresses: scheme, host and path are kept; what a query or a path carries is replaced."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, unquote

from samlcheck.redaction import _shapes as shapes
from samlcheck.redaction._standins import StandIns

_PARTS: Final = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]{0,20}:)?(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL
)
#: A value of a query that may name something rather than hide it: a tenant, a connection.
_NAMING: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_GUID: Final = re.compile(shapes.GUID.pattern)
#: A part of a path that is made up to be unguessable.
_TOKEN: Final = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_.~=-]{24,}")
_SESSION: Final = re.compile(r"(?i)(;(?:jsessionid|sid|sessionid|phpsessid)=)([^/;?#]*)")
_ADDRESS: Final = re.compile(r"https?://")
REMOVED: Final = "removed"

#: What to do with the pairs of a query: their names and values, decoded; returns the values.
ReplacePairs = Callable[[list[tuple[str, str]]], list[str]]


def endpoint(text: str, standins: StandIns) -> str:
    """Return an address that a message names: it is compared with metadata, and so is kept.

    Whatever may be a token in its query is not, unless metadata publish the address.
    """
    core = text.strip()
    if core in standins.known.published:
        standins.met.endpoints[core] = standins.met.public[core] = None
        return standins.swept(text)
    found = _PARTS.fullmatch(core)
    if found is None or not core:
        return standins.value(text)
    scheme, authority, path, query, fragment = found.groups()
    start = (scheme or "") + ("" if authority is None else "//" + _without_user(authority))
    path = _SESSION.sub(lambda item: item[1] + standins.numbered(item[2], REMOVED), path)
    path = shapes.EMAIL.sub(lambda item: standins.value(item[0]), path)
    shown = standins.swept(start + path)
    if query:
        shown += "?" + rewritten_query(
            query[1:], lambda pairs: [_word(value, standins) for _, value in pairs]
        )
    if fragment:
        shown += "#" + standins.value(fragment[1:])
    standins.met.endpoints[core] = None
    standins.met.public[shown] = None
    return text.replace(core, shown)


def browsed(text: str, standins: StandIns, pairs: ReplacePairs | None = None) -> str:
    """Return an address that a browser went to, without what its path and query carry.

    `pairs` says what to do with the pairs of its query; else all their values are replaced.
    """
    if text.strip() in standins.known.endpoints:
        return endpoint(text, standins)
    found = _PARTS.fullmatch(text.strip())
    if found is None:
        return standins.value(text)
    scheme, authority, path, query, fragment = found.groups()
    start = scheme or ""
    if authority is not None:
        start += "//" + standins.swept(_without_user(authority))
    path = _SESSION.sub(lambda item: item[1] + standins.numbered(item[2], REMOVED), path)
    whole = (scheme or "") + ("" if authority is None else "//" + authority) + path
    if whole not in standins.known.endpoints:
        path = "/".join(_segment(part, standins) for part in path.split("/"))
    shown = start + standins.swept(path)
    if query:
        drop = pairs or (lambda given: [_dropped(value, standins) for _, value in given])
        shown += "?" + rewritten_query(query[1:], drop)
    if fragment and fragment != "#":
        standins.secret(unquote(fragment[1:]))
        shown += "#" + REMOVED
    return shown


def _without_user(authority: str) -> str:
    return authority.rpartition("@")[2]


def _segment(part: str, standins: StandIns) -> str:
    """Return a part of a path, replaced when it is a token or tells of a person."""
    name, mark, rest = part.partition(";")
    plain = unquote(name)
    named = len(plain) > 2 and plain in standins.known.secrets
    if named or "@" in plain or _TOKEN.fullmatch(plain) or shapes.GUID.fullmatch(plain):
        return quote(standins.value(plain), safe="@{}=~") + mark + rest
    return part


def _word(value: str, standins: StandIns) -> str:
    """Return a value of a query: as it is when it names something, else replaced."""
    rest = _GUID.sub("", value)
    named = _NAMING.fullmatch(value) and not _TOKEN.fullmatch(rest)
    if named and value not in standins.known.secrets:
        return value
    return _dropped(value, standins)


def _dropped(value: str, standins: StandIns) -> str:
    """Return the stand-in for a value of a query; the address in one is treated as such."""
    return browsed(value, standins) if _ADDRESS.match(value) else standins.numbered(value, REMOVED)


def rewritten_query(query: str, replace: ReplacePairs) -> str:
    """Return a query with other values; a value that stays keeps its escapes."""
    items = [item.partition("=") for item in query.split("&")]
    given = [(unquote(name), form_decoded(raw)) for name, _, raw in items]
    made = []
    for (name, equals, raw), (_, old), new in zip(items, given, replace(given), strict=True):
        if equals:
            made.append(f"{name}={raw if new == old else quote(new, safe='')}")
        else:  # a query that is one value
            made.append(quote(replace([("", form_decoded(name))])[0], safe=""))
    return "&".join(made)


def form_decoded(raw: str) -> str:
    """Return a value of a query or form as its receiver decodes it."""
    return unquote(raw.replace("+", " "))
