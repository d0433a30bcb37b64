"""SAML 2.0 protocol messages and assertions as frozen, typed objects.

Source: SAML Core 2.0 (saml-core-2.0-os with errata 05), sections 2 and 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

import attrs
from lxml.etree import _Element as Element

from samlcheck.model.attributes import Attribute
from samlcheck.model.lazy import attribute
from samlcheck.model.node import Node, Text
from samlcheck.model.signature import Signature
from samlcheck.xml import Lexical


class NameID(Text):
    """saml:NameID (2.2.3), saml:Issuer (2.2.5): NameIDType with its qualifiers."""

    format = attribute("Format")
    name_qualifier = attribute("NameQualifier")
    sp_name_qualifier = attribute("SPNameQualifier")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class EncryptedElement(Node):
    """saml:EncryptedAssertion, EncryptedID or EncryptedAttribute; `kind` is the local name.

    The algorithms are the URIs that the document names, None where it names none.
    """

    kind: str
    data: Element | None
    block_algorithm: str | None
    encrypted_keys: tuple[Element, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SubjectConfirmationData(Node):
    """saml:SubjectConfirmationData (2.4.1.2)."""

    not_before: Lexical[datetime] | None
    not_on_or_after: Lexical[datetime] | None
    recipient: str | None
    in_response_to: str | None
    address: str | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SubjectConfirmation(Node):
    """saml:SubjectConfirmation (2.4.1.1)."""

    part_names: ClassVar[tuple[str, ...]] = ("data",)

    method: str | None
    data: SubjectConfirmationData | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Subject(Node):
    """saml:Subject (2.4.1)."""

    part_names: ClassVar[tuple[str, ...]] = ("name_ids", "encrypted_ids", "confirmations")

    name_ids: tuple[NameID, ...]
    has_base_id: bool
    encrypted_ids: tuple[EncryptedElement, ...]
    confirmations: tuple[SubjectConfirmation, ...]

    @property
    def name_id(self) -> NameID | None:
        """The first NameID, or None."""
        return self.name_ids[0] if self.name_ids else None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AudienceRestriction(Node):
    """saml:AudienceRestriction (2.5.1.4)."""

    part_names: ClassVar[tuple[str, ...]] = ("audiences",)

    audiences: tuple[Text, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Conditions(Node):
    """saml:Conditions (2.5.1)."""

    part_names: ClassVar[tuple[str, ...]] = ("audience_restrictions",)

    not_before: Lexical[datetime] | None
    not_on_or_after: Lexical[datetime] | None
    audience_restrictions: tuple[AudienceRestriction, ...]
    one_time_use: tuple[Element, ...]
    proxy_restrictions: tuple[Element, ...]
    unknown: tuple[Element, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AuthnStatement(Node):
    """saml:AuthnStatement with its AuthnContext (2.7.2)."""

    part_names: ClassVar[tuple[str, ...]] = ("class_refs",)

    authn_instant: Lexical[datetime] | None
    session_index: str | None
    session_not_on_or_after: Lexical[datetime] | None
    context: Element | None
    class_refs: tuple[Text, ...]
    decl_refs: tuple[Text, ...]
    authenticating_authorities: tuple[Text, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AttributeStatement(Node):
    """saml:AttributeStatement (2.7.3)."""

    part_names: ClassVar[tuple[str, ...]] = ("attributes", "encrypted_attributes")

    attributes: tuple[Attribute, ...]
    encrypted_attributes: tuple[EncryptedElement, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Assertion(Node):
    """saml:Assertion (2.3.3). What may occur once is kept as often as it occurs."""

    part_names: ClassVar[tuple[str, ...]] = (
        "issuers",
        "signatures",
        "subjects",
        "conditions_all",
        "authn_statements",
        "attribute_statements",
    )

    id: str | None
    version: str | None
    issue_instant: Lexical[datetime] | None
    issuers: tuple[NameID, ...]
    signatures: tuple[Signature, ...]
    subjects: tuple[Subject, ...]
    conditions_all: tuple[Conditions, ...]
    authn_statements: tuple[AuthnStatement, ...]
    attribute_statements: tuple[AttributeStatement, ...]
    advice: Element | None

    @property
    def issuer(self) -> NameID | None:
        """The first Issuer, or None."""
        return self.issuers[0] if self.issuers else None

    @property
    def subject(self) -> Subject | None:
        """The first Subject, or None."""
        return self.subjects[0] if self.subjects else None

    @property
    def conditions(self) -> Conditions | None:
        """The first Conditions, or None."""
        return self.conditions_all[0] if self.conditions_all else None

    def attributes(self) -> Iterator[Attribute]:
        """Yield the attributes of all statements, in document order."""
        for statement in self.attribute_statements:
            yield from statement.attributes


@attrs.frozen(kw_only=True, eq=False, repr=False)
class StatusCode(Node):
    """samlp:StatusCode (3.2.2.2) with the codes nested directly in it."""

    part_names: ClassVar[tuple[str, ...]] = ("nested",)

    value: str | None
    nested: tuple[StatusCode, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Status(Node):
    """samlp:Status (3.2.2.1)."""

    part_names: ClassVar[tuple[str, ...]] = ("codes",)

    codes: tuple[StatusCode, ...]
    message: Text | None
    detail: Element | None

    @property
    def code(self) -> StatusCode | None:
        """The top-level StatusCode, or None."""
        return self.codes[0] if self.codes else None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ProtocolMessage(Node):
    """What requests and responses share (3.2.1, 3.2.2)."""

    part_names: ClassVar[tuple[str, ...]] = ("issuers", "signatures")

    id: str | None
    version: str | None
    issue_instant: Lexical[datetime] | None
    destination: str | None
    consent: str | None
    issuers: tuple[NameID, ...]
    signatures: tuple[Signature, ...]
    extensions: Element | None

    @property
    def issuer(self) -> NameID | None:
        """The first Issuer, or None."""
        return self.issuers[0] if self.issuers else None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Response(ProtocolMessage):
    """samlp:Response (3.3.3)."""

    part_names: ClassVar[tuple[str, ...]] = (
        *ProtocolMessage.part_names,
        "statuses",
        "assertions",
        "encrypted_assertions",
    )

    in_response_to: str | None
    statuses: tuple[Status, ...]
    assertions: tuple[Assertion, ...]
    encrypted_assertions: tuple[EncryptedElement, ...]

    @property
    def status(self) -> Status | None:
        """The first Status, or None."""
        return self.statuses[0] if self.statuses else None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class NameIDPolicy(Node):
    """samlp:NameIDPolicy (3.4.1.1)."""

    format: str | None
    sp_name_qualifier: str | None
    allow_create: Lexical[bool] | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RequestedAuthnContext(Node):
    """samlp:RequestedAuthnContext (3.3.2.2.1); Comparison absent means exact."""

    comparison: str | None
    class_refs: tuple[Text, ...]
    decl_refs: tuple[Text, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AuthnRequest(ProtocolMessage):
    """samlp:AuthnRequest (3.4.1)."""

    part_names: ClassVar[tuple[str, ...]] = (
        *ProtocolMessage.part_names,
        "name_id_policy",
        "requested_authn_context",
    )

    assertion_consumer_service_url: str | None
    assertion_consumer_service_index: Lexical[int] | None
    protocol_binding: str | None
    attribute_consuming_service_index: Lexical[int] | None
    force_authn: Lexical[bool] | None
    is_passive: Lexical[bool] | None
    name_id_policy: NameIDPolicy | None
    requested_authn_context: RequestedAuthnContext | None
    subject: Element | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class OtherMessage(Node):
    """A SAML document whose kind is known but not judged yet; `kind` names it."""

    kind: str


Message = Response | Assertion | AuthnRequest | OtherMessage
