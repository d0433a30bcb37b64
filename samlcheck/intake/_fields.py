"""Turn the named fields of a form or query string into captures, one for each message."""

from samlcheck.intake._capture import ARTIFACT, POST, REDIRECT, SIMPLE_SIGN, Capture
from samlcheck.intake._field_defects import (
    about_binding,
    about_fields,
    empty_parameter,
    misspelt,
    no_parameter,
)
from samlcheck.intake._kinds import as_text
from samlcheck.intake._octets import WHITE_SPACE
from samlcheck.intake._value import Decoded, decode_value
from samlcheck.records import frozen
from samlcheck.xml import Defect

# The response first: it is what a failed login is about.
MESSAGES = ("SAMLResponse", "SAMLRequest")
KNOWN_NAMES = (*MESSAGES, "SAMLart", "RelayState", "SAMLEncoding", "SigAlg", "Signature")
# Only a Redirect query string carries this (SAML Bindings 3.4.4.1).
REDIRECT_NAME = "SAMLEncoding"
# HTTP-POST-SimpleSign has one more, under a name that other forms have as well.
_KEY_INFO = "KeyInfo"
# No exchange has as many; they bound the work on hostile input.
MAX_FIELDS = 1000
_MAX_MESSAGES = 8


@frozen(kw_only=True, eq=False, repr=False)
class Field:
    """One name and value, form-decoded; ``binding`` is what its place tells, or None."""

    name: str
    value: bytes
    binding: str | None = None

    @property
    def parameter(self) -> str | None:
        """Return the protocol's name for the field, whatever the case it is written in.

        Some software takes ``name[]`` or ``name[0]`` for the field as well (PHP, Rails), and cuts a
        name at a zero octet.
        """
        lower = self.name.strip().partition("\0")[0].partition("[")[0].lower()
        return next((known for known in KNOWN_NAMES if known.lower() == lower), None)


@frozen(kw_only=True, eq=False, repr=False)
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
    artifact = next((field for name, field in named if name == "SAMLart"), None)
    if not messages and artifact is not None:
        return (_artifact(artifact, carrier, relay_state, shared),)
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


def _artifact(
    field: Field, carrier: Carrier, relay_state: str | None, shared: tuple[Defect, ...]
) -> Capture:
    """Return the capture of a reference to a message, which the receiver fetches by itself."""
    place = "form field" if field.binding == POST else "query parameter"
    wrong = [] if field.name.strip() == "SAMLart" else [misspelt("SAMLart", field.name)]
    if not field.value.strip(WHITE_SPACE):
        wrong.append(empty_parameter("SAMLart"))
    return Capture(
        data=b"",
        origin=(*carrier.origin, f"{place} SAMLart"),
        parameter="SAMLart",
        binding=ARTIFACT,
        relay_state=relay_state,
        url=carrier.url,
        query=carrier.query,
        defects=(*shared, *wrong),
        parameters=_parameters(carrier),
    )


def _parameters(carrier: Carrier) -> tuple[tuple[str, bytes], ...]:
    """Return the fields of a carrier that the bindings name, by those names."""
    found = []
    for field in carrier.fields:
        name = field.parameter or (_KEY_INFO if field.name == _KEY_INFO else None)
        if name is not None:
            found.append((name, field.value))
    return tuple(found)


def _binding_of(field: Field, carrier: Carrier, decoded: Decoded) -> str | None:
    """Return the binding by which a message came, as its place and its encoding tell.

    A place that tells no binding leaves the encoding to tell it: only Redirect compresses.
    """
    by_encoding = REDIRECT if decoded.compression else POST if decoded.data else None
    binding = field.binding or by_encoding
    names = {item.parameter for item in carrier.fields}
    if binding == POST and names & {"SigAlg", "Signature"}:
        return SIMPLE_SIGN
    return binding


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
    binding = _binding_of(field, carrier, decoded)
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
        parameters=_parameters(carrier),
    )
