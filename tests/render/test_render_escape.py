"""Nothing that a document holds reaches a terminal as anything but visible characters."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from samlcheck.render.escape import escape


def test_every_control_and_format_character_is_written_out() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character)[0] == "C" or unicodedata.category(character) in (
            "Zl",
            "Zp",
        ):
            assert escape(character).isascii(), hex(code)
            assert escape(character).isprintable(), hex(code)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u2028b", "a\\u2028b"),
        ("a\u110bd", "a\u110bd"),
        ("\U000110bd", "\\U000110bd"),
        ("\u0600", "\\u0600"),
        ("\U0001d173", "\\U0001d173"),
        ("\u3164", "\\u3164"),
        ("\u00ad", "\\xad"),
        ("\x1b[31m", "\\x1b[31m"),
        ("Universität Zürich, 東京大学", "Universität Zürich, 東京大学"),
    ],
)
def test_what_is_written_out(text: str, shown: str) -> None:
    assert shown == escape(text)
