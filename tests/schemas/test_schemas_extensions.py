"""What the schemas accept that no package publishes: written from the specifications."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from samlcheck.xml.schema import load_schema

SCHEMA = load_schema()

_NAMESPACES = {
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "ec": "http://www.w3.org/2001/10/xml-exc-c14n#",
    "mdrpi": "urn:oasis:names:tc:SAML:metadata:rpi",
    "idpdisc": "urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol",
    "init": "urn:oasis:names:tc:SAML:profiles:SSO:request-init",
    "shibmd": "urn:mace:shibboleth:metadata:1.0",
    "hoksso": "urn:oasis:names:tc:SAML:2.0:profiles:holder-of-key:SSO:browser",
    "remd": "http://refeds.org/metadata",
    "o": "urn:example:other",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES.items())

_POLICY = '<mdrpi:RegistrationPolicy xml:lang="en">https://example.org</mdrpi:RegistrationPolicy>'
_USAGE = '<mdrpi:UsagePolicy xml:lang="en">https://example.org</mdrpi:UsagePolicy>'
_KEY = "<ds:KeyInfo><ds:KeyName>k</ds:KeyName></ds:KeyInfo>"
_ENDPOINT = 'Binding="urn:x" Location="https://example.org"'
_INSTANT = "2026-01-01T00:00:00+01:00"


def _registration(attributes: str, content: str = "") -> str:
    return f"<mdrpi:RegistrationInfo {attributes}>{content}</mdrpi:RegistrationInfo>"


def _publication(attributes: str, content: str = "") -> str:
    return f"<mdrpi:PublicationInfo {attributes}>{content}</mdrpi:PublicationInfo>"


def _path(attributes: str, content: str) -> str:
    return f"<mdrpi:PublicationPath {attributes}>{content}</mdrpi:PublicationPath>"


def _discovery(attributes: str, content: str = "") -> str:
    return f"<idpdisc:DiscoveryResponse {attributes}>{content}</idpdisc:DiscoveryResponse>"


def _initiator(attributes: str, content: str = "") -> str:
    return f"<init:RequestInitiator {attributes}>{content}</init:RequestInitiator>"


def _scope(attributes: str, content: str) -> str:
    return f"<shibmd:Scope {attributes}>{content}</shibmd:Scope>"


def _authority(attributes: str, content: str) -> str:
    return f"<shibmd:KeyAuthority {attributes}>{content}</shibmd:KeyAuthority>"


def _canonicalization(content: str) -> str:
    method = "ds:CanonicalizationMethod"
    return f'<{method} Algorithm="urn:x">{content}</{method}>'


ACCEPTED = [
    _registration('registrationAuthority=""'),
    _registration('registrationAuthority="x"', f"{_POLICY}{_POLICY}<o:x/><o:y/>"),
    _registration(f'registrationAuthority="x" registrationInstant="{_INSTANT}" o:x=""'),
    _publication('publisher="x"', f"{_USAGE}{_USAGE}<o:x/><o:y/>"),
    _publication(f'publisher="x" creationInstant="{_INSTANT}" publicationId="" o:x=""'),
    _path("", ""),
    _path("", '<mdrpi:Publication publisher="x"/>'),
    _discovery(f'{_ENDPOINT} index="0"'),
    _discovery(f'{_ENDPOINT} index="65535" isDefault="1" o:x=""', "<o:x/>"),
    _initiator(_ENDPOINT),
    _initiator(f'{_ENDPOINT} ResponseLocation="x" o:x=""', "<o:x/>"),
    _scope("", ""),
    _scope('regexp="0"', "example.org"),
    _authority("", _KEY),
    _authority('VerifyDepth="255" o:x=""', f"{_KEY}{_KEY}"),
    '<md:ContactPerson contactType="other" remd:contactType="http://refeds.org/metadata"/>',
    f'<md:SingleSignOnService {_ENDPOINT} hoksso:ProtocolBinding="urn:x"/>',
    _canonicalization('<ec:InclusiveNamespaces PrefixList="#default xs"/>'),
]

REJECTED = [
    _registration(""),
    _registration('registrationAuthority="x" registrationInstant="2026-01-01"'),
    _registration('registrationAuthority="x" other="x"'),
    _registration('registrationAuthority="x"', f"<o:x/>{_POLICY}"),
    _registration('registrationAuthority="x"', _USAGE),
    _registration('registrationAuthority="x"', "<x/>"),
    _registration('registrationAuthority="x"', "text"),
    _POLICY.replace(' xml:lang="en"', ""),
    _publication(""),
    _publication('publisher="x"', f"<o:x/>{_USAGE}"),
    _publication('publisher="x"', _POLICY),
    _USAGE.replace(' xml:lang="en"', ""),
    _path("", "<mdrpi:Publication/>"),
    _path("", '<mdrpi:Publication publisher="x" o:x=""/>'),
    _path("", "<o:x/>"),
    _path('x="x"', ""),
    _discovery(_ENDPOINT),
    _discovery(f'{_ENDPOINT} index="65536"'),
    _discovery(f'{_ENDPOINT} index="0" isDefault="yes"'),
    _discovery('Location="x" index="0"'),
    _initiator(f'{_ENDPOINT} index="0"'),
    _initiator('Binding="urn:x"'),
    _scope('regexp="no"', "example.org"),
    _scope('o:x=""', "example.org"),
    _scope("", "<o:x/>"),
    _authority("", ""),
    _authority('VerifyDepth="256"', _KEY),
    _authority('x=""', _KEY),
    '<md:ContactPerson contactType="other" remd:contactType="http://["/>',
    f'<md:SingleSignOnService {_ENDPOINT} hoksso:ProtocolBinding="http://["/>',
    _canonicalization('<ec:InclusiveNamespaces Prefixes="xs"/>'),
    _canonicalization("<ec:Other/>"),
]


def _valid(text: str) -> bool:
    end = re.search(r"[\s/>]", text)
    assert end is not None
    declared = f"{text[: end.start()]} {_DECLARED}{text[end.start() :]}"
    return SCHEMA.validate(etree.fromstring(declared))


@pytest.mark.parametrize("text", ACCEPTED)
def test_accepted(text: str) -> None:
    assert _valid(text), SCHEMA.error_log


@pytest.mark.parametrize("text", REJECTED)
def test_rejected(text: str) -> None:
    assert not _valid(text)
