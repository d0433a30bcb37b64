"""Rules on init:RequestInitiator, where a login of a service provider can be started."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import DiscoveryEndpoint, SPSSODescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.metadata.extensions import (
    FEDERATION_SP,
    REQUEST_INITIATION,
    discovery_endpoints,
    wrong_binding,
)
from samlcheck.rules.rule import ERROR, OFF, Hit, example, hit, rule
from samlcheck.xml.names import IDPDISC, INIT

_UI_INFO: Final = "      <mdui:UIInfo>"
_INITIATOR: Final = (
    f'<init:RequestInitiator xmlns:init="{INIT}" Binding="{INIT}" '
    'Location="https://sp.example.org/saml/login"/>'
)
_BESIDE: Final = tuple(slug for slug in FEDERATION_SP if slug != "disc-requestinit-missing")


def _with(extension: str) -> tuple[str, str]:
    """Return the edit that adds an extension to the role of the SP of the examples."""
    return (_UI_INFO, f"      {extension}\n{_UI_INFO}")


_GOOD: Final = (example("sp"), example("sp", _with(_INITIATOR)))


@rule(
    "disc-requestinit-binding",
    on=DiscoveryEndpoint,
    severity=ERROR,
    cites=[REQUEST_INITIATION],
    bad=[
        example("sp", _with(_INITIATOR.replace(f'Binding="{INIT}" ', ""))),
        example("sp", _with(_INITIATOR.replace(f'Binding="{INIT}"', f'Binding="{IDPDISC}"'))),
    ],
    good=_GOOD,
)
def initiator_binding(endpoint: DiscoveryEndpoint, case: Case) -> Iterator[Hit]:
    """The address that starts a login has a wrong Binding.

    Binding of init:RequestInitiator is the name of the protocol, the same as the namespace of the
    element.

    Why: software that starts logins by this protocol ignores entries with another Binding.
    Fix: Set Binding to urn:oasis:names:tc:SAML:profiles:SSO:request-init.
    """
    if endpoint.kind == "RequestInitiator":
        yield from wrong_binding(endpoint, "init:RequestInitiator", INIT)


@rule(
    "disc-requestinit-missing",
    on=SPSSODescriptor,
    severity=OFF,
    cites=[REQUEST_INITIATION],
    bad=[example("sp", profile="federation", also=_BESIDE)],
    good=[
        *_GOOD,
        example("sp", _with(_INITIATOR), profile="federation", also=_BESIDE),
    ],
)
def initiator_missing(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The service provider does not say where a login can be started.

    There is no init:RequestInitiator in the md:Extensions of md:SPSSODescriptor.

    Why: portals and identity providers cannot send people into a login of the service; they can
    only send an unsolicited response, which is weaker.
    Fix: Add init:RequestInitiator if the software of the service offers that address.
    """
    if not discovery_endpoints(role, "RequestInitiator"):
        yield hit(
            role,
            "The service provider has no init:RequestInitiator",
            expected="an init:RequestInitiator in its md:Extensions",
        )


RULES = (initiator_binding, initiator_missing)
