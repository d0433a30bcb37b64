"""Rules on attributes that occur more than once."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import Assertion, Attribute
from samlcheck.rules.case import Case
from samlcheck.rules.citations import core
from samlcheck.rules.message.claims import (
    claims_example,
    filled,
)
from samlcheck.rules.rule import (
    ERROR,
    IDP,
    WARNING,
    Edit,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    personal,
    rule,
)

_END = "</saml:AttributeStatement>"


def _another(name: str, value: str) -> Edit:
    """Return an edit that adds an attribute at the end."""
    text = f"<saml:AttributeValue>{value}</saml:AttributeValue>"
    return _END, f'<saml:Attribute Name="{name}">{text}</saml:Attribute>{_END}'


def _repeated(assertion: Assertion) -> Iterator[list[Attribute]]:
    """Yield the attributes of each Name and NameFormat that occurs more than once."""
    groups: dict[tuple[str, str | None], list[Attribute]] = {}
    for attribute in assertion.attributes():
        if attribute.name:
            groups.setdefault((attribute.name, attribute.name_format), []).append(attribute)
    yield from (group for group in groups.values() if len(group) > 1)


def _conflicting(group: list[Attribute], case: Case) -> bool:
    """Tell whether attributes of one name leave open which value a claim has."""
    name = group[0].name
    single = any(
        claim.single and (claim.name == name or name in claim.also_accepted)
        for claim in case.profile.claims
    )
    values = {tuple(value.text for value in filled(attribute)) for attribute in group}
    return single and len(values) > 1


@rule(
    "attr-duplicate-conflicting",
    on=Assertion,
    severity=ERROR,
    cites=[core("2.7.3")],
    owner=IDP,
    needs=["profile"],
    bad=[claims_example(_another("uid", "other.user@example.org"))],
    good=[example("response"), claims_example()],
)
def duplicate_conflicting(assertion: Assertion, case: Case) -> Iterator[Hit | Unknown]:
    """A claim was sent twice with different values.

    Two attributes have the name of a claim that the profile wants once, and they differ.

    Why: one receiver takes the first and another the last, so it is left to chance as whom the
    user is logged in.
    Fix: Remove one of the two at the identity provider; often one comes from a default set of
    claims and the other from a rule added later.
    """
    for group in _repeated(assertion):
        if not _conflicting(group, case):
            continue
        values = [value for attribute in group for value in filled(attribute)]
        yield hit(
            group[1],
            f"The claim {group[0].name!r} was sent {len(group)} times with different values",
            attribute="Name",
            expected="one attribute",
            actual=" and ".join(personal(value.text) for value in values),
            related=[Place(group[0], "Name", "the first one")],
        )
        yield Unknown(
            f"which of the values of the claim {group[0].name!r} the service provider takes",
            leaves_open=True,
        )


@rule(
    "attr-duplicate-name",
    on=Assertion,
    severity=WARNING,
    cites=[core("2.7.3.1")],
    owner=IDP,
    bad=[
        example(
            "response",
            _another("urn:oid:2.5.4.4", "Lind"),
            _another("urn:oid:2.5.4.4", "L"),
            also=["attr-nameformat-mismatch"],
        )
    ],
    good=[
        example("response"),
        example(
            "response",
            (">Lind</saml:AttributeValue>", ">Lind</saml:AttributeValue><saml:AttributeValue/>"),
        ),
    ],
)
def duplicate_name(assertion: Assertion, case: Case) -> Iterator[Hit]:
    """An attribute was sent as several elements with one name.

    Several values of an attribute belong into one Attribute element, as several AttributeValue
    elements.

    Why: some receivers refuse the assertion, some take only the first or the last of them.
    Fix: Make the identity provider send the values in one attribute, or remove the one that is
    too much.
    """
    for group in _repeated(assertion):
        if _conflicting(group, case):
            continue  # attr-duplicate-conflicting tells of it
        yield hit(
            group[1],
            f"The attribute {group[0].name!r} was sent {len(group)} times",
            attribute="Name",
            expected="one attribute with several values",
            related=[Place(group[0], "Name", "the first one")],
        )


RULES = (
    duplicate_conflicting,
    duplicate_name,
)
