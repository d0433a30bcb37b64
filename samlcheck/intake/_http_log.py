"""Read several raw HTTP requests one after the other, with their answers where they are there."""

import re
from collections.abc import Iterator

from samlcheck.intake._around import Entry
from samlcheck.intake._capture import POST, Capture, Source
from samlcheck.intake._json_values import instant, number
from samlcheck.intake._kinds import as_text
from samlcheck.intake._octets import looks_like_xml
from samlcheck.intake._query import pairs_of
from samlcheck.intake._recording import captures_of_recording

HTTP_LOG = "HTTP requests"
_START = (
    rb"(?m)^(?:(GET|POST|HEAD|PUT)[ \t]+(\S+)[ \t]+HTTP/[0-9.]+|HTTP/[0-9.]+[ \t]+([0-9]{3})\b.*)"
    rb"[ \t]*\r?$"
)
_HEADER = rb"(?m)^([A-Za-z0-9-]{1,60}):[ \t]*(.*?)[ \t]*\r?$"
_BLANK_LINE = rb"\r?\n\r?\n"
# No login takes as many; they bound the work on hostile input.
_MAX_ENTRIES = 2000
_MAX_HEADERS = 200


def read_http_log(source: Source) -> tuple[Capture, ...] | None:
    """Read raw requests, if there are several or an answer follows the first."""
    if re.match(rb"(?:GET|POST|HEAD|PUT)[ \t]", source.text) is None:
        return None
    starts = list(re.finditer(_START, source.text))[: 2 * _MAX_ENTRIES]
    if len(starts) < 2 or starts[0].start() > 0 or starts[0][1] is None:
        return None
    ends = [*(start.start() for start in starts[1:]), len(source.text)]
    blocks = [
        (start, source.text[start.end() : end]) for start, end in zip(starts, ends, strict=True)
    ]
    return captures_of_recording(list(_entries(blocks)), source, HTTP_LOG)


def _entries(blocks: list[tuple[re.Match[bytes], bytes]]) -> Iterator[Entry]:
    """Yield the requests, each with the answer that follows it."""
    for place, (start, rest) in enumerate(blocks):
        if start[1] is None:
            continue
        headers, body = _taken_apart(rest)
        answer = blocks[place + 1] if place + 1 < len(blocks) else None
        status, answered, page = None, dict[str, str](), b""
        if answer is not None and answer[0][3] is not None:
            status = number(as_text(answer[0][3])) or None
            answered, page = _taken_apart(answer[1])
        is_xml = looks_like_xml(body)
        yield Entry(
            method=as_text(start[1]),
            url=_absolute(as_text(start[2]), headers),
            started=instant(answered.get("date", "")),
            fields=() if is_xml or not body else pairs_of(body.strip(b"\r\n"), POST),
            body=body if is_xml else b"",
            status=status,
            location=answered.get("location"),
            page=page,
            cookie_headers=(headers["cookie"],) if "cookie" in headers else (),
            set_cookie_headers=(answered["set-cookie"],) if "set-cookie" in answered else (),
        )


def _taken_apart(block: bytes) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body behind a first line; of a repeated header the first counts.

    Those that set cookies stand below one another.
    """
    blank = re.compile(_BLANK_LINE).search(block)
    head, body = (block, b"") if blank is None else (block[: blank.start()], block[blank.end() :])
    headers: dict[str, str] = {}
    for number_, found in enumerate(re.finditer(_HEADER, head)):
        if number_ >= _MAX_HEADERS:
            break
        name, value = as_text(found[1]).lower(), as_text(found[2])
        if name == "set-cookie" and name in headers:
            value = f"{headers[name]}\n{value}"
        elif name in headers:
            continue
        headers[name] = value
    return headers, body.strip(b"\r\n")


def _absolute(target: str, headers: dict[str, str]) -> str:
    """Return the address of a request; its scheme is not in it, and https unless Origin differs."""
    host = headers.get("host", "")
    if not target.startswith("/") or not host:
        return target
    origin = headers.get("origin", "")
    scheme = "http" if origin == f"http://{host}" or host.endswith(":80") else "https"
    return f"{scheme}://{host}{target}"
