"""Adds the outline of a new rule to a module: `make rule ID=... MODULE=... ON=...`.

The outline has a docstring and examples to fill in; the tests fail until they are.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from samlcheck.rules.registry import all_rules

RULES = ROOT / "samlcheck" / "rules"

_OUTLINE = '''@rule(
    "{id}",
    on={on},
    severity=WARNING,
    cites=[{cite}],  # the clause that the rule enforces
{owner}    bad=[example("{base}", ("old text", "new text"))],  # one edit of tests/bases/{base}.xml
    good=[example("{base}")],
)
def {name}({argument}: {on}, case: Case) -> Iterator[Hit]:
    """One line that states the problem, as a heading.

    What is checked, in a sentence or two.

    Why: what goes wrong for whom when the rule is broken.
    Fix: what the person who must act does about it.
    """
    if False:  # the condition under which the rule is broken
        yield hit({argument}, "What was found", expected="what should be there", actual="value")


'''

_IMPORTS = """The module needs these imports, as far as it does not have them:
    from collections.abc import Iterator
    from samlcheck.model import {on}
    from samlcheck.rules.case import Case
    from samlcheck.rules.citations import {cite}
    from samlcheck.rules.rule import {owner}WARNING, Hit, example, hit, rule
Next: fill it in, then .venv/bin/pytest tests/rules -k {id}
"""


def _words(slug: str, module: str, on: str) -> dict[str, str]:
    """Return what the outline and the closing words are filled with."""
    message = module.startswith("message.")
    return {
        "id": slug,
        "on": on,
        "name": slug.replace("-", "_"),
        "argument": re.sub(r"(?<=[a-z])(?=[A-Z])", "_", on).lower(),
        "cite": 'core("2.3.3")' if message else 'metadata("2.3")',
        "base": "response" if message else "sp",
        "owner": "    owner=IDP,\n" if message else "",
    }


def add(source: str, slug: str, on: str, module: str = "metadata.entity") -> str:
    """Return a module's source with the outline added before RULES and named last in it.

    :raises ValueError: when the id is no slug, is taken, or the source has no RULES tuple.
    """
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", slug) is None:
        raise ValueError(f"{slug!r} is no id: words in lower case joined by hyphens")
    if f'"{slug}"' in source or slug in {rule.id for rule in all_rules()}:
        raise ValueError(f"there is already a rule {slug}; see `samlcheck explain {slug}`")
    words = _words(slug, module, on)
    head, found, tail = source.rpartition("RULES = (")
    if not found:
        raise ValueError("the module has no line that starts with RULES = (")
    inside = tail.rstrip().removesuffix(")").strip().removesuffix(",")
    names = f"{inside}, {words['name']}" if inside else f"{words['name']},"
    return f"{head}{_OUTLINE.format(**words)}RULES = ({names})\n"


def main(arguments: list[str]) -> int:
    """Add an outline; return 2 with an explanation when that is not possible."""
    if len(arguments) != 3:
        sys.stderr.write(
            "usage: make rule ID=ep-location-short MODULE=metadata.endpoints ON=Endpoint\n"
        )
        return 2
    slug, module, on = arguments
    path = RULES.joinpath(*module.split(".")).with_suffix(".py")
    try:
        source = add(path.read_text(encoding="utf-8"), slug, on, module)
        path.write_text(source, encoding="utf-8")
    except FileNotFoundError:
        sys.stderr.write(f"new_rule: there is no module {module}; create it with RULES = ()\n")
        return 2
    except (OSError, ValueError) as error:
        sys.stderr.write(f"new_rule: {error}\n")
        return 2
    sys.stdout.write(f"{path.relative_to(ROOT)}: outline of {slug} added\n")
    words = _words(slug, module, on)
    words["cite"] = words["cite"].partition("(")[0]
    words["owner"] = "IDP, " if words["owner"] else ""
    sys.stdout.write(_IMPORTS.format(**words))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
