"""The command that serves the page on the loopback address."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from samlcheck.cli import main, serving


def test_it_serves_the_page_at_the_address_that_it_prints() -> None:
    pytest.importorskip("uvicorn", reason="the extra `web` is not installed")
    command = [sys.executable, "-m", "samlcheck", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+/([\w-]{32})/", served.stdout.readline())
            assert found is not None
            with urllib.request.urlopen(found[0], timeout=20) as answer:
                assert 200 == answer.status
                assert "server" not in {name.lower() for name in answer.headers}
                assert b"Why did the login fail?" in answer.read()
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(found[0].replace(found[1], "x"), timeout=20)
        finally:
            served.terminate()


def test_a_port_in_use_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("uvicorn", reason="the extra `web` is not installed")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert 2 == main(["serve", "--port", str(port)])
    assert f"port {port} of 127.0.0.1 cannot be used" in capsys.readouterr().err


def test_a_missing_extra_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serving, "_NEEDED", ("no_such_package",))
    assert 2 == main(["serve"])
    assert "serve needs no_such_package: install samlcheck[web]" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["-1", "65536", "x", "8080.5"])
def test_a_port_is_a_number(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["serve", "--port", port])
    assert "is no port" in capsys.readouterr().err or port == "-1"
