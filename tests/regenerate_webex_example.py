"""Writes the files of the worked example docs/examples/webex/ from tests/bases/webex/.

usage: python tests/regenerate_webex_example.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

# The path above is what lets a script outside any package import the test support.
from tests.support import carriers  # noqa: E402
from tests.webex import steps  # noqa: E402
from tests.webex.documents import (  # noqa: E402
    ACS,
    FOLDER,
    Capture,
    authn_request,
    bare_base64,
    idp_metadata,
    page,
    response,
    sp_metadata,
)

_CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_UID = '<Attribute Name="uid"><AttributeValue>'

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
    Capture(file="08-login-wrong-key.html", key="stranger", saved_as=page),
    Capture(
        file="09-login-altered.txt",
        after=[("<AttributeValue>Simon<", "<AttributeValue>Simonsen<")],
        saved_as=bare_base64,
    ),
    Capture(file="10-login-reindented.xml", saved_as=carriers.reindented),
)


def build() -> dict[str, bytes]:
    """The generated files of the example, by path below its folder. The same bytes each time."""
    files = {
        "sp-metadata.xml": sp_metadata(),
        "idp-metadata.xml": idp_metadata(),
        "authn-request.xml": authn_request(),
    }
    files |= {capture.file: capture.saved_as(response(capture)) for capture in CAPTURES}
    return files | {f"steps/{step.file}": step.content() for step in steps.STEPS}


def main() -> None:
    """Write every generated file of the example."""
    (FOLDER / "steps").mkdir(parents=True, exist_ok=True)
    for name, content in build().items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
