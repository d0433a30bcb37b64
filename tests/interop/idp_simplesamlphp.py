"""An identity provider of SimpleSAMLphp: reads a login to make on stdin, writes a response.

It is Debian's package, served by PHP's own web server on the loopback, with a configuration of its
own; a user is signed in without being asked.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
import zlib
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

WWW = "/usr/share/simplesamlphp/www"
_URI = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
_RSA = {
    True: "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
    False: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
}
_FORM = re.compile(r'name="SAMLResponse"\s+value="([^"]+)"')


def php(value: Any) -> str:
    """A value as PHP writes it."""
    if isinstance(value, dict):
        return "[" + ", ".join(f"{php(key)} => {php(inner)}" for key, inner in value.items()) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "\\'") + "'"


def configure(folder: Path, job: dict[str, Any], port: int) -> None:
    """Write the configuration of the identity provider."""
    for name in ("config", "metadata", "cert", "data", "tmp", "log"):
        (folder / name).mkdir()
    (folder / "cert" / "idp.key").write_text(job["key"], encoding="utf-8")
    (folder / "cert" / "idp.crt").write_text(job["certificate"], encoding="utf-8")
    config = {
        "baseurlpath": f"http://127.0.0.1:{port}/",
        **{f"{name}dir": f"{folder}/{name}/" for name in ("cert", "data", "metadata")},
        "tempdir": f"{folder}/tmp",
        "loggingdir": f"{folder}/log/",
        "logging.handler": "errorlog",
        "secretsalt": "only for a test",
        "auth.adminpassword": "none",
        "timezone": "UTC",
        "enable.saml20-idp": True,
        "module.enable": {"exampleauth": True, "core": True, "saml": True},
        "session.cookie.secure": False,
        "session.phpsession.savepath": f"{folder}/tmp",
        "store.type": "phpsession",
        "metadata.sources": {0: {"type": "flatfile", "directory": f"{folder}/metadata"}},
    }
    signs = {
        "saml20.sign.response": job["sign"] in ("response", "both"),
        "saml20.sign.assertion": job["sign"] in ("assertion", "both"),
        "signature.algorithm": _RSA[job["sha1"]],
    }
    released = dict(enumerate(job["attributes"] or ["none"]))
    filters = {
        10: {
            "class": "saml:AttributeNameID",
            "attribute": "uid",
            "Format": job["name_id_format"],
        },
        50: {"class": "core:AttributeLimit", **released},
    }
    files = {
        "config/config": ("config", config),
        "config/authsources": (
            "config",
            {"static": {0: "exampleauth:StaticSource", "uid": job["name_id"], **job["attributes"]}},
        ),
        "metadata/saml20-idp-hosted": (
            "metadata",
            {
                job["issuer"]: {
                    "host": "__DEFAULT__",
                    "privatekey": "idp.key",
                    "certificate": "idp.crt",
                    "auth": "static",
                    "attributes.NameFormat": _URI,
                    "assertion.lifetime": job["lifetime"],
                    **signs,
                }
            },
        ),
        "metadata/saml20-sp-remote": (
            "metadata",
            {
                job["audience"]: {
                    "AssertionConsumerService": job["recipient"],
                    "NameIDFormat": job["name_id_format"],
                    "attributes.NameFormat": _URI,
                    "authproc": filters,
                    **signs,
                }
            },
        ),
    }
    for name, (variable, value) in files.items():
        text = f"<?php\n${variable} = {php(value)};\n"
        (folder / f"{name}.php").write_text(text, encoding="utf-8")


def ask(job: dict[str, Any], port: int) -> str:
    """Send the request as a browser does; return the response in Base64."""
    passive = ' IsPassive="true"' if job["status"] else ""
    request = (
        '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
        f'ID="{job["in_response_to"]}" Version="2.0"{passive} '
        f'IssueInstant="{time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}">'
        '<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">'
        f"{job['audience']}</saml:Issuer></samlp:AuthnRequest>"
    )
    deflated = zlib.compress(request.encode(), wbits=-15)
    query = urllib.parse.urlencode({"SAMLRequest": base64.b64encode(deflated).decode()})
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    address = f"http://127.0.0.1:{port}/saml2/idp/SSOService.php?{query}"
    with browser.open(address, timeout=60) as answer:
        page = answer.read().decode("utf-8", "replace")
    found = _FORM.search(page)
    if found is None:
        raise RuntimeError(f"no response in the page: {page[-2500:]}")
    return html.unescape(found[1])


def main() -> None:
    """Serve one login."""
    job = json.load(sys.stdin)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        configure(folder, job, port)
        server = subprocess.Popen(
            ["php", "-S", f"127.0.0.1:{port}", "-t", WWW],
            env={**os.environ, "SIMPLESAMLPHP_CONFIG_DIR": f"{folder}/config"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            time.sleep(1)
            response = ask(job, port)
        finally:
            server.terminate()
            server.wait()
    print(json.dumps({"response": response}))


main()
