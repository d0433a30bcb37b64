"""`python -m samlcheck`, and the command that an installation puts on the path."""

from __future__ import annotations

import gc
import os
import sys

from samlcheck.cli import main

#: Objects between two searches for garbage. A run makes little that reference counts do not free,
#: and with Python's own figure the searches are a tenth of the time of a check.
_OBJECTS = 100_000


def command() -> int:
    """Run the command line in a process of its own, and end the process with its exit code.

    Everything is written and closed by then; taking the interpreter apart piece by piece would
    cost a check another tenth.
    """
    gc.set_threshold(_OBJECTS)
    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # a reader that has gone: the interpreter says what it always says
        return code
    os._exit(code)


if __name__ == "__main__":
    sys.exit(command())
