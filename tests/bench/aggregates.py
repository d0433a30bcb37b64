"""The aggregate benchmark: goals P1 to P5 and P8 on the 83 MB eduGAIN aggregate, beside peers.

The data comes in the source distribution of pyFF 3.0.0, which pip downloads; it is signed here by
a key of the tests. The Python peers are installed into a virtual environment below `.bench`;
`xmllint` and `xmlsec1` are used where the machine has them.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import time
import venv
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / ".bench"
PYFF = "pyFF==3.0.0"
_INSIDE = "pyff-3.0.0/src/pyff"
_AGGREGATE = f"{_INSIDE}/test/data/metadata/edugain-trustinfo-2.0.xml"
_SCHEMAS = f"{_INSIDE}/schema"
_ID = "aggregate"
_ROOT_TAG = b"<md:EntitiesDescriptor "

_SIGNXML = """
import sys
from signxml import SignatureConfiguration, XMLVerifier
XMLVerifier().verify(open(sys.argv[1], "rb").read(), x509_cert=open(sys.argv[2]).read(),
                     id_attribute="ID", expect_config=SignatureConfiguration(location="./"))
"""
_PYSAML2 = """
import sys
from saml2.attribute_converter import ac_factory
from saml2.mdstore import MetaDataFile
MetaDataFile(ac_factory(), sys.argv[1]).load()
"""


class Run(NamedTuple):
    """One run of a command: seconds by the clock and of processors, the highest memory in MB."""

    wall: float
    processor: float
    memory: float


def data() -> tuple[Path, Path, Path]:
    """Return the signed aggregate, its certificate, and the schemas that pyFF brings."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / ".gitignore").write_text("*\n", encoding="ascii")
    signed, certificate = FOLDER / "edugain.xml", FOLDER / "signing.crt.pem"
    source = _unpacked() / _AGGREGATE
    if not signed.exists():
        # In a process of its own: what a child is said to need at most starts with its parent.
        make = f"from tests.bench.aggregates import _make; _make({str(source)!r})"
        subprocess.run([sys.executable, "-c", make], cwd=ROOT, check=True)
    return signed, certificate, _unpacked() / _SCHEMAS


def _make(source: str) -> None:
    """Write the aggregate with a signature, and the certificate for it."""
    from tests.support.keys import certificate_pem, key_pem
    from tests.support.signing import sign

    named = Path(source).read_bytes().replace(_ROOT_TAG, _ROOT_TAG + f'ID="{_ID}" '.encode(), 1)
    certificate = certificate_pem("idp-signing")
    done = sign(named, key=key_pem("idp-signing"), certificate=certificate, target_id=_ID)
    (FOLDER / "signing.crt.pem").write_bytes(certificate)
    (FOLDER / "edugain.xml").write_bytes(done)


def _unpacked() -> Path:
    folder = FOLDER / "pyff"
    if not (folder / _AGGREGATE).exists():
        python = _python("build", "uv-build>=0.10.4,<0.11.0")
        fetch = ["-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:"]
        path = f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}"  # for its build backend
        subprocess.run(
            [python, *fetch, "--no-build-isolation", "--dest", str(FOLDER), PYFF],
            check=True,
            env={**os.environ, "PATH": path},
        )
        with tarfile.open(FOLDER / "pyff-3.0.0.tar.gz") as archive:
            archive.extractall(folder, filter="data")
    return folder


def _python(name: str, *packages: str) -> str:
    """Return the interpreter of a virtual environment with some packages, made once."""
    folder = FOLDER / name
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        install = ["-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([str(python), *install, *packages], check=True)
    return str(python)


def commands() -> dict[str, list[str]]:
    """Return what is measured, by label; the first one is what the others are compared with."""
    signed, certificate, schemas = data()
    file, key = str(signed), str(certificate)
    found: dict[str, list[str]] = {}
    if shutil.which("xmllint"):
        schema = ["--nonet", "--huge", "--noout", "--schema", str(schemas / "schema.xsd")]
        found["xmllint --schema"] = ["xmllint", *schema, file]
        found["xmllint --stream (well-formed)"] = ["xmllint", "--huge", "--noout", "--stream", file]
    if shutil.which("xmlsec1"):
        name = "urn:oasis:names:tc:SAML:2.0:metadata:EntitiesDescriptor"
        verify = ["--verify", "--id-attr:ID", name]
        found["xmlsec1 --verify"] = ["xmlsec1", *verify, "--pubkey-cert-pem", key, file]
    peers = _python("peers", PYFF, "pysaml2", "signxml")
    pipeline = FOLDER / "pipeline.yaml"
    pipeline.write_text(f"- load:\n  - {file} verify {key}\n", encoding="utf-8")
    found["signxml verify"] = [peers, "-c", _SIGNXML, file, key]
    found["pyFF 3: parse, verify, schema"] = [str(Path(peers).parent / "pyff"), str(pipeline)]
    found["pysaml2 load"] = [peers, "-c", _PYSAML2, file]
    check = [sys.executable, "-m", "samlcheck", "check", "--fail-on", "never", "--trust", key]
    found["samlcheck, one process"] = [*check, "--jobs", "1", file]
    found["samlcheck, two processes"] = [*check, "--jobs", "2", file]
    found["samlcheck, the signature alone"] = [*check, "--jobs", "1", "--select", "sig-*", file]
    return found


def measured(command: list[str]) -> Run:
    """Run a command once.

    :raises RuntimeError: when it fails: a peer that does not do its work is no peer.
    """
    before = time.perf_counter()
    with (FOLDER / "errors.log").open("wb") as errors:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        text = (FOLDER / "errors.log").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {text[-500:]}")
    wall = time.perf_counter() - before
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def main(rounds: int = 3) -> int:
    """Measure in turns and print the table."""
    every = commands()
    runs: dict[str, list[Run]] = {label: [] for label in every}
    for _ in range(rounds):
        for label, command in every.items():
            runs[label].append(measured(command))
    base = statistics.median(run.wall for run in next(iter(runs.values())))
    size = data()[0].stat().st_size / 1e6
    print(f"\naggregate of {size:.0f} MB, {rounds} rounds, medians")
    print(f"{'':<34}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'x first':>9}")
    for label, several in runs.items():
        wall, processor, memory = (
            statistics.median(values) for values in zip(*several, strict=True)
        )
        print(f"{label:<34}{wall:>8.2f}{processor:>8.2f}{memory:>9.0f}{wall / base:>9.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3))
