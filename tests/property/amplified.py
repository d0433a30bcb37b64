"""Documents in which one thing is blown up: an element repeated, a value lengthened or split.

Work that grows with the square of a document's size shows in them, whatever it is spent on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from lxml import etree

from tests.support.bases import build
from tests.support.encrypting import encrypt_assertion
from tests.support.keys import certificate_pem

METADATA, MESSAGE = "metadata", "message"

#: What a value is filled with: characters that patterns and comparisons stumble over.
FILLINGS = {
    "letters": "a",
    "blanks": " ",
    "line ends": "&#10;",
    "percent": "%",
    "slashes": "/",
    "labels": "a.",
    "ampersands": "&amp;",
    "umlauts": "é",
    "digits": "1",
    "colons": "a:",
    "addresses": "a@",
    "queries": "?",
    "dashes": "-----",
    "groups": "(a+",
    "semicolons": "a; ",
    "key marks": "MIIEvQIBA ",
}
#: What splits a text.
SPLITS = {
    "comments": "<!---->a",
    "instructions": "<?a?>b",
    "elements": "<b/>c",
    "names": "<b{}/>",
    "sections": "<![CDATA[a]]>",
}


@cache
def bases() -> tuple[tuple[str, str, bytes], ...]:
    """The documents that are blown up: name, kind of check, octets."""
    sealed = encrypt_assertion(build("response"), certificate=certificate_pem("sp-encryption"))
    return (
        ("sp", METADATA, build("sp", sign="root")),
        ("idp", METADATA, build("idp", sign="root")),
        ("response", MESSAGE, build("response", sign="both")),
        ("request", MESSAGE, build("request", sign="root")),
        ("encrypted", MESSAGE, sealed),
    )


def shapes(base: bytes) -> Iterator[tuple[str, int, str, str]]:
    """Every element path of a document once: name, number of the element, what and with what."""
    root = etree.fromstring(base)
    seen = set()
    for number, element in enumerate(root.iter("*")):
        path = (*(item.tag for item in element.iterancestors()), element.tag)
        if path in seen:
            continue
        seen.add(path)
        name = etree.QName(element).localname
        if element.getparent() is not None:
            for variant in ("whole", "bare"):
                yield f"{name} repeated, {variant}", number, "repeat", variant
        for attribute in element.attrib:
            for filling in FILLINGS:
                yield f"{name}/@{attribute} of {filling}", number, f"@{attribute}", filling
        if element.text and element.text.strip():
            for filling in FILLINGS:
                yield f"{name} of {filling}", number, "text", filling
        for split in SPLITS:
            yield f"{name} split by {split}", number, "split", split


def blown_up(base: bytes, number: int, what: str, how: str, size: int) -> bytes:
    """A document of about so many octets, in which one thing is blown up."""
    root = etree.fromstring(base)
    element = list(root.iter("*"))[number]
    if what == "repeat":
        return _repeated(root, element, how, size)
    mark, unit = "MARK", FILLINGS.get(how) or SPLITS[how]
    if what.startswith("@"):
        start = str(element.get(what[1:]))[:8]
        element.set(what[1:], mark)
    else:
        start = (element.text or "")[:8] if what == "text" else ""
        element.text = mark
    text = etree.tostring(root).decode()
    count = max((size - len(text)) // len(unit.encode()), 2)
    start = re.sub('[&<>"]', "", start)
    if "{}" in unit:
        return text.replace(mark, "".join(unit.format(place) for place in range(count))).encode()
    return text.replace(mark, start + unit * count).encode()


def _repeated(root: etree._Element, element: etree._Element, how: str, size: int) -> bytes:
    parent = element.getparent()
    assert parent is not None
    place, mark = parent.index(element), etree.Element("MARK")
    element.tail = None
    if how == "bare":
        for child in list(element):
            element.remove(child)
        element.text = None
        element.attrib.clear()
    parent[place] = mark
    one = re.sub(r' xmlns(?::\w+)?="[^"]*"', "", etree.tostring(element).decode())
    scope = {prefix: uri for prefix, uri in element.nsmap.items() if prefix not in parent.nsmap}
    for prefix, uri in scope.items():
        one = re.sub(r"^<([\w:]+)", rf'<\1 xmlns:{prefix}="{uri}"', one)
    text = etree.tostring(root).decode()
    return text.replace("<MARK/>", one * max((size - len(text)) // len(one), 2)).encode()
