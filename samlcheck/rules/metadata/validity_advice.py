"""Rules on where validUntil and cacheDuration stand, and whether the two fit one another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from samlcheck.model import EntitiesDescriptor, EntityDescriptor, PublicationInfo
from samlcheck.rules.case import Case
from samlcheck.rules.citations import metadata
from samlcheck.rules.metadata.expiry import DATED, Dated, thing, until
from samlcheck.rules.metadata.extensions import items_of
from samlcheck.rules.metadata.sources import EDUGAIN_VALIDATION
from samlcheck.rules.rule import INFO, OFF, Hit, Place, example, hit, rule
from samlcheck.rules.wording import distance_words, duration_words, instant_words
from samlcheck.xml import parse_datetime
from samlcheck.xml.names import MDRPI

_SHORTEST, _LONGEST = timedelta(hours=1), timedelta(hours=6)
_LEAST: Final = timedelta(days=5)
_UNTIL: Final = 'validUntil="2027-01-20T00:00:00Z"'
_TIMES: Final = f'{_UNTIL} cacheDuration="PT6H"'
_ENTITY: Final = 'cacheDuration="PT6H"\n    entityID='
_GROUP: Final = f'{_UNTIL} cacheDuration="PT6H">'
_GOOD: Final = (example("sp"), example("idp"), example("aggregate"))
_ROLE: Final = "<md:SPSSODescriptor "
_PUBLISHED: Final = (
    f'{_GROUP}\n  <md:Extensions><mdrpi:PublicationInfo xmlns:mdrpi="{MDRPI}" '
    'publisher="https://federation.example.org" creationInstant="{}"/></md:Extensions>'
)


@rule(
    "val-root-no-time",
    on=(EntitiesDescriptor, EntityDescriptor),
    severity=INFO,
    cites=[metadata("2.3.1"), metadata("2.3.2")],
    bad=[example("sp", (_TIMES, ""))],
    good=[*_GOOD, example("sp", (f"{_UNTIL} ", ""), also=["val-no-validuntil"])],
)
def root_without_time(node: EntitiesDescriptor | EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The metadata says neither how long it holds nor when to fetch it again.

    The root element has neither validUntil nor cacheDuration. SAML wants one of them there; in
    files that two parties exchange by hand both are mostly left out.

    Why: software that fetches metadata by itself does not know when to do so again, and keeps a
    copy with keys long withdrawn.
    Fix: Publish metadata with a validUntil some weeks ahead if receivers fetch it by themselves.
    """
    if node is case.metadata and node.valid_until is None and node.cache_duration is None:
        yield hit(
            node,
            f"{thing(node)} has neither validUntil nor cacheDuration",
            attribute="validUntil",
            expected="validUntil, or at least cacheDuration",
        )


@rule(
    "val-too-near",
    on=EntitiesDescriptor,
    severity=OFF,
    cites=[EDUGAIN_VALIDATION],
    bad=[
        example(
            "aggregate",
            (_GROUP, _PUBLISHED.format("2026-11-23T06:00:00Z")),
            (_UNTIL, 'validUntil="2026-11-27T00:00:00Z"'),
            enable=["val-too-near"],
        )
    ],
    good=[
        *_GOOD,
        example(
            "aggregate",
            (_GROUP, _PUBLISHED.format("2026-11-23T06:00:00Z")),
            enable=["val-too-near"],
        ),
    ],
)
def valid_until_too_near(group: EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """The aggregate ends too soon after it was made.

    Between creationInstant of mdrpi:PublicationInfo and validUntil are less than five days.

    Why: when the publisher's systems fail over a weekend, the last aggregate ends before somebody
    notices, and with it all logins.
    Fix: Publish aggregates with a validUntil at least five days after they are made.
    """
    end = until(group)
    if _is_inner(group) or end is None:
        return
    for info in items_of(group.extensions, PublicationInfo):
        made = None if info.creation_instant is None else info.creation_instant.value
        if made is not None and end - made < _LEAST:
            yield hit(
                group,
                f"The aggregate ends {duration_words(end - made)} after it was made"
                if end > made
                else "The aggregate ends before it was made",
                attribute="validUntil",
                expected=f"at least {_LEAST.days} days after {instant_words(made)}",
                actual=group.valid_until.text if group.valid_until else None,
                related=[Place(info, "creationInstant", "when it was made")],
            )


def _is_inner(node: Dated) -> bool:
    """Tell whether an element is not the root of its document."""
    return node.element.getparent() is not None


def _sooner_outside(node: Dated) -> str | None:
    """Return the validUntil of an element above that is over before that of the node is."""
    own = until(node)
    if own is None:
        return None
    for ancestor in node.element.iterancestors():
        text = ancestor.get("validUntil")
        outer = None if text is None else parse_datetime(text).value
        if outer is not None and outer < own:
            return text
    return None


@rule(
    "val-nested-redundant",
    on=DATED,
    severity=INFO,
    cites=[metadata("2.3.1"), metadata("2.3.2")],
    unless=["val-nested-longer"],
    bad=[
        example("aggregate", ("  <md:EntityDescriptor\n", f"  <md:EntityDescriptor {_UNTIL}\n")),
        example("sp", (_ROLE, f'{_ROLE}cacheDuration="PT1H" ')),
    ],
    good=_GOOD,
)
def nested_redundant(node: Dated, case: Case) -> Iterator[Hit]:
    """A part of the metadata has a validity of its own.

    validUntil or cacheDuration stands on an element inside the document. SAML recommends them on
    the root element only.

    Why: it is allowed, and the earliest end counts, but much software looks at the root only; and
    who copies the part into another document keeps a date that nobody renews.
    Fix: Leave the attributes to the root element.
    """
    if node.valid_until is None and node.cache_duration is None:
        return
    if _is_inner(node):
        name = "validUntil" if node.valid_until is not None else "cacheDuration"
        yield hit(
            node,
            f"{thing(node)} has a {name} of its own within the document",
            attribute=name,
            expected=f"no {name} below the root element",
            actual=node.element.get(name),
        )


@rule(
    "val-nested-longer",
    on=DATED,
    severity=INFO,
    cites=[metadata("2.3.1"), metadata("2.3.2")],
    bad=[example("sp", (_ROLE, f'{_ROLE}validUntil="2028-01-20T00:00:00Z" '))],
    good=_GOOD,
)
def nested_longer(node: Dated, case: Case) -> Iterator[Hit]:
    """A part of the metadata claims to be valid longer than the whole.

    Its validUntil is later than that of an element around it. The earlier one counts.

    Why: whoever wrote the later date expects the part to hold until then, and it does not.
    Fix: Remove the inner validUntil, or publish the document with a later one.
    """
    if node.valid_until is None or not _is_inner(node):
        return
    sooner = _sooner_outside(node)
    if sooner is not None:
        yield hit(
            node,
            f"{thing(node)} is to be valid until {node.valid_until.text}, but what it stands in "
            f"ends at {sooner}",
            attribute="validUntil",
            expected=f"no later than {sooner}",
            actual=node.valid_until.text,
        )


@rule(
    "val-submitted-has-validuntil",
    on=EntityDescriptor,
    severity=OFF,
    cites=[metadata("2.3.2")],
    bad=[example("sp", enable=["val-submitted-has-validuntil"])],
    good=[
        example(
            "sp",
            (f"{_UNTIL} ", ""),
            enable=["val-submitted-has-validuntil"],
            also=["val-no-validuntil"],
        ),
        example("sp"),
    ],
)
def submitted_with_end(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """Metadata that is handed in for registration has an end.

    The md:EntityDescriptor, which is the whole document, has validUntil. The profile in use is for
    documents that are handed in to a registrar.

    Why: the registrar sets the validity when it publishes; a date in what was handed in passes
    unnoticed and takes the entity out of the federation.
    Fix: Remove validUntil before the metadata is handed in.
    """
    if entity is case.metadata and entity.valid_until is not None:
        yield hit(
            entity,
            f"The metadata has the validUntil {entity.valid_until.text}",
            attribute="validUntil",
            expected="no validUntil",
            actual=entity.valid_until.text,
        )


@rule(
    "val-cacheduration-range",
    on=(EntitiesDescriptor, EntityDescriptor),
    severity=INFO,
    cites=[metadata("4.3.1"), EDUGAIN_VALIDATION],
    unless=["val-expired"],
    bad=[
        example("sp", ('cacheDuration="PT6H"', 'cacheDuration="PT1M"')),
        example("sp", ('cacheDuration="PT6H"', 'cacheDuration="P1Y"')),
    ],
    good=[*_GOOD, example("sp", ('cacheDuration="PT6H"', 'cacheDuration="PT1H"'))],
)
def cache_duration_range(node: EntitiesDescriptor | EntityDescriptor, case: Case) -> Iterator[Hit]:
    """The time that a copy may be kept is very short or very long.

    cacheDuration of the root element is not between one and six hours, which federations advise,
    or it is longer than the metadata is valid.

    Why: a short one makes every receiver fetch the document again and again; a long one delays a
    change of keys or addresses at the receivers by that time.
    Fix: Set cacheDuration to some hours, such as PT6H.
    """
    duration = node.cache_duration
    if duration is None or duration.problem is not None or node is not case.metadata:
        return
    value = duration.value
    if value is None:
        return
    months = min(value.months, 12_000)
    span = timedelta(days=30.4 * months, seconds=min(value.seconds, 3e10))
    end = until(node)
    if end is not None and end > case.now and span > end - case.now:
        words = f"but it ends in {distance_words(end - case.now)}"
        expected = "no longer than it is valid"
    elif not _SHORTEST <= span <= _LONGEST:
        words = "which is short" if span < _SHORTEST else "which is long"
        expected = "between PT1H and PT6H"
    else:
        return
    yield hit(
        node,
        f"{thing(node)} may be kept for {duration.text}, {words}",
        attribute="cacheDuration",
        expected=expected,
        actual=duration.text,
    )


RULES = (
    root_without_time,
    valid_until_too_near,
    nested_longer,
    nested_redundant,
    submitted_with_end,
    cache_duration_range,
)
