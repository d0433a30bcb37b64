"""What a page shows to the user: its title and the beginning of its text."""

import re
from collections.abc import Iterator

from samlcheck.intake._kinds import as_text
from samlcheck.intake._layers import decode_entities

# What is looked at of a page, and what is kept of it.
_HEAD = 65536
_LONGEST_TITLE = 200
_LONGEST_TEXT = 600

# So much of a page is searched for codes; with more codes than this it explains them all.
_SEARCHED = 262_144
_MAX_CODES = 4

_MARKS = (b"AADSTS", b"AADB2C", b"MSIS")
_CODES = rb"(?<![A-Za-z0-9])(?:AADSTS|AADB2C|MSIS)[0-9]{4,8}(?![0-9])"
_TITLE = rb"(?is)<title[^>]{0,200}>([^<]{0,1000})"
_MARKUP = rb"(?i)<(?:!--|(script|style|title|noscript|template|svg)\b|[/a-z!?])"


def title_of(page: bytes) -> str | None:
    """Return the title of an HTML page on one line, None where it has none."""
    found = re.search(_TITLE, page[:_HEAD])
    return _line(found[1], _LONGEST_TITLE) if found else None


def text_of(page: bytes) -> str | None:
    """Return the beginning of the text that a page shows, on one line; of other text itself."""
    head = page[:_HEAD]
    if re.match(rb"\s*<", head) is None:
        return _line(head, _LONGEST_TEXT)
    return _line(b" ".join(_pieces(head)), _LONGEST_TEXT)


def _pieces(page: bytes) -> Iterator[bytes]:
    """Yield what stands outside of tags, comments and elements that show nothing."""
    markup = re.compile(_MARKUP)
    start = 0
    found = markup.search(page)
    while found is not None:
        yield page[start : found.start()]
        hidden = found[1]
        if found[0] == b"<!--":
            start = _behind(page, b"-->", found.end())
        elif hidden is not None:
            end = re.compile(rb"(?i)</" + hidden).search(page, found.end())
            start = len(page) if end is None else _behind(page, b">", end.end())
        else:
            start = _behind(page, b">", found.end())
        found = markup.search(page, start)
    yield page[start:]


def _behind(page: bytes, mark: bytes, start: int) -> int:
    found = page.find(mark, start)
    return len(page) if found < 0 else found + len(mark)


def _line(octets: bytes, longest: int) -> str | None:
    """Return octets as one line of text, cut off; None when nothing is in it."""
    text = " ".join(as_text(decode_entities(octets)).split())
    return None if not text else text if len(text) <= longest else f"{text[:longest]}..."


def shown_text(octets: bytes) -> str:
    """Return what a page or a text says, as far as an error text can be expected in it."""
    words = (*codes_in(octets), title_of(octets), text_of(octets))
    return " ".join(word for word in words if word)


def codes_in(page: bytes) -> tuple[str, ...]:
    """Return the error codes of vendors in a page, also in its scripts."""
    if not any(mark in page for mark in _MARKS):
        return ()
    found = dict.fromkeys(code.decode() for code in re.findall(_CODES, page[:_SEARCHED]))
    return tuple(found) if len(found) <= _MAX_CODES else ()
