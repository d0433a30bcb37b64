"""Each service provider profile tried on documents in the shape of its service."""

from __future__ import annotations

import pytest

import samlcheck
from samlcheck import Input, Report
from samlcheck.profiles import Profile, load_profile
from samlcheck.profiles.library import shipped
from tests.profiles.services import another, broken_logins, broken_metadata, filled, service_of
from tests.support.bases import NOW, build

PROFILES = [profile_id for profile_id in shipped() if profile_id.startswith("sp/")]


def test_there_are_as_many_as_promised() -> None:
    assert len(PROFILES) >= 40


@pytest.mark.parametrize("profile_id", PROFILES)
def test_a_healthy_login_is_accepted(profile_id: str) -> None:
    service = service_of(load_profile(profile_id))
    report = service.login()
    worse = [f for f in report.findings if f.severity != "info"]
    assert [] == [f"{finding.rule}: {finding.message}" for finding in worse]
    assert "accepted" == report.verdict


@pytest.mark.parametrize("profile_id", PROFILES)
def test_metadata_of_the_service_is_in_order(profile_id: str) -> None:
    report = service_of(load_profile(profile_id)).check_metadata()
    worse = [f for f in report.findings if f.severity == "error" or f.rule.startswith("profile-")]
    assert [] == [f"{finding.rule}: {finding.message}" for finding in worse]


@pytest.mark.parametrize("profile_id", PROFILES)
def test_each_break_is_found(profile_id: str) -> None:
    service = service_of(load_profile(profile_id))
    missed = [
        rule
        for rule, report in (*broken_metadata(service), *broken_logins(service))
        if rule not in {finding.rule for finding in report.findings}
    ]
    assert [] == missed


IDENTITY_PROVIDERS = [profile_id for profile_id in shipped() if profile_id.startswith("idp/")]
_ENTITY = "https://idp.example.org/saml"


def idp_metadata(profile: Profile, entity_id: str | None = None, sso: str | None = None) -> Report:
    """The report on IdP metadata in the shape of the product, or with other values."""
    entity_id = entity_id or next(map(filled, profile.idp_entity_ids), _ENTITY)
    location = (sso or filled(profile.sso_locations[0])).replace("&", "&amp;")
    edits = [
        (f'entityID="{_ENTITY}"', f'entityID="{entity_id}"'),
        (f'Location="{_ENTITY}/sso/redirect"', f'Location="{location}"'),
        (f'Location="{_ENTITY}/sso/post"', f'Location="{location}"'),
    ]
    given = Input(data=build("idp", edits), name="idp.xml")
    return samlcheck.check_metadata(given, now=NOW, profile=profile)


@pytest.mark.parametrize("profile_id", IDENTITY_PROVIDERS)
def test_metadata_of_an_identity_provider_is_in_order(profile_id: str) -> None:
    report = idp_metadata(load_profile(profile_id))
    worse = [f for f in report.findings if f.severity == "error" or f.rule.startswith("profile-")]
    assert [] == [f"{finding.rule}: {finding.message}" for finding in worse]


@pytest.mark.parametrize("profile_id", IDENTITY_PROVIDERS)
def test_another_form_at_an_identity_provider_is_found(profile_id: str) -> None:
    profile = load_profile(profile_id)
    found = set()
    if profile.idp_entity_ids and profile.idp_entity_id_otherwise != "off":
        other = idp_metadata(profile, f"{filled(profile.idp_entity_ids[0])}/other?x")
        found |= {"profile-entityid-unexpected"} - {item.rule for item in other.findings}
    if profile.sso_otherwise != "off":
        other = idp_metadata(profile, sso=f"{filled(profile.sso_locations[0])}/other?x")
        found |= {"profile-sso-unexpected"} - {item.rule for item in other.findings}
    assert set() == found


@pytest.mark.parametrize("profile_id", IDENTITY_PROVIDERS)
def test_locations_of_two_customers_do_not_go_together(profile_id: str) -> None:
    profile = load_profile(profile_id)
    first = next(iter(profile.idp_entity_ids), None)
    shared = () if first is None else set(first.variables) & set(profile.sso_locations[0].variables)
    for use in shared:
        if not use.free:
            report = idp_metadata(
                profile, sso=filled(profile.sso_locations[0], {use.name: another(use)})
            )
            assert "profile-variable-conflict" in {finding.rule for finding in report.findings}
