"""The time line of the HTML report: where each instant and window stands around the evaluation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from math import asinh
from typing import Any

from samlcheck.engine.picture import Picture, Span

_WIDTH, _MARGIN = 1000.0, 30.0
#: Up to so many seconds the scale is even; beyond that it shrinks with the distance.
_EVEN = 3 * 3600.0
_BEND = 900.0


def times(picture: Picture) -> dict[str, Any] | None:
    """Return the rows of the time line, or None where nothing has a time."""
    if not picture.spans:
        return None
    offsets = [
        (end - picture.now).total_seconds()
        for span in picture.spans
        for end in (span.start, span.end)
        if end is not None
    ]
    first = min(*offsets, -picture.skew, -60.0)
    last = max(*offsets, picture.skew, 60.0)
    even = last - first <= _EVEN
    place = _scale(first, last, even=even)
    skew_x = place(-picture.skew)
    return {
        "now": _instant(picture.now),
        "skew": f"{_length(picture.skew)} either way",
        "scale": "" if even else "Distances are drawn shorter the farther away they are.",
        "now_x": _rounded(place(0.0)),
        "skew_x": _rounded(skew_x),
        "skew_width": _rounded(place(picture.skew) - skew_x),
        "rows": [_row(span, picture, place) for span in sorted(picture.spans, key=_order)],
    }


def _order(span: Span) -> tuple[bool, datetime]:
    """Return the sort key of a span: instants first, each kind in the order of time."""
    return not span.is_instant, span.start or datetime.min.replace(tzinfo=UTC)


def _scale(first: float, last: float, *, even: bool) -> Callable[[float], float]:
    """Return the function from seconds after the evaluation to a place on the track."""

    def bent(seconds: float) -> float:
        return seconds if even else asinh(seconds / _BEND)

    low, high = bent(first), bent(last)
    room = _WIDTH - 2 * _MARGIN

    def place(seconds: float) -> float:
        return _MARGIN + room * (bent(seconds) - low) / (high - low)

    return place


def _rounded(value: float) -> float:
    return round(value, 1)


def _row(span: Span, picture: Picture, place: Callable[[float], float]) -> dict[str, Any]:
    start = None if span.start is None else (span.start - picture.now).total_seconds()
    end = None if span.end is None else (span.end - picture.now).total_seconds()
    if span.is_instant:
        x = place(start or 0.0)
        tone, mark = _of_instant(start or 0.0, picture.skew)
        words = f"{_at(span.start)} ({_relative(start or 0.0)})"
        return _drawn(span, x=x, width=None, tone=tone, mark=mark, words=words)
    left = 0.0 if start is None else place(start)
    right = _WIDTH if end is None else place(end)
    tone, mark = _of_window(start, end, picture.skew)
    begins = "open" if start is None else f"{_at(span.start)} ({_relative(start)})"
    ends = "open" if end is None else f"{_at(span.end)} ({_relative(end)})"
    width = max(right - left, 2.0)
    return _drawn(span, x=left, width=width, tone=tone, mark=mark, words=f"{begins} to {ends}")


def _drawn(
    span: Span, *, x: float, width: float | None, tone: str, mark: str | None, words: str
) -> dict[str, Any]:
    return {
        "name": span.name,
        "x": _rounded(x),
        "width": None if width is None else _rounded(width),
        "tone": tone,
        "mark": mark,
        "words": words,
    }


def _of_instant(offset: float, skew: float) -> tuple[str, str | None]:
    return ("error", "lies ahead") if offset > skew else ("soft", None)


def _of_window(start: float | None, end: float | None, skew: float) -> tuple[str, str | None]:
    if end is not None and end <= -skew:
        return "error", "had ended"
    if start is not None and start > skew:
        return "error", "had not begun"
    inside = (start is None or start <= 0) and (end is None or end > 0)
    return "good", "holds" if inside else "holds within the allowed difference"


def _at(instant: datetime | None) -> str:
    return "" if instant is None else _instant(instant)


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _relative(offset: float) -> str:
    if abs(offset) < 1:
        return "at the evaluation"
    return f"{_length(abs(offset))} {'after' if offset > 0 else 'before'}"


def _length(seconds: float) -> str:
    """Return a length of time in its two largest units."""
    rest = round(seconds)
    parts = []
    for name, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts[:2]) or "0 s"
