"""ECDSA signature values that no signer makes, and that some verifiers accept for every content.

Sources: FIPS 186-5 section 6.4 (r and s lie between 1 and n - 1), RFC 4050 section 3.3 and XML
Signature 1.1 section 6.4.3 (both numbers one after the other, each as long as n).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Final

from samlcheck.crypto.algorithms import SIGNATURE_METHODS
from samlcheck.crypto.references import ShapeProblem
from samlcheck.model import Signature

#: The order n of the curves of NIST, by its length in octets.
_ORDERS: Final = {
    28: 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFF16A2E0B8F03E13DD29455C5C2A3D,
    32: 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    48: (1 << 384) - 0x389CB27E0BC8D220A7E5F24DB74F58851313E695333AD68D,
    66: (1 << 521) - 0x5AE79787C40D069948033FEB708F65A2FC44A36477663B851449048E16EC79BF7,
}


def ecdsa_problems(signature: Signature) -> Iterator[ShapeProblem]:
    """Yield what is wrong with the two numbers of an ECDSA signature value."""
    method = signature.signature_method
    known = SIGNATURE_METHODS.get((method.algorithm if method is not None else None) or "")
    value = signature.signature_value
    if known is None or known.family != "ecdsa" or value is None:
        return
    try:
        octets = base64.b64decode("".join(value.text.split()), validate=True)
    except (binascii.Error, ValueError):
        return
    half = len(octets) // 2
    numbers = [int.from_bytes(part, "big") for part in (octets[:half], octets[half:])]
    order = _ORDERS.get(half)
    if octets and (0 in numbers or (order is not None and max(numbers) >= order)):
        zero = 0 in numbers
        yield ShapeProblem(
            rule="cert-ecdsa-zero",
            node=value,
            message="A number of the ECDSA signature value is "
            + ("zero" if zero else "not below the order of the curve"),
            expected="two numbers between 1 and the order of the curve",
            actual="0" if zero else None,
        )
