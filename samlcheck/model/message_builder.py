"""Which message a document holds, by its root element; nothing judged and nothing raised."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.model.message import Assertion, Response, saml, samlp
from samlcheck.model.protocol import (
    ArtifactResolve,
    ArtifactResponse,
    AttributeQuery,
    AuthnRequest,
    Carried,
    Carrier,
    Envelope,
    LogoutRequest,
    LogoutResponse,
    Message,
    OtherMessage,
)
from samlcheck.xml.names import (
    SAML,
    SAML11,
    SAML11P,
    SAMLP,
    SOAP11,
    SOAP12,
    WSTRUST,
    WSTRUST05,
    clark,
    split_clark,
)

_Judged = (
    Response
    | Assertion
    | AuthnRequest
    | LogoutRequest
    | LogoutResponse
    | ArtifactResolve
    | ArtifactResponse
    | AttributeQuery
)
_CLASSES: Final[Mapping[str, type[_Judged]]] = MappingProxyType(
    {
        samlp("Response"): Response,
        saml("Assertion"): Assertion,
        samlp("AuthnRequest"): AuthnRequest,
        samlp("LogoutRequest"): LogoutRequest,
        samlp("LogoutResponse"): LogoutResponse,
        samlp("ArtifactResolve"): ArtifactResolve,
        samlp("ArtifactResponse"): ArtifactResponse,
        samlp("AttributeQuery"): AttributeQuery,
    }
)
_ENVELOPES: Final = (clark(SOAP11, "Envelope"), clark(SOAP12, "Envelope"))
_FOREIGN: Final = MappingProxyType(
    {
        SAML11P: "a SAML 1.1 {}, a protocol message",
        SAML11: "a SAML 1.1 {}",
        WSTRUST: "a WS-Trust {}, as WS-Federation uses it",
        WSTRUST05: "a WS-Trust {}, as WS-Federation uses it",
    }
)


def build_carried(root: Element) -> Carried:
    """Return the message at a document's root, taken out of its envelope and ArtifactResponse.

    An ArtifactResponse that brings no SAML message is the message itself, and so is an envelope.
    """
    carriers: list[Carrier] = []
    envelope = Envelope(element=root) if root.tag in _ENVELOPES else None
    if envelope is not None:
        if not envelope.body or envelope.fault is not None:
            return Carried(message=_of_envelope(envelope), carriers=())
        carriers.append(envelope)
        root = envelope.body[0]
    message = _message(root)
    if isinstance(message, ArtifactResponse):
        content = None if message.content is None else _message(message.content)
        if content is not None and not isinstance(content, OtherMessage):
            return Carried(message=content, carriers=(*carriers, message))
    if message is None and envelope is not None:
        return Carried(message=_of_envelope(envelope), carriers=())
    return Carried(message=message, carriers=tuple(carriers))


def build_message(root: Element) -> Message | None:
    """Return the message of a document by its root element; None when it is not SAML at all."""
    return build_carried(root).message


def _of_envelope(envelope: Envelope) -> OtherMessage:
    """Return what an envelope without a SAML message is."""
    if envelope.fault is not None:
        kind = "a SOAP fault"
    elif envelope.body:
        kind = "a SOAP envelope without a SAML message"
    else:
        kind = "an empty SOAP envelope"
    return OtherMessage(element=envelope.element, kind=kind)


def _message(element: Element) -> Message | None:
    kind = _CLASSES.get(str(element.tag))
    if kind is not None:
        return kind(element=element)
    namespace, local = split_clark(str(element.tag))
    if namespace in (SAMLP, SAML):
        return OtherMessage(element=element, kind=f"a SAML 2.0 {local}")
    if namespace in _FOREIGN:
        return OtherMessage(element=element, kind=_FOREIGN[namespace].format(local))
    return None
