"""Rules on the algorithms that an entity says it supports: alg:DigestMethod, alg:SigningMethod."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import (
    Algorithm,
    AlgorithmSupport,
    EntityDescriptor,
    Extensions,
    KeyDescriptor,
)
from samlcheck.rules.case import Case
from samlcheck.rules.citations import algsupport, rfc
from samlcheck.rules.metadata.algorithm_registry import (
    OTHER_DIGESTS,
    OTHER_SIGNATURES,
    in_encryption,
    like,
)
from samlcheck.rules.rule import ERROR, INFO, OFF, WARNING, Edit, Hit, Place, example, hit, rule
from samlcheck.xml.names import ALG, MD, clark, display

_DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
_EXTENSIONS: Final = clark(MD, "Extensions")
_HOMES: Final = tuple(
    clark(MD, f"{name}Descriptor")
    for name in (
        "Entities",
        "Entity",
        "IDPSSO",
        "SPSSO",
        "Role",
        "AttributeAuthority",
        "AuthnAuthority",
        "PDP",
    )
)
_START: Final = {"sp": "  <md:SPSSODescriptor ", "idp": "  <md:IDPSSODescriptor "}


def element(kind: str, algorithm: str, sizes: str = "") -> str:
    """Return the text of an algorithm for the examples."""
    return f'    <alg:{kind} xmlns:alg="{ALG}" Algorithm="{algorithm}"{sizes}/>\n'


def listing(base: str, *elements: str) -> Edit:
    """Return the edit that declares algorithms at the entity."""
    start = _START[base]
    return start, f"  <md:Extensions>\n{''.join(elements)}  </md:Extensions>\n{start}"


DIGEST: Final = element("DigestMethod", _SHA256)
SIGNING: Final = element("SigningMethod", f"{_MORE}rsa-sha256")
_GOOD: Final = (example("sp", listing("sp", DIGEST, SIGNING)), example("idp"))


@rule(
    "alg-misplaced",
    on=EntityDescriptor,
    severity=ERROR,
    cites=[algsupport("2.4")],
    bad=[
        example(
            "sp",
            (
                '<md:ContactPerson contactType="technical">\n',
                '<md:ContactPerson contactType="technical">\n    <md:Extensions>\n'
                f"{DIGEST}    </md:Extensions>\n",
            ),
        )
    ],
    good=_GOOD,
)
def misplaced(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """Supported algorithms are listed where nobody looks for them.

    alg:DigestMethod and alg:SigningMethod stand in the md:Extensions of an entity or a role.

    Why: elsewhere they have no meaning, and partners choose an algorithm without them.
    Fix: Move them to the md:Extensions of the role, or of the entity for all of its roles.
    """
    for found in entity.element.iter(clark(ALG, "*")):
        parent = found.getparent()
        home = None if parent is None or parent.tag != _EXTENSIONS else parent.getparent()
        if home is None or home.tag not in _HOMES:
            yield hit(
                found,
                f"{display(str(found.tag))} does not stand in the Extensions of an entity or role",
                expected="md:Extensions of the entity or of a role",
            )


@rule(
    "alg-duplicate",
    on=(Extensions, KeyDescriptor),
    severity=WARNING,
    cites=[algsupport("2.4")],
    bad=[
        example("sp", listing("sp", DIGEST, DIGEST, SIGNING)),
        example("sp", ("xmlenc11#aes128-gcm", "xmlenc11#aes256-gcm")),
    ],
    good=_GOOD,
)
def listed_twice(subject: Extensions | KeyDescriptor, case: Case) -> Iterator[Hit]:
    """An algorithm is listed twice.

    The same algorithm with the same parameters stands twice in one list.

    Why: the order of the list tells the preference, and two places contradict each other.
    Fix: Keep the first of the two.
    """
    first: dict[tuple[str | None, ...], Place] = {}
    items = subject.items if isinstance(subject, Extensions) else subject.encryption_methods
    for item in items:
        if not isinstance(item, AlgorithmSupport | Algorithm) or not item.algorithm:
            continue
        parts = [part for part in item.element.iter("*") if part is not item.element]
        inner = (
            f"{part.tag} {part.get('Algorithm')} {(part.text or '').strip()}" for part in parts
        )
        sizes = (item.element.get("MinKeySize"), item.element.get("MaxKeySize"))
        key = (str(item.element.tag), item.algorithm, *sizes, *inner)
        if key in first:
            yield hit(
                item,
                f"The algorithm {item.algorithm!r} is listed twice",
                attribute="Algorithm",
                actual=item.algorithm,
                related=[first[key]],
            )
        first.setdefault(key, Place(item, "Algorithm", "the first one"))


@rule(
    "alg-algorithm-missing",
    on=AlgorithmSupport,
    severity=ERROR,
    cites=[algsupport("2.4")],
    bad=[
        example("sp", listing("sp", DIGEST.replace(" Algorithm", " alg:Algorithm"), SIGNING)),
        example("sp", listing("sp", SIGNING, element("DigestMethod", ""))),
    ],
    good=_GOOD,
)
def algorithm_missing(method: AlgorithmSupport, case: Case) -> Iterator[Hit]:
    """A supported algorithm is not named.

    alg:DigestMethod or alg:SigningMethod has no attribute Algorithm, or an empty one; the name of
    the attribute has no prefix.

    Why: the element says nothing, and software that checks the schema refuses the document.
    Fix: Name the algorithm by its URI in the attribute Algorithm.
    """
    if not (method.algorithm or "").strip():
        prefixed = method.element.get(clark(ALG, "Algorithm"))
        yield hit(
            method,
            f"{display(str(method.element.tag))} names no algorithm"
            + (" but has alg:Algorithm, with a prefix" if prefixed else ""),
            attribute="Algorithm",
            expected='Algorithm="..." with the URI of an algorithm',
            actual=method.algorithm,
        )


@rule(
    "alg-unknown",
    on=(AlgorithmSupport, KeyDescriptor),
    severity=WARNING,
    cites=[rfc(9231)],
    unless=["xml-space-in-uri-attr"],
    bad=[
        example("sp", listing("sp", DIGEST, SIGNING.replace("xmldsig-more", "xmldsig"))),
        example("sp", ("xmlenc11#aes128-gcm", "xmlenc#aes128-gcm")),
    ],
    good=_GOOD,
)
def unknown(subject: AlgorithmSupport | KeyDescriptor, case: Case) -> Iterator[Hit]:
    """An algorithm is listed that does not exist.

    The URI is none of those that XML Signature, XML Encryption and RFC 9231 define for a digest,
    a signature or encryption.

    Why: partners ignore it, and choose an algorithm that the entity may not support.
    Fix: Write the URI exactly as it is registered; the right namespace differs from one algorithm
    to the next.
    """
    from samlcheck.crypto import DIGEST_METHODS, SIGNATURE_METHODS

    methods = (subject,) if isinstance(subject, AlgorithmSupport) else subject.encryption_methods
    for method in methods:
        uri = (method.algorithm or "").strip()
        if isinstance(method, Algorithm):
            good = in_encryption(uri) or uri in DIGEST_METHODS or uri in OTHER_DIGESTS
        elif method.kind == "DigestMethod":
            good = uri in DIGEST_METHODS or uri in OTHER_DIGESTS
        else:
            good = uri in SIGNATURE_METHODS or uri in OTHER_SIGNATURES
        if uri and not good:
            meant = like(uri, (*DIGEST_METHODS, *SIGNATURE_METHODS))
            yield hit(
                method,
                f"{display(str(method.element.tag))} names {uri!r}, which is no such algorithm",
                attribute="Algorithm",
                expected=meant,
                actual=method.algorithm,
            )


@rule(
    "alg-role-overrides-entity",
    on=EntityDescriptor,
    severity=INFO,
    cites=[algsupport("2.4")],
    bad=[
        example(
            "sp",
            listing("sp", DIGEST, SIGNING),
            ("      <mdui:UIInfo>\n", f"{SIGNING}      <mdui:UIInfo>\n"),
        )
    ],
    good=_GOOD,
)
def role_overrides(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """A role lists algorithms beside the entity.

    Both the entity and one of its roles list algorithms of one kind; for that role its own list
    counts alone.

    Why: what only the entity lists does not hold for the role, which may not be meant.
    Fix: Repeat in the role all algorithms that it supports, or list them at the entity alone.
    """
    for kind in ("DigestMethod", "SigningMethod"):
        above = _listed(entity.extensions, kind)
        for role in entity.roles if above else ():
            own = _listed(role.extensions, kind)
            if own:
                yield hit(
                    own[0],
                    f"The {len(own)} alg:{kind} of the role replace the {len(above)} of the entity",
                    related=[Place(above[0], None, "the list of the entity")],
                )


@rule(
    "alg-missing-declaration",
    on=EntityDescriptor,
    severity=OFF,
    cites=[algsupport("2")],
    bad=[example("sp", enable=["alg-missing-declaration"])],
    good=[example("sp", listing("sp", DIGEST, SIGNING), enable=["alg-missing-declaration"])],
)
def declaration_missing(entity: EntityDescriptor, case: Case) -> Iterator[Hit]:
    """An entity does not say which signature algorithms it supports.

    Neither the entity nor the role lists alg:SigningMethod or alg:DigestMethod.

    Why: partners cannot choose by the metadata, and when an old algorithm is to be switched off
    nobody knows who still depends on it.
    Fix: List the digest and signature algorithms in the md:Extensions of the entity, the preferred
    ones first.
    """
    for kind in ("DigestMethod", "SigningMethod"):
        if _listed(entity.extensions, kind):
            continue
        for role in entity.roles:
            if role.is_saml2 and not _listed(role.extensions, kind):
                yield hit(
                    role,
                    f"{display(str(role.element.tag))} declares no alg:{kind}, nor does the entity",
                    expected=f"alg:{kind} elements in md:Extensions",
                )


def _listed(extensions: Extensions | None, kind: str) -> list[AlgorithmSupport]:
    return [
        item
        for item in (extensions.items if extensions else ())
        if isinstance(item, AlgorithmSupport) and item.kind == kind
    ]


RULES = (declaration_missing, misplaced, listed_twice, algorithm_missing, unknown, role_overrides)
