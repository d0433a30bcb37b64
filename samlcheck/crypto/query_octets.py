"""The octets under a detached signature, and the near misses that senders sign instead.

Sources: SAML Bindings 3.4.4.1 (HTTP-Redirect); HTTP-POST SimpleSign binding 1.0, 2.5. A near miss
only explains why a signature fails; nothing is accepted because of one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import permutations, product
from typing import Final

from samlcheck.records import frozen

MESSAGES: Final = (b"SAMLRequest", b"SAMLResponse")
_RELAY_STATE, _ALGORITHM = b"RelayState", b"SigAlg"
_ESCAPE: Final = re.compile(rb"%[0-9A-Fa-f]{2}")

#: What a sender has signed that is not what the binding says.
LOWER_CASE, UPPER_CASE = "lower-case", "upper-case"
PLUS, PERCENT_20 = "plus", "percent-20"
OTHER_ESCAPES, NOT_ENCODED = "other-escapes", "not-encoded"
EMPTY_RELAY_STATE = "empty-relay-state"
ORDER, WITHOUT_RELAY_STATE = "order", "without-relay-state"

#: What the encoders in use leave as it is: RFC 3986, HTML forms, JavaScript, PHP, .NET.
_SAFE: Final = (b"-._~", b"-._*", b"-_.!~*'()", b"-_.", b"-_.!*()")
#: No browser sends a longer query string; of one that is, nothing is explained.
_LONGEST: Final = 65536

Pair = tuple[bytes, bytes]


@frozen(kw_only=True)
class Variant:
    """Octets that somebody may have signed; `change` names the departure, None for the right ones.

    `order` names the parameters in the order in which they were signed.
    """

    octets: bytes
    change: str | None = None
    order: tuple[str, ...] = ()


@frozen(kw_only=True)
class SignedParameters:
    """The message, RelayState and SigAlg of a signed query string, as they stand in it."""

    message: Pair
    relay_state: Pair | None
    algorithm: Pair

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The parameters in the order in which the binding signs them."""
        if self.relay_state is None:
            return self.message, self.algorithm
        return self.message, self.relay_state, self.algorithm


def signed_parameters(query: bytes) -> SignedParameters | None:
    """Return the parameters of a query string that a signature covers; None without them."""
    found: dict[bytes, bytes] = {}
    for pair in query.split(b"&"):
        name, separator, value = pair.partition(b"=")
        if separator:
            found.setdefault(name, value)
    message = next((name for name in reversed(MESSAGES) if name in found), None)
    if message is None or _ALGORITHM not in found:
        return None
    state = found.get(_RELAY_STATE)
    return SignedParameters(
        message=(message, found[message]),
        relay_state=None if state is None else (_RELAY_STATE, state),
        algorithm=(_ALGORITHM, found[_ALGORITHM]),
    )


def joined(pairs: tuple[Pair, ...]) -> bytes:
    """Return parameters as a query string."""
    return b"&".join(name + b"=" + value for name, value in pairs)


def query_variants(found: SignedParameters) -> Iterator[Variant]:
    """Yield the octets that the binding says are signed, and then the near misses."""
    right = found.pairs
    yield Variant(octets=joined(right))
    if sum(len(value) for _, value in right) > _LONGEST:
        return
    for change, recode in _recodings():
        octets = joined(tuple((name, recode(value)) for name, value in right))
        yield Variant(octets=octets, change=change)
    if found.relay_state is None:
        padded = (found.message, (_RELAY_STATE, b""), found.algorithm)
        yield Variant(octets=joined(padded), change=EMPTY_RELAY_STATE)
    else:
        yield from _without_relay_state(found)
    for order in permutations(right):
        if order != right:
            names = tuple(name.decode() for name, _ in order)
            yield Variant(octets=joined(order), change=ORDER, order=names)


def _without_relay_state(found: SignedParameters) -> Iterator[Variant]:
    rest = (found.message, found.algorithm)
    empty = found.relay_state is not None and not found.relay_state[1]
    change = EMPTY_RELAY_STATE if empty else WITHOUT_RELAY_STATE
    yield Variant(octets=joined(rest), change=change)
    for recode in (_lower, _upper):
        octets = joined(tuple((name, recode(value)) for name, value in rest))
        yield Variant(octets=octets, change=change)


def simple_sign_variants(message: Pair, state: bytes | None, algorithm: bytes) -> Iterator[Variant]:
    """Yield the octets that SimpleSign signs, with the XML itself, and then the near misses."""
    found = SignedParameters(
        message=message,
        relay_state=None if state is None else (_RELAY_STATE, state),
        algorithm=(_ALGORITHM, algorithm),
    )
    yield Variant(octets=joined(found.pairs))
    if state is not None:
        rest = (found.message, found.algorithm)
        change = WITHOUT_RELAY_STATE if state else EMPTY_RELAY_STATE
        yield Variant(octets=joined(rest), change=change)
    for order in permutations(found.pairs):
        if order != found.pairs:
            names = tuple(name.decode() for name, _ in order)
            yield Variant(octets=joined(order), change=ORDER, order=names)


def decoded(value: bytes) -> bytes:
    """Return a query value as its receiver decodes it."""
    return _ESCAPE.sub(
        lambda found: bytes.fromhex(found[0][1:].decode("ascii")), value.replace(b"+", b" ")
    )


def _lower(value: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: found[0].lower(), value)


def _upper(value: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: found[0].upper(), value)


def _recoder(safe: bytes, space: bytes, *, lower: bool) -> Callable[[bytes], bytes]:
    """Return a function that encodes a value anew as one of the encoders in use does."""
    unsafe = re.compile(b"[^A-Za-z0-9" + re.escape(safe) + b"]")
    form = "%%%02x" if lower else "%%%02X"
    escapes = {bytes((octet,)): (form % octet).encode("ascii") for octet in range(256)}
    escapes[b" "] = space

    def recode(value: bytes) -> bytes:
        return unsafe.sub(lambda found: escapes[found[0]], decoded(value))

    return recode


def _recodings() -> Iterator[tuple[str, Callable[[bytes], bytes]]]:
    """Yield what may have been done to the escapes of all values, the likeliest first."""
    yield LOWER_CASE, _lower
    yield UPPER_CASE, _upper
    yield PLUS, lambda value: value.replace(b"%20", b"+")
    yield PERCENT_20, lambda value: value.replace(b"+", b"%20")
    for safe, space, lower in product(_SAFE, (b"+", b"%20"), (False, True)):
        yield OTHER_ESCAPES, _recoder(safe, space, lower=lower)
    yield NOT_ENCODED, decoded
