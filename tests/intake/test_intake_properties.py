"""Any input gives a capture, the same each time; any stack of layers gives back the octets."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samlcheck.intake import read_capture
from tests.intake.encoders import (
    base64_of,
    base64url_of,
    deflated,
    html_escaped,
    url_encoded,
    wrapped_base64_of,
)

NAMES = ["SAMLResponse", "SAMLRequest", "RelayState", "SigAlg", "Signature", "SAMLart", "x"]
FRAGMENTS = [
    *(name + mark for name in NAMES for mark in ("=", ": ", "\n")),
    "<", ">", "<form ", "<input name=SAMLResponse value=", "</form>", "<html>", "<!--", "-->",
    "<textarea name='SAMLRequest'>", "&", "&amp;", "&#x2B;", "&lt;", "%2B", "%253D", "%", "+", " ",
    "\n", "\r", "\t", "=", "==", "-", "_", "?", "#", '"', "'", "`", "```", "~~~", "{", "[", "\0",
    "PHNhbWxwOlJlc3BvbnNl", "PD94bWwg", "s7EvyM1R", "eJwDAAAAAAE", "H4sIAAAA",
    "https://sp.example.org/", "GET ", "POST /acs HTTP/1.1\n\n", "Form Data\n", "\ufeff",
    "\ud800", "\udc80", "\u00a0", "\u201c",
]  # fmt: skip

# What XML can hold, with its first characters legible.
xml = st.builds(
    lambda name, text, tail: f"<{name}>{text}</{name}>{tail}".encode(),
    st.sampled_from(["a", "samlp:Response", "_x"]),
    st.text(
        st.characters(exclude_characters="<&", exclude_categories=["Cc", "Cs"]), max_size=300
    ).map(lambda text: text.replace("]]>", "")),
    st.sampled_from(["", "\n"]),
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.lists(st.sampled_from(FRAGMENTS)).map("".join)))
def test_anything_gives_captures_and_the_same_ones_again(captured: bytes | str) -> None:
    captures = read_capture(captured)

    assert len(captures) >= 1
    assert read_capture(captured) == captures
    for capture in captures:
        assert isinstance(capture.data, bytes)
        assert capture.data or capture.defects or capture.parameter == "SAMLart"
        assert bool(capture.data) == (capture.origin[-1:] == ("XML",))


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_any_string_gives_captures_and_the_same_ones_again(captured: str) -> None:
    assert read_capture(captured) == read_capture(captured)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([base64_of, url_encoded]))
def test_any_parameter_value_gives_captures(data: bytes, encode: Callable[[bytes], bytes]) -> None:
    for prefix in (b"SAMLResponse=", b"SAMLRequest: ", b"https://sp.example.org/?SAMLResponse="):
        captures = read_capture(prefix + encode(data))

        assert len(captures) == 1
        assert captures[0].data or captures[0].defects


@attrs.frozen(kw_only=True)
class Way:
    """One way to write octets, and the words by which it is known."""

    step: str
    encode: Callable[[bytes], bytes]


COMPRESSIONS = [
    Way(step="DEFLATE", encode=deflated),
    Way(step="zlib", encode=lambda data: deflated(data, 15)),
    Way(step="gzip", encode=lambda data: deflated(data, 31)),
]
BASE64 = [
    Way(step="Base64", encode=base64_of),
    Way(step="Base64", encode=wrapped_base64_of),
]
AROUND = [
    Way(step="URL-encoding", encode=url_encoded),
    Way(
        step="HTML entities",
        encode=lambda data: b"".join(b"&#%d;" % octet for octet in data),
    ),
]


@settings(max_examples=200, deadline=None)
@given(
    xml,
    st.lists(st.sampled_from(COMPRESSIONS), max_size=1),
    st.lists(st.sampled_from(BASE64), min_size=1, max_size=3),
    st.lists(st.sampled_from(AROUND), max_size=3),
    st.sampled_from(["{}", "{}\r\n", "```\n{}\n```", '"{}"', "SAMLResponse: {}"]),
)
def test_any_stack_of_layers_is_taken_off(
    octets: bytes, inner: list[Way], middle: list[Way], outer: list[Way], frame: str
) -> None:
    value = octets
    steps = ["XML"]
    for way in (*inner, *middle, *outer):
        encoded = way.encode(value)
        # Base64 without "+", "/" and "=" is its own URL-encoding.
        if encoded != value:
            steps.insert(0, way.step)
        value = encoded

    (capture,) = read_capture(frame.format(value.decode("ascii")))

    assert capture.data == octets
    assert capture.origin[-len(steps) :] == tuple(steps)


@settings(max_examples=100, deadline=None)
@given(xml, st.integers(min_value=0, max_value=2))
def test_escaped_xml_and_url_safe_base64_are_taken_off(octets: bytes, escaped: int) -> None:
    value = octets.removesuffix(b"\n")
    expected = value
    for _ in range(escaped):
        value = html_escaped(value)

    assert read_capture(value)[0].data == expected
    assert read_capture(base64url_of(expected))[0].data == expected


@settings(max_examples=100, deadline=None)
@given(xml, st.text(max_size=30), st.booleans())
def test_url_and_form_give_back_message_and_relay_state(
    octets: bytes, relay_state: str, redirect: bool
) -> None:
    value = quote(base64_of(deflated(octets) if redirect else octets), safe="")
    query = f"SAMLResponse={value}&RelayState={quote(relay_state, safe='')}"
    url = "https://sp.example.org/acs?"

    (capture,) = read_capture(url + query if redirect else query)

    assert capture.data == octets
    assert capture.relay_state == relay_state
    assert capture.binding == ("HTTP-Redirect" if redirect else "HTTP-POST")
    assert capture.query == (query.encode() if redirect else None)


@pytest.mark.parametrize("text", ["\ud800", "<\udcff>", "SAMLResponse=\udfff", "\ufffe\uffff"])
def test_lone_surrogates_are_no_reason_to_fail(text: str) -> None:
    assert len(read_capture(text)) == 1
