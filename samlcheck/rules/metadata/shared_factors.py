"""Finds RSA moduli that have a prime factor in common, without comparing each with each.

All moduli are multiplied in a tree, and with them the sum of the products that leave one modulus
out. What remains of that sum by one modulus is the product of all others by it. The time grows
little faster than the number of moduli. Source: D. J. Bernstein, How to find smooth parts of
integers, section 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd


def moduli_with_shared_factor(moduli: Sequence[int]) -> list[int]:
    """Return those of some distinct moduli that have a factor in common with another one.

    Numbers below 2 are left out.
    """
    numbers = [number for number in moduli if number > 1]
    if len(numbers) < 2:
        return []
    rests = _products_of_others(numbers)
    return [number for number, rest in zip(numbers, rests, strict=True) if gcd(rest, number) > 1]


def _products_of_others(numbers: Sequence[int]) -> list[int]:
    """Return for each number the product of all others, modulo the number itself.

    In decimals, because their multiplication is fast for long numbers, that of integers is not.
    """
    import decimal
    from decimal import Decimal

    context = decimal.Context(
        prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN, traps=[]
    )
    level = [(Decimal(number), Decimal(1)) for number in numbers]
    levels = []
    while len(level) > 1:
        levels.append([product for product, _ in level])
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [
            (
                context.multiply(left, right),
                context.add(context.multiply(rest, right), context.multiply(left, other)),
            )
            for (left, rest), (right, other) in pairs
        ]
        level = above + level[len(above) * 2 :]
    rests = [level[0][1]]
    for products in reversed(levels):
        rests = [
            context.remainder(rests[number // 2], product)
            for number, product in enumerate(products)
        ]
    return [int(rest) for rest in rests]
