"""What goes wrong on the way, in the XML, with the signature and with the encryption."""

from __future__ import annotations

import base64
import re
import zlib
from urllib.parse import quote

from attrs import evolve

from tests.diagnosis.login import RELAY_STATE, Login
from tests.diagnosis.plants import Plant, planted
from tests.support import carriers
from tests.support.keys import certificate_base64

_NO_SHA1 = """
schema = 1

[profile]
id = "contoso/no-sha1"
kind = "integration"

[severity.sig-alg-sha1]
to = "error"
reason = "the service provider has switched SHA-1 off"
"""


def _deflated(xml: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(xml) + packer.flush()


def _field(value: str, name: str = "SAMLResponse") -> bytes:
    return f"{name}={quote(value, safe='')}&RelayState={RELAY_STATE}".encode()


def _by_redirect(login: Login) -> Login:
    def sent(xml: bytes) -> bytes:
        value = quote(base64.b64encode(_deflated(xml)).decode(), safe="")
        joint = "&" if "?" in login.acs else "?"
        return f"{login.acs}{joint}SAMLResponse={value}&RelayState={RELAY_STATE}".encode()

    return evolve(login, sent_as=sent)


def _compressed(login: Login) -> Login:
    def sent(xml: bytes) -> bytes:
        page = carriers.self_posting_page(b"+", RELAY_STATE, login.acs)
        value = base64.b64encode(_deflated(xml))
        return page.replace(base64.b64encode(b"+"), value)

    return evolve(login, sent_as=sent)


def _cut(xml: bytes) -> bytes:
    return _field(carriers.to_base64(xml)[: len(carriers.to_base64(xml)) * 2 // 3 // 4 * 4])


def _plus(xml: bytes) -> bytes:
    value = carriers.to_base64(xml)
    assert "+" in value
    return f"SAMLResponse={quote(value, safe='+')}&RelayState={RELAY_STATE}".encode()


def _urlsafe(xml: bytes) -> bytes:
    return _field(base64.urlsafe_b64encode(xml).decode())


def _after(old: str, new: str) -> dict[str, object]:
    return {"after": [(old, new)]}


def _doctype(xml: bytes) -> bytes:
    return carriers.form_body(b'<!DOCTYPE samlp:Response [<!ENTITY a "b">]>' + xml, RELAY_STATE)


def _broken(xml: bytes) -> bytes:
    return carriers.form_body(xml.replace(b"</samlp:Response>", b"</samlp:Respons>"), RELAY_STATE)


def _comment(login: Login) -> Login:
    value = login.name_id or ""
    half = len(value) // 2
    return evolve(login, after=[(f">{value}</", f">{value[:half]}<!---->{value[half:]}</")])


def _altered(login: Login) -> Login:
    return evolve(login, after=[(f">{login.name_id}</", f">x{login.name_id}</")])


def _bare_signature(xml: bytes) -> bytes:
    text = re.sub(rb"<(\w+:)?Signature .*?</(\w+:)?Signature>", b"", xml, flags=re.DOTALL)
    return carriers.form_body(text, RELAY_STATE)


def _reindented(xml: bytes) -> bytes:
    return carriers.form_body(carriers.reindented(xml), RELAY_STATE)


def _broken_value(login: Login) -> Login:
    """The signature value is another one; what it should cover is untouched."""

    def sent(xml: bytes) -> bytes:
        def other(found: re.Match[bytes]) -> bytes:
            value = found[2]
            return found[1] + value[:40][::-1] + value[40:] + found[3]

        changed = re.sub(rb"(SignatureValue>)([^<]+)(</)", other, xml)
        return carriers.form_body(changed, RELAY_STATE)

    return evolve(login, sent_as=sent)


def _other_certificate(login: Login) -> Login:
    return evolve(
        login,
        idp_keys=("idp-next",),
        after=[(certificate_base64("idp-signing"), certificate_base64("stranger"))],
    )


def _forged(login: Login) -> Login:
    """An unsigned assertion for somebody else stands before the signed one."""

    def sent(xml: bytes) -> bytes:
        found = re.search(rb"<(\w+:)?Assertion .*</(\w+:)?Assertion>", xml, flags=re.DOTALL)
        assert found is not None
        forged = re.sub(
            rb"<(\w+:)?Signature .*?</(\w+:)?Signature>", b"", found[0], flags=re.DOTALL
        )
        forged = forged.replace(login.assertion_id.encode(), b"_forged-5c7e92d1-0ab4-4f38-8e6d")
        forged = forged.replace((login.name_id or "").encode(), b"chief@contoso.example")
        return carriers.form_body(xml.replace(found[0], forged + found[0]), RELAY_STATE)

    return evolve(login, sent_as=sent)


TRANSPORT: tuple[Plant, ...] = (
    planted("sent by redirect", "transport-response-over-redirect", "idp", _by_redirect),
    planted("cut off", "transport-truncated", "capture", sent_as=_cut),
    planted("plus became space", "transport-plus-became-space", "capture", sent_as=_plus),
    planted("letters of URLs", "transport-base64url-alphabet", "capture", sent_as=_urlsafe),
    planted(
        "encoded twice",
        "transport-double-base64",
        "capture",
        sent_as=lambda xml: _field(carriers.to_base64(carriers.to_base64(xml).encode())),
    ),
    planted("compressed in a form", "transport-deflate-on-post", "capture", _compressed),
    planted(
        "in the field of requests",
        "transport-response-as-request",
        "idp",
        sent_as=lambda xml: _field(carriers.to_base64(xml), "SAMLRequest"),
    ),
)

XML: tuple[Plant, ...] = (
    planted("document type", "xml-doctype", "user", sent_as=_doctype),
    planted("not well-formed", "xml-not-well-formed", "user", sent_as=_broken),
    planted(
        "a forged assertion in front",
        "xsw-3",
        "user",
        _forged,
        fits=lambda login: login.signs == "assertion",
    ),
    planted("comment in the name", "xml-comment-in-value", "user", _comment),
)

SIGNATURE: tuple[Plant, ...] = (
    planted("key of a stranger", "sig-keyinfo-only-trust", "sp", key="stranger"),
    planted(
        "next key, not yet imported",
        "sig-keyinfo-only-trust",
        "sp",
        key="idp-next",
    ),
    planted("key of the service provider", "sig-verifies-with-other-key", "idp", key="sp-signing"),
    planted("altered", "sig-digest-mismatch", "capture", _altered),
    planted("laid out again", "sig-digest-mismatch", "capture", sent_as=_reindented),
    planted("not signed", "sig-none", "idp", signs="none"),
    planted("signature taken out", "sig-none", "idp", sent_as=_bare_signature),
    planted(
        "signature value broken",
        "sig-signedinfo-invalid",
        "idp",
        _broken_value,
        fits=lambda login: login.signs != "both",
    ),
    planted(
        "another certificate beside it",
        "sig-signedinfo-invalid",
        "idp",
        _other_certificate,
        fits=lambda login: login.signs == "assertion",
    ),
    planted(
        "SHA-1, which the service provider refuses",
        "sig-alg-sha1",
        "idp",
        over=_NO_SHA1,
        signature_algorithm="rsa-sha1",
        digest_algorithm="sha1",
    ),
    planted(
        "only the response signed",
        "sig-assertion-not-signed",
        "idp",
        fits=lambda login: login.service.wants_assertion_signed,
        signs="response",
    ),
    planted(
        "only the assertion signed",
        "sig-response-not-signed",
        "idp",
        fits=lambda login: login.service.wants_response_signed,
        signs="assertion",
    ),
)

ENCRYPTION: tuple[Plant, ...] = (
    planted(
        "encrypted for somebody else",
        "enc-wrong-recipient",
        "idp",
        or_rules=("enc-decrypt-failed",),
        encrypt_for="idp-encryption",
        sp_encryption_key="sp-encryption",
        decrypt_with="sp-encryption",
    ),
    planted(
        "encrypted for a key of before",
        "enc-wrong-recipient",
        "idp",
        or_rules=("enc-decrypt-failed",),
        encrypt_for="expired",
        sp_encryption_key="sp-encryption",
        decrypt_with="sp-encryption",
    ),
)
