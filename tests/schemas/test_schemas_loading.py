"""The schemas are found wherever the package is, and nothing else is read."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from samlcheck.xml.schema import DRIVER, load_schema, read_shipped_schema
from tests.support.bases import load

ROOT = Path(__file__).resolve().parent.parent.parent

ISSUER = '<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion"'

PROBE = f"""
from lxml import etree
import samlcheck.xml.schema as module
schema = module.load_schema()
assert schema.validate(etree.fromstring('{ISSUER}/>'))
assert not schema.validate(etree.fromstring('{ISSUER} x="1"/>'))
print(module.__file__)
"""


def _run(*path: Path) -> str:
    """The file of the module in an interpreter that finds the package on this path alone."""
    import lxml

    libraries = Path(lxml.__file__).parent.parent
    code = f"import sys; sys.path[:0] = {[*map(str, path), str(libraries)]!r}\n{PROBE}"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _copy_package(folder: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "samlcheck", folder / "samlcheck", ignore=ignore)


def _zip(folder: Path) -> Path:
    archive = folder.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w") as file:
        for path in folder.rglob("*"):
            file.write(path, path.relative_to(folder))
    return archive


@pytest.mark.parametrize("place", ["samlcheck/_schemas", "schemas"], ids=["wheel", "checkout"])
@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
def test_schemas_are_found(place: str, zipped: bool, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    _copy_package(folder)
    shutil.copytree(ROOT / "schemas", folder / place)
    where = folder
    if zipped:
        where = _zip(folder)
        shutil.rmtree(folder)
    assert _run(where).startswith(str(where))


def test_an_unknown_schema_is_an_os_error() -> None:
    with pytest.raises(OSError, match="absent"):
        read_shipped_schema("absent.xsd")


def test_each_schema_is_read_once_and_nothing_else() -> None:
    names = []

    def read(name: str) -> bytes:
        names.append(name)
        return read_shipped_schema(name)

    load_schema(read)
    assert sorted(file.name for file in (ROOT / "schemas").glob("*.xsd")) == sorted(names)


def _driver(location: str) -> bytes:
    return (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        f'<xs:import namespace="urn:example:other" schemaLocation="{location}"/>'
        "</xs:schema>"
    ).encode()


@pytest.mark.parametrize(
    "location",
    [
        "{file}",
        "{file.name}",
        "../{file.name}",
        "file://{file}",
        "http://127.0.0.1:{port}/other.xsd",
        "https://127.0.0.1:{port}/other.xsd",
        "http://127.0.0.1:{port}",
        "/etc/hosts",
        "..\\\\other.xsd",
        "C:other.xsd",
    ],
)
def test_other_files_and_hosts_are_refused(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "other.xsd"
    file.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'targetNamespace="urn:example:other"/>'
    )
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        driver = _driver(location.format(file=file, port=server.getsockname()[1]))

        def read(name: str) -> bytes:
            return driver if name == DRIVER else read_shipped_schema(name)

        with pytest.raises(etree.XMLSchemaParseError):
            load_schema(read)
        with pytest.raises(TimeoutError):
            server.accept()


def test_schema_locations_of_a_document_are_ignored(tmp_path: Path) -> None:
    """The schema that the document names would reject its element, if anyone read it."""
    file = tmp_path / "other.xsd"
    file.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:example:other"'
        '><xs:element name="Note" type="xs:integer"/></xs:schema>'
    )
    text = load("sp").replace(
        "<md:Extensions>",
        '<md:Extensions><Note xmlns="urn:example:other" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="urn:example:other {file}">no number</Note>',
        1,
    )
    root = etree.fromstring(text.encode())
    assert "no number" in etree.tostring(root, encoding="unicode")
    assert load_schema().validate(root)
