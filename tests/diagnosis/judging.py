"""What samlcheck makes of a login of this set."""

from __future__ import annotations

import samlcheck
from samlcheck import Finding, Input, Report
from tests.diagnosis.login import Login, idp_metadata, request, response, sp_metadata
from tests.diagnosis.parties import profile_of
from tests.support.keys import key_pem


def judge(login: Login) -> Report:
    """The report on a login, with all the evidence that a support engineer has."""
    captured = login.sent_as(response(login))
    asked = request(login) if login.with_request else None
    keys = [] if login.decrypt_with is None else [key_pem(login.decrypt_with)]
    return samlcheck.check_message(
        Input(data=captured, name="capture"),
        sp=Input(data=sp_metadata(login), name="sp.xml"),
        idp=Input(data=idp_metadata(login), name="idp.xml"),
        request=None if asked is None else Input(data=asked, name="request.xml"),
        earlier=[captured] if login.replayed else [],
        profile=profile_of(*login.profiles, over=login.over),
        authn_contexts=login.authn_contexts,
        decryption_keys=keys,
        now=login.now,
    )


def causes(report: Report) -> list[Finding]:
    """What the diagnosis names as causes, the root cause first."""
    return [cause.finding for cause in samlcheck.story_of(report).causes]
