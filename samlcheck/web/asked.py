"""What was filled in: the captures, the metadata, the profile; and the reports on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from samlcheck.engine.api import Input, UsageError, parse_metadata
from samlcheck.engine.report import Report
from samlcheck.profiles import ProfileError
from samlcheck.records import frozen
from samlcheck.web.multipart import Part

#: The names of files are shown; nobody needs more of one.
_LONGEST_NAME: Final = 100
_PASTED: Final = "pasted text"
_METADATA: Final = "urn:oasis:names:tc:SAML:2.0:metadata"

_Made = TypeVar("_Made")


class IncompleteError(ValueError):
    """Something that is needed was not filled in, or cannot be used; the text says what to do."""


@frozen(kw_only=True)
class Asked:
    """The form as it was filled in."""

    text: str = ""
    captures: tuple[Input, ...] = ()
    sp: Input | None = None
    idp: Input | None = None
    profiles: tuple[str, ...] = ()
    contexts: str = ""
    at: str = ""
    seen: str = ""
    show_values: bool = False
    action: str = "report"

    @property
    def given(self) -> tuple[Input, ...]:
        """The captures, the pasted one first."""
        pasted = (Input(data=self.text, name=_PASTED),) if self.text.strip() else ()
        return (*pasted, *self.captures)


def asked_of(parts: Iterable[Part]) -> Asked:
    """Return what was filled in; fields that the page does not have are left out."""
    texts: dict[str, list[str]] = {}
    files: dict[str, list[Input]] = {}
    for part in parts:
        if part.filename is None:
            texts.setdefault(part.name, []).append(part.data.decode("utf-8", "replace"))
        elif part.data.strip():
            given = Input(data=part.data, name=_name(part.filename))
            files.setdefault(part.name, []).append(given)

    def text(name: str) -> str:
        return texts.get(name, [""])[0]

    return Asked(
        text=text("text"),
        captures=tuple(files.get("capture", ())),
        sp=next(iter(files.get("sp", ())), None),
        idp=next(iter(files.get("idp", ())), None),
        profiles=tuple(name for key in ("sp-profile", "idp-profile") if (name := text(key))),
        contexts=text("contexts").strip(),
        at=text("at").strip(),
        seen=text("seen").strip(),
        show_values=bool(text("values")),
        action=text("action") or "report",
    )


def _name(filename: str) -> str:
    """Return the name of a file without the folders around it."""
    return filename.replace("\\", "/").rpartition("/")[2][-_LONGEST_NAME:] or "file"


def reports_on(asked: Asked, now: datetime) -> Sequence[Report]:
    """Return the reports on what was filled in: on messages, or on metadata where there are none.

    :raises IncompleteError: when nothing was filled in that can be judged.
    """
    return _explained(lambda: _reports(asked, now))


def redacted(asked: Asked, now: datetime) -> str:
    """Return the capture as it can be sent to a vendor.

    :raises IncompleteError: when there is not exactly one, or it cannot be made safe.
    """
    from samlcheck.redaction import RedactionError, redact

    if len(asked.given) != 1:
        raise IncompleteError(
            "Give exactly one capture to make a copy of: paste it, or add a file."
        )
    try:
        return _explained(lambda: redact(asked.given[0], **_judging(asked, now))).text
    except RedactionError as error:
        raise IncompleteError(f"No copy was made of this capture: {error}.") from None


def _instant(asked: Asked, now: datetime) -> datetime:
    """Return the instant that was filled in, in UTC where it has no zone; else the present one."""
    if not asked.at:
        return now
    try:
        at = datetime.fromisoformat(asked.at)
    except ValueError:
        at = None
    if at is None or not 1990 <= at.year <= 9900:
        raise IncompleteError(f"{asked.at!r} is no time such as 2026-11-23 10:00.")
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _judging(asked: Asked, now: datetime) -> dict[str, Any]:
    return {
        "now": _instant(asked, now),
        "as_captured": not asked.at,
        "sp": asked.sp,
        "idp": asked.idp,
        "profile": asked.profiles or "auto",
        "authn_contexts": asked.contexts or None,
    }


def _explained(make: Callable[[], _Made]) -> _Made:
    try:
        return make()
    except (ProfileError, UsageError) as error:
        raise IncompleteError(str(error)) from None


def _reports(asked: Asked, now: datetime) -> Sequence[Report]:
    from samlcheck.engine.diagnosing import diagnose

    captures = asked.given
    if captures and not asked.seen and all(_is_metadata(item) for item in captures):
        return _on_metadata(asked, captures, now)
    if captures or asked.seen:
        return [diagnose(captures, symptom=asked.seen or None, **_judging(asked, now))]
    if asked.sp is not None and asked.idp is not None:
        return _on_pair(asked, now)
    if asked.sp is not None or asked.idp is not None:
        return _on_metadata(asked, [item for item in (asked.sp, asked.idp) if item], now)
    raise IncompleteError(
        "There is nothing to look at yet: paste the message or add a file with the recording of "
        "the login, or say what the user saw. With the metadata of both sides alone, they are "
        "compared."
    )


def _is_metadata(given: Input) -> bool:
    return _METADATA.encode() in given.octets and parse_metadata(given).metadata is not None


def _on_metadata(asked: Asked, files: Sequence[Input], now: datetime) -> Sequence[Report]:
    from samlcheck.aggregate.entities import check_metadata

    profile = asked.profiles or "auto"
    return [check_metadata(item, now=_instant(asked, now), profile=profile) for item in files]


def _on_pair(asked: Asked, now: datetime) -> Sequence[Report]:
    from samlcheck.aggregate.entities import check_pair

    assert asked.sp is not None and asked.idp is not None  # noqa: PT018 - asked before
    contexts = asked.contexts or None
    profile = asked.profiles or "auto"
    return [
        check_pair(
            sp=asked.sp,
            idp=asked.idp,
            now=_instant(asked, now),
            profile=profile,
            authn_contexts=contexts,
        )
    ]
