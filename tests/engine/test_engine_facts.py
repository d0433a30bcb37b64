"""The effective values beside the findings: right, short, and free of personal values."""

from __future__ import annotations

from pathlib import Path

import pytest

import samlcheck
from samlcheck import Report
from tests.support.bases import NOW, build

WEBEX = Path(__file__).resolve().parents[2] / "docs" / "examples" / "webex"
SP, IDP = build("sp"), build("idp")


def facts(report: Report) -> dict[str, str]:
    assert len(report.facts) == len(dict(report.facts)) <= 15
    return dict(report.facts)


def of_pair(sp: bytes = SP, idp: bytes = IDP) -> dict[str, str]:
    return facts(samlcheck.check_pair(sp=sp, idp=idp, now=NOW, select=["pair-*"]))


def of_metadata(data: bytes) -> dict[str, str]:
    return facts(samlcheck.check_metadata(data, now=NOW, select=["eid-*"]))


def of_login(data: bytes, idp: bytes | None = IDP) -> dict[str, str]:
    return facts(samlcheck.check_message(data, now=NOW, sp=SP, idp=idp, select=["sig-*"]))


def test_a_pair_says_what_the_two_will_do() -> None:
    shown = of_pair()
    assert {
        "SP": "https://sp.example.org/saml",
        "IdP": "https://idp.example.org/saml",
        "request": "https://idp.example.org/saml/sso/redirect (HTTP-Redirect), signed, "
        "the IdP wants it signed",
        "response": "https://sp.example.org/saml/acs (HTTP-POST), isDefault",
        "assertion": "wanted signed, can be encrypted",
        "NameID": "emailAddress, persistent, transient",
        "algorithms": "signature not declared; digest not declared; "
        "encryption aes256-gcm, aes128-gcm",
        "attributes": "mail (required), givenName, sn, eduPersonPrincipalName (required); "
        "the IdP does not say what it offers",
        "scopes": "example.org",
        "contexts": "what the SP accepts is not given",
        "logout": "HTTP-Redirect",
        "discovery": "no return address; the IdP is not hidden",
        "valid until": "SP 2027-01-20T00:00:00Z, IdP 2027-01-20T00:00:00Z",
    } == {name: value for name, value in shown.items() if not name.endswith("keys")}
    assert shown["IdP keys"].startswith("signing D7:FF:36:BA:12:B0:54:42 (to 2028-06-01), ")
    assert shown["IdP keys"].endswith("; encryption CD:27:7E:11:2A:EE:A4:FC (to 2028-06-01)")


def _extended(side: str, inner: str) -> tuple[str, str]:
    space = "urn:oasis:names:tc:SAML:metadata:algsupport"
    start = f"<md:Extensions>\n      {'<shibmd' if side == 'idp' else '<mdui'}"
    return start, start.replace("<md:Extensions>", f'<md:Extensions xmlns:alg="{space}">{inner}')


def test_a_pair_says_which_algorithms_both_declare_or_one_alone() -> None:
    more = "http://www.w3.org/2001/04/xmldsig-more#"
    one, other = (
        f'<alg:SigningMethod Algorithm="{more}{name}"/>' for name in ("rsa-sha256", "rsa-sha512")
    )
    sp = build("sp", [_extended("sp", one + other)])
    both = of_pair(sp=sp, idp=build("idp", [_extended("idp", one)]))
    assert both["algorithms"].startswith("signature rsa-sha256; ")
    alone = of_pair(sp=sp)["algorithms"]
    assert alone.startswith("signature rsa-sha256, rsa-sha512, declared by the SP alone; ")


def test_a_pair_says_why_logout_is_not_possible() -> None:
    gone = build("sp", [("SingleLogoutService", "ManageNameIDService")])
    assert "not possible, no service at the SP" == of_pair(sp=gone)["logout"]
    other = build("sp", [('HTTP-Redirect" Location="https://sp', 'SOAP" Location="https://sp')])
    assert "not possible, no binding in common" == of_pair(sp=other)["logout"]


def test_a_pair_says_which_contexts_the_sp_accepts() -> None:
    names = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509;https://refeds.org/profile/mfa"
    report = samlcheck.check_pair(sp=SP, idp=IDP, now=NOW, select=["pair-*"], authn_contexts=names)
    assert "the SP accepts X509, https://refeds.org/profile/mfa" == facts(report)["contexts"]


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([(' isDefault="true"/>', "/>")], "saml/acs (HTTP-POST), the first without isDefault"),
        (
            [(' isDefault="true"/>', ' isDefault="false"/>')],
            "acs/reading-room (HTTP-POST), the first without isDefault",
        ),
        (
            [
                (' isDefault="true"/>', ' isDefault="0"/>'),
                (' index="1"', ' index="1" isDefault="0"'),
            ],
            "saml/acs (HTTP-POST), the first, none is isDefault",
        ),
        (
            [('HTTP-POST" Location="https://sp.example.org/saml/acs"', 'PAOS" Location="urn:x"')],
            "acs/reading-room (HTTP-POST), the first that the IdP can use",
        ),
    ],
)
def test_a_pair_says_which_reply_url_counts_and_why(
    edits: list[tuple[str, str]], expected: str
) -> None:
    assert of_pair(sp=build("sp", edits))["response"].endswith(expected)


def test_an_unreadable_certificate_is_said_to_be_so() -> None:
    shown = of_pair(sp=build("sp", [("{cert:sp-signing}", "no")]))
    assert shown["SP keys"].startswith("signing unreadable; encryption ")


def test_metadata_of_one_entity_says_what_it_is() -> None:
    shown = of_metadata(IDP)
    assert {
        "entityID": "https://idp.example.org/saml",
        "roles": "identity provider",
        "sign-on URL": "https://idp.example.org/saml/sso/redirect (HTTP-Redirect), "
        "https://idp.example.org/saml/sso/post (HTTP-POST)",
        "keys": "2 for signing, 1 for encryption",
        "valid until": "2027-01-20T00:00:00Z",
    } == shown
    sp = of_metadata(SP)
    assert "https://sp.example.org/saml/acs (HTTP-POST), isDefault" == sp["default reply URL"]


def test_the_earliest_end_of_validity_counts() -> None:
    role = ("<md:SPSSODescriptor ", '<md:SPSSODescriptor validUntil="2026-12-01T00:00:00Z" ')
    assert "2026-12-01T00:00:00Z" == of_metadata(build("sp", [role]))["valid until"]


def test_an_aggregate_is_counted() -> None:
    shown = of_metadata(build("aggregate"))
    assert ("2", "1", "1") == (
        shown["entities"],
        shown["identity providers"],
        shown["service providers"],
    )


def test_a_login_says_who_signed_and_which_claims_it_has_but_no_value() -> None:
    shown = of_login(build("response"))
    assert "https://idp.example.org/saml" == shown["issuer"]
    assert "https://sp.example.org/saml" == shown["audience"]
    assert "PasswordProtectedTransport" == shown["context"]
    assert shown["signed by"].startswith("D7:FF:36:BA:12:B0:54:42 (CN=")
    assert "not trusted" not in shown["signed by"]
    assert shown["claims"].startswith("urn:oid:0.9.2342.19200300.100.1.3, ")
    assert "maria" not in str(shown).lower()


def test_claims_that_no_trusted_key_covers_are_marked() -> None:
    forged = of_login(build("response", key="stranger"))
    assert "not trusted" in forged["signed by"]
    assert forged["claims"].startswith("not verified: ")
    unknown = of_login(build("response", sign=None), idp=None)
    assert "nobody" == unknown["signed by"]
    assert unknown["claims"].startswith("not verified: ")


def test_a_request_says_where_it_wants_its_answer() -> None:
    shown = of_login(build("request"))
    assert "https://sp.example.org/saml/acs" == shown["reply URL"]
    assert "emailAddress" == shown["NameID"]


def test_long_lists_and_values_are_cut() -> None:
    lines = "".join(
        f'      <saml:Attribute Name="urn:example:{number}"/>\n' for number in range(50)
    )
    end = "    </saml:AttributeStatement>"
    shown = of_login(build("response", [(end, lines + end)]))
    assert shown["claims"].endswith("and 42 more")
    long = of_metadata(build("sp", [("https://sp.example.org/saml/acs", "https://x/" + "y" * 900)]))
    assert 403 == len(long["default reply URL"])


def test_what_is_no_saml_has_no_facts() -> None:
    report = samlcheck.check_metadata(b"<html/>", now=NOW, select=["eid-*"])
    assert () == report.facts
