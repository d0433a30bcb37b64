"""Take the markup of a message apart into what may be replaced: texts and attributes, in order.

It reads broken XML as well: what is no markup is text, and text is replaced unless it is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from samlcheck.xml.names import XML, XSI
from samlcheck.xml.starttag import Scope
from samlcheck.xml.tokens import ATTRIBUTE, MARKUP

#: A namespace and a local name; the namespace is None where a prefix is not bound.
Name = tuple[str | None, str]
#: The replacement of a text or attribute, both without escapes.
Replace = Callable[[str], str]

_NAME: Final = re.compile(r"</?([^\s/>]+)")
_REFERENCE: Final = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_LITERAL: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_CDATA: Final = "<![CDATA["


#: No message nests elements as deeply; who looks at all that is around a text must stop somewhere.
DEEPEST: Final = 200


class TooDeepError(Exception):
    """Elements are nested more deeply than can be looked at."""


class Rules(Protocol):
    """What a message is rewritten with; `around` are the open elements, outermost first."""

    def text(self, around: list[Name], value: str) -> str:
        """Return what stands in place of the text of an element."""

    def attribute(self, around: list[Name], name: Name, value: str) -> str:
        """Return what stands in place of the value of an attribute of the innermost element."""

    def other(self, value: str) -> str:
        """Return what stands in place of a comment, an instruction or a piece of a DTD."""

    def broken(self, value: str) -> str:
        """Return what stands in place of markup that breaks off or is none."""


def rewritten(text: str, rules: Rules) -> str:
    """Return a text of XML with texts and attribute values replaced; all else stays."""
    return "".join(_pieces(text, rules))


def _pieces(text: str, rules: Rules) -> Iterator[str]:
    scope = Scope()
    around: list[Name] = []
    opened: list[tuple[str, dict[str, str]]] = []
    position = 0
    for match in MARKUP.finditer(text):
        yield _content(text[position : match.start()], around, rules)
        position = match.end()
        markup = match[0]
        if match.lastindex == 1:
            _close(markup, scope, around, opened)
            yield _end_tag(markup, rules)
        elif markup.startswith(_CDATA):
            inner = rules.text(around, markup[len(_CDATA) : -3]).replace("]]>", "]] >")
            yield f"{_CDATA}{inner}]]>"
        elif markup.startswith("<!--"):
            yield f"<!--{rules.other(markup[4:-3])}-->"
        elif markup.startswith("<?"):
            yield _instruction(markup, rules)
        elif markup.startswith("<!"):
            yield _LITERAL.sub(lambda found: _quoted(found[0], rules.other), markup)
        else:
            yield _open(markup, scope, around, opened, rules)
    yield _content(text[position:], around, rules)


def _instruction(markup: str, rules: Rules) -> str:
    """Return a processing instruction; the XML declaration stays as it is."""
    target = re.match(r"<\?([^\s?]+)", markup)
    if target is None or target[1].lower() == "xml":
        return markup
    return target[0] + rules.other(markup[target.end() : -2]) + "?>"


def _quoted(literal: str, replace: Replace) -> str:
    return literal[0] + _escaped(replace(literal[1:-1]), literal[1:-1]) + literal[-1]


def _end_tag(markup: str, rules: Rules) -> str:
    return markup if _NAME.match(markup) is not None else rules.other(markup)


def _close(
    markup: str, scope: Scope, around: list[Name], opened: list[tuple[str, dict[str, str]]]
) -> None:
    """Leave the innermost element of a name, and those in it that were not closed."""
    name = _NAME.match(markup)
    if name is None or not opened:
        return
    if opened[-1][0] != name[1] and all(item[0] != name[1] for item in opened[-64:]):
        return
    while opened:
        written, declared = opened.pop()
        scope.leave(declared)
        around.pop()
        if written == name[1]:
            return


def _open(
    markup: str,
    scope: Scope,
    around: list[Name],
    opened: list[tuple[str, dict[str, str]]],
    rules: Rules,
) -> str:
    """Return a start tag with its attribute values replaced, and enter its element."""
    found = _NAME.match(markup)
    if found is None:
        return rules.other(markup)
    attributes = list(ATTRIBUTE.finditer(markup, found.end()))
    declared = {item[1][6:]: _value(item) for item in attributes if _declares(item[1])}
    scope.enter(declared)
    around.append(_resolved(found[1], scope, attribute=False))
    if len(around) > DEEPEST:
        raise TooDeepError
    pieces: list[str] = [markup[: found.end()]]
    position = found.end()
    for item in attributes:
        group = 2 if item[2] is not None else 3
        name = _resolved(item[1], scope, attribute=True)
        pieces.append(markup[position : item.start(group)])
        if _declares(item[1]) or name[0] in (XML, XSI):
            pieces.append(item[group])
        else:
            value = _unescaped(item[group])
            pieces.append(_escaped(rules.attribute(around, name, value), value, item[group]))
        position = item.end(group)
    pieces.append(markup[position:])
    if markup.endswith("/>"):
        around.pop()
        scope.leave(declared)
    else:
        opened.append((found[1], declared))
    return "".join(pieces)


def _declares(written: str) -> bool:
    return written == "xmlns" or written.startswith("xmlns:")


def _value(item: re.Match[str]) -> str:
    return item[2] if item[2] is not None else item[3]


def _resolved(written: str, scope: Scope, *, attribute: bool) -> Name:
    """Return the name that a written name stands for; an attribute has no default namespace."""
    prefix, colon, local = written.rpartition(":")
    if not colon:
        return (None if attribute else scope.namespace("")), local
    return (XSI if prefix == "xsi" and attribute else scope.namespace(prefix)), local


def _content(raw: str, around: list[Name], rules: Rules) -> str:
    """Return the text between two pieces of markup with its value replaced."""
    if not raw or raw.isspace():
        return raw
    raw, mark, broken = raw.partition("<")
    value = _unescaped(raw)
    text = _escaped(rules.text(around, value), value, raw) if raw and not raw.isspace() else raw
    return text + mark + (rules.broken(broken) if broken else "")


def _unescaped(raw: str) -> str:
    return _REFERENCE.sub(_character, raw) if "&" in raw else raw


def _character(reference: re.Match[str]) -> str:
    if reference[3]:
        return _NAMED[reference[3]]
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    legal = 0 < number < 0x110000 and not 0xD800 <= number < 0xE000
    return chr(number) if legal else reference[0]


def _escaped(value: str, before: str, raw: str | None = None) -> str:
    """Return a value with escapes; as it was written where it is what it was before."""
    if value == before and raw is not None:
        return raw
    for character, name in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot"), ("'", "apos")):
        value = value.replace(character, f"&{name};")
    return value
