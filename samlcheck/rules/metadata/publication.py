"""Rules on how often registration and publication information occurs, and on publications."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import (
    EntitiesDescriptor,
    EntityDescriptor,
    Extensions,
    Node,
    PublicationInfo,
    RegistrationInfo,
)
from samlcheck.rules.case import Case
from samlcheck.rules.metadata.extensions import (
    FEDERATION_IDP,
    FEDERATION_SP,
    group_extension,
    holder_of,
    items_of,
    mdrpi,
)
from samlcheck.rules.rule import ERROR, OFF, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml import Document, parse_datetime
from samlcheck.xml.names import MD, MDRPI, clark, display

_GROUP_TAG: Final = clark(MD, "EntitiesDescriptor")
_REGISTRATION: Final = clark(MDRPI, "RegistrationInfo")
_PATH: Final = clark(MDRPI, "PublicationPath")
_PUBLICATION: Final = clark(MDRPI, "Publication")
_SP_ROLE: Final = '  <md:SPSSODescriptor AuthnRequestsSigned="true"'
_GROUP: Final = (
    'Name="https://federation.example.org/metadata"\n'
    '    validUntil="2027-01-20T00:00:00Z" cacheDuration="PT6H">'
)
_REGISTERED: Final = (
    f'<mdrpi:RegistrationInfo xmlns:mdrpi="{MDRPI}" '
    'registrationAuthority="https://federation.example.org" '
    'registrationInstant="2025-03-01T09:00:00Z"/>'
)
_PUBLISHED: Final = (
    f'<mdrpi:PublicationInfo xmlns:mdrpi="{MDRPI}" publisher="https://federation.example.org" '
    'creationInstant="2026-11-23T06:00:00Z"/>'
)
_BOTH_SIDES: Final = (*FEDERATION_SP, *FEDERATION_IDP)


def _path(*publications: str) -> str:
    return (
        f'<mdrpi:PublicationPath xmlns:mdrpi="{MDRPI}">'
        + "".join(f"<mdrpi:Publication {text}/>" for text in publications)
        + "</mdrpi:PublicationPath>"
    )


def _entity(extension: str) -> tuple[str, str]:
    return (_SP_ROLE, f"  <md:Extensions>{extension}</md:Extensions>\n{_SP_ROLE}")


def _group(extension: str) -> tuple[str, str]:
    return (_GROUP, f"{_GROUP}\n  <md:Extensions>{extension}</md:Extensions>")


_A: Final = 'publisher="https://a.example.org" creationInstant="2026-11-22T06:00:00Z"'
_B: Final = 'publisher="https://b.example.org" creationInstant="2026-11-23T06:00:00Z"'
_C: Final = 'publisher="https://c.example.org" creationInstant="2026-11-21T06:00:00Z"'
_GOOD: Final = (
    example("sp"),
    example("sp", _entity(_REGISTERED)),
    example("aggregate", _group(_PUBLISHED + _REGISTERED)),
)


@rule(
    "rpi-duplicate",
    on=Extensions,
    severity=ERROR,
    cites=[mdrpi("2.1"), mdrpi("2.2")],
    bad=[
        example("sp", _entity(_REGISTERED + _REGISTERED)),
        example("aggregate", _group(_PUBLISHED + _PUBLISHED)),
    ],
    good=_GOOD,
)
def registration_duplicate(extensions: Extensions, case: Case) -> Iterator[Hit]:
    """Registration or publication information is given twice.

    At most one mdrpi:RegistrationInfo and one mdrpi:PublicationInfo may stand in one
    md:Extensions.

    Why: two registrars cannot both be right, and receivers pick either.
    Fix: Keep the one of the registrar that answers for the entity.
    """
    for kind in (RegistrationInfo, PublicationInfo):
        found: tuple[Node, ...] = items_of(extensions, kind)
        for item in found[1:]:
            yield hit(
                item,
                f"{display(str(item.element.tag))} occurs {len(found)} times in one md:Extensions",
                expected="one",
                actual=str(len(found)),
                related=[Place(found[0], None, "the first one")],
            )


@rule(
    "rpi-both-levels",
    on=(EntityDescriptor, EntitiesDescriptor),
    severity=ERROR,
    cites=[mdrpi("2.1")],
    bad=[
        example("aggregate", _group(_REGISTERED), _entity(_REGISTERED)),
    ],
    good=_GOOD,
)
def registration_both_levels(
    member: EntityDescriptor | EntitiesDescriptor, case: Case
) -> Iterator[Hit]:
    """A registration of a whole group is repeated inside it.

    mdrpi:RegistrationInfo of an md:EntitiesDescriptor holds for all entities below; then none of
    them may have its own.

    Why: which registrar answers for the entity cannot be told.
    Fix: Remove it from the group, and keep that of each entity.
    """
    for below in items_of(member.extensions, RegistrationInfo):
        above = _above(member.element)
        if above is not None:
            yield hit(
                below,
                f"{display(str(member.element.tag))} has an mdrpi:RegistrationInfo, and so has "
                "the md:EntitiesDescriptor around it",
                expected="mdrpi:RegistrationInfo on one level",
                related=[Place(above, None, "the one of the group")],
            )


def _above(element: Element) -> Element | None:
    """Return the registration of the nearest group around an element that has one."""
    for group in element.iterancestors(_GROUP_TAG):
        found = group_extension(group, _REGISTRATION)
        if found is not None:
            return found
    return None


@rule(
    "rpi-publication-not-root",
    on=EntityDescriptor,
    severity=WARNING,
    cites=[mdrpi("2.2")],
    bad=[example("aggregate", _entity(_PUBLISHED))],
    good=[*_GOOD, example("sp", _entity(_PUBLISHED))],
)
def publication_not_root(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """Publication information stands inside a larger document.

    mdrpi:PublicationInfo tells of the document that it is in, so it belongs to the root element.

    Why: it is left over from another document; readers take a wrong publisher for the right one.
    Fix: Remove it, or make an mdrpi:PublicationPath of it, when documents are joined.
    """
    for info in items_of(entity.extensions, PublicationInfo):
        holder = holder_of(info.element)
        if holder is not None and holder.getparent() is not None:
            yield hit(
                info,
                "An mdrpi:PublicationInfo stands below the root element",
                expected="mdrpi:PublicationInfo in the md:Extensions of the root element",
            )


@rule(
    "rpi-publication-missing",
    on=EntitiesDescriptor,
    severity=OFF,
    cites=[mdrpi("2.2")],
    bad=[example("aggregate", profile="federation", also=_BOTH_SIDES)],
    good=[
        example("aggregate"),
        example(
            "aggregate",
            _group(_PUBLISHED),
            profile="federation",
            also=_BOTH_SIDES,
        ),
    ],
)
def publication_missing(group: EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """The aggregate does not say who published it, and when.

    There is no mdrpi:PublicationInfo with publisher and creationInstant at the root.

    Why: from a file alone nobody can tell whose edition it is, or how old.
    Fix: The publisher adds mdrpi:PublicationInfo with publisher and creationInstant.
    """
    if group.element.getparent() is not None:
        return
    found = items_of(group.extensions, PublicationInfo)
    if not found:
        yield hit(
            group,
            "The aggregate has no mdrpi:PublicationInfo",
            expected="an mdrpi:PublicationInfo in its md:Extensions",
        )
    for info in found[:1]:
        if not (info.publisher or "").strip() or info.creation_instant is None:
            yield hit(
                info,
                "The mdrpi:PublicationInfo lacks publisher or creationInstant",
                attribute="publisher",
                expected="publisher and creationInstant",
            )


@rule(
    "rpi-publicationpath-shape",
    on=Document,
    severity=WARNING,
    cites=[mdrpi("2.3")],
    bad=[
        example("sp", _entity(_path('publisher="" creationInstant="2026-11-22T06:00:00Z"'))),
        example("sp", _entity(_path(_A, _B, _C))),
    ],
    good=[*_GOOD, example("sp", _entity(_path(_A, _B)))],
)
def publication_path_shape(document: Document, case: Case) -> Iterator[Hit]:
    """The path of publications cannot be followed.

    Each mdrpi:Publication names its publisher, and their times go in one direction.

    Why: the path shows through whose hands the metadata came; with a gap or a knot in it, it
    proves nothing.
    Fix: Each publisher adds its mdrpi:Publication in order, with publisher and creationInstant.
    """
    for path in document.root.iter(_PATH) if document.root is not None else ():
        instants = []
        for publication in path.iterchildren(_PUBLICATION):
            publisher = publication.get("publisher")
            if publisher is not None and not publisher.strip():
                yield hit(
                    publication,
                    "An mdrpi:Publication names no publisher",
                    attribute="publisher",
                    expected="the identifier of the publisher",
                    actual=publisher,
                )
            value = parse_datetime(publication.get("creationInstant") or "").value
            if value is not None:
                instants.append(value)
        if instants not in (sorted(instants), sorted(instants, reverse=True)):
            yield hit(
                path,
                "The times of the mdrpi:PublicationPath go back and forth",
                expected="publications in the order of their creationInstant",
            )


RULES = (
    registration_duplicate,
    registration_both_levels,
    publication_not_root,
    publication_missing,
    publication_path_shape,
)
