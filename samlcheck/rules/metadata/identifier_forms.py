"""Rules on the form of an entityID: its scheme, its length, and parts that tie it to a server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation, core, rfc, saml2int
from samlcheck.rules.metadata.sources import EDUGAIN_VALIDATION, SPID_RULES
from samlcheck.rules.rule import INFO, OFF, Hit, example, hit, rule
from samlcheck.xml.uri import Uri, split_uri

_ENTITY_ID: Final = 'entityID="https://sp.example.org/saml"'
_EXPECTED: Final = ("https:", "http:", "urn:")
_LONG, _WIDE, _LONGEST = 256, 80, 1024
_LIMITS: Final[tuple[Citation, ...]] = (core("8.3.6"),)


def _id(url: str) -> tuple[str, str]:
    """Return an example's edit that gives the SP another entityID."""
    return _ENTITY_ID, f'entityID="{url}"'


def _text(entity: EntityDescriptor) -> str:
    return (entity.entity_id or "").strip()


def _web_uri(text: str) -> Uri | None:
    """Return the components of an entityID that is an http or https URL."""
    uri = split_uri(text)
    return uri if uri.is_web and uri.host else None


@rule(
    "eid-too-long-256",
    on=EntityDescriptor,
    severity=INFO,
    cites=[saml2int("SDP-G04"), *_LIMITS],
    bad=[example("sp", _id("https://sp.example.org/" + "a" * 240))],
    good=[example("sp", _id("https://sp.example.org/" + "a" * 50))],
)
def longer_than_256(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entityID is longer than 256 characters.

    SAML allows 1024; deployment profiles and many products allow 256.

    Why: products keep identifiers in fields of 255 or 256 characters, cut a longer one off, and
    then do not know the entity any more.
    Fix: For a new deployment choose a shorter entityID; change one that is in use only together
    with all partners.
    """
    length = len(_text(entity))
    if _LONG < length <= _LONGEST:
        yield hit(
            entity,
            f"The entityID has {length} characters",
            attribute="entityID",
            expected=f"at most {_LONG} characters",
            actual=f"{length} characters",
        )


@rule(
    "eid-too-long-80",
    on=EntityDescriptor,
    severity=OFF,
    cites=_LIMITS,
    bad=[
        example("sp", _id("https://sp.example.org/" + "a" * 70), enable=["eid-too-long-80"]),
    ],
    good=[
        example("sp", _id("https://sp.example.org/" + "a" * 57), enable=["eid-too-long-80"]),
        example("sp", _id("https://sp.example.org/" + "a" * 70)),
    ],
)
def longer_than_80(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entityID is longer than 80 characters.

    Nothing in SAML forbids that; a profile asks for it where old software is in use.

    Why: some old products keep the entityID in a field of 80 characters.
    Fix: For a new deployment choose a shorter entityID.
    """
    length = len(_text(entity))
    if _WIDE < length <= _LONG:
        yield hit(
            entity,
            f"The entityID has {length} characters",
            attribute="entityID",
            expected=f"at most {_WIDE} characters",
            actual=f"{length} characters",
        )


@rule(
    "eid-scheme-unexpected",
    on=EntityDescriptor,
    severity=INFO,
    cites=[core("8.3.6"), EDUGAIN_VALIDATION],
    unless=["eid-not-absolute-uri", "eid-placeholder", "xml-space-in-uri-attr"],
    bad=[example("sp", _id("spn:00000002-0000-0000-c000-000000000000"))],
    good=[example("sp"), example("sp", _id("urn:example:library"))],
)
def scheme_unexpected(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entityID is neither a URL nor a URN.

    Any absolute URI will do for SAML; this one has a scheme other than https, http and urn.

    Why: federations register only those three, and some products refuse others in their forms.
    Fix: For a new deployment use an https URL in a domain of your own.
    """
    text = _text(entity)
    if not text or text.lower().startswith(_EXPECTED):
        return
    scheme = split_uri(text).scheme
    if scheme is not None:
        yield hit(
            entity,
            f'The entityID "{text}" has the scheme {scheme}:',
            attribute="entityID",
            expected="an https URL, or a URN",
            actual=text,
        )


@rule(
    "eid-scheme-http",
    on=EntityDescriptor,
    severity=OFF,
    cites=[core("8.3.6"), SPID_RULES],
    bad=[example("sp", _id("http://sp.example.org/saml"), enable=["eid-scheme-http"])],
    good=[
        example("sp", enable=["eid-scheme-http"]),
        example("sp", _id("http://sp.example.org/saml")),
    ],
)
def scheme_http(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entityID begins with http:// instead of https://.

    An entityID is a name and nothing is fetched from it, so SAML has no objection. A profile asks
    for https where metadata is found at the entityID.

    Why: whoever fetches metadata from such an address cannot be sure of what it gets.
    Fix: For a new deployment choose an https URL. One that is in use is changed only together with
    all partners, who know the entity by it.
    """
    text = _text(entity)
    if text.lower().startswith("http:"):
        yield hit(
            entity,
            f'The entityID "{text}" begins with http:',
            attribute="entityID",
            expected="an https URL",
            actual=text,
        )


@rule(
    "eid-scheme-urn-new",
    on=EntityDescriptor,
    severity=OFF,
    cites=[core("8.3.6"), rfc(8141)],
    bad=[example("sp", _id("urn:example:library"), enable=["eid-scheme-urn-new"])],
    good=[
        example("sp", enable=["eid-scheme-urn-new"]),
        example("sp", _id("urn:example:library")),
    ],
)
def scheme_urn(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entityID is a URN.

    SAML has no objection. A profile asks for a URL in entities that are registered from now on;
    those that have a URN already keep it.

    Why: a URN space belongs to somebody else, and nothing shows that the entity may use it; of a
    URL the domain shows whose it is.
    Fix: For a new deployment choose an https URL in a domain of your own.
    """
    text = _text(entity)
    if text.lower().startswith("urn:"):
        yield hit(
            entity,
            f'The entityID "{text}" is a URN',
            attribute="entityID",
            expected="an https URL",
            actual=text,
        )


@rule(
    "eid-explicit-port",
    on=EntityDescriptor,
    severity=INFO,
    cites=[core("8.3.6"), SPID_RULES],
    unless=["eid-not-absolute-uri", "eid-placeholder", "eid-host-not-fqdn"],
    bad=[example("sp", _id("https://sp.example.org:8443/saml"))],
    good=[example("sp"), example("sp", _id("urn:example:library:8443"))],
)
def explicit_port(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entityID names a port.

    The URL that serves as entityID has a port number in it.

    Why: the name is taken from the address of one server; when that moves to another port, it is
    wrong, but cannot be changed without all partners.
    Fix: For a new deployment choose an entityID without a port.
    """
    text = _text(entity)
    if ":" not in text[8:]:
        return
    uri = _web_uri(text)
    if uri is not None and uri.port:
        yield hit(
            entity,
            f'The entityID "{text}" names the port {uri.port}',
            attribute="entityID",
            expected="a URL without a port",
            actual=text,
        )


@rule(
    "eid-query-or-fragment",
    on=EntityDescriptor,
    severity=INFO,
    cites=[core("8.3.6"), rfc(3986, "3.4"), rfc(3986, "3.5")],
    unless=["eid-not-absolute-uri", "eid-placeholder"],
    bad=[
        example("sp", _id("https://sp.example.org/saml?site=main")),
        example("sp", _id("https://sp.example.org/saml#main")),
    ],
    good=[example("sp")],
)
def query_or_fragment(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entityID has a query string or a fragment.

    There is a ? or a # in the URL that serves as entityID.

    Why: it is allowed, but such a name is easily damaged: a form cuts off what stands behind the
    #, an & is escaped once too often, and metadata cannot be looked up by it.
    Fix: For a new deployment choose an entityID without a ? and without a #.
    """
    text = _text(entity)
    if "?" not in text and "#" not in text:
        return
    uri = split_uri(text)
    found = "query string" if uri.query is not None else "fragment"
    yield hit(
        entity,
        f'The entityID "{text}" has a {found}',
        attribute="entityID",
        expected="a URI without query string and fragment",
        actual=text,
    )


RULES = (
    longer_than_256,
    longer_than_80,
    scheme_unexpected,
    scheme_http,
    scheme_urn,
    explicit_port,
    query_or_fragment,
)
