"""`samlcheck serve`: the page for people who do not use a terminal, on this computer only."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

_OK, _USAGE = 0, 2
_HOST = "127.0.0.1"
#: What the extra `web` brings; each is needed.
_NEEDED = ("starlette", "uvicorn", "jinja2")


def add_arguments(commands: Any) -> None:
    """Add the command to those of the command line."""
    parser = commands.add_parser(
        "serve", help="open a page on this computer to paste or drop a captured login on"
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=0,
        metavar="N",
        help="port of the loopback address (default: any that is free)",
    )
    parser.add_argument("--open", action="store_true", help="open the page in the browser")


def _port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a number from 0 to 65535")
    return number


def serve(options: argparse.Namespace, complain: Callable[[str, int], int]) -> int:
    """Serve the page until it is interrupted; return the exit code."""
    missing = _missing()
    if missing:
        return complain(
            f"serve needs {', '.join(missing)}: install samlcheck[web], "
            "for example with pip install 'samlcheck[web]'",
            _USAGE,
        )
    try:
        listening = _listening(options.port)
    except OSError as error:
        return complain(
            f"port {options.port} of {_HOST} cannot be used: {error.strerror or error}; "
            "give another one with --port, or none for any that is free",
            _USAGE,
        )
    try:
        _serve(listening, in_browser=options.open)
    except KeyboardInterrupt:
        pass
    finally:
        listening.close()
    return _OK


def _serve(listening: socket.socket, *, in_browser: bool) -> None:
    """Say where the page is, and answer until the process is interrupted."""
    import secrets
    from datetime import UTC, datetime

    import uvicorn

    from samlcheck.web.app import make_app

    host, port = listening.getsockname()
    token = secrets.token_urlsafe(24)
    address = f"http://{host}:{port}/{token}/"
    sys.stdout.write(
        f"The page is at {address}\n"
        "Only this computer can open it, and only with this address. Ctrl+C ends it.\n"
    )
    sys.stdout.flush()
    if in_browser:
        import webbrowser

        webbrowser.open(address)
    config = uvicorn.Config(
        make_app(port=port, token=token, clock=lambda: datetime.now(UTC)),
        log_level="error",
        access_log=False,  # a log of requests would hold the token
        server_header=False,
        date_header=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _missing() -> list[str]:
    from importlib.util import find_spec

    return [name for name in _NEEDED if find_spec(name) is None]


def _listening(port: int) -> socket.socket:
    """Return a socket that listens on the loopback address.

    :raises OSError: when the port is taken, or may not be used.
    """
    import socket

    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.bind((_HOST, port))
        listening.listen(64)
    except OSError:
        listening.close()
        raise
    return listening
