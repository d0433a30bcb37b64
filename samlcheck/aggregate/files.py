"""The check of a metadata file that may be too large to be held in memory."""

from __future__ import annotations

import os
from typing import Final

from samlcheck.aggregate.check import AggregateCheck, Progress, Sink
from samlcheck.aggregate.pool import can_fork
from samlcheck.aggregate.slices import NotSliceableError, Read
from samlcheck.engine.report import Report
from samlcheck.rules.case import Context
from samlcheck.rules.rule import INFO

_MOST_JOBS: Final = 8


def check_octets(data: bytes, source: str, context: Context, sink: Sink) -> Report | None:
    """Check an aggregate in memory slice by slice; None when it has to be read as a whole."""

    def read(offset: int, size: int) -> bytes:
        return data[offset : offset + size]

    return _check(read, source, context, sink, listed=INFO, jobs=1, progress=lambda _: None)


def check_file(
    path: str,
    context: Context,
    sink: Sink,
    *,
    listed: str = INFO,
    jobs: int | None = None,
    progress: Progress = lambda _: None,
) -> Report | None:
    """Check an aggregate in a file slice by slice; None when it has to be read as a whole.

    When None is returned, findings that the sink took already have to be forgotten.

    :param listed: least severity of the findings to hand out; others are counted.
    :param jobs: number of processes; None takes one for each processor.
    :raises OSError: when the file cannot be read.
    """
    with open(path, "rb", buffering=0) as file:

        def read(offset: int, size: int) -> bytes:
            found = os.pread(file.fileno(), size, offset)
            while len(found) < size:
                more = os.pread(file.fileno(), size - len(found), offset + len(found))
                if not more:
                    break
                found += more
            return found

        wanted = min(os.cpu_count() or 1, _MOST_JOBS) if jobs is None else jobs
        return _check(
            read,
            path,
            context,
            sink,
            listed=listed,
            jobs=wanted if can_fork() else 1,
            progress=progress,
        )


def _check(
    read: Read,
    source: str,
    context: Context,
    sink: Sink,
    *,
    listed: str,
    jobs: int,
    progress: Progress,
) -> Report | None:
    check = AggregateCheck(
        read, source, context, listed=listed, sink=sink, progress=progress, jobs=jobs
    )
    try:
        return check.run()
    except NotSliceableError:
        return None
