"""Each capture of the worked example leads with its one cause, and the good login with nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

import samlcheck
from samlcheck import Input, Report

FOLDER = Path(__file__).parents[2] / "docs" / "examples" / "webex"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CONTEXTS = (
    "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport;"
    "urn:oasis:names:tc:SAML:2.0:ac:classes:X509"
)
ASSERTION = "/samlp:Response/saml:Assertion"
SIGNATURE = f"{ASSERTION}/ds:Signature"


@attrs.frozen(kw_only=True)
class Cause:
    """What the report on a capture has to lead with."""

    file: str
    rule: str
    owner: str
    xpath: str
    #: Words of the first message or its hint, without which a reader would not know what to do.
    says: tuple[str, ...]
    also: tuple[str, ...] = ()


CAUSES = (
    Cause(
        file="02-login-claim-namespaced.txt",
        rule="attr-required-missing",
        owner="idp",
        xpath=f"{ASSERTION}/saml:AttributeStatement",
        says=(
            "'email'",
            "'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress'",
            "namespace",
        ),
        also=("attr-name-near-miss",),
    ),
    Cause(
        file="03-login-uid-empty.txt",
        rule="attr-required-empty",
        owner="idp",
        xpath=f"{ASSERTION}/saml:AttributeStatement/saml:Attribute[9]/saml:AttributeValue",
        says=("'uid'", "without a value", "Webex error 31"),
    ),
    Cause(
        file="04-login-authn-context.txt",
        rule="authn-context-not-allowed",
        owner="sp",
        xpath=f"{ASSERTION}/saml:AuthnStatement/saml:AuthnContext/saml:AuthnContextClassRef",
        says=(
            "'urn:oasis:names:tc:SAML:2.0:ac:classes:Password'",
            "'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'",
            "list",
            "Webex error 13",
        ),
    ),
    Cause(
        file="05-login-audience-slash.txt",
        rule="aud-mismatch",
        owner="idp",
        xpath=f"{ASSERTION}/saml:Conditions/saml:AudienceRestriction/saml:Audience",
        says=("'https://contoso.webex.com/'", "'https://contoso.webex.com'", "a trailing slash"),
    ),
    Cause(
        file="06-login-recipient-other-site.txt",
        rule="scd-recipient-mismatch",
        owner="idp",
        xpath=f"{ASSERTION}/saml:Subject/saml:SubjectConfirmation/"
        "saml:SubjectConfirmationData/@Recipient",
        says=("fabrikam", "contoso", "the host and the query string", "Webex error 14"),
    ),
    Cause(
        file="07-login-expired.txt",
        rule="cond-expired",
        owner="user",
        xpath=f"{ASSERTION}/saml:Conditions/@NotOnOrAfter",
        says=(
            "9 minutes 29 seconds",
            "2026-11-23T09:35:30.089Z",
            "2026-11-23T09:50:30.089Z",
            "The user who signs in",
            "Webex error 19",
        ),
    ),
    Cause(
        file="08-login-wrong-key.html",
        rule="sig-keyinfo-only-trust",
        owner="sp",
        xpath=f"{SIGNATURE}/ds:KeyInfo/ds:X509Data/ds:X509Certificate",
        says=("metadata does not name",),
    ),
    Cause(
        file="09-login-altered.txt",
        rule="sig-digest-mismatch",
        owner="capture",
        xpath=f"{SIGNATURE}/ds:SignedInfo/ds:Reference/ds:DigestValue",
        says=("changed after it was signed",),
    ),
    Cause(
        file="10-login-reindented.xml",
        rule="sig-digest-mismatch",
        owner="capture",
        xpath=f"{SIGNATURE}/ds:SignedInfo/ds:Reference/ds:DigestValue",
        says=("re-indented", "Base64"),
    ),
)


def read(name: str) -> Input:
    return Input(data=(FOLDER / name).read_bytes(), name=name)


def diagnose(name: str) -> Report:
    """The report that the command of the example's README prints."""
    return samlcheck.check_message(
        read(name),
        sp=read("sp-metadata.xml"),
        idp=read("idp-metadata.xml"),
        request=read("authn-request.xml"),
        profile="webex-meetings",
        authn_contexts=CONTEXTS,
        now=NOW,
    )


def test_good_login_is_accepted_without_error_or_warning() -> None:
    report = diagnose("01-login-good.txt")

    assert (report.verdict, report.undetermined_because) == ("accepted", ())
    assert [] == [item for item in report.findings if item.severity != "info"]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.file)
def test_broken_login_leads_with_its_cause(cause: Cause) -> None:
    report = diagnose(cause.file)
    first = report.findings[0]

    assert report.verdict == "rejected"
    assert (cause.rule, cause.owner, cause.xpath) == (
        first.rule,
        first.owner,
        first.location.xpath,
    )
    assert first.severity == "error"


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.file)
def test_broken_login_says_what_a_reader_has_to_know(cause: Cause) -> None:
    first = diagnose(cause.file).findings[0]
    text = f"{first.message} {first.hint}"

    assert [] == [words for words in cause.says if words not in text]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.file)
def test_one_cause_gives_one_error(cause: Cause) -> None:
    report = diagnose(cause.file)
    told = [item.rule for item in report.findings if item.severity != "info"]

    assert [cause.rule, *cause.also] == told


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.file)
def test_nobody_is_named_unless_asked_for(cause: Cause) -> None:
    for finding in diagnose(cause.file).findings:
        texts = (finding.message, finding.expected, finding.actual, finding.hint)
        assert not any("britta" in (text or "").lower() for text in texts)


def test_an_old_capture_is_told_to_be_judged_as_of_its_own_time() -> None:
    report = samlcheck.check_message(
        read("01-login-good.txt"),
        sp=read("sp-metadata.xml"),
        idp=read("idp-metadata.xml"),
        profile="webex-meetings",
        authn_contexts=CONTEXTS,
        now=datetime(2026, 12, 1, tzinfo=UTC),
    )

    first = report.findings[0]
    assert (first.rule, first.owner) == ("cond-expired", "user")
    assert "7 days 13 hours old" in first.hint
    assert "--at 2026-11-23T09:59:30Z" in first.hint
    assert ["cond-expired"] == [item.rule for item in report.findings if item.blocks]


@pytest.mark.parametrize("name", ["sp-metadata.xml", "idp-metadata.xml"])
def test_metadata_of_the_example_has_no_error(name: str) -> None:
    report = samlcheck.check_metadata(read(name), now=NOW, profile="webex-meetings")

    assert [] == [item for item in report.findings if item.severity == "error"]


def test_pair_of_the_example_has_no_error() -> None:
    report = samlcheck.check_pair(
        sp=read("sp-metadata.xml"),
        idp=read("idp-metadata.xml"),
        now=NOW,
        profile="webex-meetings",
        authn_contexts=CONTEXTS,
    )

    assert [] == [item for item in report.findings if item.severity == "error"]


def test_request_of_the_example_is_in_order() -> None:
    report = samlcheck.check_message(
        read("authn-request.xml"),
        sp=read("sp-metadata.xml"),
        idp=read("idp-metadata.xml"),
        now=datetime(2026, 11, 23, 9, 41, tzinfo=UTC),
        profile="webex-meetings",
    )

    assert [] == [item for item in report.findings if item.severity != "info"]
