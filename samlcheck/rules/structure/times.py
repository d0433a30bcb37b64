"""Rules on the instants of documents: SAML writes them in UTC."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from lxml.etree import _Element as Element

from samlcheck.model import (
    AffiliationDescriptor,
    Assertion,
    AuthnStatement,
    Conditions,
    EntitiesDescriptor,
    EntityDescriptor,
    Node,
    OpaqueExtension,
    ProtocolMessage,
    PublicationInfo,
    RegistrationInfo,
    RoleDescriptor,
    SubjectConfirmationData,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.rule import ERROR, Hit, example, hit, rule
from samlcheck.rules.structure.elements import GOOD
from samlcheck.rules.structure.units import sender
from samlcheck.xml import parse_datetime
from samlcheck.xml.names import MDRPI, clark, display

_UNTIL: Final = 'validUntil="2027-01-20T00:00:00Z"'
_PUBLICATION: Final = clark(MDRPI, "Publication")
#: By class, the attributes that are instants.
_TIMES: Final[Mapping[type[Node], tuple[str, ...]]] = MappingProxyType(
    {
        EntityDescriptor: ("validUntil",),
        EntitiesDescriptor: ("validUntil",),
        RoleDescriptor: ("validUntil",),
        AffiliationDescriptor: ("validUntil",),
        RegistrationInfo: ("registrationInstant",),
        PublicationInfo: ("creationInstant",),
        OpaqueExtension: (),
        ProtocolMessage: ("IssueInstant", "NotOnOrAfter"),
        Assertion: ("IssueInstant",),
        Conditions: ("NotBefore", "NotOnOrAfter"),
        SubjectConfirmationData: ("NotBefore", "NotOnOrAfter"),
        AuthnStatement: ("AuthnInstant", "SessionNotOnOrAfter"),
    }
)


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return next(_TIMES[base] for base in kind.__mro__ if base in _TIMES)


@rule(
    "xsd-datetime-not-utc",
    on=tuple(_TIMES),
    severity=ERROR,
    cites=[core("1.3.3")],
    bad=[
        example("sp", (_UNTIL, 'validUntil="2027-01-20T00:00:00"')),
        example("sp", (_UNTIL, 'validUntil="2027-01-20T01:00:00+01:00"')),
    ],
    good=[*GOOD, example("sp", (_UNTIL, 'validUntil="2027-01-20T00:00:00.000Z"'))],
)
def datetime_not_utc(node: Node, case: Case) -> Iterator[Hit]:
    """A time is not written in UTC.

    Every time in SAML is in UTC and ends in Z; offsets, times without a zone and leap seconds are
    not allowed.

    Why: some receivers refuse such a time, others read one without a zone as their local time, so
    that the document is valid hours too early or too late.
    Fix: Write the time in UTC with a Z at the end, such as 2026-01-31T12:00:00Z.
    """
    kind: Any = type(node)
    for name in _names(kind):
        yield from _judged(node.element, name, case)
    if isinstance(node, OpaqueExtension):
        for child in node.element.iterchildren(_PUBLICATION):
            yield from _judged(child, "creationInstant", case)


def _judged(element: Element, name: str, case: Case) -> Iterator[Hit]:
    text = element.get(name)
    if text is None or (text[-1:] == "Z" and ":60" not in text and "T24" not in text):
        return
    read = parse_datetime(text)
    if read.value is not None and (read.problem is not None or not read.utc):
        yield hit(
            element,
            f'{name} of {display(str(element.tag))} "{text}" '
            f"{read.problem or 'has an offset; SAML times are in UTC and end in Z'}",
            attribute=name,
            expected=read.value.strftime("%Y-%m-%dT%H:%M:%SZ"),
            actual=text,
            owner=sender(case),
        )


RULES = (datetime_not_utc,)
