"""Signatures, certificates, keys and decryption: the only importer of signxml and cryptography."""

from samlcheck.crypto.algorithms import BROKEN, DIGEST_METHODS, OK, SIGNATURE_METHODS, WEAK
from samlcheck.crypto.certificates import CertificateFacts, KeyFacts, load_certificate
from samlcheck.crypto.decryption import Decryption, KeyFormatError, decrypt, load_private_keys
from samlcheck.crypto.key_values import key_value_agrees
from samlcheck.crypto.keys import CertificateReader, KeyCandidate, role_candidates
from samlcheck.crypto.references import ShapeProblem, elements_with_id
from samlcheck.crypto.verification import ReferenceCheck, SignatureCheck, verify_signature

__all__ = [
    "BROKEN",
    "DIGEST_METHODS",
    "OK",
    "SIGNATURE_METHODS",
    "WEAK",
    "CertificateFacts",
    "CertificateReader",
    "Decryption",
    "KeyCandidate",
    "KeyFacts",
    "KeyFormatError",
    "ReferenceCheck",
    "ShapeProblem",
    "SignatureCheck",
    "decrypt",
    "elements_with_id",
    "key_value_agrees",
    "load_certificate",
    "load_private_keys",
    "role_candidates",
    "verify_signature",
]
