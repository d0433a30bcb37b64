"""What two parsers make of the same octets, to be compared; the second one decides nothing.

Expat is the parser of Python itself, and shares no code with libxml2.
"""

from __future__ import annotations

from typing import NamedTuple
from xml.parsers import expat

from lxml import etree
from lxml.etree import _Element as Element


class Event(NamedTuple):
    """A start tag, the text before the next event, an end tag, a comment or an instruction.

    The content is the sorted attributes of a start tag, else the text as the only item.
    """

    kind: str
    name: str
    content: tuple[tuple[str, str], ...]


def outline(root: Element) -> list[Event]:
    """Return what libxml2 read, from the root's start tag to its end tag."""
    found: list[Event] = []
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            attributes = sorted((_plain(str(key)), str(value)) for key, value in node.items())
            found.append(Event("start", _plain(str(node.tag)), tuple(attributes)))
            _add_text(found, node.text)
            continue
        if event == "end":
            found.append(Event("end", _plain(str(node.tag)), ()))
        elif event == "comment":
            found.append(Event("comment", "", (("", node.text or ""),)))
        else:
            found.append(Event("pi", str(node.target), (("", node.text or ""),)))
        if node is not root:
            _add_text(found, node.tail)
    return found


def second_outline(data: bytes) -> list[Event] | None:
    """Return what Expat reads in the same octets, None when it refuses them."""
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)  # noqa: FBT003 - takes no keyword
    except (expat.ExpatError, LookupError, ValueError):
        return None
    return reader.found


class _Reader:
    def __init__(self) -> None:
        self.found: list[Event] = []
        self._depth = 0
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.CommentHandler = self._comment
        self.parser.ProcessingInstructionHandler = self._instruction

    def _start(self, name: str, attributes: list[str]) -> None:
        self._depth += 1
        pairs = sorted(zip(attributes[::2], attributes[1::2], strict=True))
        self.found.append(Event("start", name, tuple(pairs)))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self.found.append(Event("end", name, ()))

    def _text(self, text: str) -> None:
        _add_text(self.found, text)

    def _comment(self, text: str) -> None:
        if self._depth:
            self.found.append(Event("comment", "", (("", text),)))

    def _instruction(self, target: str, text: str) -> None:
        if self._depth:
            self.found.append(Event("pi", target, (("", text),)))


def _add_text(found: list[Event], text: str | None) -> None:
    """Add a text, joined with one that stands right before it."""
    if not text:
        return
    if found and found[-1].kind == "text":
        pieces = (*found[-1].content, ("", text))
        found[-1] = Event("text", "", pieces)
    else:
        found.append(Event("text", "", (("", text),)))


def _plain(name: str) -> str:
    """Return a Clark name as Expat writes it."""
    return name[1:] if name.startswith("{") else name


def difference(one: list[Event], other: list[Event]) -> tuple[Event | None, Event | None] | None:
    """Return the first event in which two outlines differ, as each has it; None for equal ones."""
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs and _joined(mine) != _joined(theirs):
            return mine, theirs
    if len(one) == len(other):
        return None
    shorter = min(len(one), len(other))
    longest = one if len(one) > shorter else other
    extra = longest[shorter]
    return (extra, None) if longest is one else (None, extra)


def _joined(event: Event) -> tuple[str, str, object]:
    if event.kind != "text":
        return event
    return event.kind, event.name, "".join(text for _, text in event.content)
