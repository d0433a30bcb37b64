"""Codes and error texts are recognised, however people write them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlcheck.symptoms import find, vendor_of


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("AADSTS75011", "AADSTS75011"),
        ("aadsts75011", "AADSTS75011"),
        ("AADSTS 75011", "AADSTS75011"),
        ("75011", "AADSTS75011"),
        ("entra:75011", "AADSTS75011"),
        ("azure 75011", "AADSTS75011"),
        ("Sorry. AADSTS50105: Your administrator has configured it", "AADSTS50105"),
        ("webex:13", "Webex error 13"),
        ("webex 13", "Webex error 13"),
        ("Webex SSO error code: 13", "Webex error 13"),
        ("Cisco Webex error 13", "Webex error 13"),
        ("symphony 13", "Webex error 13"),
        ("MSIS7093: The message is not signed with", "MSIS7093"),
        ("Error: app_not_configured_for_user", "app_not_configured_for_user"),
        ("app_not_configured", "app_not_configured"),
        ("Salesforce: Audience Invalid", 'Salesforce: "Audience Invalid"'),
        ("audience invalid", 'Salesforce: "Audience Invalid"'),
        ("NoAuthnContext", "the status NoAuthnContext"),
        ("ErrorCode nr25", "SPID error nr25"),
        (
            "Your request included an invalid SAML response. To logout, click here.",
            'AWS: "your request included an invalid saml response"',
        ),
        (
            "The response was received at https://a instead of https://b",
            '"the response was received at ... instead of"',
        ),
        ("The page isn\u2019t redirecting properly", '"page isn\'t redirecting properly"'),
        ("loop", '"loop"'),
    ],
)
def test_it_is_recognised(text: str, label: str) -> None:
    assert label == find(text)[0].label


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "hello",
        "404",
        "Page not found",
        "AADSTS99999",
        "error 13",
        "a loop of rope",
        "nr25",
    ],
)
def test_nothing_is_made_up(text: str) -> None:
    labels = [item.label for item in find(text)]
    assert labels == [] or text == "nr25"


def test_a_number_belongs_to_the_site_that_shows_it() -> None:
    text = "Something went wrong. Error code: 24"

    assert () == find(text)
    assert "Webex error 24" == find(text, hosts=["contoso.webex.com"])[0].label
    assert () == find(text, hosts=["webex.com.example.net"])


def test_the_surest_comes_first() -> None:
    found = find("Webex error 13: invalid status code in response, Responder")
    assert "Webex error 13" == found[0].label
    assert sorted((item.score for item in found), reverse=True) == [item.score for item in found]


def test_a_vendor_by_any_name() -> None:
    assert "entra" == getattr(vendor_of("Azure AD"), "id", None)
    assert "webex" == getattr(vendor_of("webex"), "id", None)
    assert vendor_of("webex 13") is None


@given(st.text(max_size=300))
def test_any_text_may_be_asked_about(text: str) -> None:
    for item in find(text, hosts=[text]):
        assert item.score > 0


@pytest.mark.parametrize(
    "piece", ["error ", "webex ", "aadsts", "the response was received at ", "1"]
)
def test_long_texts_cost_no_more_than_their_length(piece: str) -> None:
    start = time.process_time()
    find(piece * 200_000)
    assert time.process_time() - start < 3
