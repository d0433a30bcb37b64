"""Each step of the scenario, gone wrong, is told: what, who has to act, and where."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

import samlcheck
from samlcheck import Finding, Input, Report
from samlcheck.profiles import Profile, load_profile, load_profile_text
from tests.webex.documents import FOLDER, authn_request, idp_metadata, sp_metadata
from tests.webex.step import Said, Step
from tests.webex.steps import STEPS

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
_SENT = datetime(2026, 11, 23, 9, 41, tzinfo=UTC)
_CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
CONTEXTS = f"{_CLASSES}PasswordProtectedTransport;{_CLASSES}X509"
PRODUCTS = ("entra", "webex-meetings")
#: The scenario has so many steps.
ROWS = 37
#: What is predicted of the two products whatever is typed: the claims have to be added, and the
#: list of classes is the one of 2019 unless a step has another.
_PREDICTED = {"pair-claims-predicted-missing", "authn-context-predicted-mismatch"}


def _profile(step: Step) -> Profile:
    own = step if step.judged_as == "profile" else None
    if step.profile is not None:
        own = next(item for item in STEPS if item.file == step.profile)
    if own is None:
        return load_profile(*PRODUCTS)
    return load_profile_text(own.content().decode(), name=own.file)


def judge(step: Step) -> Report:
    """The report on a step, with the other documents of the example beside it."""
    document = Input(data=step.content(), name=step.file)
    sp = Input(data=(step.sp or sp_metadata)(), name="sp-metadata.xml")
    idp = Input(data=idp_metadata(), name="idp-metadata.xml")
    profile = _profile(step)
    if step.judged_as in ("sp", "idp"):
        return samlcheck.check_metadata(document, now=NOW, profile=profile)
    if step.judged_as == "diff-sp":
        return samlcheck.diff_metadata(sp, document, now=NOW, profile=profile)
    if step.judged_as == "profile":
        return samlcheck.check_pair(sp=sp, idp=idp, now=NOW, profile=profile)
    if step.judged_as == "pair-sp":
        return samlcheck.check_pair(sp=document, idp=idp, now=NOW, profile=profile)
    if step.judged_as == "pair-idp":
        return samlcheck.check_pair(sp=sp, idp=document, now=NOW, profile=profile)
    if step.judged_as == "request":
        return samlcheck.check_message(document, sp=sp, idp=idp, now=_SENT, profile=profile)
    request = Input(data=authn_request(), name="authn-request.xml")
    return samlcheck.check_message(
        document,
        sp=sp,
        idp=idp,
        request=None if "request" in step.without else request,
        now=NOW,
        profile=profile,
        authn_contexts=CONTEXTS,
    )


def _told(step: Step) -> list[Finding]:
    """What is said above info, without what is predicted, unless the step is about that."""
    besides = _PREDICTED - {item.rule for item in step.said}
    found = judge(step).findings
    return [item for item in found if item.severity != "info" and item.rule not in besides]


def _is(said: Said, finding: Finding) -> bool:
    same = (said.rule, said.owner) == (finding.rule, finding.owner)
    return same and said.xpath in (None, finding.location.xpath)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.file)
def test_a_step_gone_wrong_is_told(step: Step) -> None:
    found = _told(step)

    assert [(item.rule, item.owner) for item in step.said] == [(f.rule, f.owner) for f in found]
    for said, finding in zip(step.said, found, strict=True):
        assert said.xpath in (None, finding.location.xpath)


@pytest.mark.parametrize("step", [step for step in STEPS if step.noted], ids=lambda step: step.file)
def test_what_is_advice_is_noted(step: Step) -> None:
    found = judge(step).findings

    for said in step.noted:
        assert any(_is(said, item) and item.severity == "info" for item in found)


@pytest.mark.parametrize("step", [step for step in STEPS if step.says], ids=lambda step: step.file)
def test_a_finding_says_what_a_reader_has_to_know(step: Step) -> None:
    first = _told(step)[0]
    text = f"{first.message} {first.hint}"

    assert [] == [words for words in step.says if words not in text]


def test_every_row_of_the_scenario_has_a_document() -> None:
    assert set(range(1, ROWS + 1)) == {step.row for step in STEPS}


def test_the_readme_lists_every_document_with_its_step() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (\d+) \|[^|]*\| `([^`]+)` \| (.*) \|", readme, flags=re.MULTILINE)

    assert sorted((step.row, step.file) for step in STEPS) == sorted(
        (int(row), file) for row, file, _ in listed
    )
    for step in STEPS:
        words = next(words for _, file, words in listed if file == step.file)
        if step.profile is None and step.judged_as != "profile":
            for said in (*step.said[:1], *step.noted[:1]):
                assert f"`{said.rule}`" in words


def test_accounts_are_created_unless_that_is_switched_off() -> None:
    assert load_profile("webex-meetings").switches["auto_account_creation"]


def test_the_error_that_no_document_shows_is_explained() -> None:
    known = {item.label: item.meaning for item in load_profile("webex-meetings").symptoms}

    assert "SSO is not switched on for the site" == known["Webex error 7"]
