"""The search for common factors finds the same moduli as comparing each with each."""

from __future__ import annotations

from math import gcd

from hypothesis import given
from hypothesis import strategies as st

from samlcheck.rules.metadata.shared_factors import moduli_with_shared_factor

PRIMES = (3, 5, 7, 11, 13, 17, 19, 23, 2**89 - 1, 2**107 - 1, 2**127 - 1, 2**521 - 1, 2**607 - 1)


@given(
    st.lists(
        st.tuples(st.sampled_from(PRIMES), st.sampled_from(PRIMES)).map(
            lambda two: two[0] * two[1]
        ),
        unique=True,
        max_size=12,
    )
)
def test_moduli_with_a_common_factor_are_those_of_the_comparison_in_pairs(
    moduli: list[int],
) -> None:
    expected = [
        one for one in moduli if any(other != one and gcd(one, other) > 1 for other in moduli)
    ]
    assert expected == moduli_with_shared_factor(moduli)


@given(st.lists(st.integers(min_value=-3, max_value=10**40), unique=True, max_size=9))
def test_any_numbers_are_taken(numbers: list[int]) -> None:
    usable = [number for number in numbers if number > 1]
    expected = [
        one for one in usable if any(other != one and gcd(one, other) > 1 for other in usable)
    ]
    assert expected == moduli_with_shared_factor(numbers)


def test_fewer_than_two_moduli_have_nothing_in_common() -> None:
    assert [] == moduli_with_shared_factor([])
    assert [] == moduli_with_shared_factor([15])
