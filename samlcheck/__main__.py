"""`python -m samlcheck`, and the command that an installation puts on the path."""

from __future__ import annotations

import gc
import sys

from samlcheck.cli import main

#: Objects between two searches for garbage. A run makes little that reference counts do not free,
#: and with Python's own figure the searches are a tenth of the time of a check.
_OBJECTS = 100_000


def command() -> int:
    """Run the command line in a process of its own; return the exit code."""
    gc.set_threshold(_OBJECTS)
    code = main()
    gc.freeze()  # what the process still holds goes with it: no last search through all of it
    return code


if __name__ == "__main__":
    sys.exit(command())
