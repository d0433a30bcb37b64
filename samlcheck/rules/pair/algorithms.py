"""Rules on the algorithms that an SP and an IdP declare."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import (
    Algorithm,
    AlgorithmSupport,
    EntityDescriptor,
    RoleDescriptor,
    SSODescriptor,
)
from samlcheck.rules.case import Case, Pair
from samlcheck.rules.citations import algsupport, metadata
from samlcheck.rules.pair.security import readable
from samlcheck.rules.rule import ERROR, INFO, WARNING, Example, Hit, Place, example, hit, rule

_XENC = "http://www.w3.org/2001/04/xmlenc#"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
#: The families of SignatureMethod that a type of key can make.
_FAMILIES = {"RSA": ("rsa", "rsa-pss"), "EC": ("ecdsa",), "DSA": ("dsa",)}
_KINDS = (("SigningMethod", "signature"), ("DigestMethod", "digest"))
_NAMES = {"sp": "SP", "idp": "IdP"}


def declared(entity: EntityDescriptor, role: RoleDescriptor, kind: str) -> list[AlgorithmSupport]:
    """Return the algorithms of one kind that a role declares, else those of its entity.

    Source: SAML Algorithm Support 2; what the role's Extensions say replaces what the entity's say.
    """
    for extensions in (role.extensions, entity.extensions):
        found = [
            item
            for item in (extensions.items if extensions is not None else ())
            if isinstance(item, AlgorithmSupport) and item.kind == kind and item.algorithm
        ]
        if found:
            return found
    return []


def _signing(sp: str, idp: str) -> Example:
    return example(
        "pair",
        sp=[_edit("SigningMethod", sp)],
        idp=[_edit("SigningMethod", idp)],
    )


def _edit(kind: str, algorithm: str) -> tuple[str, str]:
    space = "urn:oasis:names:tc:SAML:metadata:algsupport"
    element = f'<alg:{kind} xmlns:alg="{space}" Algorithm="{algorithm}"/>'
    return "<md:Extensions>", f"<md:Extensions>\n      {element}"


@rule(
    "pair-alg-no-intersection",
    on=Pair,
    severity=ERROR,
    cites=[algsupport("2"), metadata("2.4.1.1")],
    bad=[
        _signing(_MORE + "rsa-sha512", _MORE + "rsa-sha256"),
        example("pair", sp=[_edit("SigningMethod", _MORE + "ecdsa-sha256")]),
        example(
            "pair",
            sp=[_edit("DigestMethod", _XENC + "sha512")],
            idp=[_edit("DigestMethod", _XENC + "sha256")],
        ),
        example("pair", idp=[("xmlenc11#aes256-gcm", "xmlenc11#aes192-gcm")]),
    ],
    good=[
        example("pair"),
        _signing(_MORE + "rsa-sha256", _MORE + "rsa-sha256"),
        example("pair", sp=[_edit("SigningMethod", _MORE + "rsa-sha384")]),
    ],
)
def no_common_algorithm(pair: Pair, case: Case) -> Iterator[Hit]:
    """The SP and the IdP declare no algorithm in common.

    Compared are the signature and digest algorithms in the Extensions of the role, or of the
    entity when the role has none, with each other and with the type of the keys. Only weak
    algorithms in common are a warning. The lists of EncryptionMethod say what each side decrypts;
    when they share no block cipher, that is only a sign that the IdP may lack what the SP wants.

    Why: a signature by an algorithm that the receiver does not have is refused.
    Fix: Enable an algorithm on both sides, such as RSA-SHA256 with SHA-256, and declare it on
    both, or declare none.
    """
    for kind, words in _KINDS:
        yield from _compared(pair, kind, words)
    yield from _keys_fit(pair, case, signer="idp")
    if pair.sp_role.signs_requests or pair.idp_role.wants_signed_requests:
        yield from _keys_fit(pair, case, signer="sp")
    yield from _compared_ciphers(pair)


def _compared(pair: Pair, kind: str, words: str) -> Iterator[Hit]:
    ours = declared(pair.sp, pair.sp_role, kind)
    theirs = declared(pair.idp, pair.idp_role, kind)
    if not ours or not theirs:
        return
    common = {item.algorithm for item in ours} & {item.algorithm for item in theirs}
    related = [Place(theirs[0], "Algorithm", "the first that the IdP declares")]
    if not common:
        yield hit(
            ours[0],
            f"The SP and the IdP declare no {words} algorithm in common",
            attribute="Algorithm",
            expected=_join(theirs),
            actual=_join(ours),
            related=related,
        )
    elif all(_weak(item or "") for item in common):
        names = ", ".join(sorted(item or "" for item in common))
        yield hit(
            next(item for item in ours if item.algorithm in common),
            f"The only {words} algorithms in common are weak: {names}",
            attribute="Algorithm",
            severity=WARNING,
            related=related,
        )


def _weak(algorithm: str) -> bool:
    from samlcheck.crypto import DIGEST_METHODS, OK, SIGNATURE_METHODS

    known = SIGNATURE_METHODS.get(algorithm) or DIGEST_METHODS.get(algorithm)
    return known is not None and known.standing != OK


def _keys_fit(pair: Pair, case: Case, signer: str) -> Iterator[Hit]:
    """Yield a hit when the keys of a signer can make none of the signatures that are declared."""
    from samlcheck.crypto import SIGNATURE_METHODS

    role: SSODescriptor
    other: SSODescriptor
    entity, role = (pair.sp, pair.sp_role) if signer == "sp" else (pair.idp, pair.idp_role)
    receiver, other = (pair.idp, pair.idp_role) if signer == "sp" else (pair.sp, pair.sp_role)
    accepted = declared(receiver, other, "SigningMethod")
    keys = readable(role.signing_keys, case)
    if not accepted or not keys:
        return
    own = {item.algorithm for item in declared(entity, role, "SigningMethod")}
    if own and not own & {item.algorithm for item in accepted}:
        return  # said already
    types = {facts.key.type for _, facts in keys if facts.key is not None}
    families = {family for name in types for family in _FAMILIES.get(name, ())}
    methods = [SIGNATURE_METHODS.get(item.algorithm or "") for item in accepted]
    if not families or any(method is None or method.family in families for method in methods):
        return
    yield hit(
        accepted[0],
        f"No signature algorithm that the {_NAMES['idp' if signer == 'sp' else 'sp']} declares "
        f"fits the {' and '.join(sorted(types))} signing key of the {_NAMES[signer]}",
        attribute="Algorithm",
        expected=f"an algorithm for {' or '.join(sorted(types))} keys",
        actual=_join(accepted),
        related=[Place(keys[0][0], None, f"the signing key of the {_NAMES[signer]}")],
    )


def _compared_ciphers(pair: Pair) -> Iterator[Hit]:
    ours, theirs = block_ciphers(pair.sp_role), block_ciphers(pair.idp_role)
    if not ours or not theirs:
        return
    if {item.algorithm for item in ours} & {item.algorithm for item in theirs}:
        return
    yield hit(
        ours[0],
        "The SP and the IdP list no block cipher in common in their EncryptionMethod elements",
        attribute="Algorithm",
        expected=_join(theirs),
        actual=_join(ours),
        severity=INFO,
        related=[Place(theirs[0], "Algorithm", "the first that the IdP lists")],
    )


def block_ciphers(role: RoleDescriptor) -> list[Algorithm]:
    """Return the block ciphers that the encryption keys of a role list."""
    return [
        item
        for key in role.encryption_keys
        for item in key.encryption_methods
        if item.algorithm is not None and item.algorithm.endswith(("-cbc", "-gcm"))
    ]


def _join(items: list[AlgorithmSupport] | list[Algorithm]) -> str:
    return ", ".join(dict.fromkeys(item.algorithm or "" for item in items))


RULES = (no_common_algorithm,)
