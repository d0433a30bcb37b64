"""SAML 2.0 protocol messages and assertions as typed objects.

Source: SAML Core 2.0 (saml-core-2.0-os with errata 05), sections 2 and 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, TypeVar

from lxml.etree import _Element as Element

from samlcheck.model.attributes import Attribute
from samlcheck.model.lazy import (
    Lazy,
    attribute,
    child,
    child_element,
    child_elements,
    children,
    local,
    texts,
    typed,
)
from samlcheck.model.node import Children, Lean, Text
from samlcheck.model.signature import SIGNATURE, Signature
from samlcheck.xml import parse_datetime
from samlcheck.xml.names import DS, SAML, SAMLP, XENC, clark


def saml(name: str) -> str:
    """Return the Clark name of an element of the assertion namespace."""
    return clark(SAML, name)


def samlp(name: str) -> str:
    """Return the Clark name of an element of the protocol namespace."""
    return clark(SAMLP, name)


class NameID(Text):
    """saml:NameID (2.2.3), saml:Issuer (2.2.5): NameIDType with its qualifiers."""

    format = attribute("Format")
    name_qualifier = attribute("NameQualifier")
    sp_name_qualifier = attribute("SPNameQualifier")


def _block_algorithm(node: EncryptedElement) -> str | None:
    method = None if node.data is None else node.data.find(clark(XENC, "EncryptionMethod"))
    return None if method is None else method.get("Algorithm")


_ENCRYPTED_KEY = clark(XENC, "EncryptedKey")
_KEY_INFO = clark(DS, "KeyInfo")
_RETRIEVAL = clark(DS, "RetrievalMethod")


def _encrypted_keys(node: EncryptedElement) -> tuple[Element, ...]:
    info = None if node.data is None else node.data.find(_KEY_INFO)
    inside = () if info is None else info.iterchildren(_ENCRYPTED_KEY)
    return (*inside, *node.element.iterchildren(_ENCRYPTED_KEY))


def _retrieved(node: EncryptedElement) -> tuple[str, ...]:
    info = None if node.data is None else node.data.find(_KEY_INFO)
    methods = () if info is None else info.iterchildren(_RETRIEVAL)
    uris = [(item.get("URI") or "").strip() for item in methods]
    return tuple(uri[1:] for uri in uris if uri.startswith("#"))


class EncryptedElement(Lean):
    """saml:EncryptedAssertion, EncryptedID or EncryptedAttribute; `kind` is the local name.

    `block_algorithm` is the URI that the document names, None where it names none.
    `encrypted_keys` are those inside the data's KeyInfo and beside the data; `key_references` are
    the IDs of further ones in the document, which RetrievalMethod names.
    """

    kind = local()
    data = child_element(clark(XENC, "EncryptedData"))
    block_algorithm = Lazy(_block_algorithm)
    encrypted_keys = Lazy(_encrypted_keys)
    key_references = Lazy(_retrieved)
    #: What decryption brought to light; None before, and where it brought nothing.
    content = Lazy["Lean | None"](lambda node: None)

    def reveal(self, content: Lean) -> None:
        """Keep what decryption brought to light, so that the fields around this element have it."""
        self.__dict__["content"] = content


T = TypeVar("T", bound=Lean)


def revealed(tag: str, kind: type[T], sealed: str) -> Lazy[tuple[T, ...]]:
    """Return the field of the children of a name, and of those that came out of a sealed field."""

    def make(node: Lean) -> tuple[T, ...]:
        clear = [kind(element=item) for item in node.children_by_name.all(tag)]
        opened = [item.content for item in getattr(node, sealed)]
        return (*clear, *(item for item in opened if isinstance(item, kind)))

    return Lazy(make)


class SubjectConfirmationData(Lean):
    """saml:SubjectConfirmationData (2.4.1.2)."""

    not_before = typed("NotBefore", parse_datetime)
    not_on_or_after = typed("NotOnOrAfter", parse_datetime)
    recipient = attribute("Recipient")
    in_response_to = attribute("InResponseTo")
    address = attribute("Address")


class SubjectConfirmation(Lean):
    """saml:SubjectConfirmation (2.4.1.1)."""

    part_names: ClassVar[tuple[str, ...]] = ("data",)

    method = attribute("Method")
    data = child(saml("SubjectConfirmationData"), SubjectConfirmationData)


class Subject(Lean):
    """saml:Subject (2.4.1)."""

    part_names: ClassVar[tuple[str, ...]] = ("name_ids", "encrypted_ids", "confirmations")

    encrypted_ids = children(saml("EncryptedID"), EncryptedElement)
    name_ids = revealed(saml("NameID"), NameID, "encrypted_ids")
    confirmations = children(saml("SubjectConfirmation"), SubjectConfirmation)

    @property
    def has_base_id(self) -> bool:
        """Tell whether the subject is named by a BaseID."""
        return self.children_by_name.first(saml("BaseID")) is not None

    @property
    def name_id(self) -> NameID | None:
        """The first NameID, or None."""
        return self.name_ids[0] if self.name_ids else None


class AudienceRestriction(Lean):
    """saml:AudienceRestriction (2.5.1.4)."""

    part_names: ClassVar[tuple[str, ...]] = ("audiences",)

    audiences = texts(saml("Audience"))


_CONDITION_NAMES = frozenset(
    saml(name) for name in ("AudienceRestriction", "OneTimeUse", "ProxyRestriction")
)


class Conditions(Lean):
    """saml:Conditions (2.5.1)."""

    part_names: ClassVar[tuple[str, ...]] = ("audience_restrictions",)

    not_before = typed("NotBefore", parse_datetime)
    not_on_or_after = typed("NotOnOrAfter", parse_datetime)
    audience_restrictions = children(saml("AudienceRestriction"), AudienceRestriction)
    one_time_use = child_elements(saml("OneTimeUse"))
    proxy_restrictions = child_elements(saml("ProxyRestriction"))
    unknown = Lazy[tuple[Element, ...]](
        lambda node: tuple(
            item for item in node.element.iterchildren("*") if item.tag not in _CONDITION_NAMES
        )
    )


def _in_context(name: str) -> Lazy[tuple[Text, ...]]:
    """Return the field of the texts of one name in the AuthnContext."""

    def make(node: AuthnStatement) -> tuple[Text, ...]:
        return () if node.context is None else Children(node.context).texts(saml(name))

    return Lazy(make)


class AuthnStatement(Lean):
    """saml:AuthnStatement with its AuthnContext (2.7.2)."""

    part_names: ClassVar[tuple[str, ...]] = ("class_refs",)

    authn_instant = typed("AuthnInstant", parse_datetime)
    session_index = attribute("SessionIndex")
    session_not_on_or_after = typed("SessionNotOnOrAfter", parse_datetime)
    context = child_element(saml("AuthnContext"))
    class_refs = _in_context("AuthnContextClassRef")
    decl_refs = _in_context("AuthnContextDeclRef")
    authenticating_authorities = _in_context("AuthenticatingAuthority")


class AttributeStatement(Lean):
    """saml:AttributeStatement (2.7.3)."""

    part_names: ClassVar[tuple[str, ...]] = ("attributes", "encrypted_attributes")

    encrypted_attributes = children(saml("EncryptedAttribute"), EncryptedElement)
    attributes = revealed(saml("Attribute"), Attribute, "encrypted_attributes")


class Assertion(Lean):
    """saml:Assertion (2.3.3). What may occur once is kept as often as it occurs."""

    part_names: ClassVar[tuple[str, ...]] = (
        "issuers",
        "signatures",
        "subjects",
        "conditions_all",
        "authn_statements",
        "attribute_statements",
    )

    id = attribute("ID")
    version = attribute("Version")
    issue_instant = typed("IssueInstant", parse_datetime)
    issuers = children(saml("Issuer"), NameID)
    signatures = children(SIGNATURE, Signature)
    subjects = children(saml("Subject"), Subject)
    conditions_all = children(saml("Conditions"), Conditions)
    authn_statements = children(saml("AuthnStatement"), AuthnStatement)
    attribute_statements = children(saml("AttributeStatement"), AttributeStatement)
    advice = child_element(saml("Advice"))

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

    _attributes = Lazy[tuple["Attribute", ...]](
        lambda node: tuple([item for part in node.attribute_statements for item in part.attributes])
    )

    def attributes(self) -> Iterator[Attribute]:
        """Yield the attributes of all statements, in document order."""
        return iter(self._attributes)


def build_assertion(element: Element) -> Assertion:
    """Return the saml:Assertion at an element."""
    return Assertion(element=element)


def _nested_codes(code: StatusCode) -> tuple[StatusCode, ...]:
    return tuple(
        StatusCode(element=item) for item in code.element.iterchildren(samlp("StatusCode"))
    )


class StatusCode(Lean):
    """samlp:StatusCode (3.2.2.2) with the codes nested directly in it."""

    part_names: ClassVar[tuple[str, ...]] = ("nested",)

    value = attribute("Value")
    nested = Lazy(_nested_codes)


class Status(Lean):
    """samlp:Status (3.2.2.1)."""

    part_names: ClassVar[tuple[str, ...]] = ("codes",)

    codes = children(samlp("StatusCode"), StatusCode)
    message = child(samlp("StatusMessage"), Text)
    detail = child_element(samlp("StatusDetail"))

    @property
    def code(self) -> StatusCode | None:
        """The top-level StatusCode, or None."""
        return self.codes[0] if self.codes else None


class ProtocolMessage(Lean):
    """What requests and responses share (3.2.1, 3.2.2)."""

    part_names: ClassVar[tuple[str, ...]] = ("issuers", "signatures")

    id = attribute("ID")
    version = attribute("Version")
    issue_instant = typed("IssueInstant", parse_datetime)
    destination = attribute("Destination")
    consent = attribute("Consent")
    issuers = children(saml("Issuer"), NameID)
    signatures = children(SIGNATURE, Signature)
    extensions = child_element(samlp("Extensions"))

    @property
    def issuer(self) -> NameID | None:
        """The first Issuer, or None."""
        return self.issuers[0] if self.issuers else None


class StatusResponse(ProtocolMessage):
    """What all responses share (3.2.2): the request that they answer, and the status."""

    part_names: ClassVar[tuple[str, ...]] = (*ProtocolMessage.part_names, "statuses")

    in_response_to = attribute("InResponseTo")
    statuses = children(samlp("Status"), Status)

    @property
    def status(self) -> Status | None:
        """The first Status, or None."""
        return self.statuses[0] if self.statuses else None


class Response(StatusResponse):
    """samlp:Response (3.3.3)."""

    part_names: ClassVar[tuple[str, ...]] = (
        *StatusResponse.part_names,
        "assertions",
        "encrypted_assertions",
    )

    assertions = children(saml("Assertion"), Assertion)
    encrypted_assertions = children(saml("EncryptedAssertion"), EncryptedElement)
