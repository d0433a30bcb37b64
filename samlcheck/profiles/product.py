"""What only profiles of products say: what an IdP emits, what values look like, waivers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import attrs

from samlcheck.profiles.mapping import FrozenMapping
from samlcheck.profiles.template import MAX_VALUE
from samlcheck.records import frozen


@frozen(kw_only=True, eq=False, repr=False)
class ValueShape:
    """What a value has to look like; each part that is not None has to hold."""

    #: "email", "url", "uuid", "int", "bool" or "datetime".
    type: str | None = None
    #: Regular expression that the whole value has to match.
    pattern: str | None = None
    #: The values there are; empty allows each.
    one_of: tuple[str, ...] = ()
    #: Most characters.
    max_length: int | None = None

    def problem(self, value: str) -> str | None:
        """Return in words what is wrong with a value, its type aside; None when nothing is."""
        if self.max_length is not None and len(value) > self.max_length:
            return f"has {len(value)} characters, at most {self.max_length} are accepted"
        if self.one_of and value not in self.one_of:
            return f"is none of {', '.join(map(repr, self.one_of))}"
        if self.pattern is not None and not self._matches(value, self.pattern):
            return f"does not have the form {self.pattern}"
        return None

    def _matches(self, value: str, pattern: str) -> bool:
        return len(value) <= MAX_VALUE and re.fullmatch(f"(?a:{pattern})", value) is not None


@frozen(kw_only=True, eq=False, repr=False)
class Emission:
    """What an identity provider sends unless it is configured otherwise: for prediction."""

    #: What it signs by default: "response", "assertion", "both", "either" or "none".
    signature: str | None = None
    #: What else it can be set to sign.
    signature_options: tuple[str, ...] = ()
    #: When it encrypts assertions: "never", "on-demand" or "when-key-known".
    encrypts: str | None = None
    #: The NameID formats that it can send, the default first.
    name_id_formats: tuple[str, ...] = ()
    #: The NameFormat of its attributes, as a URI; that of "unspecified" when it sends none.
    name_format: str | None = None
    #: Names of the attributes that it sends by default.
    claims: tuple[str, ...] = ()
    #: From NotBefore, or from the issue, to NotOnOrAfter.
    lifetime: timedelta | None = None
    #: How far NotBefore lies before the issue.
    backdate: timedelta | None = None
    #: What it writes before an audience that is no URI: "spn:".
    audience_prefix: str | None = None
    #: Authentication context class by edition and method: {"2026": {"password": "urn:..."}}.
    authn_contexts: Mapping[str, Mapping[str, str]] = attrs.Factory(FrozenMapping)


@frozen(kw_only=True, eq=False, repr=False)
class Waiver:
    """A finding that somebody puts up with until a day, that day included."""

    rule: str
    reason: str
    until: date
    #: The entity that it is about; None means each.
    entity: str | None = None

    def holds(self, now: datetime) -> bool:
        """Tell whether the waiver still counts at an instant."""
        return now.date() <= self.until
