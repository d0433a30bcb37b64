"""Rules on mdrpi:RegistrationInfo, who registered an entity; those on publication join them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityDescriptor, PublicationInfo, RegistrationInfo
from samlcheck.rules.case import Case
from samlcheck.rules.metadata import publication, registrars, registration_policies
from samlcheck.rules.metadata.extensions import (
    ENTITIES,
    ENTITY,
    group_extension,
    items_of,
    mdrpi,
    misplaced,
    place_words,
    short,
)
from samlcheck.rules.metadata.sample_registrations import (
    AUTHORITY,
    BESIDE,
    IN_FEDERATION,
    REGISTERED,
    REGISTRATION,
    registered,
)
from samlcheck.rules.rule import ERROR, OFF, WARNING, Hit, example, hit, rule
from samlcheck.rules.wording import instant_words
from samlcheck.xml import Document, uri_problem
from samlcheck.xml.names import MDRPI, clark, display

_INFO: Final = clark(MDRPI, "RegistrationInfo")
_IN_ROLE: Final = "    <md:Extensions>\n      <mdui:UIInfo>"
_PUBLISHED: Final = (
    f'<mdrpi:PublicationInfo xmlns:mdrpi="{MDRPI}" publisher="{AUTHORITY}" '
    'creationInstant="2026-11-23T06:00:00Z"/>'
)


@rule(
    "rpi-missing",
    on=EntityDescriptor,
    severity=OFF,
    cites=[mdrpi("2.1")],
    unless=["rpi-misplaced"],
    bad=[example("sp", profile="federation", also=BESIDE)],
    good=[REGISTERED, IN_FEDERATION],
)
def registration_missing(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The metadata does not say who registered the entity.

    There is no mdrpi:RegistrationInfo in the md:Extensions of the entity or of a group around it.

    Why: metadata travels through several federations; without it nobody knows who checked the
    entity, by which rules, and whom to ask. eduGAIN refuses such entities.
    Fix: The registrar adds mdrpi:RegistrationInfo; the operator of the entity does not.
    """
    around = entity.element.getparent()
    while around is not None:
        if group_extension(around, _INFO) is not None:
            return
        around = around.getparent()
    if not items_of(entity.extensions, RegistrationInfo):
        yield hit(
            entity,
            "The entity has no mdrpi:RegistrationInfo",
            expected="an mdrpi:RegistrationInfo in its md:Extensions",
        )


@rule(
    "rpi-misplaced",
    on=Document,
    severity=ERROR,
    cites=[mdrpi("2.1"), mdrpi("2.2")],
    bad=[
        example("sp", (_IN_ROLE, f"    <md:Extensions>\n{REGISTRATION}\n      <mdui:UIInfo>")),
    ],
    good=[example("sp"), REGISTERED],
)
def registration_misplaced(document: Document, case: Case) -> Iterator[Hit]:
    """Registration or publication information stands where nobody looks for it.

    mdrpi:RegistrationInfo and mdrpi:PublicationInfo belong in the md:Extensions of
    md:EntityDescriptor or md:EntitiesDescriptor.

    Why: filters that trust an entity by its registrar look for it there, and drop the entity.
    Fix: Move the element into the md:Extensions directly below md:EntityDescriptor.
    """
    for tag in (_INFO, clark(MDRPI, "PublicationInfo")):
        for element in misplaced(document, tag, (ENTITY, ENTITIES)):
            yield hit(
                element,
                f"{display(tag)} {place_words(element)}",
                expected="the md:Extensions of md:EntityDescriptor or md:EntitiesDescriptor",
            )


@rule(
    "rpi-authority-missing",
    on=RegistrationInfo,
    severity=ERROR,
    cites=[mdrpi("2.1.1")],
    bad=[
        example(
            "sp", registered(REGISTRATION.replace(f' registrationAuthority="{AUTHORITY}"', ""))
        ),
        example("sp", registered(REGISTRATION.replace(f'"{AUTHORITY}"', '" "'))),
    ],
    good=[example("sp"), REGISTERED],
)
def authority_missing(info: RegistrationInfo, case: Case) -> Iterator[Hit]:
    """The registration names no registrar.

    registrationAuthority of mdrpi:RegistrationInfo is absent or empty.

    Why: the attribute is required; it is the one thing that receivers decide upon.
    Fix: The registrar sets registrationAuthority to its own identifier.
    """
    if not (info.authority or "").strip():
        yield hit(
            info,
            "The mdrpi:RegistrationInfo names no registrationAuthority",
            attribute="registrationAuthority",
            expected="the URL of the registrar",
            actual=info.authority,
        )


@rule(
    "rpi-authority-invalid",
    on=RegistrationInfo,
    severity=WARNING,
    cites=[mdrpi("2.1.1")],
    bad=[example("sp", registered(REGISTRATION.replace(f'"{AUTHORITY}"', '"Example Federation"')))],
    good=[example("sp"), REGISTERED],
)
def authority_invalid(info: RegistrationInfo, case: Case) -> Iterator[Hit]:
    """The registrar is not named by a URI.

    registrationAuthority is not an absolute URI, such as the URL of the federation.

    Why: receivers compare it letter by letter with the identifiers of registrars that they know,
    and those are URIs.
    Fix: The registrar writes the identifier that it uses everywhere.
    """
    authority = (info.authority or "").strip()
    problem = uri_problem(authority) if authority else None
    if problem is not None:
        yield hit(
            info,
            f"The registrationAuthority {short(authority)} {problem}",
            attribute="registrationAuthority",
            expected="an absolute URI",
            actual=authority,
        )


@rule(
    "rpi-instant-missing",
    on=RegistrationInfo,
    severity=OFF,
    cites=[mdrpi("2.1.1")],
    bad=[
        example(
            "sp",
            registered(REGISTRATION.replace(' registrationInstant="2025-03-01T09:00:00Z"', "")),
            profile="federation",
            also=BESIDE,
        )
    ],
    good=[REGISTERED, IN_FEDERATION],
)
def instant_missing(info: RegistrationInfo, case: Case) -> Iterator[Hit]:
    """The registration has no date.

    mdrpi:RegistrationInfo has no registrationInstant.

    Why: the date tells under which edition of the policy the entity was checked.
    Fix: The registrar adds registrationInstant, in UTC.
    """
    if info.instant is None:
        yield hit(
            info,
            "The mdrpi:RegistrationInfo has no registrationInstant",
            attribute="registrationInstant",
            expected="an instant such as 2026-01-31T12:00:00Z",
        )


@rule(
    "rpi-instant-future",
    on=(RegistrationInfo, PublicationInfo),
    severity=WARNING,
    cites=[mdrpi("2.1.1"), mdrpi("2.2.1")],
    bad=[
        example("sp", registered(REGISTRATION.replace("2025-03-01", "2027-03-01"))),
        example("sp", registered(_PUBLISHED.replace("T06:00:00Z", "T23:00:00Z"))),
    ],
    good=[example("sp"), REGISTERED, example("sp", registered(_PUBLISHED))],
)
def instant_future(info: RegistrationInfo | PublicationInfo, case: Case) -> Iterator[Hit]:
    """Metadata was registered or published in the future.

    registrationInstant or creationInstant is later than the time of the check.

    Why: a clock or a time zone is wrong, and then validUntil is usually wrong as well.
    Fix: The registrar or publisher corrects its clock and writes the time in UTC.
    """
    if isinstance(info, RegistrationInfo):
        name, instant = "registrationInstant", info.instant
    else:
        name, instant = "creationInstant", info.creation_instant
    if instant is None or instant.value is None:
        return
    if instant.value > case.now and instant.value - case.now > case.context.skew:
        yield hit(
            info,
            f"The {name} {instant.text!r} is in the future",
            attribute=name,
            expected=f"not later than {instant_words(case.now)}",
            actual=instant.text,
        )


RULES = (
    registration_missing,
    registration_misplaced,
    authority_missing,
    authority_invalid,
    instant_missing,
    instant_future,
    *registration_policies.RULES,
    *registrars.RULES,
    *publication.RULES,
)
