"""One profile file as a layer: parsed, and merged over the layers below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from samlcheck.profiles import words
from samlcheck.profiles.profile import ProfileError
from samlcheck.records import frozen

#: A TOML table as tomllib gives it.
Table: TypeAlias = dict[str, Any]

#: Longest file and longest line, in characters. A dotted key costs tomllib the square of its
#: length, and has to be on one line.
MAX_TEXT: Final = 100_000
MAX_LINE: Final = 2_000

#: Keys by which the tables of two arrays are matched.
_IDENTITY: Final = (*words.ACCEPT_KEYS, *words.CLAIM_KEYS, *words.RELATION_KEYS)
#: Tables that speak of their own file only, or that `_normal` writes anew.
_LOCAL: Final = frozenset(
    ["schema", "profile", "sources", "examples", "severity", "relax", "vars", "switches", "waive"]
)
#: The tables of a side that state identifiers or locations.
_PLACES: Final = frozenset({"entity_id", "acs", "sso", "slo", "sign_on_url"})


@frozen(kw_only=True, eq=False, repr=False)
class Layer:
    """One parsed file. The tables of a file that is not shipped may hold anything."""

    #: File name for messages.
    name: str
    text: str
    document: Table
    #: Shipped files are checked by the tests, not at run time.
    shipped: bool

    def header(self, key: str) -> Any:
        """A value of the table [profile], whatever its type; None when absent."""
        return table_of(self.document, "profile").get(key)

    def names(self, key: str) -> list[str]:
        """The profile ids under a key of [profile]: text, or an array of texts."""
        value = self.header(key)
        items = value if isinstance(value, list) else [value]
        return [item for item in items if isinstance(item, str)]


def parse_layer(text: str, name: str, *, shipped: bool = False) -> Layer:
    """Parse one file; ProfileError with the line when it is not TOML."""
    # Costs 3 ms, and a run with the base profile reads no file.
    import tomllib

    _refuse_huge(text, name)
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError, OverflowError) as error:
        raise ProfileError([_syntax_problem(name, text, error)]) from None
    return Layer(name=name, text=text, document=document, shipped=shipped)


def _refuse_huge(text: str, name: str) -> None:
    if len(text) > MAX_TEXT:
        raise ProfileError([f"{name}:1: has {len(text)} characters, at most {MAX_TEXT} allowed"])
    problems = [
        f"{name}:{number}: the line has {len(line)} characters, at most {MAX_LINE} are allowed"
        for number, line in enumerate(text.split("\n"), 1)
        if len(line) > MAX_LINE
    ]
    if problems:
        raise ProfileError(problems)


def _syntax_problem(name: str, text: str, error: Exception) -> str:
    """Name the line; tomllib ends its text with (at line 3, column 5) or (at end of document)."""
    if isinstance(error, RecursionError):
        return f"{name}:1: is not TOML that can be read: nested too deeply"
    reason, _, place = str(error).partition(" (at ")
    number = place.removeprefix("line ").partition(",")[0]
    line = int(number) if number.isdecimal() else text.rstrip("\n").count("\n") + 1
    return f"{name}:{line}: is not TOML: {reason}"


def layered(layers: Iterable[Layer]) -> Table:
    """Merge the layers, lowest first; ProfileError with all mistakes of one that is checked."""
    merged: Table = {}
    for layer in layers:
        if not layer.shipped:
            from samlcheck.profiles.checking import check_layer

            check_layer(layer, merged)
        above = _normal(layer.document)
        # Whole rows: the reason and source of a lower layer must not stand by another severity.
        changes = merged.get("changes", {}) | above["changes"]
        waivers = [*merged.get("waive", ()), *layer.document.get("waive", ())]
        merged = merge(merged, above) | {"changes": changes, "waive": waivers}
        _let_last_choose(merged, above)
    return merged


def _let_last_choose(merged: Table, above: Table) -> None:
    """Drop the other two ways to name accepted contexts where the layer uses one of the three."""
    context = above.get("authn_context", {})
    ways = ("allowed", "use", "configured")
    if any(way in context for way in ways):
        merged["authn_context"] = {
            key: value
            for key, value in merged["authn_context"].items()
            if key not in ways or key in context
        }


def _normal(document: Table) -> Table:
    """A checked file in the form that merges: sources written out, one table per meaning."""
    sources = table_of(document, "sources")
    result = {key: value for key, value in document.items() if key not in _LOCAL}
    for side in ("sp", "idp"):
        if side in result:
            result[side] = {
                place: rule | {"accept": _sourced_rows(rule.get("accept", []), sources)}
                if place in _PLACES
                else rule
                for place, rule in result[side].items()
            }
    for key in ("claims", "relations"):
        result[key] = _sourced_rows(result.get(key, []), sources)
    changes = table_of(document, "severity") | table_of(document, "relax")
    result["changes"] = {rule: _sourced(row, sources) for rule, row in changes.items()}
    variables = table_of(document, "vars")
    result["vars"] = {name: v for name, v in variables.items() if isinstance(v, dict)}
    result["bound"] = {name: v for name, v in variables.items() if isinstance(v, str)}
    switches = table_of(document, "switches")
    result["switches"] = {name: v for name, v in switches.items() if isinstance(v, dict)}
    result["switched"] = {name: v for name, v in switches.items() if isinstance(v, bool)}
    return result


def _sourced_rows(rows: list[Table], sources: Table) -> list[Table]:
    return [_sourced(row, sources) for row in rows]


def _sourced(row: Table, sources: Table) -> Table:
    """The row with the names of its sources replaced by what they are."""
    if "source" not in row:
        return row
    names = row["source"] if isinstance(row["source"], list) else [row["source"]]
    return row | {"source": "; ".join(sources[name]["what"] for name in names)}


def merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> Table:
    """Lay one table over another: tables merge, rows merge by their key, the rest is replaced."""
    result = dict(below)
    for key, value in above.items():
        low = result.get(key)
        if isinstance(low, dict) and isinstance(value, dict):
            result[key] = merge(low, value)
        elif isinstance(low, list) and isinstance(value, list) and _are_rows(low, value):
            result[key] = _merge_rows(low, value)
        else:
            result[key] = value
    return result


def _merge_rows(below: list[Table], above: list[Table]) -> list[Table]:
    rows = {identity_of(row, _IDENTITY): row for row in below}
    for row in above:
        name = identity_of(row, _IDENTITY)
        low = rows.get(name, {})
        if "presence" in row:  # it is said outright, no longer by a switch
            low = {key: value for key, value in low.items() if key != "required_if"}
        rows[name] = merge(low, row)
    return list(rows.values())


def identity_of(item: object, keys: Iterable[str]) -> str | None:
    """The value of the first of the keys that a table has, when it is text."""
    if isinstance(item, dict):
        for key in keys:
            if isinstance(item.get(key), str):
                return str(item[key])
    return None


def _are_rows(*lists: list[Any]) -> bool:
    return all(isinstance(item, dict) for items in lists for item in items)


def table_of(document: Table, key: str) -> Table:
    """The table under a key; empty when there is none, or something else."""
    value = document.get(key)
    return value if isinstance(value, dict) else {}
