"""Rules on signatures that are in order, and that some receivers may not be able to use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import EntityDescriptor, RoleDescriptor, Signature, Transform
from samlcheck.rules.case import Case
from samlcheck.rules.citations import algsupport, core, paper, rfc
from samlcheck.rules.pair.algorithms import declared
from samlcheck.rules.rule import (
    ATTACK,
    BLOCKS_LOGIN,
    ERROR,
    INFO,
    WARNING,
    Hit,
    Place,
    example,
    hit,
    rule,
)
from samlcheck.rules.senders import SP_SIDE
from samlcheck.rules.signatures.form import problems, repeats_outer, signer
from samlcheck.xml.names import EXC_C14N, clark

_GOOD = (example("response"), example("response", sign="both"))
_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_TRANSFORM: Final = '<ds:Transform Algorithm="{}"/>'
_INCLUSIVE: Final = clark(EXC_C14N, "InclusiveNamespaces")
_MOST_PREFIXES: Final = 30
_ALG: Final = "urn:oasis:names:tc:SAML:metadata:algsupport"
_START: Final = "<md:Extensions>"


def _listing(algorithm: str) -> tuple[str, str]:
    return _START, f'{_START}<alg:SigningMethod xmlns:alg="{_ALG}" Algorithm="{algorithm}"/>'


@rule(
    "sig-alg-vs-metadata",
    on=Signature,
    severity=WARNING,
    cites=[algsupport("2.4"), core("5.4.1")],
    bad=[example("response", sp=[_listing(f"{_MORE}rsa-sha512")])],
    good=[*_GOOD, example("response", sp=[_listing(f"{_MORE}rsa-sha256")])],
)
def not_declared(signature: Signature, case: Case) -> Iterator[Hit]:
    """The receiver does not declare the algorithm of the signature.

    The receiver's metadata lists signature or digest algorithms (alg:SigningMethod,
    alg:DigestMethod), and that of the signature is not among them.

    Why: what is not listed may not be supported, and then the signature counts as invalid.
    Fix: Let the sender sign with one of the algorithms listed, or let the receiver list what it
    supports.
    """
    receiver = _receiver(case)
    if receiver is None or repeats_outer(signature, case):
        return
    used = [("SigningMethod", "signature", signature.signature_method)]
    used.extend(("DigestMethod", "digest", item.digest_method) for item in signature.references)
    for kind, words, method in used:
        listed = declared(*receiver, kind)
        known = [item.algorithm or "" for item in listed]
        if listed and method is not None and method.algorithm and method.algorithm not in known:
            yield hit(
                method,
                f"The receiver does not list the {words} algorithm {method.algorithm!r}",
                attribute="Algorithm",
                expected=", ".join(known),
                actual=method.algorithm,
                owner=signer(case),
                related=[Place(listed[0], "Algorithm", "what the receiver lists")],
            )


def _receiver(case: Case) -> tuple[EntityDescriptor, RoleDescriptor] | None:
    if case.kind != "message":
        return None
    from_sp = case.sender_side == SP_SIDE
    entity = case.idp if from_sp else case.sp
    role: RoleDescriptor | None = case.idp_role if from_sp else case.sp_role
    return None if entity is None or role is None else (entity, role)


@rule(
    "sig-transform-duplicate",
    on=Signature,
    severity=WARNING,
    cites=[core("5.4.4")],
    bad=[
        example(
            "response",
            after=[(_TRANSFORM.format(EXC_C14N), _TRANSFORM.format(_ENVELOPED))],
            also=["sig-signedinfo-invalid", "sig-digest-mismatch"],
        )
    ],
    good=_GOOD,
)
def repeated_transform(signature: Signature, case: Case) -> Iterator[Hit]:
    """The signature applies the same transform twice.

    Its two transforms are the same one.

    Why: it does nothing the second time, and the canonicalization that SAML wants is missing, so
    strict receivers refuse the signature.
    Fix: Let the sender sign with enveloped-signature and exclusive canonicalization, once each.
    """
    yield from problems(signature, case, "sig-transform-duplicate")


@rule(
    "sig-inclusive-namespaces",
    on=Signature,
    severity=INFO,
    cites=[paper("Exclusive XML Canonicalization 1.0", "https://www.w3.org/TR/xml-exc-c14n/")],
    bad=[
        example(
            "response",
            after=[
                (
                    _TRANSFORM.format(EXC_C14N),
                    f'<ds:Transform Algorithm="{EXC_C14N}"><ec:InclusiveNamespaces '
                    f'xmlns:ec="{EXC_C14N}" PrefixList="xs"/></ds:Transform>',
                )
            ],
            also=["sig-signedinfo-invalid"],
        )
    ],
    good=_GOOD,
)
def prefix_list(signature: Signature, case: Case) -> Iterator[Hit]:
    """The list of namespace prefixes to include is odd.

    InclusiveNamespaces of exclusive canonicalization has an empty PrefixList, one with a prefix
    that nothing declares, or one of more than 30 prefixes.

    Why: it changes nothing, and shows that the sender's software counts on declarations that are
    not there; the signature may break when a declaration of that name is added around it.
    Fix: Let the sender list the prefixes that it uses in values, such as xs, and declare them.
    """
    transforms = [] if signature.c14n_method is None else [signature.c14n_method]
    transforms.extend(item for reference in signature.references for item in reference.transforms)
    for transform in transforms:
        words = _odd_list(transform)
        if words is not None:
            yield hit(
                transform,
                f"The PrefixList of the signature {words}",
                expected="prefixes that are declared and used",
                actual=" ".join((transform.inclusive_prefixes or ())[:_MOST_PREFIXES]),
                owner=signer(case),
            )


def _odd_list(transform: Transform) -> str | None:
    prefixes = transform.inclusive_prefixes
    if prefixes is None:
        return None
    if not prefixes:
        return "is empty"
    if len(prefixes) > _MOST_PREFIXES:
        return f"has {len(prefixes)} prefixes"
    declared_here = transform.element.nsmap
    unknown = [item for item in prefixes if item != "#default" and item not in declared_here]
    return f"has the prefix {unknown[0]!r}, which is not declared" if unknown else None


@rule(
    "cert-ecdsa-zero",
    on=Signature,
    severity=ERROR,
    cites=[
        paper(
            "CVE-2022-21449: ECDSA signatures of zero pass as valid",
            "https://nvd.nist.gov/vuln/detail/CVE-2022-21449",
        ),
        rfc(9231),
    ],
    tags=[ATTACK, BLOCKS_LOGIN],
    bad=[
        example(
            "response",
            key="ec",
            idp=[("{cert:idp-next}", "{cert:ec}")],
            after=[
                ("<ds:SignatureValue>", f"<ds:SignatureValue>{'A' * 86}==</ds:SignatureValue><!--"),
                ("</ds:SignatureValue><ds:KeyInfo>", "--><ds:KeyInfo>"),
            ],
            also=["xml-comment-anywhere"],
        )
    ],
    good=[example("response", key="ec", idp=[("{cert:idp-next}", "{cert:ec}")])],
)
def ecdsa_zero(signature: Signature, case: Case) -> Iterator[Hit]:
    """The ECDSA signature value is one that no key makes.

    One of its two numbers is zero, or not below the order of the curve.

    Why: some verifiers took such a value for valid, whatever the content and the key.
    Fix: Do not trust the document; ask its sender, over another channel, whether it is genuine.
    """
    yield from problems(signature, case, "cert-ecdsa-zero", forged=True)


RULES = (not_declared, repeated_transform, prefix_list, ecdsa_zero)
