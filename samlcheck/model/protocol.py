"""Requests and the responses beside that of a login, and the envelopes that messages travel in.

Source: SAML Core 2.0 (saml-core-2.0-os with errata 05), sections 3.3 to 3.7; SOAP 1.1.
"""

from __future__ import annotations

from typing import ClassVar

from lxml.etree import _Element as Element

from samlcheck.model.attributes import Attribute
from samlcheck.model.lazy import Lazy, attribute, child, child_element, children, texts, typed
from samlcheck.model.message import (
    Assertion,
    EncryptedElement,
    NameID,
    ProtocolMessage,
    Response,
    StatusResponse,
    Subject,
    revealed,
    saml,
    samlp,
)
from samlcheck.model.node import Lean, Node
from samlcheck.model.signature import SIGNATURE
from samlcheck.records import frozen
from samlcheck.xml import parse_boolean, parse_datetime, parse_unsigned_short, text_of
from samlcheck.xml.names import clark, split_clark


class NameIDPolicy(Lean):
    """samlp:NameIDPolicy (3.4.1.1)."""

    format = attribute("Format")
    sp_name_qualifier = attribute("SPNameQualifier")
    allow_create = typed("AllowCreate", parse_boolean)


class RequestedAuthnContext(Lean):
    """samlp:RequestedAuthnContext (3.3.2.2.1); Comparison absent means exact."""

    comparison = attribute("Comparison")
    class_refs = texts(saml("AuthnContextClassRef"))
    decl_refs = texts(saml("AuthnContextDeclRef"))


class AuthnRequest(ProtocolMessage):
    """samlp:AuthnRequest (3.4.1)."""

    part_names: ClassVar[tuple[str, ...]] = (
        *ProtocolMessage.part_names,
        "name_id_policy",
        "requested_authn_context",
    )

    assertion_consumer_service_url = attribute("AssertionConsumerServiceURL")
    assertion_consumer_service_index = typed("AssertionConsumerServiceIndex", parse_unsigned_short)
    protocol_binding = attribute("ProtocolBinding")
    attribute_consuming_service_index = typed(
        "AttributeConsumingServiceIndex", parse_unsigned_short
    )
    provider_name = attribute("ProviderName")
    force_authn = typed("ForceAuthn", parse_boolean)
    is_passive = typed("IsPassive", parse_boolean)
    name_id_policy = child(samlp("NameIDPolicy"), NameIDPolicy)
    requested_authn_context = child(samlp("RequestedAuthnContext"), RequestedAuthnContext)
    subject = child_element(saml("Subject"))
    conditions = child_element(saml("Conditions"))
    scoping = child_element(samlp("Scoping"))


class LogoutRequest(ProtocolMessage):
    """samlp:LogoutRequest (3.7.1)."""

    part_names: ClassVar[tuple[str, ...]] = (
        *ProtocolMessage.part_names,
        "name_ids",
        "encrypted_ids",
        "session_indexes",
    )

    not_on_or_after = typed("NotOnOrAfter", parse_datetime)
    reason = attribute("Reason")
    encrypted_ids = children(saml("EncryptedID"), EncryptedElement)
    name_ids = revealed(saml("NameID"), NameID, "encrypted_ids")
    session_indexes = texts(samlp("SessionIndex"))

    @property
    def has_base_id(self) -> bool:
        """Tell whether the principal is named by a BaseID."""
        return self.children_by_name.first(saml("BaseID")) is not None

    @property
    def name_id(self) -> NameID | None:
        """The first NameID, or None."""
        return self.name_ids[0] if self.name_ids else None


class LogoutResponse(StatusResponse):
    """samlp:LogoutResponse (3.7.2)."""


class ArtifactResolve(ProtocolMessage):
    """samlp:ArtifactResolve (3.5.1)."""

    part_names: ClassVar[tuple[str, ...]] = (*ProtocolMessage.part_names, "artifacts")

    artifacts = texts(samlp("Artifact"))


#: What an ArtifactResponse holds beside the message that it brings.
_OWN_CHILDREN = frozenset((saml("Issuer"), SIGNATURE, samlp("Extensions"), samlp("Status")))


def _content(node: Node) -> Element | None:
    found = (item for item in node.element.iterchildren("*") if item.tag not in _OWN_CHILDREN)
    return next(found, None)


class ArtifactResponse(StatusResponse):
    """samlp:ArtifactResponse (3.5.2); `content` is the message that the artifact stood for."""

    content = Lazy(_content)


class AttributeQuery(ProtocolMessage):
    """samlp:AttributeQuery (3.3.2.3).

    Its subject and attributes are no parts: what has to hold of those of an assertion, does not.
    """

    subjects = children(saml("Subject"), Subject)
    attributes = children(saml("Attribute"), Attribute)


def _namespace(node: Node) -> str:
    return split_clark(str(node.element.tag))[0]


def _block(node: Node, name: str) -> tuple[Element, ...]:
    around = node.element.find(clark(_namespace(node), name))
    return () if around is None else tuple(around.iterchildren("*"))


class Envelope(Lean):
    """soap:Envelope of SOAP 1.1 or 1.2: the blocks of its header and the content of its body."""

    headers = Lazy[tuple[Element, ...]](lambda node: _block(node, "Header"))
    body = Lazy[tuple[Element, ...]](lambda node: _block(node, "Body"))

    @property
    def fault(self) -> Element | None:
        """The soap:Fault in the body, or None."""
        tag = clark(_namespace(self), "Fault")
        return next((item for item in self.body if item.tag == tag), None)

    @property
    def fault_words(self) -> str | None:
        """The code and the text of the fault, None where there is no fault."""
        fault, namespace = self.fault, _namespace(self)
        if fault is None:
            return None
        paths = (
            ("faultcode", f"{clark(namespace, 'Code')}/{clark(namespace, 'Value')}"),
            ("faultstring", f"{clark(namespace, 'Reason')}/{clark(namespace, 'Text')}"),
        )
        words = []
        for either, other in paths:
            found = fault.find(either)
            found = fault.find(other) if found is None else found
            if found is not None:
                words.append(text_of(found).strip())
        return ": ".join(words)


@frozen(kw_only=True, eq=False, repr=False)
class OtherMessage(Node):
    """A document whose kind is known and not judged; `kind` names it."""

    kind: str


Message = (
    Response
    | Assertion
    | AuthnRequest
    | LogoutRequest
    | LogoutResponse
    | ArtifactResolve
    | ArtifactResponse
    | AttributeQuery
    | OtherMessage
)
#: What a message may travel in, inside its document.
Carrier = Envelope | ArtifactResponse


@frozen(kw_only=True, eq=False)
class Carried:
    """The message of a document, and what stands around it there, outermost first."""

    message: Message | None
    carriers: tuple[Carrier, ...]
