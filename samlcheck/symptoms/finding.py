"""Which symptoms a code, an error text or an error page is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from samlcheck.records import frozen
from samlcheck.symptoms.catalogue import Row, Vendor, all_vendors

#: An error text has what it has to say at its beginning.
_LONGEST: Final = 20_000
#: Up to this length a text is taken as a question about one code.
_QUESTION: Final = 60
#: Typographic quotation marks, which error pages use and error texts in a catalogue do not.
_QUOTES: Final = {0x2018: "'", 0x2019: "'", 0x60: "'", 0xB4: "'", 0x201C: '"', 0x201D: '"'}
#: What stands before a number that is an error code.
_BEFORE: Final = r"(?:error|code|errorcode|error_code|status|reason|sso)[\s:=#\-(\[\"'&;a-z]{0,24}"
#: Vendors whose rows are words of everyday language: only a whole question is one of them.
_EVERYDAY: Final = ("pattern",)


@frozen(kw_only=True)
class Found:
    """A symptom that was recognised, by `label`; the higher the `score`, the surer."""

    vendor: Vendor
    row: Row
    label: str
    score: int


def find(text: str, *, hosts: Iterable[str] = ()) -> tuple[Found, ...]:
    """Return the symptoms that a text tells of, the surest first.

    :param text: a code such as `AADSTS75011`, `webex:13` or "webex 13", or any error text.
    :param hosts: the hosts that showed the text, which tell whose numbers stand in it.
    """
    plain = _plain(text)
    if not plain:
        return ()
    where = tuple(host.lower() for host in hosts)
    found = [
        item
        for vendor in all_vendors()
        for item in _of_vendor(vendor, text[:_LONGEST], plain, where)
    ]
    found.sort(key=lambda item: -item.score)
    return tuple(found)


def vendor_of(text: str) -> Vendor | None:
    """Return the vendor that a text names and nothing else."""
    plain = _plain(text)
    return next((vendor for vendor in all_vendors() if plain in vendor.names), None)


def _plain(text: str) -> str:
    return " ".join(text[:_LONGEST].translate(_QUOTES).lower().split())


def _of_vendor(vendor: Vendor, text: str, plain: str, hosts: tuple[str, ...]) -> Iterator[Found]:
    rest = _without_name(vendor, plain)
    at_home = any(
        host == known or host.endswith(f".{known}") for host in hosts for known in vendor.hosts
    )
    named = rest != plain or at_home
    for row in vendor.rows:
        best: tuple[int, str] = (0, "")
        for code in row.codes:
            score = _code_score(vendor, code, text, plain, rest, named=named)
            best = max(best, (score, _label(vendor, code)), key=lambda item: item[0])
        for fragment in row.texts:
            if _holds(plain, fragment):
                score = 40 + min(len(fragment), 40) + (10 if named else 0)
                best = max(best, (score, _quoted(vendor, fragment)), key=lambda item: item[0])
        if best[0]:
            yield Found(vendor=vendor, row=row, label=best[1], score=best[0])


def _without_name(vendor: Vendor, plain: str) -> str:
    """Return a text without the name of the vendor at its beginning; the same where it has none."""
    for name in sorted(vendor.names, key=len, reverse=True):
        if plain.startswith(name) and not plain[len(name) : len(name) + 1].isalnum():
            return plain[len(name) :].lstrip(" :/,-")
    return f"{plain} " if any(_stands_in(plain, name) for name in vendor.names) else plain


def _stands_in(text: str, word: str) -> bool:
    """Tell whether a text has a word, with no letter or digit on either side of it."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not (_is_word(text[start - 1 : start]) or _is_word(text[end : end + 1])):
            return True
        start = text.find(word, start + 1)
    return False


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _code_score(vendor: Vendor, code: str, text: str, plain: str, rest: str, *, named: bool) -> int:
    """Return how surely a text has a code: 0 where it has not."""
    lower = code.lower()
    if lower in (plain, rest):
        return 200
    if vendor.id in _EVERYDAY:
        return 0
    if lower.isdigit():
        return _number_score(lower, plain, rest) if named else 0
    number = lower.removeprefix((vendor.prefix or "").lower())
    if vendor.prefix and number.isdigit() and len(number) > 3:
        if rest.strip() == number or plain == number:
            return 190
        written = (f"{vendor.prefix.lower()}{mark}{number}" for mark in ("", " ", ":", ": ", "-"))
        if any(_stands_in(plain, item) for item in written):
            return 150
        return 150 if named and _number_score(number, plain, rest) else 0
    if vendor.id == "saml":
        return 60 if _stands_in(text, code) else 0
    if not _stands_in(plain, lower):
        return 0
    return 140 if named or "_" in lower or any(char.isdigit() for char in lower) else 0


def _number_score(number: str, plain: str, rest: str) -> int:
    """Return how surely a text of a vendor has one of its numbers as an error code."""
    if number not in plain:
        return 0
    if len(plain) <= _QUESTION and re.search(rf"(?<!\d){number}(?!\d)", rest):
        return 130
    return 120 if re.search(rf"{_BEFORE}(?<!\d){number}(?!\d)", plain) else 0


def _holds(plain: str, fragment: str) -> bool:
    """Tell whether a text has a fragment, in which `*` stands for anything."""
    start = 0
    for piece in fragment.split("*"):
        found = plain.find(piece.strip(), start)
        if found < 0:
            return False
        start = found + len(piece.strip())
    return True


def _label(vendor: Vendor, code: str) -> str:
    if code.isdigit():
        return f"{vendor.name} error {code}"
    if vendor.id == "saml":
        return f"SPID error {code}" if code.startswith("nr") else f"the status {code}"
    telling = "_" in code or any(char.isdigit() for char in code)
    return code if telling else _quoted(vendor, code)


def _quoted(vendor: Vendor, text: str) -> str:
    name = "" if vendor.id in ("toolkits", "saml", *_EVERYDAY) else f"{vendor.name}: "
    return f'{name}"{text.replace("*", "...")}"'
