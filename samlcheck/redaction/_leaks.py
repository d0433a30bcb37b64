"""The last check: no secret is left in what is about to be written, in no encoding of it."""

from __future__ import annotations

import binascii
import html
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import quote, quote_plus, unquote_to_bytes

from samlcheck.redaction.errors import RedactionError

_RUN: Final = re.compile(rb"[A-Za-z0-9+/_-]{8,}")
_BREAKS: Final = re.compile(rb"(?<=[A-Za-z0-9+/_-])[ \t\r\n]+(?=[A-Za-z0-9+/_-]{4,})")
_REFERENCE: Final = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});")
#: How many encodings around each other are looked through, and how many octets in all.
_DEEPEST: Final = 6
_MOST: Final = 256 * 1024 * 1024
#: What forms of secrets are looked up by, how much at a time, and from how many on.
_GRAM: Final = 6
_CHUNK: Final = 1024 * 1024
_FEW: Final = 500
_LARGEST_INFLATED: Final = 16 * 1024 * 1024


def leaks(output: str, secrets: Iterable[str]) -> list[str]:
    """Return those of some secrets that can be found in a text, plain or in whatever encoding."""
    wanted = list(secrets)
    if not wanted:
        return []
    whole = b"\n".join(_views(output)).lower()
    forms = {secret: _forms(secret) for secret in wanted}
    begun = _begun(whole, {form[:_GRAM] for several in forms.values() for form in several})
    return [
        secret
        for secret, several in forms.items()
        if any(form[:_GRAM] in begun and form in whole for form in several)
    ]


def _begun(whole: bytes, beginnings: set[bytes]) -> set[bytes]:
    """Return those of many beginnings that stand somewhere: cheaper than to look for each."""
    if len(beginnings) < _FEW:
        return beginnings
    found: set[bytes] = set()
    for start in range(0, len(whole), _CHUNK):
        chunk = whole[start : start + _CHUNK + _GRAM]
        found |= beginnings & {chunk[place : place + _GRAM] for place in range(len(chunk))}
    return found


def _forms(secret: str) -> set[bytes]:
    """Return the octets that a secret can stand in, in lower case; Base64 is decoded instead."""
    octets = secret.encode("utf-8", "surrogatepass")
    forms = {
        octets,
        secret.encode("utf-16-le", "surrogatepass"),
        secret.encode("utf-16-be", "surrogatepass"),
        quote(secret, safe="", errors="replace").encode(),
        quote_plus(secret, errors="replace").encode(),
        html.escape(secret).encode("utf-8", "surrogatepass"),
        json.dumps(secret)[1:-1].encode(),
        octets.hex().encode(),
        "".join(f"%{octet:02x}" for octet in octets).encode(),
    }
    return {form.lower() for form in forms}


def _views(output: str) -> Iterator[bytes]:
    """Yield a text and all that can be decoded out of it.

    :raises RedactionError: when that is too much.
    """
    pending = [(output.encode("utf-8", "surrogatepass"), 0)]
    pending += [(text.encode("utf-8", "surrogatepass"), 0) for text in _strings(output)]
    seen: set[bytes] = set()
    budget = _MOST
    while pending and budget > 0:
        view, depth = pending.pop()
        if view in seen:
            continue
        seen.add(view)
        budget -= len(view)
        yield view
        if depth < _DEEPEST:
            pending.extend((inner, depth + 1) for inner in _decoded(view))
    if pending:
        raise RedactionError("it is too large to be searched for what must not be left")


def _strings(output: str) -> Iterator[str]:
    """Yield the texts in a text of JSON, the lines of a list also as one."""
    try:
        pending: list[Any] = [json.loads(output)]
    except (ValueError, RecursionError):
        return
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            pending.extend(value)
            if value and all(isinstance(item, str) for item in value):
                yield "\n".join(value)
        elif isinstance(value, dict):
            pending.extend((*value, *value.values()))


def _decoded(view: bytes) -> Iterator[bytes]:
    """Yield what a text holds when one encoding is taken off."""
    if b"%" in view:
        yield unquote_to_bytes(view)
        yield unquote_to_bytes(view.replace(b"+", b" "))
    if b"&" in view and _REFERENCE.search(view):
        yield html.unescape(view.decode("utf-8", "replace")).encode("utf-8", "surrogatepass")
    if b"\0" in view[:200]:
        yield view.replace(b"\0", b"")
    for text in {view, _BREAKS.sub(b"", view)}:
        for run in _RUN.finditer(text):
            yield from _from_base64(run[0])


def _from_base64(run: bytes) -> Iterator[bytes]:
    """Yield what a run of Base64 holds, from wherever in a group it begins, also inflated."""
    standard = run.translate(bytes.maketrans(b"-_", b"+/"))
    for start in range(4):
        piece = standard[start:]
        piece = piece[: len(piece) - 1] if len(piece) % 4 == 1 else piece
        try:
            octets = binascii.a2b_base64(piece + b"=" * (-len(piece) % 4))
        except binascii.Error:
            continue
        yield octets
        if start == 0 and len(octets) >= 8:
            yield from _inflated(octets)


def _inflated(octets: bytes) -> Iterator[bytes]:
    for window in (-15, 15, 31):
        try:
            inflated = zlib.decompressobj(window).decompress(octets, _LARGEST_INFLATED)
        except zlib.error:
            continue
        if inflated:
            yield inflated
