"""Switches, lists of classes, values, free variables, waivers and origins of profiles."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime, timedelta

import pytest

import samlcheck
from samlcheck import Input, Report
from samlcheck.profiles import Profile, load_profile, load_profile_text
from samlcheck.profiles.documented import documented
from samlcheck.profiles.library import read_data
from samlcheck.profiles.loader import layers_of
from samlcheck.profiles.origins import origins
from samlcheck.profiles.product import ValueShape
from tests.support.bases import NOW, build

HEAD = 'schema = 1\n[profile]\nid = "contoso/app"\nkind = "integration"\n'
AC = "urn:oasis:names:tc:SAML:2.0:ac:classes:"


def loaded(body: str, *over: str) -> Profile:
    return load_profile_text(HEAD + body, name="my.toml", over=over)


def presences(profile: Profile) -> dict[str, str]:
    return {claim.name: claim.presence for claim in profile.claims}


def test_a_switch_decides_which_claims_are_required() -> None:
    litmos = load_profile("litmos")
    assert {"autogenerate_users": True} == dict(litmos.switches)
    assert {"required"} == set(presences(litmos).values())
    off = loaded("[switches]\nautogenerate_users = false", "litmos")
    assert {"optional"} == set(presences(off).values())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("allowed = ['urn:a']", ("urn:a",)),
        ("use = 'seed-mfa'", (f"{AC}PasswordProtectedTransport", f"{AC}X509")),
        ("configured = ' urn:a ;urn:b;'", ("urn:a", "urn:b")),
        ("configured = 'urn:a, urn:b'\nseparator = ','", ("urn:a", "urn:b")),
        (
            "allowed = ['urn:b']\ncomparison = 'minimum'\norder = ['urn:a', 'urn:b', 'urn:c']",
            ("urn:b", "urn:c"),
        ),
    ],
)
def test_the_last_layer_says_how_the_accepted_classes_are_named(
    body: str, expected: tuple[str, ...]
) -> None:
    profile = loaded(f"[authn_context]\n{body}", "webex-meetings")
    assert expected == profile.authn_contexts


def test_what_an_administrator_typed_is_kept_as_typed() -> None:
    profile = loaded("[authn_context]\nconfigured = 'urn:a;;urn:b'", "webex-meetings")
    assert ("urn:a;;urn:b", ";") == (
        profile.authn_context_configured,
        profile.authn_context_separator,
    )


@pytest.mark.parametrize(
    ("shape", "value", "problem"),
    [
        (ValueShape(pattern="[a-z]{1,3}"), "abc", None),
        (ValueShape(pattern="[a-z]{1,3}"), "abcd", "does not have the form [a-z]{1,3}"),
        (ValueShape(one_of=("a", "b")), "c", "is none of 'a', 'b'"),
        (ValueShape(max_length=3), "abcd", "has 4 characters, at most 3 are accepted"),
        (ValueShape(pattern=".*"), "x" * 5000, "does not have the form .*"),
    ],
)
def test_the_shape_of_a_value(shape: ValueShape, value: str, problem: str | None) -> None:
    assert problem == shape.problem(value)


def test_uses_of_a_free_variable_need_not_agree() -> None:
    profile = load_profile("idp/shibboleth")
    redirect = "https://idp.example.org/idp/profile/SAML2/Redirect/SSO"
    bound = profile.sso_locations[0].match(redirect, {})
    assert {} == bound
    other = redirect.replace("Redirect", "POST").replace("idp.example", "sso.example")
    assert {} == profile.sso_locations[0].match(other, bound or {})
    assert () == profile.sso_locations[0].uses(redirect)


def test_what_entra_emits_by_edition() -> None:
    emits = load_profile("entra").emits
    assert emits is not None
    assert "assertion" == emits.signature
    assert (timedelta(minutes=70), timedelta(minutes=5)) == (emits.lifetime, emits.backdate)
    assert f"{AC}SmartcardPKI" == emits.authn_contexts["2026"]["fido2"]
    assert f"{AC}Password" == emits.authn_contexts["2019"]["mfa"]
    assert "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified" == emits.name_format


@pytest.mark.parametrize(
    "name",
    ["entra", "adfs", "okta", "google", "pingone", "pingfederate", "onelogin", "keycloak",
     "shibboleth", "simplesamlphp", "auth0"],
)  # fmt: skip
def test_every_identity_provider_says_what_it_emits(name: str) -> None:
    profile = load_profile(f"idp/{name}")
    assert profile.emits is not None
    assert profile.emits.signature is not None
    assert profile.emits.name_id_formats
    assert profile.fixes


WAIVED = """
[[waive]]
rule = "org-missing"
reason = "the library has no legal form yet"
until = 2026-11-23
{entity}
"""
NO_ORGANIZATION = [
    (build("sp").decode().partition("<md:Organization>")[2].partition("</md:Organization>")[0], ""),
    ("<md:Organization></md:Organization>", ""),
]


def checked(profile: Profile, now: datetime = NOW) -> Report:
    data = Input(data=build("sp", NO_ORGANIZATION), name="sp.xml")
    return samlcheck.check_metadata(data, now=now, profile=profile)


def severity(report: Report) -> tuple[str, str | None]:
    (found,) = (item for item in report.findings if item.rule == "org-missing")
    return found.severity, found.severity_reason


RAISED = '[severity.org-missing]\nto = "error"\nreason = "our policy"\n'


def test_a_waiver_makes_a_finding_information_and_says_why() -> None:
    profile = loaded(RAISED + WAIVED.format(entity=""))
    assert (date(2026, 11, 23), None) == (profile.waivers[0].until, profile.waivers[0].entity)
    why = "waived until 2026-11-23: the library has no legal form yet"
    assert ("info", why) == severity(checked(profile))


def test_a_waiver_that_has_ended_is_a_finding_and_waives_nothing() -> None:
    profile = loaded(RAISED + WAIVED.format(entity=""))
    report = checked(profile, datetime(2026, 11, 24, tzinfo=UTC))
    assert ("error", "our policy") == severity(report)
    (ended,) = (item for item in report.findings if item.rule == "profile-waiver-expired")
    assert "org-missing ended on 2026-11-23" in ended.message


@pytest.mark.parametrize(
    ("entity", "expected"),
    [("https://sp.example.org/saml", "info"), ("https://other.example.org", "error")],
)
def test_a_waiver_may_be_for_one_entity(entity: str, expected: str) -> None:
    profile = loaded(RAISED + WAIVED.format(entity=f'entity = "{entity}"'))
    assert expected == severity(checked(profile))[0]


def test_each_value_has_its_layer_line_and_source() -> None:
    text = HEAD + '\n[conditions]\nclock_skew = "PT1M"\n\n[[claims]]\nname = "uid"\nwhy = "ours"\n'
    found = {
        item.name: item for item in origins(layers_of("webex-meetings", text=text, name="my.toml"))
    }
    assert ("contoso/app", 7) == (
        found["conditions.clock_skew"].layer,
        found["conditions.clock_skew"].line,
    )
    lower = found["conditions.max_lifetime"]
    assert ("sp/webex-meetings", "PT70M") == (lower.layer, lower.value)
    assert "contoso/app" == found["claims[uid].why"].layer
    assert "sp/webex-meetings" == found["claims[uid].presence"].layer
    assert "Azure AD tutorial for Cisco Webex Meetings, edition of 2019-03-01" in (
        found["claims[uid].presence"].sources
    )


def test_documented_patterns_are_facts_with_a_source_and_stay_small() -> None:
    applications = documented()
    assert 480 <= len(applications) <= 542
    allowed = {
        "app", "as_of", "source", "identifiers", "reply_urls", "sign_on_urls", "logout_urls",
        "relay_states", "flows", "jit", "claims", "nameid_format", "nameid_source",
        "authn_contexts", "signing", "metadata_upload",
    }  # fmt: skip
    for slug, facts in applications.items():
        assert set(facts) <= allowed, slug
        assert f"{slug}-tutorial" in facts["source"]
        assert facts["as_of"] in facts["source"]
    assert len(zlib.compress(read_data("documented.json").encode(), 9)) < 30_000
