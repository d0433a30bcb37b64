"""Private keys in the text of documents: what is one is never shown, whatever is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

#: What stands in a text in place of a private key.
NOT_SHOWN: Final = "(private key, not shown)"

#: Armour and all that may belong to the key behind it: Base64, headers, line ends as written.
_ARMOURED: Final = (
    r"-{2,5} ?BEGIN [A-Z0-9 ]{0,40}?PRIVATE KEY[A-Z ]{0,10}-{2,5}[A-Za-z0-9+/=\s:,.\\&#;-]*+"
)
#: Base64 of DER that begins as private keys do: a sequence, and in it the version 0 or 1.
#: PKCS #8 and PKCS #1 (RFC 5958, RFC 8017) have 0, SEC 1 (RFC 5915) has 1.
_BARE: Final = (
    r"(?<![A-Za-z0-9+/])M(?:II[A-Za-z0-9+/]{3}IBA|I[GH][A-Za-z0-9+/]AgE[AB]"
    r"|[A-H][A-Za-z0-9+/]CAQ(?:Aw|EE))[A-Za-z0-9+/=\s\\]{16,}+"
)
_PRIVATE_KEY: Final = f"{_ARMOURED}|{_BARE}"
#: No private key is without one of these; looking for them costs next to nothing.
_MARKS: Final = ("PRIVATE KEY", "IBA", "AgEA", "AgEB", "CAQAw", "CAQEE")
#: Shorter pieces of a key tell too little of it to be looked for.
_PIECE: Final = r"[A-Za-z0-9+/]{12,}"


def secret_spans(text: str) -> list[tuple[int, int]]:
    """Return the ranges of a text that are private keys, in order and apart."""
    if not any(mark in text for mark in _MARKS):
        return []
    return [match.span() for match in re.finditer(_PRIVATE_KEY, text)]


def without_secrets(text: str) -> str:
    """Return a text with words in place of each private key."""
    if not any(mark in text for mark in _MARKS):
        return text
    return re.sub(_PRIVATE_KEY, NOT_SHOWN, text)


def key_texts(texts: Iterable[str]) -> str:
    """Return the Base64 of all private keys in some texts, white space left out."""
    return " ".join(
        "".join(text[start:end].split()) for text in texts for start, end in secret_spans(text)
    )


def without_pieces(text: str, keys: str) -> str:
    """Return a text without pieces of private keys, whose Base64 `key_texts` gave."""

    def shown(match: re.Match[str]) -> str:
        # A letter at either end may belong to an escape or a word beside the piece.
        piece = match[0]
        known = piece in keys or piece[1:] in keys or piece[:-1] in keys
        return NOT_SHOWN if known else piece

    return re.sub(_PIECE, shown, text)
