"""One story from all findings: the root cause first, then what follows, what else, what is open."""

from __future__ import annotations

import attrs
import pytest

import samlcheck
from samlcheck import Report, Story, Symptom
from samlcheck.render.diagnosis import render_diagnosis
from samlcheck.render.json_report import report_data
from samlcheck.render.style import Style
from samlcheck.rules.message.recorded import answered, asked, har, visit
from tests.rules.test_rule_webex_logins import CAUSES, Cause, diagnose, read
from tests.support.bases import NOW, build

SP, IDP, REQUEST = build("sp"), build("idp"), build("request")
ACS = "https://sp.example.org/saml/acs"
ELSEWHERE = "https://test.example.com/saml/acs"


def login(*edits: tuple[str, str], **words: object) -> Report:
    given: dict[str, object] = {"sp": SP, "idp": IDP, "request": REQUEST, "now": NOW, **words}
    return samlcheck.check_message(build("response", list(edits)), **given)  # type: ignore[arg-type]


def rules(story: Story) -> list[str]:
    return [cause.finding.rule for cause in story.causes]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.file)
def test_the_story_of_a_worked_example_begins_with_its_cause(cause: Cause) -> None:
    story = diagnose(cause.file).story

    assert [cause.rule] == rules(story)
    assert cause.owner == story.causes[0].side
    assert list(cause.also) == [item.rule for item in story.causes[0].follows]
    assert "REJECTED" == story.word
    assert story.causes[0].finding.message in story.headline


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.file)
def test_a_failed_login_fits_on_one_screen(cause: Cause) -> None:
    text = render_diagnosis(diagnose(cause.file), Style())

    assert len(text.splitlines()) <= 38
    assert max(map(len, text.splitlines())) <= 120


def test_a_good_login_has_no_cause_and_says_what_no_message_shows() -> None:
    story = diagnose("01-login-good.txt").story

    assert ("ACCEPTED", ()) == (story.word, story.causes)
    assert ["assigned to the application" in item.what for item in story.unknown] == [True]


def test_one_wrong_reply_url_is_one_cause() -> None:
    story = login(
        (f'Destination="{ACS}"', f'Destination="{ELSEWHERE}"'),
        (f'Recipient="{ACS}"', f'Recipient="{ELSEWHERE}"'),
    ).story

    assert ["response-destination-mismatch"] == rules(story)
    assert "scd-recipient-mismatch" in story.causes[0].hides
    setting = story.causes[0].setting
    assert setting is not None
    assert ELSEWHERE == setting.present
    assert ACS in (setting.needed or "")


def test_an_assertion_that_is_too_old_is_one_cause() -> None:
    story = login(now=NOW.replace(day=24)).story

    assert ["cond-expired"] == rules(story)
    assert "scd-notonorafter-expired" in story.causes[0].hides


def test_two_independent_causes_stand_in_the_order_of_the_receiver() -> None:
    audience = (
        "<saml:Audience>https://sp.example.org/saml</saml:Audience>",
        "<saml:Audience>https://sp.example.org/saml/</saml:Audience>",
    )
    report = login((f'Recipient="{ACS}"', f'Recipient="{ACS}/"'), audience)

    assert ["scd-recipient-mismatch", "aud-mismatch"] == rules(report.story)
    assert "a receiver comes to it first" == report.story.causes[0].because[0]


def test_what_was_seen_says_how_far_the_receiver_came() -> None:
    audience = (
        "<saml:Audience>https://sp.example.org/saml</saml:Audience>",
        "<saml:Audience>https://sp.example.org/saml/</saml:Audience>",
    )
    report = login((f'Recipient="{ACS}"', f'Recipient="{ACS}/"'), audience)
    seen = Symptom(label="Vendor 7", meaning="wrong audience", look_at=("aud-*",))

    for story in (
        samlcheck.story_of(report, symptom=seen),
        attrs.evolve(report, symptom=seen).story,
    ):
        assert ["aud-mismatch", "scd-recipient-mismatch"] == rules(story)
        assert ("it explains Vendor 7: wrong audience",) == story.causes[0].because


def test_a_symptom_that_nothing_explains_says_what_to_send() -> None:
    seen = Symptom(
        label="Vendor 3", meaning="account locked", look_at=(), send="the account's state"
    )
    story = samlcheck.story_of(login(), symptom=seen)

    assert "Nothing in this evidence explains Vendor 3: account locked" == story.unknown[0].what
    assert "the account's state" == story.unknown[0].send
    assert (story.seen or "").endswith("; nothing in this evidence explains it")


def test_how_it_was_captured_is_no_reason_for_the_login_to_fail() -> None:
    story = samlcheck.check_message(
        read("10-login-reindented.xml"),
        sp=read("sp-metadata.xml"),
        idp=read("idp-metadata.xml"),
        authn_contexts="urn:oasis:names:tc:SAML:2.0:ac:classes:X509",
        now=NOW,
    ).story

    assert ["authn-context-not-allowed", "sig-digest-mismatch"] == rules(story)
    assert "how the message was captured" in story.causes[1].because[-1]


def test_what_was_not_given_is_named_with_what_to_send() -> None:
    story = login(sp=None, idp=None, request=None).story

    told = {item.what: item.send for item in story.unknown}
    assert any("the SP metadata was not given" in what for what in told)
    assert any("the IdP metadata was not given" in what for what in told)
    assert all(told.values())


def test_the_message_to_the_other_side_stands_for_itself() -> None:
    letter = diagnose("04-login-authn-context.txt").story.causes[0].letter

    assert "the service provider https://contoso.webex.com" == letter.to
    for words in ("ac:classes:Password'", "SSO Configuration", "Response _", "Webex error 13"):
        assert words in letter.text


def test_the_story_masks_what_the_findings_mask() -> None:
    report = login(
        ("1.1:nameid-format:emailAddress", "2.0:nameid-format:transient"), profile="saml2int"
    )
    clear = samlcheck.story_of(report, show_values=True)

    assert "maria.lind" not in repr(report.story)
    assert "maria.lind" in repr(clear)


def test_a_pair_that_will_fail_has_its_causes() -> None:
    idp = IDP.replace(b"bindings:HTTP-POST", b"bindings:SOAP").replace(
        b"bindings:HTTP-Redirect", b"bindings:SOAP"
    )
    story = samlcheck.check_pair(sp=SP, idp=idp, now=NOW).story

    assert "pair-no-common-sso-binding" in rules(story)
    assert "" == story.word


def test_a_refusal_is_explained_by_what_is_wrong_with_the_request() -> None:
    captured = har(asked("k1"), answered("k1", status=500))
    report = samlcheck.check_message(captured, now=NOW, sp=SP, idp=IDP)
    story = report.story

    assert ["req-unsigned"] == rules(story)
    assert "sp" == story.causes[0].side
    assert ["status-not-success"] == [item.rule for item in story.causes[0].follows]
    data = report_data(report)
    cause = data["story"]["causes"][0]
    finding = data["exchanges"][cause["exchange"] - 1]["findings"][cause["finding"]]
    assert "req-unsigned" == finding["rule"]


def test_a_request_that_was_answered_with_success_is_no_cause() -> None:
    captured = har(asked("k1"), visit("POST", "https://idp.example.org/"))
    request = samlcheck.check_message(captured, now=NOW, sp=SP, idp=IDP)
    good = samlcheck.check_message(build("response"), now=NOW, sp=SP, idp=IDP, request=captured)

    assert "req-unsigned" in rules(request.story)
    assert [] == rules(good.story)


def test_each_of_several_messages_tells_of_those_around_it() -> None:
    reports = samlcheck.check_messages([REQUEST, build("response")], now=NOW, sp=SP, idp=IDP)

    assert [[True, False], [False, True]] == [
        [item.judged for item in report.exchanges] for report in reports
    ]
    assert 1 == reports[1].exchanges[1].answers
    assert [True, True] == [item.checked for item in reports[1].exchanges]
