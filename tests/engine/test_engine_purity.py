"""The core opens nothing and depends on nothing but its arguments."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

_AUDITED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import samlcheck

folder = Path("docs/examples/webex")
files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
package = str(Path(samlcheck.__file__).parent)
now = datetime(2026, 11, 23, 10, tzinfo=UTC)


def everything():
    given = {
        "sp": files["sp-metadata.xml"],
        "idp": files["idp-metadata.xml"],
        "request": files["authn-request.xml"],
        "profile": "webex-meetings",
        "now": now,
    }
    for name, data in files.items():
        samlcheck.check_metadata(data, now=now)
        samlcheck.check_message(data, **given)
        if "-login-" in name:
            samlcheck.redact(data, **given)
    samlcheck.check_pair(sp=given["sp"], idp=given["idp"], now=now, profile="entra")


everything()  # imports what is imported late
seen = []
watching = True


def hook(event, arguments):
    if not watching:
        return
    if event == "open":
        path = str(arguments[0])
        if not path.startswith(package):
            seen.append((event, path))
    elif event.split(".")[0] in ("socket", "subprocess", "os", "shutil", "urllib", "tempfile"):
        seen.append((event, str(arguments)))


sys.addaudithook(hook)
everything()
watching = False
print(seen)
"""

_REPORTS = """
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
import samlcheck
from samlcheck.render.json_report import report_data

folder = Path("docs/examples/webex")
now = datetime(2026, 11, 23, 10, tzinfo=UTC)
out = []
for path in sorted(path for path in folder.iterdir() if path.is_file()):
    report = samlcheck.check_message(
        path.read_bytes(),
        sp=(folder / "sp-metadata.xml").read_bytes(),
        idp=(folder / "idp-metadata.xml").read_bytes(),
        profile="webex-meetings",
        now=now,
    )
    out.append(report_data(report))
    out.append(report_data(samlcheck.check_metadata(path.read_bytes(), now=now)))
print(json.dumps(out))
"""


def _run(script: str, **environment: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_checks_open_no_file_socket_or_process() -> None:
    assert _run(_AUDITED).strip() == "[]"


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C"}],
)
def test_reports_are_the_same_in_every_process(environment: dict[str, str]) -> None:
    expected = json.loads(_run(_REPORTS, PYTHONHASHSEED="0"))
    assert expected == json.loads(_run(_REPORTS, **environment))
