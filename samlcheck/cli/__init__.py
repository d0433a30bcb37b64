"""The command line: `samlcheck check`, `pair`, `diagnose`, `rules` and `explain`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code.

    0 nothing at or above --fail-on, 1 findings, 2 usage, 3 input unreadable, 4 internal error.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):  # before argparse: a version should cost nothing
        from samlcheck import __version__

        sys.stdout.write(f"samlcheck {__version__}\n")
        return 0
    from samlcheck.cli.commands import run

    return run(arguments)
