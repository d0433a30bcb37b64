"""SAML 2.0 metadata as frozen, typed objects.

Source: SAML Metadata 2.0 (saml-metadata-2.0-os with errata 05), section 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, TypeVar

import attrs

from samlcheck.model.attributes import Attribute, RequestedAttribute
from samlcheck.model.extensions import Extensions
from samlcheck.model.node import LocalizedText, Node, Text
from samlcheck.model.signature import Algorithm, KeyInfo, Signature
from samlcheck.xml import Lexical
from samlcheck.xml.lexical import Duration
from samlcheck.xml.names import PROTOCOL_SAML2


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Endpoint(Node):
    """An element of EndpointType (2.2.2); absent attributes are None."""

    service: str
    binding: str | None
    location: str | None
    response_location: str | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class IndexedEndpoint(Endpoint):
    """An element of IndexedEndpointType (2.2.3)."""

    index: Lexical[int] | None
    is_default: Lexical[bool] | None


def effective_default(endpoints: tuple[IndexedEndpoint, ...]) -> IndexedEndpoint | None:
    """Return the default of an indexed list by the three steps of SAML Metadata 2.2.3.

    The first with isDefault true, else the first without isDefault, else the first.
    """
    for endpoint in endpoints:
        if endpoint.is_default is not None and endpoint.is_default.value is True:
            return endpoint
    for endpoint in endpoints:
        if endpoint.is_default is None:
            return endpoint
    return endpoints[0] if endpoints else None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class KeyDescriptor(Node):
    """md:KeyDescriptor (2.4.1.1): a key of a role and what it is for."""

    part_names: ClassVar[tuple[str, ...]] = ("key_info", "encryption_methods")

    use: str | None
    key_info: KeyInfo | None
    encryption_methods: tuple[Algorithm, ...]

    @property
    def signs(self) -> bool:
        """Tell whether the key may verify signatures (use absent means both uses)."""
        return self.use in (None, "signing")

    @property
    def encrypts(self) -> bool:
        """Tell whether the key may be encrypted to (use absent means both uses)."""
        return self.use in (None, "encryption")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Organization(Node):
    """md:Organization (2.3.2.1)."""

    names: tuple[LocalizedText, ...]
    display_names: tuple[LocalizedText, ...]
    urls: tuple[LocalizedText, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ContactPerson(Node):
    """md:ContactPerson (2.3.2.2)."""

    contact_type: str | None
    company: Text | None
    given_name: Text | None
    surname: Text | None
    email_addresses: tuple[Text, ...]
    telephone_numbers: tuple[Text, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AttributeConsumingService(Node):
    """md:AttributeConsumingService (2.4.4.1)."""

    part_names: ClassVar[tuple[str, ...]] = ("service_names", "requested_attributes")

    index: Lexical[int] | None
    is_default: Lexical[bool] | None
    service_names: tuple[LocalizedText, ...]
    service_descriptions: tuple[LocalizedText, ...]
    requested_attributes: tuple[RequestedAttribute, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RoleDescriptor(Node):
    """What all roles share (2.4.1); also the class of roles with an unknown xsi:type."""

    part_names: ClassVar[tuple[str, ...]] = (
        "signatures",
        "extensions",
        "keys",
        "organization",
        "contacts",
    )

    protocols: tuple[str, ...] | None
    protocols_text: str | None
    valid_until: Lexical[datetime] | None
    cache_duration: Lexical[Duration] | None
    error_url: str | None
    signatures: tuple[Signature, ...]
    extensions: Extensions | None
    keys: tuple[KeyDescriptor, ...]
    organization: Organization | None
    contacts: tuple[ContactPerson, ...]

    @property
    def is_saml2(self) -> bool:
        """Tell whether protocolSupportEnumeration lists SAML 2.0 as a whole token."""
        return self.protocols is not None and PROTOCOL_SAML2 in self.protocols

    @property
    def signing_keys(self) -> tuple[KeyDescriptor, ...]:
        """The key descriptors that may verify this role's signatures."""
        return tuple(key for key in self.keys if key.signs)

    @property
    def encryption_keys(self) -> tuple[KeyDescriptor, ...]:
        """The key descriptors that may be encrypted to."""
        return tuple(key for key in self.keys if key.encrypts)

    def endpoints(self) -> Iterator[Endpoint]:
        """Yield all endpoints of the role, list by list."""
        for name in self.part_names:
            value = getattr(self, name)
            if isinstance(value, tuple):
                for item in value:
                    if isinstance(item, Endpoint):
                        yield item


@attrs.frozen(kw_only=True, eq=False, repr=False)
class UnknownRoleDescriptor(RoleDescriptor):
    """md:RoleDescriptor of an extension type, such as WS-Federation's (2.4.1)."""

    xsi_type: str | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SSODescriptor(RoleDescriptor):
    """What the two single sign-on roles share (2.4.2)."""

    part_names: ClassVar[tuple[str, ...]] = (
        *RoleDescriptor.part_names,
        "artifact_resolution_services",
        "single_logout_services",
        "manage_name_id_services",
        "name_id_formats",
    )

    artifact_resolution_services: tuple[IndexedEndpoint, ...]
    single_logout_services: tuple[Endpoint, ...]
    manage_name_id_services: tuple[Endpoint, ...]
    name_id_formats: tuple[Text, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class IDPSSODescriptor(SSODescriptor):
    """md:IDPSSODescriptor (2.4.3)."""

    part_names: ClassVar[tuple[str, ...]] = (
        *SSODescriptor.part_names,
        "single_sign_on_services",
        "name_id_mapping_services",
        "assertion_id_request_services",
        "attributes",
    )

    want_authn_requests_signed: Lexical[bool] | None
    single_sign_on_services: tuple[Endpoint, ...]
    name_id_mapping_services: tuple[Endpoint, ...]
    assertion_id_request_services: tuple[Endpoint, ...]
    attribute_profiles: tuple[Text, ...]
    attributes: tuple[Attribute, ...]

    @property
    def wants_signed_requests(self) -> bool:
        """Tell whether WantAuthnRequestsSigned is true; absent means false."""
        flag = self.want_authn_requests_signed
        return flag is not None and flag.value is True


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SPSSODescriptor(SSODescriptor):
    """md:SPSSODescriptor (2.4.4)."""

    part_names: ClassVar[tuple[str, ...]] = (
        *SSODescriptor.part_names,
        "assertion_consumer_services",
        "attribute_consuming_services",
    )

    authn_requests_signed: Lexical[bool] | None
    want_assertions_signed: Lexical[bool] | None
    assertion_consumer_services: tuple[IndexedEndpoint, ...]
    attribute_consuming_services: tuple[AttributeConsumingService, ...]

    @property
    def signs_requests(self) -> bool:
        """Tell whether AuthnRequestsSigned is true; absent means false."""
        flag = self.authn_requests_signed
        return flag is not None and flag.value is True

    @property
    def wants_signed_assertions(self) -> bool:
        """Tell whether WantAssertionsSigned is true; absent means false."""
        flag = self.want_assertions_signed
        return flag is not None and flag.value is True


@attrs.frozen(kw_only=True, eq=False, repr=False)
class QueryDescriptor(RoleDescriptor):
    """The roles that answer queries: attribute authority, authentication authority, PDP.

    Source: 2.4.5 to 2.4.7. `kind` is the element's local name.
    """

    part_names: ClassVar[tuple[str, ...]] = (
        *RoleDescriptor.part_names,
        "services",
        "assertion_id_request_services",
        "name_id_formats",
        "attributes",
    )

    kind: str
    services: tuple[Endpoint, ...]
    assertion_id_request_services: tuple[Endpoint, ...]
    name_id_formats: tuple[Text, ...]
    attributes: tuple[Attribute, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AffiliationDescriptor(Node):
    """md:AffiliationDescriptor (2.5)."""

    part_names: ClassVar[tuple[str, ...]] = ("signatures", "extensions")

    owner_id: str | None
    members: tuple[Text, ...]
    signatures: tuple[Signature, ...]
    extensions: Extensions | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class EntityDescriptor(Node):
    """md:EntityDescriptor (2.3.2)."""

    part_names: ClassVar[tuple[str, ...]] = (
        "signatures",
        "extensions",
        "roles",
        "affiliation",
        "organization",
        "contacts",
    )

    entity_id: str | None
    id: str | None
    valid_until: Lexical[datetime] | None
    cache_duration: Lexical[Duration] | None
    signatures: tuple[Signature, ...]
    extensions: Extensions | None
    roles: tuple[RoleDescriptor, ...]
    affiliation: AffiliationDescriptor | None
    organization: Organization | None
    contacts: tuple[ContactPerson, ...]

    @property
    def idp_roles(self) -> tuple[IDPSSODescriptor, ...]:
        """The identity provider roles, in document order."""
        return tuple(role for role in self.roles if isinstance(role, IDPSSODescriptor))

    @property
    def sp_roles(self) -> tuple[SPSSODescriptor, ...]:
        """The service provider roles, in document order."""
        return tuple(role for role in self.roles if isinstance(role, SPSSODescriptor))

    @property
    def idp(self) -> IDPSSODescriptor | None:
        """The identity provider role for SAML 2.0, or the first one there is."""
        return _preferred(self.idp_roles)

    @property
    def sp(self) -> SPSSODescriptor | None:
        """The service provider role for SAML 2.0, or the first one there is."""
        return _preferred(self.sp_roles)


R = TypeVar("R", bound=RoleDescriptor)


def _preferred(roles: tuple[R, ...]) -> R | None:
    for role in roles:
        if role.is_saml2:
            return role
    return roles[0] if roles else None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class EntitiesDescriptor(Node):
    """md:EntitiesDescriptor (2.3.1): an aggregate, possibly nested."""

    part_names: ClassVar[tuple[str, ...]] = ("signatures", "extensions", "members")

    id: str | None
    name: str | None
    valid_until: Lexical[datetime] | None
    cache_duration: Lexical[Duration] | None
    signatures: tuple[Signature, ...]
    extensions: Extensions | None
    members: tuple[EntityDescriptor | EntitiesDescriptor, ...]


Metadata = EntityDescriptor | EntitiesDescriptor


def entities_of(metadata: Metadata) -> Iterator[EntityDescriptor]:
    """Yield every entity of a metadata document, in document order."""
    stack: list[Metadata] = [metadata]
    while stack:
        item = stack.pop()
        if isinstance(item, EntityDescriptor):
            yield item
        else:
            stack.extend(reversed(item.members))
