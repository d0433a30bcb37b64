"""Templates: variables bind once, every use agrees, the whole value has to match."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samlcheck.profiles import Template, Variable, first_match
from samlcheck.profiles.template import MAX_VALUE

SITE = Variable(name="site", pattern="[a-z0-9][a-z0-9-]{0,62}", case_insensitive=True)
TENANT = Variable(name="tenant", pattern="[0-9a-f]{8}")
HOST = Template(text="https://{site}.example.org", variables=(SITE,))
ACS = Template(text="https://{site}.example.org/acs?site={site}", variables=(SITE,))
PAIR = Template(
    text="{one}.{two}",
    variables=(
        Variable(name="one", pattern="[a-z.]{1,20}"),
        Variable(name="two", pattern="[a-z.]{1,20}"),
    ),
)


def test_a_match_binds_the_variables() -> None:
    assert {"site": "contoso"} == HOST.match("https://contoso.example.org", {})


@pytest.mark.parametrize(
    "value",
    [
        "https://contoso.example.org/",
        "http://contoso.example.org",
        "https://contoso.EXAMPLE.org",
        " https://contoso.example.org",
        "https://contoso.example.org\n",
        "https://-contoso.example.org",
        "https://.example.org",
        "https://contoso_x.example.org",
        "https://conto\u017fo.example.org",
        "https://contosoxexample.org",
        "",
    ],
)
def test_the_whole_value_matches_exactly(value: str) -> None:
    assert HOST.match(value, {}) is None


def test_a_repeated_variable_repeats_its_text() -> None:
    good = "https://contoso.example.org/acs?site=contoso"
    assert {"site": "contoso"} == ACS.match(good, {})
    assert ACS.match("https://contoso.example.org/acs?site=fabrikam", {}) is None


def test_a_case_insensitive_variable_keeps_its_first_spelling() -> None:
    mixed = "https://Contoso.example.org/acs?site=CONTOSO"
    assert {"site": "Contoso"} == ACS.match(mixed, {})
    assert {"site": "contoso"} == ACS.match(mixed, {"site": "contoso"})


def test_a_case_sensitive_variable_compares_exactly() -> None:
    template = Template(text="urn:{tenant}", variables=(TENANT,))
    assert template.match("urn:0123abcd", {"tenant": "0123ABCD"}) is None
    assert template.match("urn:0123ABCD", {}) is None


def test_what_is_bound_has_to_agree_and_stays() -> None:
    value = "https://contoso.example.org"
    assert HOST.match(value, {"site": "fabrikam"}) is None
    bound = {"site": "contoso", "tenant": "0123abcd"}
    assert bound == HOST.match(value, bound)


def test_a_bound_variable_decides_an_ambiguous_split() -> None:
    assert {"one": "a.b", "two": "c"} == PAIR.match("a.b.c", {})
    assert {"one": "a", "two": "b.c"} == PAIR.match("a.b.c", {"one": "a"})


def test_uses_tells_a_conflict_from_another_form() -> None:
    conflict = "https://contoso.example.org/acs?site=fabrikam"
    assert (("site", "contoso"), ("site", "fabrikam")) == ACS.uses(conflict)
    assert ACS.uses("https://contoso.example.org/other") is None
    assert () == Template(text="urn:fixed").uses("urn:fixed")


def test_an_exact_text_has_no_variables() -> None:
    exact = Template(text="https://{site}.example.org", exact=True)
    assert {} == exact.match("https://{site}.example.org", {})
    assert exact.match("https://contoso.example.org", {}) is None
    assert exact.uses("https://{site}.example.org") is None
    assert "https://{site}.example.org" == exact.expected({"site": "contoso"})


def test_the_expected_text_shows_what_is_bound_and_the_defaults() -> None:
    cloud = Variable(name="cloud", pattern="[a-z.]{1,20}", default="example.org")
    template = Template(text="https://{site}.{cloud}/{site}", variables=(SITE, cloud))
    assert "https://{site}.example.org/{site}" == template.expected({})
    assert "https://contoso.example.net/contoso" == template.expected(
        {"site": "contoso", "cloud": "example.net"}
    )


def test_the_first_template_that_matches_is_named() -> None:
    found = first_match([ACS, HOST], "https://contoso.example.org", {})
    assert found is not None
    assert (HOST, {"site": "contoso"}) == found
    assert first_match([ACS, HOST], "urn:other", {}) is None


def test_a_longer_text_than_any_identifier_is_not_matched() -> None:
    free = Template(text="{any}", variables=(Variable(name="any", pattern=".*"),))
    assert {"any": "x" * MAX_VALUE} == free.match("x" * MAX_VALUE, {})
    assert free.match("x" * (MAX_VALUE + 1), {}) is None
    assert free.uses("x" * (MAX_VALUE + 1)) is None


sites = st.from_regex(
    r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True, alphabet=st.characters(codec="ascii")
)


@settings(deadline=None)
@given(sites)
def test_what_a_template_expects_it_matches(site: str) -> None:
    bound = {"site": site}
    for template in (HOST, ACS):
        value = template.expected(bound)
        assert bound == template.match(value, {})
        assert bound == template.match(value, bound)
        assert set(template.uses(value) or ()) == {("site", site)}


@settings(deadline=None)
@given(sites, sites)
def test_two_different_sites_never_match(one: str, other: str) -> None:
    value = f"https://{one}.example.org/acs?site={other}"
    assert (one == other) == (ACS.match(value, {}) is not None)
    assert (one == other) == (HOST.match(HOST.expected({"site": one}), {"site": other}) is not None)


@settings(deadline=None)
@given(st.text(max_size=80), st.dictionaries(st.sampled_from(["site", "x"]), st.text(max_size=20)))
def test_any_text_matches_or_not_and_nothing_is_raised(value: str, bound: dict[str, str]) -> None:
    for template in (HOST, ACS, PAIR):
        found = template.match(value, bound)
        assert found is None or bound.items() <= found.items()
        if found is not None and not bound:
            assert value.lower() == template.expected(found).lower()


@settings(deadline=None)
@given(st.text(alphabet="ab{}.*+()[]\\^$?|", max_size=12))
def test_literal_text_is_never_a_regular_expression(text: str) -> None:
    literal = Template(
        text="<" + text.replace("{", "").replace("}", "") + ">{site}", variables=(SITE,)
    )
    value = literal.expected({"site": "contoso"})
    assert {"site": "contoso"} == literal.match(value, {})
    assert literal.match("x" + value, {}) is None
