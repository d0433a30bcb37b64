"""Rules on the key sizes that an entity says it supports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import AlgorithmSupport, EntityDescriptor, Extensions
from samlcheck.rules.case import Case
from samlcheck.rules.citations import algsupport, nist
from samlcheck.rules.metadata.algorithm_support import DIGEST, SIGNING, listing
from samlcheck.rules.rule import ERROR, WARNING, Hit, Place, example, hit, rule

_LEAST: Final = {"RSA": 2048, "EC": 256}
_TYPES: Final = {"rsa": "RSA", "rsa-pss": "RSA", "ecdsa": "EC", "dsa": "DSA"}
_GOOD: Final = (example("sp", listing("sp", DIGEST, SIGNING)), example("idp"))


def _key_type(method: AlgorithmSupport) -> str | None:
    """Return the type of key that a signature algorithm needs."""
    from samlcheck.crypto import SIGNATURE_METHODS

    known = SIGNATURE_METHODS.get((method.algorithm or "").strip())
    return None if known is None else _TYPES.get(known.family)


def _size(text: str | None) -> int | None:
    """Return a key size; None when it is absent or not a count."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 8 else None


@rule(
    "alg-minkeysize",
    on=AlgorithmSupport,
    severity=ERROR,
    cites=[algsupport("2.4"), nist("800-131A")],
    bad=[
        example("sp", listing("sp", DIGEST, SIGNING.replace("/>", ' MinKeySize="1024"/>'))),
        example(
            "sp",
            listing("sp", DIGEST, SIGNING.replace("/>", ' MinKeySize="4096" MaxKeySize="2048"/>')),
            also=["alg-key-outside-range"],
        ),
        example("sp", listing("sp", DIGEST, SIGNING.replace("/>", ' MinKeySize="2048 bit"/>'))),
    ],
    good=[
        *_GOOD,
        example("sp", listing("sp", DIGEST, SIGNING.replace("/>", ' MinKeySize="2048"/>'))),
    ],
)
def key_sizes(method: AlgorithmSupport, case: Case) -> Iterator[Hit]:
    """The key sizes of a supported algorithm make no sense.

    MinKeySize and MaxKeySize are counts of bits, the smaller first. That keys are accepted which
    are too short to be safe (RSA under 2048, EC under 256) is a warning.

    Why: no key fits, or keys fit that can be broken.
    Fix: State the range that the software accepts, from 2048 for RSA and from 256 for EC keys.
    """
    least, most = _size(method.min_key_size), _size(method.max_key_size)
    for name, text, size in (
        ("MinKeySize", method.min_key_size, least),
        ("MaxKeySize", method.max_key_size, most),
    ):
        if text is not None and size is None:
            yield hit(
                method,
                f"The {name} {text!r} is not a count of bits",
                attribute=name,
                expected="a number of bits",
                actual=text,
            )
    kind = _key_type(method)
    safe = _LEAST.get(kind or "", 0)
    if least is not None and most is not None and least > most:
        yield hit(
            method,
            f"The MinKeySize {least} is larger than the MaxKeySize {most}",
            attribute="MinKeySize",
            expected=f"at most {most}",
            actual=str(least),
        )
    elif least is not None and least < safe:
        yield hit(
            method,
            f"The MinKeySize {least} is too small for {kind} keys",
            attribute="MinKeySize",
            expected=f"at least {safe}",
            actual=str(least),
            severity=WARNING,
        )


@rule(
    "alg-key-outside-range",
    on=EntityDescriptor,
    severity=WARNING,
    cites=[algsupport("2.4")],
    bad=[example("sp", listing("sp", DIGEST, SIGNING.replace("/>", ' MinKeySize="3072"/>')))],
    good=[
        *_GOOD,
        example("sp", listing("sp", DIGEST, SIGNING.replace("/>", ' MaxKeySize="4096"/>'))),
    ],
)
def key_outside_range(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """A signing key has a size that the entity itself does not support.

    The listed signature algorithms for keys of this type have MinKeySize or MaxKeySize, and the
    published signing key is outside of all these ranges.

    Why: a partner with the same software refuses the key, or one of the two statements is old.
    Fix: Correct the key sizes in the list, or publish the key that is in use.
    """
    for role in entity.roles:
        listed = _signing(role.extensions) or _signing(entity.extensions)
        for key in role.signing_keys if listed else ():
            for node in key.key_info.certificates if key.key_info else ():
                facts = case.certificate(node).key
                ranges = [
                    (_size(method.min_key_size) or 0, _size(method.max_key_size))
                    for method in listed
                    if facts is not None and _key_type(method) == facts.type
                ]
                bits = facts.bits if facts is not None else None
                if (
                    bits
                    and ranges
                    and not any(
                        low <= bits and (high is None or bits <= high) for low, high in ranges
                    )
                ):
                    yield hit(
                        node,
                        f"The signing key of {bits} bits is outside of the key sizes listed",
                        expected=", ".join(f"{low} to {high or 'any'}" for low, high in ranges),
                        actual=str(bits),
                        related=[Place(listed[0], "MinKeySize", "the list")],
                    )


def _signing(extensions: Extensions | None) -> list[AlgorithmSupport]:
    return [
        item
        for item in (extensions.items if extensions else ())
        if isinstance(item, AlgorithmSupport) and item.kind == "SigningMethod"
    ]


RULES = (key_sizes, key_outside_range)
