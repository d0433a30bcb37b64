"""Find out what a capture is, and take the messages out of it."""

from samlcheck.intake._capture import Capture, Source, bare_capture
from samlcheck.intake._octets import (
    XML,
    encode_as_declared,
    is_wide_xml,
    looks_like_html,
    looks_like_xml,
)
from samlcheck.intake._source import prepare

#: How large a recording of browser traffic may be: a message in it is small, the pages are not.
MAX_RECORDING = 128 * 1024 * 1024


def read_capture(data: bytes | str, *, max_bytes: int = 8 * 1024 * 1024) -> tuple[Capture, ...]:
    """Return the SAML messages in a capture, always at least one capture.

    Those of a recording stand in their order, of what arrived together the response comes first.
    ``max_bytes`` limits, in octets, the capture before anything is decoded and each message
    after it was inflated; a recording of browser traffic may be larger. No input raises: what
    cannot be decoded has empty ``data`` and a defect that says what it is.
    """
    octets = b""
    size = len(data)
    limit = max_bytes
    if size > max_bytes and _is_recording(data[:4096]):
        limit = max(max_bytes, MAX_RECORDING)
    if size <= limit:
        octets = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        size = len(octets)
    if size > limit:
        from samlcheck.intake._unsupported import too_large

        return (too_large(data, size, limit),)
    source = prepare(octets, was_text=isinstance(data, str), max_bytes=max_bytes)
    return _read_xml(source) or _read_other(source)


def _is_recording(head: bytes | str) -> bool:
    """Tell whether a large input begins as a HAR file or an export of SAML-tracer does."""
    from samlcheck.intake._json import is_recording

    octets = head.encode("utf-8", "replace") if isinstance(head, str) else head
    return is_recording(prepare(octets, was_text=isinstance(head, str), max_bytes=0).text)


def _read_other(source: Source) -> tuple[Capture, ...]:
    # Metadata and XML messages do without the readers, and need not wait for their import.
    from samlcheck.intake._readers import READERS
    from samlcheck.intake._unsupported import unrecognised

    for reader in READERS:
        captures = reader(source)
        if captures:
            return captures
    return (unrecognised(source),)


def _read_xml(source: Source) -> tuple[Capture, ...] | None:
    """Take XML as it was captured; only what stands before and around it is taken off."""
    if not looks_like_xml(source.text):
        # UTF-32 and EBCDIC are not turned into text: the parser names and refuses them.
        return (bare_capture(source.octets, (XML,)),) if is_wide_xml(source.octets) else None
    if looks_like_html(source.text):
        return None
    if not (source.noise or source.indented or source.was_text):
        return (bare_capture(source.octets, (XML,)),)
    data = source.text
    if source.was_text:
        data = encode_as_declared(data)
    elif source.utf_16:
        mark = b"\xff\xfe" if source.utf_16 == "utf-16-le" else b"\xfe\xff"
        data = mark + data.decode().encode(source.utf_16)
    around = ("white space",) if source.indented and not source.noise else ()
    return (bare_capture(data, (*source.noise, *around, XML)),)
