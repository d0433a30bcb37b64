"""Booleans, unsigned shorts, names and URIs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from samlcheck.xml import is_ncname, parse_boolean, parse_unsigned_short, uri_problem


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("1", True), ("false", False), ("0", False), (" 1\n", True)]
)
def test_booleans(text: str, value: bool) -> None:
    parsed = parse_boolean(text)
    assert (text, value, None) == (parsed.text, parsed.value, parsed.problem)


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("True", True, "lower case"),
        ("FALSE", False, "lower case"),
        ("yes", None, "not one of true, false, 1 and 0"),
        ("01", None, "not one of"),
        ("", None, "is empty"),
    ],
)
def test_booleans_with_a_problem(text: str, value: bool | None, said: str) -> None:
    parsed = parse_boolean(text)
    assert value == parsed.value
    assert said in (parsed.problem or "")


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("0", 0, None),
        ("65535", 65535, None),
        (" 007 ", 7, None),
        ("+1", 1, None),
        ("-0", 0, None),
        ("65536", None, "is not between 0 and 65535"),
        ("9" * 5000, None, "is not between 0 and 65535"),
        ("0" * 5000, 0, None),
        ("-1", None, "is negative"),
        ("1.0", None, "is not a whole number"),
        ("\u0661", None, "is not a whole number"),
        ("one", None, "is not a whole number"),
        ("", None, "is empty"),
    ],
)
def test_unsigned_shorts(text: str, value: int | None, said: str | None) -> None:
    parsed = parse_unsigned_short(text)
    assert (value, said) == (parsed.value, parsed.problem)


@pytest.mark.parametrize("text", ["a", "_1", "a.b-c", "\u00e9t\u00e9", "a\u00b7", "\U00010000"])
def test_names(text: str) -> None:
    assert is_ncname(text)


@pytest.mark.parametrize("text", ["", "1a", "-a", ".a", "a:b", "a b", "a\n", "\u00b7a", "a\u00d7"])
def test_what_is_no_name(text: str) -> None:
    assert not is_ncname(text)


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=3))
def test_names_are_those_that_the_parser_takes(text: str) -> None:
    try:
        accepted = etree.fromstring(f"<{text}/>".encode()).tag == text
    except etree.XMLSyntaxError:
        accepted = False
    assert (accepted and ":" not in text) == is_ncname(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://sp.example.org",
        "https://sp.example.org:8443/a/b?c=d&e=%20#f",
        "HTTP://SP.EXAMPLE.ORG/",
        "https://[2001:db8::1]:443/saml",
        "https://user@sp.example.org/",
        "https://b\u00fccher.example/\u00fc",
        "urn:oasis:names:tc:SAML:2.0:metadata",
        "urn:contoso",
        "spn:1234",
        "api://contoso/app",
        "mailto:help@example.org",
        "data:image/png;base64,AAAA",
        "tag:example.org,2026:a",
        "oid:1.2.3",
    ],
)
def test_good_uris(text: str) -> None:
    assert uri_problem(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        (" ", "nothing but white space"),
        (" https://sp.example.org", "starts with white space"),
        ("https://sp.example.org\n", "ends with white space"),
        ("https://sp.example.org/a b", "white space (U+0020) at character 25"),
        ("https://sp.example.org/\u00a0b", "white space (U+00A0)"),
        ("https://sp.example.org/\x7f", "control character U+007F"),
        ("https://sp.example.org/{tenant}", 'contains "{"'),
        ("https://sp.example.org\\saml", 'contains "\\"'),
        ("sp.example.org", "has no scheme"),
        ("/saml/acs", "has no scheme"),
        ("1a:b", "has no scheme"),
        ("sp.example.org:8443/saml", "starts with a host name and a port"),
        ("localhost:8080", "starts with a host name and a port"),
        ("urn:", "nothing after its scheme urn:"),
        ("https:sp.example.org", "has no // after https:"),
        ("https:/sp.example.org", "has no // after https:"),
        ("https://", "has no host"),
        ("https:///saml", "has no host"),
        ("https://:443/", "has no host"),
        ("https://sp.example.org:x/", 'impossible port "x"'),
        ("https://sp.example.org:65536/", "impossible port"),
        ("https://[2001:db8::1/saml", "malformed IPv6"),
        ("https://sp.example.org/%zz", "two hexadecimal digits"),
        ("https://sp.example.org/%", "two hexadecimal digits"),
        ("https://sp.example.org/#a#b", "second #"),
    ],
)
def test_uris_with_a_problem(text: str, said: str) -> None:
    assert said in (uri_problem(text) or "")


@given(st.text(max_size=20))
def test_any_text_can_be_judged(text: str) -> None:
    problem = uri_problem(text)
    assert problem is None or problem.split()[0] in ("is", "has", "starts", "ends", "contains")
    assert problem is not None or ":" in text
