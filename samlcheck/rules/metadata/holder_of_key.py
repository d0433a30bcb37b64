"""Rules on endpoints of the holder-of-key profile, where users have certificates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from samlcheck.model import Endpoint, SPSSODescriptor, effective_default
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata
from samlcheck.rules.metadata.sources import HOLDER_OF_KEY
from samlcheck.rules.rule import ERROR, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml.names import (
    HOKSSO,
    HTTP_ARTIFACT,
    HTTP_POST,
    HTTP_POST_SIMPLESIGN,
    HTTP_REDIRECT,
    clark,
    display,
)

_PROTOCOL_BINDING: Final = clark(HOKSSO, "ProtocolBinding")
#: The bindings that may be combined with the profile, by service.
_ALLOWED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "SingleSignOnService": (HTTP_REDIRECT, HTTP_POST, HTTP_POST_SIMPLESIGN, HTTP_ARTIFACT),
        "AssertionConsumerService": (HTTP_POST, HTTP_ARTIFACT, HTTP_POST_SIMPLESIGN),
    }
)
_ACS: Final = (
    f'Binding="{HTTP_POST}" Location="https://sp.example.org/saml/acs" index="0" isDefault="true"/>'
)
_ROOM: Final = (
    f'Binding="{HTTP_POST}" Location="https://sp.example.org/saml/acs/reading-room" index="1"/>'
)
_SLO: Final = 'Location="https://sp.example.org/saml/slo"/>'


def _hok(line: str, binding: str | None) -> tuple[str, str]:
    """Return an example's edit that makes an endpoint one for holders of a key."""
    more = "" if binding is None else f'xmlns:hoksso="{HOKSSO}" hoksso:ProtocolBinding="{binding}" '
    return line, more + line.replace(f'Binding="{HTTP_POST}"', f'Binding="{HOKSSO}"')


@rule(
    "ep-hok-protocolbinding",
    on=Endpoint,
    severity=ERROR,
    cites=[HOLDER_OF_KEY],
    bad=[
        example("sp", _hok(_ROOM, None)),
        example("sp", _hok(_ROOM, HTTP_REDIRECT)),
        example(
            "sp",
            (_SLO, f'xmlns:hoksso="{HOKSSO}" hoksso:ProtocolBinding="{HTTP_POST}" {_SLO}'),
        ),
    ],
    good=[example("sp"), example("idp"), example("sp", _hok(_ROOM, HTTP_POST))],
)
def protocol_binding(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """An endpoint for holders of a key does not say how its messages travel.

    With the Binding of the holder-of-key profile an endpoint needs hoksso:ProtocolBinding, the
    binding that is used within the profile. The attribute has no place elsewhere: only on
    md:SingleSignOnService and md:AssertionConsumerService with that Binding.

    Why: partners that support the profile cannot tell which messages the endpoint takes, and pass
    over it.
    Fix: Add or correct hoksso:ProtocolBinding as shown, or set Binding to the ordinary binding.
    """
    stated = endpoint.element.get(_PROTOCOL_BINDING)
    if stated is None and endpoint.binding != HOKSSO:
        return
    allowed = _ALLOWED.get(endpoint.service)
    name = display(str(endpoint.element.tag))
    if endpoint.binding != HOKSSO or allowed is None:
        if stated is not None:
            yield hit(
                endpoint,
                f"{name} has hoksso:ProtocolBinding, but is no endpoint of the holder-of-key "
                "profile",
                attribute=_PROTOCOL_BINDING,
                expected="no hoksso:ProtocolBinding",
                actual=stated,
            )
    elif stated not in allowed:
        yield hit(
            endpoint,
            f"{name} is for holders of a key, but has no hoksso:ProtocolBinding"
            if stated is None
            else f'{name} has the hoksso:ProtocolBinding "{stated}", which it cannot have',
            attribute=_PROTOCOL_BINDING,
            expected=" or ".join(allowed),
            actual=stated,
        )


@rule(
    "ep-hok-as-default",
    on=SPSSODescriptor,
    severity=WARNING,
    cites=[HOLDER_OF_KEY, metadata("2.2.3")],
    bad=[example("sp", _hok(_ACS, HTTP_POST))],
    good=[example("sp"), example("sp", _hok(_ROOM, HTTP_POST))],
)
def default_for_holders(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The default assertion consumer service is the one for holders of a key.

    The SP has ordinary endpoints, too, but the default is one of the holder-of-key profile, for
    which users need certificates in their browsers.

    Why: an identity provider that gets no other wish sends every login there; where it does not
    support the profile, no login works.
    Fix: Set isDefault="true" on the ordinary HTTP-POST endpoint.
    """
    services = role.assertion_consumer_services
    default = effective_default(services)
    if default is None or default.binding != HOKSSO or not role.is_saml2:
        return
    ordinary = next((item for item in services if item.binding == HTTP_POST), None)
    if ordinary is not None:
        yield hit(
            default,
            f'The default md:AssertionConsumerService "{default.location}" is for holders of a key',
            attribute="Binding",
            expected=f"{ordinary.location} as the default",
            actual=HOKSSO,
            related=[Place(ordinary, "Location", "the ordinary endpoint")],
        )


RULES = (protocol_binding, default_for_holders)
