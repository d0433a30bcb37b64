"""Rules on lists of requested attributes: which are there, and whether they fit the categories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    AttributeConsumingService,
    EntityDescriptor,
    SPSSODescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata
from samlcheck.rules.metadata.category_registry import (
    BUNDLES,
    CATEGORY,
    SUBJECT_ID_REQ,
    values_of,
)
from samlcheck.rules.rule import ERROR, OFF, WARNING, Hit, Place, example, hit, rule

_GOOD: Final = (example("sp"),)


def _line(friendly: str, oid: str, required: str) -> str:
    return (
        f'      <md:RequestedAttribute FriendlyName="{friendly}" Name="urn:oid:{oid}" '
        f'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri" isRequired="{required}"/>\n'
    )


_MAIL: Final = _line("mail", "0.9.2342.19200300.100.1.3", "true")
_LIST: Final = (
    _MAIL
    + _line("givenName", "2.5.4.42", "false")
    + _line("sn", "2.5.4.4", "false")
    + _line("eduPersonPrincipalName", "1.3.6.1.4.1.5923.1.1.1.6", "true")
)
_TEXT: Final = "Loans, reservations and electronic journals."
_SERVICE: Final = f"""    <md:AttributeConsumingService index="0" isDefault="true">
      <md:ServiceName xml:lang="en">Example Library</md:ServiceName>
      <md:ServiceDescription xml:lang="en">{_TEXT}</md:ServiceDescription>
{_LIST}    </md:AttributeConsumingService>
"""
_SECOND: Final = f"""    </md:AttributeConsumingService>
    <md:AttributeConsumingService index="{{}}"{{}}>
      <md:ServiceName xml:lang="en">Reading Room</md:ServiceName>
{_MAIL}    </md:AttributeConsumingService>
  </md:SPSSODescriptor>"""
_END: Final = "    </md:AttributeConsumingService>\n  </md:SPSSODescriptor>"


@rule(
    "acs-attr-missing",
    on=EntityDescriptor,
    severity=OFF,
    cites=[metadata("2.4.4.1")],
    bad=[
        example(
            "sp",
            (_SERVICE, ""),
            profile="refeds",
            also=["ea-sirtfi-absent", "ea-subjectid-req-missing"],
        )
    ],
    good=_GOOD,
)
def service_missing(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The service provider does not say which attributes it needs.

    There is no md:AttributeConsumingService, no category that stands for a set of attributes, and
    no requirement of a subject identifier.

    Why: identity providers that decide by what is requested send nothing.
    Fix: List the attributes in an md:AttributeConsumingService, or assert the category that fits.
    """
    asserted = values_of(entity, CATEGORY)
    said = any(role.attribute_consuming_services for role in entity.sp_roles)
    bundle = any(category in asserted for category in BUNDLES)
    if entity.sp_roles and not (said or bundle or values_of(entity, SUBJECT_ID_REQ)):
        yield hit(
            entity.sp_roles[0],
            "The service provider does not say which attributes it needs",
            expected="an md:AttributeConsumingService or an entity category",
        )


@rule(
    "acs-attr-no-requested",
    on=AttributeConsumingService,
    severity=ERROR,
    cites=[metadata("2.4.4.1")],
    bad=[example("sp", (_LIST, ""))],
    good=_GOOD,
)
def nothing_requested(service: AttributeConsumingService, case: Case) -> Iterator[Hit]:
    """A list of requested attributes is empty.

    md:AttributeConsumingService has no md:RequestedAttribute.

    Why: the schema requires one, so receivers that check it refuse the metadata.
    Fix: Add the attributes that the service needs, or remove the empty element.
    """
    if not service.requested_attributes:
        yield hit(
            service,
            "The AttributeConsumingService requests no attribute",
            expected="an md:RequestedAttribute",
        )


@rule(
    "acs-attr-index",
    on=SPSSODescriptor,
    severity=ERROR,
    cites=[metadata("2.4.4.1")],
    bad=[example("sp", (_END, _SECOND.format("0", "")))],
    good=[*_GOOD, example("sp", (_END, _SECOND.format("1", "")))],
)
def index_repeated(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """Two lists of requested attributes have the same index.

    The index of an md:AttributeConsumingService is unique in its role.

    Why: a request that names the index means one of the two, and the identity provider may take
    the other, with other attributes.
    Fix: Give each md:AttributeConsumingService an index of its own.
    """
    first: dict[int, AttributeConsumingService] = {}
    for service in role.attribute_consuming_services:
        value = None if service.index is None else service.index.value
        before = service if value is None else first.setdefault(value, service)
        if before is not service:
            yield hit(
                service,
                f"The AttributeConsumingService has the index {value} of another",
                attribute="index",
                expected="an index that no other has",
                actual=str(value),
                related=[Place(before, "index", "the first with this index")],
            )


@rule(
    "acs-attr-multiple-default",
    on=SPSSODescriptor,
    severity=WARNING,
    cites=[metadata("2.4.4.1")],
    bad=[example("sp", (_END, _SECOND.format("1", ' isDefault="true"')))],
    good=_GOOD,
)
def several_defaults(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """Two lists of requested attributes are the default.

    More than one md:AttributeConsumingService has isDefault="true".

    Why: identity providers differ in which of them they take.
    Fix: Leave isDefault="true" on the one that is meant.
    """
    marked = [
        service
        for service in role.attribute_consuming_services
        if service.is_default is not None and service.is_default.value is True
    ]
    for surplus in marked[1:]:
        yield hit(
            surplus,
            f"{len(marked)} AttributeConsumingServices are the default",
            attribute="isDefault",
            expected='isDefault="true" once',
            related=[Place(marked[0], "isDefault", "the first default")],
        )


RULES = (
    service_missing,
    nothing_requested,
    index_repeated,
    several_defaults,
)
