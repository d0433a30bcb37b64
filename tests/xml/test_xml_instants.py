"""xs:dateTime and xs:duration: values, problems, and that nothing raises."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlcheck.xml import Duration, parse_datetime, parse_duration


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        (" 2026-01-31T12:00:00Z\n", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00.5Z", datetime(2026, 1, 31, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-01-31T12:00:00.1234567Z", datetime(2026, 1, 31, 12, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-01-31T12:00:00+02:00", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("2026-01-31T22:00:00-14:00", datetime(2026, 2, 1, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00-00:00", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999999Z", datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_instants_without_a_problem(text: str, value: datetime) -> None:
    parsed = parse_datetime(text)
    assert (text, value, None) == (parsed.text, parsed.value, parsed.problem)
    assert text.strip().endswith("Z") == parsed.utc


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("2026-01-31T12:00:00", datetime(2026, 1, 31, 12, tzinfo=UTC), "has no time zone"),
        ("2026-01-31T24:00:00Z", datetime(2026, 2, 1, tzinfo=UTC), "24:00:00"),
        ("2026-01-31T24:00:00.000Z", datetime(2026, 2, 1, tzinfo=UTC), "24:00:00"),
        ("2026-12-31T23:59:60Z", datetime(2027, 1, 1, tzinfo=UTC), "leap second"),
        ("2026-12-31T24:00:00", datetime(2027, 1, 1, tzinfo=UTC), "has no time zone"),
        ("2026-01-31T24:00:01Z", None, "hour of 24"),
        ("2026-01-31T24:00:00.001Z", None, "hour of 24"),
        ("9999-12-31T24:00:00Z", None, "outside the years"),
        ("0001-01-01T00:00:00+01:00", None, "outside the years"),
        ("0000-01-01T00:00:00Z", None, "year 0"),
        ("-0001-01-01T00:00:00Z", None, "negative year"),
        ("12026-01-01T00:00:00Z", None, "year of 5 digits"),
        ("9" * 5000 + "-01-01T00:00:00Z", None, "year of 5000 digits"),
        ("2026-02-30T00:00:00Z", None, "does not exist"),
        ("2026-13-01T00:00:00Z", None, "does not exist"),
        ("2026-01-01T25:00:00Z", None, "does not exist"),
        ("2026-01-01T00:00:61Z", None, "does not exist"),
        ("2026-01-01T00:00:00+14:01", None, "impossible offset +14:01"),
        ("2026-01-01T00:00:00+01:60", None, "impossible offset"),
        ("2026-01-01", None, "date without a time"),
        ("2026-01-01 00:00:00Z", None, "blank in place of the letter T"),
        ("2026-01-01t00:00:00z", None, "lower case"),
        ("1767225600", None, "count of seconds"),
        ("\u0662026-01-01T00:00:00Z", None, "is not an xs:dateTime"),
        ("tomorrow", None, "is not an xs:dateTime"),
        ("", None, "is empty"),
        (" ", None, "is empty"),
    ],
)
def test_instants_with_a_problem(text: str, value: datetime | None, said: str) -> None:
    parsed = parse_datetime(text)
    assert (text, value) == (parsed.text, parsed.value)
    assert said in (parsed.problem or "")


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-14 * 60, 14 * 60))
def test_every_instant_is_read_back(instant: datetime, minutes: int) -> None:
    try:
        local = instant.astimezone(timezone(timedelta(minutes=minutes)))
    except OverflowError:
        return
    parsed = parse_datetime(local.isoformat())
    assert (instant, None) == (parsed.value, parsed.problem)


@given(st.text(alphabet="0123456789-+:.TZPYMDHS ", max_size=30))
def test_any_text_is_read_without_raising(text: str) -> None:
    instant, duration = parse_datetime(text), parse_duration(text)
    assert instant.value is not None or instant.problem
    assert duration.value is not None or duration.problem


@pytest.mark.parametrize(
    ("text", "months", "seconds"),
    [
        ("PT1H", 0, 3600),
        ("P1D", 0, 86_400),
        ("P1Y2M3DT4H5M6S", 14, ((3 * 24 + 4) * 60 + 5) * 60 + 6),
        ("PT0.5S", 0, 0.5),
        ("P0Y", 0, 0),
        (" PT36H ", 0, 129_600),
        ("P2M", 2, 0),
        ("PT2M", 0, 120),
        ("PT" + "0" * 5000 + "1S", 0, 1),
    ],
)
def test_durations(text: str, months: int, seconds: float) -> None:
    parsed = parse_duration(text)
    assert (Duration(months=months, seconds=seconds), None) == (parsed.value, parsed.problem)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("P", "is not an xs:duration"),
        ("PT", "is not an xs:duration"),
        ("P1DT", "is not an xs:duration"),
        ("P1M1Y", "is not an xs:duration"),
        ("P1.5D", "is not an xs:duration"),
        ("+P1D", "is not an xs:duration"),
        ("3600", "bare number"),
        ("P1W", "weeks"),
        ("P1H", "without the letter T"),
        ("P1D12H", "without the letter T"),
        ("pt1h", "lower case"),
        ("P" + "9" * 5000 + "Y", "longer than can be reckoned"),
    ],
)
def test_durations_that_cannot_be_read(text: str, said: str) -> None:
    parsed = parse_duration(text)
    assert parsed.value is None
    assert said in (parsed.problem or "")


def test_negative_duration_keeps_its_value() -> None:
    parsed = parse_duration("-P1MT1S")
    assert (Duration(months=-1, seconds=-1), "is negative") == (parsed.value, parsed.problem)
