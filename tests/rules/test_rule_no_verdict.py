"""What is no login, and what cannot be judged for want of metadata, is not called rejected."""

from __future__ import annotations

import pytest

import samlcheck
from samlcheck import Report
from samlcheck.rules.message.carried import base64_of, response_with
from tests.support.bases import NOW, Base, Sign, build


def _errors(report: Report) -> list[str]:
    return [item.rule for item in report.findings if item.severity == "error"]


@pytest.mark.parametrize(
    ("captured", "rule"),
    [
        (build("sp"), "transport-message-kind-mismatch"),
        (
            b'<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"/>',
            "transport-message-kind-mismatch",
        ),
        (
            b'<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol"/>',
            "transport-legacy-protocol",
        ),
        (b"RelayState=catalogue", "transport-no-saml-parameter"),
        (b"SAMLResponse=", "transport-no-saml-parameter"),
        (b"Sign-in failed. Ask your administrator.", "transport-unsupported-capture"),
    ],
    ids=["metadata", "soap", "saml-1.1", "relay-state", "empty", "prose"],
)
def test_what_is_no_login_is_undetermined_and_for_the_person_asking(
    captured: bytes, rule: str
) -> None:
    report = samlcheck.check_message(captured, now=NOW, sp=build("sp"), idp=build("idp"))

    assert (rule, "user") in [(item.rule, item.owner) for item in report.findings]
    assert [] == [item.rule for item in report.findings if item.blocks]
    assert "undetermined" == report.verdict


def test_a_response_in_the_parameter_of_requests_is_refused() -> None:
    form = "SAMLRequest=" + base64_of(response_with("Success")).replace("+", "%2B")
    report = samlcheck.check_message(form.encode(), now=NOW, sp=build("sp"), idp=build("idp"))

    assert "rejected" == report.verdict
    assert "transport-response-as-request" in _errors(report)


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
@pytest.mark.parametrize("key", ["idp-signing", "idp-encryption", "stranger"])
def test_swapped_metadata_leaves_the_verdict_open(sign: Sign, key: str) -> None:
    message = build("response", sign=sign, key=key)
    report = samlcheck.check_message(message, now=NOW, sp=build("idp"), idp=build("sp"))

    assert ["ent-wrong-role-for-profile"] == _errors(report)
    assert "undetermined" == report.verdict


@pytest.mark.parametrize("key", ["idp-signing", "sp-signing", "stranger"])
def test_without_idp_metadata_nobody_is_blamed_for_the_key(key: str) -> None:
    message = build("response", key=key)
    report = samlcheck.check_message(message, now=NOW, sp=build("sp"))

    assert [] == _errors(report)
    assert "undetermined" == report.verdict


def test_changed_metadata_is_fetched_again() -> None:
    changed = build("idp", sign="root", after=[("Example University", "Other University")])
    report = samlcheck.check_metadata(changed, now=NOW)
    found = next(item for item in report.findings if item.rule == "sig-digest-mismatch")

    assert "user" == found.owner
    assert found.hint.startswith("Fetch the metadata again; it was changed after its publisher")


@pytest.mark.parametrize("side", ["sp", "idp"])
def test_expired_metadata_of_a_side_is_an_error_that_leaves_the_verdict_open(side: Base) -> None:
    passed = [('validUntil="2027-01-20T00:00:00Z"', 'validUntil="2026-11-20T00:00:00Z"')]
    given: dict[str, bytes] = {"sp": build("sp"), "idp": build("idp"), side: build(side, passed)}
    report = samlcheck.check_message(build("response"), now=NOW, sp=given["sp"], idp=given["idp"])
    found = next(item for item in report.findings if item.rule == "val-expired")

    assert ("error", side, False) == (found.severity, found.owner, found.blocks)
    assert "undetermined" == report.verdict
    assert any("has not expired" in reason for reason in report.undetermined_because)


def test_the_group_around_an_entity_counts() -> None:
    passed = [('validUntil="2027-01-20T00:00:00Z"', 'validUntil="2026-11-20T00:00:00Z"')]
    group = build("aggregate", passed)
    report = samlcheck.check_pair(sp=group, idp=group, now=NOW)
    found = [item for item in report.findings if item.rule == "val-expired"]

    assert ["idp", "sp"] == sorted(item.owner for item in found)
    assert all("aggregate given for the" in item.message for item in found)
