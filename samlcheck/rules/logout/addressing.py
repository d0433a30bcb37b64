"""Rules on a logout message beside the metadata of both sides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import LogoutRequest, LogoutResponse
from samlcheck.rules.case import Case, Sent
from samlcheck.rules.citations import bindings, core, metadata, profiles
from samlcheck.rules.logout.parties import (
    NO_RECEIVER,
    NO_SENDER,
    LogoutMessage,
    addresses,
    captured_binding,
    receiver_side,
    role_of,
    side_words,
)
from samlcheck.rules.near_miss import difference
from samlcheck.rules.rule import (
    BLOCKS_LOGIN,
    ERROR,
    SP,
    WARNING,
    Hit,
    Place,
    Unknown,
    example,
    hit,
    personal,
    rule,
)
from samlcheck.rules.wording import address_difference, any_of
from samlcheck.xml.names import HTTP_POST, HTTP_REDIRECT, display
from samlcheck.xml.uri import split_uri

_ISSUER: Final = "<saml:Issuer>https://sp.example.org/saml<"
_DESTINATION: Final = "https://idp.example.org/saml/slo"
_IDP_SERVICE: Final = (
    f'<md:SingleLogoutService Binding="{HTTP_REDIRECT}" Location="{_DESTINATION}"/>'
)
_SP_SERVICE: Final = _IDP_SERVICE.replace("idp.example.org", "sp.example.org")
_GOOD = (example("logout", carry="redirect"), example("logout-response", carry="redirect"))
_SCRIPTS: Final = ("javascript", "data", "vbscript")


@rule(
    "slo-issuer-mismatch",
    on=(LogoutRequest, LogoutResponse),
    severity=ERROR,
    cites=[profiles("4.4.4.1"), profiles("4.4.4.2"), core("8.3.6")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    needs=["sp", "idp"],
    bad=[
        example("logout", (_ISSUER, _ISSUER.replace("saml<", "saml/<")), carry="redirect"),
        example(
            "logout", (_ISSUER, "<saml:Issuer>https://test.example.org/saml<"), carry="redirect"
        ),
    ],
    good=_GOOD,
)
def issuer_mismatch(message: LogoutMessage, case: Case) -> Iterator[Hit]:
    """The logout message comes from neither of the two sides.

    Issuer is compared letter for letter with the entityIDs of the SP metadata and the IdP metadata.

    Why: the receiver looks up the sender and its keys by the Issuer, and does not know it.
    Fix: Enter the same entityID in the settings of the sender and in what the receiver has of it,
    best by loading the current metadata there.
    """
    if message.issuer is None or not message.issuer.value:
        return
    issuer = message.issuer.value
    known = [item for item in (case.sp, case.idp) if item is not None and item.entity_id]
    if not known or any(item.entity_id == issuer for item in known):
        return
    names = [item.entity_id or "" for item in known]
    near = next(((name, told) for name in names if (told := difference(issuer, name))), None)
    yield hit(
        message.issuer,
        f"The Issuer of {display(str(message.element.tag))} is {issuer!r}"
        + (
            f", which differs from {near[0]!r} only in {near[1]}"
            if near is not None
            else ", which is neither the service provider nor the identity provider given"
        ),
        owner=case.sending_owner,
        expected=near[0] if near is not None else any_of(names),
        actual=issuer,
        related=[Place(item, "entityID", "an entityID of the two sides") for item in known],
    )


@rule(
    "slo-no-endpoint",
    on=(LogoutRequest, LogoutResponse),
    severity=WARNING,
    cites=[metadata("2.4.2"), profiles("4.4.5")],
    owner=SP,
    bad=[
        example("logout", carry="redirect", idp=[(f"\n    {_IDP_SERVICE}", "")]),
        example("logout", carry="redirect", sp=[(f"\n    {_SP_SERVICE}", "")]),
    ],
    good=_GOOD,
)
def no_endpoint(message: LogoutMessage, case: Case) -> Iterator[Hit | Unknown]:
    """A side of the logout has no address for logout messages.

    The metadata of the side that a logout message goes to has no SingleLogoutService, or for a
    request that of the side which waits for the answer.

    Why: a message to a side without an address goes nowhere that its metadata tells of, and an
    answer cannot be sent back, so that the user is left on a page of the other side.
    Fix: Configure single logout on that side and publish it in its metadata, or switch the sending
    of logout messages to it off.
    """
    receiver = receiver_side(case)
    if receiver is None:
        yield Unknown(NO_SENDER)
        return
    sender = case.sender_side
    sides = [(receiver, "the message goes to")]
    if isinstance(message, LogoutRequest) and sender is not None:
        sides.append((sender, "the answer goes to"))
    for side, words in sides:
        role = role_of(side, case)
        if role is not None and not role.single_logout_services:
            yield hit(
                role,
                f"The metadata of {side_words(side)}, which {words}, has no SingleLogoutService",
                owner=side,
                expected="md:SingleLogoutService",
            )


@rule(
    "slo-destination-mismatch",
    on=(LogoutRequest, LogoutResponse),
    severity=ERROR,
    cites=[core("3.2.1"), core("3.2.2"), metadata("2.2.2")],
    tags=[BLOCKS_LOGIN],
    owner=SP,
    bad=[
        example("logout", (_DESTINATION, f"{_DESTINATION}/"), carry="redirect"),
        example(
            "logout-response",
            carry="redirect",
            sp=[('saml/slo"/>', 'saml/slo" ResponseLocation="https://sp.example.org/saml/out"/>')],
        ),
    ],
    good=_GOOD,
)
def destination_mismatch(message: LogoutMessage, case: Case) -> Iterator[Hit | Unknown]:
    """The logout message was made for another address than the receiver's.

    Destination is compared letter for letter with the SingleLogoutService elements of the
    receiver's metadata; a response with ResponseLocation where there is one.

    Why: a receiver has to discard a message whose Destination is not the address at which it
    arrived.
    Fix: Load the current metadata of the receiver at the sender.
    """
    side = receiver_side(case)
    role = role_of(side, case)
    if side is None or role is None:
        yield Unknown(NO_SENDER if side is None else NO_RECEIVER)
        return
    known = [location for location, _ in addresses(role, message)]
    sent_to = message.destination
    if not sent_to or not known or sent_to in known:
        return
    told = address_difference(sent_to, known)
    yield hit(
        message,
        f"The Destination {sent_to!r} is no SingleLogoutService of {side_words(side)}"
        + ("" if told is None else f": {told}"),
        attribute="Destination",
        owner=case.sending_owner,
        expected=any_of(dict.fromkeys(known)),
        actual=sent_to,
        related=[Place(role.single_logout_services[0], None, "an address in its metadata")],
    )


@rule(
    "slo-binding-mismatch",
    on=(LogoutRequest, LogoutResponse),
    severity=ERROR,
    cites=[metadata("2.2.2"), profiles("4.4.5")],
    owner=SP,
    unless=["slo-destination-mismatch"],
    bad=[
        example(
            "logout",
            carry="redirect",
            idp=[(_IDP_SERVICE, _IDP_SERVICE.replace(HTTP_REDIRECT, HTTP_POST))],
        )
    ],
    good=_GOOD,
)
def binding_mismatch(message: LogoutMessage, case: Case) -> Iterator[Hit | Unknown]:
    """The logout message came by a binding that the receiver does not have.

    The binding of the capture is compared with the SingleLogoutService elements of the receiver's
    metadata, at the address that the message names.

    Why: at an address for one binding nobody understands another, so the logout fails.
    Fix: Make the sender use a binding that the receiver's metadata has for that address.
    """
    side, used = receiver_side(case), captured_binding(case)
    role = role_of(side, case)
    if used is None or side is None or role is None:
        yield Unknown("the binding, or the metadata of the receiver, is not known")
        return
    known = addresses(role, message)
    there = [binding for location, binding in known if location == message.destination]
    choices = there or [binding for _, binding in known]
    if not choices or used in choices:
        return
    yield hit(
        message,
        f"The message came by {used}; {side_words(side)} has {any_of(set(map(str, choices)))} "
        + ("at this address" if there else "for logout"),
        owner=case.sending_owner,
        expected=any_of(sorted(set(map(str, choices)))),
        actual=used,
        related=[Place(role.single_logout_services[0], "Binding", "what its metadata has")],
    )


@rule(
    "slo-relaystate-redirect",
    on=Sent,
    severity=WARNING,
    cites=[bindings("3.4.3"), bindings("3.5.3")],
    owner=SP,
    bad=[
        example("logout", carry="redirect", relay_state="https://elsewhere.example.net/bye"),
        example("logout", carry="redirect", relay_state="//attacker.example/"),
        example("logout", carry="redirect", relay_state="javascript:alert(1)"),
    ],
    good=[
        *_GOOD,
        example("logout", carry="redirect", relay_state="https://sp.example.org/bye"),
        example("logout", carry="redirect", relay_state="key-17"),
    ],
)
def relay_state_redirect(sent: Sent, case: Case) -> Iterator[Hit]:
    """RelayState of a logout leads to another site.

    RelayState of a logout message is an address at a host that neither side has in its metadata;
    or it is a script, or an address without a scheme, which is an error.

    Why: many products send the user to RelayState after the logout. Anybody who can make the user
    follow a link can then lead the user to a page of their own, or run a script.
    Fix: Put a short key into RelayState and keep the address at the sender; let the receiver follow
    addresses of its own only.
    """
    state = (sent.relay_state or "").strip()
    if not state or not isinstance(case.message, LogoutRequest | LogoutResponse):
        return
    plain = state.replace("\\", "/")
    parts = split_uri(plain)
    script = (parts.scheme or "").lower() in _SCRIPTS
    bare = plain.startswith("//")
    if script or bare:
        words = f"RelayState is {'a script' if script else 'an address without a scheme'}"
        severity: str | None = ERROR
    else:
        known = _hosts(case)
        if not (known and parts.is_web and parts.host) or parts.host.lower() in known:
            return
        words, severity = f"RelayState leads to the host {parts.host!r}", None
    yield hit(
        case.message_document,
        words,
        severity=severity,
        owner=case.sending_owner,
        expected="a short key, or an address of one of the two sides",
        actual=personal(state),
    )


def _hosts(case: Case) -> set[str]:
    """Return the hosts that the metadata of both sides names for its roles."""
    hosts = set()
    for role in (case.sp_role, case.idp_role):
        for endpoint in () if role is None else role.endpoints():
            host = split_uri(endpoint.location or "").host
            if host:
                hosts.add(host.lower())
    return hosts


RULES = (
    issuer_mismatch,
    no_endpoint,
    destination_mismatch,
    binding_mismatch,
    relay_state_redirect,
)
