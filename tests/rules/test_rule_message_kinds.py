"""Every kind of message has a model, a name and a verdict, in its envelope as well."""

from __future__ import annotations

import base64

import pytest

import samlcheck
from samlcheck import Report
from samlcheck.model import (
    ArtifactResolve,
    ArtifactResponse,
    AttributeQuery,
    Envelope,
    LogoutRequest,
    LogoutResponse,
    Response,
)
from samlcheck.render.diagnosis import render_diagnosis
from samlcheck.render.style import Style
from tests.support import signing
from tests.support.bases import NOW, Base, build
from tests.support.detached import redirect_url, simple_sign_form
from tests.support.keys import certificate_pem, key_pem

SP = build("sp")
_LOGOUT_SERVICE = "<md:SingleLogoutService "
_RESOLUTION = (
    '<md:ArtifactResolutionService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" '
    'Location="https://idp.example.org/saml/artifact" index="0"/>'
)
IDP = build("idp", [(_LOGOUT_SERVICE, _RESOLUTION + _LOGOUT_SERVICE)])
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_NAMESPACES = (
    'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
    'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
)
_FIELDS = 'Version="2.0" IssueInstant="2026-11-23T09:59:40Z"'
_OK = (
    '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>'
    "</samlp:Status>"
)
ARTIFACT = "AAQAAESrBI6xUyYhmiYsHR6PVj6Qs0XTAAECAwQFBgcICQoLDA0ODxAREhM="
RESOLVE = (
    f'<samlp:ArtifactResolve {_NAMESPACES} ID="_a1" {_FIELDS}><saml:Issuer>'
    f"https://sp.example.org/saml</saml:Issuer><samlp:Artifact>{ARTIFACT}</samlp:Artifact>"
    "</samlp:ArtifactResolve>"
)
QUERY = (
    f'<samlp:AttributeQuery {_NAMESPACES} ID="_q1" {_FIELDS}><saml:Issuer>'
    "https://sp.example.org/saml</saml:Issuer><saml:Subject><saml:NameID>maria</saml:NameID>"
    "</saml:Subject></samlp:AttributeQuery>"
)


def bare(xml: bytes) -> str:
    return xml.decode().partition("?>")[2].strip()


def in_soap(text: str, header: str = "") -> bytes:
    head = f"<s:Header>{header}</s:Header>" if header else ""
    return f'<s:Envelope xmlns:s="{SOAP}">{head}<s:Body>{text}</s:Body></s:Envelope>'.encode()


def artifact_response(inner: str, request: str = "_a1") -> str:
    return (
        f'<samlp:ArtifactResponse {_NAMESPACES} ID="_r1" InResponseTo="{request}" {_FIELDS}>'
        f"<saml:Issuer>https://idp.example.org/saml</saml:Issuer>{_OK}{inner}"
        "</samlp:ArtifactResponse>"
    )


def check(captured: bytes, **words: object) -> Report:
    return samlcheck.check_message(captured, now=NOW, sp=SP, idp=IDP, **words)  # type: ignore[arg-type]


def rules(report: Report) -> set[str]:
    return {item.rule for item in report.findings}


def sent(name: Base, key: str) -> bytes:
    return redirect_url(build(name), key=key_pem(key))


@pytest.mark.parametrize(
    ("captured", "kind", "verdict", "words"),
    [
        (sent("request", "sp-signing"), "AuthnRequest", "accepted", "takes up this request"),
        (sent("logout", "sp-signing"), "LogoutRequest", "accepted", "carries out this logout"),
        (
            sent("logout-response", "idp-signing"),
            "LogoutResponse",
            "accepted",
            "takes this answer to its logout",
        ),
        (sent("logout", "stranger"), "LogoutRequest", "rejected", "REJECTED"),
        (build("logout"), "LogoutRequest", "undetermined", "slo-unsigned"),
        (in_soap(bare(build("logout"))), "LogoutRequest", "undetermined", "over SOAP"),
        (in_soap(RESOLVE), "ArtifactResolve", "undetermined", "over SOAP"),
        (in_soap(QUERY), "AttributeQuery", "undetermined", "over SOAP"),
        (f"SAMLart={ARTIFACT}".encode(), "Artifact", "undetermined", "fetches with the artifact"),
        (b"SAMLResponse=x", None, "undetermined", "UNDETERMINED"),
    ],
)
def test_each_kind_has_a_name_and_a_verdict(
    captured: bytes, kind: str | None, verdict: str, words: str
) -> None:
    report = check(captured)

    assert (kind, verdict) == (report.message_kind, report.verdict)
    assert words in " ".join(render_diagnosis(report, Style()).split())


@pytest.mark.parametrize("text", [RESOLVE, QUERY, bare(build("logout"))])
def test_a_signature_over_the_message_in_its_envelope_decides(text: str) -> None:
    key, certificate = key_pem("sp-signing"), certificate_pem("sp-signing")
    signed = signing.sign(text.encode(), key=key, certificate=certificate)

    assert "accepted" == check(in_soap(signed.decode())).verdict
    changed = signed.replace(b"maria", b"admin").replace(b"AAQAAES", b"AAQAAET")
    assert "rejected" == check(in_soap(changed.decode())).verdict


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
def test_a_login_inside_an_artifact_response_is_judged(sign: str) -> None:
    response = build("response", sign=sign)  # type: ignore[arg-type]
    wishes = [('WantAssertionsSigned="true"', 'WantAssertionsSigned="false"')]
    report = samlcheck.check_message(
        in_soap(artifact_response(bare(response))), now=NOW, sp=build("sp", wishes), idp=IDP
    )

    assert ("Response", "accepted") == (report.message_kind, report.verdict)
    assert ("XML", "SOAP envelope", "ArtifactResponse") == report.origin


def test_a_signed_artifact_response_covers_the_login() -> None:
    inner = bare(build("response", sign=None))
    whole = signing.sign(
        artifact_response(inner).encode(),
        key=key_pem("idp-signing"),
        certificate=certificate_pem("idp-signing"),
    ).decode()
    wishes = [('WantAssertionsSigned="true"', 'WantAssertionsSigned="false"')]
    given = {"now": NOW, "sp": build("sp", wishes), "idp": IDP}

    assert "accepted" == samlcheck.check_message(in_soap(whole), **given).verdict  # type: ignore[arg-type]
    forged = whole.replace(">Lind<", ">Smith<")
    assert "rejected" == samlcheck.check_message(in_soap(forged), **given).verdict  # type: ignore[arg-type]


def test_an_unsigned_login_over_the_back_channel_is_open() -> None:
    report = check(in_soap(artifact_response(bare(build("response", sign=None)))))

    assert "undetermined" == report.verdict
    assert set() == rules(report)


@pytest.mark.parametrize(
    "header",
    [
        '<ecp:Response xmlns:ecp="urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp"/>',
        '<paos:Response xmlns:paos="urn:liberty:paos:2003-08"/>',
    ],
)
def test_a_login_by_an_enhanced_client_has_to_be_signed(header: str) -> None:
    good = in_soap(bare(build("response")), header)
    bad = in_soap(bare(build("response", sign=None)), header)

    assert ("accepted", set()) == (check(good).verdict, rules(check(good)))
    assert ("rejected", {"sig-none"}) == (check(bad).verdict, rules(check(bad)))


def test_the_model_of_each_kind() -> None:
    kinds: dict[bytes, type] = {
        build("logout"): LogoutRequest,
        build("logout-response"): LogoutResponse,
        RESOLVE.encode(): ArtifactResolve,
        QUERY.encode(): AttributeQuery,
        artifact_response("").encode(): ArtifactResponse,
    }
    for xml, kind in kinds.items():
        assert isinstance(samlcheck.parse_message(xml).message, kind)
        wrapped = samlcheck.parse_message(in_soap(bare(b"?>" + xml.partition(b"?>")[2] or xml)))
        assert wrapped.document.root is not None
    logout = samlcheck.parse_message(build("logout")).message
    assert isinstance(logout, LogoutRequest)
    assert logout.name_id is not None
    assert 1 == len(logout.session_indexes)
    carried = samlcheck.parse_message(in_soap(artifact_response(bare(build("response")))))
    assert isinstance(carried.message, Response)
    assert [Envelope, ArtifactResponse] == [type(item) for item in carried.carriers]


@pytest.mark.parametrize(
    ("relay_state", "key_info"), [(None, False), ("page", False), ("page", True)]
)
def test_simple_sign_covers_a_response(relay_state: str | None, *, key_info: bool) -> None:
    certificate = base64.b64encode(b"x")
    info = (
        b'<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>'
        b"<ds:X509Certificate>" + certificate + b"</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
    )
    wishes = [('WantAssertionsSigned="true"', 'WantAssertionsSigned="false"')]
    form = simple_sign_form(
        build("response", sign=None),
        key=key_pem("idp-signing"),
        relay_state=relay_state,
        key_info=info if key_info else None,
    )
    report = samlcheck.check_message(form, now=NOW, sp=build("sp", wishes), idp=IDP)

    assert "accepted" == report.verdict


def test_the_key_in_a_simple_sign_form_is_not_trusted() -> None:
    body = certificate_pem("stranger").decode().split("-----")[2].replace("\n", "")
    info = (
        '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>'
        f"<ds:X509Certificate>{body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
    )
    form = simple_sign_form(build("logout"), key=key_pem("stranger"), key_info=info.encode())
    report = check(form)

    assert "rejected" == report.verdict
    found = next(item for item in report.findings if item.rule == "simplesign-signature")
    assert "carried in the message" in found.message
