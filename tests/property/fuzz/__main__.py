"""Judges many changed messages; every exception, hang, growth or access is a failure.

    python -m tests.property.fuzz --cases 1000000 --jobs 1

Case number N is always the same input for the same seed, in whatever order and number of jobs. An
input that fails is written to the folder of --out, beside what went wrong; `--only N` runs one.
A failure is: an exception, a rule that crashed, a report that cannot be written out, more than
--seconds of processor time, a resident size that grows by more than --grow MB, an access to the
network or a file, or a changed message that is accepted although it says something else.
"""

from __future__ import annotations

import argparse
import collections
import multiprocessing
import os
import random
import resource
import signal
import sys
import time
import traceback
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from lxml import etree

import samlcheck
from samlcheck.render.diagnosis import render_diagnosis
from samlcheck.render.json_report import render_json
from samlcheck.render.style import Style
from tests.property.fuzz.inputs import make, seeds
from tests.property.readers import everything
from tests.support.bases import NOW, build
from tests.support.keys import key_pem

PACKAGE = Path(samlcheck.__file__).parent
#: What a check may read: the code, and the data of the package (in a checkout beside it).
READ = (str(PACKAGE), str(PACKAGE.parent / "schemas"), sys.prefix, sys.base_prefix, "/proc/self/")
#: The resident size is compared with what it was after so many cases.
WARM = 5_000
REPORTED = 5_000


class FailedCaseError(Exception):
    """What went wrong with a case, in words."""


@cache
def _evidence() -> dict[str, Any]:
    content = [('WantAssertionsSigned="true"', 'WantAssertionsSigned="false"')]
    return {
        "sp": samlcheck.parse_metadata(build("sp", content)),
        "idp": samlcheck.parse_metadata(build("idp")),
    }


@cache
def _request() -> bytes:
    return build("request")


@cache
def _key() -> bytes:
    return key_pem("sp-encryption")


@cache
def _said() -> frozenset[tuple[str, ...]]:
    """All that any reader takes from the messages that are accepted before they are changed."""
    given = {**_evidence(), "decryption_keys": [_key()], "now": NOW}
    messages = [
        data for _, data in seeds() if data.lstrip().startswith(b"<") and b"Response" in data
    ]
    accepted = [
        data for data in messages if samlcheck.check_message(data, **given).verdict == "accepted"
    ]
    return frozenset(fact for data in accepted for said in everything(data) for fact in said)


def given_for(chance: random.Random) -> dict[str, Any]:
    """Return what a message is judged with: metadata mostly, now and then more or less."""
    given = dict(_evidence()) if chance.random() < 0.95 else {}
    if chance.random() < 0.1:
        given["request"] = _request()
    if chance.random() < 0.005:
        given["decryption_keys"] = [_key()]
    if chance.random() < 0.05:
        given["profile"] = chance.choice(("webex-meetings", "entra", "edugain"))
    if chance.random() < 0.02:
        given["earlier"] = [make(chance)[1]]
    return given


def judge(number: int, seed: int) -> str | None:
    """Judge a case and return its verdict.

    :raises FailedCaseError: for what must not be, other than exceptions of the check itself.
    """
    chance = random.Random(f"{seed} {number}")
    _, data = make(chance)
    report = samlcheck.check_message(data, now=NOW, **given_for(chance))
    crashed = [item.message for item in report.findings if item.rule == "tool-rule-crashed"]
    if crashed:
        raise FailedCaseError(crashed[0])
    if not report.outcomes:
        raise FailedCaseError("no outcomes")
    if number % 100 == 0:
        render_diagnosis(report, Style(show_info=True))
        render_json([report], many=False)
    if report.verdict == "accepted" and data.lstrip().startswith(b"<"):
        _same_as_signed(data)
    return report.verdict


def _same_as_signed(data: bytes) -> None:
    try:
        new = {fact for said in everything(data) for fact in said} - _said()
    except etree.XMLSyntaxError:
        return  # a page with a form in it: what it carries was judged
    if new:
        raise FailedCaseError(f"accepted, and says {sorted(new)[:3]}")


def _refuse_access(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse what a check has no business with; imports and the harness's own files are let be."""
    if event.partition(".")[0] in ("socket", "subprocess", "urllib", "ftplib", "http"):
        raise FailedCaseError(f"{event} {arguments!r:.200}")
    if event == "open" and isinstance(arguments[0], str):
        path = os.path.abspath(arguments[0])
        if not path.startswith(READ):
            raise FailedCaseError(f"{event} {path}")


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise FailedCaseError("it takes too long")


def resident() -> int:
    """The resident size in MB; the largest so far, where the system does not tell the present."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return pages * resource.getpagesize() // (1024 * 1024)


class _Run:
    """One process's share of the cases, each job-th one."""

    def __init__(self, options: argparse.Namespace, job: int) -> None:
        self.options, self.job = options, job
        self.verdicts: collections.Counter[str] = collections.Counter()
        self.failures = 0
        self.slowest = (0.0, 0)
        self.warm = 0
        self.watching = False

    def hook(self, event: str, arguments: tuple[object, ...]) -> None:
        """Look at what a check does, and at nothing else."""
        if self.watching:
            _refuse_access(event, arguments)

    def one(self, number: int) -> None:
        """Judge one case; what fails is written down."""
        start = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, self.options.seconds)
        self.watching = True
        try:
            self.verdicts[str(judge(number, self.options.seed))] += 1
        except BaseException as error:  # a stack overflow or an assertion of lxml counts as well
            if isinstance(error, KeyboardInterrupt):
                raise
            self.watching = False
            self.fail(number, "".join(traceback.format_exception(error)))
        finally:
            self.watching = False
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        self.slowest = max(self.slowest, (time.process_time() - start, number))

    def fail(self, number: int, words: str) -> None:
        """Write down an input that failed, and why."""
        self.failures += 1
        folder = Path(self.options.out)
        folder.mkdir(parents=True, exist_ok=True)
        how, data = make(random.Random(f"{self.options.seed} {number}"))
        name = f"fuzz-{self.options.seed}-{number}"
        (folder / f"{name}.bin").write_bytes(data)
        (folder / f"{name}.txt").write_text(f"{how}\n\n{words}", encoding="utf-8")
        print(f"FAILED {number} ({how}): {words.strip().splitlines()[-1]}", flush=True)

    def tell(self, done: int, since: float) -> None:
        """Print how far it has come."""
        used = time.process_time()
        seconds, number = self.slowest
        print(
            f"job {self.job}: {done} cases, {done / max(used, 0.001):.0f} per second of processor "
            f"time, {used:.0f} s of it, {time.monotonic() - since:.0f} s, {resident()} MB, "
            f"{self.failures} failures, slowest {seconds:.2f} s (case {number}), "
            f"{dict(self.verdicts)}",
            flush=True,
        )

    def run(self) -> int:
        """Judge the share and return the number of failures."""
        signal.signal(signal.SIGVTALRM, _too_long)
        seeds(), _said(), _evidence(), _request(), _key()
        sys.addaudithook(self.hook)
        options, since, done = self.options, time.monotonic(), 0
        last = options.start + options.cases
        for number in range(options.start + self.job, last, options.jobs):
            self.one(number)
            done += 1
            if done == WARM:
                self.warm = resident()
            if self.warm and done % REPORTED == 0 and resident() > self.warm + options.grow:
                self.fail(number, f"the process has grown from {self.warm} to {resident()} MB")
                self.warm = resident()
            if done % REPORTED == 0:
                self.tell(done, since)
        self.tell(done, since)
        return self.failures


def _job(arguments: tuple[argparse.Namespace, int]) -> int:
    return _Run(*arguments).run()


def main() -> int:
    """Run the cases that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.property.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--start", type=int, default=0, help="number of the first case")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=5.0, help="most per case")
    parser.add_argument("--grow", type=int, default=64, help="MB")
    parser.add_argument("--out", default="fuzz-failures")
    parser.add_argument("--only", type=int, help="run one case, and let its exception out")
    options = parser.parse_args()
    if options.only is not None:
        how, data = make(random.Random(f"{options.seed} {options.only}"))
        print(how, len(data))
        print(judge(options.only, options.seed))
        return 0
    if options.jobs == 1:
        return 1 if _job((options, 0)) else 0
    with multiprocessing.Pool(options.jobs) as pool:
        found = pool.map(_job, [(options, job) for job in range(options.jobs)], 1)
    return 1 if sum(found) else 0


if __name__ == "__main__":
    sys.exit(main())
