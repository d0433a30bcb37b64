"""The check of a file of symptoms: every mistake with its place, none of them silently dropped.

The same is published as a JSON Schema in schemas/symptoms.schema.json.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from samlcheck.symptoms.catalogue import Vendor, vendor_from

TRUST: Final = ("documented", "reported", "general")
SIDES: Final = ("sp", "idp")
_RULE: Final = r"[a-z0-9]+(-[a-z0-9]+)+"
_LONGEST: Final = 400
#: Shorter fragments stand in texts that have nothing to do with them.
_SHORTEST: Final = 8

Path = tuple[str | int, ...]
Problems = Iterator[str]


class SymptomError(ValueError):
    """A file of symptoms that is not in order; `problems` holds every mistake."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load_vendor_text(vendor_id: str, text: str) -> Vendor:
    """Return the vendor of a file.

    :raises SymptomError: with all mistakes, when it is not in order.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SymptomError([f"{vendor_id}: {error}"]) from None
    problems = [f"{vendor_id}: {problem}" for problem in _file(data)]
    if problems:
        raise SymptomError(problems)
    return vendor_from(vendor_id, data)


def _file(data: Mapping[str, Any]) -> Problems:
    yield from _keys(
        data,
        (),
        {
            "name": _text,
            "side": _one_of(SIDES),
            "aliases": _texts(_text),
            "prefix": _text,
            "hosts": _texts(_text),
            "as_of": _date,
            "sources": _sources,
            "rows": _rows,
        },
        optional=("prefix", "hosts"),
    )
    sources = data.get("sources")
    rows = data.get("rows")
    if not isinstance(sources, dict) or not isinstance(rows, list):
        return
    used = [row.get("source") for row in rows if isinstance(row, dict)]
    for number, name in enumerate(used):
        if isinstance(name, str) and name not in sources:
            yield f"rows[{number}].source is {name!r}, which [sources] does not have"
    for name in sources:
        if name not in used:
            yield f"sources.{name} is used by no row"
    codes = [
        code.lower()
        for row in rows
        if isinstance(row, dict) and isinstance(row.get("codes"), list)
        for code in row["codes"]
        if isinstance(code, str)
    ]
    for code in dict.fromkeys(codes):
        if codes.count(code) > 1:
            yield f"the code {code!r} stands in several rows"


def _keys(
    data: object,
    path: Path,
    fields: Mapping[str, Callable[[object, Path], Problems]],
    *,
    optional: tuple[str, ...] = (),
) -> Problems:
    if not isinstance(data, dict):
        yield f"{_written(path)} is no table"
        return
    for key, value in data.items():
        if key in fields:
            yield from fields[key](value, (*path, key))
        else:
            yield f"{_written((*path, key))} is unknown; expected one of {', '.join(fields)}"
    for key in fields:
        if key not in data and key not in optional:
            yield f"{_written((*path, key))} is missing"


def _written(path: Path) -> str:
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return words.lstrip(".") or "the file"


def _text(value: object, path: Path) -> Problems:
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
        yield f"{_written(path)} is no text of 1 to {_LONGEST} characters"
    elif "\n" in value or value != value.strip():
        yield f"{_written(path)} is not one line without white space around it"


def _one_of(words: tuple[str, ...]) -> Callable[[object, Path], Problems]:
    def check(value: object, path: Path) -> Problems:
        if value not in words:
            yield f"{_written(path)} is {value!r}, expected one of {', '.join(words)}"

    return check


def _date(value: object, path: Path) -> Problems:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)) is None:
        yield f"{_written(path)} is no date"


def _url(value: object, path: Path) -> Problems:
    if not isinstance(value, str) or re.fullmatch(r"https://[^\s]{4,400}", value) is None:
        yield f"{_written(path)} is no https address"


def _rule(value: object, path: Path) -> Problems:
    if not isinstance(value, str) or re.fullmatch(_RULE, value) is None:
        yield f"{_written(path)} is {value!r}, no id of a rule"


def _fragment(value: object, path: Path) -> Problems:
    yield from _text(value, path)
    if isinstance(value, str) and len(value) < _SHORTEST:
        yield f"{_written(path)} is shorter than {_SHORTEST} characters"


def _texts(inner: Callable[[object, Path], Problems]) -> Callable[[object, Path], Problems]:
    def check(value: object, path: Path) -> Problems:
        if not isinstance(value, list) or not value:
            yield f"{_written(path)} is no list with an entry"
            return
        for number, item in enumerate(value):
            yield from inner(item, (*path, number))
        if len({str(item) for item in value}) < len(value):
            yield f"{_written(path)} repeats an entry"

    return check


def _sources(value: object, path: Path) -> Problems:
    if not isinstance(value, dict) or not value:
        yield f"{_written(path)} is no table with an entry"
        return
    for name, source in value.items():
        yield from _keys(source, (*path, name), {"title": _text, "url": _url})


def _rows(value: object, path: Path) -> Problems:
    if not isinstance(value, list) or not value:
        yield f"{_written(path)} is no list of tables"
        return
    fields = {
        "codes": _texts(_text),
        "texts": _texts(_fragment),
        "means": _text,
        "look_at": _texts(_rule),
        "send": _text,
        "source": _text,
        "trust": _one_of(TRUST),
    }
    for number, row in enumerate(value):
        yield from _keys(
            row, (*path, number), fields, optional=("codes", "texts", "look_at", "send")
        )
        if isinstance(row, dict) and not (row.get("codes") or row.get("texts")):
            yield f"{_written((*path, number))} has neither codes nor texts"
        if isinstance(row, dict) and not (row.get("look_at") or row.get("send")):
            yield f"{_written((*path, number))} has neither look_at nor send"
