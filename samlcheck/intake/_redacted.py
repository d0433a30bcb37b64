"""Read captures that `samlcheck redact` made: what is left of them, and what their maker claims.

The file is JSON with the member ``_samlcheck``. A recording keeps its own members beside it; any
other capture stands in ``capture``, as a list of lines. All of it is the word of whoever sent the
file: a claim is kept apart from the capture, and nothing in it is trusted here.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs

from samlcheck.intake._capture import Capture, Source
from samlcheck.intake._json_values import instant, items, mapping, text
from samlcheck.records import frozen

FORMAT = "samlcheck.redacted/1"
MEMBER = "_samlcheck"
REDACTED = "redacted capture"
# No message has as many findings; they bound the work on hostile input.
_MOST = 500


@frozen(kw_only=True)
class ClaimedFinding:
    """A finding on the message before it was redacted, as its maker tells it."""

    rule: str
    severity: str
    owner: str
    message: str
    expected: str | None
    actual: str | None
    advice: str
    artefact: bool
    line: int | None
    column: int | None
    xpath: str | None


@frozen(kw_only=True)
class Claim:
    """What the maker of a redacted capture says of one message: no more than a claim.

    ``findings`` are those that can no longer be seen in the capture, ``caused`` the rules that find
    something only because of what was replaced. ``evidence`` holds the SHA-256 of the metadata of
    either side that the message was judged with.
    """

    verdict: str | None
    because: tuple[str, ...]
    profile: str
    evaluated_at: datetime | None
    findings: tuple[ClaimedFinding, ...]
    caused: frozenset[str]
    signatures: tuple[str, ...]
    evidence: tuple[tuple[str, str], ...]


def is_redacted(octets: bytes) -> bool:
    """Tell whether a text is a capture that was redacted by samlcheck."""
    return octets.startswith(b"{") and b'"samlcheck.redacted/' in octets


def parts_of(octets: bytes) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the members of a redacted capture and those of ``_samlcheck``; None for others."""
    try:
        data = mapping(json.loads(octets.decode("utf-8", "replace")))
    except (ValueError, RecursionError):
        return None
    told = mapping(data.pop(MEMBER, None))
    return (data, told) if text(told.get("format")) == FORMAT else None


def read_redacted(
    source: Source,
    read_text: Callable[[str], tuple[Capture, ...]],
    read_data: Callable[[Any, Source], tuple[Capture, ...]],
) -> tuple[Capture, ...] | None:
    """Return the messages of a redacted capture, each with what is claimed of it."""
    if not is_redacted(source.text):
        return None
    parts = parts_of(source.text)
    if parts is None:
        return None
    data, told = parts
    lines = [text(line) for line in items(data.get("capture"))]
    captures = read_text("\n".join(lines)) if lines else read_data(data, source)
    claims = [_claim(mapping(item), told) for item in items(told.get("messages"))]
    nothing = _claim({}, told)
    return tuple(
        attrs.evolve(
            item,
            origin=(REDACTED, *item.origin),
            claim=claims[place] if len(claims) == len(captures) else nothing,
        )
        for place, item in enumerate(captures)
    )


def _claim(data: dict[str, Any], told: dict[str, Any]) -> Claim:
    judged = mapping(told.get("judged"))
    verdict = text(data.get("verdict"))
    return Claim(
        verdict=verdict if verdict in ("accepted", "rejected", "undetermined") else None,
        because=_texts(data.get("undetermined_because")),
        profile=text(judged.get("profile"))[:80],
        evaluated_at=instant(text(data.get("evaluated_at"))),
        findings=tuple(_finding(mapping(item)) for item in items(data.get("findings"))[:_MOST]),
        caused=frozenset(_texts(data.get("caused"))),
        signatures=_texts(data.get("signatures")),
        evidence=tuple(
            (side, text(mapping(judged.get(side)).get("sha256"))[:64])
            for side in ("sp", "idp")
            if side in judged
        ),
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(text(item)[:2000] for item in items(value)[:_MOST])


def _finding(data: dict[str, Any]) -> ClaimedFinding:
    return ClaimedFinding(
        rule=text(data.get("rule"))[:80],
        severity=text(data.get("severity")),
        owner=text(data.get("owner")),
        message=text(data.get("message"))[:4000],
        expected=_optional(data.get("expected")),
        actual=_optional(data.get("actual")),
        advice=text(data.get("advice"))[:4000],
        artefact=data.get("artefact") is True,
        line=_number(data.get("line")),
        column=_number(data.get("column")),
        xpath=_optional(data.get("xpath")),
    )


def _optional(value: Any) -> str | None:
    return value[:4000] if isinstance(value, str) else None


def _number(value: Any) -> int | None:
    return value if type(value) is int and 0 < value < 10**8 else None
