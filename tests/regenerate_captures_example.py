"""Writes the captures of docs/examples/captures/ from the files of docs/examples/webex/.

usage: python tests/regenerate_captures_example.py
"""

from __future__ import annotations

import json
import sys
import zlib
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

ROOT = Path(__file__).resolve().parent.parent
WEBEX = ROOT / "docs" / "examples" / "webex"
FOLDER = ROOT / "docs" / "examples" / "captures"

SSO = "https://login.microsoftonline.com/3f2a9c64-7d1e-4b85-9a0c-52e8b7d6f143/saml2"
ACS = "https://contoso.webex.com/dispatcher/SAML2AuthService?siteurl=contoso"
START = "https://contoso.webex.com/contoso/sso"
RELAY_STATE = "s2b41c9e07f"
_PAGE = """<!DOCTYPE html>
<html><head><title>Cisco Webex - Error</title></head>
<body><h1>Sign in failed</h1><p>SSO error code: 13. Contact your administrator.</p></body></html>
"""
_REFUSAL = """<!DOCTYPE html>
<html><head><title>Sign in to your account</title></head><body>
<script>$Config={"strServiceExceptionMessage":"AADSTS75011: another method"};</script>
<div>Sorry, but we are having trouble signing you in.</div></body></html>
"""
_CONTEXT = """  <samlp:RequestedAuthnContext Comparison="exact">
    <saml:AuthnContextClassRef xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">\
urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef>
  </samlp:RequestedAuthnContext>
"""


def _request(extra: str = "") -> str:
    """Return the query of the request, with something more in its XML."""
    xml = (WEBEX / "authn-request.xml").read_text(encoding="utf-8")
    xml = xml.replace("</samlp:AuthnRequest>", f"{extra}</samlp:AuthnRequest>")
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(xml.encode()) + packer.flush()
    value = quote(b64encode(packed).decode(), safe="")
    return f"SAMLRequest={value}&RelayState={RELAY_STATE}"


def _entry(at: str, method: str, url: str, **parts: Any) -> dict[str, Any]:
    """Return an entry as browsers write it."""
    body, page = parts.get("body"), parts.get("page", "")
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "httpVersion": "http/2.0",
        "headers": [{"name": "Cookie", "value": text} for text in parts.get("cookies", ())],
    }
    if body is not None:
        kind = "application/x-www-form-urlencoded"
        request["postData"] = {"mimeType": kind, "text": body}
    answer = [{"name": "Set-Cookie", "value": text} for text in parts.get("set_cookies", ())]
    if "date" in parts:
        answer.append({"name": "Date", "value": parts["date"]})
    response = {
        "status": parts.get("status", 200),
        "httpVersion": "http/2.0",
        "headers": answer,
        "redirectURL": parts.get("location", ""),
        "content": {"mimeType": "text/html", "size": len(page), "text": page},
    }
    return {"startedDateTime": at, "time": 120, "request": request, "response": response}


def har() -> str:
    """Return a login that Webex refuses, as a browser exports it."""
    body = (WEBEX / "04-login-authn-context.txt").read_text(encoding="utf-8").strip()
    query = _request()
    cookie = "webexsession=0b7c1f52d9e84a61"
    entries = [
        _entry(
            "2026-11-23T09:40:02.301Z",
            "GET",
            START,
            status=302,
            location=f"{SSO}?{query}",
            set_cookies=[f"{cookie}; Path=/; Secure; HttpOnly; SameSite=None"],
            date="Mon, 23 Nov 2026 09:40:02 GMT",
        ),
        _entry(
            "2026-11-23T09:40:02.588Z",
            "GET",
            f"{SSO}?{query}",
            page="<html><title>Sign in to your account</title></html>",
            cookies=["x-ms-gateway-slice=estsfd"],
            date="Mon, 23 Nov 2026 09:40:02 GMT",
        ),
        _entry(
            "2026-11-23T10:00:00.000Z",
            "POST",
            ACS,
            body=body,
            status=302,
            location="https://contoso.webex.com/dispatcher/error.jsp?siteurl=contoso",
            cookies=[cookie],
            date="Mon, 23 Nov 2026 10:00:00 GMT",
        ),
        _entry(
            "2026-11-23T10:00:00.240Z",
            "GET",
            "https://contoso.webex.com/dispatcher/error.jsp?siteurl=contoso",
            page=_PAGE,
            cookies=[cookie],
            date="Mon, 23 Nov 2026 10:00:00 GMT",
        ),
    ]
    log = {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}}
    return json.dumps({"log": {**log, "entries": entries}}, indent=1) + "\n"


def tracer() -> str:
    """Return the same login as an export of SAML-tracer."""
    body = parse_qs((WEBEX / "04-login-authn-context.txt").read_text(encoding="utf-8").strip())

    def request(method: str, url: str, status: int, date: str, **more: Any) -> dict[str, Any]:
        return {
            "method": method,
            "url": url,
            "requestHeaders": [],
            "responseStatus": status,
            "responseHeaders": [{"name": "Date", "value": date}],
            **more,
        }

    requests = [
        request(
            "GET",
            f"{SSO}?{_request()}",
            200,
            "Mon, 23 Nov 2026 09:40:02 GMT",
            get=[["RelayState", RELAY_STATE]],
            protocol="SAML-P",
        ),
        request(
            "POST",
            ACS,
            302,
            "Mon, 23 Nov 2026 10:00:00 GMT",
            post=[[name, value[0]] for name, value in body.items()],
            protocol="SAML-P",
        ),
    ]
    data = {"requests": requests, "timestamp": "2026-11-23T10:01:12.000Z"}
    return json.dumps(data, indent=1) + "\n"


def refused_request() -> str:
    """Return a request that the identity provider refuses, as a proxy shows it."""
    path = SSO.removeprefix("https://login.microsoftonline.com")
    return (
        f"GET {path}?{_request(_CONTEXT)} HTTP/1.1\nHost: login.microsoftonline.com\n\n"
        "HTTP/1.1 200 OK\nDate: Mon, 23 Nov 2026 09:40:03 GMT\nContent-Type: text/html\n\n"
        f"{_REFUSAL}"
    )


def files() -> dict[str, str]:
    """Return the files of the example, by name."""
    return {
        "login-refused.har": har(),
        "login-refused-tracer.json": tracer(),
        "request-refused.txt": refused_request(),
    }


def main() -> int:
    """Write the files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(files())} files written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
