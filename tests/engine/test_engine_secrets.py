"""A private key in a document is never shown, wherever it stands and whatever is asked for."""

from __future__ import annotations

import re

import pytest

import samlcheck
from samlcheck.render.diagnosis import render_diagnosis
from samlcheck.render.json_report import render_json
from samlcheck.render.style import Style
from samlcheck.render.text import render_check, render_concise
from samlcheck.xml.secrets import NOT_SHOWN, without_secrets
from tests.support.bases import NOW, build, load
from tests.support.keys import key_pem

KEY = key_pem("idp-signing").decode().strip()
BODY = "".join(KEY.splitlines()[1:-1])
RSA_XML_START = "MIIEpAIBAAKCAQEA"


def _outputs(report: samlcheck.Report) -> str:
    style = Style(show_values=True, show_info=True, width=10_000)
    return "\n".join(
        (
            render_check(report, style),
            render_diagnosis(report, style),
            render_concise(report, style),
            render_json([report], many=False, show_values=True),
        )
    )


def _tells(output: str) -> list[str]:
    """Pieces of 12 characters of the key that an output holds."""
    flat = re.sub(r"[^A-Za-z0-9+/]", "", output)
    return [BODY[at : at + 12] for at in range(0, len(BODY) - 12, 4) if BODY[at : at + 12] in flat]


PLACES = {
    "text between elements": ("<md:SPSSODescriptor ", f"{KEY}<md:SPSSODescriptor "),
    "text of one line": ("<md:SPSSODescriptor ", f"{KEY.replace(chr(10), '')}<md:SPSSODescriptor "),
    "text without armour": ("<md:SPSSODescriptor ", f"{BODY}<md:SPSSODescriptor "),
    "behind the root": ("</md:EntityDescriptor>", f"</md:EntityDescriptor>\n{KEY}\n"),
    "behind the root, without armour": ("</md:EntityDescriptor>", f"</md:EntityDescriptor>{BODY}"),
    "before the root": ("<?xml", f"{KEY}\n<?xml"),
    "an attribute": ('isDefault="true"', f'isDefault="{KEY}"'),
    "an attribute nobody knows": ('isDefault="true"', f'key="{KEY}"'),
    "an entityID": ('entityID="https://sp.example.org/saml"', f'entityID="{KEY}"'),
    "a certificate": (r"{cert:sp-signing}", KEY),
    "a certificate, without armour": (r"{cert:sp-signing}", BODY),
    "a value": ("nameid-format:transient<", f"{KEY}<"),
    "a tag": ("<md:SPSSODescriptor ", f"<{KEY} "),
    "a comment": (
        "<md:SPSSODescriptor ",
        f"<!--{KEY.replace('--', '-')}--><md:SPSSODescriptor x='1' ",
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_private_key_in_metadata_is_not_shown(place: str) -> None:
    report = samlcheck.check_metadata(build("sp", [PLACES[place]]), now=NOW)

    assert report.findings
    assert [] == _tells(_outputs(report))


@pytest.mark.parametrize(
    "edit",
    [
        (">Lind<", f">{KEY}<"),
        ("<samlp:Status>", f"{KEY}<samlp:Status>"),
        ("</saml:Subject>", f"</saml:{BODY}>"),
        (">https://sp.example.org/saml</saml:Audience>", f">{KEY}</saml:Audience>"),
    ],
)
def test_a_private_key_in_a_message_is_not_shown(edit: tuple[str, str]) -> None:
    message = build("response", [edit], sign=None)
    report = samlcheck.check_message(message, now=NOW, sp=load("sp"), idp=load("idp"))

    assert report.findings
    assert [] == _tells(_outputs(report))


def test_the_place_of_a_key_is_still_shown() -> None:
    report = samlcheck.check_metadata(
        build("sp", [("<md:SPSSODescriptor ", f"{KEY} <md:SPSSODescriptor ")]), now=NOW
    )
    found = [item for item in report.findings if item.rule == "xsd-core-invalid"]
    assert [NOT_SHOWN] == [item.actual for item in found]
    assert found[0].location.line is not None


@pytest.mark.parametrize("name", ["idp-signing", "sp-encryption", "ec"])
def test_keys_are_known_with_and_without_armour(name: str) -> None:
    pem = key_pem(name).decode()
    body = "".join(pem.splitlines()[1:-1])
    assert NOT_SHOWN == without_secrets(pem)
    assert f"the text '{NOT_SHOWN}'" == without_secrets(f"the text '{body}'")
    assert f'the text "{NOT_SHOWN}" stands' == without_secrets(f'the text "{pem}" stands')


def test_certificates_are_no_secrets() -> None:
    text = build("sp").decode()
    assert text == without_secrets(text)
