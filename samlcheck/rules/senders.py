"""Which side sent a message: its keys decide about the signatures, and it has to repair them."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import (
    ArtifactResolve,
    ArtifactResponse,
    Assertion,
    AttributeQuery,
    AuthnRequest,
    EntityDescriptor,
    LogoutRequest,
    LogoutResponse,
    Message,
    OtherMessage,
    ProtocolMessage,
    Response,
    SSODescriptor,
)

SP_SIDE, IDP_SIDE = "sp", "idp"


def sender_side(
    message: Message | None, sp: EntityDescriptor | None, idp: EntityDescriptor | None
) -> str | None:
    """Return "sp" or "idp", or None for a message that either may send and that names neither.

    A request for a login or for attributes comes from the service provider, what answers it from
    the identity provider. For the other kinds the Issuer tells, or else the Destination.
    """
    if isinstance(message, AuthnRequest | AttributeQuery):
        return SP_SIDE
    if message is None or isinstance(message, Response | Assertion | OtherMessage):
        return IDP_SIDE
    issuer = None if message.issuer is None else message.issuer.value
    named = [
        side
        for side, entity in ((SP_SIDE, sp), (IDP_SIDE, idp))
        if entity is not None and issuer and entity.entity_id == issuer
    ]
    if len(named) == 1:
        return named[0]
    to_sp = message.destination in set(_addresses(None if sp is None else sp.sp))
    to_idp = message.destination in set(_addresses(None if idp is None else idp.idp))
    if message.destination and to_sp != to_idp:
        return IDP_SIDE if to_sp else SP_SIDE
    return None


def likely_side(message: Message | None) -> str:
    """Return the side that most often sends a message of this kind, where nothing tells."""
    return IDP_SIDE if isinstance(message, LogoutResponse | ArtifactResponse) else SP_SIDE


#: The kind of request that each kind of response answers.
_ANSWERED: dict[type[ProtocolMessage], type[ProtocolMessage]] = {
    Response: AuthnRequest,
    LogoutResponse: LogoutRequest,
    ArtifactResponse: ArtifactResolve,
}


def answers(message: Message | None, request: Message | None) -> bool:
    """Tell whether a message is of the kind that answers a request of another kind.

    What is no response is compared with no request; one for a login may be given beside it.
    """
    return isinstance(request, _asked(message))


def asked_for(message: Message | None) -> str:
    """Return the name of the request that a message answers, or that it is compared with."""
    return _asked(message).__name__


def _asked(message: Message | None) -> type[ProtocolMessage]:
    found = (asked for kind, asked in _ANSWERED.items() if isinstance(message, kind))
    return next(found, AuthnRequest)


def other_side(side: str) -> str:
    """Return "idp" for "sp" and the other way round."""
    return SP_SIDE if side == IDP_SIDE else IDP_SIDE


def _addresses(role: SSODescriptor | None) -> Iterator[str | None]:
    """Yield the addresses of a role for logout and for the resolution of artifacts."""
    if role is None:
        return
    for service in (*role.single_logout_services, *role.artifact_resolution_services):
        yield service.location
        yield service.response_location
