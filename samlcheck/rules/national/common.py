"""What the rules of federations have in common: extension elements that the model keeps opaque."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import ContactPerson, EntityDescriptor
from samlcheck.rules.citations import Citation
from samlcheck.xml import text_of
from samlcheck.xml.names import MD, clark, split_clark

EXTENSIONS: Final = clark(MD, "Extensions")
SPID_NAMESPACE: Final = "https://spid.gov.it/saml-extensions"
FPA_NAMESPACE: Final = "https://spid.gov.it/invoicing-extensions"
CIE_NAMESPACE: Final = "https://www.cartaidentita.interno.gov.it/saml-extensions"
EIDAS_NAMESPACE: Final = "http://eidas.europa.eu/saml-extensions"
UK_NAMESPACE: Final = "http://ukfederation.org.uk/2006/11/label"


def extensions(element: Element, namespace: str) -> dict[str, list[Element]]:
    """Return the extension elements of a namespace in an element's md:Extensions, by local name."""
    found: dict[str, list[Element]] = {}
    for group in element.iterchildren(EXTENSIONS):
        for child in group.iterchildren(f"{{{namespace}}}*"):
            found.setdefault(split_clark(str(child.tag))[1], []).append(child)
    return found


def value_of(elements: list[Element] | None) -> str:
    """Return the text of the first of some elements, empty when there is none."""
    return text_of(elements[0]).strip() if elements else ""


def contacts_of(entity: EntityDescriptor, kind: str) -> Iterator[ContactPerson]:
    """Yield the contact persons of a type at the entity itself."""
    for contact in entity.contacts:
        if contact.contact_type == kind:
            yield contact


def spid_rules() -> Citation:
    """Cite the technical rules of SPID for metadata."""
    return Citation(
        "SPID technical rules: metadata",
        None,
        "https://docs.italia.it/italia/spid/spid-regole-tecniche/it/stabile/metadata.html",
    )


def spid_notice(number: int) -> Citation:
    """Cite a notice (avviso) of AgID on SPID."""
    return Citation(
        f"SPID notice {number}", None, "https://www.agid.gov.it/it/piattaforme/spid/avvisi-spid"
    )


def cie_manual() -> Citation:
    """Cite the technical manual of the Italian electronic identity card."""
    return Citation(
        "CIE id technical manual: federation",
        None,
        "https://docs.italia.it/italia/cie/cie-manuale-tecnico-docs/it/master/federazione.html",
    )
