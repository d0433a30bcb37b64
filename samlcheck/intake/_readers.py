"""The table of readers for all that is not plainly XML, tried in order."""

from collections.abc import Callable

from samlcheck.intake._base64 import is_base64
from samlcheck.intake._capture import REDIRECT, Capture, Source, bare_capture
from samlcheck.intake._field_defects import about_binding
from samlcheck.intake._html import read_html
from samlcheck.intake._http_log import read_http_log
from samlcheck.intake._json import read_recording
from samlcheck.intake._lines import read_field_lines
from samlcheck.intake._query import read_http_request, read_pairs, read_surrounded, read_url
from samlcheck.intake._unsupported import (
    base64_of_something_else,
    of_another_protocol,
    read_json,
)
from samlcheck.intake._value import decode_value

Reader = Callable[[Source], tuple[Capture, ...] | None]


def read_value(source: Source) -> tuple[Capture, ...] | None:
    """Decode a value that stands alone: Base64, DEFLATE in Base64, or escaped XML."""
    value = source.text.strip(b"\r\n\t")
    decoded = decode_value(value, subject="the value", limit=source.max_bytes, named=False)
    refused = any(defect.rule == "transport-decompression-bomb" for defect in decoded.defects)
    if decoded.data or refused:
        defects = (*decoded.defects, *about_binding(None, decoded))
        binding = REDIRECT if decoded.compression else None
        captured = bare_capture(
            decoded.data, (*source.around, *decoded.steps), defects, binding=binding
        )
        return (captured,)
    if decoded.inner and is_base64(value) and b" " not in value.strip():
        return (base64_of_something_else(source, decoded.inner),)
    return None


def read_redacted_capture(source: Source) -> tuple[Capture, ...] | None:
    """Read a capture that samlcheck redacted: the recording or the text that it holds."""
    if not source.text.startswith(b"{"):
        return None
    from samlcheck.intake._json import read_recording_data
    from samlcheck.intake._redacted import read_redacted

    def read_text(text: str) -> tuple[Capture, ...]:
        from samlcheck.intake._read import read_capture

        return read_capture(text, max_bytes=source.max_bytes)

    return read_redacted(source, read_text, read_recording_data)


# The first reader that recognises the capture decides, so those that ask for the clearest marks
# come first. ``read_json`` only names JSON that nothing here can read. XML never comes here: see
# ``read_capture``.
READERS: tuple[Reader, ...] = (
    read_redacted_capture,
    read_recording,
    read_json,
    of_another_protocol,
    read_html,
    read_http_log,
    read_http_request,
    read_url,
    read_pairs,
    read_field_lines,
    read_value,
    read_surrounded,
)
