"""The diagnosis of a failed login from all that somebody has: captures, metadata, an error text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

from samlcheck.engine.api import (
    Bytes,
    Input,
    ProfileChoice,
    UsageError,
    context_of,
    input_of,
    parse_metadata,
)
from samlcheck.engine.exchange import meant_entities
from samlcheck.engine.messages import evidence_of, judge_main, read_messages
from samlcheck.engine.report import ACCEPTED, UNDETERMINED, Report
from samlcheck.engine.symptoms import with_symptom
from samlcheck.records import frozen

if TYPE_CHECKING:
    from samlcheck.engine.api import ParsedMetadata

_METADATA = (b"EntityDescriptor", b"EntitiesDescriptor")
#: No error text that somebody pastes is longer.
_LONGEST_TEXT = 200_000


def diagnose(  # noqa: PLR0913 - a word for each circumstance
    given: Iterable[Bytes],
    *,
    now: datetime,
    as_captured: bool = True,
    sp: Bytes | None = None,
    idp: Bytes | None = None,
    request: Bytes | None = None,
    profile: ProfileChoice = None,
    authn_contexts: str | Iterable[str] | None = None,
    decryption_keys: Sequence[bytes] = (),
    symptom: str | None = None,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
) -> Report:
    """Say why a captured login failed.

    All messages in what is given are put in their order; the last login is judged, or the last one
    at the SP whose metadata is given, with what came before it. Where the identity provider refused
    the request, what is wrong with the request belongs to the report as well.

    :param given: captures in the forms that `check_message` takes, metadata of either side, and the
        text or the page of an error, in any order.
    :param as_captured: judge as of the instant that a recording tells, else as of `now`.
    :param sp: SP metadata, before any that is among `given`.
    :param idp: IdP metadata, before any that is among `given`.
    :param symptom: what somebody saw of the failure, a code such as webex:13 or an error text; None
        takes what the capture shows.
    :raises ValueError: for nothing given, a `now` without time zone, an unknown profile or a key
        that is none.
    """
    context = context_of(now, profile, authn_contexts, select, ignore)
    sorted_out = _sort_out([input_of(item, "message") for item in given])
    if not sorted_out.captures and symptom is None and sorted_out.text is None:
        raise UsageError("no capture was given, only metadata")
    evidence = evidence_of(context, None, None, decryption_keys, as_captured=as_captured)
    reads = [read for item in sorted_out.captures for read in read_messages(item)]
    reads = _in_order(reads or list(read_messages(Input(data=b"", name="message"))))
    named = [meant_entities(read.parsed.message) for read in reads]
    evidence = attrs.evolve(
        evidence,
        sp=_side(sp, sorted_out.metadata, "sp", [pair[0] for pair in named]),
        idp=_side(idp, sorted_out.metadata, "idp", [pair[1] for pair in named]),
    )
    asked = None
    if request is not None:
        asked = next(read_messages(input_of(request, "request")))
    report, _ = judge_main(reads, evidence, (), asked)
    report = with_symptom(report, symptom or sorted_out.text)
    return _with_doubt(report)


@frozen(kw_only=True, eq=False)
class _Sorted:
    """What was given, by what it is; `text` is that of an error."""

    captures: list[Input]
    metadata: list[ParsedMetadata]
    text: str | None


def _sort_out(given: Sequence[Input]) -> _Sorted:
    """Tell metadata and error texts from captures."""
    captures: list[Input] = []
    metadata: list[ParsedMetadata] = []
    texts: list[str] = []
    for item in given:
        if any(name in item.octets for name in _METADATA):
            parsed = parse_metadata(item)
            if parsed.metadata is not None:
                metadata.append(parsed)
                continue
        text = _error_text(item)
        if text is not None:
            texts.append(text)
            if len(given) > 1:
                continue
        captures.append(item)
    return _Sorted(captures=captures, metadata=metadata, text=texts[0] if texts else None)


def _error_text(item: Input) -> str | None:
    """Return the text of what carries no message and tells of an error that is known."""
    octets = item.octets
    if len(octets) > _LONGEST_TEXT or b"SAMLRe" in octets or b"SAML:2.0:protocol" in octets:
        return None
    from samlcheck.intake import read_capture, shown_text
    from samlcheck.symptoms import find

    if any(capture.data for capture in read_capture(item.data)):
        return None
    text = shown_text(octets)
    return text if text and find(text) else None


def _in_order(reads: list[Any]) -> list[Any]:
    """Return messages in the order in which they travelled, where all of them tell when."""
    times = [read.captured_at for read in reads]
    if any(time is None for time in times):
        return reads
    return sorted(reads, key=lambda read: read.captured_at)


def _side(
    given: Bytes | None, found: Sequence[ParsedMetadata], side: str, named: Sequence[str | None]
) -> ParsedMetadata | None:
    """Return the metadata of a side: what was given as such, else the one that messages name."""
    if given is not None:
        return parse_metadata(input_of(given, "SP metadata" if side == "sp" else "IdP metadata"))
    fitting = [
        item
        for item in found
        if any((entity.sp if side == "sp" else entity.idp) is not None for entity in item.entities)
    ]
    for item in fitting:
        if any(entity.entity_id in named for entity in item.entities if entity.entity_id):
            return item
    return fitting[0] if fitting else None


def _with_doubt(report: Report) -> Report:
    """Return a report that accepts nothing of which somebody saw that it was refused."""
    if report.verdict != ACCEPTED or report.symptom is None:
        return report
    because = f"what {report.symptom.label} comes from"
    return attrs.evolve(report, verdict=UNDETERMINED, undetermined_because=(because,))
