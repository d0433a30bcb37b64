"""Does a signature have the form that SAML requires? Judged without any key.

Sources: SAML Core 5.4 (errata E91 forbids ds:Object), SAML Metadata 3.1, XML Signature 1.1.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

import attrs
from lxml.etree import _Element as Element

from samlcheck.crypto.algorithms import (
    C14N_METHODS,
    DIGEST_METHODS,
    ENVELOPED,
    EXCLUSIVE,
    SIGNATURE_METHODS,
)
from samlcheck.model import Node, Reference, Signature
from samlcheck.xml import splits
from samlcheck.xml.names import DS, XML, clark, display

ID_ATTRIBUTES = ("ID", "Id", "id", clark(XML, "id"))


@attrs.frozen(kw_only=True)
class ShapeProblem:
    """One departure from the required form; `fatal` means that no receiver may accept it."""

    rule: str
    node: Node | Element
    message: str
    attribute: str | None = None
    expected: str | None = None
    actual: str | None = None
    fatal: bool = True


def elements_with_id(root: Element, value: str) -> list[Element]:
    """Return all elements of a document that carry an ID-like attribute with that value."""
    return [
        element
        for element in root.iter("*")
        if any(element.get(name) == value for name in ID_ATTRIBUTES)
    ]


def target_of(signature: Signature, reference: Reference) -> list[Element]:
    """Return the elements that a same-document reference may mean; none for other URIs."""
    root = signature.element.getroottree().getroot()
    if reference.uri == "":
        return [root]
    if reference.uri is None or not reference.uri.startswith("#"):
        return []
    fragment = reference.uri[1:]
    if not fragment or fragment.startswith("xpointer("):
        return []
    return elements_with_id(root, fragment)


def _reference_problems(signature: Signature, reference: Reference) -> Iterator[ShapeProblem]:
    uri = reference.uri
    if uri is None:
        yield ShapeProblem(
            rule="sig-reference-no-uri",
            node=reference,
            message="The signature's Reference has no URI attribute, so it does not say what it covers",
            expected='URI="#" followed by the ID of the signed element',
        )
        return
    targets = target_of(signature, reference)
    if uri == "":
        is_root = bool(targets) and targets[0] is signature.parent
        yield ShapeProblem(
            rule="sig-reference-empty-uri",
            node=reference,
            attribute="URI",
            message="The signature's Reference is empty, which means the whole document",
            expected='URI="#" followed by the ID of the signed element',
            actual='URI=""',
            fatal=not is_root,
        )
        return
    if not uri.startswith("#") or uri.startswith("#xpointer("):
        yield ShapeProblem(
            rule="sig-reference-not-fragment",
            node=reference,
            attribute="URI",
            message=f"The signature's Reference points to {uri!r}, which is not an ID in this document",
            expected='URI="#" followed by the ID of the signed element',
            actual=uri,
        )
        return
    if not targets:
        yield ShapeProblem(
            rule="sig-reference-dangling",
            node=reference,
            attribute="URI",
            message=f"The signature covers {uri!r}, but no element of the document has that ID",
            expected=_parent_reference(signature),
            actual=uri,
        )
    elif len(targets) > 1:
        yield ShapeProblem(
            rule="sig-reference-ambiguous",
            node=reference,
            attribute="URI",
            message=f"The signature covers {uri!r}, but {len(targets)} elements have that ID",
            expected="an ID that occurs once",
            actual=", ".join(display(str(target.tag)) for target in targets[:5]),
        )
    elif targets[0] is not signature.parent:
        parent = "its parent" if signature.parent is None else display(str(signature.parent.tag))
        yield ShapeProblem(
            rule="sig-reference-wrong-target",
            node=reference,
            attribute="URI",
            message=(
                f"The signature stands in {parent} but covers another element, "
                f"{display(str(targets[0].tag))} ({uri!r})"
            ),
            expected=_parent_reference(signature),
            actual=uri,
        )


def _parent_reference(signature: Signature) -> str | None:
    if signature.parent is None:
        return None
    for name in ID_ATTRIBUTES:
        value = signature.parent.get(name)
        if value:
            return f"#{value}"
    return "the ID of the signed element"


def _transform_problems(reference: Reference) -> Iterator[ShapeProblem]:
    algorithms = [transform.algorithm or "" for transform in reference.transforms]
    for transform in reference.transforms:
        algorithm = transform.algorithm or ""
        if algorithm == ENVELOPED:
            continue
        c14n = C14N_METHODS.get(algorithm)
        if c14n is None:
            yield ShapeProblem(
                rule="sig-transform-not-allowed",
                node=transform,
                attribute="Algorithm",
                message=f"The signature applies the transform {algorithm!r}, which can hide content",
                expected="only enveloped-signature and exclusive canonicalization",
                actual=algorithm,
            )
        elif not c14n[0]:
            yield ShapeProblem(
                rule="sig-c14n-not-allowed",
                node=transform,
                attribute="Algorithm",
                message="The signed content is canonicalized inclusively; embedding it can break it",
                expected=EXCLUSIVE,
                actual=algorithm,
                fatal=False,
            )
    if ENVELOPED not in algorithms:
        yield ShapeProblem(
            rule="sig-transform-count",
            node=reference,
            message="The signature lacks the enveloped-signature transform",
            expected=ENVELOPED,
            actual=", ".join(algorithms) or "no transform",
        )
    if len(algorithms) > 2:
        yield ShapeProblem(
            rule="sig-transform-count",
            node=reference,
            message=f"The signature applies {len(algorithms)} transforms",
            expected="at most two",
            actual=str(len(algorithms)),
        )


def _value_problems(signature: Signature) -> Iterator[ShapeProblem]:
    values = [("SignatureValue", signature.signature_value, signature.element)]
    values.extend(("DigestValue", item.digest_value, item.element) for item in signature.references)
    for name, value, element in values:
        problem = None
        if value is not None and splits(value.element):
            yield ShapeProblem(
                rule="xml-comment-in-digestvalue",
                node=value,
                message=f"{name} contains a comment, instruction or element besides its base64 text",
                expected="text only",
            )
        if value is None:
            problem = f"The signature has no {name}"
        else:
            try:
                decoded = base64.b64decode("".join(value.text.split()), validate=True)
            except (binascii.Error, ValueError):
                problem = f"{name} is not base64"
            else:
                problem = None if decoded else f"{name} is empty"
        if problem is not None:
            yield ShapeProblem(
                rule="sig-value-malformed",
                node=value if value is not None else element,
                message=problem,
                expected="base64 of the value",
            )


def _algorithm_problems(signature: Signature) -> Iterator[ShapeProblem]:
    method = signature.signature_method
    uri = None if method is None else method.algorithm
    known = SIGNATURE_METHODS.get(uri or "")
    if known is None:
        yield ShapeProblem(
            rule="sig-alg-unknown",
            node=signature if method is None else method,
            attribute=None if method is None else "Algorithm",
            message="The signature names no algorithm"
            if uri is None
            else f"The signature algorithm {uri!r} is not known",
            expected="an RSA or ECDSA algorithm of RFC 9231, such as rsa-sha256",
            actual=uri,
        )
    elif known.family == "hmac":
        yield ShapeProblem(
            rule="sig-alg-hmac",
            node=method if method is not None else signature,
            attribute="Algorithm",
            message=f"The signature is an {known.name}, made with a shared secret and not a private key",
            expected="an RSA or ECDSA algorithm",
            actual=uri,
        )
    for reference in signature.references:
        digest = None if reference.digest_method is None else reference.digest_method.algorithm
        if digest not in DIGEST_METHODS:
            yield ShapeProblem(
                rule="sig-alg-unknown",
                node=reference.digest_method or reference,
                attribute=None if reference.digest_method is None else "Algorithm",
                message=f"The digest algorithm {digest!r} is not known",
                expected="http://www.w3.org/2001/04/xmlenc#sha256",
                actual=digest,
            )
    c14n = signature.c14n_method
    c14n_uri = None if c14n is None else c14n.algorithm
    how = C14N_METHODS.get(c14n_uri or "")
    if how is None or not how[0]:
        yield ShapeProblem(
            rule="sig-c14n-not-allowed",
            node=signature if c14n is None else c14n,
            attribute=None if c14n is None else "Algorithm",
            message=f"SignedInfo is canonicalized with {c14n_uri!r}",
            expected=EXCLUSIVE,
            actual=c14n_uri,
            fatal=how is None,
        )


def _stray_nodes(signature: Signature) -> Iterator[ShapeProblem]:
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
    for local in ("SignedInfo", "Reference", "DigestValue", "SignatureValue"):
        expected = {
            "SignedInfo": len(signature.signed_infos),
            "Reference": len(signature.references),
            "DigestValue": sum(item.digest_value is not None for item in signature.references),
            "SignatureValue": int(signature.signature_value is not None),
        }[local]
        found = list(signature.element.iter(clark(DS, local)))
        if len(found) > expected and len(signature.signed_infos) == 1 and not signature.objects:
            yield ShapeProblem(
                rule="sig-stray-dsig-node",
                node=found[-1],
                message=f"The signature holds a ds:{local} outside its proper place",
                expected=f"{expected} ds:{local}",
                actual=str(len(found)),
            )


def shape_problems(signature: Signature) -> tuple[ShapeProblem, ...]:
    """Return every departure of a signature from the form that SAML requires."""
    problems: list[ShapeProblem] = list(_stray_nodes(signature))
    if len(signature.references) != 1:
        problems.append(
            ShapeProblem(
                rule="sig-reference-count",
                node=signature.references[1] if signature.references else signature,
                message=f"The signature has {len(signature.references)} Reference elements",
                expected="exactly one",
                actual=str(len(signature.references)),
            )
        )
    for reference in signature.references:
        problems.extend(_reference_problems(signature, reference))
        problems.extend(_transform_problems(reference))
    problems.extend(_value_problems(signature))
    problems.extend(_algorithm_problems(signature))
    return tuple(problems)
