"""Rules on endpoints that go, move, or change their place in a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    DiscoveryEndpoint,
    Endpoint,
    SPSSODescriptor,
    SSODescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.change import Change
from samlcheck.rules.citations import Citation, metadata
from samlcheck.rules.diff.reply_urls import gone, near
from samlcheck.rules.pair.words import binding_words
from samlcheck.rules.rule import INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml.names import IDPDISC

_DISCOVERY: Final = Citation(
    "Identity Provider Discovery Service Protocol",
    "2.5",
    "https://docs.oasis-open.org/security/saml/Post2.0/sstc-saml-idp-discovery-cs-01.html",
)
_POST: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_ACS: Final = "https://sp.example.org/saml/acs"
_SSO_POST: Final = (
    f'    <md:SingleSignOnService Binding="{_POST}" '
    'Location="https://idp.example.org/saml/sso/post"/>\n'
)
_SLO: Final = (
    '    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
    'Location="https://idp.example.org/saml/slo"/>\n'
)
_RETURN: Final = (
    "      <mdui:UIInfo>",
    f'      <idpdisc:DiscoveryResponse xmlns:idpdisc="{IDPDISC}" Binding="{IDPDISC}" '
    'Location="https://sp.example.org/saml/discovered" index="1"/>\n      <mdui:UIInfo>',
)


@rule(
    "diff-sign-on-url-removed",
    on=Change,
    severity=WARNING,
    cites=[metadata("2.4.3")],
    bad=[example("diff-idp", after=[(_SSO_POST, "")])],
    good=[example("diff-idp")],
)
def sign_on_url_removed(change: Change, case: Case) -> Iterator[Hit]:
    """A sign-on URL of the identity provider goes.

    The Location of a SingleSignOnService in the old version is nowhere in the new one.

    Why: service providers with old metadata, or with the address in their settings, still send
    users there.
    Fix: Keep the address working until all partners have the new version.
    """
    old, new = change.old.idp, change.new.idp
    if old is None or new is None:
        return
    now = new.single_sign_on_services
    for item in gone(old.single_sign_on_services, now):
        yield hit(
            item,
            f"The sign-on URL {item.location!r} goes{near(item, now)}",
            attribute="Location",
            related=[Place(now[0] if now else new, "Location", "the new list")],
        )


def _lists(
    old: SSODescriptor, new: SSODescriptor
) -> Iterator[tuple[tuple[Endpoint, ...], tuple[Endpoint, ...]]]:
    """Yield the endpoints of both versions, service by service."""
    for name in old.part_names:
        before, after = getattr(old, name), getattr(new, name, None)
        if isinstance(before, tuple) and before and isinstance(before[0], Endpoint):
            yield before, after or ()


@rule(
    "diff-binding-removed",
    on=Change,
    severity=WARNING,
    cites=[metadata("2.2.2")],
    bad=[
        example(
            "diff-idp",
            after=[(f'{_POST}" Location', f'{_POST}-SimpleSign" Location')],
        )
    ],
    good=[example("diff-idp")],
)
def binding_removed(change: Change, case: Case) -> Iterator[Hit]:
    """An endpoint stays, but not for a binding that it had.

    The location is in both versions; for one binding it is in the old one only.

    Why: partners that use this binding find no way any more, or send what the endpoint does not
    read.
    Fix: Keep the binding until the partners use another one.
    """
    for old, new in change.roles():
        for before, after in _lists(old, new):
            now = {(item.location, item.binding) for item in after}
            places = {item.location: item for item in after}
            for item in before:
                if item.location in places and (item.location, item.binding) not in now:
                    yield hit(
                        places[item.location],
                        f"{item.service} at {item.location!r} loses the binding "
                        f"{binding_words(item.binding)}",
                        attribute="Binding",
                        expected=item.binding,
                        actual=places[item.location].binding,
                        related=[Place(item, "Binding", "the old version")],
                    )


@rule(
    "diff-logout-removed",
    on=Change,
    severity=INFO,
    cites=[metadata("2.4.2")],
    bad=[example("diff-idp", after=[(_SLO, "")])],
    good=[example("diff-idp")],
)
def logout_removed(change: Change, case: Case) -> Iterator[Hit]:
    """Single logout is given up.

    The old version has a SingleLogoutService in a role, the new one has none.

    Why: who signs out at a partner stays signed in here.
    Fix: Nothing to do if that is meant; else publish the service again.
    """
    for old, new in change.roles():
        if old.single_logout_services and not new.single_logout_services:
            yield hit(
                old.single_logout_services[0],
                "The single logout service goes",
                related=[Place(new, None, "the new version")],
            )


def _returns(role: SPSSODescriptor) -> dict[str, DiscoveryEndpoint]:
    items = role.extensions.items if role.extensions is not None else ()
    return {
        item.location: item
        for item in items
        if isinstance(item, DiscoveryEndpoint)
        and item.kind == "DiscoveryResponse"
        and item.location
    }


@rule(
    "diff-discovery-return-removed",
    on=Change,
    severity=WARNING,
    cites=[_DISCOVERY],
    bad=[example("diff-sp", _RETURN, after=[_RETURN[::-1]])],
    good=[example("diff-sp", _RETURN)],
)
def discovery_return_removed(change: Change, case: Case) -> Iterator[Hit]:
    """A return address for discovery goes.

    The Location of an idpdisc:DiscoveryResponse in the old version is not in the new one.

    Why: discovery services send users only to addresses that metadata lists, so logins that
    start with them end in an error.
    Fix: Keep the address published as long as the service provider uses it.
    """
    old, new = change.old.sp, change.new.sp
    if old is None or new is None:
        return
    kept = _returns(new)
    for location, item in _returns(old).items():
        if location not in kept:
            yield hit(
                item,
                f"The return address {location!r} for discovery goes",
                attribute="Location",
                related=[Place(new, None, "the new version")],
            )


RULES = (
    sign_on_url_removed,
    binding_removed,
    logout_removed,
    discovery_return_removed,
)
