"""Weak RSA moduli are found, those next to them and real keys are not, and the work is bounded."""

from __future__ import annotations

import base64
import time
from math import gcd, prod

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from samlcheck.crypto import load_certificate
from samlcheck.crypto.weak_keys import (
    FERMAT,
    PUBLISHED,
    ROCA,
    SMALL_FACTOR,
    close_primes,
    has_roca_fingerprint,
    published_key,
    weakness_of,
)
from samlcheck.rules.metadata import sample_weak_keys as samples

_PRIMES = [n for n in range(2, 168) if all(n % d for d in range(2, n))]
_PRODUCT = prod(_PRIMES)


def _real_modulus() -> int:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.public_key().public_numbers().n


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (samples.ROCA, ROCA),
        (samples.CLOSE_PRIMES, FERMAT),
        (samples.SMALL_FACTOR, SMALL_FACTOR),
        (samples.PUBLISHED, PUBLISHED),
    ],
)
def test_the_samples_are_what_they_show(sample: str, expected: str) -> None:
    weakness = load_certificate(base64.b64decode(sample)).weakness
    assert weakness is not None
    assert expected == weakness[0]


def test_real_keys_are_not_weak() -> None:
    for _ in range(3):
        assert weakness_of(_real_modulus()) is None


@pytest.mark.parametrize("exponent", [1, 2, 3, 1000, 10**9])
def test_every_power_of_the_generator_has_the_fingerprint(exponent: int) -> None:
    assert has_roca_fingerprint(pow(65537, exponent, _PRODUCT) + 7 * _PRODUCT)


def test_a_power_for_each_prime_alone_is_not_the_fingerprint() -> None:
    """Modulo each prime a power of 65537, but by two different exponents."""
    first, second = pow(65537, 5, _PRODUCT), pow(65537, 6, _PRODUCT)
    low, high = prod(_PRIMES[:20]), prod(_PRIMES[20:])
    mixed = (first * high * pow(high, -1, low) + second * low * pow(low, -1, high)) % _PRODUCT
    assert gcd(mixed, _PRODUCT) == 1
    assert not has_roca_fingerprint(mixed)


def test_squares_and_twin_primes_are_close() -> None:
    assert close_primes(1000003**2)
    assert close_primes(1000037 * 1000039)
    assert not close_primes(1000003 * 3000017)


def test_a_published_key_is_known_by_the_whole_key() -> None:
    facts = load_certificate(base64.b64decode(samples.PUBLISHED))
    assert facts.key_id is not None
    assert isinstance(facts.public_key, rsa.RSAPublicKey)
    modulus = facts.public_key.public_numbers().n
    assert published_key(modulus, facts.key_id) is not None
    assert published_key(modulus, facts.key_id + b"\0") is None
    assert published_key(modulus + (1 << 64), facts.key_id[:-1]) is None


@pytest.mark.parametrize("bits", [0, 1, 2, 16, 2048, 16384])
def test_any_number_is_judged_in_short_time(bits: int) -> None:
    start = time.perf_counter()
    for modulus in (2**bits - 1, 2**bits, 2**bits + 1):
        weakness_of(modulus)
    assert time.perf_counter() - start < 1
