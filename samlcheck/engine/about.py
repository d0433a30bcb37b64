"""What a report knows beside its findings: who is involved, what was seen, where things are set."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from samlcheck.records import frozen

if TYPE_CHECKING:
    from samlcheck.engine.picture import Picture


@frozen(kw_only=True)
class Console:
    """Where something is set: the product's name, the path in it, and whose it is: sp or idp."""

    name: str
    path: str
    side: str | None


@frozen(kw_only=True)
class Symptom:
    """What somebody saw of a failed login: an error code, a text, or what the capture shows.

    `label` names it, such as "Webex error 13". `look_at` holds rule ids or globs that explain it,
    the likeliest first; empty where no document can show the cause. `send` is what to ask for then.
    `sure` is False for one that many causes have, such as an HTTP status: what blocks the login is
    then looked at first.
    """

    label: str
    meaning: str
    look_at: tuple[str, ...]
    send: str | None = None
    source: str | None = None
    sure: bool = True


@frozen(kw_only=True)
class Parties:
    """Who is involved: the entityIDs, and the ID and the instant of the message judged."""

    sp: str | None = None
    idp: str | None = None
    message_id: str | None = None
    issued: str | None = None


class Sight:
    """What a picture is made from when somebody asks: opaque, left behind by copies and pickles."""

    __slots__ = ("_look", "_seen")

    def __init__(self, look: Callable[[], Picture] | None = None) -> None:
        self._look = look
        self._seen: Picture | None = None

    def __reduce__(self) -> tuple[type[Sight], tuple[()]]:
        """Rebuild without what it looks at."""
        return Sight, ()

    def __repr__(self) -> str:
        """Return no content."""
        return "<sight>"

    def picture(self) -> Picture | None:
        """Return the picture, made on first use."""
        if self._seen is None and self._look is not None:
            self._seen = self._look()
        return self._seen
