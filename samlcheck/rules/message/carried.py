"""Small messages in the encodings in which they travel, for examples of rules."""

from __future__ import annotations

from binascii import b2a_base64
from typing import Final

from samlcheck.xml.names import STATUS_PREFIX

_NAMESPACES = (
    'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
    'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
)
_REQUEST = (
    f'<samlp:AuthnRequest {_NAMESPACES} ID="_8e5f1c2a90b74d36ae21f47b03c9d815" Version="2.0" '
    'IssueInstant="2026-11-23T09:59:00Z" Destination="https://idp.example.org/saml/sso/redirect" '
    'AssertionConsumerServiceURL="https://sp.example.org/saml/acs" '
    'ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST">'
    "<saml:Issuer>https://sp.example.org/saml</saml:Issuer>"
    '<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress" '
    'AllowCreate="true"/></samlp:AuthnRequest>'
)


def base64_of(text: str) -> str:
    """Return a message as HTTP-POST sends it."""
    return b2a_base64(text.encode(), newline=False).decode("ascii")


def response_with(status: str, *, inside: str = "") -> str:
    """Return a response without an assertion: its status by its short name, and what follows it."""
    return (
        f'<samlp:Response {_NAMESPACES} ID="_b07d5a3e1f6249c8bd93026ea41c7f58" Version="2.0" '
        'IssueInstant="2026-11-23T09:59:30Z" Destination="https://sp.example.org/saml/acs" '
        'InResponseTo="_8e5f1c2a90b74d36ae21f47b03c9d815">'
        "<saml:Issuer>https://idp.example.org/saml</saml:Issuer>"
        f'<samlp:Status><samlp:StatusCode Value="{STATUS_PREFIX}{status}"/></samlp:Status>'
        f"{inside}</samlp:Response>"
    )


def _attribute(name: str, value: str) -> str:
    return (
        f'<saml:Attribute Name="urn:oid:{name}" NameFormat="urn:oasis:names:tc:SAML:2.0:'
        f'attrname-format:uri"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
    )


def assertion_with(element_id: str, *, inside: str = "") -> str:
    """Return an assertion that is in order, by its ID; `inside` follows its conditions."""
    return (
        f'<saml:Assertion ID="{element_id}" Version="2.0" IssueInstant="2026-11-23T09:59:30Z">'
        "<saml:Issuer>https://idp.example.org/saml</saml:Issuer><saml:Subject>"
        '<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">'
        'maria.lind@example.org</saml:NameID><saml:SubjectConfirmation Method="'
        'urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData '
        'InResponseTo="_8e5f1c2a90b74d36ae21f47b03c9d815" NotOnOrAfter="2026-11-23T10:59:30Z" '
        'Recipient="https://sp.example.org/saml/acs"/></saml:SubjectConfirmation></saml:Subject>'
        '<saml:Conditions NotBefore="2026-11-23T09:54:30Z" NotOnOrAfter="2026-11-23T10:59:30Z">'
        "<saml:AudienceRestriction><saml:Audience>https://sp.example.org/saml</saml:Audience>"
        f"</saml:AudienceRestriction></saml:Conditions>{inside}"
        '<saml:AuthnStatement AuthnInstant="2026-11-23T09:59:20Z" SessionIndex="_e61d07c3b8f5">'
        "<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:"
        "PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext>"
        "</saml:AuthnStatement><saml:AttributeStatement>"
        f"{_attribute('0.9.2342.19200300.100.1.3', 'maria.lind@example.org')}"
        f"{_attribute('1.3.6.1.4.1.5923.1.1.1.6', 'mlind@example.org')}"
        "</saml:AttributeStatement></saml:Assertion>"
    )


#: A message of a kind that is not judged.
MAPPING: Final = (
    f'<samlp:NameIDMappingRequest {_NAMESPACES} ID="_a7e2" Version="2.0" '
    'IssueInstant="2026-11-23T09:59:00Z"><saml:Issuer>https://sp.example.org/saml</saml:Issuer>'
    "<saml:NameID>maria.lind@example.org</saml:NameID><samlp:NameIDPolicy/>"
    "</samlp:NameIDMappingRequest>"
)

#: A logout.
LOGOUT: Final = (
    f'<samlp:LogoutRequest {_NAMESPACES} ID="_a7e2" Version="2.0" '
    'IssueInstant="2026-11-23T09:59:00Z"><saml:Issuer>https://sp.example.org/saml</saml:Issuer>'
    "<saml:NameID>maria.lind@example.org</saml:NameID></samlp:LogoutRequest>"
)

#: Base64 of the request, as HTTP-POST sends it.
BASE64: Final = base64_of(_REQUEST)

#: Base64 of the DEFLATE data, as HTTP-Redirect sends it.
DEFLATED: Final = (
    "fVLJTsMwEP2VyPes3a0kUmiFqFQgagMHLsi1p60lxw4eh+XvSVMQRYJex2+dcYqsVg0tWnfQa3hpAZ33XiuNtH/ISGs1"
    "NQwlUs1qQOo43RS3K5oEEW2scYYbRc4olxkMEayTRhNvucjI8xRGu5gnbBZtJ0MxGDNI4t1wso0GfCam8Yh4j2Cxw2ek"
    "o3ckxBaWGh3TrhtFydiPYz8ZVNGMjmY0ip6It+g6SM1czzo41yANQymaAN5Z3SgIjN2Hx6ghogktCGmBO+IV39nmRmNb"
    "g92AfZUcHtarHx38Q4ZxJF75tYsrqYXU+8tr2J5ASG+qqvTL+01F8vSoRfuCNr9gl4bnwPR0v7vOYrkojZL8w7s2tmbu"
    "/wRxEPcTKfxdD6VQM6kKISxgV6VQyrzNLTAHGXG2BRLmJ9ffHyX/BA=="
)

#: Base64 of the same data with a zlib header before it.
ZLIB: Final = (
    "eNp9UslOwzAQ/ZXI96zdrSRSaIWoVCBqAwcuyLWnrSXHDh6H5e9JUxBFgl7Hb51xiqxWDS1ad9BreGkBnfdeK420f8hI"
    "azU1DCVSzWpA6jjdFLcrmgQRbaxxhhtFziiXGQwRrJNGE2+5yMjzFEa7mCdsFm0nQzEYM0ji3XCyjQZ8JqbxiHiPYLHD"
    "Z6SjdyTEFpYaHdOuG0XJ2I9jPxlU0YyOZjSKnoi36DpIzVzPOjjXIA1DKZoA3lndKAiM3YfHqCGiCS0IaYE74hXf2eZG"
    "Y1uD3YB9lRwe1qsfHfxDhnEkXvm1iyuphdT7y2vYnkBIb6qq9Mv7TUXy9KhF+4I2v2CXhufA9HS/u85iuSiNkvzDuza2"
    "Zu7/BHEQ9xMp/F0PpVAzqQohLGBXpVDKvM0tMAcZcbYFEuYn198fJf8E7j/Guw=="
)
