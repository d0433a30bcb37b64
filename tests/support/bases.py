"""The known-good base documents, and a builder that makes one deviation from them at a time.

`sp` and `idp` are metadata, `aggregate` holds both, `response` is an answer of that IdP to that
SP and `request` is what it answers. `logout` ends that session, and `logout-response` answers it.
These requests and the answer carry no signature of their own: they are sent by HTTP-Redirect, where
the signature stands in the query string.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, Unpack

from lxml import etree

from tests.support import signing
from tests.support.keys import certificate_pem, key_pem
from tests.support.signing import SignatureOptions
from tests.support.templates import Edits, edit, fill, template

Base = Literal["sp", "idp", "aggregate", "response", "request", "logout", "logout-response"]
Sign = Literal["default", "assertion", "response", "both", "root"]

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""The instant at which every base document is in order."""

_ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion"


def load(name: Base) -> str:
    """The text of a base document, certificates filled in, unsigned."""
    return fill(template(name))


def build(
    name: Base,
    edits: Edits = (),
    *,
    sign: Sign | None = "default",
    key: str = "idp-signing",
    after: Edits = (),
    **options: Unpack[SignatureOptions],
) -> bytes:
    """A base document with some edits, signed, and then perhaps edited again.

    `edits` apply to the template, where a certificate still reads `{cert:idp-signing}`; an edit
    may name another. `sign` is "assertion" (every Assertion child of the root), "response" or
    "root" (the root), "both", or None; the default signs the assertion of a response and nothing
    else. `key` is the name of a test key, `options` go to `signing.sign()`. `after` edits the
    signed text. Each `old` text must occur, else AssertionError.
    """
    xml = fill(edit(template(name), edits)).encode()
    if sign == "default":
        sign = "assertion" if name == "response" else None
    if key == "ec":
        options = {"signature_algorithm": "ecdsa-sha256", **options}
    if sign in ("assertion", "both"):
        for assertion_id in _assertion_ids(xml):
            xml = _signed(xml, key, assertion_id, options)
    if sign in ("response", "root", "both"):
        xml = _signed(xml, key, None, options)
    if not after:
        return xml
    return edit(xml.decode(), [(fill(old), fill(new)) for old, new in after]).encode()


def _signed(xml: bytes, key: str, target_id: str | None, options: SignatureOptions) -> bytes:
    return signing.sign(
        xml,
        key=key_pem(key),
        certificate=certificate_pem(key),
        target_id=target_id,
        **options,
    )


def _assertion_ids(xml: bytes) -> list[str]:
    found = [child.get("ID") for child in etree.fromstring(xml).findall(_ASSERTION)]
    ids = [element_id for element_id in found if element_id]
    assert ids, "the document has no Assertion with an ID to sign: pass sign=None"
    return ids
