"""What may name a person is masked wherever it stands: messages, addresses, misplaced values."""

from __future__ import annotations

import pytest

import samlcheck
from samlcheck.render.diagnosis import render_diagnosis
from samlcheck.render.json_report import render_json
from samlcheck.render.style import Style
from samlcheck.render.text import render_check, render_concise
from samlcheck.rules.message.status_words import told
from samlcheck.rules.rule import masked, revealed
from tests.support.bases import NOW, build, load

SECRET = "zq7vxk-jw3hfy"
FAILED = "urn:oasis:names:tc:SAML:2.0:status:Responder"
SUCCESS = '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>'


def _outputs(report: samlcheck.Report) -> str:
    style = Style(show_info=True, width=10_000)
    return "\n".join(
        (
            render_check(report, style),
            render_diagnosis(report, style),
            render_concise(report, style),
            render_json([report], many=False),
            repr(report),
        )
    )


def _check(data: bytes | str) -> samlcheck.Report:
    return samlcheck.check_message(data, now=NOW, sp=load("sp"), idp=load("idp"))


# A wrong attribute beside the value makes a finding whose excerpt would show the value.
PLACES = {
    "StatusMessage": (
        SUCCESS,
        f'<samlp:StatusCode Value="{FAILED}"/><samlp:StatusMessage>User {SECRET} is not known'
        "</samlp:StatusMessage>",
    ),
    "StatusMessage in an excerpt": (
        SUCCESS,
        f'{SUCCESS}<samlp:StatusMessage a="b">{SECRET}</samlp:StatusMessage>',
    ),
    "StatusDetail": (
        SUCCESS,
        f'{SUCCESS}<samlp:StatusDetail a="b"><x>{SECRET}</x></samlp:StatusDetail>',
    ),
    "Address of the subject": (
        "<saml:AuthnContext>",
        f'<saml:SubjectLocality Address="{SECRET}" DNSName="{SECRET}" a="b"/><saml:AuthnContext>',
    ),
    "Address of a confirmation": ("Recipient=", f'Address="{SECRET}" a="b" Recipient='),
    "SPProvidedID": ("<saml:NameID ", f'<saml:NameID a="b" SPProvidedID="{SECRET}" '),
    "an Audience in the subject": (
        "<saml:SubjectConfirmation ",
        f'<saml:Audience a="b"> {SECRET}</saml:Audience><saml:SubjectConfirmation ',
    ),
    "an Audience in the conditions": (
        "<saml:AudienceRestriction>",
        f'<saml:Audience a="b"> {SECRET}\u200b</saml:Audience><saml:AudienceRestriction>',
    ),
    "an Issuer in an Audience": (
        ">https://sp.example.org/saml</saml:Audience>",
        f'>https://x.example<saml:Issuer a="b">{SECRET}\u200b</saml:Issuer></saml:Audience>',
    ),
    "a NameID in a status": (
        "<samlp:Status>",
        f'<samlp:Status><saml:NameID a="b">{SECRET} </saml:NameID>',
    ),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("lines", [True, False])
def test_a_place_tells_no_value(place: str, lines: bool) -> None:
    login = build("response", [PLACES[place]], sign=None)
    report = _check(login if lines else login.replace(b"\n", b" "))

    assert report.findings
    assert SECRET not in _outputs(report)


FORM = (
    '<form method="post" action="https://other.example.org/acs?user={0}"><input type="hidden" '
    'name="SAMLResponse" value="{1}"/></form>'
)


def test_the_query_of_a_form_action_is_masked() -> None:
    from binascii import b2a_base64

    value = b2a_base64(build("response"), newline=False).decode()
    report = _check(FORM.format(SECRET, value))

    assert "response-destination-vs-received" in {item.rule for item in report.findings}
    assert SECRET not in _outputs(report)
    assert "https://other.example.org/acs?(masked, 18 characters)" in _outputs(report)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authentication failed.", "Authentication failed."),
        (
            "AADSTS50105: The signed in user 'maria@example.org' is not assigned to a role.",
            "AADSTS50105: The signed in user (masked, 19 characters) is not assigned to a role.",
        ),
        ("User Maria Lind not found", "User (masked, 10 characters) not found"),
        ("Maria", "(masked, 5 characters)"),
        (
            "Issuer https://sp.example.org/saml is unknown",
            "Issuer https://sp.example.org/saml is unknown",
        ),
        ("NoPassive: 'IsPassive' was set", "NoPassive: 'IsPassive' was set"),
        ("No user with 4711-0815 from 10.1.2.3", "No user with (masked, 9 characters) from "),
        ("", ""),
    ],
)
def test_what_of_a_status_message_is_shown(text: str, shown: str) -> None:
    marked = told(text, ("https://sp.example.org/saml",))
    assert masked(marked).startswith(shown)
    assert text == revealed(marked)
