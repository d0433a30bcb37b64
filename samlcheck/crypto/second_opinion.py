"""signxml's judgement on a signature, and the signed content as signxml hands it out."""

from __future__ import annotations

from datetime import datetime, timedelta

from lxml import etree
from lxml.etree import _Element as Element

from samlcheck.crypto.certificates import CertificateFacts
from samlcheck.model import Signature
from samlcheck.xml import detach, new_parser


def signed_view(
    target: Element, signature: Signature, facts: CertificateFacts, now: datetime
) -> tuple[Element | None, str | None]:
    """Return the signed element as signxml re-parsed it from the digested octets, or a reason.

    The signature must be a direct child of the target and made by exactly the key given.
    """
    import signxml
    from signxml.algorithms import DigestAlgorithm, SignatureMethod

    if facts.certificate is None:
        return None, "the key has no certificate"
    config = signxml.SignatureConfiguration(
        require_x509=True,
        location="./",
        expect_references=1,
        signature_methods=frozenset(SignatureMethod),
        digest_algorithms=frozenset(DigestAlgorithm),
        ignore_ambiguous_key_info=True,
        verification_time=_inside_validity(facts, now),
        default_reference_c14n_method=signxml.CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    if signature.element.getparent() is not target:
        return None, "the signature is not a child of what it signs"
    try:
        result = signxml.XMLVerifier().verify(
            detach(target),
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


def _inside_validity(facts: CertificateFacts, now: datetime) -> datetime:
    """Return an instant at which the certificate is valid: SAML trusts the key, not the dates."""
    if facts.not_before is not None and now < facts.not_before:
        return facts.not_before + timedelta(seconds=1)
    if facts.not_after is not None and now > facts.not_after:
        return facts.not_after - timedelta(seconds=1)
    return now
