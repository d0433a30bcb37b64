"""Values of JSON that somebody else wrote: of the type that is asked for, or empty."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

# The latest years in which arithmetic with instants is safe, and SAML's first.
_FIRST_YEAR, _LAST_YEAR = 2002, 9900
# No answer takes longer, in milliseconds.
_LONGEST_WAIT = 3_600_000


def mapping(value: Any) -> dict[str, Any]:
    """Return an object, an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """Return a list, an empty one in place of anything else."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """Return a text, an empty one in place of anything else."""
    return value if isinstance(value, str) else ""


def number(value: Any) -> int:
    """Return a status between 100 and 999, also one that is written as a text; else 0."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
        value = int(value)
    return value if type(value) is int and 100 <= value <= 999 else 0


def headers_of(headers: list[Any], name: str) -> Iterator[str]:
    """Yield the values of all headers of a name."""
    for item in headers:
        if isinstance(item, list):
            pair = [*(text(part) for part in item), "", ""]
        else:
            pair = [text(mapping(item).get("name")), text(mapping(item).get("value"))]
        if pair[0].lower() == name:
            yield pair[1]


def header(headers: list[Any], name: str) -> str:
    """Return the value of the first header of a name, an empty text where there is none."""
    return next(headers_of(headers, name), "")


def duration(value: Any) -> timedelta:
    """Return a time of a recording, in milliseconds; none for what is no such time."""
    if isinstance(value, int | float) and 0 <= value <= _LONGEST_WAIT:
        return timedelta(milliseconds=value)
    return timedelta()


def instant(value: str) -> datetime | None:
    """Return the aware instant of an ISO 8601 or HTTP date; None where it is neither."""
    value = value.strip()
    if not value or len(value) > 64:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        from email.utils import parsedate_to_datetime

        try:
            found = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None
