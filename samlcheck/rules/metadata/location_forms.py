"""Rules on how the address of an endpoint is written: its port, its escapes, its slashes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.model import Endpoint, RoleDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import rfc
from samlcheck.rules.metadata.locations import location_words, scheme_of, web_locations
from samlcheck.rules.metadata.sources import SPID_RULES
from samlcheck.rules.rule import INFO, WARNING, Edit, Hit, Place, example, hit, rule
from samlcheck.xml.uri import DEFAULT_PORTS

_ACS: Final = "https://sp.example.org/saml/acs"
_GOOD: Final = (example("sp"), example("idp"))
#: How many places a finding shows.
_MOST: Final = 6
#: An escape that was escaped again, or XML's own escape of an ampersand, as a part of the value.
_TWICE: Final = r"%25[0-9A-Fa-f]{2}|&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});"
#: A part of a URL that stands escaped where it has to stand by itself: its :// or its ?.
_STRUCTURE: Final = r"^https?%3A|^[^?#]*%3[Ff]"


def _acs(url: str) -> Edit:
    """Return an example's edit that gives the SP's first endpoint another address."""
    return f'"{_ACS}"', f'"{url}"'


@rule(
    "ep-location-empty-port",
    on=Endpoint,
    severity=WARNING,
    cites=[rfc(3986, "3.2.3"), rfc(3986, "6.2.3")],
    bad=[example("sp", _acs("https://sp.example.org:/saml/acs"))],
    good=_GOOD,
)
def location_empty_port(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """The address of an endpoint has a colon for a port, but no port.

    Between the colon behind the host and the path stands nothing.

    Why: some software reads it as port 0 or refuses the address; and it no longer matches the
    address in a request, which has no colon.
    Fix: Remove the colon, or write the port.
    """
    for name, uri, host in web_locations(endpoint):
        if uri.port == "":
            yield hit(
                endpoint,
                f"{location_words(endpoint, name, uri.text)} has a colon without a port",
                attribute=name,
                expected=uri.text.replace(f"{host}:", host, 1),
                actual=uri.text,
            )


@rule(
    "ep-location-custom-port",
    on=RoleDescriptor,
    severity=INFO,
    cites=[rfc(3986, "3.2.3"), SPID_RULES],
    bad=[example("sp", _acs("https://sp.example.org:8443/saml/acs"))],
    good=[
        *_GOOD,
        example(
            "sp",
            _acs("https://sp.example.org:443/saml/acs"),
            also=["ep-location-default-port"],
        ),
    ],
)
def location_custom_port(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """Users are sent to an unusual port.

    The address of an endpoint for browsers names a port other than 443 for https or 80 for http.
    Endpoints for SOAP, where ports of their own are common, are not told of.

    Why: networks of companies and guests often let only the usual ports through, so that the login
    fails there; and test systems are recognized by it.
    Fix: Serve the endpoint at the usual port.
    """
    found: dict[tuple[str, str], list[tuple[Endpoint, str, str]]] = {}
    for endpoint in role.endpoints():
        text = endpoint.location or ""
        if ":" not in text[6:] or (endpoint.binding or "").endswith((":SOAP", ":SOAP-binding")):
            continue
        for name, uri, host in web_locations(endpoint):
            if uri.port and (scheme_of(uri), uri.port) not in DEFAULT_PORTS:
                known = found.setdefault((host.lower(), uri.port), [])
                known.append((endpoint, name, uri.text))
    for (_, port), places in found.items():
        endpoint, name, text = places[0]
        yield hit(
            endpoint,
            f"{location_words(endpoint, name, text)} names the port {port}",
            attribute=name,
            expected="an address without a port",
            actual=text,
            related=[Place(other, where, "here, too") for other, where, _ in places[1:_MOST]],
        )


@rule(
    "ep-location-percent",
    on=Endpoint,
    severity=WARNING,
    cites=[rfc(3986, "2.4")],
    bad=[
        example("sp", _acs("https://sp.example.org/saml/acs%3Fsite=1")),
        example("sp", _acs("https://sp.example.org/saml/acs?site=a%2520b")),
        example("sp", _acs("https://sp.example.org/saml/acs?site=1&amp;amp;x=2")),
    ],
    good=[
        *_GOOD,
        example("sp", _acs("https://sp.example.org/saml/acs?site=1&amp;at=https%3A%2F%2Fa%2F")),
    ],
)
def location_percent(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """The address of an endpoint was escaped once too often.

    It holds %25 before another escape, an &amp; of XML within the value, or the ? or the :// of
    the address itself in its escaped form.

    Why: a browser takes the address as it stands and reaches another page, or another parameter,
    than was meant.
    Fix: Write the address as it stands in a browser; in XML only the & is written &amp;, once.
    """
    for name, text in (
        ("Location", endpoint.location),
        ("ResponseLocation", endpoint.response_location),
    ):
        if text is None or ("%" not in text and "&" not in text):
            continue
        found = re.search(_TWICE, text) or re.search(_STRUCTURE, text, re.IGNORECASE)
        if found is not None:
            shown = found[0] if len(found[0]) < 10 else found[0][-3:]
            yield hit(
                endpoint,
                f'{location_words(endpoint, name, text)} holds "{shown}", escaped once too often',
                attribute=name,
                expected="the address as it stands in a browser",
                actual=text,
            )


@rule(
    "ep-location-double-slash",
    on=Endpoint,
    severity=INFO,
    cites=[rfc(3986, "3.3")],
    bad=[example("sp", _acs("https://sp.example.org//saml/acs"))],
    good=[*_GOOD, example("sp", _acs("https://sp.example.org/saml/acs?to=https://a.example.org/"))],
)
def location_double_slash(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """The address of an endpoint has two slashes in a row.

    There is a // in the path.

    Why: mostly a base URL with a slash at its end was put before a path that begins with one. Some
    servers take the two for one and then compare the address with that in the metadata.
    Fix: Remove one of the slashes, at both ends at the same time, unless the path is meant so.
    """
    for name, uri, _ in web_locations(endpoint):
        if "//" in uri.path:
            yield hit(
                endpoint,
                f"{location_words(endpoint, name, uri.text)} has two slashes in a row",
                attribute=name,
                expected="one slash",
                actual=uri.text,
            )


RULES = (
    location_empty_port,
    location_custom_port,
    location_percent,
    location_double_slash,
)
