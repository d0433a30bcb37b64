"""The public suffix list, as far as it is installed: under which domains people register names.

The list ages within months, so it is not part of samlcheck: the package `publicsuffixlist`, the
extra `psl`, brings the current one. Its file is read as it is. Source: publicsuffix.org/list.
"""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from typing import Final

MISSING: Final = (
    "the public suffix list is not installed (the package publicsuffixlist, by the extra psl)"
)
_PACKAGE: Final = "publicsuffixlist"
_FILE: Final = "public_suffix_list.dat"
#: Behind this line follow the suffixes that private parties let to others, such as github.io.
_PRIVATE: Final = "// ===BEGIN PRIVATE DOMAINS==="


class PublicSuffixes:
    """The suffixes that registries manage, with their wildcards and exceptions."""

    def __init__(self, text: str) -> None:
        """Take the text of the list; comments and the private part are passed over."""
        lines = text.partition(_PRIVATE)[0].split("\n")
        rules = {line for line in lines if line and line[0] != "/"}
        # What wildcards are below is a suffix as well: *.ck makes ck one.
        rules.update([rule[2:] for rule in rules if rule[0] == "*"])
        self._rules = frozenset(rules)

    def suffix(self, domain: str) -> str | None:
        """Return the public suffix that a domain is under or is; None when there is none."""
        labels = [_readable(label) for label in domain.lower().strip(".").split(".")]
        for start in range(len(labels)):
            name = ".".join(labels[start:])
            parent = ".".join(labels[start + 1 :])
            if "!" + name in self._rules:
                return parent
            if name in self._rules or (parent and "*." + parent in self._rules):
                return name
        return None

    def is_suffix(self, domain: str) -> bool:
        """Tell whether a domain is itself a public suffix."""
        labels = domain.lower().strip(".").split(".")
        return self.suffix(domain) == ".".join(map(_readable, labels))


def _readable(label: str) -> str:
    """Return a label in the letters of its language, as the list writes it."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except ValueError:
        return label


@cache
def public_suffixes() -> PublicSuffixes | None:
    """Return the installed list, read once; None when there is none."""
    spec = find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        try:
            with open(os.path.join(folder, _FILE), encoding="utf-8") as file:
                text = file.read()
        except (OSError, ValueError):
            continue
        return PublicSuffixes(text)
    return None
