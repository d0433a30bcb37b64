"""Rules on values that say nothing, and on URIs that are not absolute (Core 1.3.1 and 1.3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    AffiliationDescriptor,
    Attribute,
    Endpoint,
    KeyDescriptor,
    Node,
    RoleDescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.rule import ERROR, Hit, example, hit, rule
from samlcheck.rules.structure.texts import HOLDERS, Holder, texts_of
from samlcheck.xml import text_of
from samlcheck.xml.names import MD, MDRPI, MDUI, clark, display

_GOOD: Final = (example("sp"), example("idp"), example("aggregate"))
_AFFILIATION: Final = (
    f'<md:EntityDescriptor xmlns:md="{MD}" entityID="https://group.example.org/saml" '
    'validUntil="2027-01-20T00:00:00Z">'
    '<md:AffiliationDescriptor affiliationOwnerID="https://sp.example.org/saml">'
    "<md:AffiliateMember>https://sp.example.org/saml</md:AffiliateMember>"
    "</md:AffiliationDescriptor></md:EntityDescriptor>"
)
_END: Final = "\n  </md:IDPSSODescriptor>"
#: Strings that have rules of their own, which tell of empty ones as well.
_OTHER_STRINGS: Final = (
    clark(MD, "ServiceName"),
    clark(MDUI, "Keywords"),
    clark(MDUI, "IPHint"),
    clark(MDUI, "DomainHint"),
)
#: URIs that have such rules.
_OTHER_URIS: Final = (
    clark(MDUI, "InformationURL"),
    clark(MDUI, "PrivacyStatementURL"),
    clark(MDUI, "GeolocationHint"),
)
#: URIs that no other rule asks to be absolute.
_ABSOLUTE: Final = (
    clark(MD, "AttributeProfile"),
    clark(MD, "AffiliateMember"),
    clark(MDRPI, "RegistrationPolicy"),
    clark(MDRPI, "UsagePolicy"),
)


@rule(
    "xsd-empty-string",
    on=HOLDERS,
    severity=ERROR,
    cites=[core("1.3.1")],
    bad=[
        example("sp", ("<md:GivenName>Library Systems<", "<md:GivenName><")),
        example("sp", ("Loans, reservations and electronic journals.", " ")),
    ],
    good=_GOOD,
)
def empty_string(holder: Holder, case: Case) -> Iterator[Hit]:
    """A text in the metadata is empty.

    An element such as md:GivenName, md:OrganizationName or mdui:Description is there but holds
    nothing, or white space alone.

    Why: pages show an empty name, and some software refuses the document; it mostly comes from a
    form whose field was left blank.
    Fix: Fill in the text, or leave the element out.
    """
    for element in case.once(texts_of, holder).blank_strings:
        if element.tag not in _OTHER_STRINGS:
            yield hit(element, f"{display(str(element.tag))} is empty", expected="a text")


@rule(
    "xsd-empty-uri",
    on=(*HOLDERS, RoleDescriptor, Endpoint, Attribute, KeyDescriptor, AffiliationDescriptor),
    severity=ERROR,
    cites=[core("1.3.2")],
    bad=[
        example("idp", ('errorURL="https://idp.example.org/error"', 'errorURL=""')),
        example("sp", (">urn:oasis:names:tc:SAML:2.0:nameid-format:persistent<", "> <")),
        example("sp", (">https://sp.example.org/</md:Org", "></md:Org")),
    ],
    good=_GOOD,
)
def empty_uri(node: Holder | Node, case: Case) -> Iterator[Hit]:
    """A URI in the metadata is empty.

    An attribute or element that holds a URI, such as errorURL, ResponseLocation or NameIDFormat,
    is there but says nothing.

    Why: an empty URI is read as the address of the document itself, or makes a parser stop; it
    mostly comes from a template whose field was left blank.
    Fix: Fill in the URI, or leave the attribute or element out.
    """
    if isinstance(node, HOLDERS):
        for element in case.once(texts_of, node).blank_uris:
            if element.tag not in _OTHER_URIS:
                yield hit(element, f"{display(str(element.tag))} is empty", expected="a URI")
        return
    for part, name in _uris(node):
        text = part.element.get(name)
        if text is not None and not text.strip():
            words = f"{name} of {display(str(part.element.tag))} is empty"
            yield hit(part, words, attribute=name, expected="a URI", actual=text)


def _uris(node: Node) -> Iterator[tuple[Node, str]]:
    """Yield the attributes of a node that are URIs and may be absent."""
    if isinstance(node, Endpoint):
        yield node, "ResponseLocation"
    elif isinstance(node, Attribute):
        yield node, "NameFormat"
    elif isinstance(node, RoleDescriptor):
        yield node, "errorURL"
    elif isinstance(node, KeyDescriptor):
        for method in node.encryption_methods:
            yield method, "Algorithm"
    else:
        yield node, "affiliationOwnerID"


@rule(
    "xsd-relative-uri",
    on=(*HOLDERS, AffiliationDescriptor),
    severity=ERROR,
    cites=[core("1.3.2")],
    bad=[
        example("idp", (_END, f"\n    <md:AttributeProfile>basic</md:AttributeProfile>{_END}")),
        example(
            "raw",
            raw=_AFFILIATION.replace(">https://sp.example.org/saml<", ">sp.example.org<"),
        ),
    ],
    good=[*_GOOD, example("raw", raw=_AFFILIATION)],
)
def relative_uri(node: Holder | AffiliationDescriptor, case: Case) -> Iterator[Hit]:
    """A URI in the metadata is not absolute.

    URIs in SAML begin with a scheme, such as https: or urn:. Reported here are those that have no
    rule of their own: attribute profiles, policies of registrars and publishers, and the members
    and the owner of an affiliation.

    Why: a relative one is read against an address that differs from reader to reader, or compared
    as it is, so that nobody finds what it names.
    Fix: Write the whole URI.
    """
    if isinstance(node, AffiliationDescriptor):
        owner = node.owner_id
        if owner is not None and owner.strip() and ":" not in owner:
            words = f'affiliationOwnerID "{owner}" is not an absolute URI'
            yield hit(node, words, attribute="affiliationOwnerID", actual=owner)
        return
    for element in case.once(texts_of, node).relative_uris:
        if element.tag in _ABSOLUTE:
            text = text_of(element)
            yield hit(
                element,
                f'{display(str(element.tag))} "{text.strip()}" is not an absolute URI',
                expected="a URI with a scheme, such as https: or urn:",
                actual=text,
            )


RULES = (
    empty_string,
    empty_uri,
    relative_uri,
)
