"""The detached signature of a message that came by HTTP-Redirect or HTTP-POST-SimpleSign."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from samlcheck.model import KeyInfo, X509Certificate
from samlcheck.xml import MESSAGE_LIMITS, read_document
from samlcheck.xml.names import DS, clark

if TYPE_CHECKING:
    from samlcheck.crypto import DetachedCheck, KeyCandidate
    from samlcheck.rules.case import Case, Sent

REDIRECT, SIMPLE_SIGN = "HTTP-Redirect", "HTTP-POST-SimpleSign"
_NAMES = ("SigAlg", "Signature")


def signature_parameters(sent: Sent | None) -> tuple[str, ...]:
    """Return which of SigAlg and Signature came with a message."""
    if sent is None or sent.binding not in (REDIRECT, SIMPLE_SIGN):
        return ()
    return tuple(name for name in _NAMES if sent.values(name))


def octets_are_known(sent: Sent) -> bool:
    """Tell whether the octets that a detached signature covers are in the capture."""
    if sent.binding == SIMPLE_SIGN:
        return True
    from samlcheck.crypto import signed_parameters

    return sent.query is not None and signed_parameters(sent.query) is not None


def check_detached(case: Case, keys: Callable[[], Iterator[KeyCandidate]]) -> DetachedCheck | None:
    """Return the answer for the detached signature of a message.

    None when there is none, when it is incomplete, or when the octets that it covers are lost.
    """
    sent = case.sent
    if sent is None or signature_parameters(sent) != _NAMES or not octets_are_known(sent):
        return None
    from samlcheck.crypto import (
        query_variants,
        signed_parameters,
        simple_sign_variants,
        verify_detached,
    )

    algorithm, value = sent.values("SigAlg")[0], sent.values("Signature")[0]
    if sent.binding == SIMPLE_SIGN:
        document = case.message_document
        xml = b"" if document is None else document.data
        states = sent.values("RelayState")
        message = ((sent.parameter or "").encode("ascii"), xml)
        variants = simple_sign_variants(message, states[0] if states else None, algorithm)
    else:
        found = signed_parameters(sent.query or b"")
        if found is None:
            return None
        variants = query_variants(found)
    candidates = (*keys(), *_carried_keys(case))
    name = algorithm.decode("utf-8", "replace")
    return verify_detached(name, value, variants, candidates)


def _carried_keys(case: Case) -> Iterator[KeyCandidate]:
    """Yield the keys in the KeyInfo of HTTP-POST-SimpleSign: they explain, nobody trusts them."""
    values = [] if case.sent is None else case.sent.values("KeyInfo")
    if not values:
        return
    from samlcheck.crypto import KeyCandidate

    for certificate in _certificates(values[0]):
        facts = case.certificate(certificate)
        if facts.public_key is not None:
            yield KeyCandidate(
                facts=facts, node=None, owner="the message", purpose="embedded", trusted=False
            )


def _certificates(value: bytes) -> tuple[X509Certificate, ...]:
    try:
        octets = base64.b64decode(value)
    except (binascii.Error, ValueError):
        return ()
    root = read_document(octets, limits=MESSAGE_LIMITS).root
    if root is None or root.tag != clark(DS, "KeyInfo"):
        return ()
    return KeyInfo(element=root).certificates
