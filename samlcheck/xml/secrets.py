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
#: The first letter stands first in the pattern, so that the search jumps from one to the next.
_BARE: Final = (
    r"M(?<![A-Za-z0-9+/]M)(?:II[A-Za-z0-9+/]{3}IBA|I[GH][A-Za-z0-9+/]AgE[AB]"
    r"|[A-H][A-Za-z0-9+/]CAQ(?:Aw|EE))[A-Za-z0-9+/=\s\\]{16,}+"
)
#: What no private key of a kind is without, and its pattern; looking for them costs little.
_KINDS: Final = (
    (("PRIVATE KEY",), _ARMOURED),
    (("IBA", "AgEA", "AgEB", "CAQAw", "CAQEE"), _BARE),
)
#: Shorter pieces of a key tell too little of it to be looked for.
_PIECE: Final = r"[A-Za-z0-9+/]{12,}"


def secret_spans(text: str) -> list[tuple[int, int]]:
    """Return the ranges of a text that are private keys, in order and apart."""
    found = [
        match.span()
        for marks, pattern in _KINDS
        if any(mark in text for mark in marks)
        for match in re.finditer(pattern, text)
    ]
    return _apart(sorted(found)) if len(found) > 1 else found


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ranges in order, those that touch or overlap as one."""
    joined = spans[:1]
    for start, end in spans[1:]:
        first, last = joined[-1]
        if start <= last:
            joined[-1] = first, max(last, end)
        else:
            joined.append((start, end))
    return joined


def without_secrets(text: str) -> str:
    """Return a text with words in place of each private key."""
    spans = secret_spans(text)
    if not spans:
        return text
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    return NOT_SHOWN.join(text[end:start] for end, start in zip(ends, starts, strict=True))


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
