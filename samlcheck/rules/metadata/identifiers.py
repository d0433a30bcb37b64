"""Rules on the entityID, the name by which the other side knows an entity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, metadata, rfc
from samlcheck.rules.metadata.hosts import host_problem, is_loopback
from samlcheck.rules.rule import ERROR, INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.sets import Members
from samlcheck.rules.structure.meant import meant_attribute
from samlcheck.xml import uri_problem
from samlcheck.xml.uri import split_uri

_LONGEST: Final = 1024
_ENTITY_ID: Final = 'entityID="https://sp.example.org/saml"'
_BRACKETS: Final = "{}<>[]"
_TEMPLATE_WORDS: Final = (
    "your-domain",
    "your_domain",
    "your.domain",
    "yourdomain",
    "your-company",
    "yourcompany",
    "your-tenant",
    "yourtenant",
    "your-host",
    "yourhost",
    "your-server",
    "yourserver",
    "your-site",
    "yoursite",
    "fill-in",
    "fill_in",
    "fillin",
    "change-me",
    "change_me",
    "changeme",
    "replace-me",
    "replace_me",
    "replaceme",
    "placeholder",
)


def _blank_inside(text: str) -> bool:
    return any(character.isspace() for character in text)


def _placeholder(entity_id: str) -> str | None:
    """Return the part of an entityID that a template left to be filled in."""
    uri = split_uri(entity_id)
    if is_loopback(uri.host):
        return uri.host
    lower = entity_id.lower()
    for word in _TEMPLATE_WORDS:
        if word in lower:
            return entity_id[lower.index(word) :][: len(word)]
    if uri.host is not None and uri.host.startswith("["):
        return None
    start = next((number for number, sign in enumerate(entity_id) if sign in _BRACKETS), None)
    if start is None:
        return None
    end = next(
        (number for number in range(start + 1, len(entity_id)) if entity_id[number] in _BRACKETS),
        len(entity_id),
    )
    return entity_id[start : end + 1]


@rule(
    "eid-missing",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[metadata("2.3.2")],
    bad=[
        example("sp", (_ENTITY_ID, 'entityID=""')),
        example("sp", (f"\n    {_ENTITY_ID}", "")),
    ],
    good=[example("sp")],
)
def entity_id_missing(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entity has no entityID.

    The entityID attribute of md:EntityDescriptor is absent or empty.

    Why: the entityID is the name by which the other side knows the entity; without it nothing can
    refer to it.
    Fix: Set entityID to the identifier that the other side has registered.
    """
    if (entity.entity_id or "").strip() or meant_attribute(entity.element, "entityID"):
        return
    yield hit(
        entity,
        "The entity has no entityID",
        attribute="entityID",
        expected="an absolute URI of at most 1024 characters",
        actual=entity.entity_id,
    )


@rule(
    "eid-not-absolute-uri",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[core("1.3.2"), core("8.3.6")],
    bad=[
        example("sp", (_ENTITY_ID, 'entityID="sp.example.org"')),
        example("sp", (_ENTITY_ID, 'entityID="ExampleLibrary"')),
    ],
    good=[example("sp"), example("sp", (_ENTITY_ID, 'entityID="urn:example:library"'))],
)
def entity_id_not_absolute(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entityID is not an absolute URI.

    An entityID is a URI with a scheme, such as https: or urn:. It need not lead anywhere.

    Why: strict software refuses the metadata, and a bare word is easily used by somebody else
    too. Once partners have registered it, it cannot be changed without all of them.
    Fix: Use an https URL of your own domain. If partners have registered the present value,
    agree on the change with them first.
    """
    entity_id = (entity.entity_id or "").strip()
    if not entity_id or _blank_inside(entity_id) or _placeholder(entity_id):
        return
    problem = uri_problem(entity_id)
    if problem is not None:
        yield hit(
            entity,
            f'The entityID "{entity_id}" {problem}',
            attribute="entityID",
            expected="an absolute URI, such as https://sp.example.org/saml",
            actual=entity_id,
        )


@rule(
    "eid-too-long-1024",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[metadata("2.2.1"), core("8.3.6")],
    bad=[example("sp", (_ENTITY_ID, f'entityID="https://sp.example.org/{"a" * 1002}"'))],
    good=[
        example(
            "sp",
            (_ENTITY_ID, f'entityID="https://sp.example.org/{"a" * 1001}"'),
            also=["eid-too-long-256"],
        )
    ],
)
def entity_id_too_long(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entityID is longer than 1024 characters.

    The type of entityID allows 1024 characters at most.

    Why: schema-validating software refuses the metadata, and databases cut the value off.
    Fix: Choose a shorter URI, ideally below 256 characters, and register it with the partners.
    """
    length = len((entity.entity_id or "").strip())
    if length > _LONGEST:
        yield hit(
            entity,
            f"The entityID has {length} characters",
            attribute="entityID",
            expected=f"at most {_LONGEST} characters",
            actual=f"{length} characters",
        )


def _entity_id(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    if (entity.entity_id or "").strip():
        place = Place(entity, "entityID", "the first entity with this entityID")
        yield str(entity.entity_id), place


@rule(
    "eid-duplicate",
    on=Members,
    facts=_entity_id,
    severity=ERROR,
    cites=[metadata("2.3.2")],
    bad=[example("aggregate", (_ENTITY_ID, 'entityID="https://idp.example.org/saml"'))],
    good=[example("aggregate")],
)
def entity_id_duplicate(named: Members, case: Case) -> Iterator[Hit]:
    """Two entities of one document have the same entityID.

    All entities of the document are compared, those of nested groups too.

    Why: the entityID is the unique name of an entity. Readers take the first one, or the last, or
    mix the two, so that keys and endpoints are found missing that are there.
    Fix: Remove the outdated one of the two, or join their roles in one md:EntityDescriptor.
    """
    first, *others = named
    for other in others:
        yield hit(
            other.entity,
            f'The entityID "{named.key}" is given to two entities of this document',
            attribute="entityID",
            expected="an entityID that no other entity has",
            actual=named.key,
            related=[first.place],
        )


@rule(
    "eid-placeholder",
    on=EntityDescriptor,
    severity=WARNING,
    cites=[metadata("2.3.2")],
    unless=["entra-issuer-tenant"],
    bad=[
        example("sp", (_ENTITY_ID, 'entityID="https://your-domain.example.org/saml"')),
        example(
            "idp",
            (
                'entityID="https://idp.example.org/saml"',
                'entityID="https://idp.example.org/{tenantid}/"',
            ),
        ),
        example("sp", (_ENTITY_ID, 'entityID="http://localhost:8080/saml"')),
    ],
    good=[example("sp")],
)
def entity_id_placeholder(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entityID still holds a placeholder.

    It contains localhost, or a word or bracket of a template that was to be replaced.

    Why: the same value is in every copy of that template, so it names nobody; and after it has
    been replaced, partners who registered it know the entity no more.
    Fix: Replace the placeholder by the value of this deployment before the metadata is handed out.
    """
    entity_id = (entity.entity_id or "").strip()
    found = _placeholder(entity_id)
    if found is not None:
        yield hit(
            entity,
            f'The entityID "{entity_id}" holds the placeholder "{found}"',
            attribute="entityID",
            expected="the identifier of this deployment",
            actual=entity_id,
        )


@rule(
    "eid-host-not-fqdn",
    on=EntityDescriptor,
    severity=INFO,
    cites=[rfc(6761)],
    bad=[
        example("sp", (_ENTITY_ID, 'entityID="https://192.168.4.7/saml"')),
        example("sp", (_ENTITY_ID, 'entityID="https://library.local/saml"')),
    ],
    good=[example("sp"), example("sp", (_ENTITY_ID, 'entityID="urn:example:library"'))],
)
def entity_id_host(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The entityID is a URL whose host is no public name.

    The host is an IP address, a name without a domain, or in a domain that is never public.

    Why: nobody owns such a name, so somebody else may use the same entityID.
    Fix: For a new deployment choose an entityID in a domain of your own.
    """
    uri = split_uri((entity.entity_id or "").strip())
    if not uri.is_web or not uri.host or _placeholder(uri.text) or _blank_inside(uri.text):
        return
    problem = host_problem(uri.host)
    if problem is not None:
        yield hit(
            entity,
            f'The host "{uri.host}" of the entityID {problem}',
            attribute="entityID",
            expected="a fully qualified domain name",
            actual=uri.host,
        )


RULES = (
    entity_id_missing,
    entity_id_not_absolute,
    entity_id_too_long,
    entity_id_duplicate,
    entity_id_placeholder,
    entity_id_host,
)
