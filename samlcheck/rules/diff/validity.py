"""Rules on how long metadata holds, when it was made, and whether it is signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from samlcheck.model import (
    EntitiesDescriptor,
    EntityDescriptor,
    Metadata,
    PublicationInfo,
    RoleDescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.change import Change, Replacement
from samlcheck.rules.citations import metadata
from samlcheck.rules.metadata.extensions import mdrpi
from samlcheck.rules.rule import INFO, USER, WARNING, Hit, Place, example, hit, rule
from samlcheck.rules.wording import distance_words
from samlcheck.xml import Lexical

_UNTIL: Final = 'validUntil="2027-01-20T00:00:00Z"'
_EARLIER: Final = 'validUntil="2026-12-20T00:00:00Z"'
_PUBLISHED: Final = (
    'cacheDuration="PT6H">\n  <md:EntityDescriptor',
    'cacheDuration="PT6H">\n  <md:Extensions><mdrpi:PublicationInfo '
    'xmlns:mdrpi="urn:oasis:names:tc:SAML:metadata:rpi" '
    'publisher="https://federation.example.org/" creationInstant="2026-11-20T00:00:00Z"/>'
    "</md:Extensions>\n"
    "  <md:EntityDescriptor",
)


def _instant(value: Lexical[datetime] | None) -> datetime | None:
    return None if value is None else value.value


def _regressed(old: Metadata | RoleDescriptor, new: Metadata | RoleDescriptor) -> Iterator[Hit]:
    """Yield the hit that a validUntil lies earlier than before, or is new."""
    owner = USER if isinstance(new, EntitiesDescriptor) else None
    before, after = _instant(old.valid_until), _instant(new.valid_until)
    if after is None or new.valid_until is None:
        return
    if before is None or old.valid_until is None:
        if old.valid_until is None:
            yield hit(
                new,
                f"The metadata now ends, at {new.valid_until.text}",
                attribute="validUntil",
                severity=INFO,
                owner=owner,
                related=[Place(old, None, "the old version, without an end")],
            )
        return
    if after < before:
        yield hit(
            new,
            f"The metadata ends at {new.valid_until.text}, {distance_words(before - after)} "
            "earlier than before",
            attribute="validUntil",
            expected=f"{old.valid_until.text} or later",
            actual=new.valid_until.text,
            owner=owner,
            related=[Place(old, "validUntil", "the old version")],
        )


@rule(
    "diff-validity-regressed",
    on=(Change, Replacement),
    severity=WARNING,
    cites=[metadata("2.3.1"), metadata("2.3.2")],
    bad=[
        example("diff-sp", after=[(_UNTIL, _EARLIER)]),
        example("diff-aggregate", after=[(_UNTIL, _EARLIER)]),
        example(
            "diff-sp", (_UNTIL + " ", ""), after=[("cacheDuration", _UNTIL + " cacheDuration")]
        ),
    ],
    good=[
        example("diff-sp"),
        example("diff-sp", after=[(_UNTIL, 'validUntil="2027-02-20T00:00:00Z"')]),
        example("diff-sp", after=[(_UNTIL + " ", "")], note="No end any more"),
    ],
)
def validity_regressed(change: Change | Replacement, case: Case) -> Iterator[Hit]:
    """The new version ends earlier than the old one.

    The validUntil of the document, the entity or a role lies earlier than in the old version; or
    there is one where there was none, which is a note only.

    Why: a document that ends earlier than the one before is mostly an old one, published again by
    mistake; receivers then lose it sooner than planned.
    Fix: Make sure that the files are not swapped, and publish with a later validUntil.
    """
    if isinstance(change, Change) or not isinstance(change.new, EntityDescriptor):
        yield from _regressed(change.old, change.new)  # an entity alone is a Change as well
    if isinstance(change, Change):
        for old, new in change.roles():
            yield from _regressed(old, new)


def _publication(document: Metadata) -> PublicationInfo | None:
    items = document.extensions.items if document.extensions is not None else ()
    return next((item for item in items if isinstance(item, PublicationInfo)), None)


@rule(
    "diff-older-publication",
    on=Replacement,
    severity=WARNING,
    cites=[mdrpi("2.2.1")],
    owner=USER,
    bad=[
        example(
            "diff-aggregate",
            _PUBLISHED,
            after=[("2026-11-20T00:00:00Z", "2026-11-10T00:00:00Z")],
        )
    ],
    good=[
        example(
            "diff-aggregate",
            _PUBLISHED,
            after=[("2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z")],
        )
    ],
)
def older_publication(document: Replacement, case: Case) -> Iterator[Hit]:
    """The new version was made before the old one.

    The creationInstant in mdrpi:PublicationInfo lies before that of the old version.

    Why: the files are swapped, or an old copy is about to replace a newer one; an attacker who
    replays an old aggregate brings back keys that were withdrawn.
    Fix: Compare the files the other way round, or publish the newer one.
    """
    old, new = _publication(document.old), _publication(document.new)
    if old is None or new is None or old.creation_instant is None or new.creation_instant is None:
        return
    before, after = old.creation_instant.value, new.creation_instant.value
    if before is not None and after is not None and after < before:
        yield hit(
            new,
            f"The new version was made at {new.creation_instant.text}, before the old one "
            f"({old.creation_instant.text})",
            attribute="creationInstant",
            expected=f"an instant after {old.creation_instant.text}",
            actual=new.creation_instant.text,
            related=[Place(old, "creationInstant", "the old version")],
        )


@rule(
    "diff-signature-removed",
    on=Replacement,
    severity=WARNING,
    cites=[metadata("3")],
    owner=USER,
    bad=[example("diff-sp", sign="root", note="The new version is not signed")],
    good=[example("diff-sp")],
)
def signature_removed(document: Replacement, case: Case) -> Iterator[Hit]:
    """The new version is not signed.

    The old version has a signature over the document, the new one has not.

    Why: receivers that verify metadata refuse the new version and keep the old one until it ends.
    Fix: Sign the document.
    """
    if document.old.signatures and not document.new.signatures:
        yield hit(
            document.new,
            "The new version is not signed, the old one is",
            expected="a ds:Signature",
            related=[Place(document.old.signatures[0], None, "the old signature")],
        )


RULES = (validity_regressed, older_publication, signature_removed)
