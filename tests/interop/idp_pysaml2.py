"""An identity provider of pysaml2: reads a login to make on stdin, writes a response."""

from __future__ import annotations

import base64
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.saml import NameID
from saml2.server import Server

_HASHES = {
    True: (
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#sha1",
    ),
    False: (
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2001/04/xmlenc#sha256",
    ),
}


def server(job: dict[str, Any], folder: Path) -> Server:
    """The identity provider, with the service provider's metadata as it has them."""
    for name in ("key", "certificate", "sp_metadata"):
        (folder / name).write_text(job[name], encoding="utf-8")
    config = IdPConfig().load(
        {
            "entityid": job["issuer"],
            "key_file": str(folder / "key"),
            "cert_file": str(folder / "certificate"),
            "metadata": {"local": [str(folder / "sp_metadata")]},
            "service": {
                "idp": {
                    "endpoints": {
                        "single_sign_on_service": [
                            (job["issuer"] + "/sso", BINDING_HTTP_REDIRECT),
                            (job["issuer"] + "/sso", BINDING_HTTP_POST),
                        ]
                    },
                    "policy": {
                        "default": {
                            "lifetime": {"seconds": job["lifetime"]},
                            "attribute_restrictions": None,
                            "name_form": "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
                        }
                    },
                }
            },
        }
    )
    return Server(config=config)


def respond(job: dict[str, Any], folder: Path) -> str:
    """The response as XML."""
    idp = server(job, folder)
    signature, digest = _HASHES[job["sha1"]]
    if job["status"]:
        return str(
            idp.create_error_response(
                job["in_response_to"],
                destination=job["recipient"],
                info=(job["status"], "The user could not be authenticated"),
                sign=job["sign"] != "none",
                sign_alg=signature,
                digest_alg=digest,
            )
        )
    return str(
        idp.create_authn_response(
            identity=job["attributes"],
            in_response_to=job["in_response_to"],
            destination=job["recipient"],
            sp_entity_id=job["audience"],
            name_id=NameID(format=job["name_id_format"], text=job["name_id"]),
            authn={
                "class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
                "authn_auth": job["issuer"],
            },
            sign_response=job["sign"] in ("response", "both"),
            sign_assertion=job["sign"] in ("assertion", "both"),
            sign_alg=signature,
            digest_alg=digest,
        )
    )


with tempfile.TemporaryDirectory() as name:
    xml = respond(json.load(sys.stdin), Path(name))
print(json.dumps({"response": base64.b64encode(xml.encode()).decode()}))
