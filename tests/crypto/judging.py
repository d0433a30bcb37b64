"""What samlcheck and the xmlsec library say of one signature, side by side."""

from __future__ import annotations

import re

import xmlsec
from lxml import etree

import samlcheck
from samlcheck.crypto import KeyCandidate, SignatureCheck, verify_signature
from samlcheck.crypto.certificates import read_certificate
from samlcheck.model import Signature, walk
from tests.support.algorithms import C14N, DIGEST, DS, ENVELOPED, SIGNATURE
from tests.support.bases import NOW
from tests.support.keys import certificate_base64, certificate_pem, key_pem, pem_body
from tests.support.oracle import xmlsec_verifies
from tests.support.spans import find_target

RESPONSE = "_b07d5a3e1f6249c8bd93026ea41c7f58"
ASSERTION = "_4c92e8f7061b4ad5935fd1a70e2b6c83"
METADATA = "_c81e47b02f9d4a53a7d60e1b39f5c284"

Change = tuple[str, str]


def trusted(certificate: str) -> KeyCandidate:
    """A certificate, as the text of ds:X509Certificate, that the caller pinned."""
    return KeyCandidate(
        facts=read_certificate(certificate),
        node=None,
        owner="the test",
        purpose="pinned",
        trusted=True,
    )


def signatures(xml: bytes) -> list[Signature]:
    """The signatures of a message or metadata document, parents first."""
    root = samlcheck.parse_message(xml).message or samlcheck.parse_metadata(xml).metadata
    assert root is not None, "the document is neither a message nor metadata"
    return [node for node in walk(root) if isinstance(node, Signature)]


def check_of(xml: bytes, element_id: str | None, key: str = "idp-signing") -> SignatureCheck:
    """What samlcheck says of the signature of one element, a test key being trusted."""
    found = [
        signature
        for signature in signatures(xml)
        if signature.parent is not None and signature.parent.get("ID") == element_id
    ]
    return verify_signature(found[0], (trusted(certificate_base64(key)),), now=NOW)


def both(xml: bytes, element_id: str | None, key: str = "idp-signing") -> tuple[str, bool]:
    """The status by samlcheck, and whether xmlsec verifies the same signature."""
    status = check_of(xml, element_id, key).status
    return status, xmlsec_verifies(xml, element_id, certificate_pem(key))


def mutated(xml: bytes, change: Change | None) -> bytes:
    """The document after the first match of a pattern is replaced; None leaves it alone."""
    if change is None:
        return xml
    text, count = re.subn(change[0], change[1], xml.decode(), count=1)
    assert count, f"the document does not match {change[0]!r}"
    return text.encode()


def sign_with_prefixes(xml: bytes, element_id: str, prefixes: str) -> bytes:
    """The document signed with an InclusiveNamespaces PrefixList in the c14n transform."""
    inclusive = f'<ec:InclusiveNamespaces xmlns:ec="{C14N["exclusive"]}" PrefixList="{prefixes}"/>'
    template = (
        f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{C14N["exclusive"]}"/>'
        f'<ds:SignatureMethod Algorithm="{SIGNATURE["rsa-sha256"]}"/>'
        f'<ds:Reference URI="#{element_id}"><ds:Transforms>'
        f'<ds:Transform Algorithm="{ENVELOPED}"/>'
        f'<ds:Transform Algorithm="{C14N["exclusive"]}">{inclusive}</ds:Transform>'
        f'</ds:Transforms><ds:DigestMethod Algorithm="{DIGEST["sha256"]}"/><ds:DigestValue/>'
        "</ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data>"
        f"<ds:X509Certificate>{pem_body(certificate_pem('idp-signing'))}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo></ds:Signature>"
    )
    place = find_target(xml, element_id).after_issuer
    assert place is not None
    root = etree.fromstring(xml[:place] + template.encode() + xml[place:])
    signature = next(root.iter(f"{{{DS}}}Signature"))
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(key_pem("idp-signing"), xmlsec.constants.KeyDataFormatPem)
    context.sign(signature)
    return etree.tostring(root)
