"""The run: outcomes of every rule, suppression, selection, crashes, severities, verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

import samlcheck
from samlcheck.engine import api as engine_api
from samlcheck.engine import plan as engine_plan
from samlcheck.model import EntityDescriptor, Response
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata
from samlcheck.rules.registry import entry_of, rules_for
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    IDP,
    OFF,
    WARNING,
    Hit,
    Rule,
    example,
    hit,
    rule,
)
from tests.support.bases import NOW, build, load

SP, IDP_METADATA, REQUEST = load("sp"), load("idp"), load("request")


def _message(**changes: object) -> samlcheck.Report:
    given = {"sp": SP, "idp": IDP_METADATA, "request": REQUEST, "now": NOW, **changes}
    captured = given.pop("captured", build("response"))
    return samlcheck.check_message(captured, **given)  # type: ignore[arg-type]


def test_every_rule_of_the_kind_has_one_outcome() -> None:
    report = samlcheck.check_metadata(SP, now=NOW)
    on = [item.id for item in rules_for("metadata") if item.severity != OFF]
    assert on == [item.rule for item in report.outcomes]


def test_good_message_is_accepted_without_findings() -> None:
    report = _message()
    assert report.verdict == "accepted"
    assert report.findings == ()


@pytest.mark.parametrize("missing", ["sp", "idp"])
def test_without_metadata_of_a_side_nothing_is_accepted(missing: str) -> None:
    report = _message(**{missing: None})
    assert report.verdict == "undetermined"
    assert any("metadata" in reason for reason in report.undetermined_because)


def test_without_the_request_the_outcome_says_so() -> None:
    report = _message(request=None)
    reasons = {item.reason for item in report.outcomes if item.status == "could-not-run"}
    assert "the AuthnRequest was not given" in reasons


def test_ignoring_a_deciding_rule_forfeits_acceptance() -> None:
    report = _message(ignore=["sig-none"])
    assert report.verdict == "undetermined"
    assert "not selected" in report.undetermined_because[-1]


def test_select_limits_the_outcomes() -> None:
    report = samlcheck.check_metadata(SP, now=NOW, select=["eid-*"], ignore=["eid-missing"])
    slugs = {item.rule for item in report.outcomes}
    assert slugs
    assert all(slug.startswith("eid-") for slug in slugs)
    assert "eid-missing" not in slugs


def _fires(id_: str, **options: object) -> Rule:
    def judge(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
        yield hit(entity, "Fired", attribute="entityID")

    judge.__doc__ = "Title.\n\nWhat.\n\nWhy: because.\nFix: do."
    return rule(
        id_,
        on=EntityDescriptor,
        severity=ERROR,
        cites=[metadata("2.3.2")],
        bad=[example("sp")],
        good=[example("sp")],
        **options,  # type: ignore[arg-type]
    )(judge)


def _with_rules(monkeypatch: pytest.MonkeyPatch, *rules: Rule) -> None:
    entries = tuple(entry_of(item) for item in rules)
    monkeypatch.setattr(engine_plan, "entries_for", lambda kind: entries)
    monkeypatch.setattr(engine_api, "all_ids", lambda: frozenset(item.id for item in rules))


def test_a_rule_that_crashes_is_one_finding_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def judge(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
        raise KeyError("boom")

    broken = rule("test-broken", on=EntityDescriptor, severity=ERROR, cites=[], bad=[], good=[])(
        judge
    )
    _with_rules(monkeypatch, broken, _fires("test-fires"))
    report = samlcheck.check_metadata(SP, now=NOW)
    assert {"tool-rule-crashed", "test-fires"} == {item.rule for item in report.findings}
    assert "could-not-run" == report.outcomes[0].status
    assert (report.outcomes[0].reason or "").startswith("the rule failed (KeyError in ")


def test_a_consequence_is_not_reported_beside_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    cause, consequence = _fires("test-cause"), _fires("test-consequence", unless=["test-ca*"])
    _with_rules(monkeypatch, cause, consequence)
    report = samlcheck.check_metadata(SP, now=NOW)
    assert ["test-cause"] == [item.rule for item in report.findings]
    assert "explained by test-cause" == report.outcomes[1].reason


def test_a_cause_that_was_not_selected_still_explains(monkeypatch: pytest.MonkeyPatch) -> None:
    cause, consequence = _fires("test-cause"), _fires("test-consequence", unless=["test-ca*"])
    _with_rules(monkeypatch, cause, consequence)
    report = samlcheck.check_metadata(SP, now=NOW, select=["test-consequence"])
    assert report.findings == ()
    assert ["test-consequence"] == [item.rule for item in report.outcomes]


def test_a_profile_changes_a_severity_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    from samlcheck.profiles import SeverityChange, load_profile

    _with_rules(monkeypatch, _fires("test-fires"))
    import attrs

    changed = attrs.evolve(
        load_profile(),
        severities=(SeverityChange(rule="test-fires", to=WARNING, reason="known here"),),
    )
    report = samlcheck.check_metadata(SP, now=NOW, profile=changed)
    assert [("warning", "known here")] == [
        (item.severity, item.severity_reason) for item in report.findings
    ]


def test_location_is_exact() -> None:
    bad = SP.replace('entityID="https://sp.example.org/saml"', 'entityID=""')
    finding = samlcheck.check_metadata(bad, now=NOW, select=["eid-missing"]).findings[0]
    line = bad.splitlines().index('    entityID="">') + 1
    assert (line, 15, "/md:EntityDescriptor/@entityID") == (
        finding.location.line,
        finding.location.column,
        finding.location.xpath,
    )


def test_now_without_a_zone_is_misuse() -> None:
    with pytest.raises(ValueError, match="time zone"):
        samlcheck.check_metadata(SP, now=datetime(2026, 11, 23))


def test_a_decryption_key_that_is_none_is_misuse() -> None:
    with pytest.raises(ValueError, match="decryption key 1"):
        _message(decryption_keys=[b"not a key"])


def test_personal_values_are_masked_until_shown() -> None:
    captured = build(
        "response", [(">maria.lind@example.org</saml:NameID>", ">not-an-address</saml:NameID>")]
    )
    report = _message(captured=captured)
    finding = next(item for item in report.findings if item.rule == "nameid-email-not-addr-spec")
    assert "not-an-address" not in repr(finding)
    shown = finding.shown()
    assert shown.location.excerpt is not None
    assert "not-an-address" in shown.location.excerpt.text


def test_two_rules_that_name_each_other_do_not_both_vanish(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = (
        _fires("test-one", unless=["test-other"]),
        _fires("test-other", unless=["test-one"]),
    )
    _with_rules(monkeypatch, one, other)
    report = samlcheck.check_metadata(SP, now=NOW)
    assert len(report.findings) == 1


def test_what_blocks_a_login_is_not_explained_by_what_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def judge(response: Response, case: Case) -> Iterator[Hit]:
        yield hit(response, "Fired")

    judge.__doc__ = "Title.\n\nWhat.\n\nWhy: because.\nFix: do."
    options = {"on": Response, "cites": [], "bad": [], "good": [], "owner": IDP}
    advice = rule("test-advice", severity=WARNING, **options)(judge)  # type: ignore[arg-type]
    blocking = rule(
        "test-blocking", severity=ERROR, tags=[BLOCKS_LOGIN], unless=["test-advice"], **options
    )(judge)  # type: ignore[arg-type]
    _with_rules(monkeypatch, advice, blocking)
    report = _message()
    assert ["test-blocking", "test-advice"] == [item.rule for item in report.findings]
    assert report.verdict == "rejected"


def test_a_glob_that_matches_no_rule_is_misuse() -> None:
    with pytest.raises(samlcheck.UsageError, match="nosuch"):
        samlcheck.check_metadata(SP, now=NOW, select="nosuch-*")


def test_one_glob_may_be_given_as_text() -> None:
    report = samlcheck.check_metadata(SP, now=NOW, ignore="contact-*")
    slugs = {item.rule for item in report.outcomes}
    assert "eid-missing" in slugs
    assert not any(slug.startswith("contact-") for slug in slugs)


def test_now_at_the_ends_of_the_calendar_is_misuse() -> None:
    with pytest.raises(ValueError, match="between"):
        samlcheck.check_metadata(SP, now=datetime.max.replace(tzinfo=UTC))


def test_a_missing_side_of_a_pair_is_misuse() -> None:
    with pytest.raises(TypeError, match="expected bytes"):
        samlcheck.check_pair(sp=None, idp=IDP_METADATA, now=NOW)  # type: ignore[arg-type]


def test_text_with_an_encoding_declared_is_read_as_it_says() -> None:
    text = SP.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').replace("/saml", "/b\u00fccher")
    entity = samlcheck.parse_metadata(text).entities[0]
    assert entity.entity_id == "https://sp.example.org/b\u00fccher"


def test_a_request_that_is_none_is_named_and_nothing_is_accepted() -> None:
    report = _message(request=IDP_METADATA)
    assert report.verdict == "undetermined"
    assert "what was given as the request is none" in report.undetermined_because[0]
    reasons = {item.reason for item in report.outcomes if item.status == "could-not-run"}
    assert "the AuthnRequest that was given cannot be used" in reasons
