"""Shows that a change of the machinery changes no report.

    python -m tests.replay record CALLS            record the checks of examples, corpus, forgeries
    python -m tests.replay run CALLS REPORTS [NAME]  run them again, perhaps with another version;
                                                   only those of a function, such as check_message
    python -m tests.replay compare OLD NEW         tell which reports differ; exit code 1 if any

What is recorded are the arguments, so signatures with random parts do not matter.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import samlcheck
from samlcheck.render.json_report import report_data
from samlcheck.rules.registry import all_rules, kinds_of

CHECKS = ("check_message", "check_metadata", "check_pair", "diff_metadata")
Call = tuple[str, str, tuple[Any, ...], dict[str, Any]]


def _examples() -> Iterator[tuple[str, Callable[[], object]]]:
    from tests.rules.running import kind_of, run_example

    for rule in all_rules():
        kinds = kinds_of(rule)
        for sort, examples in (("bad", rule.bad), ("good", rule.good)):
            for number, item in enumerate(examples):
                kind = kind_of(item, kinds)
                yield f"{rule.id} {sort} {number}", lambda i=item, k=kind: run_example(i, k)


def _logins() -> Iterator[tuple[str, Callable[[], object]]]:
    from tests.corpus import corpus
    from tests.rules.test_rule_webex_logins import CAUSES, diagnose

    for name in ("01-login-good.txt", *(cause.file for cause in CAUSES)):
        yield name, lambda n=name: diagnose(n)
    for case in corpus.cases():
        yield case["file"], lambda c=case: corpus.run(c)


def _forgeries() -> Iterator[tuple[str, Callable[[], object]]]:
    from tests.forgeries.forging import check
    from tests.rules.test_rule_attacks import FORGERIES

    for item in FORGERIES:
        yield f"forgery {item.name}", lambda i=item: check(i.build(), **i.given())
        yield f"forgery {item.name}, alone", lambda i=item: check(i.build(), alone=True)


def _hostile(size: int = 3_000) -> Iterator[tuple[str, Callable[[], object]]]:
    from tests.property.amplified import MESSAGE, bases, blown_up, shapes
    from tests.property.hostile import documents, texts
    from tests.support.bases import NOW, load
    from tests.support.keys import key_pem

    given: dict[str, Any] = {name: load(name) for name in ("sp", "idp", "request")}  # type: ignore[arg-type]
    given["decryption_keys"] = [key_pem("sp-encryption")]

    def judge(kind: str, data: bytes) -> object:
        if kind == MESSAGE:
            return samlcheck.check_message(data, now=NOW, **given)
        return samlcheck.check_metadata(data, now=NOW)

    for name, kind, data in (*texts(size), *documents(size)):
        yield f"hostile {name}", lambda k=kind, d=data: judge(k, d)
    for name, kind, base in bases():
        for shape, number, what, how in shapes(base):
            if what == "repeat" or how in ("percent", "comments"):
                data = blown_up(base, number, what, how, size + len(base))
                yield f"hostile {name}: {shape}", lambda k=kind, d=data: judge(k, d)


def record() -> list[Call]:
    """Return the checks that the sources make, with their arguments."""
    calls: list[Call] = []
    label = ""
    originals = {name: getattr(samlcheck, name) for name in CHECKS}

    def spying(name: str) -> Callable[..., object]:
        def spy(*given: Any, **named: Any) -> object:
            calls.append((label, name, given, named))
            return originals[name](*given, **named)

        return spy

    for name in CHECKS:
        setattr(samlcheck, name, spying(name))
    try:
        for source in (_examples, _logins, _forgeries, _hostile):
            for label, run in source():  # noqa: B007 - the spy reads it
                run()
    finally:
        for name, original in originals.items():
            setattr(samlcheck, name, original)
    return calls


def reports(calls: list[Call]) -> dict[str, Any]:
    """Return the report on each recorded check, as plain data."""
    found = {}
    for number, (label, name, given, named) in enumerate(calls):
        try:
            report = getattr(samlcheck, name)(*given, **named)
            data: object = report_data(report, show_values=True)
        except Exception as error:  # a report of its own: it may not change either
            data = repr(error)
        found[f"{number} {label}"] = data
    return found


def _differ(key: str, one: Any, two: Any) -> None:
    if not isinstance(one, list):
        print(f"  {key}: {one!r:.300} -> {two!r:.300}")
        return
    for sign, here, there in (("-", one, two), ("+", two, one)):
        for item in here:
            if item not in there:
                print(f"  {sign} {json.dumps(item)[:400]}")
    if sorted(map(json.dumps, one)) == sorted(map(json.dumps, two)):
        print(f"  {key}: another order")


def compare(old: dict[str, Any], new: dict[str, Any]) -> int:
    """Print what differs; return how many reports do."""
    different = 0
    for label in sorted(old.keys() | new.keys()):
        one, two = old.get(label), new.get(label)
        if one == two:
            continue
        different += 1
        print(f"--- {label}")
        if isinstance(one, dict) and isinstance(two, dict):
            for key in (key for key in one if one[key] != two[key]):
                _differ(key, one[key], two[key])
        else:
            print(f"  {one!r:.300}\n  {two!r:.300}")
    print(f"{len(old)} and {len(new)} reports, {different} different")
    return different


def main(arguments: list[str]) -> int:
    """Do what the command line says."""
    match arguments:
        case ["record", calls]:
            found = record()
            Path(calls).write_bytes(pickle.dumps(found))
            print(f"{len(found)} checks")
        case ["run", calls, out, *only]:
            wanted = pickle.loads(Path(calls).read_bytes())
            data = reports([call for call in wanted if not only or call[1] in only])
            Path(out).write_text(json.dumps(data), encoding="utf-8")
            print(len(data), hashlib.sha256(json.dumps(data).encode()).hexdigest())
        case ["compare", old, new]:
            read = [json.loads(Path(name).read_text(encoding="utf-8")) for name in (old, new)]
            return 1 if compare(*read) else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
