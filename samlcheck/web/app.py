"""The application: a page with a form, and the report on what was sent with it."""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Final

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from samlcheck.render.html_report import render_html
from samlcheck.web.asked import Asked, IncompleteError, asked_of, redacted, reports_on
from samlcheck.web.guard import HEADERS, MOST, TOO_LARGE, Guard, Refusal
from samlcheck.web.multipart import MalformedError, boundary_of, parts_of
from samlcheck.web.page import Page, render_page, render_refusal

#: So many judge at a time; who waits is not forgotten.
_AT_ONCE: Final = 2
_CLOSED: Final = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action {forms}"
#: Leads from the report back to an empty form; the classes are those of the report.
_BACK: Final = '<p class="top small"><a href="./">Another login</a></p>'
_STYLE_HASH: Final = re.compile(r"style-src ('sha256-[A-Za-z0-9+/=]+')")

Answer = Callable[[Request], Awaitable[Response]]


def make_app(*, port: int, token: str, clock: Callable[[], datetime]) -> Starlette:
    """Return the application for a port of the loopback address.

    :param token: what the address of the page begins with; unguessable.
    :param clock: tells the present instant, with its zone.
    """
    guard = Guard(port=port, token=token)
    service = _Service(clock)
    return Starlette(
        routes=[
            Route("/{path:path}", _guarded(guard, service.answer), methods=["GET", "POST"]),
        ],
        exception_handlers={Exception: _failed, 405: _method},
    )


def _guarded(guard: Guard, answer: Answer) -> Answer:
    async def endpoint(request: Request) -> Response:
        refusal = guard.refuses(request.method, request.url.path, request.headers)
        return refused(refusal) if refusal is not None else await answer(request)

    return endpoint


async def _method(_: Request, __: Exception) -> Response:
    return refused(Refusal(status=405, title="Not like this", text="Use the form of the page."))


async def _failed(_: Request, error: Exception) -> Response:
    return refused(
        Refusal(
            status=500,
            title="samlcheck failed",
            text=f"This is a defect of samlcheck ({type(error).__name__}); the command line may "
            "tell more: samlcheck diagnose with the same files.",
        )
    )


class _Service:
    """Answers requests that were let in."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._limiter: CapacityLimiter | None = None

    async def answer(self, request: Request) -> Response:
        """Return the page, the report on a form, or the copy of a capture."""
        rest = request.url.path.split("/", 2)[2:]
        if rest == [""] and request.method in ("GET", "HEAD"):
            return shown(render_page(Asked()))
        if rest == ["report"] and request.method == "POST":
            return await self._form(request)
        if rest == ["report"]:
            return refused(
                Refusal(
                    status=405,
                    title="The report is gone",
                    text="Nothing is kept: go back to the form and send it again.",
                )
            )
        return refused(Refusal(status=404, title="There is no such page", text="Use the form."))

    async def _form(self, request: Request) -> Response:
        try:
            body = await _body(request)
            if body is None:
                return refused(TOO_LARGE)
            boundary = boundary_of(request.headers.get("content-type", ""))
            asked = asked_of(parts_of(body, boundary))
        except (MalformedError, ClientDisconnect) as error:
            text = f"{str(error).capitalize() or 'It was cut off'}. Go back and send it once more."
            return refused(Refusal(status=400, title="The form cannot be read", text=text))
        if self._limiter is None:
            self._limiter = CapacityLimiter(_AT_ONCE)
        return await anyio.to_thread.run_sync(
            partial(_judged, asked, self._clock()), limiter=self._limiter
        )


async def _body(request: Request) -> bytes | None:
    """Return a body, None when it is larger than allowed, whatever its header said."""
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > MOST:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def _judged(asked: Asked, now: datetime) -> Response:
    try:
        if asked.action == "redact":
            return _download(redacted(asked, now))
        html = render_html(list(reports_on(asked, now)), show_values=asked.show_values)
    except IncompleteError as error:
        return shown(render_page(asked, problem=str(error)), status=422)
    html = html.replace("<body>", f"<body>\n{_BACK}", 1)
    found = _STYLE_HASH.search(html)
    style = found[1] if found else "'none'"
    policy = f"{_CLOSED.format(forms=chr(39) + 'none' + chr(39))}; style-src {style}"
    return HTMLResponse(html, headers={**HEADERS, "Content-Security-Policy": policy})


def _download(text: str) -> Response:
    kind = "har" if text.startswith('{\n "log"') else "json"
    return Response(
        text,
        media_type="application/json",
        headers={
            **HEADERS,
            "Content-Disposition": f'attachment; filename="safe-capture.{kind}"',
            "Content-Security-Policy": _CLOSED.format(forms="'none'"),
        },
    )


def shown(page: Page, *, status: int = 200) -> Response:
    """Return a page with the policy that lets its own style and script run, and nothing else."""
    policy = _CLOSED.format(forms="'self'")
    policy += f"; style-src {_source(page.style)}"
    if page.script:
        policy += f"; script-src {_source(page.script)}"
    return HTMLResponse(page.html, status, headers={**HEADERS, "Content-Security-Policy": policy})


def refused(refusal: Refusal) -> Response:
    """Return a page that says why a request was refused."""
    return shown(render_refusal(refusal.title, refusal.text), status=refusal.status)


def _source(content: str) -> str:
    import hashlib

    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
