"""Signs SAML documents with the xmlsec library: an enveloped signature, spliced into the text."""

from __future__ import annotations

import html
from typing import Literal, TypedDict

import xmlsec
from lxml import etree

from tests.support.algorithms import C14N, DIGEST, DS, ENVELOPED, SIGNATURE
from tests.support.keys import pem_body
from tests.support.spans import Span, find_target

Position = Literal["after-issuer", "first"]


class SignatureOptions(TypedDict, total=False):
    """What a caller may change about a signature. See `sign()`."""

    signature_algorithm: str
    digest_algorithm: str
    c14n: str
    info_c14n: str | None
    transforms: tuple[str, ...] | None
    position: Position
    key_info: bool
    prefix: str


def sign(
    xml: bytes | etree._Element,
    *,
    key: bytes,
    certificate: bytes | None,
    target_id: str | None = None,
    signature_algorithm: str = "rsa-sha256",
    digest_algorithm: str = "sha256",
    c14n: str = "exclusive",
    info_c14n: str | None = None,
    transforms: tuple[str, ...] | None = None,
    position: Position = "after-issuer",
    key_info: bool = True,
    prefix: str = "ds",
) -> bytes:
    """The document with an enveloped signature as a direct child of one element.

    The element is the one with the ID `target_id`, or the root; the Reference names its ID and is
    empty where the root has none. `info_c14n` canonicalizes SignedInfo where that differs, and
    `transforms` are the identifiers of other transforms than the usual two. `key` and `certificate`
    are PEM. An element without an Issuer child is signed in first place, as metadata is. Every byte
    outside the new signature stays. The result is the same each time for RSA PKCS#1 v1.5; RSA-PSS
    and ECDSA are randomized.
    """
    source = xml if isinstance(xml, bytes) else etree.tostring(xml)
    span = find_target(source, target_id)
    name = f"{prefix}:" if prefix else ""
    template = _template(
        name=name,
        reference=_reference(source, target_id),
        algorithms=(SIGNATURE[signature_algorithm], DIGEST[digest_algorithm]),
        c14n=C14N[info_c14n or c14n],
        transforms=(ENVELOPED, C14N[c14n]) if transforms is None else transforms,
        certificate=pem_body(certificate) if key_info and certificate is not None else None,
    )
    offset = _offset(span, position)
    unsigned = source[:offset] + template.encode() + source[offset:]
    digest, value = _computed(unsigned, target_id, key)
    signature = template.replace(f"<{name}DigestValue>", f"<{name}DigestValue>{digest}", 1)
    signature = signature.replace(f"<{name}SignatureValue>", f"<{name}SignatureValue>{value}", 1)
    return source[:offset] + signature.encode() + source[offset:]


def _offset(span: Span, position: Position) -> int:
    if position == "after-issuer" and span.after_issuer is not None:
        return span.after_issuer
    assert span.content < span.end, "an element written as <x/> holds no signature"
    return span.content


def _reference(source: bytes, target_id: str | None) -> str:
    element_id = target_id if target_id is not None else _parse(source).get("ID")
    return "" if element_id is None else f"#{html.escape(element_id)}"


def _template(
    *,
    name: str,
    reference: str,
    algorithms: tuple[str, str],
    c14n: str,
    transforms: tuple[str, ...],
    certificate: str | None,
) -> str:
    signature_method, digest_method = algorithms
    steps = "".join(f'<{name}Transform Algorithm="{item}"/>' for item in transforms)
    declaration = f'xmlns{":" if name else ""}{name.rstrip(":")}="{DS}"'
    key_info = (
        ""
        if certificate is None
        else f"<{name}KeyInfo><{name}X509Data><{name}X509Certificate>{certificate}"
        f"</{name}X509Certificate></{name}X509Data></{name}KeyInfo>"
    )
    return (
        f"<{name}Signature {declaration}><{name}SignedInfo>"
        f'<{name}CanonicalizationMethod Algorithm="{c14n}"/>'
        f'<{name}SignatureMethod Algorithm="{signature_method}"/>'
        f'<{name}Reference URI="{reference}"><{name}Transforms>'
        f'{steps}</{name}Transforms><{name}DigestMethod Algorithm="{digest_method}"/>'
        f"<{name}DigestValue></{name}DigestValue></{name}Reference></{name}SignedInfo>"
        f"<{name}SignatureValue></{name}SignatureValue>{key_info}</{name}Signature>"
    )


def _computed(unsigned: bytes, target_id: str | None, key: bytes) -> tuple[str, str]:
    """DigestValue and SignatureValue as xmlsec fills them in."""
    root = _parse(unsigned)
    target = root if target_id is None else _by_id(root, target_id)
    signature = target.find(f"{{{DS}}}Signature")
    assert signature is not None
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(key, xmlsec.constants.KeyDataFormatPem)
    line_size = xmlsec.base64_default_line_size()
    # One line: a DigestValue that is broken into lines would itself be part of what is signed.
    xmlsec.base64_default_line_size(8192)
    try:
        context.sign(signature)
    finally:
        xmlsec.base64_default_line_size(line_size)
    digest = signature.findtext(f"{{{DS}}}SignedInfo/{{{DS}}}Reference/{{{DS}}}DigestValue")
    value = signature.findtext(f"{{{DS}}}SignatureValue")
    assert digest
    assert value
    return digest.strip(), value.strip()


def _by_id(root: etree._Element, element_id: str) -> etree._Element:
    return next(element for element in root.iter() if element.get("ID") == element_id)


def _parse(xml: bytes) -> etree._Element:
    return etree.fromstring(xml, etree.XMLParser(no_network=True, huge_tree=True))
