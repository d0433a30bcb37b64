"""`samlcheck redact`: make a capture that can be sent to a vendor."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from samlcheck.cli.files import STDIN, UnreadableError, read

_OK, _UNREADABLE = 0, 3


def add_arguments(commands: Any, evidence: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the command to those of the command line; `evidence` adds what a capture is judged with.

    Without evidence the results that are embedded say less, and the rest is done all the same.
    """
    from samlcheck.cli.arguments import instant

    parser = commands.add_parser(
        "redact", help="make a capture that can be sent to a vendor: nobody's data, same diagnosis"
    )
    parser.add_argument("capture", metavar="CAPTURE", help="captured message; - reads stdin")
    parser.add_argument(
        "-o",
        "--output",
        metavar="SAFE",
        required=True,
        help="where to write; - writes to standard output; an existing file is not overwritten",
    )
    parser.add_argument(
        "--profile",
        action="append",
        default=[],
        metavar="NAME",
        help="profile to judge with before anything is replaced; may be repeated",
    )
    parser.add_argument(
        "--at", type=instant, metavar="TIME", help="judge as of this time instead of now"
    )
    parser.set_defaults(select=[], ignore=[])
    evidence(parser)


def redact_file(
    options: argparse.Namespace, judging: dict[str, Any], complain: Callable[[str, int], int]
) -> int:
    """Redact a capture and write it, or write nothing and say why; return the exit code.

    :raises UnreadableError: when the capture cannot be read, or what is made cannot be written.
    """
    from samlcheck.redaction import RedactionError, redact

    try:
        made = redact(read(options.capture), as_captured=options.at is None, **judging)
    except RedactionError as error:
        return complain(f"{options.capture}: not redacted: {error}", _UNREADABLE)
    _write(options.output, made.text)
    verdicts = ", ".join(
        f"{report.message_kind or 'message'} {report.verdict}" for report in made.reports
    )
    written = "standard output" if options.output == STDIN else options.output
    values = "value" if made.replaced == 1 else "values"
    return complain(
        f"{written}: {made.replaced} {values} replaced or dropped, none is left in it; "
        f"judged before: {verdicts}",
        _OK,
    )


def _write(path: str, text: str) -> None:
    """Write a new file.

    :raises UnreadableError: when there is one of that name, or it cannot be written.
    """
    if path == STDIN:
        sys.stdout.buffer.write(text.encode("ascii"))
        sys.stdout.flush()
        return
    try:
        with open(path, "x", encoding="ascii", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}") from None
