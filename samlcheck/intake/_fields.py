"""Turn the named fields of a form or query string into captures, one for each message."""

import attrs

from samlcheck.intake._capture import POST, REDIRECT, Capture
from samlcheck.intake._field_defects import (
    about_binding,
    about_fields,
    empty_parameter,
    misspelt,
    no_parameter,
)
from samlcheck.intake._kinds import as_text
from samlcheck.intake._octets import WHITE_SPACE
from samlcheck.intake._value import decode_value
from samlcheck.xml import Defect

# The response first: it is what a failed login is about.
MESSAGES = ("SAMLResponse", "SAMLRequest")
KNOWN_NAMES = (*MESSAGES, "SAMLart", "RelayState", "SAMLEncoding", "SigAlg", "Signature")
# Only a Redirect query string carries these (SAML Bindings 3.4.4.1).
REDIRECT_NAMES = ("SAMLEncoding", "SigAlg", "Signature")
# No exchange has as many; they bound the work on hostile input.
MAX_FIELDS = 1000
_MAX_MESSAGES = 8


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Field:
    """One name and value, form-decoded; ``binding`` is what its place tells, or None."""

    name: str
    value: bytes
    binding: str | None = None

    @property
    def parameter(self) -> str | None:
        """Return the protocol's name for the field, whatever the case it is written in."""
        lower = self.name.strip().lower()
        return next((known for known in KNOWN_NAMES if known.lower() == lower), None)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Carrier:
    """The fields that arrived together, and what is known about where they were sent."""

    fields: tuple[Field, ...]
    origin: tuple[str, ...] = ()
    url: str | None = None
    query: bytes | None = None
    defects: tuple[Defect, ...] = ()


def holds_known_field(fields: tuple[Field, ...]) -> bool:
    """Tell whether any field has a name that the SAML bindings define."""
    return any(field.parameter is not None for field in fields)


def captures_of(carrier: Carrier, *, max_bytes: int) -> tuple[Capture, ...]:
    """Return a capture for each message among the fields, or one that says that there is none."""
    named = [(field.parameter, field) for field in carrier.fields if field.parameter is not None]
    messages = _distinct([field for name in MESSAGES for key, field in named if key == name])
    relay_state = next(
        (as_text(field.value) for name, field in named if name == "RelayState"), None
    )
    shared = (*carrier.defects, *about_fields(named))
    if not messages:
        names = tuple(field.name for field in carrier.fields)
        return (_without_message(carrier, relay_state, (*shared, no_parameter(names))),)
    return tuple(
        _capture(field, carrier, relay_state, shared, max_bytes)
        for field in messages[:_MAX_MESSAGES]
    )


def _distinct(fields: list[Field]) -> list[Field]:
    """Drop a field that repeats another with the same name and value."""
    seen: set[tuple[str | None, bytes]] = set()
    kept = []
    for field in fields:
        key = (field.parameter, field.value)
        if key not in seen:
            seen.add(key)
            kept.append(field)
    return kept


def _without_message(
    carrier: Carrier, relay_state: str | None, defects: tuple[Defect, ...]
) -> Capture:
    return Capture(
        data=b"",
        origin=carrier.origin,
        parameter=None,
        binding=None,
        relay_state=relay_state,
        url=carrier.url,
        query=carrier.query,
        defects=defects,
    )


def _capture(
    field: Field,
    carrier: Carrier,
    relay_state: str | None,
    shared: tuple[Defect, ...],
    max_bytes: int,
) -> Capture:
    parameter = field.parameter or field.name
    defects = list(shared)
    if field.name.strip() != parameter:
        defects.append(misspelt(parameter, field.name))
    decoded = decode_value(field.value, subject=parameter, limit=max_bytes, named=True)
    if field.value.strip(WHITE_SPACE):
        defects += (*decoded.defects, *about_binding(field.binding, decoded))
    else:
        defects.append(empty_parameter(parameter))
    # A place that tells no binding leaves the encoding to tell it: only Redirect compresses.
    by_encoding = REDIRECT if decoded.compression else POST if decoded.data else None
    binding = field.binding or by_encoding
    place = "query parameter" if binding == REDIRECT else "form field"
    return Capture(
        data=decoded.data,
        origin=(*carrier.origin, f"{place} {parameter}", *decoded.steps),
        parameter=parameter,
        binding=binding,
        relay_state=relay_state,
        url=carrier.url,
        query=carrier.query if binding == REDIRECT else None,
        defects=tuple(defects),
    )
