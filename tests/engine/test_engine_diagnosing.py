"""A diagnosis takes all that somebody has, in any order, and weighs it by what was seen."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import samlcheck
from samlcheck import Report
from samlcheck.rules.message.carried import response_with
from samlcheck.rules.message.recorded import answered, asked, har, visit
from tests.support.bases import NOW, build
from tests.support.detached import redirect_url
from tests.support.keys import key_pem

SP, IDP, RESPONSE = build("sp"), build("idp"), build("response")
REQUEST = redirect_url(build("request"), key=key_pem("sp-signing"))
ID = "_8e5f1c2a90b74d36ae21f47b03c9d815"
ENTRA_PAGE = "<title>Sign in</title><script>$C={e:'AADSTS75011: no'}</script>Sorry, Maria Lind"


def diagnose(*items: str | bytes, **words: Any) -> Report:
    return samlcheck.diagnose(items, now=NOW, **words)


def rules(report: Report) -> list[str]:
    return [finding.rule for finding in report.findings]


@pytest.mark.parametrize(
    "items",
    [(RESPONSE, SP, IDP), (IDP, RESPONSE, SP), (SP, IDP, REQUEST, RESPONSE)],
)
def test_metadata_among_the_files_is_recognised(items: tuple[bytes, ...]) -> None:
    assert "accepted" == diagnose(*items).verdict


def test_the_metadata_that_messages_name_is_taken() -> None:
    other = build("idp", [("https://idp.example.org/saml", "https://other.example.org/saml")])

    assert "accepted" == diagnose(other, RESPONSE, IDP, SP).verdict
    assert "rejected" == diagnose(RESPONSE, IDP, SP, idp=other).verdict


def test_several_captures_are_one_login() -> None:
    report = diagnose(REQUEST, RESPONSE, sp=SP, idp=IDP)

    assert ("accepted", "Response") == (report.verdict, report.message_kind)
    assert ["AuthnRequest", "Response"] == [item.message_kind for item in report.exchanges]
    assert 1 == report.exchanges[1].answers


def test_recordings_are_put_in_the_order_of_their_times() -> None:
    later = visit("POST", "https://sp.example.org/saml/acs", body=answer_body())
    early, late = har(asked()), har(visit("GET", "https://x.example/"), later)
    report = diagnose(late, early, sp=SP, idp=IDP)

    assert ["AuthnRequest", "Response"] == [item.message_kind for item in report.exchanges]


def answer_body() -> str:
    text: str = answered()["request"]["postData"]["text"]
    return text


def test_a_refusal_is_explained_by_the_request() -> None:
    text = response_with("Requester")
    report = diagnose(har(asked(), answered(text=text)), SP, IDP)

    assert "req-unsigned" == report.story.causes[0].finding.rule
    assert "req-unsigned" not in rules(diagnose(har(asked()), RESPONSE, SP, IDP))


def test_the_page_that_came_instead_of_an_answer() -> None:
    page = visit("POST", "https://login.microsoftonline.com/x/login", page=ENTRA_PAGE)
    report = diagnose(har(asked(), page), SP, IDP)

    assert report.symptom is not None
    assert "AADSTS75011" == report.symptom.label
    assert ("req-requestedauthncontext-too-strict",) == report.symptom.look_at
    assert "har-vendor-code" in rules(report)
    (shown,) = report.exchanges[0].pages
    assert (("AADSTS75011",), "Sign in") == (shown.codes, shown.title)
    assert "Maria" not in repr(report.exchanges)


def test_the_page_of_the_service_provider() -> None:
    entry = answered(page="<p>SSO error code: 24</p>")
    entry["request"]["url"] = "https://contoso.webex.com/acs"
    report = diagnose(har(asked(), entry), SP, IDP)

    assert report.symptom is not None
    assert "Webex error 24" == report.symptom.label


@pytest.mark.parametrize(
    ("status", "inside", "label"),
    [
        ("Requester", "", "the status Requester"),
        ("AuthnFailed", "", "the status AuthnFailed"),
    ],
)
def test_the_status_of_the_answer_is_a_symptom(status: str, inside: str, label: str) -> None:
    report = diagnose(response_with(status, inside=inside), SP, IDP)
    assert label == getattr(report.symptom, "label", None)


def test_the_status_message_says_more() -> None:
    text = response_with("Responder").replace(
        "</samlp:Status>", "<samlp:StatusMessage>AADSTS50105</samlp:StatusMessage></samlp:Status>"
    )
    assert "AADSTS50105" == getattr(diagnose(text, SP, IDP).symptom, "label", None)


@pytest.mark.parametrize("seen", ["webex:14", "Webex error 14", "Cisco Webex: SSO error code (14)"])
def test_a_code_orders_the_causes(seen: str) -> None:
    edits = [
        ('Recipient="https://sp', 'Recipient="https://other'),
        ("<saml:Audience>https://sp.example.org/saml", "<saml:Audience>urn:third:party"),
    ]
    plain = diagnose(build("response", edits), SP, IDP)
    ordered = diagnose(build("response", edits), SP, IDP, symptom=seen)

    assert "Webex error 14" == getattr(ordered.symptom, "label", None)
    assert ["aud-mismatch", "scd-recipient-mismatch"] == sorted(
        cause.finding.rule for cause in plain.story.causes
    )
    assert "scd-recipient-mismatch" == ordered.story.causes[0].finding.rule


def test_an_error_text_among_the_files_is_the_symptom() -> None:
    text = "Sorry, but we're having trouble signing you in. AADSTS50011: The reply URL ..."
    report = diagnose(RESPONSE, text, SP, IDP)

    assert "AADSTS50011" == getattr(report.symptom, "label", None)
    assert "Response" == report.message_kind


def test_what_was_seen_to_be_refused_is_not_called_accepted() -> None:
    report = diagnose(RESPONSE, SP, IDP, symptom="webex:16")

    assert "undetermined" == report.verdict
    assert "Webex error 16" in report.undetermined_because[0]


def test_an_error_text_alone_has_a_report() -> None:
    report = diagnose("AADSTS50011: The reply URL does not match")

    assert not report.readable
    assert "AADSTS50011" == getattr(report.symptom, "label", None)


def test_metadata_alone_is_no_capture() -> None:
    with pytest.raises(samlcheck.UsageError):
        diagnose(SP, IDP)


def test_cookies_tell_what_belongs_together() -> None:
    start = visit("GET", "https://sp.example.org/", status=302, location=asked()["request"]["url"])
    cookie = "SID=0123456789abcdef"
    start["response"]["headers"] = [{"name": "Set-Cookie", "value": f"{cookie}; SameSite=Lax"}]
    end = answered(text=response_with("Responder").replace(f' InResponseTo="{ID}"', ""))
    end["request"]["headers"] = [{"name": "cookie", "value": cookie}]
    other = asked()
    other["request"]["url"] += "&x=1"
    report = diagnose(har(start, asked(), other, end), SP, IDP)
    answer = next(item for item in report.exchanges if item.judged)

    assert (1, "cookies", ("SID",)) == (answer.answers, answer.paired_by, answer.cookies)
    assert "0123456789abcdef" not in json.dumps(repr(report))


@pytest.mark.parametrize(
    "octets", [b"", b"\x00", b"{}", b"<html>", b"SAMLResponse=", b"EntityDescriptor"]
)
def test_anything_may_be_given(octets: bytes) -> None:
    assert diagnose(octets, RESPONSE, octets, SP, IDP).verdict == "accepted"
    assert diagnose(octets).verdict in ("undetermined", "rejected")


def test_a_loop_is_a_symptom_of_what_blocks_the_login() -> None:
    wrong = RESPONSE.replace(b"<saml:Audience>https://sp", b"<saml:Audience>https://other")
    report = diagnose(har(asked(), asked(), asked(), answered(text=wrong.decode())), SP, IDP)

    assert '"loop"' == getattr(report.symptom, "label", None)
    assert "har-login-loop" in rules(report)
    assert "har-login-loop" != report.story.causes[0].finding.rule


def test_the_request_of_another_service_is_not_compared() -> None:
    other = asked()
    text = response_with("Success").replace(ID, "_other")
    elsewhere = answered(text=text, url="https://other.example.org/acs")
    report = diagnose(har(other, elsewhere))

    assert "response-inresponseto-mismatch" not in rules(report)


def test_a_form_whose_post_was_recorded_without_its_body() -> None:
    value = answered()["request"]["postData"]["text"].removeprefix("SAMLResponse=")
    value = value.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")
    form = (
        '<form method="post" action="https://sp.example.org/saml/acs">'
        f'<input name="SAMLResponse" value="{value}"></form>'
    )
    page = visit("GET", "https://idp.example.org/login", page=form)
    bare = visit("POST", "https://sp.example.org/saml/acs", status=500)
    (answer,) = diagnose(har(page, bare)).exchanges

    assert (True, 500, 2) == (answer.sent, answer.http_status, answer.entry)


WHOLE = json.loads(har(asked("k"), answered("k", page="<p>AADSTS75011</p>")))


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """All places in a JSON value."""
    found = [path]
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    for key, item in pairs:
        found += _places(item, (*path, key))
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(_places(WHOLE)[1:]),
    st.one_of(st.none(), st.integers(), st.text(max_size=20), st.just([{}]), st.just("//[")),
)
def test_a_recording_with_anything_in_it_is_diagnosed(path: tuple[Any, ...], leaf: Any) -> None:
    data = json.loads(json.dumps(WHOLE))
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = leaf
    assert diagnose(json.dumps(data), SP, IDP).verdict in ("rejected", "undetermined")


def test_an_error_of_the_service_provider_leaves_the_verdict_open() -> None:
    report = diagnose(har(asked(), answered(text=RESPONSE.decode(), status=403)), SP, IDP)

    assert "HTTP 403" == getattr(report.symptom, "label", None)
    assert ("undetermined", ("what HTTP 403 comes from",)) == (
        report.verdict,
        report.undetermined_because,
    )
    assert "" != report.story.unknown[0].what


def test_what_blocks_a_login_comes_before_what_a_vague_symptom_points_to() -> None:
    wrong = RESPONSE.replace(b"<saml:Audience>https://sp", b"<saml:Audience>https://other")
    lost = diagnose(har(asked("k1"), answered(text=RESPONSE.decode(), status=500)), SP, IDP)
    both = diagnose(har(asked("k1"), answered(text=wrong.decode(), status=500)), SP, IDP)

    assert ["relaystate-not-echoed"] == [cause.finding.rule for cause in lost.story.causes]
    assert "rejected" == both.verdict
    assert both.story.causes[0].finding.blocks
