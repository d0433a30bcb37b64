"""Forged messages of every known class are rejected, and the finding names shape and class.

The forgeries are built from messages that are in order and signed with real keys; see
tests/forgeries. That arbitrary changes are not accepted either is the matter of tests/property.
"""

from __future__ import annotations

import re

import pytest

from samlcheck import Report
from tests.forgeries import logins, reading, signatures, wrapping
from tests.forgeries.forgery import ROWS, Forgery
from tests.forgeries.forging import attacks, blocking, check, rules
from tests.support.bases import Sign, build
from tests.support.encrypting import encrypt_assertion
from tests.support.keys import certificate_base64, certificate_pem

FORGERIES: tuple[Forgery, ...] = (
    *wrapping.FORGERIES,
    *reading.FORGERIES,
    *signatures.FORGERIES,
    *logins.FORGERIES,
)
ALL = [pytest.param(item, id=f"{item.name}-{item.rule}") for item in FORGERIES]
#: Rules on what a message says: an honest mistake looks the same, and its sender repairs it.
HONEST = ("aud-", "scd-", "response-inresponseto-", "response-assertions-", "sig-no-keyed-trust")
#: An honest sender's software may be at fault, so the finding addresses him.
OPERATOR = ("xml-duplicate-id", "sig-keyinfo-only-trust", "sig-reference-whole-document")
_FINDS = "xml-undeclared-prefix"


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
def test_the_message_that_forgeries_start_from_is_accepted(sign: Sign) -> None:
    report = check(build("response", sign=sign))
    assert ("accepted", ()) == (report.verdict, report.findings)


@pytest.mark.parametrize(
    "good", sorted({item.good for item in FORGERIES}, key=lambda f: f.__name__)
)
def test_what_a_forgery_was_built_from_is_accepted(good: object) -> None:
    given = next(item.given for item in FORGERIES if item.good is good)()
    report = check(good(), **given)  # type: ignore[operator]
    assert ("accepted", set()) == (report.verdict, blocking(report))


def test_every_class_of_the_table_has_a_forgery() -> None:
    assert set(ROWS) == {item.row for item in FORGERIES}


def _found(forgery: Forgery, report: Report) -> None:
    wanted = (
        blocking(report)
        if forgery.rule.startswith((*HONEST, *OPERATOR, _FINDS))
        else attacks(report)
    )
    assert forgery.rule in wanted, sorted(rules(report))
    assert "rejected" == report.verdict


@pytest.mark.parametrize("forgery", ALL)
def test_forgery_is_rejected_and_named(forgery: Forgery) -> None:
    report = check(forgery.build(), **forgery.given())
    _found(forgery, report)
    finding = next(item for item in report.findings if item.rule == forgery.rule)
    named = "; ".join(str(item) for item in finding.citations)
    assert re.search(forgery.cites, named), named


@pytest.mark.parametrize("forgery", [item for item in ALL if item.values[0].alone])  # type: ignore[union-attr]
def test_forgery_is_named_without_any_metadata(forgery: Forgery) -> None:
    _found(forgery, check(forgery.build(), alone=True))


@pytest.mark.parametrize(
    "forgery",
    [item for item in ALL if item.values[0].rule.startswith("xsw-")],  # type: ignore[union-attr]
)
def test_wrapping_shape_has_one_name(forgery: Forgery) -> None:
    shapes = {slug for slug in attacks(check(forgery.build())) if slug.startswith("xsw-")}
    # What is encrypted has to leave its counterpart somewhere.
    assert {forgery.rule} == shapes - ({"xsw-7"} if forgery.rule == "xsw-in-encrypted" else set())


@pytest.mark.parametrize("forgery", ALL)
def test_forgery_is_not_the_fault_of_an_operator(forgery: Forgery) -> None:
    if forgery.rule.startswith((*HONEST, *OPERATOR, _FINDS)):
        return
    report = check(forgery.build(), **forgery.given())
    finding = next(item for item in report.findings if item.rule == forgery.rule)
    assert finding.owner in ("capture", "user")


@pytest.mark.parametrize(("name", "blocked"), [("idp-encryption", True), ("sp-encryption", False)])
def test_certificate_in_the_encrypted_key_tells_for_whom_it_is(name: str, blocked: bool) -> None:
    sealed = encrypt_assertion(build("response"), certificate=certificate_pem(name)).decode()
    key_info = (
        f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate_base64(name)}"
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
    )
    end = "</xenc:EncryptionMethod><xenc:CipherData>"
    message = sealed.replace(end, end.replace("<xenc:Cipher", f"{key_info}<xenc:Cipher"), 1)
    assert message != sealed
    report = check(message.encode())
    assert ({"enc-wrong-recipient"} if blocked else set()) == blocking(report)
    assert report.verdict == ("rejected" if blocked else "accepted")
