"""What is not a SAML message is named."""

from __future__ import annotations

import pytest

from samlcheck.intake import Capture, read_capture
from tests.intake.encoders import base64_of

CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n"


def only(data: bytes | str) -> Capture:
    captures = read_capture(data)
    assert len(captures) == 1
    return captures[0]


@pytest.mark.parametrize(
    ("captured", "kind"),
    [
        ('[{"SAMLResponse": "PHNh"}]', "JSON with a SAML parameter"),
    ],
)
def test_json_exports_are_named_with_the_way_out(captured: str, kind: str) -> None:
    capture = only(captured)

    assert capture.data == b""
    assert capture.origin == ("JSON",)
    assert [defect.rule for defect in capture.defects] == ["transport-unsupported-capture"]
    assert capture.defects[0].actual == kind
    assert "copy that value" in capture.defects[0].message
    assert "SAMLResponse" in capture.defects[0].message


@pytest.mark.parametrize(
    ("captured", "kind"),
    [
        (b"", "an empty file"),
        (b" \r\n\t", "white space only"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"PK\x03\x04\x14", "a ZIP archive or an Office document"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b'{"error": "invalid_grant"}', "JSON"),
        (CERTIFICATE.encode(), "a certificate"),
        (b"-----BEGIN PRIVATE KEY-----\nMIIE\n", "a key, certificate request or other PEM file"),
        (b"\x30\x82\x01\x0a\x02\x82", "DER data such as a certificate"),
        (b"It does not work since Monday.", "text"),
        (b"PHP is a language; it does not sign in.", "text"),
        (b"\x00\x01\x02\x03", "binary data"),
        (
            b"2026-11-23 DEBUG <samlp:Response/>",
            "text with XML in it, which begins at offset 17: copy from there",
        ),
    ],
)
def test_the_kind_is_named(captured: bytes, kind: str) -> None:
    capture = only(captured)

    assert capture.data == b""
    assert capture.origin == ()
    assert [defect.rule for defect in capture.defects] == ["transport-unsupported-capture"]
    assert capture.defects[0].actual == kind
    assert kind in capture.defects[0].message


@pytest.mark.parametrize(
    ("captured", "kind"),
    [
        ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "a JSON Web Token"),
        ('{"access_token": "x"}', "a token response"),
        ('{"authorization_endpoint": "x"}', "a discovery document"),
    ],
)
def test_openid_connect_is_named(captured: str, kind: str) -> None:
    capture = only(captured)

    assert ["transport-legacy-protocol"] == [defect.rule for defect in capture.defects]
    assert kind in capture.defects[0].message


def test_the_beginning_is_quoted() -> None:
    assert "it starts with 'It does not work'" in only("It does not work").defects[0].message


def test_a_private_key_is_not_quoted() -> None:
    capture = only("-----BEGIN PRIVATE KEY-----\nSECRETSECRET\n-----END PRIVATE KEY-----")

    assert "SECRET" not in capture.defects[0].message


@pytest.mark.parametrize(
    "address",
    [
        "https://login.example.org/contoso/FederationMetadata/2007-06/FederationMetadata.xml",
        "https://idp.example.org/saml/metadata",
        "https://idp.example.org/realms/contoso/protocol/saml/descriptor",
    ],
)
def test_address_of_metadata(address: str) -> None:
    capture = only(address)

    assert capture.data == b""
    assert capture.url == address
    assert [defect.rule for defect in capture.defects] == ["transport-no-saml-parameter"]
    assert f"the address of SAML metadata, {address}" in capture.defects[0].message


@pytest.mark.parametrize(
    ("inner", "kind"),
    [
        (b"\x30\x82\x01\x0a" * 8, "DER data such as a certificate"),
        (b'{"alg": "none", "typ": "JWT"}', "JSON"),
        (b"%PDF-1.7 and so on", "a PDF"),
    ],
)
def test_base64_of_something_else(inner: bytes, kind: str) -> None:
    alone = only(base64_of(inner))
    named = only(b"SAMLResponse: " + base64_of(inner))

    for capture in (alone, named):
        assert capture.data == b""
        assert [defect.rule for defect in capture.defects] == ["transport-unsupported-capture"]
        assert kind in capture.defects[0].message
    assert alone.defects[0].actual == f"Base64 of {kind}"
    assert named.defects[0].actual == kind
    assert named.parameter == "SAMLResponse"


def test_a_parameter_without_any_base64_is_not_base64() -> None:
    capture = only("SAMLResponse: ???")

    assert capture.data == b""
    assert [defect.rule for defect in capture.defects] == ["transport-not-base64"]
