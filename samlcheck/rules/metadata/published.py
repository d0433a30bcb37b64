"""The certificates that a role publishes, for the rules that judge them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from lxml.etree import _Element as Element

from samlcheck.model import KeyDescriptor, RoleDescriptor, X509Certificate
from samlcheck.rules.case import Case, Given
from samlcheck.rules.rule import Place
from samlcheck.xml import text_of
from samlcheck.xml.names import DS, MD, clark

if TYPE_CHECKING:
    from samlcheck.crypto import CertificateFacts

_KEY_DESCRIPTOR = clark(MD, "KeyDescriptor")
_CERTIFICATE = clark(DS, "X509Certificate")
#: So many certificates of a role are compared with each other.
_MOST = 100
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


def _keys(subject: RoleDescriptor | Given, case: Case) -> tuple[KeyDescriptor, ...]:
    """Return the keys of a role; for metadata given with a message, those relied on."""
    if isinstance(subject, RoleDescriptor):
        return subject.keys
    return case.relied_on_keys if subject.side == case.sender_side else ()


def published(
    subject: RoleDescriptor | Given, case: Case, test: Callable[[CertificateFacts], bool]
) -> list[Published]:
    """Return the certificates of a role if one of them passes a test; else none at all.

    Most certificates are in order, and there are many: this looks before it makes objects.
    """
    keys = _keys(subject, case)
    read = case.certificate
    for key in keys:
        info = key.key_info
        if info is not None and any(test(read(node)) for node in info.certificates):
            break
    else:
        return []
    return [
        Published(key, node, read(node))
        for key in keys
        if key.key_info is not None
        for node in key.key_info.certificates
    ]


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


def offends(
    node: X509Certificate, case: Case, wrong: Callable[[CertificateFacts], bool]
) -> tuple[CertificateFacts, list[Place]] | None:
    """Return a certificate's facts when they are wrong, with where its role repeats the text.

    None for the repetitions themselves: the first place speaks for all.
    """
    facts = case.certificate(node)
    if not wrong(facts):
        return None
    same = _same_text(node)
    if same[0] is not node.element:
        return None
    return facts, [Place(element, None, "the same certificate") for element in same[1:]]


def _same_text(node: X509Certificate) -> list[Element]:
    """Return the certificate elements of a role that hold the same text, in document order.

    In a role with very many certificates each stands for itself.
    """
    key = next(node.element.iterancestors(_KEY_DESCRIPTOR), None)
    role = None if key is None else key.getparent()
    if role is None:
        return [node.element]
    siblings = (
        element
        for sibling in role.iterchildren(_KEY_DESCRIPTOR)
        for element in sibling.iter(_CERTIFICATE)
    )
    first = list(islice(siblings, _MOST + 1))
    if len(first) > _MOST:
        return [node.element]
    return [element for element in first if text_of(element) == node.text]
