"""Stand-ins that look like the values that they stand for, and tell nothing else of them.

Letters become letters, digits digits; punctuation and length stay. Which letters is a matter of the
order in which values were met, never of the values: nobody can try guesses against a stand-in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

#: A GUID, and where its version and variant stand.
GUID: Final = re.compile(
    r"(\{?)[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-([0-9A-Fa-f])[0-9A-Fa-f]{3}-([0-9A-Fa-f])[0-9A-Fa-f]{3}"
    r"-[0-9A-Fa-f]{12}(\}?)"
)
EMAIL: Final = re.compile(
    r"([^\s@<>\"'(),;:/]{1,200})@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)"
)
HOST: Final = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
IPV4: Final = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}")
IPV6: Final = re.compile(r"(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]{3,45}")
DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?")
URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,20}://)([^/?#\s]*)([^\s]*)")
URN: Final = re.compile(r"([Uu][Rr][Nn]:[A-Za-z0-9-]{1,31}:)(\S+)")
#: The types in a distinguished name, and what every name of a resource in AWS has.
_FIXED: Final = re.compile(
    r"(?:^|(?<=,)|(?<=, ))(?:CN|OU|DC|O|L|C|ST|UID|uid|cn|ou|dc|o)="
    r"|\barn:aws[a-z-]{0,8}:iam::|:(?:role|saml-provider|user|group)/"
)

# The first letter of an alphabet fills a stand-in; the others number it.
LETTERS: Final = "xabcdefghijklmnopqrstuvwyz"
_DIGITS: Final = "0123456789"
_FROM_ONE: Final = "123456789"
#: Letters in place of those outside of ASCII, of as many octets in UTF-8: 2, 3 and 4.
_WIDE: Final = {
    2: "".join(map(chr, range(0x03B1, 0x03C2))),
    3: "".join(map(chr, range(0x4E00, 0x4E40))),
    4: "".join(map(chr, range(0x20000, 0x20040))),
}


def kind_of(character: str) -> str:
    """Return the alphabet that stands in for a character, "" for one that is kept."""
    if character.isascii():
        return LETTERS if character.isalpha() else _DIGITS if character.isdigit() else ""
    if not character.isalnum():
        return ""
    return _WIDE[len(character.encode("utf-8", "replace"))] if ord(character) >= 0x80 else ""


def kept_offsets(text: str) -> frozenset[int]:
    """Return the places of a text that belong to its shape: types in LDAP, parts of ARNs."""
    return frozenset(
        place for found in _FIXED.finditer(text) for place in range(found.start(), found.end())
    )


def folded(text: str) -> str:
    """Return what two values that differ in case only have in common."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text


def pattern_of(text: str) -> tuple[str, ...]:
    """Return the alphabet or the character at each place of a text."""
    kept = kept_offsets(text)
    pattern = [
        character if place in kept else kind_of(character) or character
        for place, character in enumerate(text)
    ]
    for place, alphabet in enumerate(pattern):
        if alphabet == _DIGITS and text[place] != "0" and not _follows(pattern, place):
            pattern[place] = _FROM_ONE  # a number stays one: no zero in front
    return tuple(pattern)


def _follows(pattern: list[str], place: int) -> bool:
    """Tell whether a letter or digit goes before a place."""
    return place > 0 and len(pattern[place - 1]) > 1


def candidates(pattern: tuple[str, ...], start: int) -> Iterator[tuple[int, str]]:
    """Yield stand-ins of a pattern from a number on, each with its number.

    When the places do not suffice for the number, letters are appended.
    """
    number = start
    while True:
        rest = number
        made: list[str] = []
        for alphabet in reversed(pattern):
            if len(alphabet) == 1:
                made.append(alphabet)
                continue
            made.append(alphabet[rest % len(alphabet)])
            rest //= len(alphabet)
        text = "".join(reversed(made))
        while rest:
            text += LETTERS[rest % len(LETTERS)]
            rest //= len(LETTERS)
        yield number, text
        number += 1


def in_case_of(model: str, text: str) -> str:
    """Return a stand-in with capital letters where the value had them."""
    pairs = zip(text, model, strict=False)
    cased = "".join(
        mark.upper() if like.isupper() and len(mark.upper()) == 1 else mark for mark, like in pairs
    )
    return cased + text[len(cased) :]


def guid(like: str, number: int) -> str:
    """Return a GUID with the version, the variant, the case and the braces of another."""
    found = GUID.fullmatch(like)
    opening, version, variant, closing = found.groups() if found else ("", "4", "8", "")
    made = f"00000000-0000-{version}000-{variant}000-{number:012x}"
    return opening + (made.upper() if like.upper() == like else made) + closing


def address(like: str, number: int) -> str:
    """Return an IP address kept free for documentation, or a private one for a private one."""
    if ":" in like:
        return f"2001:db8::{number + 1:x}"
    if like.startswith(("10.", "192.168.")):
        return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number + 1 & 255}"
    blocks = ("192.0.2", "198.51.100", "203.0.113")
    return f"{blocks[number // 254 % 3]}.{number % 254 + 1}"


def date(found: re.Match[str], number: int) -> str:
    """Return a date, or an instant at midnight, of the shape of another."""
    time = re.sub(r"\d", "0", found[4] or "")
    return f"{1970 + number // 336 % 60:04}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}" + (
        time + (found[5] or "")
    )


def host(like: str, number: int) -> str:
    """Return a host name under the domain `example`, of the same length if that suffices."""
    name = f"x{number or ''}"
    return name + "x" * (len(like) - len(name) - len(".example")) + ".example"
