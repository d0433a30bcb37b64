"""Rules on the structure of aggregates: which members break it, and what the root declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntitiesDescriptor, EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata
from samlcheck.rules.metadata.sources import EDUGAIN_VALIDATION
from samlcheck.rules.rule import INFO, OFF, Hit, Place, example, hit, rule
from samlcheck.rules.sets import Census
from samlcheck.rules.structure.elements import SCHEMAS
from samlcheck.rules.structure.units import faults_of
from samlcheck.xml.names import MD, MDRPI, MDUI, PREFIXES, SHIBMD

_VALID: Final = "valid"
_INVALID: Final = "invalid"
_ROOT: Final = (
    '<md:EntitiesDescriptor\n    xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"',
    f'<md:EntitiesDescriptor\n    xmlns:md="{MD}" xmlns:mdrpi="{MDRPI}" xmlns:mdui="{MDUI}"\n'
    f'    xmlns:shibmd="{SHIBMD}"',
)
_DECLARED: Final = (MD, MDRPI, MDUI, SHIBMD)


def _validity(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    sound = case.schema_valid(entity.element) or not case.once(faults_of, entity)
    yield _VALID if sound else _INVALID, Place(entity)


@rule(
    "agg-invalid-members",
    on=Census,
    facts=_validity,
    severity=INFO,
    cites=[SCHEMAS, metadata("2.3.1")],
    bad=[
        example(
            "aggregate",
            ('WantAssertionsSigned="true"', 'WantAssertionsSigned="True"'),
            also=["xsd-boolean-lexical"],
        )
    ],
    good=[example("aggregate"), example("sp")],
)
def invalid_members(census: Census, case: Case) -> Iterator[Hit]:
    """Entities of the aggregate do not follow the schemas.

    How many there are, and the first of them. What is wrong with each, findings on them say.

    Why: software that validates the whole document refuses all entities because of one.
    Fix: Leave the broken entities out of the aggregate until their operators have mended them.
    """
    count = census.counts.get(_INVALID, 0)
    first = census.first(_INVALID)
    if first is not None:
        of = f"of {count + census.counts.get(_VALID, 0)} entities of the aggregate"
        words = f"{count} {of} do not follow the schemas; the first is {first.name}"
        if count == 1:
            words = f"1 {of} does not follow the schemas: {first.name}"
        yield hit(
            census.group,
            words,
            expected="entities that the schemas accept",
            actual=str(count),
            related=[Place(first.entity, None, "the first one")],
        )


@rule(
    "xsd-namespaces-declared",
    on=EntitiesDescriptor,
    severity=OFF,
    cites=[EDUGAIN_VALIDATION],
    bad=[example("aggregate", enable=["xsd-namespaces-declared"])],
    good=[example("aggregate", _ROOT, enable=["xsd-namespaces-declared"])],
)
def namespaces_declared(group: EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """The aggregate does not declare the common namespaces at its root.

    The root element declares those of SAML metadata, MDRPI, MDUI and the Shibboleth extensions,
    so that they need not be declared in each entity again.

    Why: repeated in ten thousand entities, the declarations make the document larger; eduGAIN
    asks for them at the root.
    Fix: Declare the namespaces named on the root element when the aggregate is made.
    """
    if group.element.getparent() is not None:
        return
    declared = set(group.element.nsmap.values())
    missing = [f'xmlns:{PREFIXES[item]}="{item}"' for item in _DECLARED if item not in declared]
    if missing:
        yield hit(
            group,
            f"The root element does not declare {len(missing)} of the common namespaces",
            expected=", ".join(missing),
        )


RULES = (
    invalid_members,
    namespaces_declared,
)
