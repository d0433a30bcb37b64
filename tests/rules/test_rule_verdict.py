"""The verdict is only `accepted` when nothing that decides is wrong, and nothing is left open.

The messages are truly signed with the key of the identity provider: what is wrong with them is
what they say, or what was given beside them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from samlcheck import Report, load_profile
from samlcheck.model import Response
from samlcheck.profiles.profile import SeverityChange
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.registry import entries_for, entry_of
from samlcheck.rules.rule import BLOCKS_LOGIN, ERROR, Hit, Rule, Unknown, example, rule
from tests.forgeries.forging import (
    FORGED_USER,
    REQUEST_ID,
    USER,
    Edit,
    blocking,
    check,
    rules,
    second_assertion,
)
from tests.support.bases import build
from tests.support.encrypting import encrypt_assertion
from tests.support.keys import certificate_pem

_SAME = second_assertion()
_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
_TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
_NAMED = f"{USER}</saml:NameID>"
_OTHER = (_NAMED, f"{FORGED_USER}</saml:NameID>")
_IN_RESPONSE = ('/saml/acs" InResponseTo', f' InResponseTo="{REQUEST_ID}"')
_DATA = f'<saml:SubjectConfirmationData InResponseTo="{REQUEST_ID}"'
_OUTER = f'/saml/acs" InResponseTo="{REQUEST_ID}"'
_ENTITY_ID = ' entityID="https://sp.example.org/saml"'


def _open(report: Report) -> str:
    """Why a verdict is open; the test fails where it is not."""
    assert "undetermined" == report.verdict, sorted(rules(report))
    return "; ".join(report.undetermined_because)


# -- several assertions ---------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
def test_two_assertions_about_one_person_are_accepted(sign: str) -> None:
    report = check(build("response", [_SAME], sign=sign))  # type: ignore[arg-type]
    assert ("accepted", {"response-multiple-assertions"}) == (report.verdict, rules(report))


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
@pytest.mark.parametrize(
    ("edits", "found"),
    [
        ([_OTHER], "response-assertions-different-subject"),
        (
            [('NotOnOrAfter="2026-11-23T10:59:30Z"/>', 'NotOnOrAfter="2026-11-23T09:00:00Z"/>')],
            "scd-notonorafter-expired",
        ),
        (
            [
                (
                    'Recipient="https://sp.example.org/saml/acs"',
                    'Recipient="https://else.example/acs"',
                )
            ],
            "scd-recipient-mismatch",
        ),
        ([(REQUEST_ID, "_0c1d")], "scd-inresponseto-mismatch"),
        ([("<saml:Audience>https://sp.", "<saml:Audience>https://other.")], "aud-mismatch"),
        (
            [("<saml:Issuer>https://idp.", "<saml:Issuer>https://other.")],
            "issuer-mismatch-assertion",
        ),
    ],
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_one_assertion_does_not_excuse_another(sign: str, edits: list[Edit], found: str) -> None:
    for add in (second_assertion(*edits), _first(*edits)):
        report = check(build("response", [add], sign=sign))  # type: ignore[arg-type]
        assert found in blocking(report)
        assert "rejected" == report.verdict


def _first(*edits: Edit) -> Edit:
    """The edit that adds another assertion before the first."""
    text = second_assertion(*edits)[1].removesuffix("</samlp:Response>")
    return "</samlp:Status>", f"</samlp:Status>{text}"


def test_a_sealed_assertion_about_somebody_else_is_compared() -> None:
    message = build("response", [_first(_OTHER)], sign="assertion")
    report = check(encrypt_assertion(message, certificate=certificate_pem("sp-encryption")))
    assert "response-assertions-different-subject" in blocking(report)


@pytest.mark.parametrize(
    "edits",
    [
        [_OTHER, (_FORMAT, _TRANSIENT)],
        [(_FORMAT, _TRANSIENT)],
        [(f'<saml:NameID Format="{_FORMAT}">{_NAMED}', "")],
        [("<saml:NameID Format", '<saml:NameID NameQualifier="urn:example:q" Format')],
    ],
    ids=["other-transient", "other-format", "no-name", "other-qualifier"],
)
def test_names_that_cannot_be_compared_leave_the_verdict_open(edits: list[Edit]) -> None:
    report = check(build("response", [second_assertion(*edits)], sign="both"))
    assert "response-assertions-different-subject" in _open(report)


def test_issuers_of_several_assertions_are_compared_without_metadata() -> None:
    message = build(
        "response",
        [
            (
                "<saml:Issuer>https://idp.example.org/saml</saml:Issuer>\n  <samlp:Status>",
                "<samlp:Status>",
            ),
            second_assertion(("<saml:Issuer>https://idp.", "<saml:Issuer>https://other.")),
        ],
    )
    assert "issuer-inconsistent" in blocking(check(message, idp=None))


# -- rules that could not decide ------------------------------------------------------------


@pytest.mark.parametrize(
    ("side", "edits", "slug"),
    [
        ("sp", [(_ENTITY_ID, "")], "aud-mismatch"),
        (
            "sp",
            [("<md:AssertionConsumerService", "<md:ManageNameIDService")],
            "scd-recipient-mismatch",
        ),
        ("idp", [(' entityID="https://idp.example.org/saml"', "")], "issuer-mismatch-response"),
    ],
)
def test_metadata_that_lacks_what_is_compared_leaves_the_verdict_open(
    side: str, edits: list[Edit], slug: str
) -> None:
    report = check(build("response"), **{side: build(side, edits), "request": None})  # type: ignore[arg-type]
    assert slug in _open(report)


def test_an_encrypted_name_leaves_the_verdict_open() -> None:
    sealed = (f'<saml:NameID Format="{_FORMAT}">{_NAMED}', "<saml:EncryptedID/>")
    report = check(build("response", [sealed]))
    assert "accepted" != report.verdict


def _judges(slug: str, **options: object) -> Rule:
    def judge(response: Response, case: Case) -> Iterator[Hit | Unknown]:
        """Test.

        What.

        Why: why.
        Fix: Fix.
        """
        if options.get("fails"):
            raise RuntimeError("on purpose")
        yield Unknown("nobody knows")

    tags = [BLOCKS_LOGIN] if options.get("decides") else []
    return rule(
        slug,
        on=Response,
        severity=ERROR,
        cites=[core("1")],
        tags=tags,
        owner="idp",
        bad=[example("response")],
        good=[example("response")],
    )(judge)


@pytest.mark.parametrize(
    ("options", "verdict"),
    [
        ({"decides": True}, "undetermined"),
        ({"decides": False}, "accepted"),
        ({"decides": True, "fails": True}, "undetermined"),
    ],
)
def test_the_outcome_of_a_deciding_rule_is_needed(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, bool], verdict: str
) -> None:
    entries = (*entries_for("message"), entry_of(_judges("test-judge", **options)))
    for module in ("plan", "verdict"):
        monkeypatch.setattr(f"samlcheck.engine.{module}.entries_for", lambda kind: entries)
    report = check(build("response"))
    assert verdict == report.verdict
    assert (verdict == "undetermined") == ("test-judge" in "; ".join(report.undetermined_because))


def test_a_rule_that_a_profile_relaxes_forfeits_acceptance() -> None:
    import attrs

    change = SeverityChange(rule="aud-mismatch", to="info", reason="our SP takes any audience")
    profile = attrs.evolve(load_profile(), severities=(change,))
    wrong = ("<saml:Audience>https://sp.", "<saml:Audience>https://other.")
    assert "aud-mismatch" in _open(check(build("response", [wrong]), profile=profile))
    assert "accepted" == check(build("response"), profile=profile).verdict


# -- ambiguous or outdated evidence ---------------------------------------------------------


def _twice(other: bytes, own: bytes) -> bytes:
    parts = b"".join(part[part.index(b"<md:EntityDescriptor") :] for part in (other, own))
    start = b'<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">'
    return start + parts + b"</md:EntitiesDescriptor>"


@pytest.mark.parametrize("own_first", [True, False])
def test_two_entities_of_one_name_leave_the_verdict_open(own_first: bool) -> None:
    own = build("idp")
    other = build("idp", [("{cert:idp-signing}", "{cert:stranger}")])
    group = _twice(own, other) if own_first else _twice(other, own)
    report = check(build("response"), idp=group)
    assert "ent-several-candidates" in rules(report)
    assert set() == blocking(report)
    assert "same entityID" in _open(report)


@pytest.mark.parametrize("key", ["idp-signing", "stranger"])
def test_the_keys_of_each_role_are_tried_and_the_verdict_is_open(key: str) -> None:
    metadata = build("idp").decode()
    start, end = metadata.index("<md:IDPSSODescriptor"), metadata.index("</md:IDPSSODescriptor>")
    role = metadata[start:end] + "</md:IDPSSODescriptor>"
    other = build("idp", [("{cert:idp-signing}", "{cert:stranger}")]).decode()
    second = other[other.index("<md:IDPSSODescriptor") : other.index("</md:IDPSSODescriptor>")]
    both = metadata.replace(role, f"{role}{second}</md:IDPSSODescriptor>").encode()
    report = check(build("response", key=key), idp=both)
    assert set() == blocking(report)
    assert "roles of the IdP" in _open(report)


def test_the_request_of_another_service_provider_is_no_evidence() -> None:
    request = build("request", [("https://sp.example.org/saml<", "https://other.example.org/<")])
    report = check(build("response"), request=request)
    assert ("rejected", {"req-issuer-mismatch"}) == (report.verdict, blocking(report))


def test_metadata_for_another_protocol_leaves_the_verdict_open() -> None:
    old = [("urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:1.1:protocol")]
    assert "SAML 2.0" in _open(check(build("response"), idp=build("idp", old)))


@pytest.mark.parametrize("cut", [3000, 3001, -10])
@pytest.mark.parametrize("encoded", [True, False])
def test_a_cut_capture_says_nothing_about_the_login(encoded: bool, cut: int) -> None:
    import base64

    message = build("response")
    message = base64.b64encode(message) if encoded else message
    report = check(message[:cut])
    assert {"transport-truncated"} == rules(report)
    assert "a Response" in _open(report)


# -- small relaxations ----------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
@pytest.mark.parametrize("kept", ["response", "confirmation"])
def test_a_response_and_its_assertion_answer_the_same_request(sign: str, kept: str) -> None:
    edit = (
        (_DATA, "<saml:SubjectConfirmationData") if kept == "response" else (_OUTER, '/saml/acs"')
    )
    report = check(build("response", [edit], sign=sign), request=None)  # type: ignore[arg-type]
    unsigned = kept == "response" and sign == "assertion"
    expected = "response-inresponseto-" + ("unsigned" if unsigned else "inconsistent")
    assert ("rejected", {expected}) == (report.verdict, blocking(report))


def test_a_login_that_the_identity_provider_starts_answers_nothing() -> None:
    edits = [(_DATA, "<saml:SubjectConfirmationData"), (_OUTER, '/saml/acs"')]
    assert "accepted" == check(build("response", edits), request=None).verdict


def test_blanks_around_an_audience_leave_the_verdict_open() -> None:
    blank = (
        "https://sp.example.org/saml</saml:Audience>",
        "https://sp.example.org/saml </saml:Audience>",
    )
    assert "aud-mismatch" in _open(check(build("response", [blank])))


def test_an_unknown_condition_leaves_the_verdict_open() -> None:
    condition = (
        "<saml:AudienceRestriction>",
        '<saml:Condition xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xmlns:x="urn:example:x" xsi:type="x:Only"/><saml:AudienceRestriction>',
    )
    assert "x:Only" in _open(check(build("response", [condition])))
