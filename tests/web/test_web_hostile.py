"""Whatever a message, a capture or the form holds is shown as text: none of it becomes markup."""

from __future__ import annotations

import pytest
from lxml import html

pytest.importorskip("starlette", reason="the extra `web` is not installed")
pytest.importorskip("httpx", reason="Starlette's test client needs httpx")

from tests.support.bases import build
from tests.web.asking import send
from tests.web.hostile import STRINGS, captures, messages

#: The only elements of a report that could load or run something, or send a form.
FORBIDDEN = (
    "script", "iframe", "object", "embed", "img", "link", "base", "form", "input", "video", "audio",
    "source", "frame", "math", "foreignobject", "image", "animate", "set", "portal",
)  # fmt: skip
SAFE_LINKS = ("https://", "#", "./")


def shown_safely(text: str, *, own_form: bool = False) -> None:
    """Assert that a page holds no element, attribute or address that does anything."""
    tree = html.document_fromstring(text)
    for element in tree.iter("*"):
        if own_form and element.tag in ("script", "form", "input"):
            continue
        assert element.tag not in FORBIDDEN, element.tag
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on"), name
            assert name != "srcdoc"
            if name in ("href", "src", "action", "formaction", "data", "xlink:href"):
                assert value.startswith(SAFE_LINKS), value
            if name == "style":
                assert "url" not in value
        if element.tag == "meta":
            assert element.get("http-equiv") in (None, "Content-Security-Policy")
    assert 1 == len(tree.findall(".//title"))
    assert len(tree.findall(".//style")) == 1


@pytest.mark.parametrize("text", STRINGS)
def test_no_field_of_a_message_becomes_markup(text: str) -> None:
    sides = [("sp", ("sp.xml", build("sp"))), ("idp", ("i.xml", build("idp")))]
    for name, data in messages(text):
        answer = send([("capture", (f"{name[:12]}.xml", data)), *sides], values="1")
        assert 200 == answer.status_code
        shown_safely(answer.text)


@pytest.mark.parametrize("text", STRINGS)
def test_no_part_of_a_capture_becomes_markup(text: str) -> None:
    for name, data in captures(text):
        answer = send([("capture", (text, data))], values="1")
        assert 200 == answer.status_code, name
        shown_safely(answer.text)


@pytest.mark.parametrize("text", STRINGS)
def test_no_field_of_the_form_becomes_markup(text: str) -> None:
    fields = {
        "text": text,
        "at": text,
        "seen": text,
        "contexts": text,
        "sp-profile": text,
        "idp-profile": text,
    }
    answer = send(None, **fields)

    assert 422 == answer.status_code
    shown_safely(answer.text, own_form=True)
    assert text.replace("&", "&amp;").replace("<", "&lt;").splitlines()[0][
        :10
    ] in answer.text.replace("&#39;", "'").replace("&#34;", '"').replace("&gt;", ">")


@pytest.mark.parametrize("text", STRINGS)
def test_metadata_do_not_become_markup(text: str) -> None:
    from xml.sax.saxutils import quoteattr

    data = build("sp").replace(b'entityID="', b"x=" + quoteattr(text).encode() + b' entityID="', 1)
    shown_safely(send([("sp", (text, data)), ("idp", (text, build("idp")))]).text)
