"""Hostile sizes are refused, and refused quickly."""

from __future__ import annotations

import time
import zlib

import pytest

from samlcheck.intake import Capture, read_capture
from tests.intake.encoders import base64_of, deflated, response

MEGABYTE = 1024 * 1024


def only(data: bytes | str, max_bytes: int = 8 * MEGABYTE) -> Capture:
    captures = read_capture(data, max_bytes=max_bytes)
    assert len(captures) == 1
    return captures[0]


def bomb(megabytes: int, window_bits: int, head: bytes = b"") -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, window_bits)
    block = b" " * MEGABYTE
    pieces = [stream.compress(head), *(stream.compress(block) for _ in range(megabytes))]
    return b"".join((*pieces, stream.flush()))


@pytest.mark.parametrize("bits", [-15, 15, 31])
@pytest.mark.parametrize("head", [b"", b"<a>"])
@pytest.mark.parametrize(
    "wrap", ["{}", "SAMLResponse: {}", "https://sp.example.org/?SAMLRequest={}"]
)
def test_decompression_bomb_is_refused(bits: int, head: bytes, wrap: str) -> None:
    value = base64_of(bomb(10, bits, head)).decode().replace("+", "%2B")

    started = time.process_time()
    capture = only(wrap.format(value))

    assert time.process_time() - started < 1
    assert capture.data == b""
    assert "transport-decompression-bomb" in [defect.rule for defect in capture.defects]


def test_the_limit_of_inflation_is_exact() -> None:
    xml = response("x" * 5000)
    captured = base64_of(deflated(xml))

    assert only(captured, max_bytes=len(xml)).data == xml
    refused = only(captured, max_bytes=len(xml) - 1)
    assert refused.data == b""
    assert [defect.rule for defect in refused.defects] == ["transport-decompression-bomb"]
    assert refused.defects[0].expected == f"at most {len(xml) - 1} octets"


@pytest.mark.parametrize(("size", "found"), [(1000, []), (1001, ["transport-message-too-large"])])
@pytest.mark.parametrize("text", [False, True])
def test_message_too_large(size: int, found: list[str], text: bool) -> None:
    xml = b"<a>" + b"x" * (size - 7) + b"</a>"

    capture = only(xml.decode() if text else xml, max_bytes=1000)

    assert [defect.rule for defect in capture.defects] == found
    assert (capture.data == b"") == bool(found)


def test_a_string_is_measured_in_octets() -> None:
    capture = only("<a>" + "\u00fc" * 500 + "</a>", max_bytes=1000)

    assert [defect.rule for defect in capture.defects] == ["transport-message-too-large"]
    assert capture.defects[0].actual == "1007 octets"


def test_message_too_large_says_what_it_is() -> None:
    message = only(b'{"a": {' + b" " * 1000, max_bytes=100).defects[0].message

    assert "it is JSON" in message
    assert "copy that value" in message


@pytest.mark.parametrize(
    "piece",
    [
        b"<",
        b"<!--",
        b"<input name='",
        b"<form ",
        b"<script>",
        b"%25",
        b"&amp;",
        b"A=",
        b"a \r",
        b"\n ",
        b"a?",
        b"a:",
        b"SAMLResponse=&",
        b"SAMLResponse: x\n",
        b"```",
        b"PHNh ",
    ],
)
@pytest.mark.parametrize("head", [b"", b"<html>", b"SAMLResponse=", b"GET "])
def test_the_time_grows_no_faster_than_the_input(piece: bytes, head: bytes) -> None:
    hostile = head + piece * (MEGABYTE // len(piece))

    started = time.process_time()
    captures = read_capture(hostile)

    # Far above what any of them takes, far below what the square of the length would.
    assert time.process_time() - started < 5
    assert len(captures) <= 8


def test_layers_are_followed_only_so_far() -> None:
    value = response()
    for _ in range(14):
        value = base64_of(value)

    assert only(value).data == b""
