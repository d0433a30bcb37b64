"""Every accepted form gives back the same XML octets and names the way to them."""

from __future__ import annotations

import pytest

from samlcheck.intake import Capture, read_capture
from tests.intake.encoders import (
    base64_of,
    base64url_of,
    deflated,
    html_escaped,
    request,
    response,
    url_encoded,
    wrapped_base64_of,
)

XML = response()
BASE64 = base64_of(XML)
DEFLATED = base64_of(deflated(XML))


def only(data: bytes | str) -> Capture:
    captures = read_capture(data)
    assert len(captures) == 1
    return captures[0]


def rules(capture: Capture) -> list[str]:
    return [defect.rule for defect in capture.defects]


def test_the_sample_has_every_awkward_character() -> None:
    assert b"+" in BASE64
    assert b"/" in BASE64
    assert BASE64.endswith(b"=")


@pytest.mark.parametrize(
    ("captured", "chain"),
    [
        (XML, ("XML",)),
        (XML.decode(), ("XML",)),
        (b"\r\n \t" + XML, ("white space", "XML")),
        (b"```xml\n" + XML + b"\n```\n", ("Markdown fence", "XML")),
        (b"~~~\r\n" + XML + b"\r\n~~~", ("Markdown fence", "XML")),
        (b'"' + XML + b'"', ("quotation marks", "XML")),
        (BASE64, ("Base64", "XML")),
        (BASE64.decode(), ("Base64", "XML")),
        (BASE64 + b"\r\n", ("Base64", "XML")),
        (b"\xef\xbb\xbf" + BASE64, ("Base64", "XML")),
        (BASE64.decode().encode("utf-16"), ("UTF-16 text", "Base64", "XML")),
        (BASE64.decode().encode("utf-16-be"), ("UTF-16 text", "Base64", "XML")),
        (wrapped_base64_of(XML), ("Base64", "XML")),
        (wrapped_base64_of(XML).replace(b"\n", b"\r\n    "), ("Base64", "XML")),
        (wrapped_base64_of(XML).replace(b"\n", b" "), ("Base64", "XML")),
        (b"'" + BASE64 + b"'", ("quotation marks", "Base64", "XML")),
        (b'"' + BASE64 + b'",\n', ("quotation marks", "Base64", "XML")),
        (f"\u201c{BASE64.decode()}\u201d", ("quotation marks", "Base64", "XML")),
        (b"`" + BASE64 + b"`", ("quotation marks", "Base64", "XML")),
        (b"```\n" + BASE64 + b"\n```\n", ("Markdown fence", "Base64", "XML")),
        (b"```" + BASE64 + b"```", ("Markdown fence", "Base64", "XML")),
        (b'```\n"' + BASE64 + b'"\n```', ("Markdown fence", "quotation marks", "Base64", "XML")),
        (DEFLATED, ("Base64", "DEFLATE", "XML")),
        (wrapped_base64_of(deflated(XML)), ("Base64", "DEFLATE", "XML")),
    ],
)
def test_form_without_a_defect(captured: bytes | str, chain: tuple[str, ...]) -> None:
    capture = only(captured)

    assert capture.data == XML
    assert capture.origin == chain
    assert rules(capture) == []


@pytest.mark.parametrize(
    ("captured", "chain", "rule"),
    [
        (url_encoded(BASE64), ("URL-encoding", "Base64", "XML"), "residual-url-encoding"),
        (
            url_encoded(url_encoded(DEFLATED)),
            ("URL-encoding", "URL-encoding", "Base64", "DEFLATE", "XML"),
            "residual-url-encoding",
        ),
        (url_encoded(XML), ("URL-encoding", "XML"), "residual-url-encoding"),
        (
            url_encoded(XML).replace(b"%20", b"+"),
            ("URL-encoding", "XML"),
            "residual-url-encoding",
        ),
        (html_escaped(XML), ("HTML entities", "XML"), "html-entity-residue"),
        (
            html_escaped(html_escaped(XML)),
            ("HTML entities", "HTML entities", "XML"),
            "html-entity-residue",
        ),
        (
            BASE64.replace(b"+", b"&#x2B;").replace(b"=", b"&#61;"),
            ("HTML entities", "Base64", "XML"),
            "html-entity-residue",
        ),
        (base64_of(html_escaped(XML)), ("Base64", "HTML entities", "XML"), "html-entity-residue"),
        (base64url_of(XML), ("base64url", "XML"), "base64url-alphabet"),
        (BASE64.rstrip(b"="), ("Base64", "XML"), "not-base64"),
        (BASE64.replace(b"+", b" "), ("Base64", "XML"), "plus-became-space"),
        (base64_of(BASE64), ("Base64", "Base64", "XML"), "double-base64"),
        (base64_of(deflated(XML, 15)), ("Base64", "zlib", "XML"), "wrong-compression-header"),
        (base64_of(deflated(XML, 31)), ("Base64", "gzip", "XML"), "wrong-compression-header"),
    ],
)
def test_form_with_a_defect(captured: bytes, chain: tuple[str, ...], rule: str) -> None:
    capture = only(captured)

    assert capture.data == XML
    assert capture.origin == chain
    assert rules(capture) == [f"transport-{rule}"]


SPACED = [response("~" * 40 + "x" * fill) for fill in range(6)]


@pytest.mark.parametrize("xml", SPACED)
@pytest.mark.parametrize("trimmed", [False, True])
def test_spaces_for_plus_are_restored_at_any_length(xml: bytes, trimmed: bool) -> None:
    # A message that ends with ">" often ends with "+" in Base64: that space may be trimmed too.
    spaced = base64_of(xml).replace(b"+", b" ")

    capture = only(spaced.strip() if trimmed else spaced)

    assert capture.data == xml
    assert rules(capture) == ["transport-plus-became-space"]


def test_the_spaced_samples_end_in_each_way() -> None:
    endings = {base64_of(xml)[-2:] for xml in SPACED}

    assert {ending.count(b"=") for ending in endings} == {0, 1, 2}
    assert any(ending.endswith(b"+") for ending in endings)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
def test_xml_in_another_encoding_is_taken_octet_for_octet(codec: str) -> None:
    octets = XML.decode().encode(codec)

    assert only(octets).data == octets
    assert only(base64_of(octets)).data == octets
    assert only(base64_of(octets)).origin == ("Base64", "XML")


def test_noise_around_utf_16_keeps_its_encoding_and_byte_order_mark() -> None:
    octets = f"```\n{XML.decode()}\n```".encode("utf-16-le")

    capture = only(b"\xff\xfe" + octets)

    assert capture.data == b"\xff\xfe" + XML.decode().encode("utf-16-le")
    assert capture.origin == ("Markdown fence", "XML")


def test_xml_as_a_string_gets_the_encoding_that_it_declares() -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><a>\u00fc</a>'

    assert only(text).data == b"\xff\xfe" + text.encode("utf-16-le")
    assert only(html_escaped(text.encode())).data == b"\xff\xfe" + text.encode("utf-16-le")


def test_a_string_whose_declared_encoding_cannot_hold_it_becomes_utf_8() -> None:
    text = '<?xml version="1.0" encoding="US-ASCII"?><a>\u00fc</a>'

    assert only(text).data == text.encode()


def test_octets_keep_an_encoding_that_they_do_not_have() -> None:
    octets = b'<?xml version="1.0" encoding="utf-16"?><a/>'

    assert only(octets).data == octets
    assert only(base64_of(octets)).data == octets
    assert only(base64_of(html_escaped(octets))).data == octets


def test_white_space_before_the_xml_inside_base64_stays() -> None:
    octets = b'\n<?xml version="1.0"?><a/>'

    assert only(base64_of(octets)).data == octets


def test_what_follows_the_root_stays() -> None:
    octets = XML + b"<second/>\n"

    assert only(octets).data == octets


def test_uncompressed_value_tells_neither_binding_nor_parameter() -> None:
    capture = only(BASE64)

    assert capture.binding is None
    assert capture.parameter is None
    assert capture.relay_state is None
    assert capture.url is None
    assert capture.query is None


def test_compressed_value_tells_the_redirect_binding() -> None:
    assert only(base64_of(deflated(request()))).binding == "HTTP-Redirect"


def test_xml_with_a_control_character_is_left_to_the_parser() -> None:
    octets = b"<a>this is long enough a text\x00</a>"

    assert only(octets).data == octets
    assert only(base64_of(octets)).data == octets
