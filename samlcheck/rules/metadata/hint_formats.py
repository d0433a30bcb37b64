"""Rules on the hints themselves: places, networks and domains, each in its own notation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.model import DiscoHints
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdui, rfc
from samlcheck.rules.metadata.extensions import short
from samlcheck.rules.rule import ERROR, WARNING, Hit, example, hit, rule
from samlcheck.xml.uri import split_uri

_END: Final = "      </mdui:UIInfo>"
_NUMBER: Final = r"-?[0-9]{1,9}(?:\.[0-9]{1,30})?"
_PARAMETERS: Final = r"(?:;[A-Za-z0-9-]+(?:=[^;\s]*)?)*"
_GEO: Final = rf"geo:({_NUMBER}),({_NUMBER})(?:,{_NUMBER})?({_PARAMETERS})"
_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_DOMAIN: Final = rf"{_LABEL}(?:\.{_LABEL})+"


def _hint(name: str, value: str) -> tuple[str, str]:
    hints = f"<mdui:DiscoHints><mdui:{name}>{value}</mdui:{name}></mdui:DiscoHints>"
    return (_END, f"{_END}\n      {hints}")


@rule(
    "disc-geo-format",
    on=DiscoHints,
    severity=ERROR,
    cites=[mdui("2.2.4"), rfc(5870)],
    bad=[
        example("idp", _hint("GeolocationHint", value))
        for value in ("59.33,18.06", "geo:59.33;18.06", "geo:118.06,59.33", "geo:0,0")
    ],
    good=[
        example("idp", _hint("GeolocationHint", "geo:59.3293,18.0686")),
        example("idp", _hint("GeolocationHint", "geo:-33.9,18.4,25;crs=wgs84;u=35")),
    ],
)
def geolocation_format(hints: DiscoHints, case: Case) -> Iterator[Hit]:
    """A place is not written as a geo URI.

    mdui:GeolocationHint has the form geo:latitude,longitude with at most an altitude and
    parameters; latitude is -90 to 90, longitude -180 to 180. The point 0,0 is a warning.

    Why: discovery services that sort by distance drop the place, or put the institution into the
    sea.
    Fix: Write geo:, the latitude, a comma and the longitude, in degrees with a decimal point.
    """
    for place in hints.geolocation_hints:
        problem, severity = _geo_problem(place.value)
        if problem is not None:
            yield hit(
                place,
                f"The mdui:GeolocationHint {short(place.value)} {problem}",
                expected="a URI such as geo:59.3293,18.0686",
                actual=place.value,
                severity=severity,
            )


def _geo_problem(value: str) -> tuple[str | None, str]:
    # RFC 5870 has no blank behind the comma, but it does no harm to who reads it: a warning.
    tight = "".join(value.split())
    match = re.fullmatch(_GEO, tight, re.IGNORECASE)
    if match is None:
        return "is not a geo URI", ERROR
    if "crs=" in match[3].lower() and "crs=wgs84" not in match[3].lower():
        return None, ERROR  # another reference system has other limits
    latitude, longitude = float(match[1]), float(match[2])
    if not -90 <= latitude <= 90:
        swapped = "; latitude and longitude may be swapped" if abs(longitude) <= 90 else ""
        return f"has a latitude outside -90 to 90{swapped}", ERROR
    if not -180 <= longitude <= 180:
        return "has a longitude outside -180 to 180", ERROR
    if latitude == longitude == 0:
        return "is a point in the sea, the default of many forms", WARNING
    return ("has white space in it" if tight != value else None), WARNING


@rule(
    "disc-iphint-format",
    on=DiscoHints,
    severity=ERROR,
    cites=[mdui("2.2.2"), rfc(4632), rfc(4291)],
    bad=[
        example("idp", _hint("IPHint", value))
        for value in (
            "192.0.2.0-192.0.2.255",
            "192.0.2.0/255.255.255.0",
            "192.0.2.7",
            "192.0.2.7/24",
            "10.1.0.0/16",
            "0.0.0.0/0",
        )
    ],
    good=[
        example("idp", _hint("IPHint", "192.0.2.0/24")),
        example("idp", _hint("IPHint", "2001:db8:17::/48")),
    ],
)
def network_format(hints: DiscoHints, case: Case) -> Iterator[Hit]:
    """A network is not written in CIDR notation, or is not the institution's own.

    mdui:IPHint is a network of IPv4 or IPv6 addresses with the length of its prefix. A missing
    prefix, bits behind the prefix, a private network and the whole Internet are warnings.

    Why: discovery services drop what they cannot read; a private or all too wide network proposes
    the institution to people of others.
    Fix: Write the public networks of the institution such as 192.0.2.0/24 or 2001:db8::/32.
    """
    for network in hints.ip_hints:
        problem, severity, expected = _network_problem(network.value)
        if problem is not None:
            yield hit(
                network,
                f"The mdui:IPHint {short(network.value)} {problem}",
                expected=expected or "a network such as 192.0.2.0/24",
                actual=network.value,
                severity=severity,
            )


def _network_problem(value: str) -> tuple[str | None, str, str | None]:
    """Return what is wrong with a network, how bad it is, and what was meant."""
    import ipaddress  # costs start-up time, and few documents have the hint

    address, slash, prefix = value.partition("/")
    try:
        if slash and not (prefix.isascii() and prefix.isdigit()):
            return "is not in CIDR notation", ERROR, None
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return "is not in CIDR notation", ERROR, None
    if not slash:
        return "has no prefix length", WARNING, str(network)
    if network.prefixlen == 0:
        return "is the whole Internet", WARNING, None
    if network.network_address != ipaddress.ip_address(address):
        return "has bits set behind its prefix", WARNING, str(network)
    if any(_inside(network, block) for block in _private_blocks()):
        return "is a private network", WARNING, None
    return None, ERROR, None


def _private_blocks() -> tuple[str, ...]:
    return ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10")


def _inside(network: object, block: str) -> bool:
    import ipaddress

    outer = ipaddress.ip_network(block)
    if isinstance(network, ipaddress.IPv4Network) and isinstance(outer, ipaddress.IPv4Network):
        return network.subnet_of(outer)
    if isinstance(network, ipaddress.IPv6Network) and isinstance(outer, ipaddress.IPv6Network):
        return network.subnet_of(outer)
    return False


@rule(
    "disc-domainhint-format",
    on=DiscoHints,
    severity=WARNING,
    cites=[mdui("2.2.3")],
    bad=[
        example("idp", _hint("DomainHint", value))
        for value in ("https://example.org/", "@example.org", "example", "")
    ],
    good=[example("idp", _hint("DomainHint", "students.example.org"))],
)
def domain_format(hints: DiscoHints, case: Case) -> Iterator[Hit]:
    """A domain hint is not a domain.

    mdui:DomainHint is a DNS name of at least two labels, without scheme, @ or path.

    Why: discovery services compare it with the domain of the person's address, and find nothing.
    Fix: Write the bare domain, such as example.org.
    """
    for domain in hints.domain_hints:
        value = domain.value
        if re.fullmatch(_DOMAIN, value.rstrip(".")):
            continue
        bare = (split_uri(value).host or value).rpartition("@")[2].strip("./*")
        yield hit(
            domain,
            f"The mdui:DomainHint {short(value)} is not a domain"
            if value
            else "An mdui:DomainHint is empty",
            expected=bare if re.fullmatch(_DOMAIN, bare) else "a domain such as example.org",
            actual=value,
        )


RULES = (geolocation_format, network_format, domain_format)
