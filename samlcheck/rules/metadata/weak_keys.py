"""Rules on keys that anybody can compute or knows: bounded arithmetic and a short list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import X509Certificate
from samlcheck.rules.case import Case
from samlcheck.rules.citations import paper
from samlcheck.rules.metadata.published import offends
from samlcheck.rules.metadata.sample_weak_keys import CLOSE_PRIMES, PUBLISHED, ROCA, SMALL_FACTOR
from samlcheck.rules.rule import ERROR, Hit, example, hit, rule

_CERT: Final = "{cert:sp-signing}"
_GOOD: Final = (example("sp"), example("idp"))
#: The certificates of the examples have an empty signature.
_ALSO: Final = ("cert-signature-invalid",)
_ROCA: Final = paper(
    "CVE-2017-15361: The Return of Coppersmith's Attack", "https://roca.crocs.fi.muni.cz/"
)
_FERMAT: Final = paper("CVE-2022-26320: Fermat Attack on RSA", "https://fermatattack.secvuln.info/")
_FACTORS: Final = paper("Mining Your Ps and Qs", "https://factorable.net/")
_KEPT_SECRET: Final = paper(
    "CWE-321: Use of Hard-coded Cryptographic Key",
    "https://cwe.mitre.org/data/definitions/321.html",
)


def _worthless(node: X509Certificate, case: Case, kind: str, words: str) -> Iterator[Hit]:
    """Yield a hit for a certificate whose key has this weakness, the first of its role."""
    found = offends(
        node, case, lambda facts: facts.weakness is not None and facts.weakness[0] == kind
    )
    if found is not None:
        facts, repeats = found
        detail = facts.weakness[1] if facts.weakness is not None else ""
        yield hit(
            node,
            f"The RSA key of {facts.name} {words.format(detail)}",
            expected="a key that only its owner knows",
            related=repeats,
        )


@rule(
    "key-roca",
    on=X509Certificate,
    severity=ERROR,
    cites=[_ROCA],
    bad=[example("sp", (_CERT, ROCA), also=_ALSO)],
    good=_GOOD,
)
def roca(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """An RSA key was made by a flawed library.

    The modulus has the fingerprint of the library that Infineon smart cards and TPMs used until
    2017; no other key has it, not even by chance.

    Why: the private key can be computed from the public one, for 2048 bits at the price of a few
    thousand dollars.
    Fix: Update the firmware of the smart card, TPM or HSM, make a new key elsewhere, and publish
    its certificate.
    """
    yield from _worthless(node, case, "roca", "was {}, so that it can be computed")


@rule(
    "key-rsa-fermat",
    on=X509Certificate,
    severity=ERROR,
    cites=[_FERMAT],
    bad=[example("sp", (_CERT, CLOSE_PRIMES), also=_ALSO)],
    good=_GOOD,
)
def fermat(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """The two primes of an RSA key lie close together.

    A few rounds of Fermat's method, of the year 1643, find the factors of the modulus.

    Why: anybody can compute the private key at once. Printers and management cards of several
    makers have made such keys.
    Fix: Make a new key on another machine and publish its certificate; update the machine that
    made this one.
    """
    yield from _worthless(node, case, "fermat", "is {}, so that anybody can compute it")


@rule(
    "key-rsa-small-factor",
    on=X509Certificate,
    severity=ERROR,
    cites=[_FACTORS],
    bad=[example("sp", (_CERT, SMALL_FACTOR))],
    good=_GOOD,
)
def small_factor(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """An RSA modulus has a small factor.

    The modulus is divisible by a prime below 212. No tool makes such a key.

    Why: most likely the Base64 text was damaged in copying, so that the key in the metadata is not
    the one that is used, and every signature is refused. If it is the real key, it is weak.
    Fix: Export the certificate again and copy its text whole; if it is the same, make a new key.
    """
    yield from _worthless(node, case, "small-factor", "has a modulus that is {}")


@rule(
    "key-known-compromised",
    on=X509Certificate,
    severity=ERROR,
    cites=[_KEPT_SECRET],
    bad=[example("sp", (_CERT, PUBLISHED), also=_ALSO)],
    good=_GOOD,
)
def known_compromised(node: X509Certificate, case: Case) -> Iterator[Hit]:
    """A key is one that comes with a product, private half included.

    The key is in a short list of keys out of default and sample key stores that are known from
    SAML metadata in the wild: those of OpenAM, SimpleSAMLphp, Spring Security SAML and WSO2.

    Why: everybody who downloads the product has the private key, and can sign or decrypt in the
    name of the entity.
    Fix: Make a key of your own, configure it in place of the one that was shipped, and publish its
    certificate.
    """
    yield from _worthless(node, case, "published", "is published with its private half: it is {}")


RULES = (roca, fermat, small_factor, known_compromised)
