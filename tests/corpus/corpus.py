"""The corpus of real documents: where it is, and how its cases become checks.

It is not part of the project. It is looked for in the folder that SAMLCHECK_CORPUS names, else
beside the project in shared/corpus.
"""

from __future__ import annotations

import html
import json
import os
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import samlcheck
from samlcheck import Input, Report

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = Path(os.environ.get("SAMLCHECK_CORPUS", ROOT.parent / "shared" / "corpus"))
ABSENT = "the corpus of real documents is not here"

_MD = "urn:oasis:names:tc:SAML:2.0:metadata"
_PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


def present() -> bool:
    """Tell whether the corpus is here."""
    return (FOLDER / "responses" / "manifest.json").is_file()


@cache
def cases() -> tuple[dict[str, Any], ...]:
    """The cases of the responses' manifest; none where the corpus is absent."""
    if not present():
        return ()
    text = (FOLDER / "responses" / "manifest.json").read_text(encoding="utf-8")
    return tuple(json.loads(text))


def metadata_files() -> list[Path]:
    """The metadata documents; none where the corpus is absent."""
    return sorted((FOLDER / "metadata").glob("*.xml"))


def _sp_metadata(case: dict[str, Any]) -> str:
    return (
        f'<md:EntityDescriptor xmlns:md="{_MD}" entityID="{html.escape(case["sp_entity_id"])}">'
        f'<md:SPSSODescriptor protocolSupportEnumeration="{_PROTOCOL}">'
        f'<md:AssertionConsumerService Binding="{_POST}" index="0" '
        f'Location="{html.escape(case["acs_url"])}"/>'
        "</md:SPSSODescriptor></md:EntityDescriptor>"
    )


def _idp_metadata(case: dict[str, Any]) -> str:
    key = (
        '<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
        f"{html.escape(case['idp_certificate'] or '')}"
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    )
    return (
        f'<md:EntityDescriptor xmlns:md="{_MD}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" '
        f'entityID="{html.escape(case["idp_entity_id"])}">'
        f'<md:IDPSSODescriptor protocolSupportEnumeration="{_PROTOCOL}">{key}'
        f'<md:SingleSignOnService Binding="{_POST}" Location="https://idp.invalid/sso"/>'
        "</md:IDPSSODescriptor></md:EntityDescriptor>"
    )


def run(case: dict[str, Any]) -> Report:
    """Check one response with the context that the manifest gives."""
    keys = []
    if case["encrypted_to"]:
        keys.append((FOLDER / "responses" / "sp.key.der").read_bytes())
    data = (FOLDER / "responses" / case["file"]).read_bytes()
    return samlcheck.check_message(
        Input(data=data, name=case["file"]),
        sp=_sp_metadata(case),
        idp=_idp_metadata(case),
        now=datetime.fromisoformat(case["now"]),
        decryption_keys=keys,
    )


#: What the peer's reason speaks of, as the start of its text, and the rules that name the same.
SAME_PROBLEM: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Signature validation failed", ("sig-*",)),
    ("No Signature found", ("sig-none", "sig-encrypted-assertion-unsigned-envelope")),
    ("The Assertion must include an AuthnStatement", ("authn-missing",)),
    ("The Assertion must include a Conditions", ("cond-missing",)),
    ("Could not validate timestamp: expired", ("cond-expired",)),
    ("The response has an empty Destination", ("response-destination-empty",)),
    ("There is an EncryptedAttribute", ("attr-encrypted",)),
    ("Invalid issuer", ("issuer-*",)),
    ("A valid SubjectConfirmation was not found", ("sc-*", "scd-*", "response-inresponseto-*")),
    ("Missing ID attribute", ("response-id-missing",)),
    ("Missing Status Code", ("status-missing",)),
    ("Missing Status", ("status-missing",)),
    ("The status code of the Response was not Success", ("status-not-success",)),
    ("SAML Response must contain 1 assertion", ("response-multiple-assertions", "xsw-*")),
    ("Unsupported SAML version", ("response-version", "transport-message-kind-mismatch")),
    ("Invalid Signature Element", ("sig-parent-not-signable", "xsw-*")),
    ("XMLSyntaxError", ("xml-*",)),
    (
        "Invalid SAML Response. Not match",
        ("xsd-*", "issuer-missing-*", "xml-*", "sig-value-malformed", "authn-*", "time-*"),
    ),
)
#: The peer refused the settings of the case (its ACS URL is a placeholder) and read no message.
NO_VERDICT = "OneLogin_Saml2_Error: Invalid dict settings"
_AUDIENCE = "is not a valid audience"


def names_of(reason: str) -> tuple[str, ...]:
    """The globs of the rules that speak of the peer's reason; none for one that is not known."""
    if _AUDIENCE in reason:
        return ("aud-*",)
    for start, globs in SAME_PROBLEM:
        if reason.startswith(start):
            return globs
    return ()
