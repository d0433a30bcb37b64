"""Rules on what stands in a key descriptor beside the key, and on roles without a key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samlcheck.model import KeyDescriptor, RoleDescriptor, SPSSODescriptor
from samlcheck.rules.case import Case
from samlcheck.rules.citations import errata, mdiop, metadata, saml2int, xmldsig
from samlcheck.rules.rule import INFO, OFF, Hit, example, hit, rule
from samlcheck.xml.names import DS, DSIG11, clark, display, split_clark

_GOOD: Final = (example("sp"), example("idp"))
_KEY: Final = """\
    <md:KeyDescriptor use="{use}">
      <ds:KeyInfo>
        <ds:X509Data>
          <ds:X509Certificate>{{cert:sp-{use}}}</ds:X509Certificate>
        </ds:X509Data>
      </ds:KeyInfo>
"""
_SIGNING: Final = _KEY.format(use="signing") + "    </md:KeyDescriptor>\n"
_UNSIGNED: Final = ('AuthnRequestsSigned="true" ', "")
_NO_LOGOUT: Final = (
    '    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
    'Location="https://sp.example.org/saml/slo"/>\n',
    "",
)
_METHODS: Final = """\
      <md:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/>
      <md:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes128-gcm"/>
      <md:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#rsa-oaep">
        <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
        <xenc11:MGF Algorithm="http://www.w3.org/2009/xmlenc11#mgf1sha256"/>
      </md:EncryptionMethod>
    </md:KeyDescriptor>
"""
_INFO: Final = (
    "<ds:KeyInfo>\n        <ds:X509Data>\n          <ds:X509Certificate>{cert:sp-signing}"
)
_SERIAL: Final = (
    "<ds:X509IssuerSerial><ds:X509IssuerName>CN=Example</ds:X509IssuerName>"
    "<ds:X509SerialNumber>1</ds:X509SerialNumber></ds:X509IssuerSerial>"
)
_X509_SERIAL: Final = clark(DS, "X509IssuerSerial")
_X509_DATA: Final = clark(DS, "X509Data")


@rule(
    "key-no-descriptor",
    on=RoleDescriptor,
    severity=OFF,
    cites=[metadata("2.4.1"), saml2int("SDP-MD05"), saml2int("SDP-MD08")],
    bad=[
        example(
            "sp",
            _UNSIGNED,
            _NO_LOGOUT,
            (_SIGNING + _KEY.format(use="encryption") + _METHODS, ""),
            enable=["key-no-descriptor"],
            also=["key-sp-no-encryption"],
        )
    ],
    good=_GOOD,
)
def no_descriptor(role: RoleDescriptor, case: Case) -> Iterator[Hit]:
    """A role publishes no key at all.

    The role for SAML 2.0 has no md:KeyDescriptor.

    Why: nobody can verify what it signs or encrypt for it; some federations do not take such
    metadata.
    Fix: Add a KeyDescriptor with a certificate for each use.
    """
    if not role.keys and role.is_saml2:
        yield hit(
            role,
            f"{display(str(role.element.tag))} has no KeyDescriptor",
            expected="an md:KeyDescriptor",
        )


@rule(
    "key-sp-no-signing",
    on=SPSSODescriptor,
    severity=OFF,
    cites=[metadata("2.4.1.1")],
    unless=["key-use-invalid", "key-no-representation"],
    bad=[example("sp", _UNSIGNED, _NO_LOGOUT, (_SIGNING, ""), enable=["key-sp-no-signing"])],
    good=[*_GOOD, example("sp", (' use="signing"', ""), enable=["key-sp-no-signing"])],
)
def no_signing_key(role: SPSSODescriptor, case: Case) -> Iterator[Hit]:
    """The service provider publishes no signing key.

    No md:KeyDescriptor with use="signing", or without use, carries a certificate or a key.

    Why: it is optional, but some federations ask for it: without it nothing that the service
    provider sends can be verified.
    Fix: Add a KeyDescriptor with use="signing" if requests or logout messages are signed.
    """
    held = any(
        key.key_info is not None and (key.key_info.certificates or key.key_info.key_values)
        for key in role.signing_keys
    )
    if role.is_saml2 and not held:
        yield hit(
            role,
            "The service provider role has no key for signing",
            expected='a KeyDescriptor with use="signing" and a certificate',
        )


@rule(
    "key-use-absent",
    on=KeyDescriptor,
    severity=OFF,
    cites=[metadata("2.4.1.1"), errata("E62")],
    bad=[example("sp", (' use="signing"', ""), enable=["key-use-absent"])],
    good=[*_GOOD, example("sp", (' use="signing"', ""))],
)
def use_absent(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """A key is published for both uses.

    md:KeyDescriptor has no use, so that the key is for signing and for encryption.

    Why: it is allowed and common; but the key for signing and that for encryption cannot be
    changed one after the other, and some federations ask for one key each.
    Fix: Publish two keys, with use="signing" and use="encryption".
    """
    if key.use is None:
        yield hit(
            key,
            "The KeyDescriptor has no use",
            attribute="use",
            expected="signing or encryption",
        )


@rule(
    "key-keyname-present",
    on=KeyDescriptor,
    severity=OFF,
    cites=[mdiop("2.5.1"), xmldsig("4.5.1")],
    bad=[
        example(
            "sp",
            (_INFO, _INFO.replace("Info>", "Info><ds:KeyName>sp.example.org</ds:KeyName>", 1)),
            enable=["key-keyname-present"],
        )
    ],
    good=_GOOD,
)
def key_name_present(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """A key has a name.

    ds:KeyInfo holds ds:KeyName beside the key.

    Why: names come from the time when receivers looked the key up in a certificate of that name;
    old software still does, and then refuses a certificate that another authority issued.
    Fix: Remove ds:KeyName; the certificate holds the key.
    """
    info = key.key_info
    for name in info.key_names if info is not None and info.certificates else ():
        yield hit(name, f"The key is named {name.text!r}", expected="no ds:KeyName")


@rule(
    "key-x509serial",
    on=KeyDescriptor,
    severity=INFO,
    cites=[mdiop("2.5.1"), xmldsig("4.5.4")],
    bad=[example("sp", (_INFO, _INFO.replace("X509Data>", f"X509Data>{_SERIAL}", 1)))],
    good=_GOOD,
)
def issuer_serial(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """A key is described by the serial number of its certificate.

    ds:X509Data holds ds:X509IssuerSerial beside the certificate.

    Why: nobody needs it; but serial numbers are longer than many programs can count, and they
    refuse the whole document as invalid.
    Fix: Remove ds:X509IssuerSerial; the certificate holds the key.
    """
    info = key.key_info
    if info is None:
        return
    for data in info.element.iterchildren(_X509_DATA):
        found = next(data.iterchildren(_X509_SERIAL), None)
        if found is not None:
            yield hit(
                found, "The KeyInfo holds a serial number", expected="only the ds:X509Certificate"
            )


@rule(
    "key-foreign-child",
    on=KeyDescriptor,
    severity=INFO,
    cites=[xmldsig("4.5"), mdiop("2.5.1")],
    bad=[
        example(
            "sp",
            (_INFO, _INFO.replace("Info>", 'Info><x:Id xmlns:x="urn:example:keys">1</x:Id>', 1)),
        )
    ],
    good=_GOOD,
)
def foreign_child(key: KeyDescriptor, case: Case) -> Iterator[Hit]:
    """A key is described by an element that SAML does not know.

    ds:KeyInfo holds an element that is not of the namespaces of XML Signature. That is allowed.

    Why: receivers pass it over, or stop at it.
    Fix: Remove the element; the certificate holds the key.
    """
    info = key.key_info
    for child in info.element.iterchildren("*") if info is not None else ():
        if split_clark(str(child.tag))[0] not in (DS, DSIG11):
            yield hit(
                child,
                f"The KeyInfo holds {display(str(child.tag))}",
                expected="ds:X509Data",
                actual=display(str(child.tag)),
            )


RULES = (
    no_descriptor,
    no_signing_key,
    use_absent,
    key_name_present,
    issuer_serial,
    foreign_child,
)
