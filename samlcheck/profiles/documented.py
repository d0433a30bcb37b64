"""Patterns that tutorials document for further applications; facts to start from, not curated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from samlcheck.profiles.library import read_data

FILE: Final = "documented.json"


def documented() -> Mapping[str, Mapping[str, Any]]:
    """Return the applications by their slug, each with the facts and the source they come from."""
    import json

    data = json.loads(read_data(FILE))
    source = data["source"]
    return {
        slug: {**facts, "source": source.replace("{slug}", slug).replace("as_of", facts["as_of"])}
        for slug, facts in data["applications"].items()
    }


def find(words: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """Return the applications in whose name, slug or addresses each of the words occurs."""
    wanted = [word.lower() for word in words]
    return {
        slug: facts
        for slug, facts in documented().items()
        if all(word in _text(slug, facts) for word in wanted)
    }


def _text(slug: str, facts: Mapping[str, Any]) -> str:
    places = ("identifiers", "reply_urls", "sign_on_urls")
    urls = (url for place in places for url in facts.get(place, ()))
    return "\n".join((slug, facts["app"], *urls)).lower()
