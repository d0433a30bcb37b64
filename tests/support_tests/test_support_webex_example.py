"""The files of the worked example are the generated ones and show what their table says."""

import base64
import html
import re
from urllib.parse import parse_qs

import pytest
from lxml import etree

from tests import regenerate_webex_example as example
from tests.support.keys import certificate_base64, certificate_pem
from tests.support.oasis import schema_errors, schema_folder
from tests.support.oracle import xmlsec_verifies
from tests.webex import documents

IDP = certificate_pem("idp-signing")
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
FILES = {capture.file: capture for capture in example.CAPTURES}
NAMES = {re.sub(r"^\d+-login-|\.\w+$", "", file): file for file in FILES}
UNTOUCHED = set(FILES) - {NAMES[name] for name in ("wrong-key", "altered", "reindented")}

needs_schemas = pytest.mark.skipif(
    schema_folder() is None, reason="pysaml2, whose copy of the OASIS schemas is used, is absent"
)


def decoded(name: str) -> bytes:
    """The response in a file of the example, by what its carrier is rather than by its name."""
    content = (example.FOLDER / name).read_bytes()
    if content.startswith(b"<samlp:"):
        return content
    if content.startswith(b"<!DOCTYPE html>"):
        field = re.search(rb'name="SAMLResponse" value="([^"]*)"', content)
        assert field is not None
        return base64.b64decode(html.unescape(field[1].decode()), validate=True)
    if content.startswith(b"SAMLResponse="):
        return base64.b64decode(parse_qs(content.decode())["SAMLResponse"][0], validate=True)
    return base64.b64decode(content.strip(), validate=True)


def verifies(xml: bytes, certificate: bytes = IDP) -> bool:
    assertion = etree.fromstring(xml).find(f"{SAML}Assertion")
    assert assertion is not None
    return xmlsec_verifies(xml, assertion.get("ID"), certificate)


def differences(name: str) -> list[tuple[str, str]]:
    """Attribute values and texts in which a capture differs from the good one, IDs aside."""
    pairs = zip(_values(NAMES["good"]), _values(NAMES[name]), strict=True)
    return [(good, bad) for good, bad in pairs if good != bad]


def _values(file: str) -> list[str]:
    root = etree.fromstring(decoded(file))
    for signature in root.iter("{*}Signature"):
        signature.clear()
    values: list[str] = []
    for element in root.iter():
        values += [str(v) for k, v in element.items() if k not in ("ID", "SessionIndex")]
        values.append((element.text or "").strip())
    return values


def test_files_on_disk_are_the_generated_ones() -> None:
    paths = [path for path in example.FOLDER.rglob("*") if path.is_file()]
    on_disk = {path.relative_to(example.FOLDER).as_posix(): path.read_bytes() for path in paths}
    del on_disk["README.md"]

    assert example.build() == on_disk


def test_the_readme_names_every_file_once_in_its_table() -> None:
    readme = (example.FOLDER / "README.md").read_text(encoding="utf-8")

    assert list(FILES) == re.findall(r"^\| `([^`]+)` \|", readme, flags=re.MULTILINE)
    for name in ("sp-metadata.xml", "idp-metadata.xml", "authn-request.xml"):
        assert f"- `{name}`:" in readme


@pytest.mark.parametrize("file", sorted(UNTOUCHED))
def test_untouched_captures_verify_with_the_signing_key_alone(file: str) -> None:
    assert verifies(decoded(file))
    assert not verifies(decoded(file), certificate_pem("idp-next"))
    assert not xmlsec_verifies(decoded(file), None, IDP)


def test_the_wrong_key_verifies_with_the_stranger_and_not_with_the_metadata() -> None:
    xml = decoded(NAMES["wrong-key"])
    metadata = (example.FOLDER / "idp-metadata.xml").read_text()

    assert verifies(xml, certificate_pem("stranger"))
    assert not verifies(xml)
    assert not verifies(xml, certificate_pem("idp-next"))
    assert certificate_base64("stranger") not in metadata
    assert [] == differences("wrong-key")


def test_the_altered_login_verifies_once_the_value_is_put_back() -> None:
    xml = decoded(NAMES["altered"])

    assert not verifies(xml)
    assert verifies(xml.replace(b">Simonsen<", b">Simon<"))


def test_the_reindented_login_verifies_once_white_space_is_removed() -> None:
    xml = decoded(NAMES["reindented"])

    assert re.search(rb"<SignedInfo>\n +<CanonicalizationMethod", xml)
    assert not verifies(xml)
    assert verifies(re.sub(rb">\s+<", b"><", xml))
    assert [] == differences("reindented")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("claim-namespaced", [("email", example._CLAIMS + "emailaddress")]),
        ("uid-empty", [("britta.simon@contoso.example", "")]),
        (
            "authn-context",
            [(example._CLASSES + "PasswordProtectedTransport", example._CLASSES + "Password")],
        ),
        ("audience-slash", [("https://contoso.webex.com", "https://contoso.webex.com/")]),
        (
            "recipient-other-site",
            [
                (
                    example.ACS,
                    "https://fabrikam.webex.com/dispatcher/SAML2AuthService?siteurl=fabrikam",
                )
            ],
        ),
        ("altered", [("Simon", "Simonsen")]),
    ],
)
def test_a_capture_differs_from_the_good_one_in_one_thing(
    name: str, expected: list[tuple[str, str]]
) -> None:
    assert expected == differences(name)


def test_the_expired_login_differs_in_its_instants_only() -> None:
    found = differences("expired")

    assert 6 == len(found)
    assert all(re.fullmatch(r"2026-11-23T[0-9:.]+Z", value) for pair in found for value in pair)
    assert max(bad for _, bad in found) < "2026-11-23T09:55:00Z"
    assert min(bad for _, bad in found) < "2026-11-23T09:40:02Z" < found[0][1]


def test_forms_carry_the_relay_state_and_the_page_posts_to_the_acs() -> None:
    page = (example.FOLDER / NAMES["wrong-key"]).read_text()
    form = (example.FOLDER / NAMES["good"]).read_text()

    assert f'action="{html.escape(example.ACS)}"' in page
    assert [documents.RELAY_STATE] == parse_qs(form)["RelayState"]
    assert "+" not in form


def test_message_ids_are_different_in_each_capture() -> None:
    ids = [
        element.get("ID")
        for file in FILES
        for element in etree.fromstring(decoded(file)).iter()
        if element.get("ID")
    ]

    assert 2 * len(FILES) == len(ids) == len(set(ids))


def test_idp_metadata_is_signed_on_one_line_and_offers_the_same_keys_in_each_role() -> None:
    xml = (example.FOLDER / "idp-metadata.xml").read_bytes()
    roles = [child for child in etree.fromstring(xml) if child.find("{*}KeyDescriptor") is not None]
    keys = [[key.text for key in role.iter("{*}X509Certificate")] for role in roles]

    assert b"\n" not in xml
    assert xmlsec_verifies(xml, None, IDP)
    assert [[certificate_base64("idp-signing"), certificate_base64("idp-next")]] * 3 == keys


@needs_schemas
def test_documents_are_valid_against_the_oasis_schemas() -> None:
    metadata = etree.fromstring((example.FOLDER / "idp-metadata.xml").read_bytes())
    # Their xsi:type is from WS-Federation, whose schema is not at hand.
    for role in metadata.findall("{*}RoleDescriptor"):
        metadata.remove(role)

    assert [] == schema_errors(etree.tostring(metadata))
    assert [] == schema_errors((example.FOLDER / "sp-metadata.xml").read_bytes())
    assert [] == schema_errors((example.FOLDER / "authn-request.xml").read_bytes())
    for file in sorted(set(FILES)):
        assert [] == schema_errors(decoded(file))
