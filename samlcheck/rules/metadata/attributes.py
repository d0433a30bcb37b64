"""Rules on the attributes that a service provider asks for in its metadata."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import AttributeConsumingService, RequestedAttribute
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, metadata
from samlcheck.rules.rule import ERROR, INFO, WARNING, Hit, Place, example, hit, rule

_UNSPECIFIED = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"
_GOOD = (example("sp"),)
_NAME = 'Name="urn:oid:2.5.4.4"'
_URI = ' NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"'


@rule(
    "acs-attr-no-servicename",
    on=AttributeConsumingService,
    severity=ERROR,
    cites=[metadata("2.4.4.1")],
    bad=[
        example(
            "sp",
            (
                '      <md:ServiceName xml:lang="en">Example Library</md:ServiceName>\n',
                "",
            ),
        ),
        example("sp", (">Example Library</md:ServiceName>", "> </md:ServiceName>")),
    ],
    good=_GOOD,
)
def no_service_name(service: AttributeConsumingService, case: Case) -> Iterator[Hit]:
    """A list of requested attributes has no service name.

    md:AttributeConsumingService has no md:ServiceName, or only empty ones.

    Why: the schema requires it, so receivers that check it refuse the metadata; and the name is
    what people are shown when they consent.
    Fix: Add md:ServiceName with xml:lang before the requested attributes.
    """
    if not any(name.value for name in service.service_names):
        first = service.service_names[0] if service.service_names else service
        yield hit(
            first,
            "The AttributeConsumingService has no ServiceName"
            if first is service
            else "The ServiceName is empty",
            expected="an md:ServiceName with a text and xml:lang",
        )


@rule(
    "reqattr-name-missing",
    on=RequestedAttribute,
    severity=ERROR,
    cites=[core("2.7.3.1"), metadata("2.4.4.2")],
    bad=[
        example("sp", (_NAME, 'Name=""')),
        example("sp", (_NAME + " ", "")),
    ],
    good=_GOOD,
)
def name_missing(attribute: RequestedAttribute, case: Case) -> Iterator[Hit]:
    """A requested attribute has no name.

    md:RequestedAttribute has no Name, or an empty one.

    Why: the identity provider cannot know which attribute is meant; FriendlyName is for people
    only.
    Fix: Set Name to the identifier that the identity provider sends the attribute under.
    """
    if not (attribute.name or "").strip():
        friendly = f" ({attribute.friendly_name})" if attribute.friendly_name else ""
        yield hit(
            attribute,
            f"A requested attribute{friendly} has no Name",
            attribute="Name",
            expected="the name of the attribute",
            actual=attribute.name,
        )


@rule(
    "reqattr-duplicate",
    on=AttributeConsumingService,
    severity=WARNING,
    cites=[metadata("2.4.4.1")],
    bad=[example("sp", (f'"sn" {_NAME}', '"givenName" Name="urn:oid:2.5.4.42"'))],
    good=_GOOD,
)
def requested_twice(service: AttributeConsumingService, case: Case) -> Iterator[Hit]:
    """An attribute is requested twice.

    One md:AttributeConsumingService lists the same Name and NameFormat more than once.

    Why: the two entries may differ in isRequired, and then nobody knows which one holds.
    Fix: Keep one of the entries; several wanted values belong into one.
    """
    seen: dict[tuple[str, str], RequestedAttribute] = {}
    for attribute in service.requested_attributes:
        name = (attribute.name or "").strip()
        first = seen.setdefault((name, attribute.name_format or _UNSPECIFIED), attribute)
        if name and first is not attribute:
            yield hit(
                attribute,
                f"The attribute {name!r} is requested twice",
                attribute="Name",
                actual=name,
                related=[Place(first, "Name", "the first request")],
            )


@rule(
    "reqattr-nameformat-missing",
    on=AttributeConsumingService,
    severity=INFO,
    cites=[core("2.7.3.1")],
    bad=[example("sp", (_NAME + _URI, _NAME))],
    good=_GOOD,
)
def name_format_missing(service: AttributeConsumingService, case: Case) -> Iterator[Hit]:
    """Requested attributes do not say what kind of name they have.

    NameFormat is absent, which means unspecified.

    Why: some identity providers compare name and format, and do not release an attribute whose
    format differs from theirs.
    Fix: Add the NameFormat that the identity provider uses: the uri format for names that are
    URIs, the basic format for short names.
    """
    without = [item for item in service.requested_attributes if item.name and not item.name_format]
    if without:
        names = ", ".join(repr(item.name) for item in without)
        yield hit(
            without[0],
            f"NameFormat is missing at {names}",
            attribute="NameFormat",
            expected="urn:oasis:names:tc:SAML:2.0:attrname-format:uri or ...:basic",
            related=[Place(item, "NameFormat", "here too") for item in without[1:]],
        )


RULES = (no_service_name, name_missing, requested_twice, name_format_missing)
