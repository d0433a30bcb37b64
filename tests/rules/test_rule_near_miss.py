"""Near misses name the difference that there is, and none where values have little in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlcheck.rules.near_miss import (
    attribute_name_difference,
    difference,
    differing_parts,
    nearest,
)
from samlcheck.rules.wording import address_difference, all_of, any_of, two_differ

URL = "https://sp.example.org/saml/acs"
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"

_LABEL = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8)
_HOSTS = st.builds("{}.{}.example".format, _LABEL, _LABEL)
_PATHS = st.lists(_LABEL, max_size=3).map("/".join)
_URLS = st.builds("https://{}/{}".format, _HOSTS, _PATHS).filter(
    lambda url: not url.endswith("/") and "://www." not in url
)
_TEXTS = st.one_of(_URLS, st.text(max_size=20))


@given(_TEXTS)
def test_a_value_does_not_differ_from_itself(text: str) -> None:
    assert difference(text, text) is None
    assert attribute_name_difference(text, text) is None
    assert differing_parts(text, text) == ()


@given(_TEXTS, _TEXTS)
def test_the_difference_is_the_same_both_ways(one: str, other: str) -> None:
    assert difference(one, other) == difference(other, one)


@given(_URLS)
def test_an_added_slash_is_named(url: str) -> None:
    assert difference(url, f"{url}/") == "a trailing slash"


@given(_URLS)
def test_another_scheme_is_named(url: str) -> None:
    assert difference(url, url.replace("https:", "http:")) == "http and https"


@given(_URLS.filter(lambda url: url != url.upper()))
def test_another_letter_case_is_named(url: str) -> None:
    assert difference(url, url.upper()) == "upper and lower case"


@given(_URLS)
def test_white_space_around_is_named(url: str) -> None:
    assert difference(url, f" {url}\n") == "surrounding white space"


@given(_HOSTS, _PATHS)
def test_the_default_port_is_named(host: str, path: str) -> None:
    one, other = f"https://{host}/{path}", f"https://{host}:443/{path}"

    assert difference(one, other) == "the default port"


@given(_HOSTS, st.integers(1, 65535).filter(lambda port: port not in (80, 443)))
def test_another_port_is_named(host: str, port: int) -> None:
    assert difference(f"https://{host}/acs", f"https://{host}:{port}/acs") == "the port"


@given(_URLS, _LABEL)
def test_an_added_query_string_is_named(url: str, query: str) -> None:
    assert difference(url, f"{url}?{query}") == "the query string"


@given(st.text(), st.text())
def test_any_text_can_be_compared(one: str, other: str) -> None:
    for words in (difference(one, other), attribute_name_difference(one, other)):
        assert words is None or words
    assert isinstance(differing_parts(one, other), tuple)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ("https://sp.example.org/saml/acs\u200b", "an invisible character"),
        ("https://sp.example.org/saml /acs", "white space"),
        ("https://sp.example.org/%73aml/acs", "percent-encoding"),
        ("https://www.sp.example.org/saml/acs", "the host prefix www."),
        ("spn:https://sp.example.org/saml/acs", "a prefix such as spn: or api://"),
        ("https://sp.example.org/saml/acs#top", "the fragment"),
        ("https://SP.example.org/saml/acs/", "a trailing slash and in upper and lower case"),
        ("http://sp.example.org/saml/acs/", "a trailing slash and in http and https"),
        ("http://sp.example.org:80/saml/acs", "http and https and in the default port"),
    ],
)
def test_each_small_difference_has_words(other: str, words: str) -> None:
    assert words == difference(URL, other)


@pytest.mark.parametrize(
    "other",
    [
        "",
        "/",
        "https://other.example.org/saml/acs",
        "https://sp.example.org/saml/slo",
        "urn:example:sp",
    ],
)
def test_values_with_little_in_common_are_no_near_miss(other: str) -> None:
    assert difference(URL, other) is None


def test_a_slash_before_the_query_string_is_a_trailing_slash() -> None:
    assert difference(f"{URL}?a=b", f"{URL}/?a=b") == "a trailing slash"


def test_nothing_is_like_a_value_of_which_nothing_is_left() -> None:
    assert difference("?a", "#b") is None
    assert difference(" ", "") is None


def test_nearest_returns_the_candidate_and_the_difference() -> None:
    candidates = ["https://other.example.org/", f"{URL}/"]

    assert nearest(URL, candidates) == (f"{URL}/", "a trailing slash")
    assert nearest(URL, candidates[:1]) is None


def test_differing_parts_names_the_components() -> None:
    one = "https://contoso.example/acs?site=contoso"
    other = "https://fabrikam.example/acs?site=fabrikam"

    assert differing_parts(one, other) == ("the host", "the query string")
    assert differing_parts(one, "urn:example:sp") == ()


@pytest.mark.parametrize(
    ("sent", "wanted", "words"),
    [
        ("Email", "email", "the two differ only in upper and lower case"),
        (CLAIMS + "uid", "uid", "it has a namespace in front of the name"),
        ("upn", CLAIMS + "upn", "it lacks the namespace in front of the name"),
        (
            CLAIMS + "emailaddress",
            "email",
            "that is the same information under a name with a namespace",
        ),
        (
            "mail",
            "urn:oid:0.9.2342.19200300.100.1.3",
            "that is another name for the same information",
        ),
        ("givenName", "firstname", "that is another name for the same information"),
        ("uid", "lastname", None),
    ],
)
def test_attribute_names_are_explained(sent: str, wanted: str, words: str | None) -> None:
    assert words == attribute_name_difference(sent, wanted)


def test_aliases_and_friendly_names_are_explained() -> None:
    aliased = attribute_name_difference("loginName", "uid", ["LOGINNAME"])
    friendly = attribute_name_difference("urn:oid:1.2.3", "badge", friendly_name="Badge")

    assert aliased == "that is another name for the same information"
    assert friendly == "only its FriendlyName is the one that is wanted"
    assert attribute_name_difference("urn:oid:1.2.3", "badge") is None


def test_an_address_is_explained_by_its_likeliest_counterpart() -> None:
    registered = ["https://sp.example.org/saml/acs", "https://sp.example.org/saml/acs/old"]
    slash = address_difference(f"{URL}/", registered)
    host = address_difference("https://test.example.org/saml/acs", registered)

    assert slash == f"it differs from {URL!r} only in a trailing slash"
    assert host == f"it differs from {URL!r} in the host"
    assert address_difference("https://test.example.org/login", registered) is None
    assert address_difference("urn:example:sp", registered) is None
    assert address_difference(URL, []) is None


def test_two_named_values_are_explained() -> None:
    assert two_differ(URL, f"{URL}/") == "the two differ only in a trailing slash"
    assert two_differ(URL, "https://sp.example.org/x") == "the two differ in the path"
    assert two_differ(URL, "urn:example:sp") is None


def test_enumerations_read_as_sentences() -> None:
    assert any_of([]) == ""
    assert any_of(["a"]) == "'a'"
    assert any_of(["a", "b", "c"]) == "'a', 'b' or 'c'"
    assert all_of(["a", "b", "c"]) == "a, b and c"
