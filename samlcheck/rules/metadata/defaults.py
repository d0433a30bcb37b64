"""Rules on which endpoint of an indexed list is the default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import IndexedEndpoint, SPSSODescriptor, SSODescriptor, effective_default
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata
from samlcheck.rules.metadata.hosts import is_loopback
from samlcheck.rules.metadata.indexes import indexed_lists
from samlcheck.rules.metadata.sources import SPID_RULES
from samlcheck.rules.rule import INFO, OFF, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml.names import HTTP_ARTIFACT, HTTP_POST, PAOS, display
from samlcheck.xml.uri import split_uri

_ACS: Final = f'<md:AssertionConsumerService Binding="{HTTP_POST}" Location='
_ACS_0: Final = f'{_ACS}"https://sp.example.org/saml/acs" index="0" isDefault="true"/>'
_ROOM: Final = '"https://sp.example.org/saml/acs/reading-room" index="1"'
_GOOD: Final = (example("sp"), example("idp"))


def _says(endpoint: IndexedEndpoint) -> bool | None:
    """Return what isDefault says, None where it is absent or unreadable."""
    return None if endpoint.is_default is None else endpoint.is_default.value


@rule(
    "ep-isdefault-multiple",
    on=SSODescriptor,
    severity=WARNING,
    cites=[metadata("2.2.3")],
    bad=[example("sp", (_ROOM, f'{_ROOM} isDefault="true"'))],
    good=_GOOD,
)
def default_multiple(role: SSODescriptor, case: Case) -> Iterator[Hit]:
    """Two endpoints of one list say that they are the default.

    More than one endpoint has isDefault="true"; the first of them counts.

    Why: whoever marked the second one expects messages there, and they go to the first; software
    that takes the last one sends them elsewhere again.
    Fix: Leave isDefault="true" on the one endpoint that is meant.
    """
    for endpoints in indexed_lists(role):
        marked = [endpoint for endpoint in endpoints if _says(endpoint) is True]
        for endpoint in marked[1:]:
            yield hit(
                endpoint,
                f"{display(str(endpoint.element.tag))} is a second default; the first one counts",
                attribute="isDefault",
                expected='isDefault="true" once in the list',
                related=[Place(marked[0], "isDefault", "the default that counts")],
            )


def _surprise(endpoint: IndexedEndpoint) -> str | None:
    """Return why an endpoint is no good default for logins in a browser."""
    uri = split_uri((endpoint.location or "").strip())
    binding = (endpoint.binding or "").strip()
    if is_loopback(uri.host):
        return f'is on "{uri.host}"'
    if binding == PAOS:
        return "has the binding PAOS, which browsers cannot use"
    if binding == HTTP_ARTIFACT:
        return "has the binding HTTP-Artifact, which many identity providers cannot use"
    if uri.is_web and (uri.scheme or "").lower() == "http":
        return "is not protected by TLS"
    return None


@rule(
    "ep-isdefault-effective-surprise",
    on=SPSSODescriptor,
    severity=WARNING,
    cites=[metadata("2.2.3")],
    bad=[
        example(
            "sp",
            (_ACS_0, _ACS_0.replace("HTTP-POST", "HTTP-Artifact")),
        )
    ],
    good=_GOOD,
)
def default_surprise(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The default assertion consumer service is a poor one, though there is a better one.

    The default is the first endpoint with isDefault="true", else the first without isDefault,
    else the first. Here it is one that browsers or identity providers may not be able to use,
    while another one has HTTP-POST and https.

    Why: an identity provider that gets no other wish sends every login to the default.
    Fix: Set isDefault="true" on the HTTP-POST endpoint, or put it first.
    """
    services = role.assertion_consumer_services
    default = effective_default(services)
    if default is None or not role.is_saml2:
        return
    problem = _surprise(default)
    if problem is None:
        return
    better = next(
        (
            item
            for item in services
            if (item.binding or "").strip() == HTTP_POST and _surprise(item) is None
        ),
        None,
    )
    if better is not None:
        yield hit(
            default,
            f'The default md:AssertionConsumerService "{default.location}" {problem}',
            attribute="Binding" if "binding" in problem else "Location",
            expected=f"{better.location} as the default",
            actual=default.location,
            related=[Place(better, "Location", "a better default")],
        )


@rule(
    "ep-all-isdefault-false",
    on=SSODescriptor,
    severity=INFO,
    cites=[metadata("2.2.3")],
    bad=[
        example(
            "sp",
            (_ACS_0, _ACS_0.replace('isDefault="true"', 'isDefault="false"')),
            (_ROOM, f'{_ROOM} isDefault="false"'),
        )
    ],
    good=_GOOD,
)
def all_default_false(role: SSODescriptor, case: Case) -> Iterator[Hit]:
    """All endpoints of a list say that they are not the default.

    Each of several endpoints has isDefault="false"; then the first one is the default all the
    same.

    Why: it looks as if the identity provider had to be told an endpoint each time, but it takes
    the first one when it is not told.
    Fix: Set isDefault="true" on the endpoint that is to be the default.
    """
    for endpoints in indexed_lists(role):
        if len(endpoints) > 1 and all(_says(endpoint) is False for endpoint in endpoints):
            yield hit(
                endpoints[0],
                f"No {display(str(endpoints[0].element.tag))} may be the default, so the first is",
                attribute="isDefault",
                expected='isDefault="true" on one of them',
            )


@rule(
    "ep-isdefault-missing",
    on=SPSSODescriptor,
    severity=OFF,
    cites=[metadata("2.2.3"), SPID_RULES],
    bad=[
        example(
            "sp",
            (_ACS_0, _ACS_0.replace(' isDefault="true"', "")),
            enable=["ep-isdefault-missing"],
        )
    ],
    good=[
        example("sp", enable=["ep-isdefault-missing"]),
        example("sp", (_ACS_0, _ACS_0.replace(' isDefault="true"', ""))),
    ],
)
def default_missing(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """No assertion consumer service is marked as the default.

    None has isDefault="true". Then the first one without isDefault is the default.

    Why: SAML allows that, but the profile in use wants the default to be named.
    Fix: Set isDefault="true" on the endpoint to which logins go that name no other.
    """
    services = role.assertion_consumer_services
    default = effective_default(services)
    if default is None or any(_says(item) is True for item in services):
        return
    yield hit(
        default,
        f'No md:AssertionConsumerService has isDefault="true"; "{default.location}" is the default',
        attribute="isDefault",
        expected='isDefault="true" on one of them',
    )


RULES = (default_multiple, default_surprise, all_default_false, default_missing)
