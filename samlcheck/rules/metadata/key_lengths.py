"""Rules on the length and kind of keys that are good enough today: advice, for long-lived keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from samlcheck.model import X509Certificate
from samlcheck.rules.case import Case
from samlcheck.rules.citations import nist, saml2int
from samlcheck.rules.metadata.published import offends
from samlcheck.rules.metadata.sample_long_keys import BRAINPOOL, UNTIL_2035
from samlcheck.rules.rule import INFO, OFF, Hit, example, hit, rule
from samlcheck.rules.wording import instant_words

if TYPE_CHECKING:
    from samlcheck.crypto import CertificateFacts

_CERT: Final = "{cert:sp-signing}"
_GOOD: Final = (example("sp"), example("idp"))
_LEAST: Final = 2048
_BETTER: Final = 3072
_BEST: Final = 4096
#: Until then 112 bits of strength, those of RSA with 2048 bits, are thought to do.
_LAST_DAY: Final = datetime(2031, 1, 1, tzinfo=UTC)
_USUAL_CURVES: Final = ("secp256r1", "secp384r1", "secp521r1")
_LEAST_CURVE: Final = 256


def _bits(facts: CertificateFacts) -> int | None:
    """Return the length of an RSA key that is long enough for today."""
    key = facts.key
    if key is None or key.type != "RSA" or key.bits is None or key.bits < _LEAST:
        return None
    return key.bits


@rule(
    "key-rsa-below-3072",
    on=X509Certificate,
    severity=INFO,
    cites=[saml2int("SDP-MD06"), nist("800-57 Part 1")],
    bad=[example("sp", (_CERT, UNTIL_2035))],
    good=_GOOD,
)
def rsa_below_3072(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """An RSA key is meant for longer than its length will do.

    The key has less than 3072 bits, and its certificate is valid beyond the year 2030.

    Why: 2048 bits are thought to be enough until the end of 2030; for new keys 3072 are
    recommended. A key that shall last longer has to be changed then.
    Fix: Make the next key with 3072 bits.
    """

    def short(facts: CertificateFacts) -> bool:
        return (
            (_bits(facts) or _BETTER) < _BETTER
            and facts.not_after is not None
            and facts.not_after > _LAST_DAY
        )

    found = offends(node, case, short)
    if found is not None:
        facts, repeats = found
        end = instant_words(facts.not_after or _LAST_DAY)
        yield hit(
            node,
            f"The RSA key of {facts.name} has {_bits(facts)} bits and is published until {end}",
            expected=f"{_BETTER} bits for a key that is used after 2030",
            actual=f"{_bits(facts)} bits",
            related=repeats,
        )


@rule(
    "key-rsa-below-4096",
    on=X509Certificate,
    severity=OFF,
    cites=[saml2int("SDP-MD06")],
    bad=[example("sp", enable=["key-rsa-below-4096"])],
    good=_GOOD,
)
def rsa_below_4096(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """An RSA key has less than 4096 bits.

    Some federations recommend 4096 bits for new keys; no specification asks for them.

    Why: what the federation recommends today it often requires later.
    Fix: Make the next key with 4096 bits.
    """
    found = offends(node, case, lambda facts: (_bits(facts) or _BEST) < _BEST)
    if found is not None:
        facts, repeats = found
        yield hit(
            node,
            f"The RSA key of {facts.name} has {_bits(facts)} bits",
            expected=f"{_BEST} bits",
            actual=f"{_bits(facts)} bits",
            related=repeats,
        )


@rule(
    "key-ec-curve-unusual",
    on=X509Certificate,
    severity=INFO,
    cites=[saml2int("SDP-MD07"), nist("800-186")],
    bad=[example("sp", (_CERT, BRAINPOOL))],
    good=[*_GOOD, example("sp", (_CERT, "{cert:ec}"))],
)
def curve_unusual(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """An elliptic curve key is on a curve that few know.

    The curve is none of P-256, P-384 and P-521, although it is large enough.

    Why: partners whose libraries lack the curve cannot verify anything. Inside eIDAS the Brainpool
    curves are common; elsewhere they are not.
    Fix: Ask the partners, or make a key on the curve P-256 or P-384.
    """

    def unusual(facts: CertificateFacts) -> bool:
        key = facts.key
        return (
            key is not None
            and key.type == "EC"
            and (key.bits or 0) >= _LEAST_CURVE
            and key.curve not in _USUAL_CURVES
        )

    found = offends(node, case, unusual)
    if found is not None:
        facts, repeats = found
        curve = facts.key.curve if facts.key else None
        yield hit(
            node,
            f"The elliptic curve key of {facts.name} is on the curve {curve}",
            expected="P-256, P-384 or P-521",
            actual=curve,
            related=repeats,
        )


RULES = (rsa_below_3072, rsa_below_4096, curve_unusual)
