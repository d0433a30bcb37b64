"""Who may ask: this computer's own browser, at the address that was printed, and nobody else.

A page elsewhere can make a browser send requests to the loopback address (CSRF), and with a name
that it lets resolve to that address even read the answers (DNS rebinding). So the name must be one
of this computer's own, a form must come from the page itself, and the address holds a token.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Final

from samlcheck.records import frozen

#: The names of this computer for itself.
LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
#: What may be uploaded at once: recordings of browser traffic are large.
MOST: Final = 64 * 1024 * 1024

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@frozen(kw_only=True)
class Refusal:
    """Why a request is not answered: the HTTP status, a heading, and what to do."""

    status: int
    title: str
    text: str


@frozen(kw_only=True)
class Guard:
    """Decides by the header of a request, before anything of its body is read."""

    port: int
    token: str

    def refuses(self, method: str, path: str, headers: Mapping[str, str]) -> Refusal | None:
        """Return why a request is refused, None when it may go on. Names of headers are lower."""
        host = headers.get("host", "")
        if host not in [f"{name}:{self.port}" for name in LOOPBACK]:
            return Refusal(
                status=421,
                title="Not under this name",
                text="This page answers to 127.0.0.1 and localhost only. Open the address that "
                "samlcheck serve printed.",
            )
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return _FOREIGN
        if method not in ("GET", "HEAD", "POST"):
            return Refusal(status=405, title="Not like this", text="Use the form of the page.")
        if not self._has_token(path):
            return Refusal(
                status=404,
                title="This address is not complete",
                text="Open the whole address that samlcheck serve printed: it ends with a token, "
                "which changes each time the command is started.",
            )
        if method == "POST":
            return self._refuses_form(host, headers)
        return None

    def _has_token(self, path: str) -> bool:
        given = path.split("/", 2)[1] if path.startswith("/") else ""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    def _refuses_form(self, host: str, headers: Mapping[str, str]) -> Refusal | None:
        if headers.get("origin") != f"http://{host}":
            return _FOREIGN
        if not headers.get("content-type", "").lower().startswith("multipart/form-data"):
            return Refusal(
                status=415,
                title="This is not the form of the page",
                text="A form is expected as multipart/form-data, as the page sends it.",
            )
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            return Refusal(
                status=411,
                title="The size is not told",
                text="A form is expected with its Content-Length.",
            )
        return TOO_LARGE if len(length) > 12 or int(length) > MOST else None


_FOREIGN: Final = Refusal(
    status=403,
    title="This came from another site",
    text="Only the page itself may send forms to it. Open the address that samlcheck serve "
    "printed, and fill in the form there.",
)
TOO_LARGE: Final = Refusal(
    status=413,
    title="This is too large",
    text=f"Together the files may have {MOST // 1024 // 1024} MB. Export a recording of the login "
    "alone, without content of pictures and scripts, or copy the SAMLResponse out of it.",
)
