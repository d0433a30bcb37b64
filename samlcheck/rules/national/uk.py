"""Rules of the UK Access Management Federation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model import EntityDescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import Citation
from samlcheck.rules.national.common import UK_NAMESPACE, extensions
from samlcheck.rules.rule import OFF, Edit, Hit, Place, example, hit, rule
from samlcheck.xml.names import split_clark

_SPECIFICATION: Final = Citation(
    "UK federation technical specifications",
    None,
    "https://www.ukfederation.org.uk/content/Documents/FedDocs",
)
_ORGANIZATION: Final = re.compile(r"ukforg[0-9]+")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})?")
#: Labels that have a date.
_DATED: Final = ("ExportOptIn", "ExportOptOut", "Software")


def _labels(base: str, *labels: str) -> Edit:
    start = f"  <md:{base}SSODescriptor "
    inner = "".join(f"    <u:{label}/>\n" for label in labels)
    return start, (
        f'  <md:Extensions xmlns:u="{UK_NAMESPACE}">\n{inner}  </md:Extensions>\n{start}'
    )


_ENABLED: Final = ["uk-labels"]


@rule(
    "uk-labels",
    on=EntityDescriptor,
    severity=OFF,
    cites=[_SPECIFICATION],
    bad=[
        example(
            "idp",
            _labels("IDP", 'ExportOptIn date="2026-01-01"', 'ExportOptOut date="2026-02-01"'),
            enable=_ENABLED,
        ),
        example("idp", _labels("IDP", "UKFederationMember", "UKFederationMember"), enable=_ENABLED),
        example("sp", _labels("SP", "AccountableUsers"), enable=_ENABLED),
        example("sp", _labels("SP", 'UKFederationMember orgID="org17"'), enable=_ENABLED),
        example("sp", _labels("SP", "ExportOptIn"), enable=_ENABLED),
    ],
    good=[
        example(
            "idp",
            _labels(
                "IDP",
                'UKFederationMember orgID="ukforg17"',
                "AccountableUsers",
                'ExportOptIn date="2026-01-01"',
            ),
            enable=_ENABLED,
        ),
        example("sp", enable=_ENABLED),
    ],
)
def labels(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The labels of the UK federation contradict each other or are not in order.

    Labels are elements in the md:Extensions of an entity. Each is there once; ExportOptIn and
    ExportOptOut exclude each other and have a date, as Software has; AccountableUsers is for
    identity providers; the orgID of UKFederationMember is ukforg and a number.

    Why: the federation decides by the labels what it publishes and exports.
    Fix: Correct the labels, or ask the federation to do it.
    """
    found = extensions(entity.element, UK_NAMESPACE)
    for name, elements in found.items():
        for extra in elements[1:]:
            yield hit(
                extra,
                f"The label {name} is there twice",
                expected="the label once",
                related=[Place(elements[0], None, "the first one")],
            )
    opted_in, opted_out = found.get("ExportOptIn"), found.get("ExportOptOut")
    if opted_in and opted_out:
        yield hit(
            opted_out[0],
            "The entity is opted in to the export and opted out of it",
            expected="one of the two labels",
            related=[Place(opted_in[0], None, "the other label")],
        )
    if found.get("AccountableUsers") and not entity.idp_roles:
        yield hit(
            found["AccountableUsers"][0],
            "The label AccountableUsers is at an entity that is no identity provider",
            expected="the label at identity providers only",
        )
    for elements in found.values():
        yield from _values(elements[0])


def _values(element: Element) -> Iterator[Hit]:
    name = split_clark(str(element.tag))[1]
    identifier, date = element.get("orgID"), element.get("date")
    if identifier is not None and _ORGANIZATION.fullmatch(identifier) is None:
        yield hit(
            element,
            f"The orgID {identifier!r} is not one of the federation",
            attribute="orgID",
            expected="ukforg and a number",
            actual=identifier,
        )
    if name in _DATED and (date is None or _DATE.fullmatch(date) is None):
        yield hit(
            element,
            f"The label {name} has {'no date' if date is None else f'the date {date!r}'}",
            attribute="date",
            expected="a date such as 2026-01-31",
            actual=date,
        )


RULES = (labels,)
