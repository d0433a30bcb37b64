"""Rules on what attribute values are made of: their types, their form, how many and how much."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from samlcheck.model import Assertion, Attribute, AttributeValue
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core, paper, xsd
from samlcheck.rules.message.attribute_values import is_address
from samlcheck.rules.rule import (
    IDP,
    INFO,
    WARNING,
    Hit,
    example,
    hit,
    personal,
    rule,
)
from samlcheck.xml import parse_boolean, parse_datetime
from samlcheck.xml.names import XS, XSI, clark

_TYPE: Final = clark(XSI, "type")
_END: Final = "</saml:AttributeStatement>"
_GOOD: Final = (example("response"),)
_SURPLUS: Final = ("attr-not-requested",)
_OVERAGE: Final = paper(
    "Microsoft Entra ID, configure group claims: overage",
    "https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims",
)
_GROUPS_LINK: Final = "http://schemas.microsoft.com/claims/groups.link"
#: From this size on cookies, headers and forms of service providers overflow.
_LARGE: Final = 30_000


def _value(attributes: str, text: str) -> tuple[str, str]:
    """Return an edit that gives the first name other attributes or another text."""
    return (
        "<saml:AttributeValue>Maria<",
        f'<saml:AttributeValue xmlns:xsi="{XSI}" xmlns:xs="{XS}"{attributes}>{text}<',
    )


def _another(name: str, *values: str) -> tuple[str, str]:
    """Return an edit that adds an attribute at the end."""
    text = "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
    return _END, f'<saml:Attribute Name="{name}">{text}</saml:Attribute>{_END}'


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


_INTEGER: Final = _matches(r"[+-]?[0-9]+")
#: The simple types whose values are checked, by their local name.
_LEXICAL: Final[Mapping[str, Callable[[str], bool]]] = MappingProxyType(
    {
        "integer": _INTEGER,
        "int": _INTEGER,
        "long": _INTEGER,
        "short": _INTEGER,
        "nonNegativeInteger": _matches(r"\+?[0-9]+|-0+"),
        "decimal": _matches(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)"),
        "boolean": lambda text: parse_boolean(text).problem is None,
        "dateTime": lambda text: parse_datetime(text).value is not None,
        "date": lambda text: parse_datetime(f"{text[:10]}T00:00:00{text[10:]}").value is not None,
        "base64Binary": _matches(r"[A-Za-z0-9+/\s]*={0,2}\s*"),
    }
)


@rule(
    "attr-value-type",
    on=Assertion,
    severity=WARNING,
    cites=[core("2.7.3.1.1"), xsd("3")],
    owner=IDP,
    bad=[
        example("response", _value(' xsi:type="xs:integer"', "twelve")),
        example("response", _value(' xsi:type="xsd:string"', "Maria")),
    ],
    good=[*_GOOD, example("response", _value(' xsi:type="xs:string"', "Maria"))],
)
def value_type(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """A value does not fit the type that it declares.

    xsi:type of an AttributeValue has a prefix that is not declared, or names a type of XML Schema
    (integer, boolean, dateTime and the like) of which the text is no value.

    Why: a service provider that validates against the schema refuses the whole response; another
    reads the value as something else.
    Fix: Let the identity provider declare the values as xs:string, or send values of the type.
    """
    for attribute in assertion.attributes():
        for value in attribute.values:
            kind = value.element.get(_TYPE)
            if kind is None:
                continue
            prefix, colon, local = kind.strip().rpartition(":")
            namespace = value.element.nsmap.get(prefix if colon else None)
            if colon and namespace is None:
                yield hit(
                    value,
                    f"The type {kind!r} of a value of {attribute.name!r} has the prefix "
                    f"{prefix!r}, which is not declared",
                    attribute=_TYPE,
                    expected="xs:string, with xs declared",
                    actual=kind,
                )
            elif namespace == XS and not value.nil and not _fits(local, value.value):
                yield hit(
                    value,
                    f"The value {personal(value.value)} of {attribute.name!r} is declared as "
                    f"{kind!r} and is none",
                    expected=f"a value of the type {kind}",
                    actual=personal(value.value),
                )


def _fits(local: str, text: str) -> bool:
    check = _LEXICAL.get(local)
    return check is None or check(text)


@rule(
    "attr-value-complex",
    on=Assertion,
    severity=INFO,
    cites=[core("2.7.3.1.1")],
    owner=IDP,
    unless=["xml-mixed-content-value"],
    bad=[
        example(
            "response",
            _another(
                "urn:oid:1.3.6.1.4.1.5923.1.1.1.10",
                "<saml:NameID>b31cf0a7d9e24c6b</saml:NameID>",
            ),
            also=_SURPLUS,
        )
    ],
    good=_GOOD,
)
def value_complex(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """A value is made of elements.

    An AttributeValue holds XML elements instead of text, as eduPersonTargetedID does.

    Why: a service provider that expects text reads nothing, or the texts of all elements run
    together.
    Fix: Nothing has to be done where the service provider knows this attribute. Else let the
    identity provider send text; in place of eduPersonTargetedID use pairwise-id.
    """
    for attribute in assertion.attributes():
        value = next((item for item in attribute.values if item.complex), None)
        if value is not None:
            yield hit(value, f"A value of {attribute.name!r} is made of elements", expected="text")


#: The last word of the names of attributes that list things.
_LISTS: Final = frozenset(
    ("groups", "group", "memberof", "ismemberof", "role", "roles", "affiliation", "entitlement")
)


def _joined(attribute: Attribute, value: AttributeValue) -> str | None:
    """Return the sign that joins several items in one value, where it looks like that."""
    text = value.value
    if value.complex or not (";" in text or "," in text or "|" in text):
        return None
    for sign in ";,|":
        items = [item.strip() for item in text.split(sign)]
        if len(items) > 1 and all(is_address(item) for item in items):
            return sign
    last = re.split(r"[/:]", (attribute.name or "").lower())[-1]
    if last not in _LISTS or "=" in text or text.startswith("arn:"):
        # distinguished names hold commas, and AWS joins two names by one
        return None
    return next((sign for sign in ";|," if len(text.strip(sign).split(sign)) > 1), None)


@rule(
    "attr-joined-values",
    on=Assertion,
    severity=WARNING,
    cites=[core("2.7.3.1")],
    owner=IDP,
    bad=[
        example("response", _another("groups", "staff;library"), also=_SURPLUS),
        example("response", _another("contacts", "a@example.org, b@example.org"), also=_SURPLUS),
    ],
    good=[
        *_GOOD,
        example("response", _another("groups", "staff", "library"), also=_SURPLUS),
        example("response", _another("groups", "CN=Staff,OU=Groups,DC=example"), also=_SURPLUS),
    ],
)
def joined_values(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """Several values were put into one.

    A value lists several items behind each other, such as groups with semicolons between them.
    Each value belongs into an AttributeValue of its own.

    Why: a service provider compares whole values, so it finds none of the items.
    Fix: Make the identity provider send one AttributeValue for each item; or, where the service
    provider splits them itself, leave it.
    """
    for attribute in assertion.attributes():
        for value in attribute.values:
            sign = _joined(attribute, value)
            if sign is not None:
                yield hit(
                    value,
                    f"A value of {attribute.name!r} looks like several ones, joined by {sign!r}",
                    expected="an AttributeValue for each of them",
                    actual=personal(value.value),
                )


@rule(
    "attr-group-overage",
    on=Assertion,
    severity=WARNING,
    cites=[_OVERAGE],
    owner=IDP,
    bad=[
        example(
            "response",
            _another(_GROUPS_LINK, "https://graph.windows.net/t/users/u/getMemberObjects"),
            also=_SURPLUS,
        )
    ],
    good=_GOOD,
)
def group_overage(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The user's groups were left out, because there are too many.

    Entra ID sends a link in place of the groups of a user who is in more than 150.

    Why: the service provider finds no groups, so the user gets no rights, or too few.
    Fix: At Entra ID, limit the groups claim to the groups assigned to the application, filter
    them, or send application roles instead.
    """
    for attribute in assertion.attributes():
        if (attribute.name or "").endswith("/claims/groups.link"):
            yield hit(
                attribute,
                "The user is in too many groups: a link was sent instead of them",
                attribute="Name",
                expected="the groups of the user",
                actual=attribute.name,
            )


_TOKEN: Final = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*")
_SECRET_NAMES: Final = ("password", "passwd", "secret", "privatekey", "private_key", "apikey")
_PERSONAL_NAMES: Final = (
    "ssn",
    "socialsecuritynumber",
    "fiscalnumber",
    "nationalid",
    "personnummer",
)


def _sensitive(attribute: Attribute) -> str | None:
    """Say what an attribute seems to hold that does not belong into an assertion."""
    from samlcheck.rules.metadata.attribute_registry import SENSITIVE

    name = attribute.name or ""
    last = re.split(r"[/:]", name.lower())[-1]
    if name in SENSITIVE or last in _PERSONAL_NAMES:
        return "a number or date by which the state knows a person"
    if last in _SECRET_NAMES:
        return "a secret"
    for value in attribute.values:
        if "-----BEGIN" in value.text and "PRIVATE KEY" in value.text:
            return "a private key"
        if value.text.startswith("eyJ") and _TOKEN.match(value.text):
            return "a token (JWT)"
    return None


@rule(
    "attr-sensitive",
    on=Assertion,
    severity=INFO,
    cites=[core("6.1")],
    owner=IDP,
    bad=[
        example("response", _another("password", "x"), also=_SURPLUS),
        example("response", _another("urn:oid:1.3.6.1.4.1.2428.90.1.5", "1"), also=_SURPLUS),
    ],
    good=_GOOD,
)
def sensitive(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """An attribute seems to hold a secret or a national identification number.

    Its name, or the shape of its value, is that of a password, a key, a token, a national number or
    a date of birth.

    Why: assertions pass through browsers and end in logs and captures such as this one.
    Fix: Do not release it unless the service provider must have it, and then encrypt the
    assertion. Treat this capture as confidential.
    """
    for attribute in assertion.attributes():
        words = _sensitive(attribute)
        if words is not None:
            yield hit(attribute, f"The attribute {attribute.name!r} seems to hold {words}")


@rule(
    "claims-size",
    on=Assertion,
    severity=INFO,
    cites=[core("2.7.3")],
    owner=IDP,
    bad=[example("response", (">Maria<", f">{'M' * 30_000}<"))],
    good=_GOOD,
)
def too_large(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """The attributes are very large.

    Their values have more than 30,000 characters together.

    Why: many service providers keep attributes in a cookie or a header, which overflows: the user
    sees an error 400 or 431, or is signed out at once.
    Fix: Release fewer attributes or groups to this service provider. The largest one is named.
    """
    sizes = [(sum(len(v.text) for v in item.values), item) for item in assertion.attributes()]
    total = sum(size for size, _ in sizes)
    if total <= _LARGE:
        return
    size, largest = max(sizes, key=lambda pair: pair[0])
    yield hit(
        largest,
        f"The attribute values have {total:,} characters; {largest.name!r} has {size:,} of them, "
        f"in {len(largest.values)} values",
        expected=f"at most {_LARGE:,} characters",
        actual=f"{total:,} characters",
    )


RULES = (
    value_type,
    value_complex,
    joined_values,
    group_overage,
    sensitive,
    too_large,
)
