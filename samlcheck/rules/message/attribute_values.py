"""Rules on attribute values, and on attributes that occur more than once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from samlcheck.model import Assertion, Attribute, AttributeValue, NameID
from samlcheck.profiles.profile import Claim
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.message.claims import (
    claims_example,
    filled,
    sent,
)
from samlcheck.rules.near_miss import difference
from samlcheck.rules.rule import (
    IDP,
    WARNING,
    Hit,
    Place,
    example,
    hit,
    personal,
    rule,
)
from samlcheck.xml import parse_boolean, parse_datetime, uri_problem

if TYPE_CHECKING:
    from samlcheck.profiles.product import ValueShape

_UUID = r"(?i)\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?"
_KINDS = {
    "email": "an e-mail address such as local@domain",
    "url": "a web address",
    "uuid": "a UUID",
    "int": "a whole number",
    "bool": "true or false",
    "datetime": "an instant such as 2026-11-23T10:00:00Z",
}


_NAMES = "https://aws.amazon.com/SAML/Attributes/"
_END = "</saml:AttributeStatement>"


def _aws(name: str, value: str) -> tuple[str, str]:
    """Return an edit that adds a claim of AWS at the end."""
    return _END, (
        f'<saml:Attribute Name="{_NAMES}{name}"><saml:AttributeValue>{value}'
        f"</saml:AttributeValue></saml:Attribute>{_END}"
    )


_AWS_ROLE = _aws(
    "Role", "arn:aws:iam::123456789012:role/Reader,arn:aws:iam::123456789012:saml-provider/Example"
)
_AWS_SESSION = _aws("RoleSessionName", "maria.lind@example.org")


def is_address(text: str) -> bool:
    """Tell whether a text has the shape local@domain, with nothing around it."""
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain or "@" in domain:
        return False
    if local.startswith('"') and local.endswith('"') and len(local) > 1:
        return not set("<>\r\n") & set(text)
    return not set('<>(),:; \t\r\n"@') & set(local) and not set('<>(),; \t\r\n"') & set(domain)


def _is_of_type(text: str, kind: str) -> bool:
    if kind == "email":
        return is_address(text)
    if kind == "url":
        return uri_problem(text) is None and text.lower().startswith(("http:", "https:"))
    if kind == "uuid":
        return re.fullmatch(_UUID, text) is not None
    if kind == "int":
        return re.fullmatch(r"[+-]?[0-9]+", text) is not None
    if kind == "bool":
        return parse_boolean(text).value is not None
    return parse_datetime(text).value is not None


@rule(
    "attr-value-format",
    on=Assertion,
    severity=WARNING,
    cites=[core("2.7.3.1.1")],
    owner=IDP,
    needs=["profile"],
    bad=[
        claims_example(
            (
                "<saml:AttributeValue>maria.lind@example.org<",
                "<saml:AttributeValue>maria.lind<",
            )
        ),
        example(
            "response",
            (_AWS_ROLE[0], _AWS_ROLE[1].replace("saml-provider/Example", "")),
            _AWS_SESSION,
            profile="aws-iam",
        ),
    ],
    good=[
        example("response"),
        claims_example(),
        example("response", _AWS_ROLE, _AWS_SESSION, profile="aws-iam"),
    ],
)
def value_format(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """A claim has a value of another shape than the service provider expects.

    The profile says of some claims that they hold an e-mail address, a web address, a UUID, a
    number, a truth value or an instant, or that they have a certain form, length or set of values.

    Why: the service provider finds no account under such a value, or refuses it.
    Fix: Take the claim from an attribute of the user that holds such a value.
    """
    for claim, attribute in _claimed(assertion, case):
        kind = claim.value_type
        for value in filled(attribute) if kind in _KINDS else ():
            if kind is not None and not _is_of_type(value.value, kind):
                yield hit(
                    value,
                    f"The claim {claim.name!r} has the value {personal(value.value)}, which is "
                    f"not {_KINDS[kind]}",
                    expected=_KINDS[kind],
                    actual=personal(value.value),
                )
        for value in filled(attribute) if claim.shape is not None else ():
            problem = None if claim.shape is None else shape_problem(value.value, claim.shape)
            if problem is not None:
                yield hit(
                    value,
                    f"The claim {claim.name!r} has the value {personal(value.value)}, which "
                    f"{problem}",
                    actual=personal(value.value),
                )


def shape_problem(text: str, shape: ValueShape) -> str | None:
    """Return in words what is wrong with a value that the profile describes; None for nothing."""
    if shape.type is not None and not _is_of_type(text, shape.type):
        return f"is not {_KINDS[shape.type]}"
    return shape.problem(text)


def _claimed(assertion: Assertion, case: Case) -> Iterator[tuple[Claim, Attribute]]:
    """Yield the attributes that the profile has a claim for, with it."""
    for attribute in assertion.attributes():
        for claim in case.profile.claims:
            if claim.name == attribute.name or attribute.name in claim.also_accepted:
                yield claim, attribute


@rule(
    "attr-multivalue-unexpected",
    on=Assertion,
    severity=WARNING,
    cites=[core("2.7.3.1")],
    owner=IDP,
    needs=["profile"],
    bad=[
        claims_example(
            (
                ">Lind</saml:AttributeValue>",
                ">Lind</saml:AttributeValue><saml:AttributeValue>Berg</saml:AttributeValue>",
            )
        )
    ],
    good=[example("response"), claims_example()],
)
def several_values(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """A claim has several values where the service provider expects one.

    The profile says that the claim has one value. The attribute has more that are not empty.

    Why: which of the values counts is left to the service provider.
    Fix: Choose a source with one value for the claim, or let the identity provider send the first
    value only.
    """
    for claim, attribute in _claimed(assertion, case):
        values = filled(attribute)
        if claim.single and len(values) > 1:
            yield hit(
                values[1],
                f"The claim {claim.name!r} has {len(values)} values",
                expected="one value",
                actual=" and ".join(personal(value.value) for value in values),
            )


@rule(
    "profile-relation-broken",
    on=Assertion,
    severity=WARNING,
    cites=[core("2.7.3.1")],
    owner=IDP,
    needs=["profile"],
    unless=["attr-duplicate-conflicting"],
    bad=[
        claims_example(
            (
                'Name="uid"><saml:AttributeValue>maria.lind@example.org<',
                'Name="uid"><saml:AttributeValue>mlind@example.org<',
            )
        )
    ],
    good=[example("response"), claims_example()],
)
def relation_broken(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """Two claims that ought to be equal are not.

    The profile says which claims have the same value. Claims that are missing or empty are told
    of by other rules.

    Why: the service provider looks up or links the account by one of them and shows or updates
    the other, so the two accounts of one person drift apart.
    Fix: Take both claims from the same source at the identity provider.
    """
    if assertion is not case.assertions[0]:
        return
    for relation in case.profile.relations:
        left, right = (_values(name, case) for name in (relation.left, relation.right))
        one, other = ({value.value for value in side} for side in (left, right))
        if not one or not other or one == other or relation.severity == "off":
            continue
        near = difference(left[0].value, right[0].value)
        second = _called(relation.right)
        both = f"the claims {relation.left!r} and {relation.right!r}"
        if not relation.left or not relation.right:
            both = f"{_called(relation.left)} and {second}"
        yield hit(
            left[0],
            f"{both[:1].upper()}{both[1:]} have different values"
            + ("" if near is None else f": they differ only in {near}"),
            expected=f"the value of {second}, {personal(right[0].value)}",
            actual=personal(left[0].value),
            severity=relation.severity,
            related=[Place(right[0], None, f"the value of {second}")],
        )


def _values(name: str, case: Case) -> list[AttributeValue | NameID]:
    """Return the values of a claim that hold something; those of the NameID for the empty name."""
    if name:
        return [value for item in sent(case) if item.name == name for value in filled(item)]
    return [
        name_id
        for assertion in case.assertions
        for subject in assertion.subjects
        for name_id in subject.name_ids
        if name_id.value.strip()
    ]


def _called(name: str) -> str:
    return f"the claim {name!r}" if name else "the NameID"


RULES = (
    value_format,
    several_values,
    relation_broken,
)
