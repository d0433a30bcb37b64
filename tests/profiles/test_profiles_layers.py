"""A user's own file: laid over shipped profiles, later wins, rows merge by their key."""

from __future__ import annotations

from datetime import timedelta

from samlcheck.profiles import Claim, Profile, Template, load_profile_text

INTEGRATION = """
schema = 1

[profile]
id = "contoso/webex"
kind = "integration"
idp = "idp/entra"
sp = "sp/webex-meetings"

[sources]
ticket = { what = "change request of 2026-10" }

[vars]
site = "Contoso"
tenant = "11111111-2222-3333-4444-555555555555"

[sp.entity_id]
accept = [
  { template = "https://{site}.{cloud}", note = "ours", status = "legacy" },
  { exact = "urn:example:contoso", source = "ticket" },
]
otherwise = "error"

[conditions]
clock_skew = "PT1M30S"

[authn_context]
allowed = ["urn:federation:authentication:windows"]
presets.ours = ["urn:federation:authentication:windows"]

[subject]
nameid = "optional"
formats = []

[[claims]]
name = "firstname"
presence = "optional"

[[claims]]
name = "groups"
presence = "forbidden"

[relax]
val-no-validuntil = { to = "info", reason = "we publish our own copy", source = ["ticket"] }

[severity]
org-missing = { to = "error", reason = "our policy" }

[fix.entra]
aud-mismatch = "ask the identity team"

[vendor_codes.webex]
13 = { meaning = "class not accepted", look_at = ["authn-context-not-allowed"] }
"""


def load(text: str = INTEGRATION, *over: str) -> Profile:
    return load_profile_text(text, name="contoso.toml", over=over)


def claim(profile: Profile, name: str) -> Claim:
    (found,) = (item for item in profile.claims if item.name == name)
    return found


def texts(templates: tuple[Template, ...]) -> list[str]:
    return [template.text for template in templates]


def test_an_integration_lies_on_the_profiles_that_it_names() -> None:
    profile = load()
    assert ("base/saml-websso", "idp/entra", "sp/webex-meetings", "contoso/webex") == profile.layers
    assert ("contoso/webex", "contoso/webex", "integration") == (
        profile.id,
        profile.title,
        profile.kind,
    )


def test_an_integration_binds_variables() -> None:
    profile = load()
    assert {"site": "Contoso", "tenant": "11111111-2222-3333-4444-555555555555"} == dict(
        profile.bound
    )
    (location,) = profile.acs_locations
    good = "https://contoso.webex.com/dispatcher/SAML2AuthService?siteurl=contoso"
    assert location.match(good, profile.bound) is not None
    assert location.match(good.replace("contoso", "fabrikam"), profile.bound) is None
    assert good.replace("contoso", "Contoso") == location.expected(profile.bound)


def test_accepted_values_merge_by_their_text() -> None:
    profile = load()
    assert ["https://{site}.{cloud}", "http://www.webex.com", "urn:example:contoso"] == texts(
        profile.sp_entity_ids
    )
    site, _, own = profile.sp_entity_ids
    assert ("ours", "legacy", "Webex help: site SSO fields") == (
        site.note,
        site.status,
        site.source,
    )
    assert "change request of 2026-10" == own.source
    assert "error" == profile.sp_entity_id_otherwise


def test_claims_merge_by_name() -> None:
    profile = load()
    assert ["uid", "email", "firstname", "lastname", "groups"] == [
        item.name for item in profile.claims
    ]
    first = claim(profile, "firstname")
    assert ("optional", True, True) == (first.presence, first.non_empty, first.single)
    assert "givenname" in first.aliases
    assert ("forbidden", False) == (
        claim(profile, "groups").presence,
        claim(profile, "groups").single,
    )


def test_single_values_and_lists_are_replaced() -> None:
    profile = load()
    assert timedelta(seconds=90) == profile.max_clock_skew
    assert timedelta(minutes=70) == profile.max_lifetime
    assert ("urn:federation:authentication:windows",) == profile.authn_contexts
    assert {"ours", "seed-default", "seed-mfa", "vendor-wide"} == set(profile.authn_context_presets)
    assert profile.authn_context_required
    assert () == profile.name_id_formats
    assert not profile.name_id_required


def test_severities_are_one_for_each_rule() -> None:
    changes = {change.rule: change for change in load().severities}
    assert len(changes) == len(load().severities)
    own = changes["val-no-validuntil"]
    assert ("info", "we publish our own copy", "change request of 2026-10") == (
        own.to,
        own.reason,
        own.source,
    )
    assert ("error", "our policy", None) == (
        changes["org-missing"].to,
        changes["org-missing"].reason,
        changes["org-missing"].source,
    )


def test_repairs_and_codes_merge() -> None:
    profile = load()
    assert "ask the identity team" == profile.fixes["entra", "aud-mismatch"]
    assert ("adfs", "attr-required-missing") in profile.fixes
    assert "Webex error 13" == profile.vendor_codes["authn-context-not-allowed"]
    assert "authn-context-missing" not in profile.vendor_codes


def test_a_file_may_lie_on_profiles_that_the_caller_names() -> None:
    text = 'schema = 1\n[profile]\nid = "x"\nkind = "integration"\n[vars]\nsite = "contoso"\n'
    profile = load(text, "webex-meetings")
    assert ("base/saml-websso", "sp/webex-meetings", "x") == profile.layers
    assert {"site": "contoso"} == dict(profile.bound)


def test_a_file_of_a_lower_kind_lies_below() -> None:
    text = (
        'schema = 1\n[profile]\nid = "idp/own"\nkind = "idp"\n'
        '[conditions]\nclock_skew = "PT5M"\n[signature]\nrequire = "response"\n'
    )
    profile = load(text, "webex-meetings")
    assert ("base/saml-websso", "idp/own", "sp/webex-meetings") == profile.layers
    assert timedelta(minutes=3) == profile.max_clock_skew
    assert "idp/own+sp/webex-meetings" == profile.id


def test_a_small_file_of_ones_own() -> None:
    text = """
        schema = 1
        [profile]
        id = "sp/ours"
        title = "Ours"
        kind = "sp"
        [vars.host]
        pattern = '[a-z]{1,20}\\.example\\.org'
        [sp.acs]
        accept = [{ template = "https://{host}/acs" }]
        [idp.entity_id]
        accept = [{ exact = "https://{idp}" }]
        [[claims]]
        name = "mail"
        cardinality = "1..*"
        [[claims]]
        name = "id"
        [[relations]]
        require = "claims.mail == claims.id"
        level = "error"
        """
    profile = load(text)
    assert ("sp/ours", "Ours", None) == (profile.id, profile.title, profile.as_of)
    assert {"host": "www.example.org"} == profile.acs_locations[0].match(
        "https://www.example.org/acs", {}
    )
    assert {} == profile.idp_entity_ids[0].match("https://{idp}", {})
    assert ("optional", False) == (claim(profile, "mail").presence, claim(profile, "mail").single)
    (relation,) = profile.relations
    assert ("mail", "id", "error", None) == (
        relation.left,
        relation.right,
        relation.severity,
        relation.note,
    )
