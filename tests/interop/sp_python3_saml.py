"""A service provider of python3-saml: reads a response and settings on stdin, says yes or no."""

from __future__ import annotations

import json
import sys
from typing import Any
from urllib.parse import urlsplit

from onelogin.saml2.auth import OneLogin_Saml2_Auth


def settings(job: dict[str, Any]) -> dict[str, Any]:
    """The settings of the service provider."""
    post = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
    return {
        "strict": True,
        "sp": {
            "entityId": job["sp"],
            "assertionConsumerService": {"url": job["acs"], "binding": post},
            "x509cert": job["sp_certificate"],
            "privateKey": job["sp_key"],
        },
        "idp": {
            "entityId": job["idp"],
            "singleSignOnService": {"url": job["idp"] + "/sso", "binding": post},
            "x509cert": job["idp_certificate"],
        },
        "security": {
            "wantAssertionsEncrypted": job["encrypted"],
            "rejectDeprecatedAlgorithm": job["no_sha1"],
        },
    }


def main() -> None:
    """Let the toolkit read one response."""
    job = json.load(sys.stdin)
    place = urlsplit(job["acs"])
    request = {
        "https": "on",
        "http_host": place.netloc,
        "script_name": place.path,
        "post_data": {"SAMLResponse": job["response"]},
    }
    auth = OneLogin_Saml2_Auth(request, settings(job))
    try:
        auth.process_response(request_id=job["request_id"])
        says = auth.get_last_error_reason() if auth.get_errors() else None
    except Exception as error:
        says = f"{type(error).__name__}: {error}"
    print(json.dumps({"says": says}))


main()
