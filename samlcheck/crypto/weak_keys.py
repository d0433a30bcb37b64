"""RSA moduli that anybody can factor, and keys whose private half is public: bounded work each.

Sources: Nemec and others, The Return of Coppersmith's Attack, CCS 2017, section 4 (CVE-2017-15361,
"ROCA"); H. Böck, Fermat Factorization in the Wild, 2023 (CVE-2022-26320); the default key stores
of the products named below, as of 2026-11.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from math import gcd, isqrt, lcm, prod
from types import MappingProxyType
from typing import Final

ROCA: Final = "roca"
FERMAT: Final = "fermat"
SMALL_FACTOR: Final = "small-factor"
PUBLISHED: Final = "published"

#: The generator of the primes that the flawed library makes, modulo each small prime.
_GENERATOR: Final = 65537
_LARGEST_ROCA_PRIME: Final = 167
_LARGEST_FACTOR: Final = 211
#: Keys found in the wild fall in the first round; each round doubles what is left to luck.
_ROUNDS: Final = 16
_SIXTY_FOUR: Final = (1 << 64) - 1

#: Keys that products ship with their private half, for a first start only: the last 64 bits of the
#: modulus, the SHA-256 digest of the SubjectPublicKeyInfo, and where the key comes from.
_PUBLISHED: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {
        0xD64846CCA0D06BF9: (
            "516207019bd4423ffd0a3ed40ddfcb4d222cfa70a68060fa3acdc9e049a2a4b5",
            "the sample key store of Spring Security SAML (alias apollo)",
        ),
        0x894F3C5A09C53B39: (
            "da909c62b1bdd210c5c70382b15c9aef0a5b423aa1072dce3ec172c93fbbd74f",
            "the default key store of WSO2 products (wso2carbon.jks)",
        ),
        0x4184C0EC4E99C8BF: (
            "7dcc9cc843d4cee0ee2bc2f59341bfa726168bbacf16629abd6e3cfd275188ce",
            "the default key store of OpenSSO and OpenAM (alias test)",
        ),
        0xB5AD15EE52DE02F1: (
            "ee607324cdae1567e5c8093c8d431c3eb6684b4c117fabfb942a1f3b16feb539",
            "the sample key of SimpleSAMLphp (server.pem)",
        ),
    }
)


def weakness_of(modulus: int) -> tuple[str, str] | None:
    """Return what makes an RSA modulus worthless, one of the names above, with details in words."""
    factor = gcd(modulus, _small_primes())
    if factor > 1:
        return SMALL_FACTOR, f"divisible by {_smallest_prime(factor)}"
    if has_roca_fingerprint(modulus):
        return ROCA, "made by a flawed library for smart cards and TPMs"
    if close_primes(modulus):
        return FERMAT, "the product of two primes that lie close together"
    return None


def published_key(modulus: int, key_info: bytes) -> str | None:
    """Return the product whose published key this is; None for all others.

    `key_info` is the SubjectPublicKeyInfo in DER.
    """
    known = _PUBLISHED.get(modulus & _SIXTY_FOUR)
    if known is None or hashlib.sha256(key_info).hexdigest() != known[0]:
        return None
    return known[1]


def _primes(largest: int) -> list[int]:
    return [
        number
        for number in range(2, largest + 1)
        if all(number % divisor for divisor in range(2, isqrt(number) + 1))
    ]


@cache
def _small_primes() -> int:
    return prod(_primes(_LARGEST_FACTOR))


def _smallest_prime(factor: int) -> int:
    return next(prime for prime in _primes(_LARGEST_FACTOR) if factor % prime == 0)


@cache
def _roca_remainders() -> tuple[tuple[int, frozenset[int]], ...]:
    """Return for each small prime the remainders that such keys leave, the most telling first."""
    found = []
    for prime in _primes(_LARGEST_ROCA_PRIME)[1:]:
        powers = _logarithms(prime)
        if len(powers) < prime - 1:
            found.append((prime, frozenset(powers)))
    found.sort(key=lambda item: len(item[1]) / item[0])
    return tuple(found)


def has_roca_fingerprint(modulus: int) -> bool:
    """Tell whether a modulus is a power of 65537 modulo the product of all small primes.

    It is one modulo each prime first of all, which settles it for nearly all other moduli; then
    one exponent has to serve all primes.
    """
    if not all(modulus % prime in powers for prime, powers in _roca_remainders()):
        return False
    exponent, period = 0, 1
    for prime in _primes(_LARGEST_ROCA_PRIME)[1:]:
        logarithms = _logarithms(prime)
        found, order = logarithms.get(modulus % prime), len(logarithms)
        if found is None or (found - exponent) % gcd(period, order):
            return False
        while exponent % order != found:
            exponent += period
        period = lcm(period, order)
    return True


def _logarithms(prime: int) -> dict[int, int]:
    """Return the powers of the generator modulo a prime, each with its exponent."""
    found: dict[int, int] = {}
    power = 1
    while power not in found:
        found[power] = len(found)
        power = power * _GENERATOR % prime
    return found


@cache
def _square_remainders() -> tuple[frozenset[int], ...]:
    """Return what squares leave modulo 64, 63, 65 and 11: other numbers nearly all fail a test."""
    return tuple(frozenset(n * n % m for n in range(m)) for m in (64, 63, 65, 11))


def close_primes(modulus: int) -> bool:
    """Tell whether a few rounds of Fermat's method find the factors of a modulus."""
    root = isqrt(modulus)
    if root * root == modulus:
        return True
    middle = root + 1
    rest = middle * middle - modulus
    by_64, by_63, by_65, by_11 = _square_remainders()
    for _ in range(_ROUNDS):
        if (
            rest & 63 in by_64
            and (left := rest % 45045) % 63 in by_63  # 63 * 65 * 11
            and left % 65 in by_65
            and left % 11 in by_11
            and isqrt(rest) ** 2 == rest
        ):
            return True
        rest += 2 * middle + 1
        middle += 1
    return False
