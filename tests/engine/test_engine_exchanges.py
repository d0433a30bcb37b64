"""The messages of a capture are given as they travelled, for a diagram of the login."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

import samlcheck
from samlcheck import Report
from samlcheck.engine.traffic import RecordedExchange
from samlcheck.render.json_report import report_data
from samlcheck.rules.message.carried import base64_of, response_with
from samlcheck.rules.message.recorded import answered, asked, har, visit
from tests.support.bases import NOW, build

SP, IDP = build("sp"), build("idp")
ACS = "https://sp.example.org/saml/acs"
ID = "_8e5f1c2a90b74d36ae21f47b03c9d815"
REFUSAL = response_with("Responder")


def check(captured: str | bytes, **words: Any) -> Report:
    return samlcheck.check_message(captured, now=NOW, sp=SP, idp=IDP, **words)


def brief(item: RecordedExchange) -> tuple[object, ...]:
    return item.number, item.entry, item.message_kind, item.sender, item.receiver, item.judged


def test_a_recorded_login_has_two_exchanges() -> None:
    report = check(har(asked("k1"), visit("GET", "https://x.example/"), answered("k1", status=500)))
    first, second = report.exchanges

    assert (1, 1, "AuthnRequest", "sp", "idp", False) == brief(first)
    assert (2, 3, "Response", "idp", "sp", True) == brief(second)
    assert ("GET", "https://idp.example.org/saml/sso/redirect", 200) == (
        first.method,
        first.url,
        first.http_status,
    )
    assert ("POST", ACS, 500, "HTTP-POST", 2) == (
        second.method,
        second.url,
        second.http_status,
        second.binding,
        second.relay_state,
    )
    assert "2026-11-23T10:00:02Z" == second.at
    assert (2, 1, "InResponseTo") == (first.answered_by, second.answers, second.paired_by)
    assert (ID, ID) == (first.message_id, second.in_response_to)
    assert ("Responder",) == second.status


def test_the_request_is_checked_as_well() -> None:
    first, second = check(har(asked(), answered())).exchanges

    assert (True, True) == (first.checked, second.checked)
    assert ["req-unsigned"] == [item.rule for item in first.findings]
    assert "error" == first.worst == second.worst
    assert () == second.findings


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (
            (asked("a"), asked("b"), answered("a", text=REFUSAL.replace(ID, "_x"))),
            (1, "RelayState"),
        ),
        ((asked(), asked(), answered(text=REFUSAL.replace(ID, "_x"))), (2, "order")),
        ((answered(), asked()), (None, None)),
    ],
)
def test_what_tells_that_two_belong_together(
    entries: tuple[dict[str, Any], ...], expected: tuple[int | None, str | None]
) -> None:
    answer = next(item for item in check(har(*entries)).exchanges if item.judged)
    assert expected == (answer.answers, answer.paired_by)


def test_a_message_that_stands_alone_and_its_request() -> None:
    report = check(build("response"), request=build("request"))

    assert ["AuthnRequest", "Response"] == [item.message_kind for item in report.exchanges]
    assert [None, None] == [item.http_status for item in report.exchanges]
    assert [1, None] == [report.exchanges[1].answers, report.exchanges[0].answers]


def test_nothing_personal_and_no_query_is_in_them() -> None:
    secret = "maria.lind@example.org"
    page = f"<title>Error for Maria Lind</title>Sorry, {secret} was not found"
    entry = visit(
        "POST",
        f"https://u:pw@sp.example.org/{secret}/acs;jsessionid=4711?token={secret}",
        body=f"SAMLResponse={base64_of(REFUSAL).replace('+', '%2B')}",
        status=302,
        location=f"/next?user={secret}",
    )
    report = check(
        har(entry, visit("GET", f"https://sp.example.org/next?user={secret}", page=page))
    )
    text = json.dumps(report_data(report)["exchanges"])

    for piece in ("maria", "Maria", "Lind", "4711", "token", "pw"):
        assert piece not in text


def test_the_json_report_names_every_field() -> None:
    (item,) = check(build("response")).exchanges
    names = {field.name for field in attrs.fields(RecordedExchange)}
    assert names == set(report_data(check(build("response")))["exchanges"][0])
    assert item.judged


@pytest.mark.parametrize(
    "given", [b"", b"{}", b"<a/>", b'{"log": {"entries": []}}', b"SAMLart=AAQ"]
)
def test_anything_has_exchanges(given: bytes) -> None:
    (item,) = samlcheck.check_message(given, now=NOW).exchanges
    assert item.judged
