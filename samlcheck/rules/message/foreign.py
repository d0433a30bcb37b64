"""Messages and metadata that have no place inside another message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.rules.citations import paper
from samlcheck.xml.names import MD, SAMLP, clark

FOREIGN: Final = (
    *(
        clark(SAMLP, local)
        for local in (
            "Response",
            "AuthnRequest",
            "LogoutRequest",
            "LogoutResponse",
            "ArtifactResolve",
            "ArtifactResponse",
            "AttributeQuery",
            "AuthnQuery",
            "AuthzDecisionQuery",
            "ManageNameIDRequest",
            "ManageNameIDResponse",
            "NameIDMappingRequest",
            "NameIDMappingResponse",
        )
    ),
    clark(MD, "EntityDescriptor"),
    clark(MD, "EntitiesDescriptor"),
)
REUSE: Final = paper(
    "CVE-2024-6800: signed federation metadata reused to forge a response",
    "https://nvd.nist.gov/vuln/detail/CVE-2024-6800",
)


def outermost(outer: Element, tags: tuple[str, ...]) -> Iterator[Element]:
    """Yield the elements of some names inside an element, without those inside one another."""
    for element in outer.iterdescendants(*tags):
        above = next(element.iterancestors(*tags), None)
        if above is None or above is outer or not any(up is outer for up in above.iterancestors()):
            yield element
