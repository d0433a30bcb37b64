"""From which layer, line and source each value of a resolved profile comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from samlcheck.profiles.layers import Layer, Table, identity_of, table_of
from samlcheck.profiles.lines import Path, index_lines
from samlcheck.profiles.reading import written
from samlcheck.profiles.words import ACCEPT_KEYS, CLAIM_KEYS, RELATION_KEYS
from samlcheck.records import frozen

_IDENTITY = (*ACCEPT_KEYS, *CLAIM_KEYS, *RELATION_KEYS, "rule")
#: Tables that say something of their file, not of the product.
_ABOUT = frozenset({"schema", "profile", "sources", "examples"})


@frozen(kw_only=True)
class Origin:
    """One value, and where it is stated."""

    #: The keys that lead to it, rows of arrays named by what tells them apart.
    name: str
    value: Any
    #: Id of the layer.
    layer: str
    line: int
    #: What the layer names as the source of the value, or of the table around it.
    sources: tuple[str, ...]


def origins(layers: Iterable[Layer]) -> list[Origin]:
    """Return the values of layers, lowest first given; what a higher one states replaces it."""
    found: dict[str, Origin] = {}
    for layer in layers:
        index = index_lines(layer.text)
        sources = table_of(layer.document, "sources")
        for path, name, value, names in _leaves(layer.document):
            found[name] = Origin(
                name=name,
                value=value,
                layer=str(layer.header("id")),
                line=index.line(path),
                sources=tuple(sources[item]["what"] for item in names if item in sources),
            )
    return [found[name] for name in sorted(found)]


def _leaves(document: Table) -> Iterator[tuple[Path, str, Any, list[str]]]:
    for key, value in document.items():
        if key not in _ABOUT:
            yield from _below((key,), key, value, [])


def _below(
    path: Path, name: str, value: Any, names: list[str]
) -> Iterator[tuple[Path, str, Any, list[str]]]:
    if isinstance(value, dict):
        own = value.get("source", names)
        names = [own] if isinstance(own, str) else own
        for key, item in value.items():
            if key != "source":
                yield from _below((*path, key), f"{name}{_key(key)}", item, names)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for position, item in enumerate(value):
            row = identity_of(item, _IDENTITY)
            label = f"[{position}]" if row is None else f"[{row}]"
            yield from _below((*path, position), f"{name}{label}", item, names)
    else:
        yield path, name, value, names


def _key(key: str) -> str:
    return f".{written((key,))}"
