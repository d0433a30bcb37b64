"""Words that several rules share, so that the same thing is always named the same way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from samlcheck.model import Signature
from samlcheck.rules.near_miss import difference, differing_parts, nearest
from samlcheck.xml import Lexical
from samlcheck.xml.names import split_clark
from samlcheck.xml.quotations import personal
from samlcheck.xml.uri import split_uri

_NAMES = {
    "Response": "response",
    "Assertion": "assertion",
    "AuthnRequest": "request",
    "EntityDescriptor": "metadata",
    "EntitiesDescriptor": "metadata",
}


#: From here on hours are of no interest.
_SEVERAL_DAYS = 3


def signed_thing(signature: Signature, *, definite: bool = True) -> str:
    """Name what a signature stands in, to start a sentence with or to put within one."""
    local = "" if signature.parent is None else split_clark(str(signature.parent.tag))[1]
    name = _NAMES.get(local, f"{local} element" if local else "document")
    return f"The {name}" if definite else f"the {name}"


def duration_words(span: timedelta) -> str:
    """Return a time span in the two largest units that matter: "2 days 3 hours", "40 seconds"."""
    seconds = int(abs(span).total_seconds())
    parts = []
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return " ".join(parts[:2]) or "less than a second"


def distance_words(span: timedelta) -> str:
    """Return how far away an instant is, in whole days where it is several."""
    return duration_words(timedelta(days=span.days) if span.days >= _SEVERAL_DAYS else span)


def received_words(address: str) -> str:
    """Return an address of a capture with what it may tell of a person marked: query, user name."""
    parts = split_uri(address)
    rest = address
    for mark, piece in (("#", parts.fragment), ("?", parts.query)):
        if piece:
            rest = rest.removesuffix(f"{mark}{piece}")
    hidden = address[len(rest) :]
    if parts.userinfo:
        rest = rest.replace(f"{parts.userinfo}@", f"{personal(parts.userinfo)}@", 1)
    return rest + (hidden[:1] + personal(hidden[1:]) if hidden else "")


def instant_words(instant: datetime) -> str:
    """Return an instant in UTC to the second, as SAML writes it: 2026-11-23T10:00:00Z."""
    utc = instant.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return f"{utc.isoformat()}Z"


def window_words(start: Lexical[datetime] | None, end: Lexical[datetime] | None) -> str:
    """Return a validity window as it was written: "from ... until ...", open where it is open."""
    parts = []
    if start is not None:
        parts.append(f"from {start.text}")
    if end is not None:
        parts.append(f"until {end.text}")
    return " ".join(parts) or "at any time"


def any_of(values: Iterable[str]) -> str:
    """Return values as a choice, in quotation marks: "'a', 'b' or 'c'"."""
    quoted = [repr(value) for value in values]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def all_of(words: Iterable[str]) -> str:
    """Return words as an enumeration: "a, b and c"."""
    listed = list(words)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} and {listed[-1]}"


def two_differ(one: str, other: str) -> str | None:
    """Say how two values differ that a sentence has just named; None when in everything."""
    words = difference(one, other)
    if words is not None:
        return f"the two differ only in {words}"
    parts = differing_parts(one, other)
    return f"the two differ in {all_of(parts)}" if parts else None


def address_difference(value: str, expected: Iterable[str]) -> str | None:
    """Say in words how an address differs from those that are expected; None when in everything.

    The smallest difference wins; else the components that differ from the likeliest address.
    """
    candidates = list(expected)
    near = nearest(value, candidates)
    if near is not None:
        return f"it differs from {near[0]!r} only in {near[1]}"
    told = [(parts, other) for other in candidates if (parts := differing_parts(value, other))]
    if not told:
        return None
    parts, other = min(told, key=lambda item: len(item[0]))
    if len(parts) > 1 and "the path" in parts and "the host" in parts:
        return None
    return f"it differs from {other!r} in {all_of(parts)}"


_OLD_CAPTURE = timedelta(days=1)


def stale_advice(now: datetime, end: datetime, issued: datetime | None) -> str | None:
    """Advise to judge an old capture as of its own time; None when it has only just ended."""
    if now - end < _OLD_CAPTURE:
        return None
    at = instant_words(issued if issued is not None and issued < end else end)
    return (
        f"The capture is {duration_words(now - end)} old. To learn what happened then, judge it "
        f"as of the time of the login: --at {at}."
    )
