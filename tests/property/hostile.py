"""Hostile captures and documents that are no variants of a valid one, by size."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from tests.property.amplified import MESSAGE, METADATA
from tests.support.bases import build

_MD = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
_DS = 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'


def _fill(unit: str, size: int) -> str:
    return unit * (size // len(unit.encode()) + 1)


def _numbered(unit: str, size: int) -> str:
    count = size // len(unit.format(10000))
    return "".join(unit.format(number) for number in range(count))


def texts(size: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield captures that are mostly one piece over and over: name, kind of check, octets."""
    pieces = {
        "brackets": "[",
        "braces": '{"a":',
        "less-than": "<",
        "tags": "<a>",
        "tags in one": "<a ",
        "attributes": "<a b='",
        "quotes": '"',
        "comments": "<!--",
        "instructions": "<?a",
        "sections": "<![CDATA[",
        "declarations": "<!ENTITY a '",
        "doctypes": "<!DOCTYPE a [",
        "entities": "&a;",
        "references": "&#x41;",
        "percent": "%25",
        "equals": "=",
        "padded": "QUE=",
        "blanks": " ",
        "Base64 with blanks": "QUFB ",
        "line ends": "\r\n",
        "pairs": "a=b&",
        "escaped pairs": "a=b&amp;",
        "parameters": "SAMLResponse=PGE+&",
        "many responses": "SAMLResponse[]=PGE+&RelayState=a&",
        "field lines": "SAMLResponse: PGE+\n",
        "other lines": "a:\n",
        "headers": "GET / HTTP/1.1\na: b\n",
        "addresses": "https://a?",
        "fences": "```\n",
        "apostrophes": "'a",
        "backslashes": "\\u0041",
        "tabs": "a\t",
        "forms": "<form action=a><input name=SAMLResponse value=PGE+></form>",
        "inputs": "<input name=a ",
        "scripts": "<script>",
        "zeros": "\0",
        "marks": "\ufeff",
        "keys": "-----BEGIN PRIVATE KEY-----",
        "key ends": "-----BEGIN PRIVATE KEY",
        "tokens": "eyJ",
        "log entries": '{"log":{"entries":[',
        "requests": '{"requests":[{"a":"',
    }
    for name, piece in pieces.items():
        yield name, MESSAGE, _fill(piece, size).encode()
        yield f"{name} as metadata", METADATA, f"<a {_MD}>{_fill(piece, size)}".encode()
        yield f"{name} in a form", MESSAGE, f"<html><form>{_fill(piece, size)}".encode()
        value = quote(_fill(piece, size // 3)[: size // 3])
        yield f"{name} as a parameter", MESSAGE, f"SAMLResponse={value}".encode()
        yield f"{name} before", MESSAGE, _fill(piece, size).encode() + b"SAMLResponse=PGE+"


def documents(size: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield documents with many different things: name, kind of check, octets."""
    login = build("response").decode()
    entity = build("sp").decode()
    inside = {
        "different elements": "<e{}/>",
        "different namespaces": '<e xmlns="urn:x:{}"/>',
        "different prefixes": '<p{0}:e xmlns:p{0}="urn:x"/>',
        "relative namespaces": '<e xmlns="x{}"/>',
        "different IDs": '<samlp:a ID="i{}"/>',
        "equal IDs": '<samlp:a ID="i" Id="i" id="{}"/>',
        "different assertions": '<saml:Assertion ID="i{}"/>',
        "misspelt elements": "<saml:Assertiom{}/>",
        "misspelt attributes": '<saml:Issuer Formar{}="a"/>',
        "lookalikes": '<Assertion xmlns="urn:x:{}"/>',
        "signatures": '<ds:Signature><ds:SignedInfo><ds:Reference URI="#i{}"/></ds:SignedInfo>'
        "</ds:Signature>",
        "statements": "<saml:AttributeStatement><saml:Attribute Name='a{}'/>"
        "</saml:AttributeStatement>",
        "values": "<saml:Attribute Name='a'><saml:AttributeValue>v{}</saml:AttributeValue>"
        "</saml:Attribute>",
        "audiences": "<saml:Audience>https://sp.example.org/saml{}/</saml:Audience>",
        "comments": "<!-- {} -->",
        "instructions": "<?a{} b?>",
        "nested elements": "<samlp:a><saml:b><saml:c><saml:NameID>{}</saml:NameID></saml:c>"
        "</saml:b></samlp:a>",
    }
    places = ("<samlp:Status>", "</saml:Assertion>", "<saml:Audience>", "<saml:AttributeStatement>")
    for name, unit in inside.items():
        for place in places:
            filled = login.replace(
                place,
                place + _numbered(unit, size) if place[1] != "/" else _numbered(unit, size) + place,
            )
            data = filled.replace("<samlp:Response\n", f"<samlp:Response {_DS}\n", 1)
            yield f"{name} at {place}", MESSAGE, data.encode()
    units = {
        "entities": '<md:EntityDescriptor entityID="https://e{}.example.org/saml"/>',
        "equal entities": '<md:EntityDescriptor entityID="a" ID="b"/><!--{}-->',
        "elements": "<md:e{}/>",
        "roles": '<md:EntityDescriptor entityID="a"><md:SPSSODescriptor '
        'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol p{}"/>'
        "</md:EntityDescriptor>",
    }
    for name, unit in units.items():
        body = _numbered(unit, size)
        yield (
            name,
            METADATA,
            f"<md:EntitiesDescriptor {_MD}>{body}</md:EntitiesDescriptor>".encode(),
        )
    services = {
        "services": '<md:AssertionConsumerService index="{0}" Location="https://a/{0}" '
        'Binding="a"/>',
        "equal services": '<md:AssertionConsumerService index="0" Location="a" Binding="a"/>'
        "<!--{}-->",
        "formats": "<md:NameIDFormat>urn:x:{}</md:NameIDFormat>",
        "key names": '<md:KeyDescriptor xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:KeyInfo>'
        "<ds:KeyName>k{}</ds:KeyName></ds:KeyInfo></md:KeyDescriptor>",
    }
    for name, unit in services.items():
        body = _numbered(unit, size)
        yield (
            name,
            METADATA,
            entity.replace("<md:KeyDescriptor ", f"{body}<md:KeyDescriptor ", 1).encode(),
        )
    beside = _numbered("<!--{}-->", size)
    yield "comments beside the root", METADATA, (entity + beside).encode()
    yield "comments beside the message", MESSAGE, (login.replace('2.0"', '2.1"') + beside).encode()
