"""Looks for a secret in a file, in ways of its own: it shares nothing with the check it tests."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from typing import Any
from urllib.parse import unquote


def everything_in(text: str) -> str:
    """All texts that can be got out of a file, in lower case, one after the other."""
    found: list[str] = []
    _search(text, found, 0)
    for value in _strings(json.loads(text)):
        _search(value, found, 0)
    return "\n".join(found).lower()


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = [*value, *value.values()]
    return [text for item in value for text in _strings(item)] if isinstance(value, list) else []


def _search(text: str, found: list[str], depth: int) -> None:
    if depth > 5 or text in found:
        return
    found.append(text)
    for other in (unquote(text), html.unescape(text)):
        if other != text:
            _search(other, found, depth + 1)
    for run in re.findall(r"[A-Za-z0-9+/_-]{12,}", text):
        plain = run.replace("-", "+").replace("_", "/")
        octets = base64.b64decode(plain[: len(plain) // 4 * 4])
        _search(octets.decode("utf-8", "ignore"), found, depth + 1)
        for window in (-15, 15, 31):
            try:
                inflated = zlib.decompressobj(window).decompress(octets)
            except zlib.error:
                continue
            _search(inflated.decode("utf-8", "ignore"), found, depth + 1)
