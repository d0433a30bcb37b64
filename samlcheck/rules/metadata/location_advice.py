"""Rules on addresses of endpoints that are URLs, but unsafe, unusual or out of reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Endpoint
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata, rfc, saml2int
from samlcheck.rules.metadata.hosts import host_problem, is_loopback
from samlcheck.rules.metadata.locations import location_words, scheme_of, web_locations
from samlcheck.rules.rule import INFO, WARNING, Hit, example, hit, rule
from samlcheck.xml.uri import DEFAULT_PORTS

_ACS: Final = 'Location="https://sp.example.org/saml/acs"'
_SLO: Final = 'Location="https://sp.example.org/saml/slo"'
_GOOD: Final = (example("sp"), example("idp"))


@rule(
    "ep-location-not-https",
    on=Endpoint,
    severity=WARNING,
    cites=[saml2int("SDP-SP09"), saml2int("SDP-IDP03"), metadata("2.2.2")],
    bad=[example("sp", (_SLO, 'Location="http://sp.example.org/saml/slo"'))],
    good=_GOOD,
)
def location_not_https(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """An endpoint is not protected by TLS.

    Its address begins with http://. On the reader's own machine that is only mentioned.

    Why: who can read the traffic reads the assertion and uses it first; several identity providers
    refuse such an address.
    Fix: Serve the endpoint over https and change its address, here and with the partners.
    """
    for name, uri, host in web_locations(endpoint):
        if scheme_of(uri) == "http":
            local = ", but it is on the reader's own machine" if is_loopback(host) else ""
            yield hit(
                endpoint,
                f"{location_words(endpoint, name, uri.text)} is not https{local}",
                attribute=name,
                expected=f"https{uri.text[4:]}",
                actual=uri.text,
                severity=INFO if local else WARNING,
            )


@rule(
    "ep-location-userinfo",
    on=Endpoint,
    severity=WARNING,
    cites=[rfc(3986, "3.2.1")],
    bad=[example("sp", (_ACS, 'Location="https://library@sp.example.org/saml/acs"'))],
    good=_GOOD,
)
def location_userinfo(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """The address of an endpoint carries a user name.

    Something stands before an @ in front of the host.

    Why: browsers refuse or hide it, a password in it is public, and it makes an address look as
    if it led to another host.
    Fix: Remove the part before the @; protect the endpoint in another way.
    """
    for name, uri, _ in web_locations(endpoint):
        if uri.userinfo is not None:
            yield hit(
                endpoint,
                f"{location_words(endpoint, name, uri.text)} carries a user name",
                attribute=name,
                expected=uri.text.replace(f"{uri.userinfo}@", "", 1),
                actual=uri.text,
            )


@rule(
    "ep-location-fragment",
    on=Endpoint,
    severity=WARNING,
    cites=[rfc(3986, "3.5")],
    bad=[example("sp", (_SLO, 'Location="https://sp.example.org/saml/#/slo"'))],
    good=_GOOD,
)
def location_fragment(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """The address of an endpoint has a fragment.

    The part behind a # never leaves the browser.

    Why: the server cannot see it, so that the message arrives at the page before the #, which is
    mostly not the one that expects it.
    Fix: Give the endpoint a path of its own, without a #.
    """
    for name, uri, _ in web_locations(endpoint):
        if uri.fragment is not None:
            yield hit(
                endpoint,
                f'{location_words(endpoint, name, uri.text)} has the fragment "#{uri.fragment}"',
                attribute=name,
                expected=uri.text.partition("#")[0],
                actual=uri.text,
            )


@rule(
    "ep-location-default-port",
    on=Endpoint,
    severity=INFO,
    cites=[rfc(3986, "6.2.3")],
    bad=[example("sp", (_ACS, 'Location="https://sp.example.org:443/saml/acs"'))],
    good=[
        *_GOOD,
        example(
            "sp",
            (_ACS, 'Location="https://sp.example.org:8443/saml/acs"'),
            also=["ep-location-custom-port"],
        ),
    ],
)
def location_default_port(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """The address of an endpoint names the port that its scheme has anyway.

    It has :443 with https, or :80 with http.

    Why: addresses are compared character by character, and software that leaves the port out in a
    request or a response no longer matches.
    Fix: Leave the port out, here and with the partners at the same time.
    """
    for name, uri, host in web_locations(endpoint):
        if (scheme_of(uri), uri.port) in DEFAULT_PORTS:
            yield hit(
                endpoint,
                f"{location_words(endpoint, name, uri.text)} names the default port {uri.port}",
                attribute=name,
                expected=uri.text.replace(f"{host}:{uri.port}", host, 1),
                actual=uri.text,
            )


@rule(
    "ep-location-private-host",
    on=Endpoint,
    severity=INFO,
    cites=[rfc(6761), rfc(1918)],
    bad=[
        example("sp", (_ACS, 'Location="https://10.4.0.7/saml/acs"')),
        example("sp", (_ACS, 'Location="https://library/saml/acs"')),
    ],
    good=_GOOD,
)
def location_private_host(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """The host of an endpoint is no public name.

    It is an IP address, a name without a domain, or in a domain that is never public.

    Why: the browsers of users outside the network do not reach it. That is as it should be for
    an internal service, and a mistake when test metadata is used in production.
    Fix: Use the public name of the service, unless all users are in its network.
    """
    for name, uri, host in web_locations(endpoint):
        if is_loopback(host) and scheme_of(uri) == "http":
            continue  # told of with the missing TLS
        problem = host_problem(host)
        if problem is not None:
            yield hit(
                endpoint,
                f"The host of {location_words(endpoint, name, uri.text)} {problem}",
                attribute=name,
                expected="a fully qualified domain name",
                actual=host,
            )


RULES = (
    location_not_https,
    location_userinfo,
    location_fragment,
    location_default_port,
    location_private_host,
)
