"""The roles of a SAML 2.0 entity, with their keys and endpoints, as typed objects.

Source: SAML Metadata 2.0 (saml-metadata-2.0-os with errata 05), sections 2.2 and 2.4.
"""

from __future__ import annotations

from typing import ClassVar

from samlcheck.model.attributes import Attribute, RequestedAttribute
from samlcheck.model.extensions import Extensions
from samlcheck.model.lazy import (
    Lazy,
    attribute,
    child,
    children,
    local,
    localized,
    texts,
    typed,
)
from samlcheck.model.node import Lean, Text
from samlcheck.model.signature import SIGNATURE, Algorithm, KeyInfo, Signature
from samlcheck.xml import parse_boolean, parse_datetime, parse_duration, parse_unsigned_short
from samlcheck.xml.names import DS, MD, PROTOCOL_SAML2, SAML, XSI, clark


def md(name: str) -> str:
    """Return the Clark name of an element of the metadata namespace."""
    return clark(MD, name)


class Endpoint(Lean):
    """An element of EndpointType (2.2.2); absent attributes are None."""

    #: The element's local name, such as SingleSignOnService.
    service = local()
    binding = attribute("Binding")
    location = attribute("Location")
    response_location = attribute("ResponseLocation")


class IndexedEndpoint(Endpoint):
    """An element of IndexedEndpointType (2.2.3)."""

    index = typed("index", parse_unsigned_short)
    is_default = typed("isDefault", parse_boolean)


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


class KeyDescriptor(Lean):
    """md:KeyDescriptor (2.4.1.1): a key of a role and what it is for."""

    part_names: ClassVar[tuple[str, ...]] = ("key_info", "encryption_methods")

    use = attribute("use")
    key_info = child(clark(DS, "KeyInfo"), KeyInfo)
    encryption_methods = children(md("EncryptionMethod"), Algorithm)

    @property
    def signs(self) -> bool:
        """Tell whether the key may verify signatures (use absent means both uses)."""
        return self.use in (None, "signing")

    @property
    def encrypts(self) -> bool:
        """Tell whether the key may be encrypted to (use absent means both uses)."""
        return self.use in (None, "encryption")


class Organization(Lean):
    """md:Organization (2.3.2.1)."""

    names = localized(md("OrganizationName"))
    display_names = localized(md("OrganizationDisplayName"))
    urls = localized(md("OrganizationURL"))


class ContactPerson(Lean):
    """md:ContactPerson (2.3.2.2)."""

    contact_type = attribute("contactType")
    company = child(md("Company"), Text)
    given_name = child(md("GivenName"), Text)
    surname = child(md("SurName"), Text)
    email_addresses = texts(md("EmailAddress"))
    telephone_numbers = texts(md("TelephoneNumber"))


class AttributeConsumingService(Lean):
    """md:AttributeConsumingService (2.4.4.1)."""

    part_names: ClassVar[tuple[str, ...]] = ("service_names", "requested_attributes")

    index = typed("index", parse_unsigned_short)
    is_default = typed("isDefault", parse_boolean)
    service_names = localized(md("ServiceName"))
    service_descriptions = localized(md("ServiceDescription"))
    requested_attributes = children(md("RequestedAttribute"), RequestedAttribute)


def _protocols(role: RoleDescriptor) -> tuple[str, ...] | None:
    text = role.protocols_text
    return None if text is None else tuple(text.split())


def _all_endpoints(role: RoleDescriptor) -> tuple[Endpoint, ...]:
    found: list[Endpoint] = []
    for name in role.part_names:
        value = getattr(role, name)
        if isinstance(value, tuple) and value and isinstance(value[0], Endpoint):
            found.extend(value)
    return tuple(found)


class RoleDescriptor(Lean):
    """What all roles share (2.4.1); also the class of roles with an unknown xsi:type."""

    part_names: ClassVar[tuple[str, ...]] = (
        "signatures",
        "extensions",
        "keys",
        "organization",
        "contacts",
    )

    protocols_text = attribute("protocolSupportEnumeration")
    protocols = Lazy(_protocols)
    valid_until = typed("validUntil", parse_datetime)
    cache_duration = typed("cacheDuration", parse_duration)
    error_url = attribute("errorURL")
    signatures = children(SIGNATURE, Signature)
    extensions = child(md("Extensions"), Extensions)
    keys = children(md("KeyDescriptor"), KeyDescriptor)
    organization = child(md("Organization"), Organization)
    contacts = children(md("ContactPerson"), ContactPerson)

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

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return all endpoints of the role, list by list."""
        return self._endpoints

    _endpoints = Lazy(_all_endpoints)


class UnknownRoleDescriptor(RoleDescriptor):
    """md:RoleDescriptor of an extension type, such as WS-Federation's (2.4.1)."""

    xsi_type = attribute(clark(XSI, "type"))


class SSODescriptor(RoleDescriptor):
    """What the two single sign-on roles share (2.4.2)."""

    part_names: ClassVar[tuple[str, ...]] = (
        *RoleDescriptor.part_names,
        "artifact_resolution_services",
        "single_logout_services",
        "manage_name_id_services",
        "name_id_formats",
    )

    artifact_resolution_services = children(md("ArtifactResolutionService"), IndexedEndpoint)
    single_logout_services = children(md("SingleLogoutService"), Endpoint)
    manage_name_id_services = children(md("ManageNameIDService"), Endpoint)
    name_id_formats = texts(md("NameIDFormat"))


class IDPSSODescriptor(SSODescriptor):
    """md:IDPSSODescriptor (2.4.3)."""

    part_names: ClassVar[tuple[str, ...]] = (
        *SSODescriptor.part_names,
        "single_sign_on_services",
        "name_id_mapping_services",
        "assertion_id_request_services",
        "attributes",
    )

    want_authn_requests_signed = typed("WantAuthnRequestsSigned", parse_boolean)
    single_sign_on_services = children(md("SingleSignOnService"), Endpoint)
    name_id_mapping_services = children(md("NameIDMappingService"), Endpoint)
    assertion_id_request_services = children(md("AssertionIDRequestService"), Endpoint)
    attribute_profiles = texts(md("AttributeProfile"))
    attributes = children(clark(SAML, "Attribute"), Attribute)

    @property
    def wants_signed_requests(self) -> bool:
        """Tell whether WantAuthnRequestsSigned is true; absent means false."""
        flag = self.want_authn_requests_signed
        return flag is not None and flag.value is True


class SPSSODescriptor(SSODescriptor):
    """md:SPSSODescriptor (2.4.4)."""

    part_names: ClassVar[tuple[str, ...]] = (
        *SSODescriptor.part_names,
        "assertion_consumer_services",
        "attribute_consuming_services",
    )

    authn_requests_signed = typed("AuthnRequestsSigned", parse_boolean)
    want_assertions_signed = typed("WantAssertionsSigned", parse_boolean)
    assertion_consumer_services = children(md("AssertionConsumerService"), IndexedEndpoint)
    attribute_consuming_services = children(
        md("AttributeConsumingService"), AttributeConsumingService
    )

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


_QUERY_SERVICES = {
    "AttributeAuthorityDescriptor": md("AttributeService"),
    "AuthnAuthorityDescriptor": md("AuthnQueryService"),
    "PDPDescriptor": md("AuthzService"),
}


def _query_services(role: QueryDescriptor) -> tuple[Endpoint, ...]:
    found = role.children_by_name.all(_QUERY_SERVICES[role.kind])
    return tuple([Endpoint(element=item) for item in found])


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

    kind = local()
    services = Lazy(_query_services)
    assertion_id_request_services = children(md("AssertionIDRequestService"), Endpoint)
    name_id_formats = texts(md("NameIDFormat"))
    attributes = children(clark(SAML, "Attribute"), Attribute)


#: The class of each role element by its Clark name.
ROLES: dict[str, type[RoleDescriptor]] = {
    md("IDPSSODescriptor"): IDPSSODescriptor,
    md("SPSSODescriptor"): SPSSODescriptor,
    md("AttributeAuthorityDescriptor"): QueryDescriptor,
    md("AuthnAuthorityDescriptor"): QueryDescriptor,
    md("PDPDescriptor"): QueryDescriptor,
    md("RoleDescriptor"): UnknownRoleDescriptor,
}
