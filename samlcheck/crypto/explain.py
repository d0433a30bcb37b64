"""Small changes that a capture suffers, undone on trial: explains a digest, never accepts it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from lxml.etree import _Element as Element

from samlcheck.crypto.canonical import transformed_octets, without_blank_text
from samlcheck.model import Transform

REINDENTED = "reindented"
LINE_ENDS = "line-ends"
CHARACTER_SET = "character-set"

_CARRIAGE_RETURN = b"&#xD;"


def recoverable_change(
    copy: Element, transforms: tuple[Transform, ...], hash_name: str, digest: bytes
) -> str | None:
    """Name the change after whose undoing the content has the digest that was signed.

    :param copy: the detached content, without its enveloped signature.
    """
    octets = transformed_octets(copy, transforms)
    for name, restored in _restored(octets):
        if _digest(hash_name, restored) == digest:
            return name
    stripped = transformed_octets(without_blank_text(copy), transforms)
    return REINDENTED if _digest(hash_name, stripped) == digest else None


def _restored(octets: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the content with its line ends, or its characters, put back as they may have been."""
    if _CARRIAGE_RETURN in octets:
        yield LINE_ENDS, octets.replace(_CARRIAGE_RETURN, b"")
    elif b"\n" in octets:
        yield LINE_ENDS, octets.replace(b"\n", _CARRIAGE_RETURN + b"\n")
    if octets.isascii():
        return
    text = octets.decode()
    for wrong in ("latin-1", "cp1252"):
        try:
            yield CHARACTER_SET, text.encode(wrong)
        except UnicodeEncodeError:
            continue


def _digest(name: str, octets: bytes) -> bytes:
    return hashlib.new(name, octets, usedforsecurity=False).digest()
