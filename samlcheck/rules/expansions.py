"""The rule on entities that grow without bounds when they are expanded, which they never are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from samlcheck.rules.case import Case
from samlcheck.rules.citations import xml, xmldsig_practices
from samlcheck.rules.rule import ATTACK, BLOCKS_LOGIN, ERROR, USER, Hit, example, hit, rule
from samlcheck.xml import Document

_DECLARATION: Final = re.compile(
    r"""<!ENTITY\s+(?:%\s+)?(?P<name>[^\s>"'%]+)\s+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)')"""
)
_REFERENCE: Final = re.compile(r"[&%]([^\s;&%#]+);")
#: No honest document grows by more than this; ten levels of ten grow by ten thousand million.
_MOST_CHARACTERS: Final = 100_000
_MOST_DECLARATIONS: Final = 1000
_MOST_REFERENCES: Final = 2000
_LAUGHS: Final = '<!ENTITY a "ha"><!ENTITY b "{}"><!ENTITY c "{}">'.format("&a;" * 400, "&b;" * 400)


def _declared(text: str) -> dict[str, str]:
    """Return the replacement texts of the entities that a document declares, the first of each."""
    found: dict[str, str] = {}
    for match in _DECLARATION.finditer(text):
        found.setdefault(match["name"], match["double"] or match["single"] or "")
        if len(found) >= _MOST_DECLARATIONS:
            break
    return found


def _lengths(texts: dict[str, str]) -> dict[str, int]:
    """Return how long each entity grows, no longer than to twice the limit; a circle is as long."""
    most = 2 * _MOST_CHARACTERS
    inside = {name: Counter(_REFERENCE.findall(text)) for name, text in texts.items()}
    if sum(map(len, inside.values())) > _MOST_REFERENCES:
        return dict.fromkeys(texts, most)  # whatever they are for, it is nothing good
    lengths: dict[str, int] = {}
    for start in texts:
        pending = [start]
        opened: set[str] = set()
        while pending:
            name = pending[-1]
            unknown = [item for item in inside[name] if item in texts and item not in lengths]
            if name in lengths:
                pending.pop()
            elif not unknown or name in opened:
                grown = sum(
                    lengths.get(item, most) * count
                    for item, count in inside[name].items()
                    if item in texts
                )
                lengths[name] = min(len(texts[name]) + grown, most)
                pending.pop()
            else:
                opened.add(name)
                pending.extend(unknown)
    return lengths


@rule(
    "xml-entity-expansion",
    on=Document,
    severity=ERROR,
    cites=[xml("4.4"), xmldsig_practices()],
    tags=[ATTACK, BLOCKS_LOGIN],
    owner=USER,
    bad=[
        example(
            "sp",
            (
                "<md:EntityDescriptor",
                f"<!DOCTYPE md:EntityDescriptor [{_LAUGHS}]>\n<md:EntityDescriptor",
            ),
            also=["xml-doctype", "xml-entity-declaration"],
        )
    ],
    good=[example("sp")],
)
def entity_expansion(document: Document, case: Case) -> Iterator[Hit]:
    """The entities of the document grow without bounds when they are expanded.

    An entity that the document declares stands for more than 100,000 characters once the entities
    inside it are replaced, or would, many times over, in the text. Nothing is ever expanded here.

    Why: a parser that expands them uses up the memory and the time of the receiver.
    Fix: Treat the document as hostile; do not open it with other software.
    """
    text = document.text
    if document.root is not None or "<!ENTITY" not in text:
        return
    texts = _declared(text)
    if not texts:
        return
    lengths = _lengths(texts)
    worst = max(lengths, key=lambda name: lengths[name])
    used = sum(lengths.get(name, 0) for name in _REFERENCE.findall(text))
    if max(lengths[worst], used) <= _MOST_CHARACTERS:
        return
    start = text.index("<!ENTITY")
    yield hit(
        document,
        f"The entity {worst!r} and others grow to more than {_MOST_CHARACTERS:,} characters",
        line=text.count("\n", 0, start) + 1,
        column=start - text.rfind("\n", 0, start),
        expected="no entities",
    )


RULES = (entity_expansion,)
