"""What the fuzz starts from, and how it changes it: octets, structure, and the way it travelled."""

from __future__ import annotations

import base64
import gzip
import random
import re
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from urllib.parse import quote

from tests.forgeries import logins, reading, signatures, wrapping
from tests.support.bases import build
from tests.support.carriers import form_body, self_posting_page, without_line_breaks
from tests.support.detached import redirect_url, simple_sign_form
from tests.support.encrypting import encrypt_assertion
from tests.support.keys import certificate_pem, key_pem

_SOAP = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>',
    b"</s:Body></s:Envelope>",
)
_RECORDING = (
    '{"log":{"entries":[{"startedDateTime":"2026-11-23T10:00:00Z","request":{"method":"POST",'
    '"url":"https://sp.example.org/saml/acs","headers":[{"name":"Content-Type","value":'
    '"application/x-www-form-urlencoded"}],"postData":{"mimeType":'
    '"application/x-www-form-urlencoded","text":"%s"}},"response":{"status":302,"headers":[]}}]}}'
)


@cache
def seeds() -> tuple[tuple[str, bytes], ...]:
    """The messages that are changed, by name: as XML, and as they travel."""
    plain = build("response")
    bare = without_line_breaks(build("response", sign=None).decode()).encode()
    sealed = encrypt_assertion(plain, certificate=certificate_pem("sp-encryption"))
    request = build("request")
    found = {
        "response": plain,
        "response, both signed": build("response", sign="both"),
        "response, not signed": bare,
        "response, encrypted": sealed,
        "request": request,
        "request, signed": build("request", sign="root", key="sp-signing"),
        "logout": build("logout", sign="root", key="sp-signing"),
        "logout response": build("logout-response", sign="root"),
        "SOAP": _SOAP[0] + bare + _SOAP[1],
        "redirect": redirect_url(request, key=key_pem("sp-signing")),
        "simple sign": simple_sign_form(build("response", sign=None), key=key_pem("idp-signing")),
        "form": form_body(bare, "https://sp.example.org/"),
        "page": self_posting_page(bare, "state", "https://sp.example.org/saml/acs"),
        "recording": (_RECORDING % form_body(bare, "state").decode()).encode(),
        "words": b"SAMLResponse=PHNhbWxwOlJlc3BvbnNlLz4=&RelayState=a&SigAlg=b&Signature=c",
    }
    for module in (wrapping, reading, signatures, logins):
        for item in module.FORGERIES:
            message = item.build()
            if len(message) < 20_000:
                found[f"forgery {item.name}"] = message
    return tuple(found.items())


_WORDS: tuple[bytes, ...] = tuple(
    word.encode("utf-8", "surrogatepass")
    for word in (
        *("<", ">", "</", "/>", '"', "'", "&", ";", "=", "%", "+", "#", ":", "]]>", "<![CDATA["),
        *(
            "<!--",
            "-->",
            "<?",
            "?>",
            "<!DOCTYPE a [",
            "<!ENTITY a 'b'>",
            "&a;",
            "&#0;",
            "&#x10FFFF;",
        ),
        *(
            "&#xD800;",
            "&#13;",
            "&#10;",
            "&amp;",
            "\0",
            "\r",
            "\n",
            "\t",
            "\x7f",
            "\u0085",
            "\u2028",
        ),
        *(
            "\ufeff",
            "\ufffe",
            "\U0001f600",
            "\udc80",
            "é",
            "\u202e",
            "\u200b",
            "%00",
            "%u0041",
            "%25",
        ),
        *(
            "xmlns=''",
            "xmlns:a=''",
            "xmlns:xml='x'",
            "xml:id='a'",
            "ID='a'",
            "::x='1'",
            "a:b:c='1'",
        ),
        *(
            "2026-11-23T10:00:00Z",
            "0000-00-00T00:00:00Z",
            "9999-12-31T24:00:00+14:00",
            "PT1H",
            "-1",
        ),
        *(
            "9" * 400,
            "A" * 2000,
            "https://",
            "http://[::1",
            "://",
            "urn:",
            "urn:x",
            "..",
            "//",
            " ",
        ),
        *("SAMLResponse=", "SAMLRequest=", "SAMLart=", "RelayState=", "&Signature=", "&SigAlg="),
        *("<saml:NameID>", "</saml:NameID>", "<x/>", "<EncryptedData/>", "eyJhbGciOiJub25lIn0."),
        *("-----BEGIN CERTIFICATE-----", "-----BEGIN PRIVATE KEY-----", "MII", "true", "1", "null"),
        *("http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/2001/10/xml-exc-c14n#"),
        *(
            "http://www.w3.org/TR/1999/REC-xpath-19991116",
            "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        ),
        *(
            '{"log":{"entries":[',
            "[[",
            "{{",
            '"a":',
            "HTTP/1.1 200 OK\r\n\r\n",
            "GET /?SAMLRequest=",
        ),
    )
)
_TAG = re.compile(rb"<[A-Za-z/][^<>]*>")
_VALUE = re.compile(rb'"[^"<>]*"|>[^<>]+<')
_BLOCK = re.compile(rb"<([\w:]+)[^<>]*>[^<>]*</\1>|<[\w:]+[^<>]*/>")
_OPEN = re.compile(rb"<([\w:]+)(?=[\s>])")

Change = Callable[[random.Random, bytes], bytes]


def _flip(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes((data[at] ^ (1 << chance.randrange(8)),)) + data[at + 1 :]


def _octets(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.randbytes(chance.randint(1, 6)) + data[at:]


def _word(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    end = at + chance.choice((0, 0, 1, 8))
    return data[:at] + chance.choice(_WORDS) * chance.choice((1, 1, 1, 2, 30)) + data[end:]


def _cut(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.choice((1, 3, 20, 200, len(data))) :]


def _double(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    piece = data[at : at + chance.choice((2, 10, 100, 1000))]
    return data[:at] + piece * chance.choice((2, 2, 3, 9)) + data[at + len(piece) :]


def _splice(chance: random.Random, data: bytes) -> bytes:
    other = chance.choice(seeds())[1]
    start, at = chance.randrange(len(other)), chance.randrange(len(data) + 1)
    return data[:at] + other[start : start + chance.choice((5, 50, 500))] + data[at:]


def _pick(chance: random.Random, pattern: re.Pattern[bytes], data: bytes) -> re.Match[bytes] | None:
    found = list(pattern.finditer(data))
    return chance.choice(found) if found else None


def _value(chance: random.Random, data: bytes) -> bytes:
    """Another value for an attribute or a text; often one that stands elsewhere."""
    one = _pick(chance, _VALUE, data)
    if one is None:
        return data
    other = _pick(chance, _VALUE, data)
    new = chance.choice(_WORDS) if other is None or chance.random() < 0.5 else other[0][1:-1]
    return data[: one.start() + 1] + new + data[one.end() - 1 :]


def _tag(chance: random.Random, data: bytes) -> bytes:
    """A tag left out, doubled, or replaced by another."""
    one = _pick(chance, _TAG, data)
    if one is None:
        return data
    other = _pick(chance, _TAG, data)
    new = chance.choice((b"", one[0] * 2, one[0] if other is None else other[0]))
    return data[: one.start()] + new + data[one.end() :]


def _block(chance: random.Random, data: bytes) -> bytes:
    """An element without children moved, copied, left out or wrapped: mostly well-formed."""
    one = _pick(chance, _BLOCK, data)
    if one is None:
        return data
    kind = chance.randrange(4)
    if kind == 0:
        return data[: one.start()] + data[one.end() :]
    if kind == 1:
        return data[: one.start()] + b"<a>" + one[0] + b"</a>" + data[one.end() :]
    other = _pick(chance, _BLOCK, data) or one
    rest = data if kind == 2 else data.replace(one[0], b"", 1)
    place = min(other.start(), len(rest))
    return rest[:place] + one[0] + rest[place:]


def _rename(chance: random.Random, data: bytes) -> bytes:
    """All elements of one name get another one."""
    one, other = _pick(chance, _OPEN, data), _pick(chance, _OPEN, data)
    if one is None or other is None:
        return data
    new = chance.choice((other[1], b"x", b"saml:Assertion", b"samlp:Response", b"ds:Signature"))
    for mark in (b"<", b"</"):
        data = re.sub(mark + re.escape(one[1]) + rb"(?=[\s/>])", lambda _, m=mark: m + new, data)
    return data


def _attribute(chance: random.Random, data: bytes) -> bytes:
    """An attribute or namespace declaration more."""
    one = _pick(chance, _OPEN, data)
    if one is None:
        return data
    name = chance.choice(
        (
            b"ID",
            b"Id",
            b"xml:id",
            b"xml:lang",
            b"xmlns",
            b"xmlns:saml",
            b"xmlns:ds",
            b"Format",
            b"x",
        )
    )
    return (
        data[: one.end()] + b" " + name + b'="' + chance.choice(_WORDS) + b'"' + data[one.end() :]
    )


#: Changes of octets, and of what looks like elements; the latter mostly leave XML well-formed.
CHANGES: tuple[Change, ...] = (
    *(_flip, _octets, _word, _cut, _double, _splice),
    *(_value, _value, _value, _tag, _block, _block, _rename, _attribute),
)


def _deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(1, zlib.DEFLATED, -15)
    return stream.compress(data) + stream.flush()


def _quoted(data: bytes) -> bytes:
    return quote(data, safe="").encode()


#: How a message travels: what each does to octets.
WAYS: Mapping[str, Callable[[bytes], bytes]] = {
    "Base64": base64.b64encode,
    "Base64 in lines": base64.encodebytes,
    "Base64 for URLs": base64.urlsafe_b64encode,
    "DEFLATE": _deflate,
    "zlib": lambda data: zlib.compress(data, 1),
    "gzip": lambda data: gzip.compress(data, 1, mtime=0),
    "URL-encoding": _quoted,
    "entities": lambda data: data.replace(b"&", b"&amp;").replace(b"<", b"&lt;"),
    "hexadecimal": lambda data: data.hex().encode(),
    "POST": lambda data: b"RelayState=a&SAMLResponse=" + _quoted(base64.b64encode(data)),
    "Redirect": lambda data: (
        b"https://sp.example.org/saml/acs?SAMLRequest=" + _quoted(base64.b64encode(_deflate(data)))
    ),
    "header": lambda data: b"GET /a?SAMLRequest=" + _quoted(data) + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "form": lambda data: (
        b'<form action="https://a/"><input name="SAMLResponse" value="'
        + base64.b64encode(data)
        + b'"></form>'
    ),
    "JSON": lambda data: b'{"SAMLResponse":"' + base64.b64encode(data) + b'"}',
    "UTF-16": lambda data: data.decode("utf-8", "replace").encode("utf-16"),
    "Latin-1": lambda data: data.decode("utf-8", "replace").encode("latin-1", "replace"),
    "SOAP": lambda data: _SOAP[0] + data + _SOAP[1],
    "fence": lambda data: b"```xml\n" + data + b"\n```\n",
    "quotes": lambda data: b'"' + data.replace(b'"', b'\\"') + b'"',
    "backwards": lambda data: data[::-1],
}


def make(chance: random.Random) -> tuple[str, bytes]:
    """Return an input, and in words how it was made."""
    name, data = chance.choice(seeds())
    steps = [name]
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        change = chance.choice(CHANGES)
        steps.append(change.__name__[1:])
        data = change(chance, data) or b"<"
    while chance.random() < 0.15:
        way = chance.choice(list(WAYS))
        steps.append(way)
        data = WAYS[way](data)
        if chance.random() < 0.3:
            change = chance.choice(CHANGES)
            steps.append(change.__name__[1:])
            data = change(chance, data) or b"<"
    return ", ".join(steps), data[:60_000]
