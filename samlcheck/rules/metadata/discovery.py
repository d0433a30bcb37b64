"""Rules on discovery: where people are sent back to, and where a login can be started.

Those on mdui:DiscoHints join them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import DiscoveryEndpoint, EntityDescriptor, SPSSODescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.metadata import disco_hints, hint_formats, request_initiators
from samlcheck.rules.metadata.extensions import (
    FEDERATION_SP,
    IDP_DISCOVERY,
    SP_ROLE,
    base_domain,
    discovery_endpoints,
    endpoint_hosts,
    misplaced,
    place_words,
    short,
    wrong_binding,
)
from samlcheck.rules.rule import ERROR, INFO, OFF, WARNING, Hit, example, hit, rule
from samlcheck.xml import Document, uri_problem
from samlcheck.xml.names import IDPDISC, clark
from samlcheck.xml.uri import split_uri

_RESPONSE: Final = clark(IDPDISC, "DiscoveryResponse")
_UI_INFO: Final = "      <mdui:UIInfo>"
_SP_ROLE: Final = '  <md:SPSSODescriptor AuthnRequestsSigned="true"'
_BACK: Final = "https://sp.example.org/saml/discovery"
_ENDPOINT: Final = (
    f'<idpdisc:DiscoveryResponse xmlns:idpdisc="{IDPDISC}" Binding="{IDPDISC}" '
    f'Location="{_BACK}" index="0"/>'
)


def _with(*extensions: str) -> tuple[str, str]:
    """Return the edit that adds extensions to the role of the SP of the examples."""
    lines = "".join(f"      {extension}\n" for extension in extensions)
    return (_UI_INFO, f"{lines}{_UI_INFO}")


def _beside(slug: str) -> tuple[str, ...]:
    return tuple(other for other in FEDERATION_SP if other != slug)


_GOOD: Final = (example("sp"), example("sp", _with(_ENDPOINT)))


@rule(
    "disc-response-missing",
    on=SPSSODescriptor,
    severity=OFF,
    cites=[IDP_DISCOVERY],
    unless=["disc-response-misplaced"],
    bad=[example("sp", profile="federation", also=_beside("disc-response-missing"))],
    good=[
        *_GOOD,
        example(
            "sp", _with(_ENDPOINT), profile="federation", also=_beside("disc-response-missing")
        ),
    ],
)
def response_missing(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The service provider does not say where discovery sends people back to.

    There is no idpdisc:DiscoveryResponse in the md:Extensions of md:SPSSODescriptor.

    Why: a central discovery service sends people only to addresses that the metadata lists;
    otherwise anybody could use it to send people anywhere.
    Fix: Add idpdisc:DiscoveryResponse if the service uses a central discovery service.
    """
    if not discovery_endpoints(role, "DiscoveryResponse"):
        yield hit(
            role,
            "The service provider has no idpdisc:DiscoveryResponse",
            expected="an idpdisc:DiscoveryResponse in its md:Extensions",
        )


@rule(
    "disc-response-misplaced",
    on=Document,
    severity=ERROR,
    cites=[IDP_DISCOVERY],
    bad=[example("sp", (_SP_ROLE, f"  <md:Extensions>{_ENDPOINT}</md:Extensions>\n{_SP_ROLE}"))],
    good=_GOOD,
)
def response_misplaced(document: Document, case: Case) -> Iterator[Hit]:
    """The return address of discovery stands where nobody looks for it.

    idpdisc:DiscoveryResponse belongs in the md:Extensions of md:SPSSODescriptor.

    Why: discovery services look for it there, and refuse to send people back.
    Fix: Move it into the md:Extensions of md:SPSSODescriptor.
    """
    for element in misplaced(document, _RESPONSE, (SP_ROLE,)):
        yield hit(
            element,
            f"idpdisc:DiscoveryResponse {place_words(element)}",
            expected="the md:Extensions of md:SPSSODescriptor",
        )


@rule(
    "disc-response-binding",
    on=DiscoveryEndpoint,
    severity=ERROR,
    cites=[IDP_DISCOVERY],
    bad=[
        example("sp", _with(_ENDPOINT.replace(f'Binding="{IDPDISC}" ', ""))),
        example(
            "sp",
            _with(
                _ENDPOINT.replace(
                    f'Binding="{IDPDISC}"',
                    'Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"',
                )
            ),
        ),
    ],
    good=_GOOD,
)
def response_binding(endpoint: DiscoveryEndpoint, case: Case) -> Iterator[Hit]:
    """The return address of discovery has a wrong Binding.

    Binding of idpdisc:DiscoveryResponse is the name of the discovery protocol, the same as the
    namespace of the element.

    Why: discovery services ignore entries with another Binding, and refuse to send people back.
    Fix: Set Binding to urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol.
    """
    if endpoint.kind == "DiscoveryResponse":
        yield from wrong_binding(endpoint, "idpdisc:DiscoveryResponse", IDPDISC)


@rule(
    "disc-response-index",
    on=DiscoveryEndpoint,
    severity=ERROR,
    cites=[IDP_DISCOVERY],
    bad=[
        example("sp", _with(_ENDPOINT.replace(' index="0"', ""))),
        example("sp", _with(_ENDPOINT.replace('"0"', '"first"'))),
        example("sp", _with(_ENDPOINT.replace('"0"', '"70000"'))),
    ],
    good=_GOOD,
)
def response_index(endpoint: DiscoveryEndpoint, case: Case) -> Iterator[Hit]:
    """A return address of discovery is not numbered.

    Each idpdisc:DiscoveryResponse has an index, a whole number from 0 to 65535. Whether two have
    the same one is a matter of another rule.

    Why: index is required by the schema, and discovery services choose by it.
    Fix: Number the elements 0, 1, 2 and so on.
    """
    index = endpoint.index
    if endpoint.kind != "DiscoveryResponse" or (index is not None and index.value is not None):
        return
    yield hit(
        endpoint,
        "An idpdisc:DiscoveryResponse has no index"
        if index is None
        else f"The index {index.text!r} of the idpdisc:DiscoveryResponse {index.problem}",
        attribute="index",
        expected="a whole number from 0 to 65535",
        actual=None if index is None else index.text,
    )


@rule(
    "disc-response-location",
    on=EntityDescriptor,
    severity=WARNING,
    cites=[IDP_DISCOVERY],
    bad=[
        example("sp", _with(_ENDPOINT.replace("https://sp", "http://sp"))),
        example("sp", _with(_ENDPOINT.replace(_BACK, "/saml/discovery"))),
        example("sp", _with(_ENDPOINT.replace("sp.example.org", "sp.example.com"))),
    ],
    good=_GOOD,
)
def response_location(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The return address of discovery is not one of the service.

    Location of idpdisc:DiscoveryResponse is an https URL. One in another domain than all
    endpoints of the entity is noted.

    Why: people are sent there in the middle of a login; without TLS, or on a host of somebody
    else, they can be led astray.
    Fix: Use the https URL of the discovery handler of the service provider.
    """
    domains = {base_domain(host) for host in endpoint_hosts(entity)}
    for role in entity.sp_roles:
        for endpoint in discovery_endpoints(role, "DiscoveryResponse"):
            location = (endpoint.location or "").strip()
            if endpoint.location is None or any(sign.isspace() for sign in location):
                continue  # rules on structure and on white space in URIs tell of it
            problem, severity = _location_problem(location, domains)
            if problem is not None:
                yield hit(
                    endpoint,
                    f"The Location {short(location)} of the idpdisc:DiscoveryResponse {problem}",
                    attribute="Location",
                    expected="an https URL of the service",
                    actual=endpoint.location,
                    severity=severity,
                )


def _location_problem(location: str, domains: set[str]) -> tuple[str | None, str]:
    problem = uri_problem(location)
    uri = split_uri(location)
    if problem is None and (uri.scheme or "").lower() != "https":
        problem = "is not an https URL"
    if problem is not None:
        return problem, WARNING
    if domains and base_domain(uri.host or "") not in domains:
        return "is in another domain than all endpoints of the entity", INFO
    return None, WARNING


RULES = (
    response_missing,
    response_misplaced,
    response_binding,
    response_index,
    response_location,
    *request_initiators.RULES,
    *disco_hints.RULES,
    *hint_formats.RULES,
)
