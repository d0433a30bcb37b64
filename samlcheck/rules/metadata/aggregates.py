"""Rules on aggregates as such: md:EntitiesDescriptor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import EntitiesDescriptor, EntityDescriptor, UIInfo
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdui, metadata
from samlcheck.rules.metadata.extensions import REFEDS_UI
from samlcheck.rules.metadata.operators import registrar_of
from samlcheck.rules.rule import ERROR, INFO, OFF, Hit, Place, example, hit, rule
from samlcheck.rules.sets import Census
from samlcheck.rules.wording import all_of
from samlcheck.xml.names import MD, MDRPI, MDUI, clark
from samlcheck.xml.uri import split_uri

_GOOD: Final = (example("aggregate"),)
_NAME: Final = '\n    Name="https://federation.example.org/metadata"'
_OPEN: Final = '<md:EntitiesDescriptor xmlns:md="{}" Name="https://federation.example.org/{}">{}'
_CLOSE: Final = "</md:EntitiesDescriptor>"
_TIMES: Final = 'validUntil="2027-01-20T00:00:00Z" cacheDuration="PT6H">'
_VALID: Final = '" validUntil="2027-01-20T00:00:00Z'
_ROLES: Final = {"IDPSSO": "example.org", "SPSSO": "library.example.org"}
_REGISTERED: Final = tuple(
    (
        f"    <md:{role}Descriptor ",
        f'    <md:Extensions>\n      <mdrpi:RegistrationInfo xmlns:mdrpi="{MDRPI}" '
        f'registrationAuthority="https://registrar.{domain}/" '
        'registrationInstant="2026-01-01T00:00:00Z"/>\n    </md:Extensions>\n'
        f"    <md:{role}Descriptor ",
    )
    for role, domain in _ROLES.items()
)


_LOGO_TAG: Final = clark(MDUI, "Logo")
_LOGO: Final = '<mdui:Logo height="60" width="80">https://sp.example.org/logo.png</mdui:Logo>'
_EMBEDDED: Final = (
    '<mdui:Logo height="60" width="80">'
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAFAAAAA8CAYAAADxJz2M"
)
#: Embedded logos of fewer characters than this are no burden.
_MUCH: Final = 30_000


def _is_root(group: EntitiesDescriptor) -> bool:
    return group.element.getparent() is None


@rule(
    "agg-empty",
    on=EntitiesDescriptor,
    severity=ERROR,
    cites=[metadata("2.3.1")],
    bad=[
        example("raw", raw=_OPEN.format(MD, "metadata" + _VALID, _CLOSE)),
    ],
    good=_GOOD,
)
def empty(group: EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """The aggregate holds no entity.

    md:EntitiesDescriptor has neither md:EntityDescriptor nor md:EntitiesDescriptor in it.

    Why: who loads it loses all partners; usually a filter upstream removed everything.
    Fix: Look into the process that makes the aggregate, and do not publish this one.
    """
    if not group.members:
        yield hit(
            group,
            "The EntitiesDescriptor holds no entity",
            expected="an md:EntityDescriptor",
        )


@rule(
    "agg-name-missing",
    on=EntitiesDescriptor,
    severity=OFF,
    cites=[metadata("2.3.1")],
    bad=[
        example(
            "aggregate",
            (_NAME, ""),
            profile="refeds",
            also=["ea-sirtfi-absent", "ea-subjectid-req-missing", "ea-support-missing"],
        )
    ],
    good=_GOOD,
)
def name_missing(group: EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """The aggregate has no name.

    md:EntitiesDescriptor has no attribute Name.

    Why: it is optional, but software that holds several aggregates tells them apart by it.
    Fix: Set Name to a URI of the federation.
    """
    if _is_root(group) and not (group.name or "").strip():
        yield hit(group, "The EntitiesDescriptor has no Name", attribute="Name", expected="a URI")


@rule(
    "agg-name-not-uri",
    on=EntitiesDescriptor,
    severity=INFO,
    cites=[metadata("2.3.1")],
    bad=[example("aggregate", (_NAME, '\n    Name="Example Federation"'))],
    good=[*_GOOD, example("aggregate", (_NAME, '\n    Name="urn:example:federation"'))],
)
def name_not_uri(group: EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """The name of the aggregate is not a URI.

    Name is free text by the specification, and a URI by custom.

    Why: a plain name may be that of another aggregate, too.
    Fix: Use a URI of the federation, such as the address of the aggregate.
    """
    name = (group.name or "").strip()
    if _is_root(group) and name and not split_uri(name).scheme:
        yield hit(
            group,
            f"The Name {group.name!r} of the EntitiesDescriptor is not a URI",
            attribute="Name",
            expected="a URI",
            actual=group.name,
        )


@rule(
    "agg-nested",
    on=EntitiesDescriptor,
    severity=INFO,
    cites=[metadata("2.3.1")],
    bad=[
        example(
            "aggregate",
            (_TIMES, _TIMES + "\n" + _OPEN.format(MD, "inner", "")),
            ("\n</md:EntitiesDescriptor>", f"\n{_CLOSE}\n{_CLOSE}"),
        )
    ],
    good=_GOOD,
)
def nested(group: EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """An aggregate stands within an aggregate.

    md:EntitiesDescriptor holds another md:EntitiesDescriptor.

    Why: it is allowed, but some software reads only the entities of the outer one.
    Fix: Put all entities into one md:EntitiesDescriptor.
    """
    inner = [member for member in group.members if isinstance(member, EntitiesDescriptor)]
    if inner and _is_root(group):
        yield hit(
            inner[0],
            f"The EntitiesDescriptor holds {len(inner)} more of them"
            if len(inner) > 1
            else "The EntitiesDescriptor holds another one",
            expected="md:EntityDescriptor elements only",
            related=[Place(member, None, "here too") for member in inner[1:]],
        )


def _itself(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    yield "entity", Place(entity)


@rule(
    "agg-single-entity-wrapped",
    on=Census,
    facts=_itself,
    severity=INFO,
    cites=[metadata("2.3")],
    bad=[
        example(
            "sp",
            (
                "<md:EntityDescriptor\n",
                _OPEN.format(MD, "metadata" + _VALID, "<md:EntityDescriptor\n"),
            ),
            ("</md:EntityDescriptor>", f"</md:EntityDescriptor>{_CLOSE}"),
            also=["val-nested-redundant"],
        )
    ],
    good=_GOOD,
)
def single_entity_wrapped(census: Census, case: Case) -> Iterator[Hit]:
    """One entity is wrapped as an aggregate.

    md:EntitiesDescriptor holds a single entity.

    Why: it is allowed, but much software for one partner expects md:EntityDescriptor as the root
    element and finds nothing.
    Fix: Hand out the md:EntityDescriptor by itself; a signature has to be made anew.
    """
    first = census.first("entity")
    if first is not None and census.counts["entity"] == 1:
        yield hit(
            first.entity,
            "The document wraps one entity in an EntitiesDescriptor",
            expected="md:EntityDescriptor as the root element",
        )


def _registrar(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    name = registrar_of(entity)
    if name:
        yield name, Place(entity)


@rule(
    "agg-mixed-registrars",
    on=Census,
    facts=_registrar,
    severity=INFO,
    cites=[metadata("2.3.1")],
    bad=[example("aggregate", *_REGISTERED)],
    good=[*_GOOD, example("aggregate", _REGISTERED[0])],
)
def mixed_registrars(census: Census, case: Case) -> Iterator[Hit]:
    """The entities of the aggregate were registered by different authorities.

    mdrpi:RegistrationInfo of the entities names more than one registration authority.

    Why: who trusts the aggregate trusts the checks of all of them, which may be meant, as in an
    interfederation.
    Fix: If the aggregate is to hold one federation only, remove the entities of the others.
    """
    counts = Counter(census.counts)
    if len(counts) > 1:
        largest = [f"{name!r} ({count})" for name, count in counts.most_common(3)]
        more = len(counts) - len(largest)
        words = all_of([*largest, f"{more} more"] if more else largest)
        yield hit(census.group, f"{len(counts)} authorities registered the entities: {words}")


def _logo_sizes(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    """Yield the sizes of the logos that an entity embeds, each with its number in the entity."""
    found = [
        logo
        for role in entity.roles
        for item in (role.extensions.items if role.extensions else ())
        if isinstance(item, UIInfo)
        for logo in item.logos
    ]
    for number, logo in enumerate(found):
        text = _embedded(logo.element)
        if text:
            yield f"{len(text)} {number}", Place(logo)


@rule(
    "agg-size-budget",
    on=Census,
    facts=_logo_sizes,
    severity=INFO,
    cites=[REFEDS_UI, mdui("2.1.5")],
    bad=[example("aggregate", (_LOGO, f"{_EMBEDDED}{'AAAA' * 9_500}</mdui:Logo>"))],
    good=[*_GOOD, example("aggregate", (_LOGO, f"{_EMBEDDED}</mdui:Logo>"))],
)
def embedded_logos(census: Census, case: Case) -> Iterator[Hit]:
    """Much of the aggregate is embedded images.

    Logos that are written into the metadata as data: URIs make up more than a quarter of it. Where
    they are less than 30,000 characters together, they are not told of.

    Why: every partner fetches the whole document several times a day and keeps it in memory, while
    logos are shown on discovery pages only.
    Fix: Publish the images on a web server and write their https URLs into mdui:Logo.
    """
    sizes = {key: int(key.partition(" ")[0]) for key in census.counts}
    total = sum(size * census.counts[key] for key, size in sizes.items())
    if total < _MUCH or total * 4 < case.size:
        return
    largest = max(sizes, key=lambda key: sizes[key])
    found = census.first(largest)
    if found is not None:
        yield hit(
            found.place.subject,
            f"{sum(census.counts.values())} embedded logos make up {100 * total // case.size} % of "
            f"the aggregate; the largest has {sizes[largest]} characters",
            expected="https URLs of images",
            actual=f"{total} characters",
        )


def _embedded(logo: Element) -> str:
    """Return the data: URI that a logo holds; empty for any other."""
    text = logo.text or ""
    return text if text.lstrip()[:5].lower() == "data:" else ""


RULES = (
    empty,
    name_missing,
    name_not_uri,
    nested,
    single_entity_wrapped,
    mixed_registrars,
    embedded_logos,
)
