"""What a certificate says beside its key: issuer, extensions, names, its own signature.

SAML looks at none of it (SAML Metadata Interoperability Profile 2.5.1); products do. Each question
is settled by a search in the octets first, as most certificates have nothing to tell.
"""

from __future__ import annotations

import warnings
from functools import cached_property
from typing import Final

import attrs
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtensionOID, NameOID, ObjectIdentifier

from samlcheck.crypto.der import names_agree

#: Names of types that RFC 4514 leaves as numbers.
NAMES: Final = {NameOID.EMAIL_ADDRESS: "emailAddress"}
_KEY_USAGES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)
#: Natural persons in a subject: X.520 for the parts of a name, RFC 3739 for the others.
_PERSONAL: Final = {
    "2.5.4.4": "surname",
    "2.5.4.42": "givenName",
    "2.5.4.43": "initials",
    "2.5.4.44": "generationQualifier",
    "2.5.4.65": "pseudonym",
    "1.3.6.1.5.5.7.9.1": "dateOfBirth",
    "1.3.6.1.5.5.7.9.2": "placeOfBirth",
    "1.3.6.1.5.5.7.9.3": "gender",
    "1.3.6.1.5.5.7.9.4": "countryOfCitizenship",
}
_PERSONAL_OCTETS: Final = (
    *(b"\x06\x03\x55\x04" + bytes([last]) for last in (4, 42, 43, 44, 65)),
    b"\x06\x08\x2b\x06\x01\x05\x05\x07\x09",
)
_BASIC_CONSTRAINTS: Final = b"\x06\x03\x55\x1d\x13"
_KEY_USAGE: Final = b"\x06\x03\x55\x1d\x0f"
_ALTERNATIVE_NAME: Final = b"\x06\x03\x55\x1d\x11"
#: The policies of the CA/Browser Forum (2.23.140.1.2), and the extension that holds the receipts of
#: certificate transparency logs (RFC 6962): only certificates for public web servers have them.
_PUBLIC_WEB: Final = (b"\x06\x06\x67\x81\x0c\x01\x02", b"\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x02")


@attrs.define(kw_only=True, eq=False)
class CertificateContent:
    """The content of one certificate; each answer is worked out once, when it is asked for."""

    certificate: x509.Certificate
    der: bytes

    def _extension(self, oid: ObjectIdentifier) -> object | None:
        """Return the value of an extension; None when there is none or it cannot be read."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return self.certificate.extensions.get_extension_for_oid(oid).value
            except Exception:  # the library's exception classes vary with the defect
                return None

    @cached_property
    def subject(self) -> tuple[tuple[str, str], ...]:
        """The parts of the subject, each as its dotted type and its value."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return tuple(
                    (item.oid.dotted_string, str(item.value)) for item in self.certificate.subject
                )
            except ValueError:
                return ()

    def subject_value(self, oid: str) -> str | None:
        """Return the first value of a type in the subject."""
        return next((value for kind, value in self.subject if kind == oid), None)

    @cached_property
    def is_self_issued(self) -> bool | None:
        """Whether issuer and subject are the same; None when that cannot be read."""
        return names_agree(self.der)

    @property
    def issuer(self) -> str:
        """The issuer as an RFC 4514 string, or words that say that it cannot be read."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return self.certificate.issuer.rfc4514_string(NAMES) or "(empty issuer)"
            except ValueError:
                return "(unreadable issuer)"

    @cached_property
    def is_authority(self) -> bool:
        """Whether the basic constraints make it the certificate of an authority."""
        if _BASIC_CONSTRAINTS not in self.der:
            return False
        value = self._extension(ExtensionOID.BASIC_CONSTRAINTS)
        return isinstance(value, x509.BasicConstraints) and value.ca

    @cached_property
    def key_usages(self) -> frozenset[str] | None:
        """What the key usage extension allows; None when there is none."""
        if _KEY_USAGE not in self.der:
            return None
        value = self._extension(ExtensionOID.KEY_USAGE)
        if not isinstance(value, x509.KeyUsage):
            return None
        return frozenset(name for name in _KEY_USAGES if getattr(value, name))

    @property
    def is_for_public_web(self) -> bool:
        """Whether an authority that browsers trust issued it for a web server."""
        return any(octets in self.der for octets in _PUBLIC_WEB)

    @cached_property
    def host_names(self) -> tuple[str, tuple[str, ...]] | None:
        """The common name and the DNS names beside it; None when one of both is missing."""
        if _ALTERNATIVE_NAME not in self.der:
            return None
        value = self._extension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
        if not isinstance(value, x509.SubjectAlternativeName):
            return None
        names = tuple(value.get_values_for_type(x509.DNSName))
        common = self.subject_value(NameOID.COMMON_NAME.dotted_string)
        return (common, names) if common and names else None

    @cached_property
    def personal_types(self) -> tuple[str, ...]:
        """The types in the subject that describe a natural person, by their names."""
        if not any(octets in self.der for octets in _PERSONAL_OCTETS):
            return ()
        return tuple(_PERSONAL[kind] for kind, _ in self.subject if kind in _PERSONAL)

    @cached_property
    def own_signature_holds(self) -> bool | None:
        """Whether a self-issued certificate verifies with its own key.

        None for one that others issued, and where the library refuses the algorithm.
        """
        if not self.is_self_issued:
            return None
        try:
            self.certificate.verify_directly_issued_by(self.certificate)
        except InvalidSignature:
            return False
        except (ValueError, TypeError, UnsupportedAlgorithm):
            return None
        return True
