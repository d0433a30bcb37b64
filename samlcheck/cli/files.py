"""Files, folders and standard input: the only place that opens what the user names."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from samlcheck.engine.api import Input

STDIN = "-"
_MESSAGE_ELEMENTS = (b"Assertion ", b"Assertion>", b"NameID>", b"AttributeStatement>", b"Response ")
_METADATA_NAMESPACE = "urn:oasis:names:tc:SAML:2.0:metadata"


class UnreadableError(Exception):
    """A file or folder that cannot be read; the text says which and why."""


def read(path: str) -> Input:
    """Return the octets of a file, or of standard input for "-".

    :raises UnreadableError: when the file cannot be opened or read.
    """
    if path == STDIN:
        return Input(data=sys.stdin.buffer.read(), name=STDIN)
    try:
        with open(path, "rb") as file:
            return Input(data=file.read(), name=path)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}") from None


def expand(path: str) -> Iterator[tuple[str, bool]]:
    """Yield the files that a path names, and whether they were found in a folder.

    A folder stands for the .xml files below it, in sorted order.
    """
    if path == STDIN or not os.path.isdir(path):
        yield path, False
        return
    for folder, names, files in os.walk(path):
        names.sort()
        for name in sorted(files):
            if name.lower().endswith(".xml"):
                yield os.path.join(folder, name), True


def may_be_metadata(data: bytes) -> bool:
    """Tell whether octets mention the metadata namespace, in UTF-8 or UTF-16."""
    return any(
        _METADATA_NAMESPACE.encode(encoding) in data
        for encoding in ("ascii", "utf-16-le", "utf-16-be")
    )


def may_be_message(data: bytes, origin: tuple[str, ...]) -> bool:
    """Tell whether octets that cannot be parsed look like a captured message.

    They do when unpacking found a carrier such as a form field, or when they hold an element of a
    login.
    """
    return len(origin) > 1 or any(name in data for name in _MESSAGE_ELEMENTS)
