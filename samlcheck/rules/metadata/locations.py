"""Rules on the addresses of endpoints, Location and ResponseLocation: are they URLs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import Endpoint
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata, rfc
from samlcheck.rules.metadata.hosts import is_plain
from samlcheck.rules.rule import ERROR, WARNING, Hit, example, hit, rule
from samlcheck.xml import uri_problem
from samlcheck.xml.names import display
from samlcheck.xml.uri import Uri, split_uri

_ACS: Final = 'Location="https://sp.example.org/saml/acs"'
_GOOD: Final = (example("sp"), example("idp"))

#: Schemes that make a browser run or show something instead of sending a message.
_DANGEROUS: Final = ("javascript", "vbscript", "data", "file", "blob", "about", "view-source")
_SAML_BINDINGS: Final = "urn:oasis:names:tc:SAML:"


def _locations(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    """Yield the addresses of an endpoint that are worth a look: attribute and value.

    Those are the ones that are neither empty nor ordinary https URLs of a public host.
    """
    text = endpoint.location
    if text is not None and not is_plain(text) and text.strip():
        yield "Location", text
    text = endpoint.response_location
    if text is not None and not is_plain(text) and text.strip():
        yield "ResponseLocation", text


def _uris(endpoint: Endpoint) -> Iterator[tuple[str, Uri]]:
    """Yield the addresses that can be taken apart: attribute and components."""
    for name, text in _locations(endpoint):
        parts = text.split()
        if len(parts) == 1:
            yield name, split_uri(parts[0])


def web_locations(endpoint: Endpoint) -> Iterator[tuple[str, Uri, str]]:
    """Yield the http and https URLs that are worth a look: attribute, components, host."""
    for name, uri in _uris(endpoint):
        if uri.is_web and uri.host:
            yield name, uri, uri.host


def scheme_of(uri: Uri) -> str:
    """Return the scheme of a URI in lower case."""
    return (uri.scheme or "").lower()


def location_words(endpoint: Endpoint, name: str, text: str) -> str:
    """Name an address of an endpoint, to start a sentence with."""
    return f'{name} "{text}" of {display(str(endpoint.element.tag))}'


@rule(
    "ep-location-whitespace",
    on=Endpoint,
    severity=ERROR,
    cites=[rfc(3986, "2")],
    bad=[
        example("sp", (_ACS, 'Location="https://sp.example.org/saml/a cs"')),
        example("sp", (_ACS, 'Location=" https://sp.example.org/saml/acs"')),
    ],
    good=_GOOD,
)
def location_whitespace(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """The address of an endpoint has white space in it.

    A URL holds no blank or line break. One at the beginning or the end is a warning: some readers
    take it away, others do not.

    Why: the address is compared with the one in a request character by character, and a browser
    sends the user to another page than was meant.
    Fix: Remove the white space; if it belongs to the address, write it as %20.
    """
    for name, text in _locations(endpoint):
        parts = text.split()
        if parts != [text]:
            inside = len(parts) > 1
            where = "in" if inside else "around"
            yield hit(
                endpoint,
                f"{location_words(endpoint, name, text)} has white space {where} it",
                attribute=name,
                expected="a URL without white space" if inside else text.strip(),
                actual=text,
                severity=ERROR if inside else WARNING,
            )


@rule(
    "ep-location-dangerous-scheme",
    on=Endpoint,
    severity=ERROR,
    cites=[metadata("2.2.2"), rfc(3986, "7")],
    bad=[
        example("sp", (_ACS, 'Location="javascript:alert(1)"')),
        example(
            "idp", ('Location="https://idp.example.org/saml/slo"', 'Location="data:text/html,x"')
        ),
    ],
    good=_GOOD,
)
def location_dangerous(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """The address of an endpoint runs or shows something instead of receiving a message.

    Its scheme is javascript, vbscript, data, file, blob, about or view-source.

    Why: software that puts the address into a page or a form runs it in the user's browser, with
    the rights of the page: metadata has been used for such attacks.
    Fix: Do not load this metadata; ask its publisher for the https address.
    """
    for name, uri in _uris(endpoint):
        if scheme_of(uri) in _DANGEROUS:
            yield hit(
                endpoint,
                f"{location_words(endpoint, name, uri.text)} has the scheme {uri.scheme}:",
                attribute=name,
                expected="an https URL",
                actual=uri.text,
            )


@rule(
    "ep-location-not-url",
    on=Endpoint,
    severity=ERROR,
    cites=[metadata("2.2.2"), rfc(3986, "3")],
    bad=[
        example("sp", (_ACS, 'Location="sp.example.org/saml/acs"')),
        example("sp", (_ACS, 'Location="/saml/acs"')),
        example("sp", (_ACS, 'Location="https:/sp.example.org/saml/acs"')),
        example("sp", (_ACS, 'Location="urn:example:acs"')),
    ],
    good=_GOOD,
)
def location_not_url(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """The address of an endpoint is not a URL.

    An endpoint has an absolute URL, for the bindings of SAML an http or https one.

    Why: neither a browser nor the other side can send anything there.
    Fix: Write the whole address, with https:// and the host.
    """
    for name, uri in _uris(endpoint):
        if scheme_of(uri) in _DANGEROUS or _no_host(uri):
            continue
        problem = uri_problem(uri.text)
        if problem is None and not uri.is_web:
            if not (endpoint.binding or "").startswith(_SAML_BINDINGS):
                continue
            problem = f"has the scheme {uri.scheme}:, to which nothing can be sent"
        if problem is not None:
            yield hit(
                endpoint,
                f"{location_words(endpoint, name, uri.text)} {problem}",
                attribute=name,
                expected="an https URL",
                actual=uri.text,
            )


def _no_host(uri: Uri) -> bool:
    return uri.is_web and uri.host is not None and not uri.host


@rule(
    "ep-location-no-host",
    on=Endpoint,
    severity=ERROR,
    cites=[rfc(3986, "3.2.2")],
    bad=[example("sp", (_ACS, 'Location="https:///saml/acs"'))],
    good=_GOOD,
)
def location_no_host(endpoint: Endpoint, case: Case) -> Iterator[Hit]:
    """The address of an endpoint has no host.

    Between https:// and the path stands nothing.

    Why: nothing can be sent there. It happens when a template is filled in without the name of
    the server.
    Fix: Set the host name, or the base URL, in the software that makes the metadata.
    """
    for name, uri in _uris(endpoint):
        if _no_host(uri):
            yield hit(
                endpoint,
                f"{location_words(endpoint, name, uri.text)} has no host",
                attribute=name,
                expected=f"https://a-host{uri.path}",
                actual=uri.text,
            )


RULES = (
    location_whitespace,
    location_dangerous,
    location_not_url,
    location_no_host,
)
