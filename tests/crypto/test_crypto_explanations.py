"""Why a signature does not verify is told apart: changed how, by whom, and with which key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import samlcheck
from samlcheck.crypto import KeyCandidate, SignatureCheck, verify_signature
from samlcheck.crypto.certificates import read_certificate
from tests.crypto.judging import ASSERTION, check_of, mutated, signatures, trusted
from tests.support.bases import NOW, build
from tests.support.keys import certificate_base64

WEBEX = Path(__file__).resolve().parents[2] / "docs" / "examples" / "webex"


def plain_response(*edits: tuple[str, str]) -> bytes:
    """The signed base response without white space between its tags, as servers send it."""
    from tests.support.bases import load
    from tests.support.keys import certificate_pem, key_pem
    from tests.support.signing import sign

    text = re.sub(r">\s+<", "><", load("response"))
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return sign(
        text.encode(),
        key=key_pem("idp-signing"),
        certificate=certificate_pem("idp-signing"),
        target_id=ASSERTION,
    )


def change_of(xml: bytes) -> tuple[str, str | None]:
    check = check_of(xml, ASSERTION)
    return check.status, check.references[0].change


def reindented(xml: bytes) -> bytes:
    return re.sub(rb"><(?!/)", b">\n  <", xml)


def test_an_untouched_message_needs_no_explanation() -> None:
    assert ("valid", None) == change_of(plain_response())


def test_white_space_between_tags_is_a_new_layout() -> None:
    assert ("altered", "reindented") == change_of(reindented(plain_response()))


def test_white_space_in_a_value_is_a_change() -> None:
    xml = plain_response().replace(b">Maria<", b"> Maria<")

    assert ("altered", None) == change_of(xml)


def test_a_new_layout_with_another_value_is_a_change() -> None:
    xml = reindented(plain_response()).replace(b">Maria<", b">Martha<")

    assert ("altered", None) == change_of(xml)


def test_line_ends_that_lost_their_carriage_returns() -> None:
    xml = plain_response((">Maria<", ">Maria&#13;\nLind<"))

    assert ("valid", None) == change_of(xml)
    assert ("altered", "line-ends") == change_of(xml.replace(b"&#13;", b""))


def test_line_ends_that_got_carriage_returns() -> None:
    xml = plain_response((">Maria<", ">Maria\nLind<"))

    assert ("altered", "line-ends") == change_of(xml.replace(b"Maria\n", b"Maria&#13;\n"))


@pytest.mark.parametrize(("wrong", "name"), [("latin-1", "J\u00f6rg"), ("cp1252", "\u00df\u20ac")])
def test_a_message_read_in_the_wrong_character_set(wrong: str, name: str) -> None:
    xml = plain_response((">Maria<", f">{name}<"))

    assert ("altered", "character-set") == change_of(xml.decode(wrong).encode())


@pytest.mark.parametrize("layout", [plain_response, lambda: build("response")])
def test_signed_info_of_a_known_key_over_other_content(layout: object) -> None:
    xml = layout().replace(b"<ds:Reference ", b'<ds:Reference Id="r" ')  # type: ignore[operator]
    check = check_of(xml, ASSERTION)

    assert "altered" == check.status
    assert check.content_intact
    assert check.signed_by is None
    assert check.key_fits_other_content is not None


def test_signed_info_with_a_new_layout() -> None:
    xml = (
        plain_response()
        .replace(b"</ds:SignatureMethod>", b"")
        .replace(b"<ds:Reference ", b"\n    <ds:Reference ")
    )
    check = check_of(xml, ASSERTION)

    assert "altered" == check.status
    assert check.content_intact
    assert check.value_matches_after_reindent
    assert check.signed_by is not None


def candidate(name: str, purpose: str, *, trust: bool) -> KeyCandidate:
    facts = read_certificate(certificate_base64(name))
    return KeyCandidate(
        facts=facts, node=None, owner="https://idp.example.org/saml", purpose=purpose, trusted=trust
    )


def tried(*candidates: KeyCandidate, key: str = "stranger") -> SignatureCheck:
    xml = build("response", key=key)
    return verify_signature(signatures(xml)[0], candidates, now=NOW)


def test_a_key_that_is_not_trusted_is_named_and_not_believed() -> None:
    check = tried(
        candidate("idp-signing", "signing", trust=True),
        candidate("stranger", "embedded", trust=False),
    )

    assert "wrong-key" == check.status
    assert check.verified is None
    assert check.signed_by is not None
    assert check.signed_by.words.startswith("the certificate carried in the message (CN=Micro")


def test_without_a_trusted_key_even_an_intact_signature_is_not_valid() -> None:
    check = tried(candidate("stranger", "embedded", trust=False))

    assert "no-key" == check.status
    assert check.content_intact


def test_a_trusted_key_is_named_before_others_with_the_same_certificate() -> None:
    check = tried(
        candidate("idp-signing", "embedded", trust=False),
        candidate("idp-signing", "signing", trust=True),
        key="idp-signing",
    )

    assert "valid" == check.status
    assert check.signed_by is not None
    assert "signing" == check.signed_by.purpose


@pytest.mark.parametrize("name", ["idp-signing", "ec", "weak"])
def test_an_expired_certificate_does_not_decide(name: str) -> None:
    from datetime import UTC, datetime

    xml = build("response", key=name)
    for year in (1990, 2026, 2099):
        now = datetime(year, 1, 1, tzinfo=UTC)
        certificate = trusted(certificate_base64(name))
        assert "valid" == verify_signature(signatures(xml)[0], (certificate,), now=now).status


def test_the_value_is_not_that_of_another_algorithm() -> None:
    xml = mutated(build("response"), ("rsa-sha256", "sha256-rsa-MGF1"))

    assert check_of(xml, ASSERTION).signed_by is None


def test_a_changed_assertion_in_a_signed_response_is_one_finding() -> None:
    for old, new, thing in (
        (">Lind<", ">Smith<", "The assertion was changed"),
        (
            'InResponseTo="_8e5f1c2a90b74d36ae21f47b03c9d815">',
            'InResponseTo="_0">',
            "The response was",
        ),
    ):
        xml = build("response", sign="both", after=[(old, new)])
        report = samlcheck.check_message(
            xml, now=NOW, sp=build("sp"), idp=build("idp"), select=["sig-digest-*"]
        )
        assert [True] == [item.message.startswith(thing) for item in report.findings]


# -- the worked example ------------------------------------------------------------------------


def findings(capture: str) -> list[tuple[str, str, str]]:
    report = samlcheck.check_message(
        (WEBEX / capture).read_bytes(),
        now=NOW,
        sp=(WEBEX / "sp-metadata.xml").read_bytes(),
        idp=(WEBEX / "idp-metadata.xml").read_bytes(),
        request=(WEBEX / "authn-request.xml").read_bytes(),
        select=["sig-*"],
    )
    return [(item.rule, item.owner, item.message) for item in report.findings]


def test_the_good_login_has_no_finding_on_signatures() -> None:
    assert [] == findings("01-login-good.txt")


def test_the_wrong_key_is_one_finding_for_the_service_provider() -> None:
    expected = "The assertion was signed with a key that the sender's metadata does not name"

    assert [("sig-keyinfo-only-trust", "sp", expected)] == findings("08-login-wrong-key.html")


def test_the_altered_login_is_one_finding() -> None:
    expected = "The assertion was changed after it was signed: its digest does not match"

    assert [("sig-digest-mismatch", "capture", expected)] == findings("09-login-altered.txt")


def test_the_reindented_login_is_one_finding_and_no_alarm() -> None:
    expected = (
        "The assertion was re-indented after signing: without the added white space its digest "
        "matches"
    )

    assert [("sig-digest-mismatch", "capture", expected)] == findings("10-login-reindented.xml")


def test_the_metadata_of_the_example_is_intact_and_not_called_verified() -> None:
    data = (WEBEX / "idp-metadata.xml").read_bytes()
    report = samlcheck.check_metadata(data, now=NOW, select=["sig-*"])

    noted = {"sig-no-keyed-trust", "sig-xsi-type-prefix-hazard"}
    assert noted == {item.rule for item in report.findings}
    altered = data.replace(b"/saml2", b"/saml3")
    assert altered != data
    report = samlcheck.check_metadata(altered, now=NOW, select=["sig-*"])
    assert noted | {"sig-digest-mismatch"} == {item.rule for item in report.findings}


def test_the_metadata_signature_verifies_with_the_key_it_embeds() -> None:
    data = (WEBEX / "idp-metadata.xml").read_bytes()
    (signature,) = signatures(data)
    assert signature.key_info is not None
    certificate = signature.key_info.certificates[0].text

    assert "valid" == verify_signature(signature, (trusted(certificate),), now=NOW).status
