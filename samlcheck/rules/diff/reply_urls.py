"""Rules on reply URLs: those that go, the default, and the indexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from samlcheck.model import Endpoint, IndexedEndpoint, effective_default
from samlcheck.rules.case import Case
from samlcheck.rules.change import Change
from samlcheck.rules.citations import metadata, profiles
from samlcheck.rules.near_miss import nearest
from samlcheck.rules.pair.words import binding_words
from samlcheck.rules.rule import WARNING, Hit, Place, example, hit, rule

_POST: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_ACS: Final = "https://sp.example.org/saml/acs"
_ROOM: Final = (
    f'    <md:AssertionConsumerService Binding="{_POST}" Location="{_ACS}/reading-room" '
    'index="1"/>\n'
)
_FIRST: Final = f'Location="{_ACS}" index="0" isDefault="true"'
_LINE: Final = f'    <md:AssertionConsumerService Binding="{_POST}" {_FIRST}/>\n'


def gone(old: Iterable[Endpoint], new: Iterable[Endpoint]) -> Iterator[Endpoint]:
    """Yield the old endpoints whose location the new ones lack, one for each location."""
    kept = {item.location for item in new}
    for item in old:
        if item.location and item.location not in kept:
            kept.add(item.location)
            yield item


def near(endpoint: Endpoint, new: Iterable[Endpoint]) -> str:
    """Name a location of the new version that differs only a little, in words."""
    found = nearest(endpoint.location or "", (item.location or "" for item in new))
    return f"; {found[0]!r} differs from it only in {found[1]}" if found else ""


@rule(
    "diff-reply-url-removed",
    on=Change,
    severity=WARNING,
    cites=[profiles("4.1.4.1"), metadata("2.4.4")],
    bad=[
        example("diff-sp", after=[(_ROOM, "")]),
        example("diff-sp", after=[("acs/reading-room", "acs/reading-room/")]),
    ],
    good=[example("diff-sp")],
)
def reply_url_removed(change: Change, case: Case) -> Iterator[Hit]:
    """A reply URL goes.

    The Location of an AssertionConsumerService in the old version is nowhere in the new one.

    Why: identity providers refuse requests that name it, and those with old metadata still send
    responses there.
    Fix: Keep the endpoint published and working until nothing asks for it any more.
    """
    old, new = change.old.sp, change.new.sp
    if old is None or new is None:
        return
    now = new.assertion_consumer_services
    default, heir = effective_default(old.assertion_consumer_services), effective_default(now)
    for item in gone(old.assertion_consumer_services, now):
        words = near(item, now)
        if item is default and heir is not None:
            words += f"; it was the default, which is now {heir.location!r}"
        yield hit(
            item,
            f"The reply URL {item.location!r} goes{words}",
            attribute="Location",
            expected="the location in the new version, too",
            actual=None,
            related=[Place(now[0] if now else new, "Location", "the new list")],
        )


@rule(
    "diff-default-changed",
    on=Change,
    severity=WARNING,
    cites=[metadata("2.2.3")],
    bad=[
        example(
            "diff-sp",
            after=[
                (_FIRST, f'Location="{_ACS}" index="0"'),
                ('reading-room" index="1"', 'reading-room" index="1" isDefault="true"'),
            ],
        )
    ],
    good=[
        example("diff-sp"),
        example(
            "diff-sp",
            after=[(_FIRST, f'Location="{_ACS}" index="0"')],
            note="Still the default, as the first one",
        ),
    ],
)
def default_changed(change: Change, case: Case) -> Iterator[Hit]:
    """Another reply URL is the default.

    The default is the first AssertionConsumerService with isDefault="true", else the first
    without isDefault, else the first. It has another Location or binding than before.

    Why: responses to requests that name no reply URL, and those that answer no request, go
    there from then on.
    Fix: Mark the endpoint that is meant with isDefault="true".
    """
    old, new = change.old.sp, change.new.sp
    if old is None or new is None:
        return
    before = effective_default(old.assertion_consumer_services)
    after = effective_default(new.assertion_consumer_services)
    if before is None or after is None:
        return
    if (before.location, before.binding) == (after.location, after.binding):
        return
    if all(item.location != before.location for item in new.assertion_consumer_services):
        return  # it goes, and that is told
    yield hit(
        after,
        f"The default reply URL changes from {before.location!r} "
        f"({binding_words(before.binding)}) to {after.location!r} "
        f"({binding_words(after.binding)})",
        attribute="Location",
        expected=before.location,
        actual=after.location,
        related=[Place(before, "Location", "the old default")],
    )


def _indexed(items: Iterable[IndexedEndpoint]) -> dict[int, IndexedEndpoint]:
    """Return the endpoints of a list by their index, the first where two share one."""
    found: dict[int, IndexedEndpoint] = {}
    for item in items:
        if item.index is not None and item.index.value is not None:
            found.setdefault(item.index.value, item)
    return found


@rule(
    "diff-index-renumbered",
    on=Change,
    severity=WARNING,
    cites=[metadata("2.2.3")],
    bad=[
        example(
            "diff-sp",
            after=[
                ('acs" index="0"', 'acs" index="2"'),
                ('reading-room" index="1"', 'reading-room" index="0"'),
            ],
        )
    ],
    good=[
        example("diff-sp"),
        example("diff-sp", after=[(_ROOM, ""), (_LINE, _ROOM + _LINE)], note="The order alone"),
    ],
)
def index_renumbered(change: Change, case: Case) -> Iterator[Hit]:
    """An index leads to another endpoint, or to none.

    An index of the old list of reply URLs belongs to another Location or binding in the new one,
    or the endpoint stays under another index.

    Why: requests that name the index get their answer at the wrong place, or an error.
    Fix: Keep the indexes of endpoints that stay, and give new ones indexes that were never used.
    """
    old, new = change.old.sp, change.new.sp
    if old is None or new is None:
        return
    after = _indexed(new.assertion_consumer_services)
    places = {(item.location, item.binding): item for item in after.values()}
    known = {item.location for item in old.assertion_consumer_services}
    for index, item in _indexed(old.assertion_consumer_services).items():
        there, moved = after.get(index), places.get((item.location, item.binding))
        if there is not None and (there.location, there.binding) == (item.location, item.binding):
            continue
        if there is not None and moved is None and there.location not in known:
            continue  # one endpoint takes the place of another
        if there is not None:
            was = f"{item.location!r} ({binding_words(item.binding)})"
            words = f"The index {index} leads to {there.location!r}; it was that of {was}"
            yield _renumbered(there, words, index, item)
        elif moved is not None and moved.index is not None:
            words = f"{moved.location!r} has the index {moved.index.text} instead of {index}"
            yield _renumbered(moved, words, index, item)


def _renumbered(place: IndexedEndpoint, words: str, index: int, old: IndexedEndpoint) -> Hit:
    return hit(
        place,
        words,
        attribute="index",
        expected=str(index) if place.location == old.location else None,
        actual=None if place.index is None else place.index.text,
        related=[Place(old, "index", "the old version")],
    )


RULES = (reply_url_removed, default_changed, index_renumbered)
