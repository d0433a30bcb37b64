"""Who sends a logout message to whom, and how it travelled."""

from __future__ import annotations

from samlcheck.model import EntityDescriptor, LogoutRequest, LogoutResponse, SSODescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.message.signed import came_over_soap
from samlcheck.rules.senders import SP_SIDE, other_side
from samlcheck.xml.names import SOAP

LogoutMessage = LogoutRequest | LogoutResponse
#: Why nothing could be compared with the receiver's metadata.
NO_RECEIVER = "the metadata of the side that the message goes to was not given"
NO_SENDER = "which side sent the message is not known"
_BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:"
_WORDS = {"sp": "the service provider", "idp": "the identity provider"}


def receiver_side(case: Case) -> str | None:
    """Return the side that a message goes to, None when its sender is not known."""
    side = case.sender_side
    return None if side is None else other_side(side)


def side_words(side: str) -> str:
    """Name a side within a sentence."""
    return _WORDS[side]


def entity_of(side: str | None, case: Case) -> EntityDescriptor | None:
    """Return the metadata of a side."""
    return None if side is None else case.sp if side == SP_SIDE else case.idp


def role_of(side: str | None, case: Case) -> SSODescriptor | None:
    """Return the role of a side for SAML 2.0."""
    return None if side is None else case.sp_role if side == SP_SIDE else case.idp_role


def addresses(role: SSODescriptor, message: LogoutMessage) -> list[tuple[str, str | None]]:
    """Return where a role takes a logout message: each location with its binding.

    A response goes to ResponseLocation where the endpoint has one (SAML Metadata 2.2.2).
    """
    found = []
    for service in role.single_logout_services:
        location = service.location
        if isinstance(message, LogoutResponse) and service.response_location:
            location = service.response_location
        if location:
            found.append((location, service.binding))
    return found


def captured_binding(case: Case) -> str | None:
    """Return the binding by which a message was captured, None where the capture does not tell."""
    if came_over_soap(case):
        return SOAP
    if case.sent is None or case.sent.binding is None:
        return None
    return _BINDINGS + case.sent.binding


def likely_binding(case: Case, message: LogoutMessage) -> str | None:
    """Return the binding of a message by the capture, or else by its Destination alone."""
    told = captured_binding(case)
    role = role_of(receiver_side(case), case)
    if told is not None or role is None:
        return told
    used = {
        binding for location, binding in addresses(role, message) if location == message.destination
    }
    return used.pop() if len(used) == 1 else None
