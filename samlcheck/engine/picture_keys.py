"""The signatures of a message, what they cover, and the certificates of both sides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from lxml.etree import _Element as Element

from samlcheck.engine.picture import CertificateLine, Covered
from samlcheck.engine.verdict import trusted
from samlcheck.model import EntityDescriptor, ProtocolMessage, Signature, entities_of
from samlcheck.model.roles import KeyDescriptor
from samlcheck.rules.case import Case
from samlcheck.xml.secrets import without_secrets

if TYPE_CHECKING:
    from samlcheck.crypto.certificates import CertificateFacts
    from samlcheck.engine.view import SignatureView

#: So many certificates and signatures are listed.
_MOST = 60
_LONGEST = 200


def signatures_of(case: Case) -> Iterator[SignatureView]:
    """Yield the signatures in and beside the message."""
    from samlcheck.engine.view import described, signatures_in

    yield from described(case, list(signatures_in(case))[:_MOST])


def covered_of(case: Case) -> Iterator[Covered]:
    """Yield what a receiver relies on, and which signatures cover it."""
    from samlcheck.engine.view import signatures_in

    found = list(signatures_in(case))[:_MOST]
    message = case.message
    if isinstance(message, ProtocolMessage):
        name = f"the {message.element.tag.rpartition('}')[2]} as a whole"
        numbers = tuple(_covering(case, found, message.element))
        yield Covered(part=name, signatures=numbers, trusted=bool(_valid(case, found, numbers)))
    for number, assertion in enumerate(case.assertions[:_MOST], 1):
        of = "" if len(case.assertions) == 1 else f" {number}"
        numbers = tuple(_covering(case, found, assertion.element))
        yield Covered(
            part=f"assertion{of}: identity, conditions, claims",
            signatures=numbers,
            trusted=trusted(case, assertion),
        )


def _covering(case: Case, found: list[Signature], element: Element) -> Iterator[int]:
    for number, signature in enumerate(found, 1):
        covers = case.check(signature).covers
        if covers is not None and (
            covers is element or any(parent is covers for parent in element.iterancestors())
        ):
            yield number


def _valid(case: Case, found: list[Signature], numbers: tuple[int, ...]) -> list[int]:
    return [number for number in numbers if case.check(found[number - 1]).status == "valid"]


def certificates_of(case: Case) -> Iterator[CertificateLine]:
    """Yield the certificates of the metadata, then those that only the message brought along."""
    return islice(_certificates(case), _MOST)


def _certificates(case: Case) -> Iterator[CertificateLine]:
    signers = _signers(case)
    shown: set[bytes] = set()
    for side, entity in _entities(case):
        uses: dict[bytes, set[str]] = {}
        held: dict[bytes, CertificateFacts] = {}
        for role in entity.roles:
            for key in role.keys:
                for facts in _facts(case, key):
                    if facts.der is not None:
                        held[facts.der] = facts
                        uses.setdefault(facts.der, set()).add(key.use or "signing, encryption")
        for der, facts in held.items():
            shown.add(der)
            use = ", ".join(sorted(uses[der], reverse=True))
            yield _line(case, side, use, facts, signed=der in signers)
    for der, facts in signers.items():
        if der not in shown:
            yield _line(case, "message", "brought along by the message", facts, signed=True)


def _entities(case: Case) -> Iterator[tuple[str, EntityDescriptor]]:
    """Yield the entities whose keys matter, with their side."""
    if case.kind != "metadata":
        for side, entity in (("sp", case.sp), ("idp", case.idp)):
            if entity is not None:
                yield side, entity
        return
    if case.metadata is None:
        return
    for entity in islice(entities_of(case.metadata), _MOST):
        yield ("idp" if entity.idp is not None else "sp"), entity


def _facts(case: Case, key: KeyDescriptor) -> Iterator[CertificateFacts]:
    if key.key_info is not None:
        for node in key.key_info.certificates:
            yield case.certificate(node)


def _signers(case: Case) -> dict[bytes, CertificateFacts]:
    """Return the certificates that made a signature of the message, by their octets."""
    if case.kind != "message":
        return {}
    from samlcheck.engine.view import signatures_in

    makers = [case.check(item).signed_by for item in islice(signatures_in(case), _MOST)]
    if case.detached is not None:
        makers.append(case.detached.signed_by)
    return {
        item.facts.der: item.facts
        for item in makers
        if item is not None and item.facts.der is not None
    }


def _line(
    case: Case, side: str, use: str, facts: CertificateFacts, *, signed: bool
) -> CertificateLine:
    subject = without_secrets(facts.subject)
    return CertificateLine(
        side=side,
        use=use,
        subject=subject if len(subject) <= _LONGEST else f"{subject[:_LONGEST]}...",
        fingerprint=facts.fingerprint,
        key=_key_words(facts),
        not_before=facts.not_before,
        not_after=facts.not_after,
        state=_state(facts, case.now),
        signed=signed,
    )


def _key_words(facts: CertificateFacts) -> str:
    key = facts.key
    if key is None:
        return "a key that cannot be read"
    return " ".join(str(item) for item in (key.type, key.bits, key.curve) if item)


def _state(facts: CertificateFacts, now: datetime) -> str | None:
    if facts.not_before is None or facts.not_after is None:
        return None
    if now > facts.not_after:
        return "expired"
    return "early" if now < facts.not_before else "valid"
