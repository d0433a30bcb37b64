"""Reads the template files, edits their text and fills their placeholders.

Two placeholders exist: `{cert:NAME}` is the Base64 of a test certificate, and `{entity:NAME}` on
a line of its own is the root element of another metadata template, indented to that place and
without the validUntil and cacheDuration that only a root needs.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path

from tests.support.keys import certificate_base64

FOLDER = Path(__file__).resolve().parent.parent / "bases"

Edits = Sequence[tuple[str, str]]


@functools.cache
def template(name: str) -> str:
    """The text of tests/bases/NAME.xml with entities in place and certificates still named."""
    text = (FOLDER / f"{name}.xml").read_text(encoding="utf-8")
    return re.sub(
        r"^( *)\{entity:([a-z-]+)\}$",
        lambda match: _member(match[2], match[1]),
        text,
        flags=re.MULTILINE,
    )


def fill(text: str) -> str:
    """The text with each `{cert:NAME}` replaced by that certificate."""
    return re.sub(r"\{cert:([a-z0-9-]+)\}", lambda match: certificate_base64(match[1]), text)


def edit(text: str, edits: Edits) -> str:
    """The text after each (old, new) in turn, at every occurrence.

    An `old` that does not occur is an AssertionError: an edit that changes nothing would leave a
    test about nothing.
    """
    for old, new in edits:
        assert old in text, f"the document does not hold {old!r}"
        text = text.replace(old, new)
    return text


def _member(name: str, indent: str) -> str:
    text = template(name)
    text = re.sub(r"\A<\?xml[^>]*\?>\s*", "", text).rstrip()
    text = re.sub(r"\n *validUntil=\"[^\"]*\" cacheDuration=\"[^\"]*\"", "", text)
    return "\n".join(f"{indent}{line}" for line in text.splitlines())
