"""The check of a profile file that a user wrote."""

from __future__ import annotations

from typing import Any

from samlcheck.profiles import words
from samlcheck.profiles.layers import Layer, Table, identity_of, merge, table_of
from samlcheck.profiles.lines import index_lines
from samlcheck.profiles.profile import ProfileError
from samlcheck.profiles.reading import Reading
from samlcheck.profiles.vocabulary import check_file


def check_layer(layer: Layer, below: Table) -> None:
    """Check a file against the vocabulary and the merged layers below; ProfileError with all."""
    reading = _reading(layer, below)
    check_file(layer.document, reading)
    problems = reading.problems()
    if problems:
        raise ProfileError(problems)


def _reading(layer: Layer, below: Table) -> Reading:
    """Gather what the file may refer to, from tables that may be wrong themselves."""
    variables = {
        name: value
        for name, value in table_of(layer.document, "vars").items()
        if isinstance(value, dict)
    }
    claims: list[Any] = [*below.get("claims", ())]
    own = layer.document.get("claims")
    if isinstance(own, list):
        claims += own
    switches = table_of(layer.document, "switches")
    defined = {name: value for name, value in switches.items() if isinstance(value, dict)}
    presets = table_of(table_of(layer.document, "authn_context"), "presets")
    return Reading(
        name=layer.name,
        lines=index_lines(layer.text),
        variables=merge(below.get("vars", {}), variables),
        sources=frozenset(table_of(layer.document, "sources")),
        switches=below.get("switches", {}) | defined,
        presets=frozenset({**below.get("authn_context", {}).get("presets", {}), **presets}),
        claims=frozenset(filter(None, (identity_of(claim, words.CLAIM_KEYS) for claim in claims))),
    )
