"""Profiles chosen by what stands in the documents: nobody has to name them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import samlcheck
from samlcheck import Input
from samlcheck.profiles import load_profile
from samlcheck.profiles.choice import ACS, IDP_ID, SP_ID, SSO, Automatic, choose
from samlcheck.profiles.library import shipped
from tests.profiles.services import MAIL, Service, filled, service_of
from tests.support.bases import NOW, build

ROOT = Path(samlcheck.__file__).parent.parent
TENANT = "11111111-2222-3333-4444-555555555555"
ENTRA = (
    ('entityID="https://idp.example.org/saml"', f'entityID="https://sts.windows.net/{TENANT}/"'),
    ("idp.example.org/saml/sso/redirect", f"login.microsoftonline.com/{TENANT}/saml2"),
    ("idp.example.org/saml/sso/post", f"login.microsoftonline.com/{TENANT}/saml2"),
)


@pytest.mark.parametrize("profile_id", [item for item in shipped() if item.startswith("sp/")])
def test_a_service_is_recognised_by_itself_unless_it_looks_like_any_other(profile_id: str) -> None:
    service = service_of(load_profile(profile_id))
    found = choose([(SP_ID, service.entity_id), (ACS, service.acs)])
    names = [item.profile for item in found.chosen]
    nameless = {
        "sp/grafana", "sp/jamf-pro", "sp/paloalto-admin", "sp/splunk", "sp/globalprotect",
    }  # fmt: skip
    if profile_id in nameless:
        assert names in ([], ["sp/globalprotect"])
    else:
        assert [profile_id] == names


@pytest.mark.parametrize("profile_id", [item for item in shipped() if item.startswith("idp/")])
def test_an_identity_provider_is_recognised(profile_id: str) -> None:
    profile = load_profile(profile_id)
    evidence = [(IDP_ID, filled(item)) for item in profile.idp_entity_ids[:1]]
    evidence += [(SSO, filled(item)) for item in profile.sso_locations[:1]]
    (chosen,) = choose(evidence).chosen
    assert profile_id == chosen.profile
    assert ("high" if len(evidence) == 2 else "medium") == chosen.confidence


def test_the_report_says_what_was_chosen_how_surely_and_why() -> None:
    data = Input(data=build("idp", ENTRA), name="idp.xml")
    report = samlcheck.check_metadata(data, now=NOW, profile="auto")
    assert "idp/entra" == report.profile
    (words,) = report.profile_choice
    assert words.startswith("idp/entra (high confidence, by the entityID of the IdP 'https://sts.")
    assert "the sign-on URL" in words


def test_without_auto_nothing_is_chosen() -> None:
    data = Input(data=build("idp", ENTRA), name="idp.xml")
    for profile in (None, "base/saml-websso"):
        report = samlcheck.check_metadata(data, now=NOW, profile=profile)
        assert ("base/saml-websso", ()) == (report.profile, report.profile_choice)


def test_a_named_profile_wins() -> None:
    data = Input(data=build("idp", ENTRA), name="idp.xml")
    report = samlcheck.check_metadata(data, now=NOW, profile="okta")
    assert ("idp/okta", ()) == (report.profile, report.profile_choice)


def test_both_sides_of_a_pair_are_chosen() -> None:
    sp = service_of(load_profile("slack")).metadata()
    report = samlcheck.check_pair(
        sp=Input(data=sp, name="sp.xml"),
        idp=Input(data=build("idp", ENTRA), name="idp.xml"),
        now=NOW,
        profile="auto",
    )
    assert "idp/entra+sp/slack" == report.profile
    assert 2 == len(report.profile_choice)


def test_a_login_without_metadata_is_recognised_by_what_it_says() -> None:
    report = login_at_slack()
    assert "sp/slack" == report.profile
    assert "attr-required-missing" in {finding.rule for finding in report.findings}


def login_at_slack() -> samlcheck.Report:
    slack = service_of(load_profile("slack"))
    edits = [
        ('"https://sp.example.org/saml/acs"', f'"{slack.acs}"'),
        (">https://sp.example.org/saml<", f">{slack.entity_id}<"),
    ]
    data = Input(data=build("response", edits), name="login.xml")
    return samlcheck.check_message(data, now=NOW, profile="auto")


def test_what_fits_equally_well_is_not_chosen() -> None:
    found = choose([(ACS, "https://a.example/login/callback?connection=x"), (IDP_ID, "urn:x")])
    assert ["sp/auth0"] == [item.profile for item in found.chosen]
    assert () == choose([(SP_ID, "https://sp.example.org/saml"), (SP_ID, None)]).chosen
    assert () == choose([(SP_ID, "https://slack.com" + "/" * 3000)]).chosen


def test_an_aggregate_gets_no_profile() -> None:
    data = Input(data=build("aggregate", ENTRA), name="aggregate.xml")
    report = samlcheck.check_metadata(data, now=NOW, profile="auto")
    assert ("base/saml-websso", ()) == (report.profile, report.profile_choice)


def test_a_file_that_no_profile_fits_costs_no_toml() -> None:
    script = (
        "import sys, datetime, samlcheck; "
        "samlcheck.check_metadata(sys.stdin.buffer.read(), profile='auto',"
        " now=datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC));"
        "print(sorted({'tomllib', 'samlcheck.profiles.build'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=build("sp"),
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    assert b"[]" == done.stdout.strip()


def test_every_variable_of_a_service_has_an_example() -> None:
    services: list[Service] = [
        service_of(load_profile(item)) for item in shipped() if item.startswith("sp/")
    ]
    for service in services:
        for variable in service.profile.variables.values():
            assert variable.accepts(variable.example or variable.default or ""), variable.name


def webex_login(*, edits: list[tuple[str, str]], own: str | None = None) -> samlcheck.Report:
    webex = service_of(load_profile("webex-meetings"))
    sent = [
        ('"https://sp.example.org/saml/acs"', f'"{webex.acs}"'),
        (">https://sp.example.org/saml<", f">{webex.entity_id}<"),
        ('Name="urn:oid:0.9.2342.19200300.100.1.3"', 'Name="uid"'),
        *edits,
    ]
    return samlcheck.check_message(
        Input(data=build("response", sent), name="login.xml"),
        sp=Input(data=webex.metadata(), name="sp.xml"),
        idp=Input(data=build("idp"), name="idp.xml"),
        now=NOW,
        profile=Automatic(own, "samlcheck.toml"),
    )


OWN = 'schema = 1\n[profile]\nid = "contoso/webex"\nkind = "integration"\n'


def test_what_only_the_customer_can_know_is_no_error_unless_he_says_it() -> None:
    # The list of the site is a setting, and so is whether it creates accounts.
    found = {finding.rule for finding in webex_login(edits=[]).findings}
    assert not {"authn-context-not-allowed", "attr-required-missing"} & found
    own = OWN + "[authn_context]\nallowed = ['urn:a']\n"
    found = {finding.rule for finding in webex_login(edits=[], own=own).findings}
    assert "authn-context-not-allowed" in found
    own = OWN + 'sp = "sp/webex-meetings"\n'
    found = {finding.rule for finding in webex_login(edits=[], own=own).findings}
    assert {"authn-context-not-allowed", "attr-required-missing"} <= found


def test_what_holds_for_every_customer_is_an_error_all_the_same() -> None:
    report = webex_login(edits=[('Name="uid"', 'Name="UID"')])
    (missing,) = (item for item in report.findings if item.rule == "attr-required-missing")
    assert "error" == missing.severity


def test_another_form_than_the_product_s_is_a_warning_where_nobody_named_the_product() -> None:
    slack = service_of(load_profile("slack"))
    data = Input(data=slack.metadata(acs=f"{slack.acs}/other"), name="sp.xml")
    found = samlcheck.check_metadata(data, now=NOW, profile="auto").findings
    (other,) = (item for item in found if item.rule == "profile-acs-unexpected")
    assert "warning" == other.severity
    found = samlcheck.check_metadata(data, now=NOW, profile="slack").findings
    (other,) = (item for item in found if item.rule == "profile-acs-unexpected")
    assert "error" == other.severity


def test_a_default_claim_beside_an_optional_one_is_no_warning() -> None:
    # Entra sends its own claims beside those that were set up for the application.
    slack = service_of(load_profile("slack"))
    default = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname"
    report = slack.login(claims={"User.Email": [MAIL], default: ["Maria"]})
    assert "accepted" == report.verdict
    assert {"info"} >= {finding.severity for finding in report.findings}


def test_a_near_miss_of_what_a_setting_may_require_is_a_warning() -> None:
    report = webex_login(edits=[('Name="urn:oid:2.5.4.4"', 'Name="LastName"')])
    near = {f.expected: f.severity for f in report.findings if f.rule == "attr-name-near-miss"}
    assert "warning" == near["lastname"]
