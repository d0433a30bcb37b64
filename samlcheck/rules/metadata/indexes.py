"""Rules on the indexes of indexed endpoints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from samlcheck.model import (
    DiscoveryEndpoint,
    Extensions,
    IndexedEndpoint,
    SPSSODescriptor,
    SSODescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata
from samlcheck.rules.rule import ERROR, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.structure.meant import meant_attribute
from samlcheck.xml.names import display

_ROOM: Final = '"https://sp.example.org/saml/acs/reading-room" index="1"'
_GOOD: Final = (example("sp"), example("idp"))


def indexed_lists(role: SSODescriptor) -> Iterator[tuple[IndexedEndpoint, ...]]:
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
        yield from indexed_lists(subject)
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


RULES = (index_missing, index_out_of_range, index_duplicate)
