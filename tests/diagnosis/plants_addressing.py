"""Who sent it, to whom, for which request, and when."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from tests.diagnosis.login import Login
from tests.diagnosis.plants import Plant, planted

_BEGINS_AT_SP = """
schema = 1

[profile]
id = "contoso/begins-here"
kind = "integration"

[sp.flow]
idp_initiated = "forbidden"
"""
_OTHER_REQUEST = "_0c94b7a9f25e10c86b7d942d3a81f6e4"
_OTHER_TENANT = "9d01c7e4-28b6-4f53-a1d8-6e70f3b9c254"


def _slash(text: str) -> str:
    return text.removesuffix("/") if text.endswith("/") else text + "/"


def _issuer(change: Callable[[str], str]) -> Callable[[Login], Login]:
    def make(login: Login) -> Login:
        other = change(login.idp_entity_id)
        return evolve(login, issuer=other, assertion_issuer=other)

    return make


def _other_tenant(text: str) -> str:
    return text.replace(text.rstrip("/").rpartition("/")[2], _OTHER_TENANT)


def _other_host(url: str) -> str:
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://fabrikam.{host.partition('.')[2] or host}{slash}{path}"


def _reply_url(login: Login) -> Login:
    other = _other_host(login.acs)
    return evolve(login, destination=other, recipient=other)


def _shifted(login: Login, seconds: int) -> Login:
    def moved(value: int | None) -> int | None:
        return None if value is None else value + seconds

    return evolve(
        login,
        issued_at=login.issued_at + seconds,
        signed_in_at=login.signed_in_at + seconds,
        not_before=moved(login.not_before),
        not_on_or_after=moved(login.not_on_or_after),
        confirmed_until=moved(login.confirmed_until),
    )


def _expired(login: Login) -> Login:
    return evolve(_shifted(login, -7200), request_at=login.request_at - 7200)


def _is_url(text: str) -> bool:
    return text.startswith("https://")


ISSUER: tuple[Plant, ...] = (
    planted(
        "issuer of another tenant",
        "issuer-mismatch-response",
        "idp",
        _issuer(_other_tenant),
        or_rules=("issuer-mismatch-assertion", "issuer-known-other-entity"),
    ),
    planted(
        "issuer with or without the slash",
        "issuer-mismatch-response",
        "idp",
        _issuer(_slash),
        or_rules=("issuer-mismatch-assertion",),
    ),
    planted(
        "entityID of the metadata in other letters",
        "issuer-mismatch-response",
        "idp",
        _issuer(str.upper),
        or_rules=("issuer-mismatch-assertion",),
    ),
    planted("no issuer of the assertion", "issuer-missing-assertion", "idp", assertion_issuer=None),
)

ADDRESS: tuple[Plant, ...] = (
    planted(
        "destination of another site",
        "response-destination-mismatch",
        "idp",
        lambda login: evolve(login, destination=_other_host(login.acs)),
    ),
    planted("reply URL of another site", "response-destination-mismatch", "idp", _reply_url),
    planted(
        "recipient of another site",
        "scd-recipient-mismatch",
        "idp",
        lambda login: evolve(login, recipient=_other_host(login.acs)),
    ),
    planted("no recipient", "scd-recipient-missing", "idp", recipient=None),
    planted(
        "reply URL in plain http",
        "response-destination-mismatch",
        "idp",
        lambda login: evolve(
            login,
            destination=login.acs.replace("https:", "http:"),
            recipient=login.acs.replace("https:", "http:"),
        ),
    ),
)


def _audience(login: Login, *audiences: str) -> Login:
    return evolve(login, audiences=audiences)


AUDIENCE: tuple[Plant, ...] = (
    planted(
        "audience with a slash more or less",
        "aud-mismatch",
        "idp",
        lambda login: _audience(login, _slash(login.sp_entity_id)),
    ),
    planted(
        "audience of another site",
        "aud-mismatch",
        "idp",
        lambda login: _audience(login, _other_host(login.sp_entity_id)),
        fits=lambda login: _is_url(login.sp_entity_id),
    ),
    planted(
        "audience in plain http",
        "aud-mismatch",
        "idp",
        lambda login: _audience(login, login.sp_entity_id.replace("https:", "http:")),
        fits=lambda login: _is_url(login.sp_entity_id),
    ),
    planted(
        "audience is the reply URL",
        "aud-mismatch",
        "idp",
        lambda login: _audience(login, login.acs),
        or_rules=("aud-is-acs-url",),
        fits=lambda login: login.acs != login.sp_entity_id,
    ),
    planted(
        "audience with spn:",
        "aud-mismatch",
        "idp",
        lambda login: _audience(login, f"spn:{login.sp_entity_id}"),
        or_rules=("entra-spn-prefix",),
        fits=lambda login: "entra" in login.provider.profile,
    ),
    planted("no audience", "aud-missing", "idp", audiences=()),
)

REQUEST: tuple[Plant, ...] = (
    planted(
        "answers another request",
        "response-inresponseto-mismatch",
        "idp",
        in_response_to=_OTHER_REQUEST,
        confirmed_for=_OTHER_REQUEST,
    ),
    planted(
        "confirmed for another request",
        "scd-inresponseto-mismatch",
        "idp",
        or_rules=("response-inresponseto-inconsistent",),
        confirmed_for=_OTHER_REQUEST,
    ),
    planted(
        "names no request",
        "response-inresponseto-missing",
        "idp",
        in_response_to=None,
        confirmed_for=None,
    ),
    planted(
        "began at the identity provider, which is refused",
        "response-inresponseto-unsolicited",
        "idp",
        request_id=None,
        in_response_to=None,
        confirmed_for=None,
        over=_BEGINS_AT_SP,
    ),
    planted("used twice", "replay-duplicate-assertion-id", "user", replayed=True),
)

TIME: tuple[Plant, ...] = (
    planted("expired", "cond-expired", "user", _expired),
    planted(
        "confirmation expired",
        "scd-notonorafter-expired",
        "user",
        confirmed_until=-600,
    ),
    planted(
        "clock of the identity provider an hour ahead",
        "cond-notbefore-future",
        "idp",
        lambda login: _shifted(login, 3600),
        or_rules=("response-issueinstant-future", "time-timezone-shift"),
    ),
    planted(
        "clock of the identity provider ten minutes ahead",
        "cond-notbefore-future",
        "idp",
        lambda login: _shifted(login, 600),
        or_rules=("response-issueinstant-future",),
    ),
    planted(
        "clock of the service provider an hour ahead",
        "cond-expired",
        "user",
        lambda login: evolve(_shifted(login, -3600), request_at=login.request_at - 3600),
        fits=lambda login: (login.not_on_or_after or 0) < 3000,
    ),
    planted(
        "window ends before it begins",
        "cond-window-inverted",
        "idp",
        lambda login: evolve(
            login, not_before=login.not_on_or_after, not_on_or_after=login.not_before
        ),
        or_rules=("cond-expired", "cond-notbefore-future"),
    ),
)
