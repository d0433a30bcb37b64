"""The documents of the worked example, each with the edits that make a variant of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import attrs

from tests.support import carriers
from tests.support.keys import certificate_pem, key_pem
from tests.support.signing import sign
from tests.support.templates import Edits, edit, fill, template

FOLDER = Path(__file__).parents[2] / "docs" / "examples" / "webex"

TENANT = "3f2a9c64-7d1e-4b85-9a0c-52e8b7d6f143"
ACS = "https://contoso.webex.com/dispatcher/SAML2AuthService?siteurl=contoso"
RELAY_STATE = "s2b41c9e07f"


def form(response: bytes) -> bytes:
    """The body of the POST that carries a response."""
    return carriers.form_body(response, RELAY_STATE)


def bare_base64(response: bytes) -> bytes:
    """The value of the field alone."""
    return carriers.to_base64(response).encode("ascii") + b"\n"


def page(response: bytes) -> bytes:
    """The page that posts a response."""
    return carriers.self_posting_page(response, RELAY_STATE, ACS)


@attrs.frozen(kw_only=True)
class Capture:
    """One captured login: what differs from the good one, and the form in which it was saved."""

    file: str
    edits: Edits = ()
    key: str = "idp-signing"
    after: Edits = ()
    saved_as: Callable[[bytes], bytes] = form


def response(capture: Capture) -> bytes:
    """The response of a capture, decoded: signed as Entra ID signs, the assertion alone."""
    assertion_id = _message_id(capture, "assertion")
    text = carriers.without_line_breaks(_template("response"))
    text = text.replace("{response-id}", _message_id(capture, "response"))
    text = text.replace("{assertion-id}", assertion_id)
    signed = sign(
        edit(text, capture.edits).encode(),
        key=key_pem(capture.key),
        certificate=certificate_pem(capture.key),
        target_id=assertion_id,
        prefix="",
    )
    return edit(signed.decode(), capture.after).encode()


def sp_metadata(edits: Edits = ()) -> bytes:
    """The metadata of the Webex site; `edits` apply while certificates are still named."""
    return _template("sp-metadata", edits).encode()


def authn_request(edits: Edits = ()) -> bytes:
    """The AuthnRequest of the Webex site."""
    return _template("authn-request", edits).encode()


def idp_text() -> str:
    """The metadata of Entra ID on one line, certificates still named."""
    return carriers.without_line_breaks(_named("idp-metadata"))


def idp_metadata(edits: Edits = (), *, after: Edits = (), key: str = "idp-signing") -> bytes:
    """The metadata of Entra ID, signed; `after` edits what is signed."""
    signed = sign(
        fill(edit(idp_text(), edits)).encode(),
        key=key_pem(key),
        certificate=certificate_pem(key),
        position="first",
        prefix="",
    )
    return edit(signed.decode(), after).encode()


def _template(name: str, edits: Edits = ()) -> str:
    return fill(edit(_named(name), edits))


def _named(name: str) -> str:
    return template(f"webex/{name}").replace("{tenant}", TENANT)


def _message_id(capture: Capture, kind: str) -> str:
    """An ID in the shape of a GUID, different in each capture and the same in each run."""
    digits = hashlib.sha256(f"{capture.file} {kind}".encode()).hexdigest()
    groups = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32])
    return "_" + "-".join(groups)
