"""Words that several rules share, so that the same thing is always named the same way."""

from __future__ import annotations

from datetime import timedelta

from samlcheck.model import Signature
from samlcheck.xml.names import split_clark

_NAMES = {
    "Response": "response",
    "Assertion": "assertion",
    "AuthnRequest": "request",
    "EntityDescriptor": "metadata",
    "EntitiesDescriptor": "metadata",
}


def signed_thing(signature: Signature, *, definite: bool = True) -> str:
    """Name what a signature stands in, to start a sentence with or to put within one."""
    local = "" if signature.parent is None else split_clark(str(signature.parent.tag))[1]
    name = _NAMES.get(local, f"{local} element" if local else "document")
    return f"The {name}" if definite else f"the {name}"


def duration_words(span: timedelta) -> str:
    """Return a time span in the two largest units that matter: "2 days 3 hours", "40 seconds"."""
    seconds = int(abs(span).total_seconds())
    parts = []
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return " ".join(parts[:2]) or "less than a second"
