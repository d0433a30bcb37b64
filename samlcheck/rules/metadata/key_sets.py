"""Rules on the keys that the entities of one aggregate have in common."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import Any, Final

from samlcheck.model import (
    EntitiesDescriptor,
    EntityDescriptor,
    X509Certificate,
    entities_of,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdiop, paper
from samlcheck.rules.metadata.extensions import base_domain, endpoint_hosts
from samlcheck.rules.metadata.operators import different_operators
from samlcheck.rules.metadata.sample_factors import SHARED_FACTOR_1, SHARED_FACTOR_2
from samlcheck.rules.metadata.shared_factors import moduli_with_shared_factor
from samlcheck.rules.rule import ERROR, WARNING, Hit, Place, example, hit, rule

_GOOD: Final = (example("aggregate"),)
#: How many entities a finding lists beside the one that it is about.
_MOST: Final = 5


def _certificates(entity: EntityDescriptor) -> Iterator[X509Certificate]:
    for role in entity.roles:
        for key in role.keys:
            if key.key_info is not None:
                yield from key.key_info.certificates


@rule(
    "key-shared-across-entities",
    on=EntitiesDescriptor,
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
def shared_key(group: EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """Entities of different operators publish the same certificate.

    The same certificate stands in the metadata of entities that different authorities registered
    or different organizations run, and that have no endpoint in the same domain: those would be
    hosted by one provider.

    Why: who holds the private key can speak for all of them; often it is a key that came with
    software or was copied from a guide.
    Fix: Make a key of your own, unless one provider hosts all of these entities.
    """
    if group.element.getparent() is not None:
        return
    holders: dict[str, list[tuple[EntityDescriptor, X509Certificate]]] = {}
    for entity in entities_of(group):
        for certificate in _certificates(entity):
            known = holders.setdefault("".join(certificate.text.split()), [])
            if not known or known[-1][0] is not entity:
                known.append((entity, certificate))
    for text, known in holders.items():
        owner, _ = known[0]
        others = [(one, node) for one, node in known[1:] if _unrelated(owner, one)]
        if text and others:
            facts = case.certificate(known[0][1])
            yield hit(
                others[0][1],
                f"The certificate {facts.subject} is also that of {owner.entity_id!r}, which "
                "another organization runs",
                expected="a key of its own for each operator",
                related=[
                    Place(node, None, f"the certificate of {one.entity_id}")
                    for one, node in [known[0], *others[1:_MOST]]
                ],
            )


def _unrelated(one: EntityDescriptor, other: EntityDescriptor) -> bool:
    """Tell whether two entities have neither an operator nor a provider in common."""
    return different_operators(one, other) and not _domains(one) & _domains(other)


def _domains(entity: EntityDescriptor) -> set[str]:
    return {base_domain(host) for host in endpoint_hosts(entity)}


def _modulus(node: X509Certificate, case: Case) -> int | None:
    facts = case.certificate(node)
    if facts.key is None or facts.key.type != "RSA" or facts.public_key is None:
        return None
    key: Any = facts.public_key
    return int(key.public_numbers().n)


@rule(
    "agg-shared-key-factor",
    on=EntitiesDescriptor,
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
def shared_factor(group: EntitiesDescriptor, case: Case) -> Iterator[Hit]:
    """Two different RSA keys have a prime factor in common.

    The moduli of all RSA keys of the document are compared with each other at once.

    Why: whoever divides one modulus by the common factor has both private keys. It happens when
    keys are made without enough randomness, as devices do right after they were switched on.
    Fix: Replace the keys at once, with keys made on another machine.
    """
    if group.element.getparent() is not None:
        return
    first: dict[int, X509Certificate] = {}
    for entity in entities_of(group):
        for node in _certificates(entity):
            modulus = _modulus(node, case)
            if modulus:
                first.setdefault(modulus, node)
    for modulus in moduli_with_shared_factor(list(first)):
        others = [other for other in first if other != modulus and gcd(other, modulus) > 1]
        yield hit(
            first[modulus],
            f"The RSA key of {case.certificate(first[modulus]).subject} has a prime factor in "
            "common with another key, so that both are broken",
            expected="a modulus of two primes of its own",
            related=[Place(first[other], None, "the other key") for other in others[:_MOST]],
        )


RULES = (shared_key, shared_factor)
