"""Read query strings and form bodies: alone, in a URL, or in a raw HTTP request."""

import re

import attrs

from samlcheck.intake._capture import POST, REDIRECT, Capture, Source
from samlcheck.intake._field_defects import other_protocol
from samlcheck.intake._fields import (
    KNOWN_NAMES,
    MAX_FIELDS,
    REDIRECT_NAME,
    Carrier,
    Field,
    captures_of,
    holds_known_field,
)
from samlcheck.intake._kinds import as_text, is_metadata_address
from samlcheck.intake._layers import decode_form, decode_percent
from samlcheck.intake._octets import WHITE_SPACE
from samlcheck.xml import Defect

URL = "URL"
_LINE_ENDS = b"\r\n\t"
_SCHEME = rb"[A-Za-z][A-Za-z0-9+.-]{1,20}://"
_REQUEST_LINE = rb"(?:GET|POST|HEAD|PUT)[ \t]+(\S+)(?:[ \t]+HTTP/[0-9.]+)?[ \t]*(?:\r?\n|$)"
_NAMES = "|".join(KNOWN_NAMES).encode()
_LATER_FIELD_LINE = rb"(?mi)\n[ \t]*[\"']?(?:%s)[\"']?[ \t]*[:=]" % _NAMES


def read_http_request(source: Source) -> tuple[Capture, ...] | None:
    """Read a request line, with or without headers and a form body after a blank line."""
    request = re.match(_REQUEST_LINE, source.text)
    if request is None:
        return None
    address, query, defects = split_url(request[1])
    fields = pairs_of(query, REDIRECT)
    blank = re.search(rb"\r?\n\r?\n", source.text)
    if blank is not None:
        body, body_defects = _unescaped(source.text[blank.end() :].strip(_LINE_ENDS))
        defects += body_defects
        fields += pairs_of(body, POST) if re.match(rb"[\w.%-]+=", body) else ()
    carrier = Carrier(
        fields=fields,
        origin=(*source.around, "HTTP request"),
        url=as_text(address) or None,
        query=query or None,
        defects=defects,
    )
    return captures_of(carrier, max_bytes=source.max_bytes)


def read_url(source: Source) -> tuple[Capture, ...] | None:
    """Read an address: any that has a scheme, and a relative one that has a SAML parameter."""
    has_scheme = re.match(_SCHEME, source.text) is not None
    address, mark, _ = source.text.partition(b"?")
    if not has_scheme and (not mark or re.search(rb"[\s=&<>\"'{}]", address)):
        return None
    text, cut = _one_address(source.text)
    captures = _captures_of_url(text, (*source.around, *cut), source.max_bytes)
    return captures if has_scheme or captures[0].parameter or captures[0].query else None


def read_pairs(source: Source) -> tuple[Capture, ...] | None:
    """Read a form body or a query string without its URL, if it has a SAML parameter."""
    if re.match(rb"[\w.%-]+=", source.text) is None:
        return None
    if re.search(_LATER_FIELD_LINE, source.text) is not None:
        return None
    return _captures_of_pairs(source.text.strip(_LINE_ENDS), source.around, source.max_bytes)


def read_surrounded(source: Source) -> tuple[Capture, ...] | None:
    """Read the first URL or form body that stands inside other text, such as a log line."""
    parameter = re.search(rb"SAML(?:Response|Request)=", source.text)
    if parameter is None:
        return None
    delimiters = (b" ", b"\t", b"\r", b"\n", b'"', b"'", b"`", b"<", b">", b"(", b"|")
    start = 1 + max(source.text.rfind(mark, 0, parameter.start()) for mark in delimiters)
    end = re.compile(rb"[\s\"'`<>|]|$").search(source.text, parameter.end())
    text = source.text[start : end.start() if end else None]
    origin = (*source.around, "surrounding text")
    if b"?" in text[: parameter.start() - start]:
        return _captures_of_url(text, origin, source.max_bytes)
    return _captures_of_pairs(text, origin, source.max_bytes)


def form_value(raw: bytes) -> bytes:
    """Return the value of a form field as its receiver decodes it.

    A value with "/", "=", ":" or "?" in it and no escape at all is not as it was sent: whoever
    shows it has decoded it, and its "+" is a plus sign.
    """
    decoded_already = b"%" not in raw and re.search(rb"[/=:?]", raw) is not None
    return raw if decoded_already else decode_form(raw)


def _one_address(text: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return the address that the text begins with, its wrapped lines joined."""
    lines = text.strip(_LINE_ENDS).splitlines()
    address = lines[0].strip(b"\t") if lines else b""
    for line in lines[1:]:
        rest = line.strip(WHITE_SPACE)
        if re.search(rb"\s", rest) or re.match(_SCHEME, rest):
            return address, ("surrounding text",)
        address += rest
    return address, ()


def _captures_of_url(text: bytes, origin: tuple[str, ...], max_bytes: int) -> tuple[Capture, ...]:
    address, query, defects = split_url(text)
    carrier = Carrier(
        fields=pairs_of(query, REDIRECT),
        origin=(*origin, URL) if address else origin,
        url=as_text(address) or None,
        query=query if holds_known_field(pairs_of(query, REDIRECT)) else None,
        defects=defects,
    )
    captures = captures_of(carrier, max_bytes=max_bytes)
    if not carrier.fields and is_metadata_address(address):
        return (_of_metadata_address(captures[0], as_text(address)),)
    return captures


def _of_metadata_address(capture: Capture, address: str) -> Capture:
    defect = Defect(
        rule="transport-no-saml-parameter",
        message=f"this is the address of SAML metadata, {address}: it carries no message",
        expected="SAMLResponse or SAMLRequest",
        actual="an address without parameters",
    )
    return attrs.evolve(capture, defects=(defect,))


def _captures_of_pairs(
    text: bytes, origin: tuple[str, ...], max_bytes: int
) -> tuple[Capture, ...] | None:
    body, defects = _unescaped(text)
    fields = pairs_of(body, None)
    if not holds_known_field(fields) and other_protocol({item.name for item in fields}) is None:
        return None
    if any(field.parameter == REDIRECT_NAME for field in fields):
        fields = pairs_of(body, REDIRECT)
    carrier = Carrier(fields=fields, origin=origin, query=body, defects=defects)
    return captures_of(carrier, max_bytes=max_bytes)


def pairs_of(query: bytes, binding: str | None) -> tuple[Field, ...]:
    """Split a query string or form body; a URL is always as it was sent."""
    value_of = decode_form if binding == REDIRECT else form_value
    fields = []
    for pair in query.split(b"&", MAX_FIELDS)[:MAX_FIELDS]:
        name, separator, value = pair.partition(b"=")
        if separator or name.strip():
            decoded = as_text(decode_percent(name))
            fields.append(Field(name=decoded, value=value_of(value), binding=binding))
    return tuple(fields)


def split_url(url: bytes) -> tuple[bytes, bytes, tuple[Defect, ...]]:
    """Return the address, the octets of the query string, and what is wrong with the latter."""
    address, _, query = url.split(b"#", 1)[0].partition(b"?")
    query, defects = _unescaped(query)
    return address, query, defects


def _unescaped(query: bytes) -> tuple[bytes, tuple[Defect, ...]]:
    """Undo ``&amp;`` between parameters: it stands in HTML source, never in what is sent."""
    if re.search(rb"&amp;[\w.%-]+=", query) is None:
        return query, ()
    defect = Defect(
        rule="transport-html-entity-residue",
        message="the parameters are separated by '&amp;': the text was copied from the source of "
        "an HTML page",
        expected="'&'",
        actual="'&amp;'",
    )
    return query.replace(b"&amp;", b"&"), (defect,)
