"""Take a body of multipart/form-data apart (RFC 7578); what is not well formed is refused."""

from __future__ import annotations

import re
from typing import Final

from samlcheck.records import frozen

_MOST_PARTS: Final = 40
_LONGEST_HEADER: Final = 4096
_BOUNDARY: Final = re.compile(
    r"(?i)multipart/form-data\s*;.*?boundary=\"?([A-Za-z0-9'()+_,./:=?-]{1,70})"
)
_PARAMETER: Final = re.compile(r";\s*(name|filename)=\"((?:[^\"\\\r\n]|\\.)*)\"")


class MalformedError(ValueError):
    """A body that is no form as browsers send it; the text says what is wrong."""


@frozen(kw_only=True)
class Part:
    """One field of a form. `filename` is None for a text, "" where no file was chosen."""

    name: str
    filename: str | None
    data: bytes


def boundary_of(content_type: str) -> bytes:
    """Return the boundary that a Content-Type names.

    :raises MalformedError: for any other type.
    """
    found = _BOUNDARY.match(content_type)
    if found is None:
        raise MalformedError("the form was not sent as multipart/form-data")
    return found[1].encode("ascii")


def parts_of(body: bytes, boundary: bytes) -> list[Part]:
    """Return the fields of a body.

    :raises MalformedError: when it does not begin and end as it must, or has too many fields.
    """
    delimiter = b"\r\n--" + boundary
    if body.count(delimiter) > _MOST_PARTS:
        raise MalformedError(f"the form has more than {_MOST_PARTS} fields")
    first, *pieces = (b"\r\n" + body).split(delimiter)
    if first or not pieces or pieces[-1].strip(b"\r\n") != b"--":
        raise MalformedError("the form is not whole: its end is missing, or its beginning is")
    return [_part(piece) for piece in pieces[:-1]]


def _part(piece: bytes) -> Part:
    head, gap, data = piece.partition(b"\r\n\r\n")
    if not gap or len(head) > _LONGEST_HEADER or not head.startswith(b"\r\n"):
        raise MalformedError("a field of the form has no proper header")
    for line in head[2:].split(b"\r\n"):
        name, _, value = line.decode("utf-8", "replace").partition(":")
        if name.strip().lower() == "content-disposition":
            found = dict(_PARAMETER.findall(value))
            if "name" in found:
                filename = found.get("filename")
                return Part(
                    name=_unescaped(found["name"]),
                    filename=None if filename is None else _unescaped(filename),
                    data=data,
                )
    raise MalformedError("a field of the form has no name")


def _unescaped(text: str) -> str:
    """Return a parameter as browsers write it: with %22, %0D and %0A for what it cannot hold."""
    for escape, character in (("%22", '"'), ("%0D", " "), ("%0A", " ")):
        text = text.replace(escape, character)
    return text
