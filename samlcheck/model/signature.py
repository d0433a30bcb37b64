"""XML Signature as a document carries it: structure only, nothing verified.

Source: W3C XML Signature Syntax and Processing 1.1, section 4; SAML Core 5.4.
"""

from __future__ import annotations

from typing import ClassVar

import attrs
from lxml.etree import _Element as Element

from samlcheck.model.node import Children, Node, Text
from samlcheck.xml import text_of
from samlcheck.xml.names import DS, DSIG11, EXC_C14N, clark

SIGNATURE = clark(DS, "Signature")
_SIGNED_INFO = clark(DS, "SignedInfo")
_SIGNATURE_VALUE = clark(DS, "SignatureValue")
_KEY_INFO = clark(DS, "KeyInfo")
_OBJECT = clark(DS, "Object")
_C14N_METHOD = clark(DS, "CanonicalizationMethod")
_SIGNATURE_METHOD = clark(DS, "SignatureMethod")
_REFERENCE = clark(DS, "Reference")
_TRANSFORM = clark(DS, "Transform")
_TRANSFORMS = clark(DS, "Transforms")
_DIGEST_METHOD = clark(DS, "DigestMethod")
_DIGEST_VALUE = clark(DS, "DigestValue")
_X509_DATA = clark(DS, "X509Data")
_X509_CERTIFICATE = clark(DS, "X509Certificate")
_KEY_NAME = clark(DS, "KeyName")
_KEY_VALUE = clark(DS, "KeyValue")
_DER_KEY_VALUE = clark(DSIG11, "DEREncodedKeyValue")
_RETRIEVAL = clark(DS, "RetrievalMethod")
_INCLUSIVE = clark(EXC_C14N, "InclusiveNamespaces")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class X509Certificate(Text):
    """ds:X509Certificate: base64 text that should be one DER certificate."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class KeyInfo(Node):
    """ds:KeyInfo: what a document says about a key. Never a reason to trust it."""

    part_names: ClassVar[tuple[str, ...]] = ("certificates",)

    certificates: tuple[X509Certificate, ...]
    key_names: tuple[Text, ...]
    key_values: tuple[Node, ...]
    retrieval_methods: tuple[Node, ...]
    certificates_per_data: tuple[int, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Algorithm(Node):
    """An element that names an algorithm by URI; the URI is None when the attribute is absent."""

    algorithm: str | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Transform(Algorithm):
    """ds:Transform or ds:CanonicalizationMethod, with the prefix list of exclusive C14N."""

    inclusive_prefixes: tuple[str, ...] | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Reference(Node):
    """ds:Reference: what is signed, how it is transformed, and its digest."""

    part_names: ClassVar[tuple[str, ...]] = ("transforms",)

    uri: str | None
    transforms: tuple[Transform, ...]
    digest_method: Algorithm | None
    digest_value: Text | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Signature(Node):
    """ds:Signature in its parent; missing parts are None or empty, surplus ones are kept."""

    part_names: ClassVar[tuple[str, ...]] = ("references",)

    parent: Element | None
    signed_infos: tuple[Element, ...]
    c14n_method: Transform | None
    signature_method: Algorithm | None
    references: tuple[Reference, ...]
    signature_value: Text | None
    key_info: KeyInfo | None
    objects: tuple[Element, ...]


def build_key_info(element: Element) -> KeyInfo:
    """Return the ds:KeyInfo at an element."""
    certificates: list[X509Certificate] = []
    per_data: list[int] = []
    key_values: list[Node] = []
    key_names: list[Text] = []
    retrievals: list[Node] = []
    for child in element.iterchildren("*"):
        tag = child.tag
        if tag == _X509_DATA:
            found = [
                X509Certificate(element=item, text=text_of(item))
                for item in child.iterchildren(_X509_CERTIFICATE)
            ]
            per_data.append(len(found))
            certificates.extend(found)
        elif tag == _KEY_NAME:
            key_names.append(Text(element=child, text=text_of(child)))
        elif tag in (_KEY_VALUE, _DER_KEY_VALUE):
            key_values.append(Node(element=child))
        elif tag == _RETRIEVAL:
            retrievals.append(Node(element=child))
    return KeyInfo(
        element=element,
        certificates=tuple(certificates),
        key_names=tuple(key_names),
        key_values=tuple(key_values),
        retrieval_methods=tuple(retrievals),
        certificates_per_data=tuple(per_data),
    )


def _transform(element: Element) -> Transform:
    inclusive = element.find(_INCLUSIVE)
    prefixes = None if inclusive is None else tuple((inclusive.get("PrefixList") or "").split())
    return Transform(
        element=element, algorithm=element.get("Algorithm"), inclusive_prefixes=prefixes
    )


def _algorithm(element: Element | None) -> Algorithm | None:
    if element is None:
        return None
    return Algorithm(element=element, algorithm=element.get("Algorithm"))


def _text(element: Element | None) -> Text | None:
    return None if element is None else Text(element=element, text=text_of(element))


def _reference(element: Element) -> Reference:
    children = Children(element)
    transforms = children.first(_TRANSFORMS)
    return Reference(
        element=element,
        uri=element.get("URI"),
        transforms=()
        if transforms is None
        else tuple(_transform(child) for child in transforms.iterchildren(_TRANSFORM)),
        digest_method=_algorithm(children.first(_DIGEST_METHOD)),
        digest_value=_text(children.first(_DIGEST_VALUE)),
    )


def build_signature(element: Element) -> Signature:
    """Return the ds:Signature at an element; the first SignedInfo counts, all are listed."""
    children = Children(element)
    signed_infos = children.all(_SIGNED_INFO)
    info = Children(signed_infos[0]) if signed_infos else None
    c14n = info.first(_C14N_METHOD) if info else None
    key_info = children.first(_KEY_INFO)
    return Signature(
        element=element,
        parent=element.getparent(),
        signed_infos=tuple(signed_infos),
        c14n_method=None if c14n is None else _transform(c14n),
        signature_method=_algorithm(info.first(_SIGNATURE_METHOD)) if info else None,
        references=tuple(_reference(item) for item in info.all(_REFERENCE)) if info else (),
        signature_value=_text(children.first(_SIGNATURE_VALUE)),
        key_info=None if key_info is None else build_key_info(key_info),
        objects=tuple(children.all(_OBJECT)),
    )


def signatures_of(children: Children) -> tuple[Signature, ...]:
    """Return the signatures that are direct children of an element."""
    return tuple(build_signature(item) for item in children.all(SIGNATURE))
