"""Each defect is found, with its values, and what can be decoded in spite of it is decoded."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from samlcheck.intake import Capture, read_capture
from samlcheck.xml import Defect
from tests.intake.encoders import (
    base64_of,
    base64url_of,
    deflated,
    redirect_value,
    request,
    response,
    url_encoded,
)

XML = response()
VALUE = base64_of(XML).decode()
ENCODED = quote(VALUE, safe="")
ACS = "https://sp.example.org/acs"


def only(data: bytes | str) -> Capture:
    captures = read_capture(data)
    assert len(captures) == 1
    return captures[0]


def sole_defect(capture: Capture) -> Defect:
    assert len(capture.defects) == 1, capture.defects
    return capture.defects[0]


def page(value: str) -> str:
    return f"<html><form action='{ACS}'><input name='SAMLResponse' value='{value}'></form></html>"


def test_no_saml_parameter_names_what_there_is() -> None:
    capture = only(f"{ACS}?lang=1&theme=2")

    defect = sole_defect(capture)
    assert defect.rule == "transport-no-saml-parameter"
    assert defect.actual == "lang, theme"
    assert capture.url == ACS
    assert capture.data == b""


@pytest.mark.parametrize(
    ("captured", "words"),
    [
        ("<html><body>Sign in</body></html>", "found: nothing"),
        ("RelayState=x", "found: RelayState"),
        ("POST /acs HTTP/1.1\nHost: sp.example.org\n\nuser=x&pass=y", "found: user, pass"),
    ],
)
def test_no_saml_parameter_in_any_carrier(captured: str, words: str) -> None:
    defect = sole_defect(only(captured))

    assert defect.rule == "transport-no-saml-parameter"
    assert words in defect.message


@pytest.mark.parametrize(
    ("captured", "words"),
    [
        ("code=x&state=y&id_token=z", "parameters of OpenID Connect, not of SAML 2.0"),
        (f"{ACS}?code=1&state=2", "OpenID Connect or OAuth 2.0"),
        ("<html><form><input name=wa value=w><input name=wresult></form>", "WS-Federation"),
        ("TARGET=https://sp.example.org&SAMLart=", None),
    ],
)
def test_parameters_of_another_protocol_name_it(captured: str, words: str | None) -> None:
    defect = sole_defect(only(captured))

    expected = "transport-no-saml-parameter" if words is None else "transport-legacy-protocol"
    assert expected == defect.rule
    assert words is None or words in defect.message


def test_an_artifact_is_no_defect() -> None:
    capture = only(f"{ACS}?SAMLart=AAQAAMh48&RelayState=x")

    assert () == capture.defects
    assert ("SAMLart", "HTTP-Artifact", b"") == (capture.parameter, capture.binding, capture.data)
    assert (("SAMLart", b"AAQAAMh48"), ("RelayState", b"x")) == capture.parameters


@pytest.mark.parametrize(
    "captured",
    [
        "SAMLResponse=&RelayState=x",
        "SAMLResponse=+%20&RelayState=x",
        "SAMLResponse:\nRelayState: x",
        f"{ACS}?SAMLResponse=&RelayState=x",
    ],
)
def test_empty_parameter(captured: str) -> None:
    capture = only(captured)

    defect = sole_defect(capture)
    assert defect.rule == "transport-no-saml-parameter"
    assert defect.message == "SAMLResponse is present but empty"
    assert capture.parameter == "SAMLResponse"
    assert capture.relay_state == "x"
    assert capture.data == b""


def test_parameter_name_in_the_wrong_case() -> None:
    capture = only(f"samlResponse={ENCODED}&RelayState=x")

    defect = sole_defect(capture)
    assert defect.rule == "transport-no-saml-parameter"
    assert (defect.expected, defect.actual) == ("SAMLResponse", "samlResponse")
    assert capture.data == XML


def test_both_request_and_response() -> None:
    captures = read_capture(
        f"SAMLRequest={quote(base64_of(request()))}&SAMLResponse={ENCODED}&RelayState=x"
    )

    assert [capture.parameter for capture in captures] == ["SAMLResponse", "SAMLRequest"]
    assert [capture.data for capture in captures] == [XML, request()]
    for capture in captures:
        assert sole_defect(capture).rule == "transport-both-request-and-response"
        assert capture.relay_state == "x"


def test_duplicate_message_gives_a_capture_for_each_value() -> None:
    other = quote(base64_of(response("other")), safe="")

    captures = read_capture(f"SAMLResponse={ENCODED}&SAMLResponse={other}")

    assert [capture.data for capture in captures] == [XML, response("other")]
    for capture in captures:
        defect = sole_defect(capture)
        assert defect.rule == "transport-duplicate-parameter"
        assert defect.expected == "SAMLResponse once"
        assert "different values" in defect.message


def test_duplicate_message_with_the_same_value_gives_one_capture() -> None:
    defect = sole_defect(only(f"SAMLResponse={ENCODED}&SAMLResponse={ENCODED}"))

    assert defect.rule == "transport-duplicate-parameter"
    assert "the same value" in defect.message


@pytest.mark.parametrize("name", ["RelayState", "SigAlg", "Signature"])
def test_duplicate_of_another_parameter(name: str) -> None:
    capture = only(f"{ACS}?SAMLResponse={redirect_value(XML)}&{name}=a&{name}=b")

    assert sole_defect(capture).rule == "transport-duplicate-parameter"
    assert capture.data == XML


def test_duplicate_in_query_and_body() -> None:
    captures = read_capture(
        f"POST {ACS}?SAMLResponse={redirect_value(request())} HTTP/1.1\n\nSAMLResponse={ENCODED}"
    )

    assert [capture.data for capture in captures] == [request(), XML]
    assert [capture.binding for capture in captures] == ["HTTP-Redirect", "HTTP-POST"]
    for capture in captures:
        assert sole_defect(capture).rule == "transport-duplicate-parameter"


@pytest.mark.parametrize("foreign", ["*", "\u00a0", "\u201d", "\\"])
def test_not_base64_names_the_first_foreign_character(foreign: str) -> None:
    capture = only(f"SAMLResponse: {VALUE[:20]}{foreign}{VALUE[20:30]}!{VALUE[30:]}")

    defect = sole_defect(capture)
    assert defect.rule == "transport-not-base64"
    assert defect.actual == f"{foreign!r} (U+{ord(foreign):04X}) at offset 20"
    assert capture.data == XML


def test_not_base64_in_a_value_alone() -> None:
    capture = only(VALUE[:33] + "#" + VALUE[33:])

    assert sole_defect(capture).rule == "transport-not-base64"
    assert "'#' (U+0023) at offset 33" in sole_defect(capture).message
    assert capture.data == XML


def test_padding_inside_is_not_base64() -> None:
    # An encoder that works in pieces pads each of them.
    first, second = base64_of(XML[:100]).decode(), base64_of(XML[100:]).decode()

    capture = only(first + second)

    defect = sole_defect(capture)
    assert defect.rule == "transport-not-base64"
    assert f"'=' (U+003D) at offset {first.index('=')}" in defect.message
    assert capture.data == XML


@pytest.mark.parametrize(
    ("value", "actual"),
    [
        (VALUE.rstrip("="), "'' at the end"),
        (VALUE.rstrip("=") + "=", "'=' at the end"),
        (VALUE + "=", "'===' at the end"),
    ],
)
def test_wrong_padding_is_not_base64(value: str, actual: str) -> None:
    capture = only(value)

    defect = sole_defect(capture)
    assert defect.rule == "transport-not-base64"
    assert (defect.expected, defect.actual) == ("'==' at the end", actual)
    assert capture.data == XML


def test_xml_itself_in_a_parameter_is_not_base64() -> None:
    capture = only(f"SAMLResponse={quote(XML)}")

    defect = sole_defect(capture)
    assert defect.rule == "transport-not-base64"
    assert defect.actual == "the XML itself"
    assert capture.data == XML
    assert capture.origin == ("form field SAMLResponse", "XML")


@pytest.mark.parametrize(("times", "words"), [(1, "1 layer"), (2, "2 layers"), (3, "3 layers")])
def test_residual_url_encoding_counts_the_layers(times: int, words: str) -> None:
    value = VALUE.encode()
    for _ in range(times):
        value = url_encoded(value)

    capture = only(b"SAMLResponse: " + value)

    defect = sole_defect(capture)
    assert defect.rule == "transport-residual-url-encoding"
    assert f"({words})" in defect.message
    assert capture.data == XML


def test_form_encoding_once_is_no_residue() -> None:
    assert only(f"SAMLResponse={ENCODED}").defects == ()
    assert sole_defect(only(f"SAMLResponse={quote(ENCODED)}")).rule == (
        "transport-residual-url-encoding"
    )


def test_plus_became_space_in_a_form_that_was_sent_without_escaping_it() -> None:
    capture = only(f"SAMLResponse={ENCODED.replace('%2B', '+')}")

    defect = sole_defect(capture)
    assert defect.rule == "transport-plus-became-space"
    assert f"({VALUE.count('+')} of them)" in defect.message
    assert capture.data == XML


def test_plus_became_space_in_compressed_data() -> None:
    xml = response("".join(f"{number:x}" for number in range(400)))
    value = base64_of(deflated(xml)).decode()
    assert "+" in value

    capture = only(f"{ACS}?SAMLResponse={value}")

    assert capture.data == xml
    assert sole_defect(capture).rule == "transport-plus-became-space"


def test_base64url_alphabet() -> None:
    capture = only(b"SAMLResponse=" + base64url_of(XML))

    defect = sole_defect(capture)
    assert defect.rule == "transport-base64url-alphabet"
    assert capture.data == XML
    assert capture.origin == ("form field SAMLResponse", "base64url", "XML")


def test_double_base64() -> None:
    defect = sole_defect(only(page(base64_of(VALUE.encode()).decode())))

    assert defect.rule == "transport-double-base64"
    assert defect.actual == "2 layers of Base64"


def test_html_entity_residue() -> None:
    # Escaped twice: the page's own layer is no residue.
    value = VALUE.replace("+", "&amp;#x2B;")

    capture = only(page(value))

    assert capture.data == XML
    assert sole_defect(capture).rule == "transport-html-entity-residue"


@pytest.mark.parametrize(("bits", "name"), [(-15, "DEFLATE"), (15, "zlib"), (31, "gzip")])
def test_deflate_on_post(bits: int, name: str) -> None:
    capture = only(page(base64_of(deflated(XML, bits)).decode()))

    defect = sole_defect(capture)
    assert defect.rule == "transport-deflate-on-post"
    assert name in defect.message
    assert capture.data == XML
    assert capture.binding == "HTTP-POST"


def test_not_deflated_on_redirect() -> None:
    capture = only(f"{ACS}?SAMLResponse={ENCODED}")

    assert sole_defect(capture).rule == "transport-not-deflated-on-redirect"
    assert capture.data == XML
    assert capture.binding == "HTTP-Redirect"


def test_a_signature_beside_a_message_that_is_not_deflated_marks_simple_sign() -> None:
    form = f"SAMLRequest={quote(base64_of(request()))}&SigAlg=x&Signature=y"

    capture = only(form)

    assert () == capture.defects
    assert "HTTP-POST-SimpleSign" == capture.binding
    assert ("SigAlg", b"x") in capture.parameters
    assert capture.query is None


def test_an_encoding_parameter_marks_the_redirect_binding() -> None:
    query = f"SAMLRequest={quote(base64_of(request()))}&SAMLEncoding=x"

    capture = only(query)

    assert "transport-not-deflated-on-redirect" == sole_defect(capture).rule
    assert "HTTP-Redirect" == capture.binding
    assert query.encode() == capture.query


@pytest.mark.parametrize(("bits", "name"), [(15, "zlib"), (31, "gzip")])
def test_wrong_compression_header(bits: int, name: str) -> None:
    value = quote(base64_of(deflated(request(), bits)), safe="")

    capture = only(f"https://idp.example.org/sso?SAMLRequest={value}")

    defect = sole_defect(capture)
    assert defect.rule == "transport-wrong-compression-header"
    assert defect.actual == f"{name} data"
    assert capture.data == request()


def test_truncated_base64_that_stops_inside_a_group() -> None:
    length = len(VALUE) // 2 // 4 * 4 + 1

    capture = only(f"SAMLResponse: {VALUE[:length]}")

    assert sole_defect(capture).rule == "transport-truncated"
    assert capture.data == XML[: length // 4 * 3]


@pytest.mark.parametrize("more", [2, 3])
def test_truncated_base64_is_not_called_badly_padded(more: int) -> None:
    capture = only(VALUE[: len(VALUE) // 2 // 4 * 4 + more])

    assert sole_defect(capture).rule == "transport-truncated"
    assert XML.startswith(capture.data)


def test_truncated_compressed_data() -> None:
    value = base64_of(deflated(XML)[:-12]).decode()

    capture = only(value)

    defect = sole_defect(capture)
    assert defect.rule == "transport-truncated"
    assert "ends before its end mark" in defect.message
    assert XML.startswith(capture.data)
    assert capture.data


def test_truncation_is_reported_once() -> None:
    value = base64_of(deflated(XML)).decode().rstrip("=")
    length = (len(value) - 20) // 4 * 4 + 1

    assert sole_defect(only(value[:length])).rule == "transport-truncated"


def test_damaged_compressed_data_gives_what_stands_before_the_damage() -> None:
    data = bytearray(deflated(XML, 15))
    data[-4:] = b"\0\0\0\0"

    capture = only(f"{ACS}?SAMLResponse={quote(base64_of(bytes(data)), safe='')}")

    assert "transport-truncated" in [defect.rule for defect in capture.defects]
    assert XML.startswith(capture.data)
    assert len(capture.data) > len(XML) // 2


def test_trailing_data_after_the_compressed_message() -> None:
    capture = only(base64_of(deflated(XML) + b"<evil/>"))

    defect = sole_defect(capture)
    assert defect.rule == "transport-decompression-bomb"
    assert defect.actual == "7 octets more"
    assert capture.data == XML


@pytest.mark.parametrize(("length", "found"), [(80, []), (81, ["relaystate-too-long"])])
def test_relay_state_length(length: int, found: list[str]) -> None:
    capture = only(f"SAMLResponse={ENCODED}&RelayState={'a' * length}")

    assert [defect.rule for defect in capture.defects] == found
    assert capture.relay_state == "a" * length


def test_relay_state_is_measured_in_octets_after_decoding() -> None:
    fits = quote("\u00fc" * 40)
    too_long = quote("\u00fc" * 41)

    assert only(f"SAMLResponse={ENCODED}&RelayState={fits}").defects == ()
    assert sole_defect(only(f"SAMLResponse={ENCODED}&RelayState={too_long}")).rule == (
        "relaystate-too-long"
    )
