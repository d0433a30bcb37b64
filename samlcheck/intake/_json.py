"""Read JSON captures: HAR files and exports of SAML-tracer; name what else is JSON."""

import json
import re
from typing import Any

import attrs

from samlcheck.intake._capture import Capture, Source
from samlcheck.intake._har import HAR, is_har, read_har
from samlcheck.intake._recording_defects import unreadable_recording
from samlcheck.intake._tracer import TRACER, is_tracer, read_tracer

_HEAD = 65536
# The list of requests in either format; an entry that cannot be read ends it.
_LISTS = {HAR: rb"\"entries\"\s*:\s*\[", TRACER: rb"\"requests\"\s*:\s*\["}


def is_recording(head: bytes) -> bool:
    """Tell whether a text begins as a recording of browser traffic does."""
    return is_har(head) or is_tracer(head)


def read_recording(source: Source) -> tuple[Capture, ...] | None:
    """Read a HAR file or an export of SAML-tracer; None for anything else."""
    head = source.text[:_HEAD]
    if not is_recording(head):
        return None
    kind, read = (HAR, read_har) if is_har(head) else (TRACER, read_tracer)
    whole = source.text.decode("utf-8", "replace")
    try:
        return read(json.loads(whole), source)
    except (ValueError, RecursionError):
        entries = _salvaged(whole, _LISTS[kind].decode())
    value = {"log": {"entries": entries}} if kind == HAR else {"requests": entries}
    captures = read(value, source)
    defect = unreadable_recording(kind, len(entries))
    return tuple(attrs.evolve(item, defects=(*item.defects, defect)) for item in captures)


def read_recording_data(data: Any, source: Source) -> tuple[Capture, ...]:
    """Return the messages of a recording, given as the JSON value that it is."""
    is_log = isinstance(data, dict) and "log" in data
    return read_har(data, source) if is_log else read_tracer(data, source)


def _salvaged(whole: str, start: str) -> list[Any]:
    """Return the entries of a list that can be read before the place where the text breaks."""
    found = re.search(start, whole)
    if found is None:
        return []
    decoder, space = json.JSONDecoder(), re.compile(r"[\s,]*")
    entries: list[Any] = []
    position = found.end()
    while True:
        position = space.match(whole, position).end()  # type: ignore[union-attr]
        if position >= len(whole) or whole[position] == "]":
            return entries
        try:
            entry, position = decoder.raw_decode(whole, position)
        except (ValueError, RecursionError):
            return entries
        entries.append(entry)
