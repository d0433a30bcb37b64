"""Rewrite captures that are text: requests, addresses, forms, pages, listed fields, bare values."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Final

from samlcheck.intake._capture import Source
from samlcheck.intake._html import Form, forms_of, read_html
from samlcheck.intake._http_log import read_http_log
from samlcheck.intake._kinds import as_text
from samlcheck.intake._lines import read_field_lines
from samlcheck.intake._octets import looks_like_html, looks_like_xml
from samlcheck.intake._pages import codes_in, text_of, title_of
from samlcheck.intake._query import read_http_request, read_pairs, read_surrounded, read_url
from samlcheck.intake._readers import read_value
from samlcheck.redaction._headers import redacted_header
from samlcheck.redaction._standins import StandIns
from samlcheck.redaction._urls import rewritten_query
from samlcheck.redaction._values import (
    redacted_field,
    redacted_pairs,
    redacted_value,
    visited,
)
from samlcheck.redaction._words import told
from samlcheck.redaction.errors import RedactionError
from samlcheck.xml.secrets import without_secrets

_FIRST_LINE: Final = re.compile(r"(GET|POST|HEAD|PUT)[ \t]+(\S+)([ \t]+HTTP/[0-9.]+)?[ \t]*")
_STATUS_LINE: Final = re.compile(r"HTTP/[0-9.]+[ \t]+[0-9]{3}\b")
_BLOCK: Final = re.compile(
    r"^(?=(?:(?:GET|POST|HEAD|PUT)[ \t]+\S+[ \t]+HTTP/[0-9.]+|HTTP/[0-9.]+[ \t]+[0-9]{3}\b.*)"
    r"[ \t]*\r?$)",
    re.MULTILINE,
)
_BLANK_LINE: Final = re.compile(r"\r?\n\r?\n")
_LINE: Final = re.compile(
    r"^[ \t]*[\"']?(SAMLResponse|SAMLRequest|SAMLart|RelayState|SAMLEncoding|SigAlg|Signature)"
    r"[\"']?(?:[ \t]*[:=]|\t|[ \t]*$)[ \t]*",
    re.MULTILINE | re.IGNORECASE,
)
_END_OF_VALUE: Final = re.compile(r"^[ \t]*(?:[a-z][a-z0-9 _-]*:(?=\s|$)|form data\b)", re.M | re.I)
_HEADING: Final = re.compile(r"^[ \t]*(form data|query string parameters)\b", re.M | re.I)
_AROUND: Final = re.compile(r"[^\s\"'`<>(|]*SAML(?:Response|Request)=[^\s\"'`<>|]*")


def redacted_page(page: bytes, standins: StandIns, *, most: int = 600) -> str:
    """Return a page with nothing in it but its forms and the beginning of its words."""
    title, words = title_of(page), text_of(page)
    lines = ["<!DOCTYPE html>", "<html>"]
    if title:
        lines.append(f"<head><title>{html.escape(told(title, standins))}</title></head>")
    lines.append("<body>")
    if words:
        lines.append(f"<p>{html.escape(told(words[:most], standins))}</p>")
    codes = [code for code in codes_in(page) if told(code, standins) == code]
    if codes:
        lines.append(f"<p>{html.escape(' '.join(codes))}</p>")
    for form in forms_of(page):
        if form.fields:
            lines.extend(_form(form, standins))
    return "\n".join([*lines, "</body>", "</html>", ""])


def _form(form: Form, standins: StandIns) -> list[str]:
    where = how = ""
    if form.action is not None:
        where = f' action="{_attribute(visited(as_text(form.action), standins))}"'
    if form.method in ("GET", "POST"):
        how = f' method="{form.method.lower()}"'
    values = redacted_pairs([(item.name, as_text(item.value)) for item in form.fields], standins)
    inputs = [
        f'<input type="hidden" name="{_attribute(standins.swept(item.name))}"'
        f' value="{_attribute(value)}">'
        for item, value in zip(form.fields, values, strict=True)
    ]
    return [f"<form{where}{how}>", *inputs, "</form>"]


def _attribute(value: str) -> str:
    return html.escape(value)


def _page(source: Source, standins: StandIns) -> str:
    return redacted_page(source.text, standins)


def _requests(source: Source, standins: StandIns) -> str:
    """Return raw requests and answers, one after the other."""
    text = as_text(source.text)
    starts = [found.start() for found in _BLOCK.finditer(text)] or [0]
    starts[0] = 0
    ends = [*starts[1:], len(text)]
    return "".join(
        _block(text[start:end], standins) for start, end in zip(starts, ends, strict=True)
    )


def _block(text: str, standins: StandIns) -> str:
    """Return one raw request or answer: its first line, its headers, its body."""
    blank = _BLANK_LINE.search(text)
    head, gap, body = (
        (text, "", "") if blank is None else (text[: blank.start()], blank[0], text[blank.end() :])
    )
    first, *rest = re.split(r"(?<=\n)", head)
    lines = [_first_line(first, standins)]
    for line in rest:
        name, colon, value = line.partition(":")
        if colon:
            stripped = value.strip()
            kept = redacted_header(name.strip(), stripped, standins)
            lines.append(f"{name}{colon}{value.replace(stripped, kept) if stripped else value}")
        elif not line.strip():
            lines.append(line)
    return "".join(lines) + gap + (_body(body, standins) if body.strip() else body)


def _first_line(line: str, standins: StandIns) -> str:
    found = _FIRST_LINE.match(line)
    if found is None:
        status = _STATUS_LINE.match(line)
        return (status[0] if status else "") + line[len(line.rstrip("\r\n")) :]
    address = visited(found[2], standins)
    return line.replace(found[2], address, 1)


def _body(body: str, standins: StandIns) -> str:
    octets = body.encode("utf-8", "surrogatepass")
    core = body.strip()
    if looks_like_html(octets.lstrip()):
        return redacted_page(octets, standins)
    if looks_like_xml(octets.lstrip()):
        return body.replace(core, redacted_value(core, standins, named=False))
    if re.match(r"[\w.%\[\]-]+=", core) and "\n" not in core:
        return body.replace(core, _form_body(core, standins))
    standins.secret(core)
    return ""


def _form_body(core: str, standins: StandIns) -> str:
    return rewritten_query(core, lambda pairs: redacted_pairs(pairs, standins))


def _address(source: Source, standins: StandIns) -> str:
    lines = as_text(source.text).strip().splitlines()
    whole = "".join(line.strip() for line in lines)
    if re.search(r"\s", whole):
        whole = lines[0].strip()
    return visited(whole, standins)


def _pairs(source: Source, standins: StandIns) -> str:
    core = "".join(as_text(source.text).split("\n")).replace("\r", "").strip()
    return _form_body(core, standins)


def _surrounded(source: Source, standins: StandIns) -> str:
    found = _AROUND.search(as_text(source.text))
    if found is None:
        raise RedactionError("no address and no form body was found in the text")
    if "?" in found[0].partition("SAMLRe")[0]:
        return visited(found[0], standins)
    return _form_body(found[0], standins)


def _lines(source: Source, standins: StandIns) -> str:
    """Return fields that are listed a line each; what stands between them is left out."""
    text = as_text(source.text).replace("\r\n", "\n").replace("\r", "\n")
    made: list[str] = []
    starts = list(_LINE.finditer(text))
    for number, found in enumerate(starts):
        before = text[starts[number - 1].end() if number else 0 : found.start()]
        heading = _HEADING.search(before)
        if heading is not None:
            made.append(heading[1])
        stop = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        ended = _END_OF_VALUE.search(text, found.end(), stop)
        raw = text[found.end() : ended.start() if ended else stop].strip(" \t\n").rstrip(",;")
        value = raw[1:-1] if len(raw) > 1 and raw[0] == raw[-1] and raw[0] in "\"'" else raw
        made.append(f"{found[1]}: {redacted_field(found[1], value, standins)}")
    return "\n".join(made) + "\n"


def _value(source: Source, standins: StandIns) -> str:
    return redacted_value(as_text(source.text).strip("\r\n\t"), standins, named=False)


def _xml(source: Source, standins: StandIns) -> str:
    return redacted_value(as_text(source.text), standins, named=False)


#: Which reader of intake recognises what is rewritten how.
REWRITERS: Final[dict[Callable[[Source], object], Callable[[Source, StandIns], str]]] = {
    read_html: _page,
    read_http_log: _requests,
    read_http_request: _requests,
    read_url: _address,
    read_pairs: _pairs,
    read_field_lines: _lines,
    read_value: _value,
    read_surrounded: _surrounded,
}


def redacted_text(source: Source, standins: StandIns) -> str:
    """Return a capture that is text, rewritten.

    :raises RedactionError: for what no message was found in.
    """
    if looks_like_xml(source.text) and not looks_like_html(source.text):
        return without_secrets(_xml(source, standins))
    for reader, rewrite in REWRITERS.items():
        if reader(source):
            return without_secrets(rewrite(source, standins))
    raise RedactionError("no SAML message was recognised in it")
