"""Rules on the keys that the entities of one aggregate have in common."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import Any, Final

from samlcheck.model import (
    EntityDescriptor,
    X509Certificate,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdiop, paper
from samlcheck.rules.metadata.operators import unrelated
from samlcheck.rules.metadata.sample_factors import SHARED_FACTOR_1, SHARED_FACTOR_2
from samlcheck.rules.metadata.shared_factors import moduli_with_shared_factor
from samlcheck.rules.rule import ERROR, WARNING, Hit, Place, Unknown, example, hit, rule
from samlcheck.rules.sets import Census, Members

_GOOD: Final = (example("aggregate"),)
#: How many entities a finding lists beside the one that it is about.
_MOST: Final = 5


def _certificates(entity: EntityDescriptor) -> Iterator[X509Certificate]:
    for role in entity.roles:
        for key in role.keys:
            if key.key_info is not None:
                yield from key.key_info.certificates


def _texts(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    """Yield the certificates of an entity, as they are written but for white space."""
    for node in _certificates(entity):
        text = "".join(node.text.split())
        if text:
            yield text, Place(node, None, f"the certificate of {entity.entity_id}")


@rule(
    "key-shared-across-entities",
    on=Members,
    facts=_texts,
    severity=WARNING,
    cites=[mdiop("2.5.1")],
    unless=["eid-duplicate"],
    bad=[
        example(
            "aggregate",
            ("{cert:sp-encryption}", "{cert:idp-encryption}"),
            ("sp.example.org", "library.example.com"),
        )
    ],
    good=[*_GOOD, example("aggregate", ("{cert:sp-encryption}", "{cert:idp-encryption}"))],
)
def shared_key(sharing: Members, case: Case) -> Iterator[Hit]:
    """Entities of different operators publish the same certificate.

    The same certificate stands in the metadata of entities that different authorities registered
    or different organizations run, and that have no endpoint in the same domain: those would be
    hosted by one provider.

    Why: who holds the private key can speak for all of them; often it is a key that came with
    software or was copied from a guide.
    Fix: Make a key of your own, unless one provider hosts all of these entities.
    """
    owner, *others = sharing
    others = [one for one in others if unrelated(owner.entity, one.entity)]
    certificate = owner.place.subject
    if not others or not isinstance(certificate, X509Certificate):
        return
    yield hit(
        others[0].place.subject,
        f"The certificate {case.certificate(certificate).subject} is also that of {owner.name}, "
        "which another organization runs",
        expected="a key of its own for each operator",
        related=[one.place for one in (owner, *others[1:_MOST])],
    )


def _moduli(entity: EntityDescriptor, case: Case) -> Iterator[tuple[str, Place]]:
    """Yield the moduli of the RSA keys of an entity, in hexadecimal."""
    for node in _certificates(entity):
        facts = case.certificate(node)
        if facts.key is not None and facts.key.type == "RSA" and facts.public_key is not None:
            key: Any = facts.public_key
            yield f"{key.public_numbers().n:x}", Place(node, None, "the other key")


@rule(
    "agg-shared-key-factor",
    on=Census,
    facts=_moduli,
    severity=ERROR,
    cites=[paper("Mining Your Ps and Qs", "https://factorable.net/")],
    bad=[
        example(
            "aggregate",
            ("{cert:sp-encryption}", SHARED_FACTOR_1),
            ("{cert:idp-encryption}", SHARED_FACTOR_2),
        )
    ],
    good=_GOOD,
)
def shared_factor(census: Census, case: Case) -> Iterator[Hit | Unknown]:
    """Two different RSA keys have a prime factor in common.

    The moduli of all RSA keys of the document are compared with each other at once.

    Why: whoever divides one modulus by the common factor has both private keys. It happens when
    keys are made without enough randomness, as devices do right after they were switched on.
    Fix: Replace the keys at once, with keys made on another machine.
    """
    if not census.complete:
        yield Unknown(
            f"so many RSA keys (more than {len(census.counts)}) take long to compare; "
            "--select agg-shared-key-factor has it done"
        )
        return
    moduli = [int(key, 16) for key in census.counts]
    for modulus in moduli_with_shared_factor(moduli):
        found = census.first(f"{modulus:x}")
        others = [other for other in moduli if other != modulus and gcd(other, modulus) > 1]
        related = [census.first(f"{other:x}") for other in others[:_MOST]]
        node = None if found is None else found.place.subject
        if isinstance(node, X509Certificate):
            yield hit(
                node,
                f"The RSA key of {case.certificate(node).subject} has a prime factor in "
                "common with another key, so that both are broken",
                expected="a modulus of two primes of its own",
                related=[item.place for item in related if item is not None],
            )


RULES = (shared_key, shared_factor)
