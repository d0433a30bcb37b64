"""XML Signature as a document carries it: structure only, nothing verified.

Source: W3C XML Signature Syntax and Processing 1.1, section 4; SAML Core 5.4.
"""

from __future__ import annotations

from typing import ClassVar

from lxml.etree import _Element as Element

from samlcheck.model.lazy import Lazy, attribute, child, children, texts
from samlcheck.model.node import Children, Lean, Node, Text
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
_KEY_VALUES = (clark(DS, "KeyValue"), clark(DSIG11, "DEREncodedKeyValue"))
_RETRIEVAL = clark(DS, "RetrievalMethod")
_INCLUSIVE = clark(EXC_C14N, "InclusiveNamespaces")


class X509Certificate(Text):
    """ds:X509Certificate: base64 text that should be one DER certificate."""


def _certificates_by_data(node: Lean) -> tuple[tuple[X509Certificate, ...], ...]:
    return tuple(
        tuple([X509Certificate(element=item) for item in data.iterchildren(_X509_CERTIFICATE)])
        for data in node.children_by_name.all(_X509_DATA)
    )


class KeyInfo(Lean):
    """ds:KeyInfo: what a document says about a key. Never a reason to trust it."""

    part_names: ClassVar[tuple[str, ...]] = ("certificates",)

    #: The certificates of each ds:X509Data.
    certificates_by_data = Lazy(_certificates_by_data)
    key_names = texts(_KEY_NAME)
    key_values = Lazy[tuple[Node, ...]](
        lambda node: tuple(Node(element=item) for item in node.element.iterchildren(*_KEY_VALUES))
    )
    retrieval_methods = children(_RETRIEVAL, Node)
    certificates = Lazy[tuple[X509Certificate, ...]](
        lambda node: tuple([item for data in node.certificates_by_data for item in data])
    )

    @property
    def certificates_per_data(self) -> tuple[int, ...]:
        """How many certificates each ds:X509Data has."""
        return tuple(len(found) for found in self.certificates_by_data)


class Algorithm(Lean):
    """An element that names an algorithm by URI; the URI is None when the attribute is absent."""

    algorithm = attribute("Algorithm")


def _inclusive_prefixes(node: Node) -> tuple[str, ...] | None:
    inclusive = node.element.find(_INCLUSIVE)
    return None if inclusive is None else tuple((inclusive.get("PrefixList") or "").split())


class Transform(Algorithm):
    """ds:Transform or ds:CanonicalizationMethod, with the prefix list of exclusive C14N."""

    inclusive_prefixes = Lazy(_inclusive_prefixes)


def _transforms(node: Lean) -> tuple[Transform, ...]:
    around = node.children_by_name.first(_TRANSFORMS)
    found = () if around is None else around.iterchildren(_TRANSFORM)
    return tuple([Transform(element=item) for item in found])


class Reference(Lean):
    """ds:Reference: what is signed, how it is transformed, and its digest."""

    part_names: ClassVar[tuple[str, ...]] = ("transforms",)

    uri = attribute("URI")
    transforms = Lazy(_transforms)
    digest_method = child(_DIGEST_METHOD, Algorithm)
    digest_value = child(_DIGEST_VALUE, Text)


def _info(node: Lean) -> Children | None:
    found = node.children_by_name.first(_SIGNED_INFO)
    return None if found is None else Children(found)


def _c14n_method(node: Signature) -> Transform | None:
    found = node.info.first(_C14N_METHOD) if node.info else None
    return None if found is None else Transform(element=found)


def _signature_method(node: Signature) -> Algorithm | None:
    found = node.info.first(_SIGNATURE_METHOD) if node.info else None
    return None if found is None else Algorithm(element=found)


def _references(node: Signature) -> tuple[Reference, ...]:
    found = node.info.all(_REFERENCE) if node.info else ()
    return tuple([Reference(element=item) for item in found])


class Signature(Lean):
    """ds:Signature in its parent; missing parts are None or empty, surplus ones are kept.

    The first SignedInfo counts, all are listed.
    """

    part_names: ClassVar[tuple[str, ...]] = ("references",)

    parent = Lazy[Element | None](lambda node: node.element.getparent())
    signed_infos = Lazy[tuple[Element, ...]](
        lambda node: tuple(node.children_by_name.all(_SIGNED_INFO))
    )
    #: The children of the first SignedInfo.
    info = Lazy(_info)
    c14n_method = Lazy(_c14n_method)
    signature_method = Lazy(_signature_method)
    references = Lazy(_references)
    signature_value = child(_SIGNATURE_VALUE, Text)
    key_info = child(_KEY_INFO, KeyInfo)
    objects = Lazy[tuple[Element, ...]](lambda node: tuple(node.children_by_name.all(_OBJECT)))


def signatures_of(found: Children) -> tuple[Signature, ...]:
    """Return the signatures that are direct children of an element."""
    return tuple([Signature(element=item) for item in found.all(SIGNATURE)])
