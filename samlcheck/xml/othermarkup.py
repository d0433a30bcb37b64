"""The faults of markup that is no tag: declarations, comments, instructions, CDATA sections.

Each function takes the offset where the markup starts and returns the offset behind it, or the
fault that keeps it from ending properly.
"""

from __future__ import annotations

import re
from typing import Final

from samlcheck.xml.characters import is_ncname
from samlcheck.xml.defect import quote
from samlcheck.xml.faults import ENTITY, Fault, cut_off

_LONGEST_SHOWN: Final = 60

XML_DECLARATION: Final = re.compile(r"<\?xml(?=[ \t\r\n?])")
#: Version 1.x and an empty x are read as 1.0, as libxml2 does.
_GOOD_DECLARATION: Final = re.compile(
    r"<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:\"1\.[0-9]*\"|'1\.[0-9]*')"
    r"(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:\"[A-Za-z][\w.\-]*\"|'[A-Za-z][\w.\-]*'))?"
    r"(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:\"(?:yes|no)\"|'(?:yes|no)'))?[ \t\r\n]*\?>",
    re.ASCII,
)
_TARGET: Final = re.compile(r"[^ \t\r\n?]*")


def glimpse(text: str, start: int) -> str:
    """Return markup up to its first ``>``, or as much of it as a message shows."""
    stop = start + _LONGEST_SHOWN
    return text[start : text.find(">", start, stop) + 1 or stop]


def xml_declaration(text: str) -> int | Fault:
    """Check the XML declaration at the start of a text; 0 when there is none."""
    if not XML_DECLARATION.match(text):
        return 0
    good = _GOOD_DECLARATION.match(text)
    if good is not None:
        return good.end()
    end = text.find("?>")
    if end < 0 and text.find("<", 1) < 0:
        return cut_off(text, "the XML declaration")
    shown = text[: end + 2] if 0 < end < _LONGEST_SHOWN else glimpse(text, 0)
    return Fault(
        0,
        f"The XML declaration {quote(shown)} is malformed.",
        expected='<?xml version="1.0" encoding="UTF-8"?>',
        actual=shown,
    )


def comment(text: str, start: int) -> int | Fault:
    """Check a comment."""
    dashes = text.find("--", start + 4)
    if dashes < 0 or dashes + 2 == len(text):
        return cut_off(text, "a comment")
    if text[dashes + 2] == ">":
        return dashes + 3
    return Fault(
        dashes,
        'A comment contains "--", which only its end may have.',
        expected="-->",
        actual=text[dashes : dashes + 3],
    )


def cdata_section(text: str, start: int) -> int | Fault:
    """Check a CDATA section."""
    end = text.find("]]>", start)
    return cut_off(text, "a CDATA section") if end < 0 else end + 3


def instruction(text: str, start: int) -> int | Fault:
    """Check a processing instruction, which an XML declaration cannot be."""
    match = _TARGET.match(text, start + 2)
    target = "" if match is None else match[0]
    shown = glimpse(text, start)
    if target == "xml":
        message = (
            f"The XML declaration {quote(shown)} stands inside the document, not at its start."
        )
        return Fault(start, message, actual=shown)
    end = text.find("?>", start + 2)
    if end < 0 and start + 2 + len(target) == len(text):
        return cut_off(text, "a processing instruction")
    if target.lower() == "xml":
        message = f"The name {quote(target)} of a processing instruction is reserved."
        return Fault(start, message, actual=target)
    after = start + 2 + len(target)
    behind = text[after : after + 2]
    if not is_ncname(target) or (behind.startswith("?") and behind != "?>"):
        message = f"The processing instruction {quote(shown)} has no proper name."
        return Fault(start, message, actual=target)
    return cut_off(text, "a processing instruction") if end < 0 else end + 2


def markup_declaration(text: str, start: int) -> Fault:
    """Return the fault of ``<!`` where it starts neither a comment nor a CDATA section."""
    shown = glimpse(text, start)
    if any(mark.startswith(shown) for mark in ("<!--", "<![CDATA[", "<!DOCTYPE ")):
        return cut_off(text, "the start of markup")
    if shown.lower().startswith("<!doctype html"):
        message = "The document has the start of an HTML page in it; it is not SAML."
        return Fault(start, message, actual=shown)
    for mark, rule in (
        ("<!DOCTYPE", "xml-doctype"),
        ("<!ENTITY", ENTITY),
        ("<!NOTATION", "xml-notation"),
    ):
        if shown.startswith(mark):
            message = f"The declaration {quote(shown)} stands where none can be; it is refused."
            return Fault(start, message, rule=rule, actual=shown)
    message = f"The markup {quote(shown)} is neither a tag nor a comment nor a CDATA section."
    return Fault(start, message, actual=shown)
