"""The shipped profiles: they load, hold to the vocabulary, and their own examples are true."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tomllib
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from jsonschema import Draft202012Validator

import samlcheck.profiles
from docs import profile_index
from samlcheck.profiles import (
    ProfileError,
    available,
    load_profile,
    load_profile_text,
)
from samlcheck.profiles.examples import found_by
from samlcheck.profiles.library import read_shipped, shipped
from samlcheck.profiles.vocabulary import profile_schema
from samlcheck.rules.registry import all_rules

SHIPPED = shipped()
PACKAGE = Path(samlcheck.profiles.__file__).parent
_VALIDATOR = Draft202012Validator(profile_schema())
CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"


def plain(value: Any) -> Any:
    """A profile, and what it holds, as values that compare."""
    if attrs.has(type(value)):
        return {
            field.name: plain(getattr(value, field.name)) for field in attrs.fields(type(value))
        }
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if hasattr(value, "items"):
        return {key: plain(item) for key, item in value.items()}
    return value


def examples() -> list[Any]:
    return [
        pytest.param(profile_id, example, id=f"{profile_id}: {example['name']}")
        for profile_id in SHIPPED
        for example in tomllib.loads(read_shipped(profile_id)).get("examples", ())
    ]


@pytest.mark.parametrize(("profile_id", "example"), examples())
def test_an_example_of_a_profile_finds_what_it_expects(
    profile_id: str, example: dict[str, Any]
) -> None:
    assert example["expect"] == found_by(load_profile(profile_id), example)


def test_every_profile_of_a_product_has_good_and_bad_examples() -> None:
    for profile_id in SHIPPED:
        if profile_id.startswith("base/"):
            continue
        rows = tomllib.loads(read_shipped(profile_id))["examples"]
        assert {True, False} == {bool(row["expect"]) for row in rows}, profile_id


def test_the_shipped_profiles_are_the_files_of_the_package() -> None:
    files = {
        path.relative_to(PACKAGE / "data").with_suffix("").as_posix()
        for path in (PACKAGE / "data").rglob("*.toml")
    }
    assert set(SHIPPED) == files


@pytest.mark.parametrize("profile_id", SHIPPED)
def test_a_shipped_file_holds_to_the_vocabulary(profile_id: str) -> None:
    # As a user's text it is checked; as a shipped file it is trusted.
    checked = load_profile_text(read_shipped(profile_id), name=f"{profile_id}.toml")
    trusted = load_profile(profile_id)
    assert plain(attrs.evolve(trusted, layers=())) == plain(attrs.evolve(checked, layers=()))
    document = tomllib.loads(read_shipped(profile_id))
    assert profile_id == document["profile"]["id"]
    assert profile_id.startswith(document["profile"]["kind"] + "/")
    assert isinstance(document["profile"]["as_of"], date)


@pytest.mark.parametrize("profile_id", SHIPPED)
def test_every_fact_of_a_shipped_file_names_its_source(profile_id: str) -> None:
    document = tomllib.loads(read_shipped(profile_id))
    rows = [
        *document.get("claims", ()),
        *document.get("relations", ()),
        *document.get("relax", {}).values(),
        *(
            row
            for side in ("sp", "idp")
            for place in document.get(side, {}).values()
            for row in place.get("accept", ())
        ),
    ]
    assert [] == [row for row in rows if "source" not in row]
    used = {name for row in [*rows, *document.values()] for name in sources_of(row)}
    comments = read_shipped(profile_id)
    unused = {name for name in document["sources"] if comments.count(name) < 2}
    assert set() == unused
    assert used <= set(document["sources"])


def sources_of(row: Any) -> list[str]:
    found = row.get("source", []) if isinstance(row, dict) else []
    return found if isinstance(found, list) else [found]


def test_available_lists_id_title_and_kind() -> None:
    found = available()
    assert SHIPPED == tuple(profile_id for profile_id, _, _ in found)
    assert {
        ("base/saml-websso", "SAML 2.0 Web Browser SSO", "base"),
        ("idp/entra", "Microsoft Entra ID", "idp"),
        ("sp/webex-meetings", "Cisco Webex Meetings (site SSO)", "sp"),
    } <= set(found)


def test_without_names_the_base_is_loaded_and_it_equals_its_file() -> None:
    assert plain(load_profile("base/saml-websso")) == plain(load_profile())


def test_the_base_expects_nothing_of_a_vendor() -> None:
    base = load_profile()
    assert ("base/saml-websso",) == base.layers
    assert "either" == base.signature_required
    assert timedelta(seconds=180) == base.max_clock_skew
    assert base.recipient_required
    assert base.audience_required
    assert () == (*base.claims, *base.sp_entity_ids, *base.severities, *base.authn_contexts)


def test_layers_merge_lowest_first_whatever_the_order_of_the_names() -> None:
    profile = load_profile("webex-meetings", "entra")
    assert ("base/saml-websso", "idp/entra", "sp/webex-meetings") == profile.layers
    assert "idp/entra+sp/webex-meetings" == profile.id
    assert "Microsoft Entra ID + Cisco Webex Meetings (site SSO)" == profile.title
    assert "sp" == profile.kind
    assert date(2026, 11, 25) == profile.as_of
    assert plain(load_profile("idp/entra", "sp/webex-meetings")) == plain(profile)
    # The place in the console comes from the higher layer, and the rest stays.
    assert "Webex site" in profile.fixes["entra", "scd-recipient-mismatch"]
    assert "Identifier" in profile.fixes["entra", "aud-mismatch"]


def test_webex_wants_four_claims_with_bare_names() -> None:
    profile = load_profile("webex-meetings")
    assert ["uid", "email", "firstname", "lastname"] == [claim.name for claim in profile.claims]
    assert "none" == profile.claim_name_namespace
    for claim in profile.claims:
        assert "required" == claim.presence
        assert claim.non_empty
        assert claim.single
        assert claim.name not in claim.aliases
    assert ["user.mail", "user.mail", "user.givenname", "user.surname"] == [
        claim.source_hint["entra"] for claim in profile.claims
    ]
    assert [("uid", "email", "warning")] == [
        (relation.left, relation.right, relation.severity) for relation in profile.relations
    ]


def test_webex_authentication_contexts_are_spelt_exactly() -> None:
    profile = load_profile("webex-meetings")
    assert profile.authn_context_required
    assert (CLASSES + "unspecified",) == profile.authn_contexts
    assert {
        "seed-default": [CLASSES + "unspecified"],
        "seed-mfa": [CLASSES + "PasswordProtectedTransport", CLASSES + "X509"],
        "vendor-wide": [
            CLASSES + "PasswordProtectedTransport",
            CLASSES + "Password",
            "urn:federation:authentication:windows",
            CLASSES + "unspecified",
        ],
    } == plain(profile.authn_context_presets)


def test_vendor_codes_read_both_ways() -> None:
    profile = load_profile("webex-meetings")
    assert "Webex error 13" == profile.vendor_codes["authn-context-not-allowed"]
    assert "Webex error 31 or 32" == profile.vendor_codes["attr-required-empty"]
    (thirteen,) = (symptom for symptom in profile.symptoms if symptom.code == "13")
    assert ("authn-context-not-allowed", "authn-context-missing") == thirteen.look_at
    assert "Webex error 13" == thirteen.label


def test_entra_turns_down_what_its_metadata_never_carries() -> None:
    changes = {change.rule: change for change in load_profile("entra").severities}
    assert "off" == changes["val-no-validuntil"].to
    assert "Entra metadata carries no validUntil" == changes["val-no-validuntil"].reason
    assert "public Entra federation metadata documents" == changes["val-no-validuntil"].source
    assert {"org-missing", "contact-no-technical", "ui-missing-idp", "scope-missing-idp"} <= set(
        changes
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("webex-m", "sp/webex-meetings"),
        ("idp/entr", "idp/entra"),
        ("Entra", "entra"),
        ("xx-yy", None),
    ],
)
def test_an_unknown_name_names_the_near_one(name: str, hint: str | None) -> None:
    with pytest.raises(ProfileError) as caught:
        load_profile(name)
    ending = (
        f"; did you mean {hint!r}?"
        if hint
        else "; `samlcheck profiles list` shows those that there are"
    )
    assert (f"there is no profile {name!r}{ending}",) == caught.value.problems


def test_every_unknown_name_is_reported() -> None:
    with pytest.raises(ProfileError) as caught:
        load_profile("qqq", "entra", "")
    assert 2 == len(caught.value.problems)
    assert "\n".join(caught.value.problems) == str(caught.value)


def test_a_profile_travels_to_another_process() -> None:
    profile = load_profile("entra", "webex-meetings")
    assert plain(profile) == plain(pickle.loads(pickle.dumps(profile)))


def test_mappings_of_a_profile_cannot_be_changed() -> None:
    profile = load_profile("webex-meetings")
    for mapping in (profile.variables, profile.fixes, profile.claims[0].source_hint):
        with pytest.raises(TypeError):
            mapping["x"] = "y"  # type: ignore[index]
    assert "FrozenMapping({})" == repr(profile.bound)
    assert 4 == len(load_profile("entra", "webex-meetings").variables)


def test_a_zipped_copy_finds_its_files(tmp_path: Path) -> None:
    archive = tmp_path / "copy.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("samlcheck/__init__.py", "")
        out.write(PACKAGE.parent / "records.py", "samlcheck/records.py")
        for path in PACKAGE.rglob("*"):
            if path.suffix in (".py", ".toml"):
                out.write(path, f"samlcheck/profiles/{path.relative_to(PACKAGE).as_posix()}")
    script = (
        f"import sys; sys.path.insert(0, {str(archive)!r}); import samlcheck.profiles as p; "
        "print(p.__file__, p.load_profile('entra', 'webex-meetings').id)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    place, profile_id = done.stdout.split()
    assert place.startswith(str(archive))
    assert "idp/entra+sp/webex-meetings" == profile_id


def test_the_base_profile_costs_no_toml_parser() -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import samlcheck.profiles as p; "
        "p.load_profile(); print(sorted({'tomllib', 'difflib', 'importlib.resources', 'pkgutil',"
        " 'samlcheck.profiles.vocabulary'} & set(sys.modules)))"
    )
    root = str(PACKAGE.parent.parent)
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, root], capture_output=True, text=True, check=True
    )
    assert "[]" == done.stdout.strip()


@pytest.mark.parametrize("profile_id", SHIPPED)
def test_the_rules_that_a_profile_names_exist(profile_id: str) -> None:
    known = {rule.id for rule in all_rules()}
    document = tomllib.loads(read_shipped(profile_id))
    named = {*document.get("severity", ()), *document.get("relax", ())}
    named.update(rule for rules in document.get("fix", {}).values() for rule in rules)
    for codes in document.get("vendor_codes", {}).values():
        named.update(rule for row in codes.values() for rule in row["look_at"])
    assert set() == named - known


def test_an_idp_and_an_sp_never_share_a_variable() -> None:
    # Laid over one another, the customer of one would have to be that of the other.
    owners: dict[str, set[str]] = {}
    for profile_id in SHIPPED:
        for name in tomllib.loads(read_shipped(profile_id)).get("vars", {}):
            owners.setdefault(name, set()).add(profile_id.partition("/")[0])
    assert {} == {name: kinds for name, kinds in owners.items() if len(kinds) > 1}


def test_the_catalogue_and_the_schema_are_what_the_files_say() -> None:
    root = PACKAGE.parent.parent
    assert profile_index.source() == (root / profile_index.PATH).read_text(encoding="utf-8")
    schema = json.loads((root / "schemas" / "profile.schema.json").read_text(encoding="utf-8"))
    assert profile_schema() == schema


@pytest.mark.parametrize("profile_id", SHIPPED)
def test_a_shipped_file_fits_the_published_schema(profile_id: str) -> None:
    document = json.loads(json.dumps(tomllib.loads(read_shipped(profile_id)), default=str))
    assert [] == [error.message for error in _VALIDATOR.iter_errors(document)]
