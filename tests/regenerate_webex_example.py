"""Writes the files of the worked example docs/examples/webex/ from tests/bases/webex/.

usage: python tests/regenerate_webex_example.py
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path

import attrs

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

# The path above is what lets a script outside any package import the test support.
from tests.support import carriers  # noqa: E402
from tests.support.keys import certificate_pem, key_pem  # noqa: E402
from tests.support.signing import sign  # noqa: E402
from tests.support.templates import Edits, edit, fill, template  # noqa: E402

FOLDER = ROOT / "docs" / "examples" / "webex"

TENANT = "3f2a9c64-7d1e-4b85-9a0c-52e8b7d6f143"
ACS = "https://contoso.webex.com/dispatcher/SAML2AuthService?siteurl=contoso"
RELAY_STATE = "s2b41c9e07f"

_CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_UID = '<Attribute Name="uid"><AttributeValue>'


def _form(response: bytes) -> bytes:
    return carriers.form_body(response, RELAY_STATE)


def _bare_base64(response: bytes) -> bytes:
    return carriers.to_base64(response).encode("ascii") + b"\n"


def _page(response: bytes) -> bytes:
    return carriers.self_posting_page(response, RELAY_STATE, ACS)


@attrs.frozen(kw_only=True)
class Capture:
    """One captured login: what differs from the good one, and the form in which it was saved."""

    file: str
    edits: Edits = ()
    key: str = "idp-signing"
    after: Edits = ()
    saved_as: Callable[[bytes], bytes] = _form


CAPTURES = (
    Capture(file="01-login-good.txt"),
    Capture(
        file="02-login-claim-namespaced.txt",
        edits=[('Name="email"', f'Name="{_CLAIMS}emailaddress"')],
    ),
    Capture(
        file="03-login-uid-empty.txt",
        edits=[(f"{_UID}britta.simon@contoso.example", _UID)],
    ),
    Capture(
        file="04-login-authn-context.txt",
        edits=[(f"{_CLASSES}PasswordProtectedTransport", f"{_CLASSES}Password")],
    ),
    Capture(
        file="05-login-audience-slash.txt",
        edits=[("<Audience>https://contoso.webex.com<", "<Audience>https://contoso.webex.com/<")],
    ),
    Capture(
        file="06-login-recipient-other-site.txt",
        edits=[(f'Recipient="{ACS}"', f'Recipient="{ACS.replace("contoso", "fabrikam")}"')],
    ),
    Capture(
        file="07-login-expired.txt",
        edits=[
            ("2026-11-23T09:59:", "2026-11-23T09:40:"),
            ("2026-11-23T09:54:", "2026-11-23T09:35:"),
            ("2026-11-23T10:59:", "2026-11-23T09:50:"),
        ],
    ),
    Capture(file="08-login-wrong-key.html", key="stranger", saved_as=_page),
    Capture(
        file="09-login-altered.txt",
        after=[("<AttributeValue>Simon<", "<AttributeValue>Simonsen<")],
        saved_as=_bare_base64,
    ),
    Capture(file="10-login-reindented.xml", saved_as=carriers.reindented),
)


def build() -> dict[str, bytes]:
    """The generated files of the example, by name. The same bytes each time."""
    files = {
        "sp-metadata.xml": _template("sp-metadata").encode(),
        "idp-metadata.xml": _idp_metadata(),
        "authn-request.xml": _template("authn-request").encode(),
    }
    return files | {capture.file: capture.saved_as(response(capture)) for capture in CAPTURES}


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


def main() -> None:
    """Write every generated file of the example."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in build().items():
        (FOLDER / name).write_bytes(content)


def _idp_metadata() -> bytes:
    return sign(
        carriers.without_line_breaks(_template("idp-metadata")).encode(),
        key=key_pem("idp-signing"),
        certificate=certificate_pem("idp-signing"),
        position="first",
        prefix="",
    )


def _template(name: str) -> str:
    return fill(template(f"webex/{name}")).replace("{tenant}", TENANT)


def _message_id(capture: Capture, kind: str) -> str:
    """An ID in the shape of a GUID, different in each capture and the same in each run."""
    digits = hashlib.sha256(f"{capture.file} {kind}".encode()).hexdigest()
    groups = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32])
    return "_" + "-".join(groups)


if __name__ == "__main__":
    main()
