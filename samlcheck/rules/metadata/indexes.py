"""Rules on indexed endpoints: their indexes, and which of them is the default."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from samlcheck.model import (
    DiscoveryEndpoint,
    Extensions,
    IndexedEndpoint,
    SPSSODescriptor,
    SSODescriptor,
    effective_default,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata
from samlcheck.rules.metadata.hosts import is_loopback
from samlcheck.rules.rule import ERROR, INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.structure.content import meant_attribute
from samlcheck.xml.names import HOKSSO, HTTP_ARTIFACT, HTTP_POST, PAOS, display
from samlcheck.xml.uri import split_uri

_ACS: Final = f'<md:AssertionConsumerService Binding="{HTTP_POST}" Location='
_ACS_0: Final = f'{_ACS}"https://sp.example.org/saml/acs" index="0" isDefault="true"/>'
_ROOM: Final = '"https://sp.example.org/saml/acs/reading-room" index="1"'
_GOOD: Final = (example("sp"), example("idp"))


def _lists(role: SSODescriptor) -> Iterator[tuple[IndexedEndpoint, ...]]:
    """Yield the lists of indexed endpoints of a role."""
    yield role.artifact_resolution_services
    if isinstance(role, SPSSODescriptor):
        yield role.assertion_consumer_services


@rule(
    "ep-index-missing",
    on=IndexedEndpoint,
    severity=ERROR,
    cites=[metadata("2.2.3")],
    bad=[
        example("sp", (_ROOM, _ROOM.replace(' index="1"', ""))),
        example("sp", (_ROOM, _ROOM.replace('"1"', '""'))),
    ],
    good=_GOOD,
)
def index_missing(endpoint: IndexedEndpoint, case: Case) -> Iterator[Hit]:
    """An indexed endpoint has no index.

    Assertion consumer and artifact resolution services need an index each.

    Why: the attribute is required, so schema-validating software refuses the document; and a
    request that chooses the endpoint by its index cannot.
    Fix: Give each endpoint of the list an index of its own, beginning with 0 or 1.
    """
    if endpoint.index is not None and endpoint.index.text.strip():
        return
    if meant_attribute(endpoint.element, "index") is None:
        yield hit(
            endpoint,
            f"{display(str(endpoint.element.tag))} has no index",
            attribute="index",
            expected="a number from 0 to 65535",
            actual=None if endpoint.index is None else endpoint.index.text,
        )


@rule(
    "ep-index-out-of-range",
    on=IndexedEndpoint,
    severity=ERROR,
    cites=[metadata("2.2.3")],
    bad=[
        example("sp", (_ROOM, _ROOM.replace('"1"', '"-1"'))),
        example("sp", (_ROOM, _ROOM.replace('"1"', '"70000"'))),
        example("sp", (_ROOM, _ROOM.replace('"1"', '"one"'))),
    ],
    good=_GOOD,
)
def index_out_of_range(endpoint: IndexedEndpoint, case: Case) -> Iterator[Hit]:
    """An index is not a number from 0 to 65535.

    The index of an endpoint is an unsigned short integer.

    Why: schema-validating software refuses the document, and no request can name the endpoint.
    Fix: Number the endpoints of the list from 0 or 1 on.
    """
    index = endpoint.index
    if index is None or index.problem is None or not index.text.strip():
        return
    yield hit(
        endpoint,
        f'The index "{index.text}" of {display(str(endpoint.element.tag))} {index.problem}',
        attribute="index",
        expected="a number from 0 to 65535",
        actual=index.text,
    )


def _indexed(
    subject: SSODescriptor | Extensions,
) -> Iterator[Sequence[IndexedEndpoint | DiscoveryEndpoint]]:
    if isinstance(subject, SSODescriptor):
        yield from _lists(subject)
        return
    found = [item for item in subject.items if isinstance(item, DiscoveryEndpoint)]
    yield [item for item in found if item.kind == "DiscoveryResponse"]


@rule(
    "ep-index-duplicate",
    on=(SSODescriptor, Extensions),
    severity=ERROR,
    cites=[metadata("2.2.3")],
    bad=[example("sp", (_ROOM, _ROOM.replace('"1"', '"0"')))],
    good=_GOOD,
)
def index_duplicate(subject: SSODescriptor | Extensions, case: Case) -> Iterator[Hit]:
    """Two endpoints of one list have the same index.

    The index is unique among the endpoints of the same element name in a role. Among the return
    addresses of identity provider discovery, which nobody chooses by index, it is a warning.

    Why: a request that names the index means one of the two, and the identity provider may take
    the other.
    Fix: Give each endpoint an index of its own. Keep those that partners already use.
    """
    for endpoints in _indexed(subject):
        first: dict[int, IndexedEndpoint | DiscoveryEndpoint] = {}
        for endpoint in endpoints:
            value = None if endpoint.index is None else endpoint.index.value
            if value is None:
                continue
            before = first.setdefault(value, endpoint)
            if before is not endpoint:
                yield hit(
                    endpoint,
                    f"{display(str(endpoint.element.tag))} has the index {value} of another",
                    attribute="index",
                    expected="an index that no other endpoint of the list has",
                    actual=str(value),
                    severity=ERROR if isinstance(endpoint, IndexedEndpoint) else WARNING,
                    related=[Place(before, "index", "the first endpoint with this index")],
                )


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
    for endpoints in _lists(role):
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
    if binding == HOKSSO:
        return "wants users to have certificates (holder of key)"
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
    for endpoints in _lists(role):
        if len(endpoints) > 1 and all(_says(endpoint) is False for endpoint in endpoints):
            yield hit(
                endpoints[0],
                f"No {display(str(endpoints[0].element.tag))} may be the default, so the first is",
                attribute="isDefault",
                expected='isDefault="true" on one of them',
            )


RULES = (
    index_missing,
    index_out_of_range,
    index_duplicate,
    default_multiple,
    default_surprise,
    all_default_false,
)
