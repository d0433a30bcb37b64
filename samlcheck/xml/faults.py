"""What a fault of well-formedness is, and the faults that a stretch of characters can have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from samlcheck.xml.characters import NOT_A_CHARACTER, is_character
from samlcheck.xml.defect import code_point, quote

NOT_WELL_FORMED: Final = "xml-not-well-formed"
UNDECLARED_PREFIX: Final = "xml-undeclared-prefix"
MULTIPLE_ROOTS: Final = "transport-multiple-root-elements"
ENTITY: Final = "xml-entity-declaration"
RESERVED_NAMESPACE: Final = "xml-reserved-namespace-misuse"
BAD_NAMESPACE_NAME: Final = "xml-namespace-control-char"

#: Faults that one document is reported to have at most.
MOST_FAULTS: Final = 20
_MOST_CHARACTERS: Final = 5

#: An ampersand that starts none of the five references that XML defines, and what follows it.
_REFERENCE: Final = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos);)"
    r"(?:#(?P<number>x[0-9A-Fa-f]+|[0-9]+);|(?P<name>[^ \t\r\n<>&;#\"'/=?]{1,200});)?"
)
#: A reference that lacks only its end.
_UNCLOSED: Final = re.compile(r"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6})\b(?![;=])")


class Fault(NamedTuple):
    """A place where a text is not namespace-well-formed, as an offset in characters."""

    offset: int
    message: str
    rule: str = NOT_WELL_FORMED
    expected: str | None = None
    actual: str | None = None


#: How the fault of a text that ends too early begins.
CUT_OFF: Final = "The document is cut off"


def cut_off(text: str, inside: str) -> Fault:
    """Return the fault of a text that ends inside something."""
    return Fault(len(text), f"{CUT_OFF}: it ends inside {inside}.")


def bad_references(text: str, start: int, end: int) -> Iterator[Fault]:
    """Yield the first faults of the ampersands in a stretch of text or of an attribute value."""
    found = 0
    for match in _REFERENCE.finditer(text, start, end):
        fault = _reference_fault(match)
        if fault is not None:
            yield fault
            found += 1
            if found == MOST_FAULTS:
                return


def _reference_fault(match: re.Match[str]) -> Fault | None:
    """Return the fault of one ampersand and what follows it, None for a good character."""
    if match["number"]:
        return _bad_character_reference(match)
    if not match["name"]:
        return _bare_ampersand(match.string, match.start())
    return Fault(
        match.start(),
        f"The entity reference {quote(match[0])} is not one of the five that XML defines; no "
        "other entity is accepted, for that needs a DOCTYPE.",
        rule=ENTITY,
        expected="&amp;, &lt;, &gt;, &quot;, &apos; or the character itself",
        actual=match[0],
    )


def _bare_ampersand(text: str, offset: int) -> Fault:
    """Return the fault of an ampersand that starts no reference."""
    unclosed = _UNCLOSED.match(text, offset)
    if unclosed is not None:
        return Fault(
            offset,
            f'The reference {quote(unclosed[0])} does not end in ";".',
            expected=unclosed[0] + ";",
            actual=unclosed[0],
        )
    return Fault(
        offset,
        f'The "&" in {quote(text[offset : offset + 20])} does not start a reference; as a '
        "character it has to be written &amp;, also inside a URL.",
        expected="&amp;",
        actual="&",
    )


def _bad_character_reference(match: re.Match[str]) -> Fault | None:
    """Return the fault of a numeric reference to what is not a character of XML."""
    digits = match["number"].lstrip("x").lstrip("0")
    number = -1  # more digits than any character has
    if len(digits) <= 7:
        number = int(digits or "0", 16 if match["number"].startswith("x") else 10)
    if is_character(number):
        return None
    return Fault(
        match.start(),
        f"The character reference {quote(match[0])} names no character that XML allows.",
        actual=match[0],
    )


def bad_characters(text: str) -> list[Fault]:
    """Return the first place of each of the first few characters that XML does not allow."""
    found: list[Fault] = []
    known = ""
    position = 0
    while len(found) < _MOST_CHARACTERS:
        # A character that was found is allowed from there on, so a file full of it costs nothing.
        match = re.compile(f"{NOT_A_CHARACTER[:-1]}{known}]").search(text, position)
        if match is None:
            break
        known += match[0]
        position = match.end()
        name = code_point(match[0])
        message = f"The character {name} cannot stand in an XML document, not even escaped."
        found.append(Fault(match.start(), message, actual=name))
    return found
