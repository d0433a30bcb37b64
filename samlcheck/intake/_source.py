"""Take the noise off a capture: byte order mark, white space, quotation marks, Markdown fences."""

import re

from samlcheck.intake._capture import Source
from samlcheck.intake._octets import WHITE_SPACE, utf_16_of

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FENCES = (b"```", b"~~~")
_QUOTATION_MARKS = (
    (b'"', b'"'),
    (b"'", b"'"),
    (b"`", b"`"),
    ("\u201c".encode(), "\u201d".encode()),
    ("\u201e".encode(), "\u201c".encode()),
    ("\u2018".encode(), "\u2019".encode()),
    ("\u00ab".encode(), "\u00bb".encode()),
)
# An address may be quoted in quotes in a fence; more nesting than this is not noise.
_MAX_NOISE = 4


def prepare(octets: bytes, *, was_text: bool, max_bytes: int) -> Source:
    """Return the capture with its text freed of noise, which is named outermost first."""
    utf_16 = None if was_text else utf_16_of(octets)
    text = octets.decode(utf_16, "replace").encode() if utf_16 else octets
    text = text.removeprefix(_BYTE_ORDER_MARK)
    stripped = text.lstrip(WHITE_SPACE)
    indented = len(stripped) < len(text)
    noise: list[str] = []
    while len(noise) < _MAX_NOISE:
        found = _unfenced(stripped) or _unquoted(stripped)
        if found is None:
            break
        noise.append(found[0])
        stripped = found[1].lstrip(WHITE_SPACE)
    return Source(
        octets=octets,
        text=stripped,
        noise=tuple(noise),
        indented=indented,
        utf_16=utf_16,
        was_text=was_text,
        max_bytes=max_bytes,
    )


def _unfenced(text: bytes) -> tuple[str, bytes] | None:
    """Return what stands between Markdown fences; the closing one may be missing."""
    fence = text[:3]
    if fence not in _FENCES:
        return None
    first_line, line_end, inner = text.partition(b"\n")
    if not line_end:
        inner = first_line[3:]
    closed = inner.rstrip(WHITE_SPACE)
    if closed.endswith(fence):
        inner = closed[:-3].removesuffix(b"\n").removesuffix(b"\r")
    return "Markdown fence", inner


def _unquoted(text: bytes) -> tuple[str, bytes] | None:
    """Return what stands between a pair of quotation marks or, for an address, angle brackets.

    A quotation mark on one side only is not noise: it may be what broke the value.
    """
    trimmed = text.rstrip(WHITE_SPACE + b",;")
    if re.match(rb"<https?://", trimmed) and trimmed.endswith(b">"):
        return "angle brackets", trimmed[1:-1]
    for opening, closing in _QUOTATION_MARKS:
        if not (trimmed.startswith(opening) and trimmed.endswith(closing)):
            continue
        inner = trimmed[len(opening) : -len(closing)]
        if len(trimmed) >= len(opening) + len(closing) and _is_one_value(inner, closing):
            return "quotation marks", inner
    return None


def _is_one_value(inner: bytes, closing: bytes) -> bool:
    """Tell whether the marks at both ends belong together: ``"a": "b"`` is not one value."""
    return closing not in inner or inner.lstrip(WHITE_SPACE).startswith(b"<")
