"""The lexical scan of what precedes the root element, before libxml2 sees any of it."""

from __future__ import annotations

import re
from typing import Final

from samlcheck.xml.defect import Defect, quote
from samlcheck.xml.lines import locate

_BOM: Final = b"\xef\xbb\xbf"
_BLANKS: Final = (b" ", b"\t", b"\r", b"\n")
_DECLARATIONS: Final = (b"<?xml ", b"<?xml\t", b"<?xml\r", b"<?xml\n", b"<?xml?")
_MOST_DECLARATIONS: Final = 20


def scan_prolog(utf8: bytes) -> list[Defect]:
    """Return what refuses the document: a late XML declaration, a DOCTYPE and what it declares.

    Comments and processing instructions are stepped over, so a DOCTYPE that is only written
    inside one is none. The scan ends at the root element; a DOCTYPE cannot follow it.
    """
    if utf8.startswith(_BOM):
        return [_second_mark()]
    position = 0
    if utf8.startswith(_DECLARATIONS):
        position = _after(utf8, b"?>", 2)
    while True:
        position = _past_blanks(utf8, position)
        if utf8.startswith(_DECLARATIONS, position):
            return [_late_declaration(utf8, position)]
        if utf8.startswith(b"<?", position):
            position = _after(utf8, b"?>", position + 2)
        elif utf8.startswith(b"<!--", position):
            position = _after(utf8, b"-->", position + 4)
        elif utf8.startswith(b"<!DOCTYPE", position):
            return _doctype(utf8, position)
        elif utf8.startswith(b"<", position):
            return []
        else:
            return _text_first(utf8, position)


def _past_blanks(utf8: bytes, position: int) -> int:
    """Return the offset of the next octet that is not white space."""
    if utf8[position : position + 1] not in _BLANKS:
        return position
    match = re.compile(rb"[^ \t\r\n]").search(utf8, position)
    return len(utf8) if match is None else match.start()


def _after(utf8: bytes, end: bytes, position: int) -> int:
    """Return the offset behind the next end mark, or the end of the document."""
    found = utf8.find(end, position)
    return len(utf8) if found < 0 else found + len(end)


def _text_first(utf8: bytes, position: int) -> list[Defect]:
    """Return the defect of text before an XML declaration; other text is left to the parser."""
    tag = utf8.find(b"<", position)
    if tag >= 0 and utf8.startswith(_DECLARATIONS, tag):
        return [_late_declaration(utf8, tag)]
    return []


def _second_mark() -> Defect:
    """Return the defect of a byte order mark behind the one that was taken off."""
    return Defect(
        rule="xml-leading-whitespace",
        message=(
            "The document starts with two byte order marks (U+FEFF); the second is text, and no "
            "text may stand there. The usual cause is a file that was converted or joined twice."
        ),
        line=1,
        column=1,
        expected="at most one byte order mark",
        actual="U+FEFF U+FEFF",
    )


def _late_declaration(utf8: bytes, position: int) -> Defect:
    """Return the defect of an XML declaration that is not the very start."""
    before = utf8[:position].decode("utf-8", "replace")
    line, column = locate(before, len(before))
    if not before.strip(" \t\r\n"):
        lines = line - 1
        what = f"{lines} line break{'s' * (lines != 1)}" if lines else "white space"
        message = (
            f"The XML declaration is preceded by {what}; nothing may stand before it. The "
            "usual cause is a blank line added by copying, by a template or by a script."
        )
    elif "<?xml" in before or "<!--" in before:
        message = (
            "The XML declaration is not at the start of the document; another declaration, "
            "comment or processing instruction stands before it."
        )
    else:
        message = (
            f"The XML declaration is preceded by the text {quote(before.strip())}; nothing may "
            "stand before it. The usual cause is text copied along with the document."
        )
    return Defect(
        rule="xml-leading-whitespace",
        message=message,
        line=line,
        column=column,
        expected='"<?xml" as the first characters',
        actual=quote(before),
    )


_ROOT_NAME: Final = rb"<!DOCTYPE[ \t\r\n]*([^ \t\r\n\[>]*)"
_EXTERNAL: Final = (
    rb"[ \t\r\n]*(?:PUBLIC[ \t\r\n]+(?:\"[^\"]*\"|'[^']*')|SYSTEM)[ \t\r\n]*"
    rb"(?:\"([^\"]*)\"|'([^']*)')"
)
#: What is not terminated runs to the end, so that no octet is looked at twice.
_IN_DOCTYPE: Final = (
    rb"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z)|[\[\]>]|"
    rb"<!(?P<kind>ENTITY|NOTATION)[ \t\r\n]+(?:%[ \t\r\n]+)?(?P<name>[^ \t\r\n>\"']*)"
)


def _doctype(utf8: bytes, position: int) -> list[Defect]:
    """Return the defects of a DOCTYPE and of the entities and notations that it declares."""
    name_match = re.compile(_ROOT_NAME).match(utf8, position)
    name, inside = b"", position + len(b"<!DOCTYPE")
    if name_match is not None:
        name, inside = name_match[1], name_match.end()
    text = "The document has a DOCTYPE declaration"
    external = re.compile(_EXTERNAL).match(utf8, inside)
    if external is not None:
        system = external[1] if external[1] is not None else external[2]
        text += f" that refers to {quote(_shown(system))}"
    text += "; SAML documents must have none, and it is refused unread."
    if name.lower() == b"html":
        text += " This looks like an HTML page, not like SAML."
    shown = _shown(utf8[position : inside if external is None else external.end()])
    found = [_at(utf8, position, "xml-doctype", text, shown)]
    depth = 0
    for match in re.compile(_IN_DOCTYPE, re.DOTALL).finditer(utf8, inside):
        token = match[0]
        if match["kind"]:
            found.append(_declaration(utf8, match))
            if len(found) > _MOST_DECLARATIONS:
                break
        elif token == b"[":
            depth += 1
        elif token == b"]":
            depth -= 1
        elif token == b">" and depth <= 0:
            break
    return found


def _declaration(utf8: bytes, match: re.Match[bytes]) -> Defect:
    """Return the defect of one ENTITY or NOTATION declaration."""
    name = quote(_shown(match["name"]))
    if match["kind"] == b"ENTITY":
        rule, text = "xml-entity-declaration", f"The DOCTYPE declares the entity {name}"
    else:
        rule, text = "xml-notation", f"The DOCTYPE declares the notation {name}"
    return _at(utf8, match.start(), rule, text + "; it is refused unread.", _shown(match[0]))


def _at(utf8: bytes, position: int, rule: str, message: str, actual: str) -> Defect:
    """Return a defect at an offset in the octets."""
    before = utf8[:position].decode("utf-8", "replace")
    line, column = locate(before, len(before))
    return Defect(rule=rule, message=message, line=line, column=column, actual=actual)


def _shown(octets: bytes) -> str:
    """Return octets as text for a message."""
    return octets.decode("utf-8", "replace").strip()


def root_offset(utf8: bytes) -> int | None:
    """Return where the root element starts; None where the start of a document is not plain UTF-8.

    Nothing is judged: whatever precedes the root but an XML declaration, comments and processing
    instructions gives None, and so does another encoding than UTF-8.
    """
    position = 0
    if utf8.startswith(_DECLARATIONS):
        position = _after(utf8, b"?>", 2)
        named = re.search(rb"encoding\s*=\s*[\"']([^\"']*)", utf8[:position])
        if named is not None and named[1].lower() not in (b"utf-8", b"us-ascii"):
            return None
    while True:
        position = _past_blanks(utf8, position)
        if utf8.startswith(b"<!--", position):
            position = _after(utf8, b"-->", position + 4)
        elif utf8.startswith(b"<?", position):
            position = _after(utf8, b"?>", position + 2)
        elif utf8.startswith(b"<", position) and not utf8.startswith(b"<!", position):
            return position
        else:
            return None
