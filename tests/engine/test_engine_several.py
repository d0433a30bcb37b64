"""Several messages of one exchange are judged together."""

from __future__ import annotations

import pytest

import samlcheck
from samlcheck import Report
from tests.support.bases import NOW, build
from tests.support.detached import redirect_url
from tests.support.keys import key_pem

SP, IDP = build("sp"), build("idp")
REQUEST = redirect_url(build("request"), key=key_pem("sp-signing"))
RESPONSE = build("response")
OTHER_ID = "_00000000000000000000000000000001"
LOGOUT = redirect_url(build("logout"), key=key_pem("sp-signing"))
ANSWER = redirect_url(build("logout-response"), key=key_pem("idp-signing"))


def check(*captured: bytes, **words: object) -> tuple[Report, ...]:
    return samlcheck.check_messages(captured, now=NOW, sp=SP, idp=IDP, **words)  # type: ignore[arg-type]


def rules(report: Report) -> set[str]:
    return {item.rule for item in report.findings}


def test_a_whole_exchange_is_accepted_message_by_message() -> None:
    reports = check(REQUEST, RESPONSE, LOGOUT, ANSWER)

    assert ["AuthnRequest", "Response", "LogoutRequest", "LogoutResponse"] == [
        item.message_kind for item in reports
    ]
    assert ["accepted"] * 4 == [item.verdict for item in reports]
    assert [set()] * 4 == [rules(item) for item in reports]


def test_a_response_is_compared_with_the_request_before_it() -> None:
    other = build(
        "request", [("_8e5f1c2a90b74d36ae21f47b03c9d815", "_0000000000000000000000000001")]
    )
    _, report = check(other, RESPONSE)

    assert "response-inresponseto-mismatch" in rules(report)
    assert set() == rules(check(other, REQUEST, RESPONSE)[2])


def test_an_answer_is_compared_with_the_logout_before_it() -> None:
    other = build(
        "logout", [("_3c6d18f0b7a94e52a0d3517fe8824b6c", "_0000000000000000000000000001")]
    )
    _, report = check(other, ANSWER)

    assert {"slo-response-inresponseto"} == rules(report)


def test_earlier_messages_are_not_judged_and_count_all_the_same() -> None:
    (report,) = check(RESPONSE, earlier=[RESPONSE])
    one = samlcheck.check_message(RESPONSE, now=NOW, sp=SP, idp=IDP, earlier=[REQUEST, RESPONSE])

    assert {"replay-duplicate-assertion-id"} == rules(report)
    assert {"replay-duplicate-assertion-id"} == rules(one)
    assert "rejected" == one.verdict


def test_a_place_in_an_earlier_message_names_it() -> None:
    first = samlcheck.Input(data=RESPONSE, name="first.xml")
    (report,) = check(RESPONSE, earlier=[first])
    found = report.findings[0]

    assert ["first.xml"] == [item.source for item in found.related]
    assert found.related[0].line is not None


@pytest.mark.parametrize("given", [b"", b"\x00", b"<a/>", b"SAMLResponse=", b"{}"])
def test_anything_may_be_among_them(given: bytes) -> None:
    reports = check(given, RESPONSE, given, LOGOUT)

    assert ["accepted", "accepted"] == [reports[1].verdict, reports[3].verdict]
    assert "undetermined" == reports[0].verdict or "rejected" == reports[0].verdict


def test_no_message_gives_no_report() -> None:
    assert () == check()
