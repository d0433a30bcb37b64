"""Adds the outline of a new rule to a module: `make rule ID=... MODULE=... ON=...`.

The outline has a docstring and examples to fill in; the tests fail until they are.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "samlcheck" / "rules"

_OUTLINE = '''@rule(
    "{id}",
    on={on},
    severity=WARNING,
    cites=[metadata("2.3")],  # the clause that the rule enforces
    bad=[example("sp", ("old text", "new text"))],  # one edit of tests/bases/sp.xml
    good=[example("sp")],
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


def outline(slug: str, on: str) -> tuple[str, str]:
    """Return the function name and the source of a rule's outline."""
    name = slug.replace("-", "_")
    argument = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", on).lower()
    return name, _OUTLINE.format(id=slug, on=on, name=name, argument=argument)


def add(source: str, slug: str, on: str) -> str:
    """Return a module's source with the outline added before RULES and named in it.

    :raises ValueError: when the source has no RULES tuple or already names the rule.
    """
    if f'"{slug}"' in source:
        raise ValueError(f"the module already has a rule {slug}")
    name, text = outline(slug, on)
    head, found, tail = source.rpartition("RULES = (")
    if not found:
        raise ValueError("the module has no line that starts with RULES = (")
    return (
        f"{head}{text}RULES = (\n    {name},{tail}"
        if tail.strip() != ")"
        else (f"{head}{text}RULES = ({name},)\n")
    )


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
        path.write_text(add(path.read_text(encoding="utf-8"), slug, on), encoding="utf-8")
    except (OSError, ValueError) as error:
        sys.stderr.write(f"new_rule: {error}\n")
        return 2
    sys.stdout.write(f"{path.relative_to(ROOT)}: outline of {slug} added\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
