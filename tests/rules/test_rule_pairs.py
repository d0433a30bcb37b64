"""Pairs of metadata: what is given, what the profile expects, what fits and what does not."""

from __future__ import annotations

import base64
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import samlcheck
from samlcheck import Finding, Input, Report
from tests.support.bases import NOW, build
from tests.support.keys import certificate_base64, certificate_pem

WEBEX = Path(__file__).resolve().parents[2] / "docs" / "examples" / "webex"
SP, IDP = build("sp"), build("idp")
PROFILES = [None, "webex-meetings", "entra", ("webex-meetings", "entra")]


def pair(sp: bytes = SP, idp: bytes = IDP, **options: Any) -> Report:
    return samlcheck.check_pair(
        sp=Input(data=sp, name="sp.xml"),
        idp=Input(data=idp, name="idp.xml"),
        now=options.pop("now", NOW),
        **options,
    )


def found(report: Report, slug: str) -> list[Finding]:
    return [finding for finding in report.findings if finding.rule == slug]


def only(report: Report) -> Finding:
    assert 1 == len(report.findings), [finding.rule for finding in report.findings]
    return report.findings[0]


def loud(report: Report) -> list[tuple[str, str]]:
    return [(item.severity, item.rule) for item in report.findings if item.severity != "info"]


# -- the worked example ------------------------------------------------------------------------


def webex(name: str) -> bytes:
    return (WEBEX / name).read_bytes()


@pytest.mark.parametrize("profile", PROFILES)
def test_the_worked_example_is_a_pair_without_error_or_warning(profile: Any) -> None:
    report = pair(webex("sp-metadata.xml"), webex("idp-metadata.xml"), profile=profile)
    predicted = {"pair-claims-predicted-missing", "authn-context-predicted-mismatch"}
    both = isinstance(profile, tuple)

    assert (predicted if both else set()) == {slug for _, slug in loud(report)}
    assert {"warning"} >= {severity for severity, _ in loud(report)}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", ["sp-metadata.xml", "idp-metadata.xml"])
def test_the_worked_example_is_metadata_that_the_profiles_expect(profile: Any, name: str) -> None:
    report = samlcheck.check_metadata(
        webex(name), now=NOW, profile=profile, select=["profile-*", "entra-*"]
    )
    assert () == report.findings


def test_a_reply_url_of_another_site_is_found_in_the_file_alone_and_in_the_pair() -> None:
    sp = webex("sp-metadata.xml").replace(b"siteurl=contoso", b"siteurl=fabrikam")
    alone = samlcheck.check_metadata(sp, now=NOW, profile="webex-meetings", select=["profile-*"])
    both = pair(sp, webex("idp-metadata.xml"), profile="webex-meetings", select=["profile-*"])
    expected = (
        "https://contoso.webex.com/dispatcher/SAML2AuthService?siteurl=contoso",
        "https://contoso.webex.com/dispatcher/SAML2AuthService?siteurl=fabrikam",
    )
    for report in (alone, both):
        finding = only(report)
        assert ("profile-variable-conflict", "error", "sp") == (
            finding.rule,
            finding.severity,
            finding.owner,
        )
        assert expected == (finding.expected, finding.actual)
        assert finding.location.xpath is not None
        assert finding.location.xpath.endswith("/@Location")


def test_a_variable_that_an_integration_sets_is_what_the_metadata_has_to_agree_with() -> None:
    profile = samlcheck.load_profile("webex-meetings")
    bound = attrs.evolve(profile, bound={"site": "fabrikam"})
    report = pair(
        webex("sp-metadata.xml"), webex("idp-metadata.xml"), profile=bound, select=["profile-*"]
    )
    assert ["profile-variable-conflict"] * 2 == [finding.rule for finding in report.findings]
    assert "the profile 'fabrikam'" in report.findings[0].message


def test_in_an_aggregate_a_profile_speaks_only_of_entities_of_its_kind() -> None:
    aggregate = build("aggregate")
    quiet = samlcheck.check_metadata(
        aggregate, now=NOW, profile="webex-meetings", select=["profile-*"]
    )
    assert () == quiet.findings
    named = build(
        "aggregate", [('entityID="https://sp.example.org/saml"', 'entityID="https://a.webex.com"')]
    )
    report = samlcheck.check_metadata(
        named, now=NOW, profile="webex-meetings", select=["profile-*"]
    )
    assert "profile-acs-unexpected" == only(report).rule


def test_a_reply_url_without_its_query_string_is_a_near_miss() -> None:
    sp = webex("sp-metadata.xml").replace(b"?siteurl=contoso", b"")
    report = pair(sp, webex("idp-metadata.xml"), profile="webex-meetings", select=["profile-*"])
    finding = only(report)
    assert "profile-acs-unexpected" == finding.rule
    assert "only in the query string" in finding.message


def test_the_profile_sets_the_severity_of_an_entity_id_that_it_does_not_expect() -> None:
    idp = webex("idp-metadata.xml").replace(b'b7d6f143/" xmlns', b'b7d6f143" xmlns')
    loud_finding = only(pair(webex("sp-metadata.xml"), idp, profile="entra", select=["profile-*"]))
    assert ("error", "idp") == (loud_finding.severity, loud_finding.owner)
    sp = webex("sp-metadata.xml").replace(b'https://contoso.webex.com"', b'urn:webex:contoso"')
    mild = only(pair(sp, IDP, profile="webex-meetings", select=["profile-*"]))
    assert "warning" == mild.severity


# -- what was given ----------------------------------------------------------------------------


def test_swapped_files_are_one_finding_that_says_so() -> None:
    finding = only(pair(IDP, SP))
    assert "ent-wrong-role-for-profile" == finding.rule
    assert "the two files are swapped" in finding.message
    assert ("sp.xml", "user") == (finding.location.source, finding.owner)
    assert "idp.xml" == finding.related[0].source


@pytest.mark.parametrize(("data", "side"), [(SP, "IdP"), (IDP, "SP")])
def test_the_same_file_twice_lacks_one_role(data: bytes, side: str) -> None:
    finding = only(pair(data, data))
    assert "ent-wrong-role-for-profile" == finding.rule
    assert f"given for the {side}" in finding.message
    assert "the same entity was given for both sides" in finding.message


def test_an_entity_with_both_roles_paired_with_itself_is_one_finding() -> None:
    role = SP[SP.index(b"  <md:SPSSODescriptor") : SP.index(b"  <md:Organization")]
    both = IDP.replace(b"  <md:Organization>", role + b"  <md:Organization>")
    finding = only(pair(both, both))
    assert ("pair-same-entityid", "warning") == (finding.rule, finding.severity)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "an HTML page"),
        (b"<html><body><p>Sign in<br></body></html>", "an HTML page"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "an HTML page"),
        (certificate_pem("idp-signing"), "a bare certificate"),
        (certificate_base64("idp-signing").encode(), "a bare certificate or key in Base64"),
        (base64.b64decode(certificate_base64("idp-signing")), "a bare certificate in DER"),
        (build("response"), "a captured SAML message (samlp:Response)"),
        (base64.b64encode(build("response").split(b"\n", 1)[1]), "captured SAML message in Base64"),
        (b"SAMLResponse=PHNhbWxw", "a captured SAML message"),
        (b"https://idp.example.org/metadata", "an address instead of what is found there"),
        (b'{"error": "unauthorized"}', "JSON"),
        (b"<EntityDescriptor/>", "EntityDescriptor in no namespace"),
    ],
)
def test_something_else_than_metadata_is_named(data: bytes, words: str) -> None:
    for report in (pair(sp=data), pair(idp=data)):
        finding = found(report, "profile-wrong-artefact")[0]
        assert words in finding.message
        assert "user" == finding.owner


def test_a_message_given_wrong_metadata_is_not_judged_by_it() -> None:
    report = samlcheck.check_message(
        build("response"), now=NOW, sp=SP, idp=b"<html/>", select=["profile-*", "ent-*"]
    )
    assert "profile-wrong-artefact" == only(report).rule
    assert "undetermined" == report.verdict


def test_the_entity_that_the_message_names_is_taken_without_a_word() -> None:
    aggregate = build("aggregate")
    other = SP.replace(b'https://sp.example.org/saml"', b'https://other.example.org/saml"')
    other = other[other.index(b"<md:EntityDescriptor") :].replace(b' ID="_', b' ID="_o')
    two = aggregate.replace(b"</md:EntitiesDescriptor>", other + b"</md:EntitiesDescriptor>")
    named = samlcheck.check_message(build("response"), now=NOW, sp=two, idp=IDP, select=["ent-*"])
    assert () == named.findings
    assert "ent-several-candidates" == only(pair(sp=two, select=["ent-*"])).rule


# -- what fits ---------------------------------------------------------------------------------


def test_a_binding_that_is_almost_right_is_explained() -> None:
    sp = build("sp", [("bindings:HTTP-POST", "bindings:HTTP-Post")])
    finding = only(pair(sp=sp))
    assert "pair-no-common-response-binding" == finding.rule
    assert "upper and lower case" in finding.message


def test_the_same_format_of_another_saml_version_is_no_format_in_common() -> None:
    sp = webex("sp-metadata.xml").replace(b"1.1:nameid-format:unspecified", b"x:y")
    sp = sp.replace(b"1.1:nameid-format:emailAddress", b"2.0:nameid-format:emailAddress")
    lines = [f"2.0:nameid-format:{name}</md:NameIDFormat>" for name in ("persistent", "transient")]
    idp = build("idp", [(line, "x</md:NameIDFormat>") for line in lines])
    report = pair(sp, idp, select=["pair-nameid-*"])
    assert "differ in the SAML version" in only(report).message


def test_algorithms_of_the_role_replace_those_of_the_entity() -> None:
    space = 'xmlns:alg="urn:oasis:names:tc:SAML:metadata:algsupport"'
    more = "http://www.w3.org/2001/04/xmldsig-more#"
    fits, misfits = more + "rsa-sha256", more + "rsa-sha512"

    def declaring(entity: str, role: str | None) -> bytes:
        edits = [
            (
                "  <md:SPSSODescriptor ",
                f'  <md:Extensions><alg:SigningMethod {space} Algorithm="{entity}"/>'
                "</md:Extensions>\n  <md:SPSSODescriptor ",
            )
        ]
        if role is not None:
            edits.append(
                (
                    "    <md:Extensions>\n",
                    f'    <md:Extensions><alg:SigningMethod {space} Algorithm="{role}"/>\n',
                )
            )
        return build("sp", edits)

    idp = build(
        "idp",
        [
            (
                "    <md:Extensions>\n",
                f'    <md:Extensions><alg:SigningMethod {space} Algorithm="{fits}"/>\n',
            )
        ],
    )
    slug = "pair-alg-no-intersection"
    assert 0 == len(found(pair(declaring(fits, None), idp), slug))
    assert 1 == len(found(pair(declaring(misfits, None), idp), slug))
    assert 0 == len(found(pair(declaring(misfits, fits), idp), slug))
    assert 1 == len(found(pair(declaring(fits, misfits), idp), slug))


def test_only_weak_algorithms_in_common_are_a_warning() -> None:
    space = "urn:oasis:names:tc:SAML:metadata:algsupport"
    weak = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
    edit = (
        "    <md:Extensions>\n",
        f'    <md:Extensions><alg:SigningMethod xmlns:alg="{space}" Algorithm="{weak}"/>\n',
    )
    finding = only(pair(build("sp", [edit]), build("idp", [edit])))
    assert ("pair-alg-no-intersection", "warning") == (finding.rule, finding.severity)


def test_a_key_that_is_known_by_name_only_is_not_called_missing() -> None:
    name = "<ds:KeyName>sp.example.org</ds:KeyName>"
    sp = SP
    for _ in range(2):
        start, end = sp.index(b"<ds:X509Data>"), sp.index(b"</ds:X509Data>") + 14
        sp = sp[:start] + name.encode() + sp[end:]
    assert [] == loud(pair(sp=sp))


def test_each_finding_of_a_pair_names_its_file_and_place() -> None:
    sp = build("sp", [(' AuthnRequestsSigned="true"', ""), ("bindings:HTTP-POST", "bindings:PAOS")])
    for finding in pair(sp=sp).findings:
        assert "sp.xml" == finding.location.source
        assert finding.location.line
        assert "https://sp.example.org/saml" == finding.location.entity_id


# -- any input ---------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [SP, IDP, build("aggregate"), build("response"), b"<html/>", b"", certificate_pem("ec")]
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A document with some octets cut out, doubled or replaced."""
    data = draw(_PIECES)
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 200)))
        data = (
            data[:start]
            + draw(st.sampled_from([b"", data[start:end] * 2, b"\x00", b'"']))
            + (data[end:])
        )
    return data


@settings(max_examples=60, deadline=None)
@given(sp=st.one_of(st.binary(max_size=300), damaged()), idp=damaged())
def test_a_pair_never_raises_and_no_rule_crashes(sp: bytes, idp: bytes) -> None:
    for profile in (None, ("webex-meetings", "entra")):
        report = pair(sp, idp, profile=profile)
        assert [] == found(report, "tool-rule-crashed")
        assert report == pair(sp, idp, profile=profile)


@settings(max_examples=40, deadline=None)
@given(
    value=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=60),
    place=st.sampled_from(
        [
            "https://contoso.webex.com",
            "https://contoso.webex.com/dispatcher/SAML2AuthService?siteurl=contoso",
            "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
            "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        ]
    ),
)
def test_any_text_in_any_value_is_judged_without_a_crash(value: str, place: str) -> None:
    text = webex("sp-metadata.xml").decode()
    sp = text.replace(place, escape(value, {'"': "&quot;"}), 1).encode()
    report = pair(sp, webex("idp-metadata.xml"), profile=("webex-meetings", "entra"))
    assert [] == found(report, "tool-rule-crashed")


def test_expired_certificates_do_not_stop_the_facts() -> None:
    report = pair(build("sp", [("{cert:sp-signing}", "{cert:expired}")]))
    assert any("(to 20" in value for name, value in report.facts if name == "SP keys")


def test_the_report_does_not_depend_on_the_time_zone_of_now() -> None:
    east = datetime.fromisoformat("2026-11-23T19:00:00+09:00")
    assert pair() == pair(now=east)
