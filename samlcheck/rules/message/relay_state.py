"""Rules on RelayState: what it may hold, and that it comes back as it was sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from samlcheck.model import LogoutRequest, LogoutResponse
from samlcheck.rules.case import Case, Sent
from samlcheck.rules.citations import bindings, paper
from samlcheck.rules.message.carried import BASE64, base64_of, response_with
from samlcheck.rules.message.confirmation import reply_urls
from samlcheck.rules.message.recorded import answered, asked, har
from samlcheck.rules.rule import (
    ERROR,
    IDP,
    INFO,
    OFF,
    SP,
    USER,
    Hit,
    example,
    hit,
    personal,
    rule,
)
from samlcheck.xml.uri import split_uri

_OPEN_REDIRECT: Final = paper(
    "CWE-601: URL redirection to untrusted site",
    "https://cwe.mitre.org/data/definitions/601.html",
)
_FORM: Final = "SAMLRequest=" + BASE64.replace("+", "%2B")
_REFUSAL: Final = "SAMLResponse=" + quote(base64_of(response_with("Responder")), safe="")
_REFUSED: Final = ("status-not-success",)
_ENABLED: Final = ("relaystate-empty-or-missing",)
_SCRIPTS: Final = ("javascript", "data", "vbscript")


@rule(
    "relaystate-absolute-url",
    on=Sent,
    severity=ERROR,
    cites=[_OPEN_REDIRECT],
    owner=USER,
    bad=[
        example(
            "raw", raw=f"{_FORM}&RelayState=javascript:alert(1)", without=["request", "sp", "idp"]
        ),
        example(
            "raw",
            raw=f"{_REFUSAL}&RelayState=https%3A%2F%2Fevil.example.net%2F",
            also=_REFUSED,
        ),
    ],
    good=[
        example(
            "raw", raw=f"{_REFUSAL}&RelayState=https%3A%2F%2Fsp.example.org%2Fapp", also=_REFUSED
        ),
        example("raw", raw=f"{_REFUSAL}&RelayState=%2Fapp", also=_REFUSED),
    ],
)
def absolute_url(sent: Sent, case: Case) -> Iterator[Hit]:
    """RelayState leads away from the service provider.

    RelayState holds an address with a scheme that runs code, such as `javascript:`, or an address
    on a host that is none of the reply URLs of the service provider. The latter is only a note:
    many identity providers send the page to open as RelayState, and it may be another host of the
    same service.

    Why: anybody can start a login with a RelayState of his own; a service provider that sends the
    user there without a look sends him, signed in and trusting, to the attacker's page.
    Fix: Let the service provider follow only addresses of its own, or put a short key into
    RelayState and keep the address; find out who sent this one.
    """
    state = (sent.relay_state or "").strip()
    if not state or isinstance(case.message, LogoutRequest | LogoutResponse):
        return  # that of a logout is judged with the logout
    parts = split_uri(state)
    if parts.scheme is not None and parts.scheme.lower() in _SCRIPTS:
        code = personal(state[len(parts.scheme) + 1 :])
        yield hit(
            case.message_document,
            f"RelayState holds an address that runs code, '{parts.scheme}:{code}'",
            expected="an address at the service provider, or a key",
            actual=f"{parts.scheme}:",
        )
        return
    if case.response is None or not parts.host or not (parts.is_web or parts.scheme is None):
        return  # what a request brings is only handed back
    hosts = {split_uri(service.location or "").host for service in reply_urls(case)}
    if hosts and parts.host not in hosts and not any(_related(parts.host, host) for host in hosts):
        yield hit(
            case.message_document,
            f"RelayState leads to the host {parts.host!r}, where the service provider has no reply "
            "URL",
            expected="an address at the service provider",
            actual=parts.host,
            severity=INFO,
            owner=SP,
        )


def _related(host: str, other: str | None) -> bool:
    """Tell whether two hosts are one below the other, or below the same parent."""
    if other is None:
        return False
    one, two = host.lower().split("."), other.lower().split(".")
    return len(one) > 2 and len(two) > 2 and one[-2:] == two[-2:]


@rule(
    "relaystate-not-echoed",
    on=Sent,
    severity=ERROR,
    cites=[bindings("3.4.3"), bindings("3.5.3")],
    owner=IDP,
    bad=[
        example(
            "raw",
            raw=har(asked("k4711"), answered()),
            without=["request"],
            also=_REFUSED,
        ),
        example(
            "raw",
            raw=har(asked("/app?tab=1&page=2"), answered("/app?tab=1")),
            without=["request"],
            also=_REFUSED,
        ),
    ],
    good=[
        example(
            "raw", raw=har(asked("k4711"), answered("k4711")), without=["request"], also=_REFUSED
        )
    ],
)
def not_echoed(sent: Sent, case: Case) -> Iterator[Hit]:
    """RelayState did not come back as it was sent.

    The request came with RelayState, and the response that answers it has none or another one.

    Why: the identity provider has to return it unchanged. Without it the service provider does not
    know where the user wanted to go, and often not which login this is, so it refuses the response
    or shows its start page.
    Fix: Let the identity provider, and any login page or proxy before it, hand RelayState on
    unchanged; if it was cut off, let the service provider send at most 80 octets.
    """
    given = case.given_request
    asked_with = None if given is None or given.sent is None else given.sent.relay_state
    if not asked_with or case.response is None or sent.parameter is None:
        return
    request = case.request
    if request is None or request.id is None or request.id != case.response.in_response_to:
        return
    if sent.relay_state == asked_with:
        return
    back = sent.relay_state
    how = "none came back" if not back else f"'{personal(back)}' came back"
    if back and asked_with.startswith(back):
        how = f"only the first {len(back)} characters of it came back"
    yield hit(
        case.response,
        f"The request came with RelayState '{personal(asked_with)}', and {how}",
        expected=personal(asked_with),
        actual=personal(back) if back else "no RelayState",
    )


@rule(
    "relaystate-empty-or-missing",
    on=Sent,
    severity=OFF,
    cites=[bindings("3.4.3"), bindings("3.5.3")],
    owner=IDP,
    bad=[example("raw", raw=_REFUSAL, enable=_ENABLED, also=_REFUSED)],
    good=[
        example(
            "raw",
            raw=f"{_REFUSAL}&RelayState=a",
            enable=_ENABLED,
            also=_REFUSED,
        )
    ],
)
def empty_or_missing(sent: Sent, case: Case) -> Iterator[Hit]:
    """The response came without RelayState.

    Judged only where a profile says that the service provider needs one.

    Why: the service provider takes from it which page, tenant or login the response belongs to,
    and fails without.
    Fix: Set the RelayState (or default page) that the service provider names at the identity
    provider, or start the login at the service provider.
    """
    if case.response is not None and sent.parameter is not None and not sent.relay_state:
        yield hit(
            case.response,
            "The response came without RelayState",
            expected="RelayState",
            actual="no RelayState" if sent.relay_state is None else "an empty RelayState",
        )


RULES = (absolute_url, not_echoed, empty_or_missing)
