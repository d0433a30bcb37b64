"""Rules on the addresses of an entity's endpoints, compared with one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    Endpoint,
    EntityDescriptor,
    IDPSSODescriptor,
    QueryDescriptor,
    RoleDescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata, rfc
from samlcheck.rules.metadata.extensions import base_domain
from samlcheck.rules.metadata.hosts import host_problem
from samlcheck.rules.metadata.locations import location_words
from samlcheck.rules.rule import INFO, Hit, Place, example, hit, rule
from samlcheck.xml.names import SOAP, display
from samlcheck.xml.uri import DEFAULT_PORTS, Uri, split_uri

_GOOD: Final = (example("sp"), example("idp"), example("aggregate"))
_SLO: Final = 'Location="https://sp.example.org/saml/slo"'
_ROOM: Final = 'Location="https://sp.example.org/saml/acs/reading-room" index="1"'
_FORMAT: Final = "    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress<"
_ARTIFACT: Final = (
    f'    <md:ArtifactResolutionService Binding="{SOAP}" index="0" '
    'Location="https://idp.example.org/saml/artifact"/>\n'
)
_IDP_SLO: Final = "    <md:SingleLogoutService "
#: How many places a finding lists beside the one that it is about.
_MOST: Final = 5


def _host(text: str | None) -> str | None:
    """Return the host of a web address when it is a public name."""
    uri = split_uri((text or "").strip())
    if not uri.is_web or not uri.host or host_problem(uri.host) is not None:
        return None
    return uri.host.lower()


def _authority(text: str | None) -> str:
    """Return what stands between the first slashes of an address, whatever it is."""
    return (text or "").partition("//")[2].partition("/")[0]


@rule(
    "ep-location-host-vs-entityid",
    on=EntityDescriptor,
    severity=INFO,
    cites=[metadata("2.2.2")],
    bad=[example("sp", (_SLO, 'Location="https://login.example.com/saml/slo"'))],
    good=[*_GOOD, example("sp", (_SLO, 'Location="https://login.example.org/saml/slo"'))],
)
def odd_domain(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """A few endpoints are in another domain than everything else of the entity.

    The entityID and most endpoints have one domain, and the others, at most a third, have a
    second one. Entities with more domains, as services have for many customers, are not told of.

    Why: it is either a part that somebody else runs, which is worth knowing, or an address that was
    copied from another entity, such as a test system.
    Fix: Check that the endpoint is the entity's own; correct its Location if it is not.
    """
    endpoints = [endpoint for role in entity.roles for endpoint in role.endpoints()]
    if len({_authority(endpoint.location) for endpoint in endpoints}) < 2:
        return
    own = _host(entity.entity_id)
    if own is None:
        return
    found = [(item, host) for item in endpoints if (host := _host(item.location)) is not None]
    own = base_domain(own)
    strange = [(endpoint, host) for endpoint, host in found if base_domain(host) != own]
    if len({base_domain(host) for _, host in strange}) != 1 or 3 * len(strange) > len(found):
        return
    (endpoint, host), *more = strange
    yield hit(
        endpoint,
        f"{location_words(endpoint, 'Location', endpoint.location or '')} is in another domain "
        f"than the entity, {own}",
        attribute="Location",
        expected="a host that belongs to the entity",
        actual=host,
        related=[Place(other, "Location", "there, too") for other, _ in more[:_MOST]],
    )


@rule(
    "ep-location-http-https-twin",
    on=RoleDescriptor,
    severity=INFO,
    cites=[rfc(9110, "4.2.2")],
    bad=[
        example(
            "sp",
            (_ROOM, 'Location="http://sp.example.org/saml/acs" index="1"'),
            also=["ep-location-not-https"],
        )
    ],
    good=_GOOD,
)
def http_and_https(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """The same endpoint is offered with and without TLS.

    Two endpoints of one service differ only in http and https.

    Why: the one without TLS is not needed, and yet an identity provider may send an assertion
    there, where others can read it.
    Fix: Remove the endpoint that begins with http://.
    """
    plain = [
        endpoint
        for endpoint in role.endpoints()
        if endpoint.location is not None and endpoint.location[:5].lower() == "http:"
    ]
    if not plain:
        return
    safe = {
        (endpoint.service, endpoint.location[6:]): endpoint
        for endpoint in role.endpoints()
        if endpoint.location is not None and endpoint.location[:6].lower() == "https:"
    }
    for endpoint in plain:
        twin = safe.get((endpoint.service, (endpoint.location or "")[5:]))
        if twin is not None:
            yield hit(
                endpoint,
                f"{location_words(endpoint, 'Location', endpoint.location or '')} is offered with "
                "https, too",
                attribute="Location",
                expected=f"{twin.location} alone",
                actual=endpoint.location,
                related=[Place(twin, "Location", "the same with https")],
            )


@rule(
    "ep-responselocation-equals",
    on=Endpoint,
    severity=INFO,
    cites=[metadata("2.2.2")],
    bad=[example("sp", (_SLO, f"{_SLO} Response{_SLO}"))],
    good=[
        *_GOOD,
        example("sp", (_SLO, f'{_SLO} ResponseLocation="https://sp.example.org/saml/slo/done"')),
    ],
)
def response_location_equal(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """The address for responses is the same as the one for requests.

    ResponseLocation and Location are equal. Without ResponseLocation, responses go to Location.

    Why: it says nothing, and is easily forgotten when the address changes.
    Fix: Remove ResponseLocation.
    """
    text = endpoint.response_location
    if text is not None and text == endpoint.location:
        yield hit(
            endpoint,
            f"The ResponseLocation of {display(str(endpoint.element.tag))} is its Location again",
            attribute="ResponseLocation",
            expected="no ResponseLocation",
            actual=text,
        )


def _server(text: str | None) -> tuple[str, str] | None:
    """Return host and port of a web address."""
    uri: Uri = split_uri((text or "").strip())
    if not uri.is_web or not uri.host:
        return None
    scheme = (uri.scheme or "").lower()
    return uri.host.lower(), uri.port or dict(DEFAULT_PORTS)[scheme]


@rule(
    "ep-vhost-shared-soap",
    on=EntityDescriptor,
    severity=INFO,
    cites=[metadata("2.4.2"), metadata("2.4.3")],
    bad=[example("idp", (_IDP_SLO, _ARTIFACT + _IDP_SLO))],
    good=[
        *_GOOD,
        example("idp", (_IDP_SLO, _ARTIFACT.replace("org/", "org:8443/") + _IDP_SLO)),
    ],
)
def shared_soap_host(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """Servers and browsers come to the same host and port of an identity provider.

    A SOAP endpoint for artifacts or attributes has the host and port of the sign-on service.

    Why: services prove who they are with a TLS client certificate or a signature. Where the server
    asks for certificates, browsers that come to the same port ask their users for one.
    Fix: Give the SOAP endpoints a port or a host name of their own, unless only signatures count.
    """
    idps = [role for role in entity.roles if isinstance(role, IDPSSODescriptor)]
    back: list[Endpoint] = [item for role in idps for item in role.artifact_resolution_services]
    for role in entity.roles if idps else ():
        if isinstance(role, QueryDescriptor):
            back.extend(role.services)
    if not back:
        return
    front = {
        _server(item.location): item
        for role in idps
        for item in role.single_sign_on_services
        if item.binding != SOAP
    }
    for endpoint in back:
        shared = front.get(_server(endpoint.location))
        if shared is not None and shared.location:
            yield hit(
                endpoint,
                f"{display(str(endpoint.element.tag))} is at the host and port of the sign-on "
                "service",
                attribute="Location",
                expected="a port or a host of its own",
                actual=endpoint.location,
                related=[Place(shared, "Location", "the sign-on service")],
            )
            return


RULES = (odd_domain, http_and_https, response_location_equal, shared_soap_host)
