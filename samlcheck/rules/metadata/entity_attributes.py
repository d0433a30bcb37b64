"""Rules on where entity attributes stand and how they are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    EntitiesDescriptor,
    EntityAttributes,
    EntityDescriptor,
    Extensions,
    build_assertion,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import rfc
from samlcheck.rules.metadata.attribute_registry import FORMAT_URI
from samlcheck.rules.metadata.category_registry import (
    ASSURANCE,
    CATEGORY,
    NAMES,
    RESEARCH_AND_SCHOLARSHIP,
    SUBJECT_ID_REQ,
    SUPPORT,
    VALUES,
    near_known,
)
from samlcheck.rules.metadata.category_registry import (
    MDATTR as MDATTR_SPECIFICATION,
)
from samlcheck.rules.metadata.sample_attributes import asserting, attribute, container, extended
from samlcheck.rules.near_miss import difference
from samlcheck.rules.rule import ERROR, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml.names import MD, MDATTR, NAMEID_ENTITY, clark

_CONTAINER: Final = clark(MDATTR, "EntityAttributes")
_EXTENSIONS: Final = clark(MD, "Extensions")
_HOMES: Final = (clark(MD, "EntityDescriptor"), clark(MD, "EntitiesDescriptor"))
#: The entity attributes whose definition fixes the name format.
_URI_NAMED: Final = (CATEGORY, SUPPORT, ASSURANCE, SUBJECT_ID_REQ)
_MEMBER: Final = container(attribute("http://clarin.eu/member", "yes", name_format=None))
_RS: Final = attribute(CATEGORY, RESEARCH_AND_SCHOLARSHIP)
_GOOD: Final = (example("sp", asserting("sp", CATEGORY, RESEARCH_AND_SCHOLARSHIP)),)
_GROUP: Final = '    validUntil="2027-01-20T00:00:00Z" cacheDuration="PT6H">'
_ASSERTION: Final = """
      <saml:Assertion ID="_9a" Version="2.0" IssueInstant="2026-11-01T00:00:00Z">
        <saml:Issuer>https://federation.example.org/</saml:Issuer>
        <saml:Subject>
          <saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">{}</saml:NameID>
        </saml:Subject>
        <saml:AttributeStatement>
          <saml:Attribute Name="urn:example:audited">
            <saml:AttributeValue>2026</saml:AttributeValue>
          </saml:Attribute>
        </saml:AttributeStatement>
      </saml:Assertion>
"""


@rule(
    "ea-misplaced",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[MDATTR_SPECIFICATION],
    bad=[example("sp", ("      <mdui:UIInfo>", f"{container(_RS)}      <mdui:UIInfo>"))],
    good=_GOOD,
)
def misplaced(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """Entity attributes stand where they have no meaning.

    mdattr:EntityAttributes is not in the md:Extensions of the entity itself, but in a role, a
    contact or elsewhere.

    Why: nobody looks for them there, so the entity has none of the categories that they name.
    Fix: Move mdattr:EntityAttributes to an md:Extensions that is the first child of
    md:EntityDescriptor (after a signature).
    """
    for element in entity.element.iter(_CONTAINER):
        parent = element.getparent()
        home = None if parent is None or parent.tag != _EXTENSIONS else parent.getparent()
        if home is None or home.tag not in _HOMES:
            yield hit(
                element,
                "mdattr:EntityAttributes does not stand in the Extensions of the entity",
                expected="mdattr:EntityAttributes in md:EntityDescriptor/md:Extensions",
            )


@rule(
    "ea-duplicate-container",
    on=Extensions,
    severity=ERROR,
    cites=[MDATTR_SPECIFICATION],
    bad=[
        example(
            "sp",
            extended("sp", container(_RS), container(attribute(SUBJECT_ID_REQ, "subject-id"))),
        )
    ],
    good=_GOOD,
)
def duplicate_container(extensions: Extensions, case: Case) -> Iterator[Hit]:
    """Entity attributes are given in two places.

    One md:Extensions holds more than one mdattr:EntityAttributes.

    Why: software reads the first one or the last one, and the rest is lost.
    Fix: Put all saml:Attribute elements into one mdattr:EntityAttributes.
    """
    found = [item for item in extensions.items if isinstance(item, EntityAttributes)]
    for surplus in found[1:]:
        yield hit(
            surplus,
            f"The Extensions hold {len(found)} mdattr:EntityAttributes",
            expected="one mdattr:EntityAttributes",
            related=[Place(found[0], None, "the first one")],
        )


@rule(
    "ea-assertion-in-aggregate",
    on=EntitiesDescriptor,
    severity=ERROR,
    cites=[MDATTR_SPECIFICATION],
    bad=[
        example(
            "aggregate",
            (
                _GROUP,
                f"{_GROUP}\n  <md:Extensions>\n"
                f"{container(_ASSERTION.format('https://sp.example.org/saml'))}  </md:Extensions>",
            ),
            also=["sig-attr-assertion-unsigned"],
        )
    ],
    good=[example("aggregate")],
)
def assertion_in_aggregate(group: EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """An assertion about one entity is attached to a whole aggregate.

    mdattr:EntityAttributes of an md:EntitiesDescriptor holds a saml:Assertion.

    Why: an assertion speaks of one subject, but what stands there is said of every member.
    Fix: Move the assertion to the entity that is its subject, or state plain attributes.
    """
    for item in group.extensions.items if group.extensions else ():
        for assertion in item.assertions if isinstance(item, EntityAttributes) else ():
            yield hit(
                assertion,
                "The EntityAttributes of an EntitiesDescriptor hold an assertion",
                expected="saml:Attribute elements only",
            )


@rule(
    "ea-assertion-shape",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[MDATTR_SPECIFICATION],
    bad=[
        example(
            "sp",
            extended("sp", container(_ASSERTION.format("https://other.example.org/saml"))),
            also=["sig-attr-assertion-unsigned"],
        )
    ],
    good=[
        example(
            "sp",
            extended("sp", container(_ASSERTION.format("https://sp.example.org/saml"))),
            also=["sig-attr-assertion-unsigned"],
        ),
    ],
)
def assertion_shape(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """An assertion among the entity attributes does not speak of the entity.

    The subject of such an assertion is a NameID of the format entity that holds the entityID, and
    it makes attribute statements only.

    Why: receivers drop the assertion, and with it what it says of the entity.
    Fix: Have the assertion issued anew, with the entityID as its subject.
    """
    for item in entity.extensions.items if entity.extensions else ():
        for element in item.assertions if isinstance(item, EntityAttributes) else ():
            assertion = build_assertion(element)
            name = assertion.subject.name_id if assertion.subject else None
            if name is None or name.value != entity.entity_id or name.format != NAMEID_ENTITY:
                yield hit(
                    name or element,
                    "The assertion among the entity attributes is not about this entity",
                    expected=f"a NameID of the format {NAMEID_ENTITY} with {entity.entity_id!r}",
                    actual=None if name is None else name.value,
                )
            elif assertion.authn_statements or not any(assertion.attributes()):
                yield hit(
                    element,
                    "The assertion among the entity attributes does not only state attributes",
                    expected="one saml:AttributeStatement",
                )


@rule(
    "ea-nameformat",
    on=EntityAttributes,
    severity=ERROR,
    cites=[rfc(8409), MDATTR_SPECIFICATION],
    bad=[
        example(
            "sp",
            extended(
                "sp",
                container(attribute(CATEGORY, RESEARCH_AND_SCHOLARSHIP, name_format=None)),
            ),
        )
    ],
    good=[*_GOOD, example("sp", extended("sp", _MEMBER), also=["ea-name-unknown"])],
)
def name_format_wrong(container: EntityAttributes, case: Case) -> Iterator[Hit]:
    """An entity attribute has the wrong name format.

    The definitions of entity categories, assurance certifications and subject identifier
    requirements fix the NameFormat to the one for URIs.

    Why: software compares Name and NameFormat, and does not find the attribute.
    Fix: Set NameFormat to urn:oasis:names:tc:SAML:2.0:attrname-format:uri.
    """
    for item in container.attributes:
        if item.name in _URI_NAMED and item.name_format != FORMAT_URI:
            given = item.name_format
            words = None if given is None else difference(given, FORMAT_URI)
            yield hit(
                item,
                f"The entity attribute {item.name!r} has "
                + ("no NameFormat" if given is None else f"the NameFormat {given!r}")
                + (f", which differs from the right one in {words}" if words else ""),
                attribute="NameFormat",
                expected=FORMAT_URI,
                actual=given,
            )


@rule(
    "ea-name-https-variant",
    on=EntityAttributes,
    severity=WARNING,
    cites=[rfc(8409)],
    bad=[
        example(
            "sp",
            asserting("sp", CATEGORY.replace("http:", "https:"), RESEARCH_AND_SCHOLARSHIP),
        ),
        example(
            "sp",
            asserting("sp", CATEGORY, RESEARCH_AND_SCHOLARSHIP.replace("http:", "https:")),
        ),
        example("idp", asserting("idp", SUPPORT, f"{RESEARCH_AND_SCHOLARSHIP}/")),
    ],
    good=_GOOD,
)
def near_miss(container: EntityAttributes, case: Case) -> Iterator[Hit]:
    """The name or value of an entity attribute is written almost right.

    It differs from a registered one in http and https, a trailing slash, or upper and lower case.

    Why: these identifiers are compared letter for letter, so the entity does not have the
    category that it seems to have, and does not get the attributes.
    Fix: Write the identifier exactly as its definition does. Some start with http, others with
    https.
    """
    for item in container.attributes:
        near = near_known(item.name or "", NAMES)
        if near is not None:
            yield hit(
                item,
                f"The name {item.name!r} of an entity attribute differs from the registered one "
                f"in {near[1]}",
                attribute="Name",
                expected=near[0],
                actual=item.name,
            )
        for value in item.values:
            close = near_known(value.value, VALUES.get(near[0] if near else item.name or "", {}))
            if close is not None:
                yield hit(
                    value,
                    f"The value {value.value!r} differs from the registered one in {close[1]}",
                    expected=close[0],
                    actual=value.value,
                )


RULES = (
    misplaced,
    duplicate_container,
    assertion_in_aggregate,
    assertion_shape,
    name_format_wrong,
    near_miss,
)
