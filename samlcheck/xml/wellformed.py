"""Why a text that libxml2 refused is not well-formed: a walk over its markup.

This decides nothing. It is run only after the parser has refused a document, to say in plain
words and exact places what the parser's log says in neither.
"""

from __future__ import annotations

import re
from typing import Final

from samlcheck.xml.defect import quote
from samlcheck.xml.faults import (
    MOST_FAULTS,
    MULTIPLE_ROOTS,
    UNDECLARED_PREFIX,
    Fault,
    bad_characters,
    bad_references,
    cut_off,
)
from samlcheck.xml.line_index import LineIndex
from samlcheck.xml.othermarkup import (
    XML_DECLARATION,
    cdata_section,
    comment,
    glimpse,
    instruction,
    markup_declaration,
    xml_declaration,
)
from samlcheck.xml.starttag import NAME, WELL_PUNCTUATED, Scope, content_faults, punctuation_fault

_BLANKS: Final = " \t\r\n"
_STOP: Final = -1

_END_TAG: Final = re.compile(rf"</({NAME})[ \t\r\n]*+(>)?")


def find_faults(text: str) -> list[Fault]:
    """Return the faults of a text in order; empty when this walk finds none.

    Faults that leave the structure clear (a wrong character, an attribute given twice, a prefix
    that is not declared) are collected; the first that does not ends the walk.
    """
    walk = _Walk(text)
    walk.run()
    last = walk.faults[-1].offset if walk.stopped else len(text)
    faults = walk.faults + [fault for fault in bad_characters(text) if fault.offset < last]
    return sorted(faults, key=lambda fault: fault.offset)[:MOST_FAULTS]


class _Walk:
    """The state of one walk: the open elements, the namespaces in scope, the faults so far."""

    __slots__ = ("faults", "lines", "opened", "prefixes", "root", "scope", "stopped", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = LineIndex(text)
        self.faults: list[Fault] = []
        self.stopped = False
        self.root: str | None = None
        #: Name, offset and declarations of the elements that are open, outermost first.
        self.opened: list[tuple[str, int, dict[str, str]]] = []
        self.scope = Scope()
        self.prefixes: set[str] = set()

    def run(self) -> None:
        """Walk to the end of the text or to the first fault of structure."""
        position = self._past(xml_declaration(self.text))
        while position != _STOP and len(self.faults) < MOST_FAULTS:
            tag = self.text.find("<", position)
            position = self._characters(position, tag if tag >= 0 else len(self.text))
            if position == len(self.text):
                self._end_of_text()
                return
            if position != _STOP:
                position = self._markup(position)

    def _stop(self, fault: Fault) -> int:
        """Record a fault after which the structure is unclear."""
        if fault.offset == len(self.text) and self.opened:
            fault = fault._replace(message=f"{fault.message} {self._still_open()}")
        self.faults.append(fault)
        self.stopped = True
        return _STOP

    def _still_open(self) -> str:
        """Return a sentence about the elements that have no end tag yet."""
        name, offset, _ = self.opened[-1]
        line, column = self.lines.locate(offset)
        count = len(self.opened)
        more = "" if count == 1 else f", the innermost of {count} open elements,"
        return f"The element {quote(name)} of line {line}, column {column}{more} is not closed."

    def _past(self, result: int | Fault) -> int:
        """Return the offset behind a piece of markup, or stop at its fault."""
        return self._stop(result) if isinstance(result, Fault) else result

    def _characters(self, start: int, end: int) -> int:
        """Check the character data before the next ``<``; return where that is."""
        if self.opened:
            if (misplaced := self.text.find("]]>", start, end)) >= 0:
                self.faults.append(
                    Fault(
                        misplaced,
                        'The characters "]]>" stand outside a CDATA section; there they have to '
                        "be written ]]&gt;.",
                        expected="]]&gt;",
                        actual="]]>",
                    )
                )
            self.faults.extend(bad_references(self.text, start, end))
            return end
        piece = self.text[start:end]
        stripped = piece.lstrip(_BLANKS)
        if not stripped:
            return end
        return self._stop(self._outside(start + len(piece) - len(stripped), stripped))

    def _outside(self, offset: int, text: str) -> Fault:
        """Return the fault of text before or after the root element."""
        shown = quote(text.strip(_BLANKS))
        if self.root is None:
            return Fault(
                offset,
                f'The document starts with the text {shown}, not with "<"; it is not XML.',
                expected="<",
                actual=text[0],
            )
        return Fault(
            offset,
            f"The text {shown} follows the end of the root element {quote(self.root)}; nothing "
            "but comments may follow it.",
            rule=MULTIPLE_ROOTS,
            actual=text.strip(_BLANKS)[:200],
        )

    def _markup(self, start: int) -> int:
        """Check the markup at an offset; return the offset behind it."""
        text = self.text
        if text.startswith("</", start):
            return self._end_tag(start)
        if text.startswith("<!--", start):
            return self._past(comment(text, start))
        if text.startswith("<![CDATA[", start):
            return self._past(cdata_section(text, start) if self.opened else self._cdata(start))
        if text.startswith("<?", start):
            if self.root is not None and not self.opened and XML_DECLARATION.match(text, start):
                return self._second_root(start, "another XML declaration")
            return self._past(instruction(text, start))
        if text.startswith("<!", start):
            return self._stop(markup_declaration(text, start))
        return self._start_tag(start)

    def _cdata(self, start: int) -> Fault:
        """Return the fault of a CDATA section that is not inside the root element."""
        shown = self.text[start : start + 60]
        if self.root is not None:
            return self._outside(start, shown)
        text = "A CDATA section stands before the root element; only comments may."
        return Fault(start, text, actual=shown)

    def _end_tag(self, start: int) -> int:
        """Check an end tag against the element that is open."""
        match = _END_TAG.match(self.text, start)
        if match is None or match[2] is None:
            if (start + 2 if match is None else match.end()) >= len(self.text):
                return self._stop(cut_off(self.text, "an end tag"))
            shown = glimpse(self.text, start)
            text = f"The end tag {quote(shown)} is malformed."
            return self._stop(Fault(start, text, actual=shown))
        if self.opened and self.opened[-1][0] == match[1]:
            self.scope.leave(self.opened.pop()[2])
            return match.end()
        return self._stop(self._mismatch(start, match[1]))

    def _mismatch(self, start: int, name: str) -> Fault:
        """Return the fault of an end tag that closes another element than the innermost."""
        if not self.opened:
            text = f"The end tag {quote(f'</{name}>')} closes an element that is not open."
            return Fault(start, text, actual=f"</{name}>")
        innermost, offset, _ = self.opened[-1]
        line, column = self.lines.locate(offset)
        return Fault(
            start,
            f"The end tag {quote(f'</{name}>')} does not match the start tag "
            f"{quote(f'<{innermost}>')} of line {line}, column {column}.",
            expected=f"</{innermost}>",
            actual=f"</{name}>",
        )

    def _start_tag(self, start: int) -> int:
        """Check a start tag and open its element."""
        match = WELL_PUNCTUATED.match(self.text, start)
        if match is None:
            fault = punctuation_fault(self.text, start)
            self.faults.extend(bad_references(self.text, start, fault.offset))
            return self._stop(fault)
        name = match[1]
        if self.root is not None and not self.opened:
            return self._second_root(start, f"the element {quote(name)}")
        self.root = self.root or name
        declared, faults = content_faults(match, self.scope)
        for fault in faults:
            if fault.rule == UNDECLARED_PREFIX and fault.expected is not None:
                if fault.expected in self.prefixes:
                    continue  # said once for each prefix
                self.prefixes.add(fault.expected)
            self.faults.append(fault)
        if match[3]:
            self.scope.leave(declared)
        else:
            self.opened.append((name, start, declared))
        return match.end()

    def _second_root(self, start: int, what: str) -> int:
        """Report what starts another document behind the root element."""
        return self._stop(
            Fault(
                start,
                f"After the root element {quote(self.root or '')} has ended, {what} follows; a "
                "document has one root, and readers that differ here read different documents.",
                rule=MULTIPLE_ROOTS,
                actual=self.text[start : start + 200],
            )
        )

    def _end_of_text(self) -> None:
        """Report what is missing at the end of the text."""
        if self.opened:
            self._stop(cut_off(self.text, "its root element"))
        elif self.root is None:
            self._stop(Fault(len(self.text), "The document contains no element."))
