"""`make bench`: how long the command line takes, interleaved, medians, beside what it rests on.

Figures of different runs must not be compared, only the ratios within one table.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.bases import load

ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS = 15


def _commands(folder: Path) -> dict[str, list[str]]:
    bare = load("sp")
    while "<md:KeyDescriptor" in bare:
        start = bare.index("<md:KeyDescriptor")
        end = bare.index("</md:KeyDescriptor>") + len("</md:KeyDescriptor>")
        bare = bare[:start] + bare[end:]
    (folder / "bare.xml").write_text(bare, encoding="utf-8")
    (folder / "sp.xml").write_text(load("sp"), encoding="utf-8")
    example = ROOT / "docs" / "examples" / "webex"
    python = sys.executable
    run = [python, "-m", "samlcheck"]
    login = ["--sp", str(example / "sp-metadata.xml"), "--idp", str(example / "idp-metadata.xml")]
    return {
        "bare interpreter": [python, "-c", "pass"],
        "import lxml, attrs": [python, "-c", "import lxml.etree, attrs"],
        "import signxml": [python, "-c", "import signxml"],
        "samlcheck --version": [*run, "--version"],
        "check, no certificates": [*run, "check", str(folder / "bare.xml")],
        "check, with certificates": [*run, "check", str(folder / "sp.xml")],
        "check, with a signature": [*run, "check", str(example / "idp-metadata.xml")],
        "diagnose a login": [*run, "diagnose", str(example / "01-login-good.txt"), *login],
    }


def main() -> int:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as name:
        commands = _commands(Path(name))
        times: dict[str, list[float]] = {label: [] for label in commands}
        for turn in range(ROUNDS + 1):
            for label, command in commands.items():
                start = time.perf_counter()
                subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
                if turn:  # the first round warms the caches
                    times[label].append((time.perf_counter() - start) * 1000)
    base = statistics.median(times["bare interpreter"])
    print(f"{'cold start':<28}{'median ms':>10}{'x bare':>8}")
    for label, values in times.items():
        median = statistics.median(values)
        print(f"{label:<28}{median:>10.1f}{median / base:>8.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
