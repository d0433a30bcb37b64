"""The certificates that a role publishes, for the rules that judge them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from samlcheck.model import AuthnRequest, KeyDescriptor, RoleDescriptor, X509Certificate
from samlcheck.rules.case import Case, Given
from samlcheck.rules.rule import Place

if TYPE_CHECKING:
    from samlcheck.crypto import CertificateFacts

SIGNING = "signing"
ENCRYPTION = "encryption"


class Published(NamedTuple):
    """A certificate element, the key descriptor it stands in, and what it holds."""

    key: KeyDescriptor
    node: X509Certificate
    facts: CertificateFacts

    def serves(self, use: str) -> bool:
        """Tell whether the key may be used for signing or for encryption."""
        return self.key.signs if use == SIGNING else self.key.encrypts


def published(subject: RoleDescriptor | Given, case: Case) -> Iterator[Published]:
    """Yield the certificates of a role; for metadata given with a message, those relied on."""
    if isinstance(subject, RoleDescriptor):
        keys = subject.keys
    else:
        signer = "sp" if isinstance(case.message, AuthnRequest) else "idp"
        keys = case.relied_on_keys if subject.side == signer else ()
    for key in keys:
        if key.key_info is not None:
            for node in key.key_info.certificates:
                yield Published(key, node, case.certificate(node))


def _valid(facts: CertificateFacts, start_by: datetime, until: datetime) -> bool:
    """Tell whether a certificate is valid from an instant to another one at least."""
    if facts.not_before is None or facts.not_after is None:
        return False
    return facts.not_before <= start_by and facts.not_after >= until


def replaced(
    item: Published, others: Collection[Published], start_by: datetime, until: datetime
) -> bool:
    """Tell whether the role has another valid certificate for each use of this one.

    One certificate may stand in several key descriptors; its uses are those of all of them.
    """
    same = [other for other in others if other.facts is item.facts]
    uses = [use for use in (SIGNING, ENCRYPTION) if any(other.serves(use) for other in same)]
    return bool(uses) and all(
        any(other.serves(use) and _valid(other.facts, start_by, until) for other in others)
        for use in uses
    )


def distinct(found: Iterable[Published]) -> Iterator[tuple[Published, list[Place]]]:
    """Yield each certificate once, with the other places where the role repeats it."""
    seen: dict[int, tuple[Published, list[Place]]] = {}
    for item in found:
        known = seen.setdefault(id(item.facts), (item, []))
        if known[0] is not item:
            known[1].append(Place(item.node, None, "the same certificate"))
    yield from seen.values()


def offenders(
    role: RoleDescriptor, case: Case, wrong: Callable[[CertificateFacts], bool]
) -> Iterator[tuple[X509Certificate, CertificateFacts, list[Place]]]:
    """Yield the certificates of a role that are wrong, each once, with where it is repeated."""
    found = [item for item in published(role, case) if wrong(item.facts)]
    for item, repeats in distinct(found):
        yield item.node, item.facts, repeats
