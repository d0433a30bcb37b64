"""Signatures that are none: other keys, other content, other transforms, parts out of place."""

from __future__ import annotations

import base64
import copy
import hmac
from collections.abc import Mapping
from typing import Any

from lxml import etree

from tests.forgeries.forgery import Forgery, plain
from tests.forgeries.forging import (
    ASSERTION_ID,
    DS,
    FORGED_USER,
    NAME_ID,
    RESPONSE_ID,
    Edit,
    octets,
    put_extensions,
    signature_of,
    signed,
)
from tests.support.bases import build
from tests.support.keys import certificate_base64, certificate_pem, key_pem
from tests.support.signing import sign

_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_TRANSFORM = f'<ds:Transform Algorithm="{_EXCLUSIVE}"/>'
_SOMEBODY = (f"{'maria.lind@example.org'}</saml:NameID>", f"{FORGED_USER}</saml:NameID>")
PRACTICES = "Best Practices"


def _edited(*after: Edit) -> bytes:
    return build("response", after=after)


def _find(root: etree._Element, local: str) -> etree._Element:
    return next(root.iter(f"{{{DS}}}{local}"))


# -- whose key ------------------------------------------------------------------------------


def strange_key() -> bytes:
    return build("response", [_SOMEBODY], key="stranger")


def strange_bare_key() -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = x509.load_pem_x509_certificate(certificate_pem("stranger")).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    modulus = base64.b64encode(key.public_numbers().n.to_bytes(256, "big")).decode()
    data = "<ds:X509Data><ds:X509Certificate>{cert:stranger}</ds:X509Certificate></ds:X509Data>"
    value = (
        f"<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{modulus}</ds:Modulus>"
        "<ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
    )
    return build("response", [_SOMEBODY], key="stranger", after=[(data, value)])


def _with_secret(length: int | None) -> bytes:
    """The public certificate of the identity provider, which everybody has, as a shared secret."""
    root, assertion = signed()
    for name_id in assertion.iter(NAME_ID):
        name_id.text = FORGED_USER
    _redigest(assertion)
    method = _find(root, "SignatureMethod")
    method.set("Algorithm", f"{_MORE}hmac-sha256")
    if length is not None:
        etree.SubElement(method, f"{{{DS}}}HMACOutputLength").text = str(length)
    info = etree.tostring(_find(root, "SignedInfo"), method="c14n", exclusive=True)
    value = hmac.digest(certificate_pem("idp-signing"), info, "sha256")
    value = value if length is None else value[: length // 8]
    _find(root, "SignatureValue").text = base64.b64encode(value).decode()
    return octets(root)


def _redigest(element: etree._Element) -> None:
    """Put the digest of the content as it is now into a signature."""
    import hashlib

    bare = copy.deepcopy(element)
    bare.tail = None
    bare.remove(signature_of(bare))
    digest = hashlib.sha256(etree.tostring(bare, method="c14n", exclusive=True)).digest()
    _find(element, "DigestValue").text = base64.b64encode(digest).decode()


def secret_of_the_public_key() -> bytes:
    return _with_secret(None)


def truncated_secret() -> bytes:
    return _with_secret(8)


def zero_ecdsa() -> bytes:
    root = etree.fromstring(build("response", [_SOMEBODY], key="ec"))
    _find(root, "SignatureValue").text = base64.b64encode(bytes(64)).decode()
    return octets(root)


def ecdsa_of_the_order() -> bytes:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    root = etree.fromstring(build("response", [_SOMEBODY], key="ec"))
    value = order.to_bytes(32, "big") * 2
    _find(root, "SignatureValue").text = base64.b64encode(value).decode()
    return octets(root)


def ecdsa() -> bytes:
    """The good message, signed with an EC key."""
    return build("response", key="ec")


def _ec_metadata() -> Mapping[str, Any]:
    return {"idp": build("idp", [("{cert:idp-next}", "{cert:ec}")])}


def _no_certificates() -> Mapping[str, Any]:
    gone = [("{cert:idp-signing}", ""), ("{cert:idp-next}", "")]
    return {"idp": build("idp", gone)}


def pointed_key() -> bytes:
    pointer = '<ds:RetrievalMethod URI="https://evil.example/key"/>'
    return _edited(("<ds:KeyInfo>", f"<ds:KeyInfo>{pointer}"))


def pointed_key_in_the_data() -> bytes:
    pointer = '<ds:RetrievalMethod URI="https://evil.example/key"/>'
    return _edited(("<ds:X509Data>", f"<ds:X509Data>{pointer}"))


def referenced_key() -> bytes:
    space = "http://www.w3.org/2009/xmldsig11#"
    pointer = f'<d:KeyInfoReference xmlns:d="{space}" URI="#k"/>'
    return _edited(("<ds:KeyInfo>", f"<ds:KeyInfo>{pointer}"))


# -- parts of a signature -------------------------------------------------------------------


def second_signed_info() -> bytes:
    """The forged digest in a SignedInfo that nobody verifies (CVE-2025-29774)."""
    root, assertion = signed()
    for name_id in assertion.iter(NAME_ID):
        name_id.text = FORGED_USER
    genuine = copy.deepcopy(_find(root, "SignedInfo"))
    _redigest(assertion)
    signature_of(assertion).insert(1, genuine)
    return octets(root)


def comment_in_digest() -> bytes:
    """One reader takes the forged digest, another the genuine one (CVE-2025-29775)."""
    root, assertion = signed()
    genuine = str(_find(root, "DigestValue").text)
    for name_id in assertion.iter(NAME_ID):
        name_id.text = FORGED_USER
    _redigest(assertion)
    digest = _find(root, "DigestValue")
    comment = etree.Comment(str(digest.text))
    digest.text, comment.tail = None, genuine
    digest.append(comment)
    return octets(root)


def digest_beside_the_digest() -> bytes:
    return _edited(("</ds:DigestValue>", "</ds:DigestValue><ds:DigestValue>AAAA</ds:DigestValue>"))


def second_key_info() -> bytes:
    certificate = f"<ds:X509Certificate>{certificate_base64('stranger')}</ds:X509Certificate>"
    return _edited(
        (
            "</ds:KeyInfo>",
            f"</ds:KeyInfo><ds:KeyInfo><ds:X509Data>{certificate}</ds:X509Data></ds:KeyInfo>",
        )
    )


def digest_in_extensions() -> bytes:
    root, _ = signed()
    digest = etree.Element(f"{{{DS}}}DigestValue")
    digest.text = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    put_extensions(root, digest)
    return octets(root)


def signed_info_in_key_info() -> bytes:
    root, _ = signed()
    _find(root, "KeyInfo").append(copy.deepcopy(_find(root, "SignedInfo")))
    return octets(root)


def empty_object() -> bytes:
    return _edited(("</ds:KeyInfo>", "</ds:KeyInfo><ds:Object/>"))


def manifest() -> bytes:
    inside = f'<ds:Manifest Id="m"><ds:Reference URI="#{ASSERTION_ID}"/></ds:Manifest>'
    return _edited(("</ds:KeyInfo>", f"</ds:KeyInfo><ds:Object>{inside}</ds:Object>"))


def two_signatures() -> bytes:
    root, assertion = signed()
    signature_of(assertion).addnext(copy.deepcopy(signature_of(assertion)))
    return octets(root)


# -- what is covered ------------------------------------------------------------------------


def _reference(uri: str) -> Edit:
    return f'URI="#{ASSERTION_ID}"', f'URI="{uri}"'


def external_reference() -> bytes:
    return _edited(_reference("https://evil.example/assertion.xml"))


def pointer_reference() -> bytes:
    return _edited(_reference(f"#xpointer(id('{ASSERTION_ID}'))"))


def whole_document_reference() -> bytes:
    return _edited(_reference(""))


def reference_to_the_response() -> bytes:
    return _edited(_reference(f"#{RESPONSE_ID}"))


def two_references() -> bytes:
    """Both are truly signed: the assertion, and the response around it without its signature."""
    root, _ = signed()
    first = _find(root, "Reference")
    second = copy.deepcopy(first)
    second.set("URI", f"#{RESPONSE_ID}")
    first.addnext(second)
    return octets(root)


def the_same_reference_twice() -> bytes:
    root, _ = signed()
    first = _find(root, "Reference")
    first.addnext(copy.deepcopy(first))
    return octets(root)


def unsigned_beside_a_broken_one() -> bytes:
    root, assertion = signed()
    evil = copy.deepcopy(assertion)
    evil.set("ID", "_f0e1")
    evil.remove(signature_of(evil))
    root.append(evil)
    _find(root, "Reference").set("URI", "#_gone")
    return octets(root)


# -- transforms -----------------------------------------------------------------------------


def _transform(algorithm: str, content: str = "") -> bytes:
    """A signature with a transform that changes what it is over."""
    unsigned = build("response", sign=None)
    message = sign(
        unsigned,
        key=key_pem("idp-signing"),
        certificate=certificate_pem("idp-signing"),
        target_id=ASSERTION_ID,
    )
    new = f'<ds:Transform Algorithm="{algorithm}">{content}</ds:Transform>'
    return message.replace(_TRANSFORM.encode(), new.encode())


def stylesheet() -> bytes:
    space = "http://www.w3.org/1999/XSL/Transform"
    sheet = f'<xsl:stylesheet xmlns:xsl="{space}" version="1.0"/>'
    return _transform("http://www.w3.org/TR/1999/REC-xslt-19991116", sheet)


def xpath_filter() -> bytes:
    expression = "<ds:XPath>not(ancestor-or-self::*[local-name()='NameID'])</ds:XPath>"
    return _transform("http://www.w3.org/TR/1999/REC-xpath-19991116", expression)


def xpath_filter_2() -> bytes:
    space = "http://www.w3.org/2002/06/xmldsig-filter2"
    expression = f'<f:XPath xmlns:f="{space}" Filter="subtract">//*</f:XPath>'
    return _transform(space, expression)


def base64_transform() -> bytes:
    return _transform(f"{DS}base64")


def decryption_transform() -> bytes:
    return _transform("http://www.w3.org/2002/07/decrypt#XML")


def _sig(build_: object, rule: str, row: str, cites: str, **more: object) -> Forgery:
    return Forgery(build=build_, rule=rule, row=row, cites=cites, **more)  # type: ignore[arg-type]


_XSLT = "CVE-2022-47966"
FORGERIES = (
    _sig(strange_key, "sig-keyinfo-only-trust", "any key", "CVE-2021-21239", alone=False),
    _sig(strange_bare_key, "sig-keyinfo-only-trust", "any key", "CVE-2021-21239", alone=False),
    _sig(secret_of_the_public_key, "sig-alg-hmac", "any key", "RFC 9231"),
    _sig(truncated_secret, "sig-alg-hmac", "numbers", "CVE-2009-0217"),
    _sig(
        zero_ecdsa, "cert-ecdsa-zero", "numbers", "CVE-2022-21449", good=ecdsa, given=_ec_metadata
    ),
    _sig(
        ecdsa_of_the_order,
        "cert-ecdsa-zero",
        "numbers",
        "CVE-2022-21449",
        good=ecdsa,
        given=_ec_metadata,
    ),
    _sig(
        plain,
        "sig-no-keyed-trust",
        "fail open",
        "CVE-2020-2021",
        given=_no_certificates,
        alone=False,
    ),
    _sig(pointed_key, "sig-keyinfo-retrievalmethod", "any key", PRACTICES),
    _sig(pointed_key_in_the_data, "sig-keyinfo-retrievalmethod", "any key", PRACTICES),
    _sig(referenced_key, "sig-keyinfo-retrievalmethod", "any key", PRACTICES),
    _sig(second_signed_info, "sig-multiple-signedinfo", "signed info", "CVE-2025-29774"),
    _sig(comment_in_digest, "xml-comment-in-digestvalue", "signed info", "CVE-2025-29775"),
    _sig(digest_beside_the_digest, "sig-stray-dsig-node", "signed info", PRACTICES),
    _sig(second_key_info, "sig-stray-dsig-node", "signed info", PRACTICES),
    _sig(digest_in_extensions, "sig-stray-dsig-node", "xpath", PRACTICES),
    _sig(signed_info_in_key_info, "sig-stray-dsig-node", "signed info", PRACTICES),
    _sig(empty_object, "sig-object-child", "wrapping", "E91"),
    _sig(manifest, "sig-manifest", "uncovered", PRACTICES),
    _sig(two_signatures, "sig-multiple-in-element", "uncovered", "SAML Core"),
    _sig(external_reference, "sig-reference-not-fragment", "uncovered", PRACTICES),
    _sig(pointer_reference, "sig-reference-not-fragment", "uncovered", PRACTICES),
    _sig(whole_document_reference, "sig-reference-whole-document", "uncovered", "SAML Core"),
    _sig(reference_to_the_response, "sig-reference-wrong-target", "uncovered", "SAML Core"),
    _sig(two_references, "sig-hashed-not-signed-element", "hashed", "CVE-2026-33487"),
    _sig(the_same_reference_twice, "sig-reference-count", "hashed", "SAML Core"),
    _sig(unsigned_beside_a_broken_one, "sig-consumed-not-covered", "uncovered", "CVE-2025-47949"),
    _sig(stylesheet, "sig-transform-not-allowed", "transforms", _XSLT),
    _sig(xpath_filter, "sig-transform-not-allowed", "transforms", _XSLT),
    _sig(xpath_filter_2, "sig-transform-not-allowed", "transforms", _XSLT),
    _sig(base64_transform, "sig-transform-not-allowed", "transforms", _XSLT),
    _sig(decryption_transform, "sig-transform-not-allowed", "transforms", _XSLT),
)
