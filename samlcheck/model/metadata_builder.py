"""Elements to metadata objects: one pass over the children of each element, nothing judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml.etree import _Element as Element

from samlcheck.model.attributes import build_attribute, build_requested_attribute
from samlcheck.model.extensions import build_extensions
from samlcheck.model.metadata import (
    AffiliationDescriptor,
    AttributeConsumingService,
    ContactPerson,
    Endpoint,
    EntitiesDescriptor,
    EntityDescriptor,
    IDPSSODescriptor,
    IndexedEndpoint,
    KeyDescriptor,
    Metadata,
    Organization,
    QueryDescriptor,
    RoleDescriptor,
    SPSSODescriptor,
    UnknownRoleDescriptor,
)
from samlcheck.model.node import Children, Text
from samlcheck.model.signature import Algorithm, build_key_info, signatures_of
from samlcheck.xml import (
    parse_boolean,
    parse_datetime,
    parse_duration,
    parse_unsigned_short,
    text_of,
)
from samlcheck.xml.lexical import Lexical
from samlcheck.xml.names import DS, MD, SAML, XSI, clark

ENTITY_DESCRIPTOR = clark(MD, "EntityDescriptor")
ENTITIES_DESCRIPTOR = clark(MD, "EntitiesDescriptor")
_KEY_INFO = clark(DS, "KeyInfo")
_ENCRYPTION_METHOD = clark(MD, "EncryptionMethod")
_XSI_TYPE = clark(XSI, "type")
_ATTRIBUTE = clark(SAML, "Attribute")


def _optional(parse: Callable[[str], Lexical[Any]], text: str | None) -> Any:
    return None if text is None else parse(text)


def _endpoints(children: Children, service: str) -> tuple[Endpoint, ...]:
    return tuple(
        Endpoint(
            element=item,
            service=service,
            binding=item.get("Binding"),
            location=item.get("Location"),
            response_location=item.get("ResponseLocation"),
        )
        for item in children.all(clark(MD, service))
    )


def _indexed(children: Children, service: str) -> tuple[IndexedEndpoint, ...]:
    return tuple(
        IndexedEndpoint(
            element=item,
            service=service,
            binding=item.get("Binding"),
            location=item.get("Location"),
            response_location=item.get("ResponseLocation"),
            index=_optional(parse_unsigned_short, item.get("index")),
            is_default=_optional(parse_boolean, item.get("isDefault")),
        )
        for item in children.all(clark(MD, service))
    )


def _key_descriptor(element: Element) -> KeyDescriptor:
    children = Children(element)
    key_info = children.first(_KEY_INFO)
    return KeyDescriptor(
        element=element,
        use=element.get("use"),
        key_info=None if key_info is None else build_key_info(key_info),
        encryption_methods=tuple(
            Algorithm(element=item, algorithm=item.get("Algorithm"))
            for item in children.all(_ENCRYPTION_METHOD)
        ),
    )


def _organization(element: Element | None) -> Organization | None:
    if element is None:
        return None
    children = Children(element)
    return Organization(
        element=element,
        names=children.localized(clark(MD, "OrganizationName")),
        display_names=children.localized(clark(MD, "OrganizationDisplayName")),
        urls=children.localized(clark(MD, "OrganizationURL")),
    )


def _first_text(children: Children, local: str) -> Text | None:
    element = children.first(clark(MD, local))
    return None if element is None else Text(element=element, text=text_of(element))


def _contact(element: Element) -> ContactPerson:
    children = Children(element)
    return ContactPerson(
        element=element,
        contact_type=element.get("contactType"),
        company=_first_text(children, "Company"),
        given_name=_first_text(children, "GivenName"),
        surname=_first_text(children, "SurName"),
        email_addresses=children.texts(clark(MD, "EmailAddress")),
        telephone_numbers=children.texts(clark(MD, "TelephoneNumber")),
    )


def _contacts(children: Children) -> tuple[ContactPerson, ...]:
    return tuple(_contact(item) for item in children.all(clark(MD, "ContactPerson")))


def _role_fields(element: Element, children: Children) -> dict[str, Any]:
    protocols = element.get("protocolSupportEnumeration")
    return {
        "element": element,
        "protocols": None if protocols is None else tuple(protocols.split()),
        "protocols_text": protocols,
        "valid_until": _optional(parse_datetime, element.get("validUntil")),
        "cache_duration": _optional(parse_duration, element.get("cacheDuration")),
        "error_url": element.get("errorURL"),
        "signatures": signatures_of(children),
        "extensions": build_extensions(children.first(clark(MD, "Extensions"))),
        "keys": tuple(_key_descriptor(item) for item in children.all(clark(MD, "KeyDescriptor"))),
        "organization": _organization(children.first(clark(MD, "Organization"))),
        "contacts": _contacts(children),
    }


def _sso_fields(element: Element, children: Children) -> dict[str, Any]:
    return {
        **_role_fields(element, children),
        "artifact_resolution_services": _indexed(children, "ArtifactResolutionService"),
        "single_logout_services": _endpoints(children, "SingleLogoutService"),
        "manage_name_id_services": _endpoints(children, "ManageNameIDService"),
        "name_id_formats": children.texts(clark(MD, "NameIDFormat")),
    }


def _idp_role(element: Element) -> IDPSSODescriptor:
    children = Children(element)
    return IDPSSODescriptor(
        **_sso_fields(element, children),
        want_authn_requests_signed=_optional(parse_boolean, element.get("WantAuthnRequestsSigned")),
        single_sign_on_services=_endpoints(children, "SingleSignOnService"),
        name_id_mapping_services=_endpoints(children, "NameIDMappingService"),
        assertion_id_request_services=_endpoints(children, "AssertionIDRequestService"),
        attribute_profiles=children.texts(clark(MD, "AttributeProfile")),
        attributes=tuple(build_attribute(item) for item in children.all(_ATTRIBUTE)),
    )


def _attribute_consuming_service(element: Element) -> AttributeConsumingService:
    children = Children(element)
    return AttributeConsumingService(
        element=element,
        index=_optional(parse_unsigned_short, element.get("index")),
        is_default=_optional(parse_boolean, element.get("isDefault")),
        service_names=children.localized(clark(MD, "ServiceName")),
        service_descriptions=children.localized(clark(MD, "ServiceDescription")),
        requested_attributes=tuple(
            build_requested_attribute(item)
            for item in children.all(clark(MD, "RequestedAttribute"))
        ),
    )


def _sp_role(element: Element) -> SPSSODescriptor:
    children = Children(element)
    return SPSSODescriptor(
        **_sso_fields(element, children),
        authn_requests_signed=_optional(parse_boolean, element.get("AuthnRequestsSigned")),
        want_assertions_signed=_optional(parse_boolean, element.get("WantAssertionsSigned")),
        assertion_consumer_services=_indexed(children, "AssertionConsumerService"),
        attribute_consuming_services=tuple(
            _attribute_consuming_service(item)
            for item in children.all(clark(MD, "AttributeConsumingService"))
        ),
    )


_QUERY_SERVICES = {
    "AttributeAuthorityDescriptor": "AttributeService",
    "AuthnAuthorityDescriptor": "AuthnQueryService",
    "PDPDescriptor": "AuthzService",
}


def _query_role(element: Element) -> QueryDescriptor:
    children = Children(element)
    kind = str(element.tag).rpartition("}")[2]
    return QueryDescriptor(
        **_role_fields(element, children),
        kind=kind,
        services=_endpoints(children, _QUERY_SERVICES[kind]),
        assertion_id_request_services=_endpoints(children, "AssertionIDRequestService"),
        name_id_formats=children.texts(clark(MD, "NameIDFormat")),
        attributes=tuple(build_attribute(item) for item in children.all(_ATTRIBUTE)),
    )


def _unknown_role(element: Element) -> UnknownRoleDescriptor:
    return UnknownRoleDescriptor(
        **_role_fields(element, Children(element)), xsi_type=element.get(_XSI_TYPE)
    )


_ROLE_BUILDERS: dict[str, Callable[[Element], RoleDescriptor]] = {
    clark(MD, "IDPSSODescriptor"): _idp_role,
    clark(MD, "SPSSODescriptor"): _sp_role,
    clark(MD, "AttributeAuthorityDescriptor"): _query_role,
    clark(MD, "AuthnAuthorityDescriptor"): _query_role,
    clark(MD, "PDPDescriptor"): _query_role,
    clark(MD, "RoleDescriptor"): _unknown_role,
}


def _affiliation(element: Element | None) -> AffiliationDescriptor | None:
    if element is None:
        return None
    children = Children(element)
    return AffiliationDescriptor(
        element=element,
        owner_id=element.get("affiliationOwnerID"),
        members=children.texts(clark(MD, "AffiliateMember")),
        signatures=signatures_of(children),
        extensions=build_extensions(children.first(clark(MD, "Extensions"))),
    )


def _shared_fields(element: Element, children: Children) -> dict[str, Any]:
    return {
        "element": element,
        "id": element.get("ID"),
        "valid_until": _optional(parse_datetime, element.get("validUntil")),
        "cache_duration": _optional(parse_duration, element.get("cacheDuration")),
        "signatures": signatures_of(children),
        "extensions": build_extensions(children.first(clark(MD, "Extensions"))),
    }


def build_entity(element: Element) -> EntityDescriptor:
    """Return the md:EntityDescriptor at an element."""
    children = Children(element)
    roles = []
    for child in element.iterchildren("*"):
        builder = _ROLE_BUILDERS.get(str(child.tag))
        if builder is not None:
            roles.append(builder(child))
    return EntityDescriptor(
        **_shared_fields(element, children),
        entity_id=element.get("entityID"),
        roles=tuple(roles),
        affiliation=_affiliation(children.first(clark(MD, "AffiliationDescriptor"))),
        organization=_organization(children.first(clark(MD, "Organization"))),
        contacts=_contacts(children),
    )


def _build_entities(element: Element) -> EntitiesDescriptor:
    members: list[EntityDescriptor | EntitiesDescriptor] = []
    for child in element.iterchildren("*"):
        if child.tag == ENTITY_DESCRIPTOR:
            members.append(build_entity(child))
        elif child.tag == ENTITIES_DESCRIPTOR:
            members.append(_build_entities(child))
    return EntitiesDescriptor(
        **_shared_fields(element, Children(element)),
        name=element.get("Name"),
        members=tuple(members),
    )


def build_metadata(root: Element) -> Metadata | None:
    """Return the metadata at a document's root element, or None when it is not metadata.

    Depth is bounded by the XML gate, so nesting is followed by recursion.
    """
    if root.tag == ENTITY_DESCRIPTOR:
        return build_entity(root)
    if root.tag == ENTITIES_DESCRIPTOR:
        return _build_entities(root)
    return None
