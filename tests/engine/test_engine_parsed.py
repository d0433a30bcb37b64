"""Metadata that was parsed before gives the same reports as its octets, however often it serves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import samlcheck
from samlcheck import Input
from samlcheck.render.json_report import report_data
from tests.support.bases import NOW, build

SP = Input(data=build("sp"), name="sp.xml")
IDP = Input(data=build("idp"), name="idp.xml")
LOGIN = build("response")
OTHER = build("response", key="stranger")

CHECKS: dict[str, Callable[[Any, Any], object]] = {
    "message": lambda sp, idp: samlcheck.check_message(LOGIN, now=NOW, sp=sp, idp=idp),
    "another key": lambda sp, idp: samlcheck.check_message(OTHER, now=NOW, sp=sp, idp=idp),
    "messages": lambda sp, idp: samlcheck.check_messages([LOGIN], now=NOW, sp=sp, idp=idp)[0],
    "pair": lambda sp, idp: samlcheck.check_pair(sp=sp, idp=idp, now=NOW),
    "one of a pair": lambda sp, idp: samlcheck.check_pair(
        sp=sp, idp=idp, now=NOW, sp_entity="https://sp.example.org/saml"
    ),
    "metadata": lambda sp, idp: samlcheck.check_metadata(sp, now=NOW),
    "one entity": lambda sp, idp: samlcheck.check_metadata(
        sp, now=NOW, entity="https://sp.example.org/saml"
    ),
    "change": lambda sp, idp: samlcheck.diff_metadata(sp, idp, now=NOW),
}


@pytest.mark.parametrize("name", CHECKS)
def test_parsed_metadata_serves_like_its_octets(name: str) -> None:
    check: Callable[[Any, Any], Any] = CHECKS[name]
    expected = report_data(check(SP, IDP))
    sp, idp = samlcheck.parse_metadata(SP), samlcheck.parse_metadata(IDP)
    for _ in range(2):
        assert expected == report_data(check(sp, idp))


def test_parsed_metadata_shows_a_message() -> None:
    parsed = samlcheck.parse_metadata(IDP)
    expected = samlcheck.show_message(LOGIN, now=NOW, idp=IDP)
    assert expected == samlcheck.show_message(LOGIN, now=NOW, idp=parsed)


def test_what_is_no_metadata_is_misuse() -> None:
    with pytest.raises(TypeError, match="expected bytes"):
        samlcheck.check_message(LOGIN, now=NOW, sp=3)  # type: ignore[arg-type]
