"""The page in a real browser: paste, drop, read the verdict, by keyboard, narrow, dark and light.

Needs a Chromium on this computer and the package playwright; neither is needed for anything else.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="the extra `web` is not installed")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from tests.web.hostile import STRINGS, captures  # noqa: E402 - after what may skip

CHROMIUM = next(
    (
        path
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (path := shutil.which(name))
    ),
    None,
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this computer")

WEBEX = Path(__file__).parents[2] / "docs" / "examples" / "webex"
#: A folder to put screenshots in, to be looked at.
SHOTS = os.environ.get("SAMLCHECK_SCREENSHOTS")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    command = [sys.executable, "-m", "samlcheck", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+/\S+/", served.stdout.readline())
            assert found is not None
            yield found[0]
        finally:
            served.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


LOOKS = {
    "wide-light": (1280, "light"),
    "narrow-light": (400, "light"),
    "wide-dark": (1280, "dark"),
    "narrow-dark": (400, "dark"),
}
in_all_looks = pytest.mark.parametrize("page", LOOKS, indirect=True)


@pytest.fixture
def page(browser: Any, address: str, request: Any) -> Iterator[Any]:
    look = getattr(request, "param", "wide-light")
    width, scheme = LOOKS[look]
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, accept_downloads=True
    )
    opened = context.new_page()
    opened.heard = []
    opened.on("dialog", lambda dialog: (opened.heard.append(dialog.message), dialog.dismiss()))
    opened.on("request", lambda asked: opened.heard.append(asked.url)
              if not asked.url.startswith((address, "data:", "blob:")) else None)  # fmt: skip
    opened.goto(address)
    opened.label = look
    yield opened
    context.close()


def seen(page: Any, name: str) -> None:
    """Keep a screenshot, if a folder for them is named."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}-{page.label}.png", full_page=True)


def fill_sides(page: Any) -> None:
    page.set_input_files("#sp", WEBEX / "sp-metadata.xml")
    page.set_input_files("#idp", WEBEX / "idp-metadata.xml")
    page.select_option("#sp-profile", "sp/webex-meetings")


@in_all_looks
def test_paste_and_read_the_verdict(page: Any) -> None:
    seen(page, "form")
    fill_sides(page)
    page.fill("#text", (WEBEX / "05-login-audience-slash.txt").read_text())
    page.fill("#at", "2026-11-23 10:00")
    seen(page, "filled")
    page.click("button.primary")
    page.wait_for_selector("h1")

    assert "REJECTED" in page.inner_text("h1").upper()
    assert "https://contoso.webex.com/" in page.inner_text("main")
    seen(page, "report")
    page.click("text=Another login")
    assert "Why did the login fail?" in page.inner_text("h1")
    assert [] == page.heard


def test_drop_a_file(page: Any) -> None:
    dropped = page.evaluate_handle(
        """text => { const data = new DataTransfer();
        data.items.add(new File([text], "login.txt", {type: "text/plain"})); return data; }""",
        (WEBEX / "01-login-good.txt").read_text(),
    )
    page.dispatch_event("[data-drop] .hint", "drop", {"dataTransfer": dropped})
    assert "login.txt" == page.evaluate("document.querySelector('#capture').files[0].name")
    fill_sides(page)
    page.fill("#at", "2026-11-23T10:00:00Z")
    page.click("summary:text-is('More')")
    page.fill("#contexts", "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport")
    page.click("button.primary")
    page.wait_for_selector("h1")

    assert "ACCEPTED" in page.inner_text("h1").upper()


def test_keyboard_only(page: Any) -> None:
    names = []
    for _ in range(14):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        )
    assert names[:3] == ["To the form", "text", "capture"]
    wanted = ["sp", "sp-profile", "idp", "idp-profile", "Say why"]
    assert wanted == [name for name in names if name in wanted]

    page.focus("#text")
    page.keyboard.insert_text((WEBEX / "01-login-good.txt").read_text())
    while page.evaluate("document.activeElement.textContent.trim()") != "Say why":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1 >> text=/UNDETERMINED|REJECTED/i")


@in_all_looks
def test_a_refusal_is_told_where_the_reader_is(page: Any) -> None:
    page.click("button.primary")
    page.wait_for_selector("[role=alert]")

    assert "problem" == page.evaluate("document.activeElement.id")
    seen(page, "problem")


def test_a_copy_is_downloaded(page: Any) -> None:
    page.fill("#text", (WEBEX / "01-login-good.txt").read_text())
    with page.expect_download() as download:
        page.click("button:text-is('Make a copy for the vendor')")

    assert "safe-capture.json" == download.value.suggested_filename
    assert "britta" not in Path(download.value.path()).read_text().lower()


def test_hostile_text_runs_nothing(page: Any) -> None:
    for text in STRINGS[::3]:
        for _, data in captures(text):
            page.goto(page.url.rpartition("/")[0] + "/")
            page.check("#values", force=True) if page.is_visible("#values") else None
            page.set_input_files(
                "#capture", {"name": text[:60].replace("/", "_"), "mimeType": "a/b", "buffer": data}
            )
            page.click("button.primary")
            page.wait_for_selector("h1")

    assert [] == page.heard


def test_a_page_elsewhere_cannot_send_the_form(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.route("http://evil.example/", lambda route: route.fulfill(
        content_type="text/html",
        body=f'<form method="post" action="{address}report" enctype="multipart/form-data">'
             '<input name="text" value="x"></form>'))  # fmt: skip
    page.goto("http://evil.example/")
    with page.expect_navigation():
        page.evaluate("document.forms[0].submit()")

    assert "another site" in page.inner_text("h1")
    page.close()
