"""The page answers this computer's own browser, at the address with the token, and nobody else."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("starlette", reason="the extra `web` is not installed")
pytest.importorskip("httpx", reason="Starlette's test client needs httpx")

from samlcheck.web.guard import MOST
from tests.support.bases import build
from tests.web.asking import BASE, ORIGIN, PAGE, PORT, REPORT, TOKEN, client, send


def test_the_page_is_shown_with_a_strict_policy() -> None:
    answer = client().get(PAGE)
    policy = answer.headers["content-security-policy"]

    assert 200 == answer.status_code
    assert "Why did the login fail?" in answer.text
    assert policy.startswith("default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
    assert "unsafe" not in policy
    assert 2 == policy.count("'sha256-")
    assert ("no-store", "nosniff", "DENY", "same-origin") == tuple(
        answer.headers[name]
        for name in (
            "cache-control",
            "x-content-type-options",
            "x-frame-options",
            "referrer-policy",
        )
    )
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", answer.text)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:8642", "0.0.0.0:8642", "",
     "localhost:8642.evil.example", "user@127.0.0.1:8642"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_name_is_refused(host: str, method: str) -> None:
    answer = client().request(
        method, PAGE if method == "GET" else REPORT, headers={"Host": host, **ORIGIN}
    )

    assert 421 == answer.status_code
    assert "127.0.0.1 and localhost only" in answer.text
    assert TOKEN not in answer.text


@pytest.mark.parametrize("host", [f"localhost:{PORT}", f"[::1]:{PORT}", f"127.0.0.1:{PORT}"])
def test_the_names_of_this_computer_are_its_own(host: str) -> None:
    headers = {"Host": host, "Origin": f"http://{host}"}

    assert 200 == client().get(PAGE, headers=headers).status_code
    assert 200 == send({"capture": ("a.xml", build("response"))}, headers=headers).status_code


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "", "https://127.0.0.1:8642", "http://127.0.0.1",
     "http://localhost:8642", "http://127.0.0.1:8642/", "http://127.0.0.1:8642.evil.example"],
)  # fmt: skip
def test_a_form_of_another_site_is_refused(origin: str) -> None:
    answer = send({"capture": ("a.xml", build("response"))}, headers={"Origin": origin})

    assert 403 == answer.status_code
    assert "This came from another site" in answer.text


def test_a_form_without_origin_is_refused() -> None:
    assert 403 == send({"capture": ("a.xml", b"x")}, headers={}).status_code


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_link_from_another_site_is_refused(site: str) -> None:
    assert 403 == client().get(PAGE, headers={"Sec-Fetch-Site": site}).status_code


@pytest.mark.parametrize(
    "path",
    ["/", "/report", f"/{TOKEN[:-1]}/", f"/{TOKEN}x/", f"//{TOKEN}/", "/%00/", f"/{TOKEN.upper()}/",
     "/../etc/passwd", "/favicon.ico"],
)  # fmt: skip
def test_without_the_token_there_is_nothing(path: str) -> None:
    answer = client().get(path)

    assert 404 == answer.status_code
    assert "samlcheck serve printed" in answer.text
    assert TOKEN not in answer.text
    assert "<form" not in answer.text


@pytest.mark.parametrize("path", [f"/{TOKEN}", f"/{TOKEN}/x", f"/{TOKEN}/report/x"])
def test_there_are_no_other_pages(path: str) -> None:
    assert 404 == client().get(path).status_code


def test_a_report_is_not_kept() -> None:
    answer = client().get(REPORT)

    assert (405, True) == (answer.status_code, "Nothing is kept" in answer.text)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(method: str) -> None:
    answer = client().request(method, PAGE)

    assert 405 == answer.status_code
    assert "access-control-allow-origin" not in answer.headers


def test_what_is_too_large_is_refused_before_it_is_read() -> None:
    answer = client().post(
        REPORT,
        headers={
            **ORIGIN,
            "Content-Type": "multipart/form-data; boundary=x",
            "Content-Length": str(MOST + 1),
        },
        content=b"",
    )

    assert (413, True) == (answer.status_code, "This is too large" in answer.text)


def test_what_is_larger_than_it_says_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from samlcheck.web import app

    monkeypatch.setattr(app, "MOST", 1000)

    assert 413 == send({"capture": ("a.xml", b"x" * 2000)}).status_code


@pytest.mark.parametrize(
    ("kind", "status"),
    [("text/plain", 415), ("application/x-www-form-urlencoded", 415), ("application/json", 415),
     ("multipart/form-data", 400), ("multipart/form-data; boundary=", 400)],
)  # fmt: skip
def test_another_kind_of_body_is_refused(kind: str, status: int) -> None:
    answer = client().post(REPORT, headers={**ORIGIN, "Content-Type": kind}, content=b"a=b")

    assert status == answer.status_code


PROPER = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello\r\n--x--\r\n'


@pytest.mark.parametrize(
    "body",
    [b"", b"hello", PROPER[:-8], PROPER[2:], PROPER.replace(b"--x--", b"--x"),
     PROPER.replace(b"name=", b"nam="), PROPER.replace(b"\r\n\r\n", b"\r\n"), b"\x00" * 100,
     PROPER.replace(b"form-data", b"x" * 9000), b"--x\r\n" * 5000,
     PROPER.replace(b"--x\r", b"--y\r")],
)  # fmt: skip
def test_a_malformed_form_is_refused_with_words(body: bytes) -> None:
    headers = {**ORIGIN, "Content-Type": "multipart/form-data; boundary=x"}
    answer = client().post(REPORT, headers=headers, content=body)

    assert 400 == answer.status_code
    assert "The form cannot be read" in answer.text


def test_a_proper_form_is_read() -> None:
    headers = {**ORIGIN, "Content-Type": 'multipart/form-data; charset=utf-8; boundary="x"'}

    assert 200 == client().post(REPORT, headers=headers, content=PROPER).status_code


def test_a_crash_shows_no_more_than_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    from samlcheck.web import app

    def fail(*_: object) -> None:
        raise RuntimeError("with a secret in it")

    monkeypatch.setattr(app, "reports_on", fail)
    answer = send(text="PHNhbWw+")

    assert (500, True) == (answer.status_code, "RuntimeError" in answer.text)
    assert "secret" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_every_answer_is_closed_to_others() -> None:
    answers = [client().get("/"), client().get(PAGE), send(), send(text="x"), client().get(BASE)]
    for answer in answers:
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "no-store" == answer.headers["cache-control"]
        assert "set-cookie" not in answer.headers
