"""signxml's judgement on a signature, and the signed content as signxml hands it out."""

from __future__ import annotations

import warnings
from datetime import datetime, timedelta

from lxml import etree
from lxml.etree import _Element as Element

from samlcheck.crypto.canonical import inherit, last_canonicalization, remove_keeping_tail
from samlcheck.crypto.certificates import CertificateFacts
from samlcheck.model import Signature
from samlcheck.model.signature import SIGNATURE
from samlcheck.xml import detach, new_parser
from samlcheck.xml.names import DS, clark

_SIGNED_INFO = clark(DS, "SignedInfo")


def signed_view(
    target: Element, signature: Signature, facts: CertificateFacts, now: datetime
) -> tuple[Element | None, str | None]:
    """Return the signed element as signxml re-parsed it from the digested octets, or a reason.

    The signature must be a direct child of the target and made by exactly the key given.
    """
    from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    if facts.certificate is None:
        return None, "the key has no certificate"
    config = SignatureConfiguration(
        require_x509=True,
        location="./",
        expect_references=1,
        signature_methods=frozenset(SignatureMethod),
        digest_algorithms=frozenset(DigestAlgorithm),
        ignore_ambiguous_key_info=True,
        verification_time=_inside_validity(facts, now),
        default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    if signature.element.getparent() is not target:
        return None, "the signature is not a child of what it signs"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about old certificates; findings speak of those
            result = XMLVerifier().verify(
                _prepared(target, signature),
                x509_cert=facts.certificate,
                expect_config=config,
                validate_schema=False,
                parser=new_parser(),
            )
    except Exception as error:  # signxml raises many classes; any of them means "not valid"
        return None, f"signxml refuses it ({type(error).__name__})"
    if isinstance(result, list) or not isinstance(result.signed_xml, etree._Element):
        return None, "signxml found no signed element"
    return result.signed_xml, None


def _prepared(target: Element, signature: Signature) -> Element:
    """Return a copy of the target that signxml reads as XML Signature wants the original read.

    It takes xml: attributes from nowhere, so those that inclusive canonicalization inherits are
    put where they are inherited.
    """
    algorithm, _ = last_canonicalization(signature.references[0].transforms)
    method = signature.c14n_method
    copy = inherit(detach(target), target, algorithm)
    node = copy.find(f"{SIGNATURE}/{_SIGNED_INFO}")
    if node is not None and method is not None:
        inherit(node, signature.signed_infos[0], method.algorithm or "")
    return _without_comments(copy)


def _without_comments(copy: Element) -> Element:
    """Take the comments out of a detached copy, but not out of its signature.

    A reference by ID selects no comments (XML Signature 1.1, 4.4.3.3), while signxml digests them
    where the canonicalization keeps them.
    """
    for comment in list(copy.iter(etree.Comment)):
        if all(parent.tag != SIGNATURE for parent in comment.iterancestors()):
            remove_keeping_tail(comment)
    return copy


def _inside_validity(facts: CertificateFacts, now: datetime) -> datetime:
    """Return an instant at which the certificate is valid: SAML trusts the key, not the dates."""
    if facts.not_before is not None and now < facts.not_before:
        return facts.not_before + timedelta(seconds=1)
    if facts.not_after is not None and now > facts.not_after:
        return facts.not_after - timedelta(seconds=1)
    return now
