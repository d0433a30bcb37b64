"""Large metadata files: checked slice by slice, findings written out as they come."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from collections import Counter
from typing import Any, Final

import attrs

from samlcheck.aggregate.files import check_file
from samlcheck.cli.files import UnreadableError
from samlcheck.engine.report import Finding, Report
from samlcheck.render.style import Style
from samlcheck.rules.case import Context
from samlcheck.rules.rule import INFO, WARNING

_METADATA: Final = b"urn:oasis:names:tc:SAML:2.0:metadata"
_PEEK: Final = 64 * 1024
_BAR: Final = 30
_BUFFER: Final = 64 * 1024
#: Objects between two searches for garbage: memory is to stay flat here.
_OBJECTS: Final = 2_000


def is_metadata(path: str) -> bool:
    """Tell by its beginning whether a large file is metadata.

    :raises UnreadableError: when the file cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return _METADATA in file.read(_PEEK)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}") from None


class _Progress:
    """A bar on standard error, on a terminal only, for work of more than a second."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._shown = sys.stderr.isatty()
        self._next = time.monotonic() + 1
        self._drawn = False

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if self._shown and now >= self._next:
            self._next, self._drawn = now + 0.2, True
            filled = _BAR * done // self._size
            bar = "#" * filled + "." * (_BAR - filled)
            sys.stderr.write(f"\r[{bar}] {100 * done // self._size} %")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the bar away."""
        if self._drawn:
            sys.stderr.write("\r" + " " * (_BAR + 10) + "\r")
            sys.stderr.flush()


def check_large(
    path: str, context: Context, options: argparse.Namespace, style: Style
) -> Report | None:
    """Check a large file and, for text that is not to go to a file, write its findings.

    Nothing is written before the end, for a document may turn out to have to be read as a whole;
    None is returned then. The report counts all findings, and holds those that were not written.

    :raises UnreadableError: when the file cannot be read.
    """
    gc.set_threshold(_OBJECTS)
    keep = options.format not in ("text", "concise") or options.output is not None
    kept: list[Finding] = []
    counts: Counter[str] = Counter()
    with tempfile.SpooledTemporaryFile(_BUFFER, "w+", encoding="utf-8", newline="") as spool:
        render = None if keep else _renderer(options.format, style)

        def sink(finding: Finding) -> None:
            if render is None:
                kept.append(finding)
            else:
                counts[finding.severity] += 1
                spool.write(render(finding))

        progress = _Progress(os.path.getsize(path))
        try:
            report = check_file(
                path,
                context,
                sink,
                listed=INFO if options.format == "json" or style.show_info else WARNING,
                jobs=options.jobs,
                progress=progress,
            )
        except OSError as error:
            raise UnreadableError(f"{path}: {error.strerror or error}") from None
        finally:
            progress.clear()
        if report is None:
            return None
        spool.seek(0)
        while text := spool.read(_BUFFER):
            sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()
    counts.update(dict(report.unlisted))
    return attrs.evolve(report, findings=tuple(kept), unlisted=tuple(sorted(counts.items())))


def _renderer(wanted: str, style: Style) -> Any:
    from samlcheck.render.text import concise_line, finding_lines

    if wanted == "concise":
        return lambda finding: concise_line(finding, style) + "\n"
    return lambda finding: "\n".join(finding_lines(finding, style)) + "\n"
