"""Rules on key descriptors: each role publishes the keys that its partners need."""

from __future__ import annotations

from collections.abc import Iterator

from samlcheck.model import IDPSSODescriptor, KeyDescriptor, SPSSODescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import mdiop, metadata, saml2int, xmldsig
from samlcheck.rules.rule import ERROR, INFO, WARNING, Hit, Place, example, hit, rule
from samlcheck.xml.names import display

_DATA = """
        <ds:X509Data>
          <ds:X509Certificate>{cert:sp-encryption}</ds:X509Certificate>
        </ds:X509Data>"""
_ENCRYPTION_KEY = f"""
    <md:KeyDescriptor use="encryption">
      <ds:KeyInfo>{_DATA}
      </ds:KeyInfo>
      <md:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/>
      <md:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes128-gcm"/>
      <md:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#rsa-oaep">
        <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
        <xenc11:MGF Algorithm="http://www.w3.org/2009/xmlenc11#mgf1sha256"/>
      </md:EncryptionMethod>
    </md:KeyDescriptor>"""
_KEY_VALUE = """
        <ds:KeyValue>
          <ds:RSAKeyValue><ds:Modulus>wY9x</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue>
        </ds:KeyValue>"""


def _has_key(key: KeyDescriptor) -> bool:
    return key.key_info is not None and bool(key.key_info.certificates or key.key_info.key_values)


@rule(
    "key-idp-no-signing",
    on=IDPSSODescriptor,
    severity=ERROR,
    cites=[metadata("2.4.1.1"), saml2int("SDP-MD08")],
    unless=["key-use-invalid", "key-no-representation"],
    bad=[example("idp", ('use="signing"', 'use="encryption"'))],
    good=[example("idp"), example("idp", (' use="signing"', ""))],
)
def idp_without_signing_key(role: IDPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The identity provider publishes no signing key.

    No md:KeyDescriptor with use="signing", or without use, carries a certificate or a key.

    Why: service providers verify every login with these keys; without one they refuse them all.
    Fix: Add a KeyDescriptor with use="signing" and the certificate that assertions are signed with.
    """
    if not any(_has_key(key) for key in role.signing_keys):
        found = sorted({key.use or "none" for key in role.keys})
        yield hit(
            role,
            "The identity provider role has no key for signing",
            expected='a KeyDescriptor with use="signing" and a certificate',
            actual=f"keys with use {', '.join(found)}" if found else "no KeyDescriptor",
        )


@rule(
    "key-sp-no-encryption",
    on=SPSSODescriptor,
    severity=INFO,
    cites=[saml2int("SDP-MD08")],
    unless=["key-use-invalid", "key-no-representation"],
    bad=[example("sp", (_ENCRYPTION_KEY, ""))],
    good=[example("sp"), example("sp", (' use="encryption"', ""))],
)
def sp_without_encryption_key(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The service provider publishes no encryption key.

    No md:KeyDescriptor with use="encryption", or without use, carries a certificate or a key.

    Why: identity providers cannot encrypt assertions for it; some refuse to send them in clear.
    Fix: Add a KeyDescriptor with use="encryption" if assertions shall be encrypted.
    """
    if role.is_saml2 and not any(_has_key(key) for key in role.encryption_keys):
        yield hit(
            role,
            "The service provider role has no key for encryption",
            expected='a KeyDescriptor with use="encryption" and a certificate',
        )


@rule(
    "key-use-invalid",
    on=KeyDescriptor,
    severity=ERROR,
    cites=[metadata("2.4.1.1")],
    bad=[example("sp", ('use="encryption"', 'use="Encryption"'))],
    good=[example("sp"), example("sp", (' use="encryption"', ""))],
)
def use_invalid(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """The use of a key is neither signing nor encryption.

    The attribute use of md:KeyDescriptor has a value that the schema does not list; case matters.

    Why: receivers skip such a key or refuse the whole metadata.
    Fix: Set use to signing or encryption, or leave the attribute out for a key that does both.
    """
    if key.use not in (None, "signing", "encryption"):
        yield hit(
            key,
            f"The use of the key is {key.use!r}",
            attribute="use",
            expected="signing or encryption",
            actual=key.use,
        )


@rule(
    "key-no-representation",
    on=KeyDescriptor,
    severity=ERROR,
    cites=[mdiop("2.5.1")],
    bad=[example("sp", (_DATA, "\n        <ds:KeyName>sp.example.org</ds:KeyName>"))],
    good=[example("sp")],
)
def no_representation(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """A key descriptor holds no key.

    Its ds:KeyInfo has neither a certificate nor a key value: only a name, a serial number or a
    pointer to a key, or nothing.

    Why: the receiver cannot compute the key from a name, so it has none.
    Fix: Put the certificate into ds:X509Data/ds:X509Certificate.
    """
    info = key.key_info
    if info is None or _has_key(key):
        return  # without ds:KeyInfo the document does not follow the schema, which is told there
    held = [display(str(child.tag)) for child in info.element.iterchildren("*")]
    yield hit(
        info,
        "The KeyDescriptor names a key but does not hold it",
        expected="a ds:X509Certificate",
        actual=", ".join(held) or "an empty ds:KeyInfo",
    )


@rule(
    "key-no-certificate",
    on=KeyDescriptor,
    severity=INFO,
    cites=[mdiop("2.5.1"), saml2int("SDP-MD05")],
    bad=[example("sp", (_DATA, _KEY_VALUE))],
    good=[example("sp")],
)
def no_certificate(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """A key is published without a certificate.

    ds:KeyInfo has a bare key value and no ds:X509Certificate.

    Why: the form is allowed, but many products, among them most commercial ones, read
    certificates only.
    Fix: Add a ds:X509Certificate with a self-signed, long-lived certificate of the same key.
    """
    info = key.key_info
    if info is not None and info.key_values and not info.certificates:
        yield hit(
            info.key_values[0],
            "The key is published as a bare key value, without a certificate",
            expected="a ds:X509Certificate of the same key",
        )


@rule(
    "key-multiple-certs",
    on=KeyDescriptor,
    severity=WARNING,
    cites=[mdiop("2.5.1"), xmldsig("4.5.4")],
    bad=[
        example(
            "idp",
            (
                "{cert:idp-next}</ds:X509Certificate>",
                "{cert:idp-next}</ds:X509Certificate>\n"
                "          <ds:X509Certificate>{cert:stranger}</ds:X509Certificate>",
            ),
        )
    ],
    good=[example("idp")],
)
def multiple_certificates(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """One key descriptor holds certificates of several keys.

    A ds:KeyInfo stands for one key. Several certificates in it are a chain, or several keys put
    into one place.

    Why: most receivers take the first certificate, some the last, some all; a login signed with
    another one of them is refused.
    Fix: Give each key a KeyDescriptor of its own, and leave out the certificates of issuers.
    """
    info = key.key_info
    if info is None or len(info.certificates) < 2:
        return
    facts = [case.certificate(node) for node in info.certificates]
    keys = {item.key_id or item.der for item in facts if item.der is not None}
    if len(keys) < 2:
        return
    yield hit(
        info.certificates[1],
        f"The KeyDescriptor holds certificates of {len(keys)} different keys",
        expected="one key in each KeyDescriptor",
        actual=", ".join(item.name for item in facts),
        related=[Place(info.certificates[0], None, "the first certificate")],
    )


@rule(
    "key-value-cert-mismatch",
    on=KeyDescriptor,
    severity=ERROR,
    cites=[mdiop("2.5.1")],
    bad=[example("sp", (_DATA, _KEY_VALUE + _DATA))],
    good=[example("sp")],
)
def key_value_mismatch(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """The key value and the certificate are of different keys.

    ds:KeyInfo holds a ds:KeyValue and a ds:X509Certificate, and they do not agree.

    Why: receivers that read the one and those that read the other use different keys, so the
    login works with some partners only.
    Fix: Remove the ds:KeyValue; the certificate says it all.
    """
    info = key.key_info
    if info is None or not info.key_values or not info.certificates:
        return
    from samlcheck.crypto import key_value_agrees

    facts = [case.certificate(node) for node in info.certificates]
    for value in info.key_values:
        answers = [key_value_agrees(value.element, item) for item in facts]
        if False in answers and True not in answers:
            yield hit(
                value,
                "The key value is not that of the certificate",
                expected=f"the key of {facts[0].subject}",
                related=[Place(info.certificates[0], None, "the certificate")],
            )


RULES = (
    idp_without_signing_key,
    sp_without_encryption_key,
    use_invalid,
    no_representation,
    no_certificate,
    multiple_certificates,
    key_value_mismatch,
)
