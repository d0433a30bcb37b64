"""Rules on the attributes that a service provider requests: how they are named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samlcheck.model import Attribute, IDPSSODescriptor, RequestedAttribute
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation, core, profiles, saml2int
from samlcheck.rules.metadata.attribute_registry import (
    BY_SHORT_NAME,
    FORMAT_BASIC,
    FORMAT_SAML1,
    FORMAT_UNSPECIFIED,
    FORMAT_URI,
    OID,
    PAIRWISE_ID,
    SAML1_PREFIXES,
    SHORT_NAMES,
    SUBJECT_ID,
    TARGETED_ID,
    words_for,
)
from samlcheck.rules.near_miss import nearest
from samlcheck.rules.rule import INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import all_of
from samlcheck.xml.uri import split_uri

_MACE_DIR: Final = Citation(
    "MACE-Dir SAML Attribute Profiles",
    None,
    "https://wiki.refeds.org/display/STAN/MACE-Dir+SAML+Attribute+Profiles",
)
_OBJECT_IDENTIFIER: Final = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+")
_PREFERRED: Final = (SUBJECT_ID, PAIRWISE_ID)
_GOOD: Final = (example("sp"),)
_FRIENDLY: Final = 'FriendlyName="sn" Name="urn:oid:2.5.4.4"'
_OFFER: Final = (
    '    <saml:Attribute xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" '
    'Name="urn:oid:2.5.4.4"{}/>\n  </md:IDPSSODescriptor>'
)
_END: Final = "  </md:IDPSSODescriptor>"
_LISTED: Final = ("idp-attribute-present",)


def _named(name: str, name_format: str = FORMAT_URI) -> tuple[str, str]:
    return (
        f'{_FRIENDLY} NameFormat="{FORMAT_URI}"',
        f'FriendlyName="sn" Name="{name}" NameFormat="{name_format}"',
    )


def _legacy(name: str) -> str | None:
    """Return the short name in an attribute name for SAML 1.x; None when it is none."""
    for prefix in SAML1_PREFIXES:
        if name.startswith(prefix):
            return name[len(prefix) :]
    return None


@rule(
    "reqattr-nameformat-not-uri",
    on=RequestedAttribute,
    severity=INFO,
    cites=[core("8.2"), saml2int("SDP-IDP18")],
    bad=[example("sp", _named("surname", FORMAT_BASIC))],
    good=_GOOD,
)
def name_format_not_uri(attribute: RequestedAttribute, case: Case) -> Iterator[Hit]:
    """A requested attribute does not have a name that is unique everywhere.

    NameFormat is stated and is not the one for URIs.

    Why: short names mean what two partners agree on; between many partners only names that are
    URIs are sure to mean the same.
    Fix: Between two partners there is nothing to do. In a federation use the registered name, such
    as urn:oid:2.5.4.4, with the uri format.
    """
    given = attribute.name_format
    if given and given not in (FORMAT_URI, FORMAT_SAML1):
        near = nearest(given, (FORMAT_URI,))
        yield hit(
            attribute,
            f"The requested attribute {attribute.name!r} has the NameFormat {given!r}"
            + (f", which differs from the one for URIs in {near[1]}" if near else ""),
            attribute="NameFormat",
            expected=FORMAT_URI,
            actual=given,
        )


@rule(
    "reqattr-saml1-name-with-uri",
    on=RequestedAttribute,
    severity=WARNING,
    cites=[_MACE_DIR],
    bad=[
        example("sp", _named("urn:mace:dir:attribute-def:sn")),
        example("sp", _named("urn:oid:2.5.4.4", FORMAT_SAML1)),
    ],
    good=_GOOD,
)
def saml1_name(attribute: RequestedAttribute, case: Case) -> Iterator[Hit]:
    """A requested attribute mixes the names of SAML 1.x and SAML 2.0.

    An old name of the form urn:mace:...:attribute-def: stands with the NameFormat of SAML 2.0, or
    an object identifier with that of SAML 1.x.

    Why: an identity provider knows each attribute by one pair of name and format, and does not
    recognise a mixed one.
    Fix: Use the object identifier, urn:oid:..., with the uri format of SAML 2.0.
    """
    name = (attribute.name or "").strip()
    short = _legacy(name)
    old = short is not None and attribute.name_format == FORMAT_URI
    new = name in SHORT_NAMES and name != TARGETED_ID and attribute.name_format == FORMAT_SAML1
    if old or new:
        right = BY_SHORT_NAME.get((short or "").lower(), name if new else f"{OID}...")
        yield hit(
            attribute,
            f"The attribute {words_for(name)} is requested with the NameFormat of SAML "
            + (
                "2.0, but its name is one of SAML 1.x"
                if old
                else "1.x, but its name is of SAML 2.0"
            ),
            attribute="Name" if old else "NameFormat",
            expected=f"{right} with {FORMAT_URI}",
            actual=name if old else attribute.name_format,
        )


def _name_problem(name: str) -> tuple[str, str | None] | None:
    """Say why a name cannot be one for the uri format, and which one is meant."""
    if name in SHORT_NAMES or name in _PREFERRED or _OBJECT_IDENTIFIER.fullmatch(name):
        return None
    identifier = name.lower().startswith(OID)
    if not identifier and split_uri(name).is_web:
        return None
    near = nearest(name, (*SHORT_NAMES, *_PREFERRED))
    if near is not None:
        return f"differs from {near[0]!r} in {near[1]}", near[0]
    if identifier:
        return "is not an object identifier", None
    return None if split_uri(name).scheme else ("is not a URI", None)


@rule(
    "reqattr-unknown-name",
    on=RequestedAttribute,
    severity=WARNING,
    cites=[core("8.2.2"), profiles("8.2")],
    bad=[
        example("sp", _named("urn:oid:2.5.4.O4")),
        example("sp", _named("customerNumber")),
    ],
    good=[*_GOOD, example("sp", _named("https://example.org/attributes/surname"))],
)
def unknown_name(attribute: RequestedAttribute, case: Case) -> Iterator[Hit]:
    """The name of a requested attribute cannot be right.

    NameFormat says that the name is a URI, but it is none, or a misspelt object identifier.

    Why: no identity provider has an attribute of that name and format, so none is sent.
    Fix: Write the registered name letter for letter, or the NameFormat that fits the name.
    """
    name = (attribute.name or "").strip()
    friendly = name.lower() in BY_SHORT_NAME
    if not name or attribute.name_format != FORMAT_URI or friendly or _legacy(name) is not None:
        return
    problem = _name_problem(name)
    if problem is not None:
        yield hit(
            attribute,
            f"The requested attribute {name!r} has the uri format, but its name {problem[0]}",
            attribute="Name",
            expected=problem[1] or "a URI",
            actual=attribute.name,
        )


@rule(
    "reqattr-friendlyname-mismatch",
    on=Attribute,
    severity=WARNING,
    cites=[_MACE_DIR],
    bad=[example("sp", (_FRIENDLY, _FRIENDLY.replace("sn", "givenName")))],
    good=[*_GOOD, example("sp", (_FRIENDLY, _FRIENDLY.replace("sn", "Surname")))],
)
def friendly_name_mismatch(attribute: Attribute, case: Case) -> Iterator[Hit]:
    """The two names of an attribute mean different things.

    FriendlyName is the short name of another attribute than the one that Name identifies.

    Why: people read FriendlyName and software compares Name, so something else is released than
    was talked about.
    Fix: Find out which of the two is meant, and correct the other.
    """
    name, friendly = (attribute.name or "").strip(), (attribute.friendly_name or "").strip()
    meant = BY_SHORT_NAME.get(friendly.lower())
    if meant is not None and name in SHORT_NAMES and meant != name:
        yield hit(
            attribute,
            f"The attribute {words_for(name)} has the FriendlyName {friendly!r}, which is that of "
            f"{meant!r}",
            attribute="FriendlyName",
            expected=SHORT_NAMES[name],
            actual=attribute.friendly_name,
        )


@rule(
    "reqattr-name-is-friendly",
    on=RequestedAttribute,
    severity=WARNING,
    cites=[_MACE_DIR, core("8.2.2")],
    bad=[example("sp", _named("sn"))],
    good=_GOOD,
)
def name_is_friendly(attribute: RequestedAttribute, case: Case) -> Iterator[Hit]:
    """A requested attribute is named by its short name.

    NameFormat says that the name is a URI, but Name holds what belongs into FriendlyName.

    Why: no identity provider has an attribute of that name and format, so none is sent.
    Fix: Write the object identifier into Name, and the short name into FriendlyName.
    """
    name = (attribute.name or "").strip()
    right = BY_SHORT_NAME.get(name.lower())
    if right is not None and attribute.name_format == FORMAT_URI:
        yield hit(
            attribute,
            f"The requested attribute {name!r} has the uri format, but its Name is a short name",
            attribute="Name",
            expected=right,
            actual=attribute.name,
        )


@rule(
    "idp-attribute-nameformat",
    on=IDPSSODescriptor,
    severity=WARNING,
    cites=[core("2.7.3.1"), _MACE_DIR],
    bad=[
        example("idp", (_END, _OFFER.format("")), also=_LISTED),
        example("idp", (_END, _OFFER.format(f' NameFormat="{FORMAT_UNSPECIFIED}"')), also=_LISTED),
    ],
    good=[example("idp", (_END, _OFFER.format(f' NameFormat="{FORMAT_URI}"')), also=_LISTED)],
)
def offered_name_format(role: IDPSSODescriptor, case: Case) -> Iterator[Hit]:
    """An identity provider offers attributes whose name format is not the one for URIs.

    The Name of a saml:Attribute in the identity provider role is a URI, but its NameFormat is
    absent or says otherwise.

    Why: some software compares name and format; old Shibboleth refused such a document altogether.
    Fix: Set NameFormat to urn:oasis:names:tc:SAML:2.0:attrname-format:uri.
    """
    found = [
        item
        for item in role.attributes
        if item.name_format != FORMAT_URI and split_uri((item.name or "").strip()).scheme
    ]
    if found:
        names = all_of(repr(item.name) for item in found[:5])
        yield hit(
            found[0],
            f"The offered attributes {names} do not have the uri format"
            if len(found) > 1
            else f"The offered attribute {names} does not have the uri format",
            attribute="NameFormat",
            expected=FORMAT_URI,
            actual=found[0].name_format,
            related=[Place(item, "NameFormat", "here too") for item in found[1:5]],
        )


RULES = (
    name_format_not_uri,
    saml1_name,
    unknown_name,
    friendly_name_mismatch,
    name_is_friendly,
    offered_name_format,
)
