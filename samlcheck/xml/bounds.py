"""The limits that are checked on octets before the parser sees them, and on the parsed tree."""

from __future__ import annotations

import re
from typing import Final

from lxml.etree import _Element as Element

from samlcheck.xml.defect import Defect, quote
from samlcheck.xml.limits import Limits
from samlcheck.xml.lines import locate

RULE: Final = "xml-depth-or-count"

#: The shortest attribute: a blank, a name, an equals sign and two quotes.
_SHORTEST_ATTRIBUTE: Final = 5
#: SAML documents nest about a dozen levels.
_USUAL_DEPTH: Final = 16


def too_many_bytes(data: bytes, limits: Limits) -> Defect | None:
    """Return the defect of a document larger than the limit."""
    if len(data) <= limits.max_bytes:
        return None
    return Defect(
        rule=RULE,
        message=(
            f"The document has {len(data):,} bytes; at most {limits.max_bytes:,} are read, so "
            "nothing in it was looked at."
        ),
        expected=f"at most {limits.max_bytes} bytes",
        actual=f"{len(data)} bytes",
    )


def too_many_elements(utf8: bytes, limits: Limits) -> Defect | None:
    """Return the defect of a document that may hold more elements than the limit.

    Each ``<`` that does not start an end tag, a comment or an instruction is counted, so the
    number is an upper bound: a CDATA section or a comment may hold some of them.
    """
    count = utf8.count(b"<")
    if count <= limits.max_elements:
        return None
    count -= utf8.count(b"</") + utf8.count(b"<!") + utf8.count(b"<?")
    if count <= limits.max_elements:
        return None
    return Defect(
        rule=RULE,
        message=(
            f"The document has up to {count:,} elements; at most {limits.max_elements:,} are "
            "read, so nothing in it was looked at."
        ),
        expected=f"at most {limits.max_elements} elements",
        actual=f"{count} elements",
    )


def too_many_attributes(utf8: bytes, limits: Limits) -> Defect | None:
    """Return the defect of the first start tag with more attributes or namespaces than allowed.

    Only a stretch without ``<`` that is long enough for so many is looked into. A start tag in
    a comment counts like any other.
    """
    most = limits.max_attributes
    if utf8.count(b"=") <= most:
        return None
    from samlcheck.xml.tokens import ATTRIBUTE, START_TAG

    run = min(_SHORTEST_ATTRIBUTE * (most + 1), 1 << 30)
    for match in re.finditer(rb"<[^<]{%d}" % run, utf8):
        end = utf8.find(b"<", match.end())
        tag = START_TAG.match(
            utf8[match.start() : end if end >= 0 else None].decode(errors="replace")
        )
        if tag is None or tag.end() <= run or tag[0][1] in "!?/":
            continue
        names = [name for name, *_ in ATTRIBUTE.findall(tag[0])]
        declared = sum(name == "xmlns" or name.startswith("xmlns:") for name in names)
        for count, kind in (
            (len(names) - declared, "attributes"),
            (declared, "namespace declarations"),
        ):
            if count > most:
                return _crowded_tag(utf8[: match.start()], tag[0], f"{count} {kind}", most)
    return None


def _crowded_tag(before: bytes, tag: str, count: str, most: int) -> Defect:
    """Return the defect of one start tag with too much in it."""
    head = before.decode(errors="replace")
    line, column = locate(head, len(head))
    name = re.split(r"[ \t\r\n/>]", tag[1:], maxsplit=1)[0]
    return Defect(
        rule=RULE,
        message=f"The element {quote(name)} has {count}; at most {most} are read.",
        line=line,
        column=column,
        expected=f"at most {most}",
        actual=count,
    )


def too_deep(root: Element, limits: Limits) -> bool:
    """Tell whether an element lies below the deepest level allowed; the root is level 1."""
    # The short path is cheap to compile, and it settles the question for all but odd documents.
    return _reaches(root, min(_USUAL_DEPTH, limits.max_depth)) and _reaches(root, limits.max_depth)


def _reaches(root: Element, depth: int) -> bool:
    """Tell whether an element lies below a level; one step of the child axis for each."""
    return root.xpath("boolean(" + "/*" * (depth + 1) + ")") is True


def depth_defect(text: str, limits: Limits) -> Defect:
    """Return the defect of the first element below the deepest level of a text that has one."""
    from samlcheck.xml.tokens import MARKUP

    depth, place = 0, 0
    for match in MARKUP.finditer(text):
        if match.lastindex == 1:
            depth -= 1
        elif match.lastindex is None:
            if depth == limits.max_depth:
                place = match.start()
                break
            depth += not match[0].endswith("/>")
    line, column = locate(text, place)
    return Defect(
        rule=RULE,
        message=f"Elements are nested more than {limits.max_depth} levels deep.",
        line=line,
        column=column,
        expected=f"at most {limits.max_depth} levels",
        actual=f"{limits.max_depth + 1} levels or more",
    )
