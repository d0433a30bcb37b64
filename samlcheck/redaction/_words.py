"""Text that people wrote for people: common words and codes are kept, all else is replaced."""

from __future__ import annotations

import re
from typing import Final

from samlcheck.redaction import _shapes as shapes
from samlcheck.redaction._standins import StandIns
from samlcheck.redaction._urls import browsed
from samlcheck.redaction._vocabulary import known_words

_CODE: Final = re.compile(
    r"(?:AADSTS|AADB2C|CBS|ERR|ERROR|HTTP|MSIS|SAML|SSO|WBX)[-_]?\d{1,8}|\d{1,3}|\d\.\d"
)
_PIECE: Final = re.compile(
    rf"({shapes.EMAIL.pattern})|([A-Za-z][A-Za-z0-9+.-]{{1,20}}://[^\s\"'<>]+)"
    rf"|({shapes.GUID.pattern})|(\d{{4}}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?)|([^\W_]+)"
)


def told(text: str, standins: StandIns) -> str:
    """Return a message for people with stand-ins for whatever is no common word and no code."""

    def piece(found: re.Match[str]) -> str:
        text = found[0]
        if "://" in text:
            return browsed(text, standins)
        if re.match(r"\d{4}-\d\d-\d\d[T ]", text):
            return text
        if text.lower() in known_words() or _CODE.fullmatch(text):
            return text
        return standins.value(text) if "@" in text else standins.stand_in(text)

    return _PIECE.sub(piece, standins.swept(text))
