"""Which attributes the service provider wants, by the profile and by its metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from samlcheck.model import (
    Attribute,
    AttributeConsumingService,
    AttributeValue,
    Message,
    RequestedAttribute,
)
from samlcheck.profiles.profile import Claim
from samlcheck.records import frozen
from samlcheck.rules.case import Case
from samlcheck.rules.near_miss import attribute_name_difference
from samlcheck.rules.rule import WARNING, Edit, Example, Unknown, example
from samlcheck.xml.names import AUTHN_CONTEXT_PREFIX

_UID = (
    '<saml:Attribute Name="uid">'
    "<saml:AttributeValue>maria.lind@example.org</saml:AttributeValue></saml:Attribute>"
)
_URI = 'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"'
#: Edits of the base response that make it carry the claims of the profile webex-meetings.
_CLAIMS: Final = (
    (f'Name="urn:oid:0.9.2342.19200300.100.1.3" {_URI}', 'Name="email"'),
    (f'Name="urn:oid:2.5.4.42" {_URI}', 'Name="firstname"'),
    (f'Name="urn:oid:2.5.4.4" {_URI}', 'Name="lastname"'),
    ("</saml:AttributeStatement>", f"{_UID}</saml:AttributeStatement>"),
)


def claims_example(*edits: Edit, without: Iterable[str] = (), also: Iterable[str] = ()) -> Example:
    """Return an example with the profile webex-meetings, its claims sent, and then edits."""
    return example(
        "response",
        *_CLAIMS,
        *edits,
        profile="webex-meetings",
        authn_contexts=AUTHN_CONTEXT_PREFIX + "PasswordProtectedTransport",
        without=without,
        also=also,
    )


@frozen(kw_only=True, eq=False)
class Wanted:
    """An attribute that the service provider wants, under its exact Name.

    `claim` is what the profile says of it, `requested` what the SP metadata says.
    """

    name: str
    required: bool
    claim: Claim | None
    requested: RequestedAttribute | None

    @property
    def names(self) -> tuple[str, ...]:
        """The Names under which the service provider takes it, the usual one first."""
        return (self.name,) if self.claim is None else (self.name, *self.claim.also_accepted)

    @property
    def words(self) -> str:
        """What the attribute is called in a sentence."""
        if self.claim is not None:
            return f"claim {self.name!r}"
        friendly = None if self.requested is None else self.requested.friendly_name
        return f"attribute {self.name!r}" + (f" ({friendly})" if friendly else "")

    @property
    def severity(self) -> str | None:
        """The severity of its absence: the rule's own for the profile, else a warning."""
        return None if self.claim is not None else WARNING


@frozen(kw_only=True, eq=False)
class NearMiss:
    """A wanted attribute that was sent under another name, and how the two names differ."""

    wanted: Wanted
    sent: Attribute
    words: str


#: Nobody asks for as many attributes, or sends as many.
_MOST_COMPARED: Final = 200


def consuming_service(case: Case) -> AttributeConsumingService | None:
    """Return the AttributeConsumingService that counts: the one asked for, or the default.

    The default is the first with isDefault true, else the first without isDefault, else the first.
    """
    services = () if case.sp_role is None else case.sp_role.attribute_consuming_services
    asked = None if case.request is None else case.request.attribute_consuming_service_index
    if asked is not None and asked.value is not None:
        return next(
            (item for item in services if item.index and item.index.value == asked.value), None
        )
    for item in services:
        if item.is_default is not None and item.is_default.value is True:
            return item
    for item in services:
        if item.is_default is None:
            return item
    return services[0] if services else None


def wanted(case: Case) -> list[Wanted]:
    """Return the attributes that are wanted: those of the profile, then those of the metadata.

    What the metadata asks for is left out where the profile has the same under another name.
    """
    return case.once(_wanted, case.message)


def _wanted(message: Message | None, case: Case) -> list[Wanted]:
    found = {
        claim.name: Wanted(
            name=claim.name, required=claim.presence == "required", claim=claim, requested=None
        )
        for claim in case.profile.claims
        if claim.presence != "forbidden"
    }
    service = consuming_service(case)
    for item in () if service is None else service.requested_attributes:
        if item.name and item.name not in found and not _in_profile(item, case):
            found[item.name] = Wanted(
                name=item.name, required=item.required, claim=None, requested=item
            )
    return list(found.values())


def _in_profile(requested: RequestedAttribute, case: Case) -> bool:
    return any(
        requested.name in claim.also_accepted
        or attribute_name_difference(requested.name or "", claim.name, claim.aliases) is not None
        for claim in case.profile.claims
    )


def sent(case: Case) -> list[Attribute]:
    """Return the attributes of all assertions that can be read."""
    return case.once(_sent, case.message)


def _sent(message: Message | None, case: Case) -> list[Attribute]:
    return [item for assertion in case.assertions for item in assertion.attributes()]


def unreadable(case: Case) -> Iterator[Unknown]:
    """Yield what keeps the attributes from being known completely."""
    if any(item.assertion is None for item in case.decrypted):
        yield Unknown("an assertion could not be decrypted")
    if any(
        item.content is None
        for assertion in case.assertions
        for statement in assertion.attribute_statements
        for item in statement.encrypted_attributes
    ):
        yield Unknown("an attribute is encrypted by itself")
    if not case.profile.claims and case.sp is None:
        yield Unknown("neither a profile nor SP metadata says which attributes are wanted")


def near_misses(case: Case) -> list[NearMiss]:
    """Return the wanted attributes that were not sent, but under a name that resembles theirs.

    Each wanted name is compared with each that was sent, so only the first ones of either are.
    """
    return case.once(_near_misses, case.message)


def _near_misses(message: Message | None, case: Case) -> list[NearMiss]:
    attributes = [item for item in sent(case) if item.name]
    names = {item.name for item in attributes}
    every = wanted(case)
    known = {name for item in every for name in item.names}
    found = []
    for item in every[:_MOST_COMPARED]:
        if not names.isdisjoint(item.names):
            continue
        aliases = item.claim.aliases if item.claim is not None else _friendly(item.requested)
        for attribute in attributes[:_MOST_COMPARED]:
            if attribute.name is None or attribute.name in known:
                continue
            words = attribute_name_difference(
                attribute.name, item.name, aliases, attribute.friendly_name
            )
            if words is not None:
                found.append(NearMiss(wanted=item, sent=attribute, words=words))
    return found


def _friendly(requested: RequestedAttribute | None) -> tuple[str, ...]:
    return (requested.friendly_name,) if requested and requested.friendly_name else ()


def blank(value: AttributeValue) -> bool:
    """Tell whether an attribute value is nothing, white space, or nil."""
    return not value.complex and (value.nil or not value.text.strip())


def filled(attribute: Attribute) -> list[AttributeValue]:
    """Return the values of an attribute that hold something."""
    return [value for value in attribute.values if not blank(value)]
