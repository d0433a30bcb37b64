"""What rules on metadata extensions share: where an extension stands, and what they cite."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeVar

from lxml.etree import _Element as Element

from samlcheck.model import (
    DiscoveryEndpoint,
    EntityDescriptor,
    Extensions,
    Node,
    RoleDescriptor,
)
from samlcheck.rules.citations import Citation, paper
from samlcheck.rules.rule import Hit, hit
from samlcheck.rules.wording import two_differ
from samlcheck.xml import Document
from samlcheck.xml.names import MD, clark, display
from samlcheck.xml.uri import split_uri

EXTENSIONS: Final = clark(MD, "Extensions")
ENTITIES: Final = clark(MD, "EntitiesDescriptor")
ENTITY: Final = clark(MD, "EntityDescriptor")
IDP_ROLE: Final = clark(MD, "IDPSSODescriptor")
SP_ROLE: Final = clark(MD, "SPSSODescriptor")
AUTHORITY_ROLE: Final = clark(MD, "AttributeAuthorityDescriptor")
ROLES: Final = (
    clark(MD, "RoleDescriptor"),
    IDP_ROLE,
    SP_ROLE,
    AUTHORITY_ROLE,
    clark(MD, "AuthnAuthorityDescriptor"),
    clark(MD, "PDPDescriptor"),
)

#: What the base documents of the examples lack under the profile base/federation.
FEDERATION_SP: Final = ("rpi-missing", "disc-response-missing", "disc-requestinit-missing")
FEDERATION_IDP: Final = ("rpi-missing", "disc-hints-missing")

_SHORT: Final = 80
#: Second-level domains that many countries register under.
_SECOND_LEVEL: Final = frozenset(
    ("ac", "co", "com", "edu", "go", "gob", "gov", "mil", "ne", "net", "or", "org", "re", "sch")
)

REFEDS_UI: Final = paper(
    "REFEDS: software recommendations on MDUI",
    "https://wiki.refeds.org/display/FBP/MDUI+-+Software+recommendations",
)
SUBJECT_ID: Final = Citation(
    "SAML Subject Identifier Attributes",
    None,
    "https://docs.oasis-open.org/security/saml-subject-id-attr/v1.0/",
)
IDP_DISCOVERY: Final = Citation(
    "SAML IdP Discovery",
    None,
    "https://docs.oasis-open.org/security/saml/Post2.0/sstc-saml-idp-discovery.pdf",
)
REQUEST_INITIATION: Final = Citation(
    "SAML Request Initiation",
    None,
    "https://docs.oasis-open.org/security/saml/Post2.0/sstc-request-initiation.html",
)


def mdrpi(clause: str | None) -> Citation:
    """Cite the metadata extensions for registration and publication information 1.0."""
    url = "https://docs.oasis-open.org/security/saml/Post2.0/saml-metadata-rpi/v1.0/"
    return Citation("MDRPI", clause, url)


N = TypeVar("N", bound=Node)


def items_of(extensions: Extensions | None, kind: type[N]) -> tuple[N, ...]:
    """Return the extensions of one class, in document order."""
    if extensions is None:
        return ()
    return tuple(item for item in extensions.items if isinstance(item, kind))


def discovery_endpoints(role: RoleDescriptor, kind: str) -> tuple[DiscoveryEndpoint, ...]:
    """Return the DiscoveryResponse or RequestInitiator elements of a role."""
    return tuple(item for item in items_of(role.extensions, DiscoveryEndpoint) if item.kind == kind)


def holder_of(element: Element) -> Element | None:
    """Return the element whose md:Extensions holds an extension; None when it is in none."""
    parent = element.getparent()
    return None if parent is None or parent.tag != EXTENSIONS else parent.getparent()


def holder_tag(element: Element) -> str | None:
    """Return the Clark name of the element whose md:Extensions holds an extension."""
    holder = holder_of(element)
    return None if holder is None else str(holder.tag)


def group_extension(group: Element, tag: str) -> Element | None:
    """Return an extension of an md:EntitiesDescriptor, without a look at its many members."""
    for child in group.iterchildren("*"):
        if child.tag == EXTENSIONS:
            return child.find(tag)
        if child.tag in (ENTITY, ENTITIES):
            return None
    return None


def misplaced(document: Document, tag: str, allowed: tuple[str, ...]) -> Iterator[Element]:
    """Yield the elements of a name that are not in the md:Extensions of an allowed element."""
    if document.root is None:
        return
    for element in document.root.iter(tag):
        if holder_tag(element) not in allowed:
            yield element


def place_words(element: Element) -> str:
    """Say where an extension stands, to complete a sentence."""
    parent = element.getparent()
    if parent is None:
        return "is the whole document"
    holder = holder_of(element)
    if holder is None:
        return f"stands in {display(str(parent.tag))}, outside md:Extensions"
    return f"stands in the md:Extensions of {display(str(holder.tag))}"


def short(text: str) -> str:
    """Return a value in quotes, cut where it is long."""
    return repr(text) if len(text) <= _SHORT else f"{text[:_SHORT]!r}..."


def wrong_binding(endpoint: DiscoveryEndpoint, name: str, expected: str) -> Iterator[Hit]:
    """Yield a hit when the Binding of a discovery endpoint is not the name of its protocol."""
    binding = endpoint.binding
    # Of blanks in it the rule on white space in URIs tells.
    if binding is not None and "".join(binding.split()) == expected:
        return
    near = None if binding is None else two_differ(binding, expected)
    yield hit(
        endpoint,
        f"The {name} has no Binding"
        if binding is None
        else f"The Binding {short(binding)} of the {name} is not that of its protocol"
        + (f"; {near}" if near else ""),
        attribute="Binding",
        expected=expected,
        actual=binding,
    )


def base_domain(host: str) -> str:
    """Return the domain of a host name that somebody has registered, or close to it.

    That is its last two labels, and three where a country has second-level domains such as ac.uk:
    close enough to tell strangers apart.
    """
    labels = host.lower().rstrip(".").split(".")
    country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if country else labels[-2:])


def endpoint_hosts(entity: EntityDescriptor) -> set[str]:
    """Return the hosts of all endpoints of an entity."""
    locations = (endpoint.location or "" for role in entity.roles for endpoint in role.endpoints())
    return {host.lower() for location in locations if (host := split_uri(location.strip()).host)}
