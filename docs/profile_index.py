"""Writes the catalogue of the built-in profiles, by which one is found without parsing them all.

`make docs` writes it with everything else that is generated; a test compares it with the files.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATH = "samlcheck/profiles/catalogue.py"
DATA = ROOT / "samlcheck" / "profiles" / "data"

_ORDER = ("base", "idp", "sp")
#: Where a value that may identify a product stands: side, table of the profile.
_PLACES = (("sp", "entity_id"), ("sp", "acs"), ("idp", "entity_id"), ("idp", "sso"))
#: A text that is looked for before a regular expression is tried has at least so many characters.
_SHORTEST = 4
_HEAD = '''"""The built-in profiles, and how each is recognised. Generated: run `make docs`."""

from typing import Final

#: Id, title, date and maturity of each profile.
ROWS: Final[tuple[tuple[str, str, str, str], ...]] = ('''
_MIDDLE = """
#: By place: a text that the value has to contain in some letter case, the expression that the
#: whole value has to match, and the profile.
MATCHES: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {"""


def documents() -> list[dict[str, Any]]:
    """Return the built-in profiles as they stand on disk, in the order in which they are listed."""
    found = [tomllib.loads(path.read_text(encoding="utf-8")) for path in DATA.rglob("*.toml")]
    return sorted(found, key=_sort_key)


def _sort_key(document: dict[str, Any]) -> tuple[int, bool, str]:
    profile = document["profile"]
    # The neutral base comes first, because everything lies upon it.
    return (_ORDER.index(profile["kind"]), "extends" in profile, profile["id"])


def source() -> str:
    """Return the source of the catalogue."""
    found = documents()
    lines = [_HEAD]
    for document in found:
        profile = document["profile"]
        row = (
            profile["id"],
            profile["title"],
            str(profile["as_of"]),
            profile.get("maturity", "documented"),
        )
        lines.append(f"    {row!r},")
    lines += [")", _MIDDLE]
    for side, place in _PLACES:
        lines.append(f"    {f'{side}.{place}'!r}: (")
        lines += [
            f"        {row!r}," for document in found for row in _matches(document, side, place)
        ]
        lines.append("    ),")
    return "\n".join([*lines, "}"]) + "\n"


def _matches(document: dict[str, Any], side: str, place: str) -> Iterator[tuple[str, str, str]]:
    profile_id, variables = document["profile"]["id"], document.get("vars", {})
    for row in document.get(side, {}).get(place, {}).get("accept", ()):
        if not row.get("identifies", True):
            continue
        if "exact" in row:
            yield row["exact"].lower(), re.escape(row["exact"]), profile_id
            continue
        needle, expression = _recognition(row["template"], variables)
        if len(needle) < _SHORTEST:
            raise ValueError(f"{profile_id}: {row['template']} identifies nothing")
        yield needle, expression, profile_id


def _recognition(template: str, variables: dict[str, Any]) -> tuple[str, str]:
    """Return the longest text that is sure to be in a value, and the expression for all of it."""
    certain, expression, seen = "", "", set()
    pieces = re.split(r"\{([a-z][a-z0-9_]*)\}", template)
    used = pieces[1::2]
    for number, piece in enumerate(pieces):
        if number % 2 == 0:
            certain += piece
            expression += re.escape(piece)
            continue
        rule = variables[piece]
        certain += "\0" + _certain(rule) + "\0"
        flags = "ai" if rule.get("case") == "insensitive" else "a"
        if rule.get("free"):
            expression += f"(?{flags}:{rule['pattern']})"
        elif piece in seen:
            expression += f"(?{flags}:(?P={piece}))"
        elif used.count(piece) > 1:
            seen.add(piece)
            expression += f"(?P<{piece}>(?{flags}:{rule['pattern']}))"
        else:
            expression += f"(?{flags}:{rule['pattern']})"
    certain = certain.lower().removeprefix("https://").removeprefix("http://")
    return max(certain.split("\0"), key=len), expression


def _certain(rule: dict[str, Any]) -> str:
    """Return what every value of a variable contains, where its pattern spells out the choices."""
    choices = [re.sub(r"\\(.)", r"\1", item) for item in rule["pattern"].split("|")]
    if any(set(item) & set("[](){}*+?") for item in choices):
        return ""
    first = choices[0]
    parts = (
        first[start:end] for start in range(len(first)) for end in range(start + 1, len(first) + 1)
    )
    return max(
        (part for part in parts if all(part in item for item in choices)), key=len, default=""
    )


_KINDS = {
    "idp": ("Identity providers", "What the product is called in `--profile`, and what it emits."),
    "sp": ("Service providers", "Each is tried on documents in the shape of the service."),
    "base": ("Rules of federations and of SAML itself", "They raise, lower and enable rules."),
}


def page() -> str:
    """Return the page that lists the built-in profiles."""
    found = documents()
    lines = [
        "# Built-in profiles",
        "",
        "Generated from the profiles; run `make docs`. How they are used is told in",
        "[profiles.md](profiles.md).",
    ]
    for kind, (title, words) in _KINDS.items():
        lines += ["", f"## {title}", "", words, "", "| profile | describes | as of | rests on |"]
        lines.append("|---|---|---|---|")
        for document in found:
            profile = document["profile"]
            if profile["kind"] == kind:
                sources = "; ".join(item["what"] for item in document["sources"].values())
                lines.append(
                    f"| `{profile['id']}` | {profile['title']} | {profile['as_of']} | {sources} |"
                )
    return "\n".join(lines) + "\n"


def write() -> None:
    """Write the catalogue."""
    (ROOT / PATH).write_text(source(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
