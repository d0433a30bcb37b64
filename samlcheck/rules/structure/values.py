"""Rules on the simple values of SAML elements: booleans, times and URIs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, xsd
from samlcheck.rules.rule import BLOCKS_LOGIN, ERROR, Hit, example, hit, rule
from samlcheck.rules.structure.content import judged_root, owner_of
from samlcheck.rules.structure.table import TABLE
from samlcheck.xml import Document, Lexical, parse_boolean, parse_datetime, text_of
from samlcheck.xml.names import (
    MD,
    MDRPI,
    SHIBMD,
    clark,
    display,
)

_GOOD: Final = (example("sp"), example("idp"), example("aggregate"), example("response"))
_BLANKS: Final = " \t\r\n"


#: Attributes by the element that has them.
Names = Mapping[str, tuple[str, ...]]


def names_of(kind: str, *, untold: bool = False) -> Names:
    """Return the attributes of a type; `untold` leaves out those that other rules tell of."""
    found = {
        tag: tuple(
            name
            for name, field in row.fields.items()
            if field.type == kind and not (untold and field.told_by)
        )
        for tag, row in TABLE.items()
    }
    return MappingProxyType({tag: names for tag, names in found.items() if names})


_BOOLEANS: Final = MappingProxyType(
    {**names_of("boolean"), clark(SHIBMD, "Scope"): ("regexp",)},
)
_TIMES: Final = MappingProxyType(
    {
        **names_of("dateTime"),
        clark(MDRPI, "RegistrationInfo"): ("registrationInstant",),
        clark(MDRPI, "PublicationInfo"): ("creationInstant",),
        clark(MDRPI, "Publication"): ("creationInstant",),
    }
)
_URIS: Final = names_of("uri", untold=True)
#: Elements whose text is a URI, but for those that have rules of their own.
_URI_TEXTS: Final = tuple(
    clark(MD, local)
    for local in (
        "NameIDFormat",
        "AttributeProfile",
        "AffiliateMember",
        "AdditionalMetadataLocation",
    )
)


def values(root: Element, names: Names) -> Iterator[tuple[Element, str, str]]:
    """Yield the attributes of those names that are present: element, name, value."""
    for element in root.iter(*names):
        for name in names[str(element.tag)]:
            text = element.get(name)
            if text is not None:
                yield element, name, text


@rule(
    "xsd-boolean-lexical",
    on=Document,
    severity=ERROR,
    cites=[xsd("3.2.2")],
    tags=[BLOCKS_LOGIN],
    bad=[
        example("sp", ('WantAssertionsSigned="true"', 'WantAssertionsSigned="True"')),
        example("sp", ('isDefault="true">', 'isDefault="yes">')),
    ],
    good=[*_GOOD, example("sp", ('WantAssertionsSigned="true"', 'WantAssertionsSigned="1"'))],
)
def boolean_lexical(document: Document, case: Case) -> Iterator[Hit]:
    """A flag is not written as an XML boolean.

    Attributes such as WantAssertionsSigned, isDefault or ForceAuthn are one of true, false, 1 and
    0, in lower case.

    Why: a schema-validating reader refuses the document; another takes what it does not
    understand as false, or as true, so that the flag means different things to different partners.
    Fix: Write true or false, in lower case.
    """
    root = judged_root(document, case)
    if root is None:
        return
    for element, name, text in values(root, _BOOLEANS):
        if text in ("true", "false"):
            continue
        problem = parse_boolean(text).problem
        if problem is not None:
            yield hit(
                element,
                f'{name} of {display(str(element.tag))} "{text}" {problem}',
                attribute=name,
                expected="true, false, 1 or 0",
                actual=text,
                owner=owner_of(case),
            )


@rule(
    "xsd-datetime-not-utc",
    on=Document,
    severity=ERROR,
    cites=[core("1.3.3")],
    bad=[
        example("sp", ('validUntil="2027-01-20T00:00:00Z"', 'validUntil="2027-01-20T00:00:00"')),
        example(
            "sp", ('validUntil="2027-01-20T00:00:00Z"', 'validUntil="2027-01-20T01:00:00+01:00"')
        ),
    ],
    good=[
        *_GOOD,
        example(
            "sp", ('validUntil="2027-01-20T00:00:00Z"', 'validUntil="2027-01-20T00:00:00.000Z"')
        ),
    ],
)
def datetime_not_utc(document: Document, case: Case) -> Iterator[Hit]:
    """A time is not written in UTC.

    Every time in SAML is in UTC and ends in Z; offsets, times without a zone and leap seconds are
    not allowed.

    Why: some receivers refuse such a time, others read one without a zone as their local time, so
    that the document is valid hours too early or too late.
    Fix: Write the time in UTC with a Z at the end, such as 2026-01-31T12:00:00Z.
    """
    root = judged_root(document, case)
    if root is None:
        return
    for element, name, text in values(root, _TIMES):
        read = parse_datetime(text)
        if read.value is None or (read.utc and read.problem is None):
            continue
        yield hit(
            element,
            f'{name} of {display(str(element.tag))} "{text}" {_time_problem(read)}',
            attribute=name,
            expected=read.value.strftime("%Y-%m-%dT%H:%M:%SZ"),
            actual=text,
            owner=owner_of(case),
        )


def _time_problem(read: Lexical[datetime]) -> str:
    return read.problem or "has an offset; SAML times are in UTC and end in Z"


@rule(
    "xsd-empty-uri",
    on=Document,
    severity=ERROR,
    cites=[core("1.3.2")],
    bad=[
        example("idp", ('errorURL="https://idp.example.org/error"', 'errorURL=""')),
        example("sp", (">urn:oasis:names:tc:SAML:2.0:nameid-format:persistent<", "> <")),
    ],
    good=_GOOD,
)
def empty_uri(document: Document, case: Case) -> Iterator[Hit]:
    """A URI in the metadata is empty.

    An attribute or element that holds a URI, such as errorURL, ResponseLocation or NameIDFormat,
    is there but says nothing.

    Why: an empty URI is read as the address of the document itself, or makes a parser stop; it
    mostly comes from a template whose field was left blank.
    Fix: Fill in the URI, or leave the attribute or element out.
    """
    root = judged_root(document, case) if case.kind == "metadata" else None
    if root is None:
        return
    for element, name, text in values(root, _URIS):
        if not text.strip(_BLANKS):
            words = f"{name} of {display(str(element.tag))} is empty"
            yield hit(element, words, attribute=name, expected="a URI", actual=text)
    for element in root.iter(*_URI_TEXTS):
        if not text_of(element).strip(_BLANKS):
            yield hit(element, f"{display(str(element.tag))} is empty", expected="a URI")


RULES = (
    boolean_lexical,
    datetime_not_utc,
    empty_uri,
)
