"""Signatures, certificates, keys and decryption: the only importer of signxml and cryptography.

The names are imported on first use: who only reads certificates does not pay for decryption.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from samlcheck.crypto.algorithms import BROKEN, DIGEST_METHODS, OK, SIGNATURE_METHODS, WEAK
    from samlcheck.crypto.bare_keys import made_with_bare_key
    from samlcheck.crypto.certificates import CertificateFacts, KeyFacts, load_certificate
    from samlcheck.crypto.decryption import (
        Decryption,
        KeyFormatError,
        PrivateKey,
        decrypt,
        load_private_keys,
        public_key_id,
    )
    from samlcheck.crypto.detached import DetachedCheck, verify_detached
    from samlcheck.crypto.key_values import key_value_agrees
    from samlcheck.crypto.keys import CertificateReader, KeyCandidate, load_pinned, role_candidates
    from samlcheck.crypto.query_octets import (
        query_variants,
        signed_parameters,
        simple_sign_variants,
    )
    from samlcheck.crypto.references import ID_ATTRIBUTES, IdIndex, ShapeProblem
    from samlcheck.crypto.verification import ReferenceCheck, SignatureCheck, verify_signature

__all__ = [
    "BROKEN",
    "DIGEST_METHODS",
    "ID_ATTRIBUTES",
    "OK",
    "SIGNATURE_METHODS",
    "WEAK",
    "CertificateFacts",
    "CertificateReader",
    "Decryption",
    "DetachedCheck",
    "IdIndex",
    "KeyCandidate",
    "KeyFacts",
    "KeyFormatError",
    "PrivateKey",
    "ReferenceCheck",
    "ShapeProblem",
    "SignatureCheck",
    "decrypt",
    "key_value_agrees",
    "load_certificate",
    "load_pinned",
    "load_private_keys",
    "made_with_bare_key",
    "public_key_id",
    "query_variants",
    "role_candidates",
    "signed_parameters",
    "simple_sign_variants",
    "verify_detached",
    "verify_signature",
]

_HOMES = {
    "algorithms": ("BROKEN", "DIGEST_METHODS", "OK", "SIGNATURE_METHODS", "WEAK"),
    "certificates": ("CertificateFacts", "KeyFacts", "load_certificate"),
    "decryption": (
        "Decryption",
        "KeyFormatError",
        "PrivateKey",
        "decrypt",
        "load_private_keys",
        "public_key_id",
    ),
    "bare_keys": ("made_with_bare_key",),
    "detached": ("DetachedCheck", "verify_detached"),
    "query_octets": ("query_variants", "signed_parameters", "simple_sign_variants"),
    "key_values": ("key_value_agrees",),
    "keys": ("CertificateReader", "KeyCandidate", "load_pinned", "role_candidates"),
    "references": ("ID_ATTRIBUTES", "IdIndex", "ShapeProblem"),
    "verification": ("ReferenceCheck", "SignatureCheck", "verify_signature"),
}


def __getattr__(name: str) -> object:
    """Import the module that holds a public name when the name is asked for."""
    from importlib import import_module

    for module, names in _HOMES.items():
        if name in names:
            found = getattr(import_module(f"{__name__}.{module}"), name)
            globals()[name] = found  # the next one who asks finds it at once
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
