"""Decode Base64 as leniently as the most lenient receiver, and say all that was wrong with it."""

import binascii
from collections.abc import Callable

from samlcheck.intake._kinds import name_of_character
from samlcheck.intake._layers import Layer
from samlcheck.intake._octets import WHITE_SPACE, looks_like_xml
from samlcheck.xml import Defect

BASE64 = "Base64"
BASE64URL = "base64url"

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_ALPHABET = _LETTERS + b"+/"
_SYMBOLS = _ALPHABET + b"-_="
_ACCEPTED = _SYMBOLS + WHITE_SPACE

# A text of which more than one octet in so many is foreign is not a damaged Base64 value.
_MIN_SYMBOLS_PER_FOREIGN = 20
_MIN_LENGTH = 8
# Padding inside a value is followed this many times; it bounds the work on hostile input.
_MAX_PIECES = 1000
# Base64 is wrapped at 64 or 76 characters; a text of much shorter lines is something else.
_MIN_LINE = 8
# The highest score of decoded octets: they are a whole message.
FULLY_PLAUSIBLE = 4


def is_base64(value: bytes) -> bool:
    """Tell whether a value is whole Base64: white space aside, nothing foreign or missing."""
    symbols = value.translate(None, WHITE_SPACE)
    body = symbols.rstrip(b"=")
    complete = len(symbols) % 4 == 0 and len(symbols) - len(body) <= 2
    return len(symbols) >= _MIN_LENGTH and complete and not body.translate(None, _ALPHABET)


def resembles_base64(value: bytes) -> bool:
    """Tell whether a value that nobody calls Base64 is worth decoding as such."""
    foreign = len(value.translate(None, _ACCEPTED))
    return len(value) >= _MIN_LENGTH and foreign * _MIN_SYMBOLS_PER_FOREIGN <= len(value)


def decode_base64(
    value: bytes, *, subject: str, plausibility: Callable[[bytes], int]
) -> Layer | None:
    """Decode a value, or return None when there is nothing in it.

    ``plausibility`` scores decoded octets: it settles whether spaces are line wrapping or were
    ``+`` once.
    """
    defects: list[Defect] = []
    foreign = value.translate(None, _ACCEPTED)
    accepted = value
    if foreign:
        accepted = value.translate(None, foreign)
        defects.append(_foreign(subject, value, value.index(foreign[:1])))
    url_safe = b"-" in accepted or b"_" in accepted
    if url_safe:
        accepted = accepted.replace(b"-", b"+").replace(b"_", b"/")
        defects.append(_url_safe(subject))
    symbols = accepted.translate(None, WHITE_SPACE)
    restored = _with_plus(accepted, symbols, plausibility)
    if restored is not None:
        defects.append(_plus(subject, restored.count(b"+") - symbols.count(b"+")))
        symbols = restored
    if not symbols.strip(b"=") and not foreign:
        return None
    data = _octets(symbols)
    if not foreign:
        # A foreign character that took the place of another has already upset the length.
        defects += _about_length(symbols, data, value, subject, unpadded=url_safe)
    return Layer(step=BASE64URL if url_safe else BASE64, data=data, defects=tuple(defects))


def _with_plus(
    accepted: bytes, symbols: bytes, plausibility: Callable[[bytes], int]
) -> bytes | None:
    """Return the symbols with ``+`` where spaces stand, if that decodes to something better.

    The Base64 of a text that ends with ``>`` often ends with ``+``, so the space that is at the
    end, or that somebody trimmed there, counts too.
    """
    if b" " not in accepted:
        return None
    lines = accepted.strip(b"\t\r\n").splitlines()
    if len(lines) * _MIN_LINE > len(accepted) + _MIN_LINE:
        return None
    if not any(b" " in line.strip(b" \t") for line in lines) and not accepted.endswith(b" "):
        return None
    best, best_score = None, plausibility(_octets(symbols))
    if best_score == FULLY_PLAUSIBLE:
        return None
    for blanks in (b"\t", b" \t"):
        candidate = b"".join(line.strip(blanks) for line in lines)
        candidate = candidate.replace(b" ", b"+").translate(None, b"\t")
        for completed in (candidate, candidate.rstrip(b"+") + b"+"):
            score = plausibility(_octets(completed))
            if score > best_score:
                best, best_score = completed, score
    return best


def _octets(symbols: bytes) -> bytes:
    """Decode symbols of the standard alphabet, with or without padding.

    Each padded part was encoded by itself: so an encoder that works in pieces does it.
    """
    *parts, rest = symbols.split(b"=", _MAX_PIECES)
    parts.append(rest.translate(None, b"="))
    return b"".join(_decode_group(part) for part in parts if part)


def _about_length(
    symbols: bytes, data: bytes, value: bytes, subject: str, *, unpadded: bool
) -> list[Defect]:
    """Report wrong padding or a missing end; ``unpadded`` accepts that padding is absent."""
    body = symbols.rstrip(b"=")
    padding = len(symbols) - len(body)
    if b"=" in body:
        return [_padding_inside(subject, value.index(b"="))]
    if len(body) % 4 == 1:
        return [_cut(subject, len(body))]
    expected = -len(body) % 4
    if padding == expected or (unpadded and padding == 0):
        return []
    ends = data.rstrip(WHITE_SPACE + b"\x00").endswith(b">")
    if padding == 0 and looks_like_xml(data) and not ends:
        return [_cut(subject, len(body))]
    return [_wrong_padding(subject, expected, padding)]


def _decode_group(body: bytes) -> bytes:
    """Decode symbols without padding; a single one left over carries no octet."""
    whole = body[:-1] if len(body) % 4 == 1 else body
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _foreign(subject: str, value: bytes, offset: int) -> Defect:
    character = name_of_character(value, offset)
    return Defect(
        rule="transport-not-base64",
        message=f"{subject} is not Base64: the first foreign character is {character} "
        f"at offset {offset}",
        expected="only A-Z, a-z, 0-9, '+', '/' and '=' at the end",
        actual=f"{character} at offset {offset}",
    )


def _url_safe(subject: str) -> Defect:
    return Defect(
        rule="transport-base64url-alphabet",
        message=f"{subject} is written in the URL-safe alphabet, with '-' and '_': SAML uses "
        "the alphabet with '+' and '/', and many receivers refuse or misread the other",
        expected="'+' and '/'",
        actual="'-' and '_'",
    )


def _plus(subject: str, count: int) -> Defect:
    return Defect(
        rule="transport-plus-became-space",
        message=f"{subject} has spaces where '+' belongs ({count} of them): it was "
        "form-decoded once too often, or sent with '+' not written as %2B",
        expected="'+'",
        actual="' '",
    )


def _padding_inside(subject: str, offset: int) -> Defect:
    return Defect(
        rule="transport-not-base64",
        message=f"{subject} is not Base64: the first foreign character is '=' (U+003D) at "
        f"offset {offset}: padding may stand only at the end",
        expected="'=' only at the end",
        actual=f"'=' at offset {offset}",
    )


def _cut(subject: str, length: int) -> Defect:
    return Defect(
        rule="transport-truncated",
        message=f"{subject} is cut off: its {length} Base64 characters end in the middle of a "
        "group of 4",
        expected="a number of characters that is a multiple of 4",
        actual=f"{length} characters, {length % 4} more than a multiple of 4",
    )


def _wrong_padding(subject: str, expected: int, actual: int) -> Defect:
    return Defect(
        rule="transport-not-base64",
        message=f"{subject} is not whole Base64: it ends with {actual} padding characters "
        f"'=' where {expected} belong",
        expected=f"{'=' * expected!r} at the end",
        actual=f"{'=' * actual!r} at the end",
    )
