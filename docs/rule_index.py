"""Writes the index by which the engine knows each rule before it imports the rule's module.

`make docs` writes it with everything else that is generated; tests refuse to run while it is stale.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from samlcheck.rules.registry import index

PATH = "samlcheck/rules/index.py"


def source() -> str:
    """Return the source of the index."""
    lines = [
        '"""What the engine knows of each rule at first. Generated: run `make docs`."""',
        "",
        "from typing import Any, Final",
        "",
        "#: By listed module: own module, id, classes judged, severity, tags, needs, unless.",
        "ROWS: Final[dict[str, tuple[Any, ...]]] = {",
    ]
    for name, rows in index().items():
        lines += [f"    {name!r}: (", *(f"        {row!r}," for row in rows), "    ),"]
    return "\n".join([*lines, "}"]) + "\n"


def is_current() -> bool:
    """Tell whether the index on disk is what the modules say."""
    path = ROOT / PATH
    return path.is_file() and path.read_text(encoding="utf-8") == source()


def write() -> None:
    """Write the index."""
    (ROOT / PATH).write_text(source(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
