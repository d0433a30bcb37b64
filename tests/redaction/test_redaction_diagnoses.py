"""A redacted login of any of the products leads with the cause that was planted in it."""

from __future__ import annotations

import os
from typing import Any

import pytest

import samlcheck
from samlcheck import Input
from tests.diagnosis.judging import causes
from tests.diagnosis.login import Login, idp_metadata, request, response, sp_metadata
from tests.diagnosis.parties import profile_of
from tests.diagnosis.table import Broken, healthy, one_cause
from tests.redaction.searching import everything_in
from tests.support.keys import key_pem

#: One of so many logins is redacted in a normal run; 1 takes them all.
EVERY = int(os.environ.get("SAMLCHECK_REDACTED_EVERY", "4"))
SET = [item for item in one_cause() if not item.login.replayed]


def evidence(login: Login) -> dict[str, Any]:
    asked = request(login) if login.with_request else None
    return {
        "sp": Input(data=sp_metadata(login), name="sp.xml"),
        "idp": Input(data=idp_metadata(login), name="idp.xml"),
        "request": None if asked is None else Input(data=asked, name="request.xml"),
        "profile": profile_of(*login.profiles, over=login.over),
        "authn_contexts": login.authn_contexts,
        "now": login.now,
    }


@pytest.mark.parametrize("broken", SET[::EVERY], ids=str)
def test_the_same_cause_comes_first(broken: Broken) -> None:
    login = broken.login
    captured = Input(data=login.sent_as(response(login)), name="capture")
    keys = [] if login.decrypt_with is None else [key_pem(login.decrypt_with)]
    given = evidence(login)
    before = samlcheck.check_message(captured, **given, decryption_keys=keys)
    safe = samlcheck.redact(captured, **given, decryption_keys=keys)
    after = samlcheck.check_message(Input(data=safe.text, name="capture"), **given)

    assert causes(before)[0].rule == causes(after)[0].rule
    assert causes(before)[0].owner == causes(after)[0].owner
    assert before.verdict == after.verdict
    text = everything_in(safe.text)
    for attribute in login.attributes:
        values = [item for item in attribute.values if item and "@" in item and len(item) > 8]
        assert [] == [item for item in values if item.lower() in text]


@pytest.mark.parametrize("login", list(healthy()), ids=lambda login: login.service.profile)
def test_a_healthy_login_has_no_cause(login: Login) -> None:
    captured = login.sent_as(response(login))
    safe = samlcheck.redact(captured, **evidence(login))
    after = samlcheck.check_message(safe.text, **evidence(login))

    assert "undetermined" == after.verdict
    assert [] == [item.rule for item in after.findings if item.severity == "error"]
