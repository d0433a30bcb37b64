"""xs:dateTime and xs:duration as SAML uses them (Core 1.3.3, XML Schema part 2)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from samlcheck.records import frozen
from samlcheck.xml.values import BLANKS, Lexical, compiled

_DATETIME: Final = (
    r"(-?)([0-9]{4,})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\.([0-9]+))?(?:(Z)|([+-])([0-9]{2}):([0-9]{2}))?"
)
_DURATION: Final = (
    r"(-?)P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?"
    r"(T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(\.[0-9]+)?S)?)?"
)
_MOST_DIGITS: Final = 15
_MOST_OFFSET: Final = 14 * 60  # minutes


def parse_datetime(text: str) -> Lexical[datetime]:
    """Read an xs:dateTime; the value is aware and in UTC.

    An offset other than Z is converted and no problem here: see ``Lexical.utc``. A missing time
    zone is a problem, and read as UTC. Fractions are cut to microseconds.
    """
    stripped = text.strip(BLANKS)
    match = compiled(_DATETIME).fullmatch(stripped)
    if match is None:
        return Lexical(text=text, value=None, problem=_not_a_datetime(stripped))
    value, problem = _instant(match)
    return Lexical(text=text, value=value, problem=problem)


def _instant(match: re.Match[str]) -> tuple[datetime | None, str | None]:
    """Return the value and the problem of a text with the shape of an xs:dateTime."""
    problem = _year_problem(match[1], match[2])
    if problem is not None:
        return None, problem
    hour, minute, second = int(match[5]), int(match[6]), int(match[7])
    extra = timedelta(0)
    if hour == 24:
        if minute or second or (match[8] or "").strip("0"):
            return None, "has an hour of 24 with minutes or seconds, which no day has"
        hour, extra = 0, timedelta(days=1)
        problem = "writes midnight as 24:00:00, which many readers refuse"
    elif second == 60:
        second, extra = 59, timedelta(seconds=1)
        problem = "is a leap second, which SAML forbids"
    try:
        micro = int((match[8] or "")[:6].ljust(6, "0"))
        year, month, day = int(match[2]), int(match[3]), int(match[4])
        value = datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC) + extra
        if match[10]:
            minutes = int(match[11]) * 60 + int(match[12])
            if minutes > _MOST_OFFSET or int(match[12]) > 59:
                return None, f"has an impossible offset {match[0][-6:]}"
            value -= timedelta(minutes=minutes if match[10] == "+" else -minutes)
    except ValueError:
        return None, "names a day or a time of day that does not exist"
    except OverflowError:
        return None, "lies outside the years 1 to 9999"
    if not match[9] and not match[10]:
        problem = "has no time zone; SAML times are in UTC and end in Z" + (
            f"; besides, it {problem}" if problem else ""
        )
    return value, problem


def _year_problem(sign: str, year: str) -> str | None:
    """Return what is wrong with a year that cannot be read."""
    if sign:
        return "has a negative year"
    if year == "0000":
        return "has the year 0, which does not exist"
    if len(year) > 4:
        return f"has a year of {len(year)} digits"
    return None


def _not_a_datetime(text: str) -> str:
    """Return what is wrong with a text that has not the shape of an xs:dateTime."""
    if not text:
        return "is empty"
    if re.fullmatch(r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})?", text):
        return "is a date without a time of day"
    if re.fullmatch(r"[0-9]{9,14}", text):
        return "is a count of seconds or milliseconds, not an xs:dateTime"
    if compiled(_DATETIME).fullmatch(text.replace(" ", "T", 1)):
        return "has a blank in place of the letter T between date and time"
    if compiled(_DATETIME).fullmatch(text.upper()):
        return "has a letter T or Z in lower case"
    return "is not an xs:dateTime such as 2026-01-31T12:00:00Z"


@frozen(kw_only=True)
class Duration:
    """A length of time: months have no fixed number of seconds, so the two stand apart."""

    months: int
    seconds: float


def parse_duration(text: str) -> Lexical[Duration]:
    """Read an xs:duration; a negative one is a problem and keeps its value."""
    stripped = text.strip(BLANKS)
    match = compiled(_DURATION).fullmatch(stripped)
    if match is None or match[5] == "T" or stripped in ("P", "-P"):
        return Lexical(text=text, value=None, problem=_not_a_duration(stripped))
    numbers = [(match[group] or "").lstrip("0") or "0" for group in (2, 3, 4, 6, 7, 8)]
    if any(len(number) > _MOST_DIGITS for number in numbers):
        return Lexical(text=text, value=None, problem="is longer than can be reckoned with")
    years, months, days, hours, minutes, seconds = (int(number) for number in numbers)
    total: float = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if match[9]:
        total += float(match[9])
    if not match[1]:
        value = Duration(months=years * 12 + months, seconds=total)
        return Lexical(text=text, value=value, problem=None)
    value = Duration(months=-(years * 12 + months), seconds=-total)
    return Lexical(text=text, value=value, problem="is negative")


def _not_a_duration(text: str) -> str:
    """Return what is wrong with a text that is not an xs:duration."""
    if not text:
        return "is empty"
    if re.fullmatch(r"[0-9]+", text):
        return "is a bare number, not an xs:duration such as PT1H"
    if re.fullmatch(r"-?P[0-9]+W", text):
        return "counts weeks, which xs:duration cannot; P7D is one week"
    if re.fullmatch(r"-?P(?:[0-9]+[YMD])*[0-9]+[HS][0-9HMS.]*", text):
        return "has hours, minutes or seconds without the letter T before them"
    if text != text.upper() and compiled(_DURATION).fullmatch(text.upper()):
        return "has a letter in lower case"
    return "is not an xs:duration such as PT1H or P1DT12H"
