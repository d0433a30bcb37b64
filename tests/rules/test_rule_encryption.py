"""Encrypted parts of a login: opened, judged like what is sent in clear, and never an oracle."""

from __future__ import annotations

import base64
import re
import time
from typing import Any

import pytest
from lxml import etree

import samlcheck
from samlcheck import Report
from samlcheck.render.json_report import render_json
from tests.support.bases import NOW, build, load
from tests.support.encrypting import encrypt_assertion, encrypt_octets
from tests.support.keys import certificate_base64, certificate_pem, key_pem, pem_body
from tests.support.signing import sign

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
NAME_ID = re.compile(r"<saml:NameID .*?</saml:NameID>", re.DOTALL)
MAIL = re.compile(r'<saml:Attribute FriendlyName="mail".*?</saml:Attribute>', re.DOTALL)
ASSERTION = "_4c92e8f7061b4ad5935fd1a70e2b6c83"


def check(message: bytes, *, keys: tuple[str, ...] = ("sp-encryption",), **given: Any) -> Report:
    companions = {"sp": build("sp"), "idp": build("idp"), "request": build("request"), **given}
    return samlcheck.check_message(
        message, now=NOW, decryption_keys=[key_pem(name) for name in keys], **companions
    )


def slugs(report: Report) -> set[str]:
    return {item.rule for item in report.findings}


def seal(text: str, kind: str, *, certificate: str = "sp-encryption", **options: str) -> str:
    """An element of the base response, encrypted by itself."""
    element = text.replace(" ", f' xmlns:saml="{SAML}" ', 1)
    options = {"transport": "rsa-oaep-sha256", **options}
    data = encrypt_octets(element.encode(), certificate=certificate_pem(certificate), **options)
    return f"<saml:{kind}>{data.decode()}</saml:{kind}>"


def signed(text: str) -> bytes:
    return sign(
        text.encode(),
        key=key_pem("idp-signing"),
        certificate=certificate_pem("idp-signing"),
        target_id=ASSERTION,
    )


def with_sealed(pattern: re.Pattern[str], kind: str, change: Any = str, **options: str) -> bytes:
    """The signed response in which one element is encrypted, perhaps changed before."""
    return signed(
        pattern.sub(lambda match: seal(change(match[0]), kind, **options), load("response"), 1)
    )


def test_an_encrypted_name_and_attribute_are_known_with_the_key() -> None:
    text = NAME_ID.sub(lambda match: seal(match[0], "EncryptedID"), load("response"), 1)
    text = MAIL.sub(lambda match: seal(match[0], "EncryptedAttribute"), text, 1)
    report = check(signed(text))

    assert "accepted" == report.verdict
    assert {"attr-encrypted"} == slugs(report)
    facts = repr(report.shown().facts if hasattr(report, "shown") else report.facts)
    assert "urn:oid:0.9.2342.19200300.100.1.3" in facts


def test_without_the_key_nothing_is_accepted() -> None:
    report = check(with_sealed(NAME_ID, "EncryptedID"), keys=())

    assert "undetermined" == report.verdict
    assert {"enc-no-key"} == slugs(report)


@pytest.mark.parametrize(
    ("old", "new", "slug"),
    [
        ("maria.lind@example.org", " ", "nameid-empty"),
        ("maria.lind@example.org", "mlind", "nameid-email-not-addr-spec"),
        ("maria.lind@", "maria.lind<!-- -->@", "xml-comment-in-value"),
        (
            "1.1:nameid-format:emailAddress",
            "2.0:nameid-format:persistent",
            "nameid-persistent-length",
        ),
        (
            'Format="',
            'SPNameQualifier="https://other.example.org" Format="',
            "nameid-spnamequalifier",
        ),
    ],
)
def test_rules_on_names_see_what_was_encrypted(old: str, new: str, slug: str) -> None:
    report = check(with_sealed(NAME_ID, "EncryptedID", lambda text: text.replace(old, new)))

    assert slug in slugs(report)
    finding = next(item for item in report.findings if item.rule == slug)
    assert "decrypted EncryptedID 1" in finding.location.origin


@pytest.mark.parametrize(
    ("old", "new", "slug"),
    [
        ("urn:oid:0.9.2342.19200300.100.1.3", "Mail", "attr-required-missing"),
        (">maria.lind@example.org<", "><", "attr-required-empty"),
        (
            'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"',
            "",
            "attr-nameformat-mismatch",
        ),
        (">maria.lind@", ">maria.lind<?x?>@", "xml-processing-instruction"),
    ],
)
def test_rules_on_attributes_see_what_was_encrypted(old: str, new: str, slug: str) -> None:
    report = check(with_sealed(MAIL, "EncryptedAttribute", lambda text: text.replace(old, new)))

    assert slug in slugs(report)


@pytest.mark.parametrize("block", ["aes256-gcm", "aes256-cbc"])
def test_what_was_encrypted_passes_the_gate(block: str) -> None:
    plain = build("response").decode()
    inner = re.search(r"<saml:Assertion .*</saml:Assertion>", plain, re.DOTALL)
    assert inner is not None
    declared = inner[0].replace("<saml:Assertion ", f'<saml:Assertion xmlns:saml="{SAML}" ', 1)
    for attack, slug in (
        (f'<!DOCTYPE x [<!ENTITY a "b">]>{declared}', "xml-doctype"),
        (declared.replace("maria.lind@", "maria.lind<!-- -->@"), "xml-comment-in-value"),
        (
            declared.replace("</saml:Assertion>", "<saml:Other/></saml:Assertion>"),
            "xsd-core-invalid",
        ),
        (declared.replace(ASSERTION, "_b07d5a3e1f6249c8bd93026ea41c7f58"), "xml-duplicate-id"),
    ):
        data = encrypt_octets(
            attack.encode(), certificate=certificate_pem("sp-encryption"), block=block
        )
        sealed = f"<saml:EncryptedAssertion>{data.decode()}</saml:EncryptedAssertion>"
        report = check(plain.replace(inner[0], sealed).encode())
        assert "rejected" == report.verdict, slug
        assert slug in slugs(report)


def test_an_assertion_moved_out_of_its_signature_is_no_better_encrypted() -> None:
    forged = build(
        "response", after=[("maria.lind@example.org</saml:NameID>", "x@y.z</saml:NameID>")]
    )
    report = check(encrypt_assertion(forged, certificate=certificate_pem("sp-encryption")))

    assert "rejected" == report.verdict
    assert "sig-digest-mismatch" in slugs(report)


# -- whose certificate -----------------------------------------------------------------------------


def _sealed_for(name: str) -> bytes:
    """The response, encrypted for the key of some certificate, which the EncryptedKey carries."""
    sealed = encrypt_assertion(
        build("response"), certificate=certificate_pem(name), transport="rsa-oaep-sha256"
    ).decode()
    info = (
        "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>"
        f"{certificate_base64(name)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
    )
    old = "</xenc:EncryptionMethod><xenc:CipherData>"
    assert old in sealed
    return sealed.replace(
        old, old.replace("<xenc:CipherData>", f"{info}<xenc:CipherData>")
    ).encode()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sp-signing", "it is the signing certificate of 'https://sp.example.org/saml'"),
        ("idp-encryption", "it is the encryption certificate of 'https://idp.example.org/saml'"),
        ("expired", "it expired"),
        ("stranger", "a certificate that the SP metadata does not have for encryption"),
    ],
)
def test_the_wrong_certificate_is_named_by_whose_it_is(name: str, words: str) -> None:
    report = check(_sealed_for(name))
    (finding,) = [item for item in report.findings if item.rule == "enc-wrong-recipient"]

    assert words in finding.message
    assert "rejected" == report.verdict
    assert finding.actual is not None
    assert "SHA-256" in finding.actual


def test_the_serial_number_tells_of_another_certificate() -> None:
    sealed = _sealed_for("stranger").decode()
    start, end = sealed.index("<ds:X509Certificate>"), sealed.index("</ds:X509Certificate>")
    serial = (
        "<ds:X509IssuerSerial><ds:X509IssuerName>CN=x</ds:X509IssuerName>"
        "<ds:X509SerialNumber>4711</ds:X509SerialNumber></ds:X509IssuerSerial>"
    )
    report = check((sealed[:start] + serial + sealed[end + 21 :]).encode())
    (finding,) = [item for item in report.findings if item.rule == "enc-wrong-recipient"]

    assert "the certificate with the serial number '4711'" in finding.message
    assert "warning" == finding.severity


def test_several_keys_may_be_given() -> None:
    sealed = encrypt_assertion(
        build("response"), certificate=certificate_pem("sp-encryption"), transport="rsa-oaep-sha256"
    )
    assert "accepted" == check(sealed, keys=("stranger", "sp-encryption")).verdict
    assert {"enc-decrypt-failed"} == slugs(check(sealed, keys=("stranger",)))


def test_a_key_elsewhere_in_the_document_is_found() -> None:
    sealed = encrypt_assertion(
        build("response"), certificate=certificate_pem("sp-encryption"), transport="rsa-oaep-sha256"
    ).decode()
    key = re.search(r"<xenc:EncryptedKey>.*</xenc:EncryptedKey>", sealed, re.DOTALL)
    assert key is not None
    named = sealed.replace(key[0], '<ds:RetrievalMethod URI="#_k"/>')
    moved = key[0].replace(
        "<xenc:EncryptedKey>",
        '<xenc:EncryptedKey Id="_k" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">',
    )
    whole = named.replace("</saml:EncryptedAssertion>", f"{moved}</saml:EncryptedAssertion>")

    assert "accepted" == check(whole.encode()).verdict
    assert {"enc-keyinfo-missing"} == slugs(check(named.encode()))


# -- nothing that helps an attacker ----------------------------------------------------------------


def _changed(sealed: str, at: int, value: int) -> bytes:
    """The message with one octet of the encrypted data changed."""
    found = list(re.finditer(r"<xenc:CipherValue>([^<]*)<", sealed))[1]
    octets = bytearray(base64.b64decode(found[1]))
    octets[at] ^= value
    changed = base64.b64encode(bytes(octets)).decode()
    return (sealed[: found.start(1)] + changed + sealed[found.end(1) :]).encode()


def _told(report: Report) -> tuple[Any, ...]:
    return (
        report.verdict,
        report.undetermined_because,
        tuple((item.rule, item.message, item.expected, item.actual) for item in report.findings),
    )


@pytest.mark.parametrize("block", ["aes128-cbc", "tripledes-cbc"])
@pytest.mark.parametrize("transport", ["rsa-oaep-sha256", "rsa-1_5"])
def test_no_padding_oracle(block: str, transport: str) -> None:
    """Bad padding, another recipient and garbled content are told in the same words."""
    sealed, other = (
        encrypt_assertion(
            build("response"),
            certificate=certificate_pem(name),
            block=block,
            transport=transport,
        ).decode()
        for name in ("sp-encryption", "stranger")
    )
    size = 16 if block.startswith("aes") else 8
    padding = {_told(check(_changed(sealed, -1 - size, value))) for value in range(1, 256, 5)}
    garbled = {_told(check(_changed(sealed, place, 0xFF))) for place in (-1, 3 * size, 10 * size)}
    elsewhere = {_told(check(other.encode()))}
    by_stranger = {
        _told(check(octets, keys=("stranger",)))
        for octets in (sealed.encode(), _changed(sealed, -1 - size, 1), _changed(sealed, -1, 0xFF))
    }

    assert 1 == len(padding | garbled | elsewhere), padding | garbled | elsewhere
    assert 1 == len(by_stranger), by_stranger


def test_keys_are_in_no_report() -> None:
    sealed = encrypt_assertion(build("response"), certificate=certificate_pem("sp-encryption"))
    body = pem_body(key_pem("sp-encryption"))
    numbers = re.sub(r"\s", "", key_pem("sp-encryption").decode())
    for keys in (("sp-encryption",), ("stranger", "sp-encryption"), ("stranger",)):
        report = check(sealed, keys=keys)
        shown = render_json([report], many=False, show_values=True) + repr(report)
        assert body[:60] not in shown
        assert numbers[40:90] not in re.sub(r"\s", "", shown)
        assert "PRIVATE KEY" not in shown


def test_many_encrypted_parts_take_no_time() -> None:
    one = seal("<saml:Attribute Name='x'/>", "EncryptedAttribute")
    key = re.search(r"<xenc:EncryptedKey>.*</xenc:EncryptedKey>", one, re.DOTALL)
    assert key is not None
    named = one.replace(key[0], '<ds:RetrievalMethod URI="#_k"/>')
    text = load("response").replace(
        "</saml:AttributeStatement>", f"{named * 2000}</saml:AttributeStatement>"
    )
    start = time.monotonic()
    check(signed(text))
    check(
        signed(
            load("response").replace(
                "</saml:AttributeStatement>", f"{one * 400}</saml:AttributeStatement>"
            )
        )
    )
    assert time.monotonic() - start < 30


def test_an_encrypted_response_of_the_profile_that_demands_it() -> None:
    text = (
        'schema = 1\n[profile]\nid = "sp/sealed"\nkind = "sp"\nextends = ["base/saml-websso"]\n'
        '[encryption]\nrequire = "assertion"\n'
    )
    profile = samlcheck.load_profile_text(text, name="sealed.toml")
    clear = build("response")
    sealed = encrypt_assertion(
        clear, certificate=certificate_pem("sp-encryption"), transport="rsa-oaep-sha256"
    )

    assert {"enc-required-missing"} == slugs(check(clear, profile=profile))
    assert set() == slugs(check(sealed, profile=profile))
    assert etree.fromstring(sealed) is not None
