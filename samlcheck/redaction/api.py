"""Redact a capture: judge it, replace what must not leave the house, and make sure of that."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from samlcheck.engine.api import Bytes, Input, ProfileChoice, input_of, parse_metadata
from samlcheck.engine.messages import check_messages
from samlcheck.engine.report import Report
from samlcheck.engine.view import show_message
from samlcheck.intake._capture import Source
from samlcheck.intake._json import is_recording
from samlcheck.intake._redacted import MEMBER, is_redacted
from samlcheck.intake._source import prepare
from samlcheck.records import frozen
from samlcheck.redaction._leaks import leaks
from samlcheck.redaction._markup import TooDeepError
from samlcheck.redaction._recordings import redacted_recording
from samlcheck.redaction._results import told
from samlcheck.redaction._standins import StandIns
from samlcheck.redaction._texts import redacted_text
from samlcheck.redaction.errors import RedactionError

_LARGEST: Final = 8 * 1024 * 1024
_LARGEST_RECORDING: Final = 128 * 1024 * 1024
_HEAD: Final = 65536


@frozen(kw_only=True)
class Redacted:
    """A capture that can be given away.

    `text` is the whole file, JSON in ASCII. `replaced` is the number of different values that were
    replaced or dropped. `reports` are those on the messages before redaction.
    """

    text: str
    replaced: int
    reports: tuple[Report, ...]


def redact(
    captured: Bytes,
    *,
    now: datetime,
    as_captured: bool = False,
    sp: Bytes | None = None,
    idp: Bytes | None = None,
    request: Bytes | None = None,
    profile: ProfileChoice = None,
    authn_contexts: str | None = None,
    decryption_keys: Sequence[bytes] = (),
) -> Redacted:
    """Return a capture with stand-ins for all that is about people, and without secrets.

    The arguments are those of `check_message`: the messages are judged before anything is replaced,
    and what they are found to be is written into the result, as the claim of whoever made it.

    :raises RedactionError: when no message is recognised, or a secret could not be removed.
    :raises ValueError: for a `now` without time zone, an unknown profile or a key that is none.
    """
    given = input_of(captured, "message")
    source = _source(given)
    judging: dict[str, Any] = {
        "now": now,
        "as_captured": as_captured,
        "sp": sp,
        "idp": idp,
        "earlier": () if request is None else (request,),
        "profile": profile,
        "authn_contexts": authn_contexts,
        "decryption_keys": decryption_keys,
    }
    before = check_messages([given], **judging)
    first = StandIns()
    _learn(first, sp, idp)
    _rewritten(source, first)
    first.met.freeze()
    standins = StandIns(first.met)
    data = _rewritten(source, standins)
    after = _judged_again(Input(data=_text(data), name=given.name), judging)
    if len(before) != len(after):
        raise RedactionError("its messages would not be found any more once it is redacted")
    views = show_message(given, now=now, sp=sp, idp=idp, decryption_keys=decryption_keys)
    data[MEMBER] = told(before, after, views, standins, {"sp": sp, "idp": idp})
    text = json.dumps(data, indent=1) + "\n"
    _make_sure(text, data, standins)
    return Redacted(text=text, replaced=len(first.met.secrets), reports=before)


def _judged_again(made: Input, judging: dict[str, Any]) -> list[tuple[Report, ...]]:
    """Return for each message of the copy the reports that its readers will get.

    Who reads it may have the keys that decrypt it, or not.
    """
    runs = [check_messages([made], **judging)]
    if judging["decryption_keys"]:
        runs.append(check_messages([made], **{**judging, "decryption_keys": ()}))
    return list(zip(*runs, strict=True))


def _source(given: Input) -> Source:
    """Return the capture without the noise around it.

    :raises RedactionError: for what is too large, or redacted already.
    """
    octets = given.octets
    source = prepare(octets, was_text=isinstance(given.data, str), max_bytes=_LARGEST)
    recording = is_recording(source.text[:_HEAD])
    if len(octets) > (_LARGEST_RECORDING if recording else _LARGEST):
        raise RedactionError(f"it is too large to be redacted ({len(octets)} octets)")
    if is_redacted(source.text):
        raise RedactionError("it has been redacted already")
    return source


def _learn(standins: StandIns, *documents: Bytes | None) -> None:
    """Remember what metadata makes public: entityIDs, endpoints, scopes."""
    for given in documents:
        root = None if given is None else parse_metadata(given).document.root
        if root is None:
            continue
        for element in root.iter("*"):
            if element.get("entityID"):
                standins.identifier(element.get("entityID") or "")
            for name in ("Location", "ResponseLocation"):
                address = (element.get(name) or "").strip()
                if address:
                    standins.met.published[address] = None
                    standins.met.public[address] = None
                    standins.met.endpoints[address] = None
            if str(element.tag).endswith("}Scope") and element.text:
                standins.identifier(element.text)


def _rewritten(source: Source, standins: StandIns) -> dict[str, Any]:
    """Return the members of the file: a recording, or the lines of any other capture."""
    try:
        if is_recording(source.text[:_HEAD]):
            return redacted_recording(source.text.decode("utf-8", "replace"), standins)
        return {"capture": redacted_text(source, standins).split("\n")}
    except TooDeepError:
        raise RedactionError("its elements are nested too deeply to be looked through") from None


def _text(data: dict[str, Any]) -> str:
    return "\n".join(data["capture"]) if "capture" in data else json.dumps(data)


def _make_sure(text: str, data: dict[str, Any], standins: StandIns) -> None:
    """Look for secrets in what is about to be returned.

    :raises RedactionError: when there is one; the text does not say which.
    """
    left = leaks(text, standins.known.distinctive())
    body = {name: value for name, value in data.items() if name != MEMBER}
    again = StandIns()
    plain = _text(body)
    source = prepare(plain.encode("utf-8", "surrogatepass"), was_text=True, max_bytes=_LARGEST)
    _rewritten(source, again)
    stayed = [
        value
        for value in again.met.secrets
        if value in standins.known.secrets and not standins.known.keeps(value)
    ]
    if left or stayed:
        count = len({*left, *stayed})
        raise RedactionError(
            f"{count} {'value' if count == 1 else 'values'} that must not be in it would be left: "
            "nothing was written"
        )
