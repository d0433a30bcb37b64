"""Slices judged in forked processes, a few at a time, and taken back in order."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Final

from samlcheck.aggregate.slices import NotSliceableError, Slice, ends_of
from samlcheck.aggregate.work import Worked, Worker
from samlcheck.crypto.running_digest import RunningDigest

#: So many slices for each process are under way or wait to be taken back.
_AHEAD: Final = 3


def can_fork() -> bool:
    """Tell whether processes can be forked here; elsewhere everything is done in this one."""
    return "fork" in multiprocessing.get_all_start_methods()


class _Shared:
    """What a forked process finds in its memory: set before the fork, never changed after."""

    worker: Worker
    digest: RunningDigest | None


def _start(worker: Worker, digest: RunningDigest | None) -> None:
    _Shared.worker, _Shared.digest = worker, digest


def _work(piece: Slice, before: int, expected: int) -> Worked:
    worked = _Shared.worker.work_slice(piece, before, _Shared.digest)
    if worked.entities != expected:
        raise NotSliceableError
    return worked


def _first(waiting: deque[tuple[Slice, Future[Worked]]]) -> tuple[Slice, Worked]:
    """Take back the slice that was sent first, when it is done."""
    piece, done = waiting.popleft()
    return piece, done.result()


def in_other_processes(
    worker: Worker,
    pieces: Iterator[Slice],
    digest: RunningDigest | None,
    *,
    before: int,
    jobs: int,
) -> Iterator[tuple[Slice, Worked]]:
    """Yield each slice with what came of it, in order; `before` entities precede the first.

    The entities of a slice are counted by their end tags, so that the next can start at once; a
    count that a parse does not confirm means that the document has to be read as a whole.
    """
    context = multiprocessing.get_context("fork")
    waiting: deque[tuple[Slice, Future[Worked]]] = deque()
    with ProcessPoolExecutor(
        jobs, mp_context=context, initializer=_start, initargs=(worker, digest)
    ) as pool:
        try:
            for piece in pieces:
                count = len(ends_of(piece.octets))
                waiting.append((piece, pool.submit(_work, piece, before, count)))
                before += count
                if len(waiting) > _AHEAD * jobs:
                    yield _first(waiting)
            while waiting:
                yield _first(waiting)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
