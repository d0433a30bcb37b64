"""Parts of a signature that stand too often, in the wrong place, or have no place in SAML at all.

Sources: XML Signature 1.1 section 4 (the schema of each element), SAML Core 5.4 with errata E91.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.crypto.references import ShapeProblem
from samlcheck.model import Signature
from samlcheck.xml.names import DS, clark, display


def _ds(*names: str) -> tuple[str, ...]:
    return tuple(clark(DS, name) for name in names)


_SIGNATURE, _SIGNED_INFO, _REFERENCE, _TRANSFORMS = _ds(
    "Signature", "SignedInfo", "Reference", "Transforms"
)
_OBJECT: Final = clark(DS, "Object")
_MANIFEST: Final = clark(DS, "Manifest")
_REPEATED: Final = _ds("Reference", "Transform", "Object")
#: The children that the schema allows, by parent; those that may not repeat stand once.
_CHILDREN: Final = {
    _SIGNATURE: _ds("SignedInfo", "SignatureValue", "KeyInfo", "Object"),
    _SIGNED_INFO: _ds("CanonicalizationMethod", "SignatureMethod", "Reference"),
    _REFERENCE: _ds("Transforms", "DigestMethod", "DigestValue"),
    _TRANSFORMS: _ds("Transform"),
}
#: What only belongs to a signature; KeyInfo and its content occur elsewhere, too.
SIGNATURE_PARTS: Final = frozenset(
    (
        *_CHILDREN[_SIGNED_INFO],
        *_CHILDREN[_REFERENCE],
        *_CHILDREN[_TRANSFORMS],
        *_ds("SignedInfo", "SignatureValue", "Object"),
        *_ds("Manifest", "SignatureProperties", "SignatureProperty"),
    )
)
_MANIFESTS: Final = _ds("Manifest", "SignatureProperties", "SignatureProperty")
_KEY_INFO: Final = clark(DS, "KeyInfo")
_RETRIEVAL: Final = clark(DS, "RetrievalMethod")


def stray_problems(signature: Signature) -> Iterator[ShapeProblem]:
    """Yield what a signature holds besides one SignedInfo, one value and one KeyInfo."""
    if len(signature.signed_infos) != 1:
        yield ShapeProblem(
            rule="sig-multiple-signedinfo",
            node=signature.signed_infos[1] if signature.signed_infos else signature,
            message=f"The signature has {len(signature.signed_infos)} SignedInfo elements",
            expected="exactly one",
            actual=str(len(signature.signed_infos)),
        )
    for item in signature.objects:
        yield ShapeProblem(
            rule="sig-object-child",
            node=item,
            message="The signature carries a ds:Object, where forged content can hide",
            expected="no ds:Object",
        )
    yield from _manifests(signature)
    if len(signature.signed_infos) == 1 and not signature.objects:
        yield from _strays(signature.element)


def _manifests(signature: Signature) -> Iterator[ShapeProblem]:
    found = next(signature.element.iterdescendants(*_MANIFESTS), None)
    if found is not None:
        yield ShapeProblem(
            rule="sig-manifest",
            node=found,
            message=f"The signature holds {display(str(found.tag))}",
            expected="one reference in SignedInfo",
        )
    for reference in signature.references:
        kind = reference.element.get("Type")
        if kind in (f"{DS}Manifest", f"{DS}SignatureProperties", f"{DS}Object"):
            yield ShapeProblem(
                rule="sig-manifest",
                node=reference,
                attribute="Type",
                message=f"The Reference is of the type {kind!r}",
                expected="no Type",
                actual=kind,
            )


def _strays(signature: Element) -> Iterator[ShapeProblem]:
    """Yield the elements that are too many for their parent, then those far from their place."""
    proper: set[Element] = set()
    pending = [signature]
    while pending:
        parent = pending.pop()
        seen: set[str] = set()
        for child in parent.iterchildren("*"):
            tag = str(child.tag)
            once = tag not in _REPEATED
            if tag not in _CHILDREN[str(parent.tag)] or (once and tag in seen):
                yield _stray(child, f"a second {display(tag)}" if tag in seen else display(tag))
                continue
            seen.add(tag)
            proper.add(child)
            if tag in _CHILDREN:
                pending.append(child)
    for element in signature.iterdescendants(*SIGNATURE_PARTS, _SIGNATURE):
        in_key_info = next(element.iterancestors(_KEY_INFO), None) is not None
        told = next(element.iterancestors(_RETRIEVAL), None) is not None
        if element not in proper and in_key_info and not told and element.tag not in _MANIFESTS:
            yield _stray(element, f"{display(str(element.tag))} inside its KeyInfo")


def _stray(element: Element, what: str) -> ShapeProblem:
    parent = element.getparent()
    where = "" if parent is None else f" in {display(str(parent.tag))}"
    return ShapeProblem(
        rule="sig-stray-dsig-node",
        node=element,
        message=f"The signature holds {what}{where}",
        expected="each part of a signature once and in its place",
        actual=display(str(element.tag)),
    )
