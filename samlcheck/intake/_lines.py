"""Read fields that are listed a line each, as the developer tools of browsers show them."""

import re

from samlcheck.intake._capture import POST, REDIRECT, Capture, Source
from samlcheck.intake._fields import (
    KNOWN_NAMES,
    MAX_FIELDS,
    MESSAGES,
    REDIRECT_NAME,
    Carrier,
    Field,
    captures_of,
)
from samlcheck.intake._query import form_value

# A line that ends the value before it. Either a field: its name, perhaps quoted, then a colon,
# an equals sign or a tab, or the name alone with the value on the next line. Or a heading that
# tells the binding. Or any other header: Base64 has no colon.
_LINE = (
    rb"(?im)^[ \t]*(?:"
    rb"[\"']?(?P<name>%s)[\"']?(?:[ \t]*(?P<separator>[:=])|\t|[ \t]*$)[ \t]?"
    rb"|(?P<heading>form data|query string parameters)\b.*"
    rb"|[a-z][a-z0-9 _-]*:(?=\s|$).*"
    rb")"
) % "|".join(KNOWN_NAMES).encode()


def read_field_lines(source: Source) -> tuple[Capture, ...] | None:
    """Read ``name: value`` lines, if one of them has the name of a message parameter."""
    if b"saml" not in source.text.lower():
        return None
    fields = _fields(source.text.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    if not any(field.parameter in (*MESSAGES, "SAMLart") for field in fields):
        return None
    carrier = Carrier(fields=_with_marker(fields), origin=source.around)
    return captures_of(carrier, max_bytes=source.max_bytes)


def _fields(text: bytes) -> list[Field]:
    fields: list[Field] = []
    binding: str | None = None
    pattern = re.compile(_LINE)
    line = pattern.search(text)
    while line is not None and len(fields) < MAX_FIELDS:
        following = pattern.search(text, line.end())
        if line["heading"]:
            binding = POST if line["heading"].lower() == b"form data" else REDIRECT
        if line["name"]:
            value = _unquoted(text[line.end() : following.start() if following else None])
            if line["separator"] == b"=":
                value = form_value(value)
            name = line["name"].decode("ascii")
            fields.append(Field(name=name, value=value, binding=binding))
        line = following
    return fields


def _unquoted(value: bytes) -> bytes:
    """Return a value without the quotation marks and the comma that a listing puts around it."""
    trimmed = value.strip(b" \t\n").rstrip(b",;")
    if len(trimmed) > 1 and trimmed[:1] in (b'"', b"'") and trimmed[-1:] == trimmed[:1]:
        return trimmed[1:-1]
    return value.strip(b"\t\n")


def _with_marker(fields: list[Field]) -> tuple[Field, ...]:
    """Give all fields the Redirect binding when one is there that only a Redirect URL has."""
    if any(field.binding for field in fields):
        return tuple(fields)
    if not any(field.parameter == REDIRECT_NAME for field in fields):
        return tuple(fields)
    return tuple(Field(name=field.name, value=field.value, binding=REDIRECT) for field in fields)
