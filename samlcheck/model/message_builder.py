"""Elements to message objects, nothing judged and nothing raised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml.etree import _Element as Element

from samlcheck.model.attributes import Attribute
from samlcheck.model.message import (
    Assertion,
    AttributeStatement,
    AudienceRestriction,
    AuthnRequest,
    AuthnStatement,
    Conditions,
    EncryptedElement,
    Message,
    NameID,
    NameIDPolicy,
    OtherMessage,
    RequestedAuthnContext,
    Response,
    Status,
    StatusCode,
    Subject,
    SubjectConfirmation,
    SubjectConfirmationData,
)
from samlcheck.model.node import Children, Text
from samlcheck.model.signature import signatures_of
from samlcheck.xml import Lexical, parse_boolean, parse_datetime, parse_unsigned_short
from samlcheck.xml.names import (
    SAML,
    SAML11,
    SAML11P,
    SAMLP,
    SOAP11,
    WSTRUST,
    WSTRUST05,
    XENC,
    clark,
    split_clark,
)

RESPONSE = clark(SAMLP, "Response")
ASSERTION = clark(SAML, "Assertion")
AUTHN_REQUEST = clark(SAMLP, "AuthnRequest")
ENCRYPTED_ASSERTION = clark(SAML, "EncryptedAssertion")
_CONDITION_NAMES = frozenset(
    clark(SAML, local) for local in ("AudienceRestriction", "OneTimeUse", "ProxyRestriction")
)


def _optional(parse: Callable[[str], Lexical[Any]], text: str | None) -> Any:
    return None if text is None else parse(text)


def build_encrypted(element: Element) -> EncryptedElement:
    """Return the element of EncryptedElementType (2.2.4) at an element."""
    data = element.find(clark(XENC, "EncryptedData"))
    method = None if data is None else data.find(clark(XENC, "EncryptionMethod"))
    return EncryptedElement(
        element=element,
        kind=split_clark(str(element.tag))[1],
        data=data,
        block_algorithm=None if method is None else method.get("Algorithm"),
        encrypted_keys=tuple(element.iter(clark(XENC, "EncryptedKey"))),
    )


def _all_encrypted(children: Children, local: str) -> tuple[EncryptedElement, ...]:
    return tuple(build_encrypted(item) for item in children.all(clark(SAML, local)))


def _confirmation(element: Element) -> SubjectConfirmation:
    data = element.find(clark(SAML, "SubjectConfirmationData"))
    return SubjectConfirmation(
        element=element,
        method=element.get("Method"),
        data=None
        if data is None
        else SubjectConfirmationData(
            element=data,
            not_before=_optional(parse_datetime, data.get("NotBefore")),
            not_on_or_after=_optional(parse_datetime, data.get("NotOnOrAfter")),
            recipient=data.get("Recipient"),
            in_response_to=data.get("InResponseTo"),
            address=data.get("Address"),
        ),
    )


def _subject(element: Element) -> Subject:
    children = Children(element)
    return Subject(
        element=element,
        name_ids=tuple(NameID(element=item) for item in children.all(clark(SAML, "NameID"))),
        has_base_id=children.first(clark(SAML, "BaseID")) is not None,
        encrypted_ids=_all_encrypted(children, "EncryptedID"),
        confirmations=tuple(
            _confirmation(item) for item in children.all(clark(SAML, "SubjectConfirmation"))
        ),
    )


def _conditions(element: Element) -> Conditions:
    children = Children(element)
    return Conditions(
        element=element,
        not_before=_optional(parse_datetime, element.get("NotBefore")),
        not_on_or_after=_optional(parse_datetime, element.get("NotOnOrAfter")),
        audience_restrictions=tuple(
            AudienceRestriction(
                element=item, audiences=Children(item).texts(clark(SAML, "Audience"))
            )
            for item in children.all(clark(SAML, "AudienceRestriction"))
        ),
        one_time_use=tuple(children.all(clark(SAML, "OneTimeUse"))),
        proxy_restrictions=tuple(children.all(clark(SAML, "ProxyRestriction"))),
        unknown=tuple(
            child for child in element.iterchildren("*") if child.tag not in _CONDITION_NAMES
        ),
    )


def _authn_statement(element: Element) -> AuthnStatement:
    context = element.find(clark(SAML, "AuthnContext"))
    inner = None if context is None else Children(context)

    def texts(local: str) -> tuple[Text, ...]:
        return () if inner is None else inner.texts(clark(SAML, local))

    return AuthnStatement(
        element=element,
        authn_instant=_optional(parse_datetime, element.get("AuthnInstant")),
        session_index=element.get("SessionIndex"),
        session_not_on_or_after=_optional(parse_datetime, element.get("SessionNotOnOrAfter")),
        context=context,
        class_refs=texts("AuthnContextClassRef"),
        decl_refs=texts("AuthnContextDeclRef"),
        authenticating_authorities=texts("AuthenticatingAuthority"),
    )


def _attribute_statement(element: Element) -> AttributeStatement:
    children = Children(element)
    return AttributeStatement(
        element=element,
        attributes=tuple(
            Attribute(element=item) for item in children.all(clark(SAML, "Attribute"))
        ),
        encrypted_attributes=_all_encrypted(children, "EncryptedAttribute"),
    )


def build_assertion(element: Element) -> Assertion:
    """Return the saml:Assertion at an element."""
    children = Children(element)
    return Assertion(
        element=element,
        id=element.get("ID"),
        version=element.get("Version"),
        issue_instant=_optional(parse_datetime, element.get("IssueInstant")),
        issuers=tuple(NameID(element=item) for item in children.all(clark(SAML, "Issuer"))),
        signatures=signatures_of(children),
        subjects=tuple(_subject(item) for item in children.all(clark(SAML, "Subject"))),
        conditions_all=tuple(_conditions(item) for item in children.all(clark(SAML, "Conditions"))),
        authn_statements=tuple(
            _authn_statement(item) for item in children.all(clark(SAML, "AuthnStatement"))
        ),
        attribute_statements=tuple(
            _attribute_statement(item) for item in children.all(clark(SAML, "AttributeStatement"))
        ),
        advice=children.first(clark(SAML, "Advice")),
    )


def _status_code(element: Element) -> StatusCode:
    return StatusCode(
        element=element,
        value=element.get("Value"),
        nested=tuple(
            _status_code(item) for item in element.iterchildren(clark(SAMLP, "StatusCode"))
        ),
    )


def _status(element: Element) -> Status:
    children = Children(element)
    message = children.first(clark(SAMLP, "StatusMessage"))
    return Status(
        element=element,
        codes=tuple(_status_code(item) for item in children.all(clark(SAMLP, "StatusCode"))),
        message=None if message is None else Text(element=message),
        detail=children.first(clark(SAMLP, "StatusDetail")),
    )


def _message_fields(element: Element, children: Children) -> dict[str, Any]:
    return {
        "element": element,
        "id": element.get("ID"),
        "version": element.get("Version"),
        "issue_instant": _optional(parse_datetime, element.get("IssueInstant")),
        "destination": element.get("Destination"),
        "consent": element.get("Consent"),
        "issuers": tuple(NameID(element=item) for item in children.all(clark(SAML, "Issuer"))),
        "signatures": signatures_of(children),
        "extensions": children.first(clark(SAMLP, "Extensions")),
    }


def _response(element: Element) -> Response:
    children = Children(element)
    return Response(
        **_message_fields(element, children),
        in_response_to=element.get("InResponseTo"),
        statuses=tuple(_status(item) for item in children.all(clark(SAMLP, "Status"))),
        assertions=tuple(build_assertion(item) for item in children.all(ASSERTION)),
        encrypted_assertions=tuple(
            build_encrypted(item) for item in children.all(ENCRYPTED_ASSERTION)
        ),
    )


def _name_id_policy(element: Element | None) -> NameIDPolicy | None:
    if element is None:
        return None
    return NameIDPolicy(
        element=element,
        format=element.get("Format"),
        sp_name_qualifier=element.get("SPNameQualifier"),
        allow_create=_optional(parse_boolean, element.get("AllowCreate")),
    )


def _requested_authn_context(element: Element | None) -> RequestedAuthnContext | None:
    if element is None:
        return None
    children = Children(element)
    return RequestedAuthnContext(
        element=element,
        comparison=element.get("Comparison"),
        class_refs=children.texts(clark(SAML, "AuthnContextClassRef")),
        decl_refs=children.texts(clark(SAML, "AuthnContextDeclRef")),
    )


def _authn_request(element: Element) -> AuthnRequest:
    children = Children(element)
    index = element.get("AssertionConsumerServiceIndex")
    attribute_index = element.get("AttributeConsumingServiceIndex")
    return AuthnRequest(
        **_message_fields(element, children),
        assertion_consumer_service_url=element.get("AssertionConsumerServiceURL"),
        assertion_consumer_service_index=_optional(parse_unsigned_short, index),
        protocol_binding=element.get("ProtocolBinding"),
        attribute_consuming_service_index=_optional(parse_unsigned_short, attribute_index),
        force_authn=_optional(parse_boolean, element.get("ForceAuthn")),
        is_passive=_optional(parse_boolean, element.get("IsPassive")),
        name_id_policy=_name_id_policy(children.first(clark(SAMLP, "NameIDPolicy"))),
        requested_authn_context=_requested_authn_context(
            children.first(clark(SAMLP, "RequestedAuthnContext"))
        ),
        subject=children.first(clark(SAML, "Subject")),
    )


_FOREIGN = {
    SAML11P: "a SAML 1.1 protocol message",
    SAML11: "a SAML 1.1 assertion",
    SOAP11: "a SOAP envelope",
    WSTRUST: "a WS-Trust (WS-Federation) token response",
    WSTRUST05: "a WS-Trust (WS-Federation) token response",
}

_SAML_MESSAGES = frozenset(
    ("LogoutRequest", "LogoutResponse", "ArtifactResolve", "ArtifactResponse", "AttributeQuery")
)


def build_message(root: Element) -> Message | None:
    """Return the message at a document's root element, or None when it is not SAML at all."""
    tag = str(root.tag)
    if tag == RESPONSE:
        return _response(root)
    if tag == ASSERTION:
        return build_assertion(root)
    if tag == AUTHN_REQUEST:
        return _authn_request(root)
    namespace, local = split_clark(tag)
    if namespace in (SAMLP, SAML) and local in _SAML_MESSAGES:
        return OtherMessage(element=root, kind=f"a SAML 2.0 {local}")
    if namespace in (SAMLP, SAML):
        return OtherMessage(element=root, kind=f"a SAML 2.0 {local} element")
    if namespace in _FOREIGN:
        return OtherMessage(element=root, kind=_FOREIGN[namespace])
    return None
